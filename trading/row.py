"""Rows of the read side: what the derived tables give to screens and `--json`."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from trading.domain.events import Booking
from trading.domain.ids import AccountId, CommandId, StreamId
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


class ClosedRow(Struct, frozen=True, gc=False):
    """A round trip: a position from flat to flat, with all of its entries and exits.

    `realised` is before fees. `seq` is the number of its closing in the account's stream. `risk` is 1 R in
    money: the distance from the entry to the first stop, for all that was ever entered; None when it never
    had a stop. `command_id` is what opened it.
    """

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
    seq: int = 0
    command_id: CommandId = CommandId("")
    risk: Decimal | None = None
    multiplier: Decimal = Decimal(1)

    @property
    def net(self) -> Decimal:
        """What it made after fees."""
        return self.realised - self.fees

    @property
    def r_multiple(self) -> Decimal | None:
        """Its net result in units of what it risked; None when that is not known."""
        return self.net / self.risk if self.risk else None

    @property
    def held(self) -> timedelta:
        """From its first fill to its last; never negative, whatever a venue's clock says."""
        return max(self.closed_at - self.opened_at, timedelta(0))


class BookingRow(Struct, frozen=True):
    """One booking line with the event that made it."""

    at: datetime
    stream: StreamId
    seq: int
    event: str
    booking: Booking
