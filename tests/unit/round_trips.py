"""Round trips for tests of the analytics."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from trading.domain.ids import AccountId, CommandId
from trading.row import ClosedRow

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)  # a Monday


def round_trip(
    net: Decimal | str,
    *,
    closed_h: float = 1,
    held_h: float = 1,
    fees: str = "0",
    risk: Decimal | None = None,
    symbol: str = "BTC/USD",
    tag: str = "manual",
    reason: str = "tp1",
    command_id: str = "console:me:1",
    currency: str = "USD",
    is_long: bool = True,
) -> ClosedRow:
    """One that went flat `closed_h` hours after START and made `net` after `fees`."""
    closed_at = START + timedelta(hours=closed_h)
    return ClosedRow(
        f"me/{symbol}/{closed_h}",
        AccountId("me"),
        symbol,
        is_long,
        Decimal(1),
        Decimal(100),
        Decimal(100),
        Decimal(net) + Decimal(fees),
        Decimal(fees),
        currency,
        reason,
        tag,
        closed_at - timedelta(hours=held_h),
        closed_at,
        command_id=CommandId(command_id),
        risk=risk,
    )
