"""Durations between instants, exact."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

_MICROSECOND = timedelta(microseconds=1)


def seconds_between(start: datetime, end: datetime) -> Decimal:
    """Seconds from `start` to `end`, to the microsecond; negative when `end` is earlier."""
    return Decimal((end - start) // _MICROSECOND).scaleb(-6)
