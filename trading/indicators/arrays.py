"""Indicators over whole arrays of closed bars: one value a bar, NaN until there is enough history.

Arrays are float64, oldest first. What is computed for a bar knows that bar and the ones before it, nothing
later. A bar that is missing in time is not invented: every indicator counts bars, not minutes. A value that
is not finite raises NotFinite: one of them would spoil all that follow.
"""

from __future__ import annotations

import numpy as np
import talib
from numpy.typing import NDArray

Values = NDArray[np.float64]


class NotFinite(ValueError):
    """A bar holds a number that is none; says which, counted from 0."""

    def __init__(self, index: int, value: object) -> None:
        self.index = index
        super().__init__(f"Bar {index} holds {value}: an indicator takes finite numbers only.")


def finite(*columns: Values) -> None:
    """Raises NotFinite for the first number that is none."""
    for column in columns:
        good = np.isfinite(column)
        if not good.all():
            index = int(np.argmin(good))
            raise NotFinite(index, column[index])


def _room(values: Values, length: int, lowest: int = 1) -> None:
    assert length >= lowest, f"a length of at least {lowest}, not {length}"
    assert values.ndim == 1, "one series at a time"


def ema(values: Values, length: int) -> Values:
    """Exponential average, weight 2 / (length + 1), begun with the plain average of the first `length`."""
    _room(values, length)
    finite(values)
    if length == 1:
        return values.astype(np.float64, copy=True)
    return np.asarray(talib.EMA(values, timeperiod=length), dtype=np.float64)


def rsi(values: Values, length: int = 14) -> Values:
    """Relative strength after Wilder, 0 to 100, first at index `length`; 0 where nothing moved at all."""
    _room(values, length, 2)
    finite(values)
    return np.asarray(talib.RSI(values, timeperiod=length), dtype=np.float64)


def atr(high: Values, low: Values, close: Values, length: int = 14) -> Values:
    """Average true range after Wilder, in quote currency per unit; first at index `length`."""
    _room(close, length)
    finite(high, low, close)
    return np.asarray(talib.ATR(high, low, close, timeperiod=length), dtype=np.float64)
