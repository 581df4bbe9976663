"""Binance spot behind the Broker port, over the real ccxt: every request is sent once; silence is silence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from trading.brokers.binance_activity import Activity, totals_of
from trading.brokers.binance_errors import DUPLICATE
from trading.brokers.binance_exchange import Credentials, Endpoint, Wire, opened
from trading.brokers.binance_history import History, oldest_first
from trading.brokers.binance_line import (
    ACCOUNT,
    AMEND,
    CANCEL,
    EXCHANGE,
    OPEN_ORDERS,
    PAIR,
    PLACE,
    RIGHTS,
    Declined,
    Door,
    Line,
)
from trading.brokers.binance_lookup import Lookup
from trading.brokers.binance_markets import Markets, market_of
from trading.brokers.binance_orders import (
    Change,
    group_params,
    group_problem,
    order_params,
    order_problem,
    our_name,
    wire_name,
)
from trading.brokers.binance_profile import BINANCE_SPOT
from trading.brokers.binance_reports import OPEN, Names, Teller, instant
from trading.brokers.binance_rights import TAKES_OUT, rights_problem
from trading.brokers.binance_stream import AccountStream
from trading.brokers.limits import Budget, Crowded, Lane
from trading.brokers.paper_checks import Problem
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Order, Role
from trading.domain.reports import (
    Accepted,
    BrokerReport,
    CancelRefused,
    Rejected,
    Replaced,
    ReplaceRefused,
    StreamReport,
)
from trading.domain.risk import Approved
from trading.ports import BrokerBusy, BrokerSilent, Clock, Probe, VenueOrder, VenueProfile, VenueSnapshot

NAMES_MAX = 20_000
LANES = {
    Role.ENTRY: Lane.ENTRY,
    Role.STOP: Lane.PROTECTIVE,
    Role.TRAIL: Lane.PROTECTIVE,
    Role.TARGET: Lane.PROTECTIVE,
}


class BinanceBroker:
    """`trading.ports.Broker` for one account at Binance spot.

    Args:
        account: whose reports these are.
        credentials, endpoint: the key, and where it points.
        clock: timestamps of requests, too, are its own.
        currency: the account's cash (`USDT`); a position in BTC is one in BTC/USDT.
        symbols: what the book knows of; whatever is traded or held is added by itself.
        symbol_of: the book's word for where an order trades, since Binance finds none without its symbol.
        budget, markets: shared by the accounts of one address and one venue.
    """

    def __init__(
        self,
        account: AccountId,
        credentials: Credentials,
        clock: Clock,
        *,
        endpoint: Endpoint | None = None,
        currency: str = "USDT",
        symbols: Sequence[str] = (),
        symbol_of: Callable[[ClientOrderId], str | None] | None = None,
        budget: Budget | None = None,
        markets: Markets | None = None,
        profile: VenueProfile = BINANCE_SPOT,
    ) -> None:
        self.account = account
        self.endpoint = endpoint = endpoint or Endpoint()
        self._profile = profile
        self._currency = currency
        self._symbols = dict.fromkeys(symbols)
        self._clock = clock
        self._names = Names()
        self._used: dict[ClientOrderId, None] = {}
        self._may_withdraw = False
        self._activity = Activity(currency)

        def open_it() -> Awaitable[Wire]:
            return opened(credentials, endpoint, self._now_ms)

        self._line = Line(open_it, clock, budget or Budget(clock), markets or Markets(), endpoint.deadline_s)
        self._teller = Teller(account, self._line.markets, self._names)
        self._history = History(self._line, self._teller, self._names)
        self._lookup = Lookup(self._line, self._names, self._symbols, symbol_of or (lambda _: None))
        self._stream = AccountStream(self._line, self._teller, self._names, self._fees)

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

    # ------------------------------------------------------------ orders

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        """Accepted or Rejected; one POST, whatever becomes of it."""
        item = order.item
        problem = await self._problem(item)
        if problem is None and item.group:
            problem = Problem("not_supported", "Binance adds no order to a group that stands.")
        instrument = self._line.markets.instrument(item.symbol)
        if problem is not None or instrument is None:
            return self._rejected(item, problem)
        self._note_use(item)
        row = await self._sent([item], PLACE, order_params(item, market_of(instrument)))
        if isinstance(row, Problem):
            return self._rejected(item, row)
        return self._accepted(item, row)

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        """One limit and one stop as a list of Binance, where the profile promises it: both or none."""
        items = [order.item for order in orders]
        problems = [await self._problem(item) for item in items]
        whole = group_problem(items)
        if not self._profile.native_oco:
            whole = Problem("not_supported", "This account's orders are not bound together at Binance.")
        first = whole or next((one for one in problems if one is not None), None)
        instrument = self._line.markets.instrument(items[0].symbol) if items else None
        if first is not None or instrument is None:
            refused = whole or Problem("refused", "Another order of the group was refused.")
            return [
                self._rejected(item, whole or own or refused)
                for item, own in zip(items, problems, strict=True)
            ]
        for item in items:
            self._note_use(item)
        told = await self._sent(items, PAIR, group_params(items, market_of(instrument)))
        if isinstance(told, Problem):
            return [self._rejected(item, told) for item in items]
        rows = {our_name(row["clientOrderId"])[0]: row for row in told["orderReports"]}
        if any(item.client_order_id not in rows for item in items):
            raise BrokerSilent("Binance's answer does not name both orders of the group.")
        return [self._accepted(item, rows[item.client_order_id]) for item in items]

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        """CanceledReported or CancelRefused."""
        self._activity.touched()
        row = None
        if client_order_id not in self._names.known:
            row = await self._lookup.newest(client_order_id, Lane.CANCEL)
            if row is None:
                return CancelRefused(self.account, client_order_id, "unknown", self._clock.now())
        known = self._names.known[client_order_id]
        asked = {
            "symbol": self._lookup.market(known.symbol),
            "origClientOrderId": wire_name(client_order_id, known.place),
        }
        self._stream.exchanging.pop(asked["origClientOrderId"], None)
        self._stream.asked_to_end[client_order_id] = None
        while len(self._stream.asked_to_end) > NAMES_MAX:
            self._stream.asked_to_end.popitem(last=False)
        try:
            told = await self._line.ask(Lane.CANCEL, CANCEL, asked)
        except Declined as no:
            return CancelRefused(self.account, client_order_id, no.refusal.sentence, self._clock.now())
        at = instant(told["transactTime"])
        return self._teller.canceled(told, told["origClientOrderId"], "requested", at)

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        """Replaced or ReplaceRefused. A smaller quantity is changed in place; another price takes a cancel
        and a new order, and the new one is sent only if the old one has ended without a fill."""
        self._activity.touched()
        row = await self._lookup.newest(client_order_id, Lane.PROTECTIVE)
        if row is None:
            return self._not_replaced(client_order_id, "unknown")
        instrument = (await self._line.load_markets(Lane.PROTECTIVE)).instrument(
            self._line.markets.symbol(row["symbol"])
        )
        assert instrument is not None, "an order that was found trades somewhere"
        change = Change(row, instrument, quantity, limit_price, stop_price)
        if change.problem is not None:
            return self._not_replaced(client_order_id, change.problem.sentence)
        try:
            if change.way == "exchange":
                return await self._exchange(client_order_id, change)
            if change.way == "amend":
                asked = {
                    "symbol": row["symbol"],
                    "orderId": str(row["orderId"]),
                    "newQty": f"{quantity:f}",
                    "newClientOrderId": row["clientOrderId"],
                }
                await self._line.ask(Lane.PROTECTIVE, AMEND, asked)
                row = {**row, "origQty": f"{quantity:f}"}
        except Declined as no:
            return self._not_replaced(client_order_id, no.refusal.sentence)
        return self._teller.replaced(row, row["clientOrderId"], self._clock.now())

    async def _exchange(self, client_order_id: ClientOrderId, change: Change) -> Replaced | ReplaceRefused:
        known, old = self._names.known[client_order_id], change.row["clientOrderId"]
        new = wire_name(client_order_id, known.place + 1)
        self._stream.exchanging[old] = None
        try:
            told = await self._line.ask(Lane.PROTECTIVE, EXCHANGE, change.exchange_params(new))
        except BrokerBusy:
            del self._stream.exchanging[old]
            raise
        except Declined as no:
            kept = self._stream.exchanging.pop(old)
            if no.data.get("cancelResult") == "SUCCESS":
                # The old one is gone and there is no new one: the stream says so, with its own frame.
                if kept is not None:
                    self._stream.tell(kept)
                gone = "Binance has ended the order and did not take the changed one."
                return self._not_replaced(client_order_id, gone)
            return self._not_replaced(client_order_id, no.refusal.sentence)
        row = told["newOrderResponse"]
        known.older = (*known.older, str(change.row["orderId"]))
        known.place += 1
        self._stream.exchanging.pop(old)
        self._names.note(row["symbol"], row["orderId"], new)
        return self._teller.replaced(row, new, instant(row["transactTime"]))

    # ------------------------------------------------------------ questions

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """What became of an order; None only after a true answer from wherever it may trade."""
        row = await self._lookup.newest(client_order_id, Lane.QUERY)
        if row is None:
            return None
        if row["status"] in OPEN:
            # A change that nobody answered for has not come to pass: when this one ends it is the end.
            self._stream.exchanging.pop(row["clientOrderId"], None)
        return self._teller.order(row, self._names.known[client_order_id].older)

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        """Fills and ends since then, of every symbol that this account is known to trade."""
        markets = await self._line.load_markets(Lane.QUERY)
        told: list[BrokerReport] = []
        async with self._activity.turn:
            if not self._activity.is_fresh(self._clock.now()):
                account = await self._lookup.asked(ACCOUNT, {})
                self._activity.balances(totals_of(account), self._clock.now())
            for symbol in list(self._symbols):
                instrument = markets.instrument(symbol)
                if instrument is not None:
                    ask = partial(self._history.since, instrument, asked=self._stream.asked_to_end)
                    told += await self._activity.since(instrument, since, self._clock.now(), ask)
        return oldest_first(told)

    async def snapshot(self) -> VenueSnapshot:
        """Positions (a balance is one in the account's currency), open orders, cash."""
        markets = await self._line.load_markets(Lane.QUERY)
        account = await self._lookup.asked(ACCOUNT, {})
        rows = await self._lookup.asked(OPEN_ORDERS, {})
        positions: dict[str, Quantity] = {}
        cash = ZERO
        for asset, total in totals_of(account).items():
            if asset == self._currency:
                cash = total
                continue
            symbol = markets.pair(asset, self._currency)
            if symbol is not None and total:
                positions[symbol] = Quantity(total)
        self._symbols.update(dict.fromkeys(self._activity.followed(positions)))
        for row in rows:
            self._lookup.learn(row)
        orders = tuple(self._teller.order(row, self._lookup.older(row)) for row in rows)
        return VenueSnapshot(self._clock.now(), positions, orders, cash)

    async def probe(self) -> Probe:
        """What the key may do. One that may withdraw opens no positions here until that right is gone."""
        environment = self.endpoint.environment
        try:
            if environment == "paper":
                told = await self._line.ask(Lane.QUERY, ACCOUNT, {})
                return Probe(environment, bool(told["canTrade"]), False, tells_rights=False)
            told = await self._line.ask(Lane.QUERY, RIGHTS, {})
        except Declined as no:
            return Probe(environment, False, False, no.refusal.sentence, no.refusal.code, tells_rights=False)
        code, note = rights_problem(told)
        self._may_withdraw = code in TAKES_OUT
        return Probe(
            environment,
            bool(told["enableSpotAndMarginTrading"]),
            self._may_withdraw,
            note,
            code,
            bound_to_address=bool(told["ipRestrict"]),
        )

    def reports(self) -> AsyncIterator[StreamReport]:
        """What happens from now on, each fill once."""
        return self._stream.reports()

    # ------------------------------------------------------------ inside

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    async def _problem(self, order: Order) -> Problem | None:
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
            return Problem("unknown_symbol", f"{order.symbol} is not traded at Binance.")
        if instrument.quote != self._currency and order.role is Role.ENTRY:
            # Limits, cash and results of the account count in its own currency.
            text = f"This account trades in {self._currency}; {order.symbol} is priced in {instrument.quote}."
            return Problem("not_supported", text)
        return order_problem(order, instrument, self._profile)

    def _note_use(self, order: Order) -> None:
        """A name is used once: Binance would take it again as soon as its order is done."""
        self._activity.touched()
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

    def _accepted(self, order: Order, row: dict[str, Any]) -> Accepted:
        self._names.note(row["symbol"], row["orderId"], row["clientOrderId"])
        told = self._teller.accepted(row, instant(row["transactTime"]))
        assert told.client_order_id == order.client_order_id, "Binance answers about the order that was sent"
        return told

    def _rejected(self, order: Order, problem: Problem | None) -> Rejected:
        code, sentence = problem or ("unknown_symbol", f"{order.symbol} is not traded at Binance.")
        return Rejected(self.account, order.client_order_id, code, sentence, self._clock.now())

    def _not_replaced(self, client_order_id: ClientOrderId, reason: str) -> ReplaceRefused:
        return ReplaceRefused(self.account, client_order_id, reason, self._clock.now())

    async def _fees(self, trade: Any) -> tuple[Decimal, Decimal]:
        markets = await self._line.load_markets(Lane.QUERY)
        instrument: Instrument | None = markets.instrument(markets.symbol(trade["symbol"]))
        if instrument is None:
            return ZERO, ZERO
        return await self._history.fees(trade, instrument)
