"""Bars that tests draw: random walks with a seed and holes in time, prices as a venue would print them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trading.strategies.bars import Columns

MONDAY_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z


def walk(
    count: int,
    seed: int = 1,
    *,
    frame_s: int = 300,
    holes: float = 0.0,
    swing: float = 0.004,
    begin_ms: int = MONDAY_MS,
    symbol: str = "BTC/USDT",
) -> Columns:
    """A walk of `count` bars around 100; a share `holes` of the bars is missing in time."""
    rng = np.random.default_rng(seed)
    steps = rng.standard_normal(count) * swing + np.sin(np.arange(count) / 37) * swing / 3
    close = np.round(100 * np.exp(np.cumsum(steps)), 2)
    opened = np.round(np.concatenate([[100.0], close[:-1]]) * (1 + rng.standard_normal(count) * swing / 9), 2)
    high = np.round(np.maximum(opened, close) * (1 + np.abs(rng.standard_normal(count)) * swing / 2), 2)
    low = np.round(np.minimum(opened, close) * (1 - np.abs(rng.standard_normal(count)) * swing / 2), 2)
    slots = np.cumsum(1 + (rng.random(count) < holes) * rng.integers(1, 9, count)) - 1
    at_ms = (begin_ms + slots * frame_s * 1000).astype(np.int64)
    volume = np.round(rng.random(count) * 10, 3)
    return Columns(symbol, frame_s, at_ms, opened, high, low, close, volume)


def same(one: NDArray[np.generic], other: NDArray[np.generic]) -> bool:
    """Bit for bit, NaN equal to NaN."""
    return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
