"""The one door to the indicator library. Indicators may be floats inside; what leaves is a Decimal."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from trading.domain.market import Bar
from trading.domain.measure import INDICATORS, Indicator, line_of

DIGITS = 12
"""Significant digits that are kept: well inside what a float holds, so that every machine says the same."""
_SIGNAL = 9
_DEVIATIONS = 2.0

_Compute = Callable[[Any, Sequence[Any], tuple[int, ...]], Any]


def _average(name: str) -> _Compute:
    def compute(lib: Any, columns: Sequence[Any], lengths: tuple[int, ...]) -> Any:
        return getattr(lib, name)(columns[2], timeperiod=lengths[0])

    return compute


def _ranged(name: str) -> _Compute:
    def compute(lib: Any, columns: Sequence[Any], lengths: tuple[int, ...]) -> Any:
        return getattr(lib, name)(*columns, timeperiod=lengths[0])

    return compute


def _band(number: int) -> _Compute:
    def compute(lib: Any, columns: Sequence[Any], lengths: tuple[int, ...]) -> Any:
        bands = lib.BBANDS(columns[2], timeperiod=lengths[0], nbdevup=_DEVIATIONS, nbdevdn=_DEVIATIONS)
        return bands[number]

    return compute


def _macd(lib: Any, columns: Sequence[Any], lengths: tuple[int, ...]) -> Any:
    fast, slow = lengths
    return lib.MACD(columns[2], fastperiod=fast, slowperiod=slow, signalperiod=_SIGNAL)[2]


_COMPUTED: dict[str, _Compute] = {
    "rsi": _average("RSI"),
    "adx": _ranged("ADX"),
    "cci": _ranged("CCI"),
    "roc": _average("ROC"),
    "atr": _ranged("ATR"),
    "sma": _average("SMA"),
    "ema": _average("EMA"),
    "upper": _band(0),
    "lower": _band(2),
    "macd": _macd,
}


def measured(bars: Sequence[Bar], indicator: Indicator) -> Decimal | None:
    """The indicator at the end of the newest of these closed bars, oldest first, in its own unit. None while
    there are too few of them.

    `rsi`, `adx`, `atr` are smoothed after Wilder; `upper` and `lower` are Bollinger's bands two deviations
    around the plain average; `roc` is in percent; `macd` is its line less its signal of nine bars; `over_ema`
    and its like are the newest close less that line.
    """
    over = line_of(indicator)
    if over is not None:
        found = measured(bars, over)
        return None if found is None else bars[-1].close - found
    kind = INDICATORS[indicator.name]
    if min(indicator.lengths) < 1 or len(bars) < kind.needed(indicator.lengths):
        return None
    # Imported here: numpy and TA-Lib are not needed before the first indicator is.
    import numpy
    import talib

    columns = [
        numpy.array([float(price) for price in prices], dtype=numpy.float64)
        for prices in zip(*((bar.high, bar.low, bar.close) for bar in bars), strict=True)
    ]
    value = float(_COMPUTED[indicator.name](talib, columns, indicator.lengths)[-1])
    return Decimal(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def atr(bars: Sequence[Bar], length: int = 14) -> Decimal | None:
    """Average true range after Wilder over closed bars, oldest first, in quote currency per unit.

    Starts with the plain average of the first `length` ranges. None when there are fewer than
    `length` + 1 bars, or `length` is below 1.
    """
    return measured(bars, Indicator("atr", (length,), 0))
