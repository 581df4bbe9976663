"""What the local Kraken keeps: pairs, orders and trades, and how the wire tells each of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)
OPEN = ("pending", "open")
STOPS = ("stop-loss", "stop-loss-limit")
LIMITS = ("limit", "stop-loss-limit")
TYPES = ("market", "limit", *STOPS)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Refused(Exception):
    """The venue says no: HTTP 200 with these errors."""

    def __init__(self, *errors: str) -> None:
        super().__init__(errors)
        self.errors = list(errors)


def seconds(at_ms: int) -> float:
    """Kraken's time of REST, a JSON number."""
    return at_ms / 1000


def stamp(at_ms: int) -> str:
    """Kraken's time of the stream."""
    return (EPOCH + timedelta(milliseconds=at_ms)).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass
class Pair:
    """A pair: its rules, and the quote that a test has set. `depth` None: as much as anybody wants."""

    key: str
    altname: str
    ws: str
    base: str
    quote: str
    tick: Decimal = Decimal("0.01")
    lot_decimals: int = 3
    least: Decimal = Decimal("0.001")
    least_cost: Decimal = Decimal(5)
    bid: Decimal = ZERO
    ask: Decimal = ZERO
    bid_depth: Decimal | None = None
    ask_depth: Decimal | None = None
    status: str = "online"

    def told(self) -> dict[str, Any]:
        """As in `AssetPairs`."""
        return {
            "altname": self.altname, "wsname": self.ws.replace("BTC", "XBT"), "aclass_base": "currency",
            "base": self.base, "aclass_quote": "currency", "quote": self.quote, "lot": "unit",
            "cost_decimals": 5, "pair_decimals": 2, "lot_decimals": self.lot_decimals, "lot_multiplier": 1,
            "leverage_buy": [2], "leverage_sell": [2], "fees": [[0, 0.4]], "fees_maker": [[0, 0.25]],
            "fee_volume_currency": "ZUSD", "margin_call": 80, "margin_stop": 40,
            "ordermin": f"{self.least:f}", "costmin": f"{self.least_cost:f}", "tick_size": f"{self.tick:f}",
            "status": self.status,
        }  # fmt: skip


@dataclass
class Trade:
    """One fill of one of our orders. `fee_asset`: the word of the stream for what the fee is in."""

    id: str
    number: int
    order: Order
    price: Decimal
    quantity: Decimal
    fee: Decimal
    at: int
    is_maker: bool

    def told(self) -> dict[str, Any]:
        """As in `TradesHistory`."""
        return {
            "ordertxid": self.order.id, "postxid": "TKH2SE-M7IF5-CFI7LT", "pair": self.order.pair.key,
            "time": seconds(self.at), "type": self.order.side, "ordertype": self.order.type,
            "price": f"{self.price:.5f}", "cost": f"{self.price * self.quantity:.5f}",
            "fee": f"{self.fee:.8f}", "vol": f"{self.quantity:.8f}", "margin": "0.00000", "leverage": "0",
            "misc": "", "trade_id": self.number, "maker": self.is_maker,
        }  # fmt: skip

    def frame(self) -> dict[str, Any]:
        """As the stream tells it: numbers are JSON numbers there."""
        return {
            **self.order.head("trade", self.at), "exec_id": self.id, "trade_id": self.number,
            "last_qty": float(self.quantity), "last_price": float(self.price),
            "cost": float(self.price * self.quantity), "liquidity_ind": "m" if self.is_maker else "t",
            "fees": [{"asset": self.order.pair.ws.partition("/")[2], "qty": float(self.fee)}],
        }  # fmt: skip


@dataclass
class Order:
    """An order, open or done."""

    pair: Pair
    id: str
    name: str
    side: str
    type: str
    quantity: Decimal
    limit: Decimal | None
    stop: Decimal | None
    flags: str
    at: int
    is_at_once: bool = False
    expires: int = 0
    status: str = "open"
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    closed: int = 0
    reason: str = ""
    is_working: bool = True  # False: a stop that was not triggered yet
    trades: list[Trade] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it may still fill."""
        return self.status in OPEN

    @property
    def is_buy(self) -> bool:
        """Which side."""
        return self.side == "buy"

    @property
    def left(self) -> Decimal:
        """What may still fill."""
        return self.quantity - self.filled

    def told(self) -> dict[str, Any]:
        """As in the answers to questions."""
        first = self.stop if self.stop is not None else self.limit
        second = self.limit if self.stop is not None else None
        row = {
            "refid": None, "userref": 0, "cl_ord_id": self.name or None, "status": self.status,
            "opentm": seconds(self.at), "starttm": 0, "expiretm": self.expires,
            "descr": {
                "pair": self.pair.altname, "type": self.side, "ordertype": self.type,
                "price": f"{first or ZERO:f}", "price2": f"{second or ZERO:f}", "leverage": "none",
                "order": f"{self.side} {self.quantity:.8f} {self.pair.altname} @ {self.type}", "close": "",
            },
            "vol": f"{self.quantity:.8f}", "vol_exec": f"{self.filled:.8f}", "cost": f"{self.spent:.5f}",
            "fee": f"{sum((one.fee for one in self.trades), ZERO):.5f}", "price": "0.00000",
            "stopprice": "0.00000", "limitprice": "0.00000", "misc": "", "oflags": self.flags,
        }  # fmt: skip
        if not self.is_open:
            row |= {"closetm": seconds(self.closed), "reason": self.reason or None}
        return row

    def head(self, kind: str, at: int) -> dict[str, Any]:
        """What every frame of an order says."""
        status = {"open": "new", "closed": "filled"}.get(self.status, self.status)
        if self.status == "open" and self.filled:
            status = "partially_filled"
        named = {"cl_ord_id": self.name} if self.name else {}
        return {
            "order_id": self.id, "order_userref": 0, "exec_type": kind, "order_status": status,
            "symbol": self.pair.ws, "side": self.side, "order_type": self.type, "timestamp": stamp(at),
            "order_qty": float(self.quantity), "cum_qty": float(self.filled), "cum_cost": float(self.spent),
            **named,
        }  # fmt: skip

    def ended(self, kind: str, at: int) -> dict[str, Any]:
        """The frame of an end says little: neither symbol nor name."""
        return {
            "order_id": self.id, "order_userref": 0, "exec_type": kind, "order_status": kind,
            "timestamp": stamp(at), "cum_qty": float(self.filled), "cum_cost": float(self.spent),
            "fee_usd_equiv": 0, "avg_price": 0, "cancel_reason": self.reason, "reason": self.reason,
        }  # fmt: skip
