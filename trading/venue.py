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
    """What the credentials may do and where they point.

    `may_withdraw` also when they may only move money to another account. `code` is the venue's refusal in our
    words where it did not answer the question (`key`: it does not take this key), or what is worth knowing.
    """

    environment: str  # "paper" or "live"
    may_trade: bool
    may_withdraw: bool
    note: str = ""
    code: str = ""
    tells_rights: bool = True  # False: the venue says whether the account trades, not what the key may do
    bound_to_address: bool | None = None  # works from known addresses only; None: not told
