"""What the paper venue writes on its tape, and an order as the venue holds it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.brokers.fills import STOPS, Terms
from trading.domain.ids import ClientOrderId, VenueOrderId
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Order, OrderType, Side
from trading.domain.reports import FillReported
from trading.ports import VenueOrder


class Opened(Struct, frozen=True, tag=True):
    """The venue begins with this cash."""

    cash: Decimal
    at: datetime


class Listed(Struct, frozen=True, tag=True):
    """The contract that later lines of this symbol rely on."""

    instrument: Instrument


class Taken(Struct, frozen=True, tag=True):
    """An order was accepted. The order carries its present quantity and prices when the tape was folded."""

    order: Order
    venue_order_id: VenueOrderId
    at: datetime
    active_at: datetime
    expires_at: datetime | None


class Filled(Struct, frozen=True, tag=True):
    """A fill, as it is reported."""

    symbol: str
    side: Side
    report: FillReported


class Ended(Struct, frozen=True, tag=True):
    """No more fills: `status` canceled or expired."""

    client_order_id: ClientOrderId
    status: str
    reason: str
    at: datetime


class Changed(Struct, frozen=True, tag=True):
    """Quantity (total) or prices changed; `reason` empty when asked for, otherwise the venue did it: `oco` to
    members of a group, `attached` to what hangs on a position, `bracket` to exits that wake or grow with the
    entry that brought them."""

    client_order_id: ClientOrderId
    quantity: Quantity
    limit_price: Price | None
    stop_price: Price | None
    reason: str
    at: datetime


class Triggered(Struct, frozen=True, tag=True):
    """A stop was reached and the order now trades as market or limit."""

    client_order_id: ClientOrderId
    at: datetime


class Trailed(Struct, frozen=True, tag=True):
    """The best price that a trailing stop has seen, noted now and then."""

    client_order_id: ClientOrderId
    best: Price
    at: datetime


Record = Opened | Listed | Taken | Filled | Ended | Changed | Triggered | Trailed


class Working:
    """An order as the venue holds it, open or done."""

    __slots__ = (
        "accepted_at",
        "active_at",
        "best",
        "expires_at",
        "filled",
        "fills",
        "instrument",
        "is_asleep",
        "is_buy",
        "is_triggered",
        "limit_price",
        "order",
        "quantity",
        "reason",
        "reserved",
        "seq",
        "status",
        "stop_price",
        "venue_order_id",
    )

    def __init__(self, taken: Taken, instrument: Instrument, seq: int) -> None:
        order = taken.order
        self.order = order
        self.instrument = instrument
        self.seq = seq
        self.venue_order_id = taken.venue_order_id
        self.accepted_at = taken.at
        self.active_at = taken.active_at
        self.expires_at = taken.expires_at
        self.is_buy = order.side is Side.BUY
        self.quantity = order.quantity
        self.limit_price = order.limit_price
        self.stop_price = order.stop_price
        self.filled = Quantity(ZERO)
        self.fills = 0
        self.status = "working"
        self.reason = ""
        self.is_triggered = False
        self.is_asleep = bool(order.parent)
        self.best: Price | None = None
        self.reserved = ZERO

    @property
    def cid(self) -> ClientOrderId:
        """Our name for it."""
        return self.order.client_order_id

    @property
    def remaining(self) -> Quantity:
        """What may still fill."""
        return Quantity(self.quantity - self.filled)

    @property
    def is_open(self) -> bool:
        """Whether it may still fill."""
        return self.status == "working"

    @property
    def type(self) -> OrderType:
        """What it trades as now: a triggered stop is a market order, a triggered stop-limit a limit."""
        if not self.is_triggered:
            return self.order.type
        return OrderType.MARKET if self.order.type in STOPS else OrderType.LIMIT

    def terms(self, stop: Price | None) -> Terms:
        """What the fill rules look at; `stop` is where the trigger stands now."""
        return Terms(self.is_buy, self.type, self.limit_price, stop)

    def told(self) -> VenueOrder:
        """The order in the port's words."""
        return VenueOrder(
            client_order_id=self.cid,
            venue_order_id=self.venue_order_id,
            symbol=self.order.symbol,
            status=self.status,
            quantity=self.quantity,
            filled=self.filled,
            limit_price=self.limit_price,
            stop_price=self.stop_price,
        )
