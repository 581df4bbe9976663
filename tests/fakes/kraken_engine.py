"""The local Kraken's matching engine: rules, balances, and fills against a quote."""

from __future__ import annotations

import itertools
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.fakes.kraken_rows import LIMITS, STOPS, TYPES, ZERO, Order, Pair, Refused, Trade

FREE_TEXT = re.compile(r"[ -~]{1,18}")
COMMISSION = Decimal("0.001")
NO_FUNDS = "EOrder:Insufficient funds"
UNKNOWN_ORDER = "EOrder:Unknown order"


class KrakenEngine:
    """One account. `balances` by Kraken's own names (`XXBT`, `ZUSD`)."""

    def __init__(self, now: Callable[[], int], tell: Callable[[dict[str, Any]], None]) -> None:
        self.now = now
        self.tell = tell
        self.pairs: dict[str, Pair] = {}
        self.balances: dict[str, Decimal] = {}
        self.orders: list[Order] = []
        self.trades: list[Trade] = []
        self._ids = itertools.count(1)

    def list_pair(self, pair: Pair) -> None:
        """Trade it from now on."""
        self.pairs[pair.key] = pair

    def pair(self, name: str) -> Pair:
        """By its key or its other name."""
        for one in self.pairs.values():
            if name in (one.key, one.altname):
                return one
        raise Refused("EQuery:Unknown asset pair")

    # ------------------------------------------------------------ what people hold

    def held_back(self, asset: str) -> Decimal:
        """What open orders have put aside."""
        return sum(
            (
                self._need(one, one.left)
                for one in self.orders
                if one.is_open and asset == (one.pair.quote if one.is_buy else one.pair.base)
            ),
            ZERO,
        )

    def balance_ex(self) -> dict[str, Any]:
        """As `BalanceEx` says it."""
        return {
            asset: {"balance": f"{total:.10f}", "hold_trade": f"{self.held_back(asset):.10f}"}
            for asset, total in self.balances.items()
        }

    @staticmethod
    def _need(order: Order, quantity: Decimal) -> Decimal:
        price = order.limit or order.stop or order.pair.ask
        return quantity * price if order.is_buy else quantity

    # ------------------------------------------------------------ orders

    def add(self, asked: Mapping[str, str]) -> Order | None:
        """`AddOrder`; None when it was to be looked at only."""
        order = self._made(asked)
        self._check(order)
        if asked.get("validate") == "true":
            return None
        order.id = f"O{next(self._ids):05d}-LOCAL-KRAKEN"
        self.orders.append(order)
        self.tell(order.head("pending_new", self.now()))
        self.tell({**order.head("new", self.now()), "time_in_force": "GTC"})
        self.match(order, is_new=True)
        return order

    def _made(self, asked: Mapping[str, str]) -> Order:
        for name in ("pair", "type", "ordertype", "volume"):
            if not asked.get(name):
                raise Refused(f"EGeneral:Invalid arguments:{name}")
        kind, life = asked["ordertype"], asked.get("timeinforce", "GTC")
        if kind not in TYPES or asked["type"] not in ("buy", "sell"):
            raise Refused("EGeneral:Invalid arguments:ordertype")
        if life not in ("GTC", "IOC", "GTD"):
            raise Refused("EGeneral:Invalid arguments:timeinforce")
        self._check_deadline(asked.get("deadline"))
        name = asked.get("cl_ord_id", "")
        if name and not FREE_TEXT.fullmatch(name):
            try:
                uuid.UUID(name)
            except ValueError:
                raise Refused("EGeneral:Invalid arguments:cl_ord_id") from None
        if any(one.is_open and one.name == name for one in self.orders if name):
            raise Refused("EOrder:cl_ord_id already in use")
        price, second = (Decimal(asked[key]) if asked.get(key) else None for key in ("price", "price2"))
        return Order(
            pair=self.pair(asked["pair"]),
            id="",
            name=name,
            side=asked["type"],
            type=kind,
            quantity=Decimal(asked["volume"]),
            limit=price if kind == "limit" else second if kind == "stop-loss-limit" else None,
            stop=price if kind in STOPS else None,
            flags=asked.get("oflags", ""),
            at=self.now(),
            is_at_once=life == "IOC",
            expires=int(asked.get("expiretm", "0")) if life == "GTD" else 0,
            is_working=kind not in STOPS,
        )

    def _check_deadline(self, told: str | None) -> None:
        if told is None:
            return
        left_ms = int(datetime.fromisoformat(told).timestamp() * 1000) - self.now()
        if left_ms < 0:
            raise Refused("EService:Deadline elapsed")
        if not 2_000 <= left_ms <= 60_000:
            raise Refused("EGeneral:Invalid arguments:deadline")

    def _check(self, order: Order) -> None:
        pair = order.pair
        if pair.status != "online":
            raise Refused(f"EService:Market in {pair.status} mode")
        self._check_grid(pair, order.quantity, order.limit, order.stop)
        if order.quantity < pair.least:
            raise Refused("EOrder:Order minimum not met")
        if order.quantity * (order.limit or order.stop or pair.bid) < pair.least_cost:
            raise Refused("EOrder:Cost minimum not met")
        touch = pair.ask if order.is_buy else pair.bid
        if "post" in order.flags and touch and self._crosses(order, touch):
            raise Refused("EOrder:Post only order")
        asset = pair.quote if order.is_buy else pair.base
        free = self.balances.get(asset, ZERO) - self.held_back(asset)
        if free < self._need(order, order.quantity):
            raise Refused(NO_FUNDS)

    @staticmethod
    def _check_grid(pair: Pair, quantity: Decimal, *prices: Decimal | None) -> None:
        if quantity <= 0 or quantity % Decimal(1).scaleb(-pair.lot_decimals):
            raise Refused("EGeneral:Invalid arguments:volume")
        for price in prices:
            if price is not None and (price <= 0 or price % pair.tick):
                raise Refused("EOrder:Tick size check failed")

    def cancel(self, asked: Mapping[str, str], reason: str = "User requested") -> int:
        """`CancelOrder`: how many were ended."""
        order = self._open(asked)
        self.end(order, "canceled", reason)
        return 1

    def amend(self, asked: Mapping[str, str]) -> str:
        """`AmendOrder`: in place. A quantity below what has filled ends the rest."""
        order = self._open(asked)
        quantity = Decimal(asked.get("order_qty") or order.quantity)
        limit = Decimal(asked["limit_price"]) if asked.get("limit_price") else order.limit
        stop = Decimal(asked["trigger_price"]) if asked.get("trigger_price") else order.stop
        if (limit is not None) != (order.type in LIMITS) or (stop is not None) != (order.type in STOPS):
            raise Refused("EGeneral:Invalid arguments")
        self._check_grid(order.pair, quantity, limit, stop)
        order.quantity, order.limit, order.stop = quantity, limit, stop
        if quantity <= order.filled:
            order.quantity = order.filled
            self.end(order, "canceled", "Order amended below what has filled")
        else:
            self.tell({"limit_price": float(limit or 0), **order.head("amended", self.now())})
            self.match(order, is_new=True)
        return f"T{next(self._ids):05d}-AMEND-KRAKEN"

    def _open(self, asked: Mapping[str, str]) -> Order:
        for one in reversed(self.orders):
            if one.is_open and (one.id == asked.get("txid") or one.name == asked.get("cl_ord_id", "?")):
                return one
        raise Refused(UNKNOWN_ORDER)

    def end(self, order: Order, status: str, reason: str = "") -> None:
        """An order ends, whoever wants it."""
        if order.is_open:
            order.status, order.closed, order.reason = status, self.now(), reason
            self.tell(order.ended(status, self.now()))

    # ------------------------------------------------------------ matching

    def quote(self, key: str, bid: Decimal, ask: Decimal, depth: Decimal | None = None) -> None:
        """The market stands there, so deep on both sides, and whatever waits may fill."""
        pair = self.pairs[key]
        pair.bid, pair.ask, pair.bid_depth, pair.ask_depth = bid, ask, depth, depth
        for order in [one for one in self.orders if one.pair is pair]:
            self.match(order)

    def pass_time(self) -> None:
        """Orders whose end has come expire."""
        for order in self.orders:
            if order.is_open and order.expires and order.expires * 1000 <= self.now():
                self.end(order, "expired", "Order expired")

    @staticmethod
    def _crosses(order: Order, touch: Decimal) -> bool:
        return order.limit is None or (touch <= order.limit if order.is_buy else touch >= order.limit)

    @staticmethod
    def _is_triggered(order: Order) -> bool:
        pair = order.pair
        if not pair.bid or order.stop is None:
            return False
        return pair.ask >= order.stop if order.is_buy else pair.bid <= order.stop

    def match(self, order: Order, *, is_new: bool = False) -> None:
        """A stop that the market has passed already trades at once, like any other that is triggered."""
        if not order.is_open:
            return
        is_waiting = not order.is_working
        if is_waiting and not self._is_triggered(order):
            return
        order.is_working = True
        pair = order.pair
        touch = pair.ask if order.is_buy else pair.bid
        if touch and self._crosses(order, touch):
            self._trade(order, touch, is_taker=is_new or is_waiting)
        if order.status == "open" and (order.is_at_once or order.limit is None):
            self.end(order, "canceled", "Immediate or cancel" if order.is_at_once else "No liquidity")

    def _trade(self, order: Order, touch: Decimal, *, is_taker: bool) -> None:
        pair = order.pair
        depth = pair.ask_depth if order.is_buy else pair.bid_depth
        quantity = order.left if depth is None else min(order.left, depth)
        if not quantity:
            return
        if depth is not None:
            if order.is_buy:
                pair.ask_depth = depth - quantity
            else:
                pair.bid_depth = depth - quantity
        price = touch if is_taker or order.limit is None else order.limit
        self.fill(order, price, quantity, is_maker=not is_taker)

    def fill(self, order: Order, price: Decimal, quantity: Decimal, *, is_maker: bool) -> Trade:
        """One fill, booked and told. Its fee is taken in the quote currency (`fciq`)."""
        pair, value, now = order.pair, price * quantity, self.now()
        fee = value * COMMISSION
        sign = 1 if order.is_buy else -1
        for asset, change in ((pair.base, sign * quantity), (pair.quote, -sign * value - fee)):
            self.balances[asset] = self.balances.get(asset, ZERO) + change
        number = len(self.trades) + 1
        trade = Trade(f"T{number:05d}-LOCAL-KRAKEN", number, order, price, quantity, fee, now, is_maker)
        self.trades.append(trade)
        order.trades.append(trade)
        order.filled += quantity
        order.spent += value
        if not order.left and order.is_open:
            order.status, order.closed = "closed", now
        self.tell(trade.frame())
        if order.status == "closed":
            self.tell(order.head("filled", now))
        return trade
