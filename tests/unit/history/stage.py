"""Candles and files made by hand, for everything about the history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from trading.feeds.history.candles import Candles, made
from trading.strategies.bars import millis

FIRST = datetime(2024, 3, 1, tzinfo=UTC)
FIRST_MS = millis(FIRST)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE_MS = 60_000
HOUR_MS = 3_600_000


def candles(
    count: int,
    *,
    step_ms: int = 5 * MINUTE_MS,
    first_ms: int = FIRST_MS,
    price: int = 10_000,
    decimals: int = 2,
) -> Candles:
    """A price that climbs by one step a candle."""
    at = first_ms + step_ms * np.arange(count, dtype=np.int64)
    base = price + np.arange(count, dtype=np.int64)
    return made(decimals, at, (base, base + 3, base - 2, base + 1), np.full(count, 1.5))


def csv_file(path: Path, lines: Sequence[str], head: str = "ts,open,high,low,close,volume") -> Path:
    """A text file of these lines."""
    path.write_text("\n".join([*([head] if head else []), *lines]) + "\n")
    return path


def row(place: int, *, step_ms: int = 5 * MINUTE_MS, price: str = "100.5") -> str:
    """One sound row."""
    return f"{FIRST_MS + place * step_ms},{price},{float(price) + 1},{float(price) - 1},{price},2"
