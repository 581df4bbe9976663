"""Binance spot behind the Broker port, over the real ccxt: every request is sent once; silence is silence."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from trading.brokers.binance_activity import Activity, totals_of
from trading.brokers.binance_exchange import opened
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
from trading.brokers.binance_reports import OPEN, Teller, instant
from trading.brokers.binance_rights import TAKES_OUT, rights_problem
from trading.brokers.binance_stream import AccountStream
from trading.brokers.ccxt_broker import CcxtBroker
from trading.brokers.ccxt_line import Declined
from trading.brokers.ccxt_names import Names
from trading.brokers.ccxt_wire import Credentials, Endpoint, Wire
from trading.brokers.limits import Budget, Lane
from trading.brokers.paper_checks import Problem
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import Accepted, BrokerReport, CancelRefused, Replaced, ReplaceRefused
from trading.domain.risk import Approved
from trading.ports import BrokerBusy, BrokerSilent, Clock, Probe, VenueOrder, VenueProfile, VenueSnapshot


class BinanceBroker(CcxtBroker):
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

    place = PLACE

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
        self.endpoint = endpoint = endpoint or Endpoint()

        def open_it() -> Awaitable[Wire]:
            return opened(credentials, endpoint, self._now_ms)

        line = Line(open_it, clock, budget or Budget(clock), markets or Markets(), endpoint.deadline_s)
        super().__init__(account, line, Names(), clock, profile=profile, currency=currency, symbols=symbols)
        self._activity = Activity(currency)
        self._teller = Teller(account, line.markets, self._names)
        self._history = History(line, self._teller, self._names)
        self._lookup = Lookup(line, self._names, self._symbols, symbol_of or (lambda _: None))
        self._stream: AccountStream = AccountStream(line, self._teller, self._names, self._fees)

    # ------------------------------------------------------------ orders

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
        self._stream.ask_end(client_order_id)
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
                account = await self._asked(ACCOUNT, {})
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
        account = await self._asked(ACCOUNT, {})
        rows = await self._asked(OPEN_ORDERS, {})
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

    # ------------------------------------------------------------ inside

    def _order_problem(self, order: Order, instrument: Instrument) -> Problem | None:
        return order_problem(order, instrument, self._profile)

    def _params(self, order: Order, instrument: Instrument) -> dict[str, Any]:
        return order_params(order, market_of(instrument))

    def _touched(self) -> None:
        self._activity.touched()

    def _accepted(self, order: Order, row: Mapping[str, Any]) -> Accepted:
        self._names.note(row["symbol"], row["orderId"], row["clientOrderId"])
        told = self._teller.accepted(row, instant(row["transactTime"]))
        assert told.client_order_id == order.client_order_id, "Binance answers about the order that was sent"
        return told

    async def _fees(self, trade: Any) -> tuple[Decimal, Decimal]:
        markets = await self._line.load_markets(Lane.QUERY)
        instrument: Instrument | None = markets.instrument(markets.symbol(trade["symbol"]))
        if instrument is None:
            return ZERO, ZERO
        return await self._history.fees(trade, instrument)
