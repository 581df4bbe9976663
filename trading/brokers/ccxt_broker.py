"""What every account at an exchange of ccxt does alike: an order is looked at, sent once, and answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from trading.brokers.ccxt_errors import DUPLICATE
from trading.brokers.ccxt_line import Declined, Door, Line
from trading.brokers.ccxt_names import NAMES_MAX, Names
from trading.brokers.ccxt_stream import FrameStream
from trading.brokers.limits import Crowded, Lane
from trading.brokers.paper_checks import Problem
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.instrument import Instrument
from trading.domain.order import Order, Role
from trading.domain.reports import Accepted, BrokerReport, Rejected, ReplaceRefused, StreamReport
from trading.domain.risk import Approved
from trading.ports import BrokerBusy, BrokerSilent, Clock, VenueProfile

LANES: Final = {
    Role.ENTRY: Lane.ENTRY,
    Role.STOP: Lane.PROTECTIVE,
    Role.TRAIL: Lane.PROTECTIVE,
    Role.TARGET: Lane.PROTECTIVE,
}


class CcxtBroker:
    """The part of `trading.ports.Broker` that is the same at each of them.

    Args:
        account: whose reports these are.
        line: the account's way to its venue.
        currency: the account's cash; a position in BTC is one in BTC against it.
        symbols: what the book knows of; whatever is traded or held is added by itself.
    """

    place: Door
    """The door for an order."""

    def __init__(
        self,
        account: AccountId,
        line: Line,
        names: Names,
        clock: Clock,
        *,
        profile: VenueProfile,
        currency: str,
        symbols: Sequence[str] = (),
    ) -> None:
        self.account = account
        self._profile = profile
        self._currency = currency
        self._symbols = dict.fromkeys(symbols)
        self._clock = clock
        self._names = names
        self._line: Line = line
        self._used: dict[ClientOrderId, None] = {}
        self._may_withdraw = False
        self._stream: FrameStream

    # ------------------------------------------------------------ what a venue says of its orders

    def _order_problem(self, order: Order, instrument: Instrument) -> Problem | None:
        raise NotImplementedError

    def _params(self, order: Order, instrument: Instrument) -> dict[str, Any]:
        raise NotImplementedError

    def _accepted(self, order: Order, row: Mapping[str, Any]) -> Accepted:
        raise NotImplementedError

    def _touched(self) -> None:
        """Something is sent."""

    # ------------------------------------------------------------ the port

    @property
    def profile(self) -> VenueProfile:
        """What this venue promises."""
        return self._profile

    @property
    def stream_age_s(self) -> float | None:
        """How long the account's stream has said nothing; None before it said anything."""
        return self._stream.age_s

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        """Accepted or Rejected; one POST, whatever becomes of it."""
        item = order.item
        problem = await self._problem(item)
        if problem is None and item.group:
            problem = Problem("not_supported", f"{self._line.venue} adds no order to a group that stands.")
        instrument = self._line.markets.instrument(item.symbol)
        if problem is not None or instrument is None:
            return self._rejected(item, problem)
        self._note_use(item)
        row = await self._sent([item], self.place, self._params(item, instrument))
        if isinstance(row, Problem):
            return self._rejected(item, row)
        return self._accepted(item, row)

    def reports(self) -> AsyncIterator[StreamReport]:
        """What happens from now on, each fill once."""
        return self._stream.reports()

    # ------------------------------------------------------------ inside

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    async def _asked(self, door: Door, params: Mapping[str, Any]) -> Any:
        """A question; a refusal of it is no answer."""
        try:
            return await self._line.ask(Lane.QUERY, door, params)
        except Declined as no:
            raise BrokerSilent(no.refusal.sentence) from no

    async def _problem(self, order: Order) -> Problem | None:
        venue = self._line.venue
        if order.client_order_id in self._used:
            return Problem(DUPLICATE, f"The client order id {order.client_order_id} was used before.")
        if self._may_withdraw and order.role is Role.ENTRY:
            return Problem("key_rights", "The key of this account may withdraw: take that right away first.")
        try:
            markets = await self._line.load_markets(LANES.get(order.role, Lane.EXIT))
        except BrokerBusy:
            raise
        except BrokerSilent as silent:
            return Problem("venue_unavailable", f"{silent} Nothing was sent.")
        except Declined as no:
            return Problem(no.refusal.code, no.refusal.sentence)
        instrument = markets.instrument(order.symbol)
        if instrument is None:
            return Problem("unknown_symbol", f"{order.symbol} is not traded at {venue}.")
        if instrument.quote != self._currency and order.role is Role.ENTRY:
            # Limits, cash and results of the account count in its own currency.
            text = f"This account trades in {self._currency}; {order.symbol} is priced in {instrument.quote}."
            return Problem("not_supported", text)
        return self._order_problem(order, instrument)

    def _note_use(self, order: Order) -> None:
        """A name is used once: the venue would take it again as soon as its order is done."""
        self._touched()
        self._used[order.client_order_id] = None
        while len(self._used) > NAMES_MAX:
            del self._used[next(iter(self._used))]
        self._symbols.setdefault(order.symbol)
        self._names.see(order.client_order_id, order.symbol)

    async def _sent(self, orders: Sequence[Order], door: Door, params: dict[str, Any]) -> Any:
        """The venue's answer, or why it was certainly not taken."""
        lane = LANES.get(orders[0].role, Lane.EXIT)
        try:
            return await self._line.ask(lane, door, params)
        except (Declined, BrokerBusy) as no:
            code = no.refusal.code if isinstance(no, Declined) else ""
            if code != DUPLICATE:
                for order in orders:
                    self._used.pop(order.client_order_id, None)
            if isinstance(no, Crowded) and lane is Lane.ENTRY:
                return Problem("venue_unavailable", str(no))
            if isinstance(no, BrokerBusy):
                raise
            return Problem(code, no.refusal.sentence)

    def _rejected(self, order: Order, problem: Problem | None) -> Rejected:
        venue = self._line.venue
        code, sentence = problem or ("unknown_symbol", f"{order.symbol} is not traded at {venue}.")
        return Rejected(self.account, order.client_order_id, code, sentence, self._clock.now())

    def _not_replaced(self, client_order_id: ClientOrderId, reason: str) -> ReplaceRefused:
        return ReplaceRefused(self.account, client_order_id, reason, self._clock.now())
