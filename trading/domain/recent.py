"""What an account has under way or has just done: values of the book, beside what it holds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.ids import PositionId


class RecentEntry(Struct, frozen=True, gc=False):
    """An entry of the last minute, for the rate and the duplicate check."""

    symbol: str
    is_buy: bool
    quantity: Decimal
    at: datetime


class Flattening(Struct, frozen=True):
    """A flatten that is not proven yet: which positions must go (empty for a panic: all)."""

    command_id: str
    is_panic: bool
    position_ids: tuple[PositionId, ...]
