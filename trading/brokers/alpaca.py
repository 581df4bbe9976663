"""Alpaca behind the Broker port: shares, parts of shares, or coins of one account (docs/venues-alpaca.md).

Words, numbers and refusals of the wire stand in the `alpaca_` files beside this one; prices come from a feed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from trading.brokers.alpaca_asking import Asking
from trading.brokers.alpaca_assets import CLASSES, instrument_of
from trading.brokers.alpaca_names import Names, told
from trading.brokers.alpaca_orders import (
    Problem,
    body_of,
    form_problem,
    grid_problem,
    is_same,
    lane_of,
    notional_problem,
    refusal_of,
)
from trading.brokers.alpaca_profile import PROFILES, AlpacaMarket, AlpacaSite
from trading.brokers.alpaca_stream import updates
from trading.brokers.alpaca_telling import change_told, end_told, fill_told, refusal_told
from trading.brokers.alpaca_wire import AlpacaKeys, Unreachable, VenueRefused, Wire
from trading.brokers.alpaca_words import ENDED, WireOrder, WireUpdate, order_of, read
from trading.brokers.limits import Budget, Crowded, Lane
from trading.domain.ids import AccountId, ClientOrderId, VenueOrderId
from trading.domain.instrument import Instrument
from trading.domain.money import Price, Quantity, plain
from trading.domain.order import Order
from trading.domain.reports import (
    Accepted,
    BrokerReport,
    CanceledReported,
    CancelRefused,
    CancelTaken,
    LinkAlive,
    LinkBack,
    Rejected,
    Replaced,
    ReplaceRefused,
    StreamReport,
)
from trading.domain.risk import Approved
from trading.ports import BrokerBusy, BrokerSilent, Clock, Probe, VenueOrder, VenueProfile, VenueSnapshot
from trading.venue_keys import KEY_REFUSED

LOOK_BACK: Final = timedelta(days=7)
"""History lists orders by when they were handed in. One that is older and ends now is found by its name."""
UNTOLD_FEES: Final = "Alpaca keeps fees out of coins and tells none; they are for the paper side only."
CORRECTIONS_MAX: Final = 3
"""So often a changed order is made smaller by what the old one had filled meanwhile."""


class AlpacaBroker:
    """`trading.ports.Broker` for one market of one account at Alpaca."""

    def __init__(
        self,
        account: AccountId,
        market: AlpacaMarket,
        site: AlpacaSite,
        keys: AlpacaKeys,
        clock: Clock,
        *,
        budget: Budget | None = None,
        extended_hours: bool = False,
        deadline_s: float = 8.0,
    ) -> None:
        self.account = account
        self._market, self._site, self._keys, self._clock = market, site, keys, clock
        self._extended_hours = extended_hours
        self._wire = Wire(site, keys, clock, budget=budget, deadline_s=deadline_s)
        self._asking = Asking(self._wire, CLASSES[market])
        self._names = Names(self._asking.order)
        self._instruments: dict[str, Instrument] = {}
        self._symbols: dict[str, str] = {}  # as positions write them
        self._changing: set[ClientOrderId] = set()
        self._was_heard = False

    @property
    def profile(self) -> VenueProfile:
        """What Alpaca promises for this market."""
        return PROFILES[self._market]

    async def close(self) -> None:
        """Hang up."""
        await self._wire.close()

    async def instrument(self, symbol: str) -> Instrument | None:
        """What the venue says of a symbol; asked once, None when it is not traded here."""
        known = self._instruments.get(symbol)
        if known is None:
            asset = await self._asking.asset(symbol)
            known = None if asset is None else instrument_of(asset, self._market)
            if known is not None:
                self._instruments[symbol] = known
                self._symbols[symbol.replace("/", "")] = symbol
        return known

    # ------------------------------------------------------------ orders

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        """Accepted or Rejected. One request, never a second one."""
        item = order.item
        problem = form_problem(item, self._market)
        if self._market is AlpacaMarket.COINS and self._site.environment == "live":
            problem = Problem("not_supported", UNTOLD_FEES)
        if problem is None:
            try:
                problem = await self._listed_problem(item)
            except BrokerBusy:
                raise
            except BrokerSilent as silent:
                problem = Problem("venue_unavailable", f"Nothing was sent: {silent}")
        if problem is not None:
            return self._rejected(item, problem)
        body = body_of(item, self._market, extended_hours=self._extended_hours)
        try:
            answer = await self._wire.ask("POST", "orders", lane_of(item), body=body)
        except (Unreachable, Crowded) as away:
            if isinstance(away, Crowded) and lane_of(item) is not Lane.ENTRY:
                raise  # an exit that did not get its turn is tried again
            return self._rejected(item, Problem("venue_unavailable", f"Nothing was sent: {away}"))
        except VenueRefused as refused:
            return self._rejected(item, refusal_of(refused))
        taken = read(WireOrder, answer)
        if taken.client_order_id != item.client_order_id:
            raise BrokerSilent("Alpaca has answered for another order.")
        if taken.status == "rejected":
            return self._rejected(item, Problem("refused", "Alpaca refused the order and gave no reason."))
        self._names.note(item.client_order_id, taken.id)
        now = self._clock.now()
        return Accepted(self.account, item.client_order_id, VenueOrderId(taken.id), now)

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        """Refused, with a sentence: the venue's own groups do not keep what a group promises here."""
        problem = Problem("not_supported", "Alpaca holds no such group; send the orders one by one.")
        return [self._rejected(order.item, problem) for order in orders]

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        """CanceledReported, CancelTaken or CancelRefused."""
        cid = client_order_id
        order_id = self._names.current(cid)
        if order_id is None:
            seen = await self._newest(cid)
            if seen is None:
                return self._cancel_refused(cid, "Alpaca knows no such order.")
            order_id = seen.id
        self._names.ask_end(cid)
        try:
            await self._wire.ask("DELETE", f"orders/{order_id}", Lane.CANCEL)
        except VenueRefused as refused:
            seen = await self._newest(cid)
            if seen is None or seen.id == order_id or seen.is_over:
                return self._cancel_refused(cid, refusal_of(refused).sentence)
            order_id = seen.id  # changed by another hand: what we called by its name is gone
            try:
                await self._wire.ask("DELETE", f"orders/{order_id}", Lane.CANCEL)
            except VenueRefused as again:
                return self._cancel_refused(cid, refusal_of(again).sentence)
        return await self._canceled(cid, order_id)

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        """Replaced or ReplaceRefused. The venue makes a new order as large as the request says, whatever has
        filled: so the rest is sent, and what fills meanwhile is taken back from the new one (X28)."""
        cid = client_order_id
        seen = await self._newest(cid)
        if seen is None:
            return self._replace_refused(cid, "Alpaca knows no such order.")
        filled = (await self._names.chain(seen)).filled_before + seen.filled_qty
        reason = await self._change_problem(seen, quantity - filled, limit_price, stop_price)
        if reason:
            return self._replace_refused(cid, reason)
        self._changing.add(cid)
        try:
            if is_same(seen, quantity - filled, limit_price, stop_price):
                new = seen  # a change of nothing is refused there, and would cost its place in the queue
            else:
                new = await self._changed(cid, seen, quantity - filled, limit_price, stop_price)
        except VenueRefused as refused:
            return self._replace_refused(cid, refusal_of(refused).sentence)
        finally:
            self._changing.discard(cid)
        limit = None if new.limit_price is None else Price(new.limit_price)
        stop = None if new.stop_price is None else Price(new.stop_price)
        now, named = self._clock.now(), VenueOrderId(new.id)
        return Replaced(self.account, cid, quantity, limit, stop, "", now, named)

    # ------------------------------------------------------------ questions

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """What became of an order, through all its changes."""
        order = await self._newest(client_order_id)
        return None if order is None else told(order, await self._names.chain(order))

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        """Fills, and ends of orders that were handed in since a week before."""
        orders = {one.id: one for one in await self._asking.orders_since(since - LOOK_BACK)}
        found: list[tuple[datetime, BrokerReport]] = []
        for fill in await self._asking.fills_since(since):
            order = orders.get(fill.order_id) or await self._asking.order_of_ours(fill.order_id)
            if order is not None:
                orders[order.id] = order
                chain = await self._names.chain(order)
                report = fill_told(
                    self.account, order, chain, fill.price, fill.qty, fill.cum_qty, fill.transaction_time
                )
                found.append((report.at, report))
        for order in orders.values():
            at = order.ended_at
            if at is None or at < since or order.status not in ENDED:
                continue
            chain = await self._names.chain(order)
            was_asked = self._names.is_end_asked(chain.client_order_id)
            end = end_told(self.account, order, chain, at, was_asked=was_asked)
            if end is not None:
                found.append((end.at, end))
        found.sort(key=lambda one: one[0])
        return [report for _, report in found]

    async def snapshot(self) -> VenueSnapshot:
        """Positions and open orders of this market, and the account's cash."""
        orders = await self._asking.open_orders()
        shown = tuple([told(one, await self._names.chain(one)) for one in orders])
        positions: dict[str, Quantity] = {}
        for held in await self._asking.positions():
            if held.asset_class == CLASSES[self._market]:
                sign = -1 if held.side == "short" else 1
                positions[await self._symbol(held.symbol)] = Quantity(sign * abs(held.qty))
        cash = (await self._asking.account()).cash
        return VenueSnapshot(self._clock.now(), positions, shown, cash)

    async def probe(self) -> Probe:
        """Whether the account may trade. Alpaca does not tell what a key may do besides."""
        try:
            account = await self._asking.account()
        except BrokerSilent as silent:
            if isinstance(silent.__cause__, VenueRefused):
                return Probe(
                    self._site.environment,
                    may_trade=False,
                    may_withdraw=False,
                    note=str(silent),
                    code=KEY_REFUSED,
                    tells_rights=False,
                )
            raise
        blocked = account.trading_blocked or account.account_blocked or account.trade_suspended_by_user
        may_trade = account.status == "ACTIVE" and not blocked
        note = "" if may_trade else f"Alpaca lets this account not trade ({account.status})."
        return Probe(
            self._site.environment, may_trade=may_trade, may_withdraw=False, note=note, tells_rights=False
        )

    async def reports(self) -> AsyncIterator[StreamReport]:
        """What happens from now on; raises BrokerSilent when the stream breaks, and says when it is back."""
        is_begun = False
        async for update in updates(lambda: self._wire.session, self._site, self._keys):
            report: StreamReport | None = None
            if update is not None:
                report = await self._report(update)
            elif not is_begun and self._was_heard:
                report = LinkBack(self.account, self._clock.now())
            is_begun = self._was_heard = True
            yield report or LinkAlive(self.account, self._clock.now())
        raise BrokerSilent("Alpaca's stream has ended.")

    # ------------------------------------------------------------ inside

    async def _report(self, update: WireUpdate) -> BrokerReport | None:
        """What an update says about an order of this market, None when nothing that the desk must know."""
        order, event = order_of(update.order, CLASSES[self._market]), update.event
        if order is None:
            return None
        at = update.timestamp or order.updated_at or self._clock.now()
        chain = await self._names.chain(order)
        cid = chain.client_order_id
        if event in ("fill", "partial_fill"):
            if update.price is None or update.qty is None:
                raise BrokerSilent("Alpaca's stream told a fill without its price.")
            filled = order.filled_qty
            return fill_told(self.account, order, chain, update.price, update.qty, filled, at)
        if event == "replaced":
            if cid in self._changing:
                return None  # the answer to our own request tells it
            new = await self._newest(cid)
            if new is None or new.id == self._names.current(cid):
                return None
            self._names.note(cid, new.id)
            return change_told(self.account, new, await self._names.chain(new), at)
        if event == order.status:
            was_asked = self._names.is_end_asked(cid)
            return end_told(self.account, order, chain, at, was_asked=was_asked)
        return refusal_told(self.account, event, chain, at)

    async def _newest(self, client_order_id: ClientOrderId) -> WireOrder | None:
        first = await self._asking.by_client_id(client_order_id)
        return None if first is None else await self._names.newest(first)

    async def _canceled(self, cid: ClientOrderId, order_id: str) -> BrokerReport:
        """What came of a cancel that the venue has taken: it only begins to see to it."""
        now = self._clock.now()
        try:
            order = await self._asking.order(order_id)
            before = (await self._names.chain(order)).filled_before
        except BrokerSilent:
            return CancelTaken(self.account, cid, now)
        if order.status == "canceled":
            filled, named = Quantity(before + order.filled_qty), VenueOrderId(order_id)
            return CanceledReported(self.account, cid, "requested", now, filled, named)
        if order.is_over:
            return self._cancel_refused(cid, f"The order is {order.status} already.")
        return CancelTaken(self.account, cid, now)

    async def _changed(
        self, cid: ClientOrderId, order: WireOrder, rest: Decimal, limit: Price | None, stop: Price | None
    ) -> WireOrder:
        """Make an order anew, with `rest` to fill. Raises VenueRefused when nothing has changed."""
        lane = Lane.PROTECTIVE if "stop" in order.type else Lane.EXIT
        for attempt in range(CORRECTIONS_MAX):
            body = {"qty": plain(rest)}
            body |= {
                name: plain(price) for name, price in (("limit_price", limit), ("stop_price", stop)) if price
            }
            try:
                answer = await self._wire.ask("PATCH", f"orders/{order.id}", lane, body=body)
            except VenueRefused as refused:
                if not attempt:
                    raise
                raise BrokerSilent("Alpaca has changed an order and refused to correct it.") from refused
            new = read(WireOrder, answer)
            self._names.note(cid, new.id)
            missed = (await self._asking.order(order.id)).filled_qty - order.filled_qty
            if missed <= 0:
                return new
            rest, order = rest - missed - new.filled_qty, new
            if rest <= 0:
                await self._wire.ask("DELETE", f"orders/{new.id}", Lane.CANCEL)
                return new
        raise BrokerSilent("An order at Alpaca fills faster than it can be changed.")

    async def _change_problem(
        self, order: WireOrder, rest: Decimal, limit: Price | None, stop: Price | None
    ) -> str:
        """Why an order cannot be changed so; empty when it can."""
        if order.is_over:
            return f"The order is {order.status} already."
        if rest <= 0:
            return "So much of it has filled already."
        if (limit is not None and order.limit_price is None) or (
            stop is not None and (order.stop_price is None or order.type == "trailing_stop")
        ):
            return "The order has no such price; cancel it and send another."
        instrument = await self.instrument(order.symbol)
        if instrument is None:
            return f"Alpaca does not list {order.symbol} any more."
        problem = grid_problem(instrument, rest, (limit, stop))
        return problem.sentence if problem else ""

    async def _listed_problem(self, order: Order) -> Problem | None:
        instrument = await self.instrument(order.symbol)
        if instrument is None:
            return Problem("unknown_symbol", f"Alpaca has no {order.symbol} among its {self._market.value}.")
        prices = (order.limit_price, order.stop_price)
        return grid_problem(instrument, order.quantity, prices) or notional_problem(
            instrument, order.quantity, order.limit_price or order.stop_price or order.reference_price
        )

    async def _symbol(self, held: str) -> str:
        """A position's symbol as orders write it."""
        known = self._symbols.get(held)
        if known is None:
            asset = await self._asking.asset(held)
            known = self._symbols[held] = held if asset is None else asset.symbol
        return known

    def _rejected(self, order: Order, problem: Problem) -> Rejected:
        now = self._clock.now()
        return Rejected(self.account, order.client_order_id, problem.code, problem.sentence, now)

    def _cancel_refused(self, cid: ClientOrderId, reason: str) -> CancelRefused:
        return CancelRefused(self.account, cid, reason, self._clock.now())

    def _replace_refused(self, cid: ClientOrderId, reason: str) -> ReplaceRefused:
        return ReplaceRefused(self.account, cid, reason, self._clock.now())
