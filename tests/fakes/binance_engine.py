"""The local Binance's matching engine: filters, balances, order lists, and fills against a quote."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from tests.fakes.binance_rows import LIMITS, STOPS, TAKERS, TYPES, ZERO, Listed, Refused, Row, Trade

CLIENT_ID = re.compile(r"^[a-zA-Z0-9-_]{1,36}$")
COMMISSION = Decimal("0.001")
NO_FUNDS = "Account has insufficient balance for requested action."


class BinanceEngine:
    """One account at one venue.

    `commission`: where fees are taken: `received` (what the fill brings, as Binance does), `quote`, or the
    name of an asset (`BNB`) whose price against the quote currency is `commission_price`.
    """

    def __init__(self, now: Callable[[], int], tell: Callable[[dict[str, Any]], None]) -> None:
        self.now = now
        self.tell = tell
        self.symbols: dict[str, Listed] = {}
        self.balances: dict[str, Decimal] = {}
        self.rows: list[Row] = []
        self.trades: list[Trade] = []
        self.commission = "received"
        self.commission_price = Decimal(1)
        self._ids = itertools.count(1000)
        self._lists = itertools.count(70)
        self._names = itertools.count(1)

    def list_symbol(self, listed: Listed) -> None:
        """Trade it from now on."""
        self.symbols[listed.name] = listed

    # ------------------------------------------------------------ what people hold

    def locked(self, asset: str) -> Decimal:
        """What open orders have put aside; the orders of a list share it."""
        total = ZERO
        lists: dict[int, Decimal] = {}
        for row in self.rows:
            symbol = self.symbols[row.symbol]
            if not row.is_open or asset != (symbol.quote if row.is_buy else symbol.base):
                continue
            price = max(row.price, row.stop) or symbol.ask
            need = row.left * price if row.is_buy else row.left
            if row.list_id == -1:
                total += need
            else:
                lists[row.list_id] = max(need, lists.get(row.list_id, ZERO))
        return total + sum(lists.values(), ZERO)

    def free(self, asset: str) -> Decimal:
        """What an order may use."""
        return self.balances.get(asset, ZERO) - self.locked(asset)

    def account(self) -> dict[str, Any]:
        """As `GET /api/v3/account` says it."""
        held = [asset for asset, total in self.balances.items() if total]
        return {
            "makerCommission": 10,
            "takerCommission": 10,
            "buyerCommission": 0,
            "sellerCommission": 0,
            "canTrade": True,
            "canWithdraw": True,
            "canDeposit": True,
            "requireSelfTradePrevention": False,
            "updateTime": self.now(),
            "accountType": "SPOT",
            "balances": [self._balance(asset, "asset", "free", "locked") for asset in held],
            "permissions": ["SPOT"],
            "uid": 354937868,
        }

    def position_event(self) -> dict[str, Any]:
        """The balances as the stream tells them."""
        return {
            "e": "outboundAccountPosition",
            "E": self.now(),
            "u": self.now(),
            "B": [self._balance(asset, "a", "f", "l") for asset in self.balances],
        }

    def _balance(self, asset: str, name: str, free: str, locked: str) -> dict[str, str]:
        return {name: asset, free: f"{self.free(asset):.8f}", locked: f"{self.locked(asset):.8f}"}

    # ------------------------------------------------------------ orders

    def place(self, params: Mapping[str, str]) -> Row:
        """`POST /api/v3/order`."""
        row = self._made(params, params.get("newClientOrderId") or self.fresh_id())
        self._check(row, self._need(row))
        return self._enter([row])[0]

    def place_oco(self, params: Mapping[str, str]) -> list[Row]:
        """`POST /api/v3/orderList/oco`: a limit maker on one side of the market and a stop on the other."""
        list_id = next(self._lists)
        rows = []
        for place in ("above", "below"):
            leg = {
                "symbol": params["symbol"],
                "side": params["side"],
                "quantity": params["quantity"],
                "type": params.get(f"{place}Type", ""),
                "price": params.get(f"{place}Price", "0"),
                "stopPrice": params.get(f"{place}StopPrice", "0"),
                "timeInForce": params.get(f"{place}TimeInForce", "GTC"),
            }
            row = self._made(leg, params.get(f"{place}ClientOrderId") or self.fresh_id())
            row.list_id = list_id
            rows.append(row)
        above, below = rows
        makers = [row for row in rows if row.type == "LIMIT_MAKER"]
        if len(makers) != 1 or (above if above.is_buy else below) in makers:
            raise Refused(-1158, "The below/above types of this list do not go together.")
        if above.client_id == below.client_id:
            raise Refused(-2010, "Duplicate order sent.")
        for row in rows:
            self._check(row, max(self._need(one) for one in rows))
        return self._enter(rows)

    def fresh_id(self) -> str:
        """What Binance makes when nobody gives a name."""
        return f"auto{next(self._names)}"

    def _made(self, params: Mapping[str, str], client_id: str) -> Row:
        for name in ("symbol", "side", "type", "quantity"):
            if not params.get(name):
                raise Refused(-1102, f"Mandatory parameter '{name}' was not sent, was empty/null.")
        if params["symbol"] not in self.symbols:
            raise Refused(-1121, "Invalid symbol.")
        if params["type"] not in TYPES:
            raise Refused(-1116, "Invalid orderType.")
        if not CLIENT_ID.match(client_id):
            raise Refused(-1100, "Illegal characters found in parameter 'newClientOrderId'.")
        now = self.now()
        kind = params["type"]
        return Row(
            symbol=params["symbol"],
            id=0,
            client_id=client_id,
            side=params["side"],
            type=kind,
            quantity=Decimal(params["quantity"]),
            price=Decimal(params.get("price") or "0"),
            stop=Decimal(params.get("stopPrice") or "0"),
            time_in_force=params.get("timeInForce") or "GTC",
            at=now,
            updated=now,
            is_working=kind not in (*STOPS, *TAKERS),
        )

    def _need(self, row: Row) -> Decimal:
        price = max(row.price, row.stop) or self.symbols[row.symbol].ask
        return row.quantity * price if row.is_buy else row.quantity

    def _check(self, row: Row, need: Decimal) -> None:
        symbol = self.symbols[row.symbol]
        if symbol.status != "TRADING":
            raise Refused(-1013, "Market is closed.")
        prices = [*([row.price] if row.type in LIMITS else []), *([] if row.is_working else [row.stop])]
        if any(price <= 0 or price % symbol.tick for price in prices):
            raise Refused(-1013, "Filter failure: PRICE_FILTER")
        if row.quantity < symbol.lot or row.quantity % symbol.lot:
            raise Refused(-1013, "Filter failure: LOT_SIZE")
        if row.quantity * ((prices or [symbol.bid])[0]) < symbol.notional:
            raise Refused(-1013, "Filter failure: NOTIONAL")
        if any(one.is_open and one.client_id == row.client_id for one in self.rows):
            raise Refused(-2010, "Duplicate order sent.")
        if not row.is_working and self._is_triggered(row, symbol):
            raise Refused(-2010, "Order would trigger immediately.")
        touch = symbol.ask if row.is_buy else symbol.bid
        if row.type == "LIMIT_MAKER" and touch and self._crosses(row, touch):
            raise Refused(-2010, "Order would immediately match and take.")
        if self.free(symbol.quote if row.is_buy else symbol.base) < need:
            raise Refused(-2010, NO_FUNDS)

    def _enter(self, rows: list[Row]) -> list[Row]:
        for row in rows:
            row.id = next(self._ids)
            self.rows.append(row)
        for row in rows:
            self.tell(row.event("NEW", self.now()))
        for row in rows:
            self._match(row, is_new=True)
        self.tell(self.position_event())
        return rows

    def order(self, params: Mapping[str, str]) -> Row:
        """The newest order of that id or client id.

        Raises:
            Refused: -2013, there is none.
        """
        for row in reversed(self.rows):
            if row.symbol == params["symbol"] and (
                str(row.id) == params.get("orderId") or row.client_id == params.get("origClientOrderId")
            ):
                return row
        raise Refused(-2013, "Order does not exist.")

    def cancel(self, params: Mapping[str, str]) -> tuple[Row, str]:
        """`DELETE /api/v3/order`: the order and the name of the cancel. Of a list, both are ended."""
        try:
            row = self.order(params)
        except Refused:
            raise Refused(-2011, "Unknown order sent.") from None
        filled = params.get("cancelRestrictions", "")
        if filled == "ONLY_NEW" and row.status == "PARTIALLY_FILLED":
            raise Refused(-2011, "Order was not canceled due to cancel restrictions.")
        if not row.is_open:
            raise Refused(-2011, "Unknown order sent.")
        name = params.get("cancelNewClientOrderId") or self.fresh_id()
        for one in self._list_of(row):
            self._end(one, "CANCELED", name)
        self.tell(self.position_event())
        return row, name

    def amend(self, params: Mapping[str, str]) -> Row:
        """`PUT /api/v3/order/amend/keepPriority`: a smaller quantity, and nothing else."""
        row, total = self.order(params), Decimal(params["newQty"])
        if not row.is_open:
            raise Refused(-2038, "This order can not be amended.")
        if not row.filled < total < row.quantity or total % self.symbols[row.symbol].lot:
            raise Refused(-2038, "The requested quantity is invalid.")
        for one in self._list_of(row):
            one.quantity, one.updated = total, self.now()
        row.client_id = params.get("newClientOrderId") or self.fresh_id()
        self.tell(row.event("REPLACED", self.now()))
        self.tell(self.position_event())
        return row

    def cancel_replace(self, params: Mapping[str, str]) -> dict[str, Any]:
        """`POST /api/v3/order/cancelReplace` in STOP_ON_FAILURE: two steps, of which the second may fail."""
        asked = {
            "symbol": params["symbol"],
            "origClientOrderId": params.get("cancelOrigClientOrderId", ""),
            "orderId": params.get("cancelOrderId", ""),
            "cancelRestrictions": params.get("cancelRestrictions", ""),
        }
        try:
            old, name = self.cancel(asked)
        except Refused as no:
            data = {
                "cancelResult": "FAILURE",
                "newOrderResult": "NOT_ATTEMPTED",
                "cancelResponse": no.body,
                "newOrderResponse": None,
            }
            raise Refused(-2022, "Order cancel-replace failed.", 400, data) from no
        told = {"cancelResult": "SUCCESS", "cancelResponse": old.canceled(name)}
        try:
            new = self.place(params)
        except Refused as no:
            failed = {**told, "newOrderResult": "FAILURE", "newOrderResponse": no.body}
            raise Refused(-2021, "Order cancel-replace partially failed.", 409, failed) from no
        return {**told, "newOrderResult": "SUCCESS", "newOrderResponse": new.answered()}

    # ------------------------------------------------------------ matching

    def quote(self, name: str, bid: Decimal, ask: Decimal, depth: Decimal | None = None) -> None:
        """The market stands there, so deep on both sides, and whatever waits may fill."""
        symbol = self.symbols[name]
        symbol.bid, symbol.ask, symbol.bid_depth, symbol.ask_depth = bid, ask, depth, depth
        before = len(self.trades)
        for row in [one for one in self.rows if one.symbol == name]:
            self._match(row)
        if len(self.trades) > before:
            self.tell(self.position_event())

    def end(self, row: Row, status: str = "EXPIRED") -> None:
        """The venue ends an order by itself."""
        self._end(row, status)
        self.tell(self.position_event())

    def _end(self, row: Row, status: str, name: str = "") -> None:
        if row.is_open:
            row.status, row.updated = status, self.now()
            kind = "TRADE_PREVENTION" if status == "EXPIRED_IN_MATCH" else status
            self.tell(row.event(kind, self.now(), cancel_id=name))

    def _list_of(self, row: Row) -> list[Row]:
        if row.list_id == -1:
            return [row]
        return [one for one in self.rows if one.list_id == row.list_id and one.is_open]

    @staticmethod
    def _crosses(row: Row, touch: Decimal) -> bool:
        return row.limit is None or (touch <= row.limit if row.is_buy else touch >= row.limit)

    @staticmethod
    def _is_triggered(row: Row, symbol: Listed) -> bool:
        if not symbol.bid:
            return False
        is_above = row.is_buy == (row.type in STOPS)
        return symbol.ask >= row.stop if is_above else symbol.bid <= row.stop

    def _match(self, row: Row, *, is_new: bool = False) -> None:
        symbol = self.symbols[row.symbol]
        if not row.is_open:
            return
        is_waiting = not row.is_working
        if is_waiting and not self._is_triggered(row, symbol):
            return
        row.is_working = True
        touch = symbol.ask if row.is_buy else symbol.bid
        is_taker = is_new or is_waiting
        if touch and self._crosses(row, touch):
            self._trade(row, symbol, touch, is_taker)
        elif is_waiting:
            self._end_others(row)
        if not row.is_open:
            return
        if row.time_in_force in ("IOC", "FOK") or row.limit is None:
            self._end(row, "EXPIRED")

    def _end_others(self, row: Row) -> None:
        for other in self._list_of(row):
            if other is not row:
                self._end(other, "EXPIRED")

    def _trade(self, row: Row, symbol: Listed, touch: Decimal, is_taker: bool) -> None:
        depth = symbol.ask_depth if row.is_buy else symbol.bid_depth
        quantity = row.left if depth is None else min(row.left, depth)
        if not quantity or (row.time_in_force == "FOK" and quantity < row.left):
            return
        if depth is not None:
            if row.is_buy:
                symbol.ask_depth = depth - quantity
            else:
                symbol.bid_depth = depth - quantity
        price = touch if is_taker or row.limit is None else row.limit
        self.fill(row, price, quantity, is_maker=not is_taker)
        self._end_others(row)

    def fill(self, row: Row, price: Decimal, quantity: Decimal, *, is_maker: bool) -> Trade:
        """One fill, booked and told."""
        symbol, now = self.symbols[row.symbol], self.now()
        value = price * quantity
        asset, fee = self._fee(symbol, row.is_buy, quantity, value)
        sign = 1 if row.is_buy else -1
        for name, change in ((symbol.base, sign * quantity), (symbol.quote, -sign * value), (asset, -fee)):
            self.balances[name] = self.balances.get(name, ZERO) + change
        trade = Trade(
            row.symbol, len(self.trades) + 1, row.id, price, quantity, fee, asset, now, row.is_buy, is_maker
        )
        self.trades.append(trade)
        row.trades.append(trade)
        row.filled += quantity
        row.spent += value
        row.status = "FILLED" if not row.left else "PARTIALLY_FILLED"
        row.updated = now
        self.tell(row.event("TRADE", now, trade))
        return trade

    def _fee(self, symbol: Listed, is_buy: bool, quantity: Decimal, value: Decimal) -> tuple[str, Decimal]:
        if self.commission == "received":
            return (symbol.base, quantity * COMMISSION) if is_buy else (symbol.quote, value * COMMISSION)
        if self.commission == "quote":
            return symbol.quote, value * COMMISSION
        return self.commission, value * COMMISSION / self.commission_price
