"""What a venue tells of itself: the values that cross the door of `Broker` inwards."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.ids import ClientOrderId
from trading.domain.money import Price, Quantity


class VenueOrder(Struct, frozen=True):
    """An order as the venue tells it. `status`: working, filled, canceled, expired, rejected."""

    client_order_id: ClientOrderId
    venue_order_id: str
    symbol: str
    status: str
    quantity: Quantity
    filled: Quantity
    limit_price: Price | None = None
    stop_price: Price | None = None
    older_venue_ids: tuple[str, ...] = ()  # names that it had before it was changed, oldest first (X27)

    @property
    def venue_names(self) -> tuple[str, ...]:
        """All names that the venue has had for it, the newest last."""
        return (*self.older_venue_ids, self.venue_order_id)


class VenueSnapshot(Struct, frozen=True):
    """Positions (signed, by symbol), open orders and cash, as the venue tells them at one instant."""

    at: datetime
    positions: dict[str, Quantity]
    orders: tuple[VenueOrder, ...]
    cash: Decimal


class Probe(Struct, frozen=True):
    """What the credentials may do and where they point."""

    environment: str  # "paper" or "live"
    may_trade: bool
    may_withdraw: bool
    note: str = ""
