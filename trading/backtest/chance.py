"""Monte Carlo: the same round trips in another order, drawn again and again, the same for the same seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from trading.backtest.report import Quantiles, Shuffled
from trading.backtest.results import Trip
from trading.backtest.ticks import Floats

DRAWS = 1_000
CELLS_MAX = 4_000_000
"""Round trips drawn in all: beyond that fewer draws say as much."""
_CENT = Decimal("0.01")


def shuffled(trips: Sequence[Trip], cash: Decimal, seed: int, draws: int = DRAWS) -> Shuffled | None:
    """How the capital might have gone; None for fewer than two round trips.

    Each round trip counts as what it made of the capital that was there when it ended, so that a path
    compounds as a size by share of equity does.
    """
    if len(trips) < 2:
        return None
    parts = _parts(trips, cash)
    draws = max(1, min(draws, CELLS_MAX // len(parts)))
    paths = np.cumprod(1.0 + parts[_drawn(seed, draws, len(parts))], axis=1)
    paths = np.maximum(paths, 0.0)
    ends = (paths[:, -1] - 1.0) * 100
    peaks = np.maximum(np.maximum.accumulate(paths, axis=1), 1.0)
    depths = (1.0 - paths / peaks).max(axis=1) * 100
    lost = float((ends < 0).mean()) * 100
    return Shuffled(draws, seed, _quantiles(ends), _quantiles(depths), _rounded(lost))


def _parts(trips: Sequence[Trip], cash: Decimal) -> Floats:
    """What each made of what was there, as a fraction; whoever has lost everything loses no more."""
    found, worth = [], cash
    for trip in trips:
        found.append(float(trip.net / worth) if worth > 0 else 0.0)
        worth += trip.net
    return np.maximum(np.array(found, dtype=np.float64), -1.0)


def _drawn(seed: int, draws: int, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    """Places of round trips, the same for the same seed on any machine: SHAKE-256 of it, 32 bits a draw.

    Modulo favours no place by more than count / 2³².
    """
    digest = hashlib.shake_256(f"shuffled:{seed}".encode()).digest(4 * draws * count)
    return np.frombuffer(digest, dtype="<u4").reshape(draws, count) % np.uint32(count)


def _quantiles(values: Floats) -> Quantiles:
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95)).tolist()
    return Quantiles(_rounded(low), _rounded(middle), _rounded(high))


def _rounded(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(_CENT)
