"""The one door to the indicator library. Indicators may be floats inside; what leaves is a Decimal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from trading.domain.market import Bar

DIGITS = 12
"""Significant digits that are kept: well inside what a float holds, so that every machine says the same."""


def atr(bars: Sequence[Bar], length: int = 14) -> Decimal | None:
    """Average true range after Wilder over closed bars, oldest first, in quote currency per unit.

    Starts with the plain average of the first `length` ranges. None when there are fewer than
    `length` + 1 bars, or `length` is below 1.
    """
    if length < 1 or len(bars) <= length:
        return None
    # Imported here: numpy and TA-Lib are not needed before the first indicator is.
    import numpy
    import talib

    highs, lows, closes = (
        numpy.array([float(price) for price in prices], dtype=numpy.float64)
        for prices in zip(*((bar.high, bar.low, bar.close) for bar in bars), strict=True)
    )
    ranges = talib.ATR(highs, lows, closes, timeperiod=length)
    return Decimal(f"{float(ranges[-1]):.{DIGITS}g}")
