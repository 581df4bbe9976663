"""Rows of the read side: what the derived tables give to screens and `--json`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.events import Booking
from trading.domain.ids import AccountId, StreamId
from trading.domain.order import Order


class FillRow(Struct, frozen=True):
    """One fill for people and `--json`."""

    at: datetime
    account: AccountId
    symbol: str
    side: str
    quantity: Decimal
    price: Decimal
    fee: Decimal
    currency: str
    realised: Decimal
    client_order_id: str
    order_id: str
    position_id: str
    role: str
    tag: str


class OrderRow(Struct, frozen=True):
    """One order for people and `--json`, open or done."""

    order: Order
    at: datetime


class ClosedRow(Struct, frozen=True):
    """A position from flat to flat."""

    position_id: str
    account: AccountId
    symbol: str
    is_long: bool
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    realised: Decimal
    fees: Decimal
    currency: str
    reason: str
    tag: str
    opened_at: datetime
    closed_at: datetime


class BookingRow(Struct, frozen=True):
    """One booking line with the event that made it."""

    at: datetime
    stream: StreamId
    seq: int
    event: str
    booking: Booking
