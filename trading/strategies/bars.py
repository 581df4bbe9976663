"""Closed bars as arrays: what strategies read, live and over the past alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trading.domain.market import Bar

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Columns(Struct, frozen=True, eq=False):
    """Closed bars of one symbol in one frame, oldest first.

    `at_ms`: open instants in milliseconds since 1970 UTC, strictly rising; a bar may be missing. The others
    are float64, prices in quote currency per unit and volume in base units (0 where it is not known): they
    are for indicators, and money never comes out of them unrounded.
    """

    symbol: str
    frame_s: int
    at_ms: NDArray[np.int64]
    open: NDArray[np.float64]
    high: NDArray[np.float64]
    low: NDArray[np.float64]
    close: NDArray[np.float64]
    volume: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.at_ms)

    def upto(self, count: int) -> Columns:
        """The first `count` bars: a view, nothing is copied."""
        return Columns(
            self.symbol,
            self.frame_s,
            self.at_ms[:count],
            self.open[:count],
            self.high[:count],
            self.low[:count],
            self.close[:count],
            self.volume[:count],
        )

    def at(self, index: int) -> datetime:
        """When a bar opened."""
        return instant(int(self.at_ms[index]))

    def closes_ms(self) -> NDArray[np.int64]:
        """When each bar has closed, in milliseconds since 1970 UTC."""
        return self.at_ms + self.frame_s * 1000


def instant(ms: int) -> datetime:
    """Milliseconds since 1970 UTC as an instant."""
    return _EPOCH + timedelta(milliseconds=ms)


def millis(at: datetime) -> int:
    """An instant as milliseconds since 1970 UTC."""
    return (at - _EPOCH) // _MS


def columns(bars: Sequence[Bar], symbol: str, frame_s: int) -> Columns:
    """Closed bars of one symbol and frame as arrays; prices become the nearest float64."""
    return Columns(
        symbol,
        frame_s,
        np.array([millis(bar.at) for bar in bars], dtype=np.int64),
        np.array([float(bar.open) for bar in bars], dtype=np.float64),
        np.array([float(bar.high) for bar in bars], dtype=np.float64),
        np.array([float(bar.low) for bar in bars], dtype=np.float64),
        np.array([float(bar.close) for bar in bars], dtype=np.float64),
        np.array([float(bar.volume or 0) for bar in bars], dtype=np.float64),
    )
