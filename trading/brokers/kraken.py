"""Kraken spot behind the Broker port, over the real ccxt: every request is sent once; silence is silence."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from trading.brokers.binance_rights import WITHDRAWS
from trading.brokers.ccxt_broker import CcxtBroker
from trading.brokers.ccxt_line import Declined
from trading.brokers.ccxt_markets import exact
from trading.brokers.ccxt_names import Names
from trading.brokers.ccxt_wire import Credentials, Endpoint, Wire
from trading.brokers.kraken_asking import Asking
from trading.brokers.kraken_exchange import opened
from trading.brokers.kraken_line import (
    AMEND,
    BALANCES,
    CANCEL,
    CHECK,
    OPEN_ORDERS,
    PLACE,
    RIGHTS,
    Line,
    budget_of,
)
from trading.brokers.kraken_markets import Markets
from trading.brokers.kraken_orders import Change, can_be_said, order_params, order_problem, wire_name
from trading.brokers.kraken_profile import KRAKEN_SPOT
from trading.brokers.kraken_reports import Teller, name_of, status_of
from trading.brokers.kraken_rights import may_trade, rights_problem
from trading.brokers.kraken_stream import AccountStream
from trading.brokers.limits import Budget, Lane
from trading.brokers.paper_checks import Problem
from trading.domain.ids import AccountId, ClientOrderId, VenueOrderId
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Order, TimeInForce
from trading.domain.reports import (
    Accepted,
    BrokerReport,
    CanceledReported,
    CancelRefused,
    CancelTaken,
    Rejected,
    Replaced,
)
from trading.domain.risk import Approved
from trading.ports import BrokerSilent, Clock, Probe, VenueOrder, VenueProfile, VenueSnapshot


class KrakenBroker(CcxtBroker):
    """`trading.ports.Broker` for one account at Kraken spot.

    Args:
        account: whose reports these are.
        credentials, endpoint: the key, and where it points. Kraken spot has no side for practice.
        clock: the numbers of requests, too, are its own.
        currency: the account's cash (`USD`); a position in BTC is one in BTC/USD.
        symbols: what the book knows of.
        budget: of this key alone; `markets`: shared by the accounts there.
    """

    place = PLACE

    def __init__(
        self,
        account: AccountId,
        credentials: Credentials,
        clock: Clock,
        *,
        endpoint: Endpoint | None = None,
        currency: str = "USD",
        symbols: Sequence[str] = (),
        budget: Budget | None = None,
        markets: Markets | None = None,
        profile: VenueProfile = KRAKEN_SPOT,
    ) -> None:
        self.endpoint = endpoint = endpoint or Endpoint("live")
        self._markets = markets = markets or Markets()

        def open_it() -> Awaitable[Wire]:
            return opened(credentials, endpoint, self._now_ms)

        line = Line(open_it, clock, budget or budget_of(clock), markets, endpoint.deadline_s)
        super().__init__(account, line, Names(), clock, profile=profile, currency=currency, symbols=symbols)
        self._teller = Teller(account, markets)
        self._asking = Asking(line, self._teller, self._names)
        self._stream: AccountStream = AccountStream(line, self._teller, self._names, self._asking.row)

    # ------------------------------------------------------------ orders

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        """Refused, with a sentence: Kraken binds no orders together that each have a name of ours."""
        problem = Problem("not_supported", "Kraken holds no such group; send the orders one by one.")
        return [self._rejected(order.item, problem) for order in orders]

    async def check(self, item: Order) -> Rejected | None:
        """What Kraken would say of an order, which it looks at and does not place; None: it would take it.

        Raises:
            BrokerSilent: it does not say.
        """
        problem = await self._problem(item)
        instrument = self._line.markets.instrument(item.symbol)
        if problem is not None or instrument is None:
            return self._rejected(item, problem)
        try:
            await self._line.ask(Lane.QUERY, CHECK, {**self._params(item, instrument), "validate": "true"})
        except Declined as no:
            return self._rejected(item, Problem(no.refusal.code, no.refusal.sentence))
        return None

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        """CanceledReported, CancelTaken or CancelRefused."""
        cid, name = client_order_id, wire_name(client_order_id)
        self._stream.ask_end(cid)
        try:
            told = await self._line.ask(
                Lane.CANCEL, CANCEL, {"cl_ord_id" if can_be_said(cid) else "txid": name}
            )
        except Declined as no:
            return CancelRefused(self.account, cid, no.refusal.sentence, self._clock.now())
        now = self._clock.now()
        if not int(told["count"]):
            return CancelRefused(self.account, cid, "Kraken has no open order of this name.", now)
        try:
            found = await self._asking.newest(cid, Lane.CANCEL)
        except BrokerSilent:
            found = None
        if found is None or status_of(found[1]) == "working":
            return CancelTaken(self.account, cid, now)
        order_id, row = found
        if status_of(row) == "filled":
            return CancelRefused(self.account, cid, "The order had filled before.", now)
        end = self._teller.ended(name, order_id, row["vol_exec"], now, "canceled", "requested")
        assert isinstance(end, CanceledReported)
        return end

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        """Replaced or ReplaceRefused. Kraken changes an order in place and in one step: its id stays, and a
        fill meanwhile counts in the quantity (X28)."""
        cid = client_order_id
        found = await self._asking.newest(cid, Lane.PROTECTIVE)
        if found is None:
            return self._not_replaced(cid, "Kraken knows no such order.")
        order_id, row = found
        symbol = self._markets.symbol(row["descr"]["pair"])
        instrument = self._markets.instrument(symbol)
        if instrument is None:
            return self._not_replaced(cid, f"{symbol} is not traded at Kraken.")
        change = Change(row, instrument, quantity, limit_price, stop_price)
        if change.problem is not None:
            return self._not_replaced(cid, change.problem.sentence)
        if not change.is_nothing:
            try:
                await self._line.ask(Lane.PROTECTIVE, AMEND, change.params(order_id))
            except Declined as no:
                return self._not_replaced(cid, no.refusal.sentence)
        at, named = self._clock.now(), VenueOrderId(order_id)
        return Replaced(self.account, cid, quantity, limit_price, stop_price, "", at, named)

    # ------------------------------------------------------------ questions

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """What became of an order; None only after two true answers, about what waits and what is done."""
        found = await self._asking.newest(client_order_id, Lane.QUERY)
        return None if found is None else self._teller.order(*found)

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        """Fills and ends since then, of all symbols."""
        return await self._asking.history(since, self._stream.asked_to_end)

    async def snapshot(self) -> VenueSnapshot:
        """Positions (a balance is one in the account's currency), open orders, cash. What earns interest
        (`XBT.B`) is another asset there, and left out."""
        markets = await self._line.load_markets(Lane.QUERY)
        balances = await self._asked(BALANCES, {})
        rows = (await self._asked(OPEN_ORDERS, {}))["open"]
        positions: dict[str, Quantity] = {}
        cash = ZERO
        for asset, told in balances.items():
            total, word = exact(told["balance"]), self._markets.assets.get(asset)
            if word == self._currency:
                cash = total
                continue
            symbol = markets.pair(word, self._currency) if word else None
            if symbol is not None and total:
                positions[symbol] = Quantity(total)
        for order_id, row in rows.items():
            self._names.note("", order_id, name_of(order_id, row))
        orders = tuple(self._teller.order(order_id, row) for order_id, row in rows.items())
        return VenueSnapshot(self._clock.now(), positions, orders, cash)

    async def probe(self) -> Probe:
        """What the key may do. One that may withdraw opens no positions here until that right is gone."""
        environment = self.endpoint.environment
        try:
            told = await self._line.ask(Lane.QUERY, RIGHTS, {})
        except Declined as no:
            return Probe(environment, False, False, no.refusal.sentence, no.refusal.code, tells_rights=False)
        code, note = rights_problem(told)
        self._may_withdraw = code == WITHDRAWS
        return Probe(
            environment,
            may_trade(told),
            self._may_withdraw,
            note,
            code,
            bound_to_address=bool(told.get("ipAllowlist")),
        )

    # ------------------------------------------------------------ inside

    def _order_problem(self, order: Order, instrument: Instrument) -> Problem | None:
        return order_problem(order, instrument, self._profile)

    def _params(self, order: Order, instrument: Instrument) -> dict[str, Any]:
        if order.time_in_force is TimeInForce.IOC:
            self._stream.note_at_once(order.client_order_id)
        now = self._clock.now() - timedelta(milliseconds=self._line.ahead_ms)
        return order_params(order, self._markets.market(instrument.symbol), now)

    def _accepted(self, order: Order, row: Mapping[str, Any]) -> Accepted:
        order_id, name = str(row["txid"][0]), wire_name(order.client_order_id)
        self._names.note("", order_id, name)
        return self._teller.accepted(name, order_id, self._clock.now())
