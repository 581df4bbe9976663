"""Indicators over whole arrays of closed bars: one value a bar, NaN until there is enough history.

Arrays are float64, oldest first. What is computed for a bar knows that bar and the ones before it, nothing
later. A bar that is missing in time is not invented: every indicator counts bars, not minutes. A value that
is not finite raises NotFinite: one of them would spoil all that follow.

What the library does not know (sessions, swings, zones) stands in levels.py; one bar at a time in streams.py.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import talib
from numpy.typing import NDArray

Values = NDArray[np.float64]
_described: Any = import_module("talib.abstract")  # its names are made while it is imported

CANDLES = {
    "doji": "CDLDOJI",
    "engulfing": "CDLENGULFING",
    "hammer": "CDLHAMMER",
    "hanging_man": "CDLHANGINGMAN",
    "inverted_hammer": "CDLINVERTEDHAMMER",
    "shooting_star": "CDLSHOOTINGSTAR",
    "harami": "CDLHARAMI",
    "piercing": "CDLPIERCING",
    "dark_cloud": "CDLDARKCLOUDCOVER",
    "morning_star": "CDLMORNINGSTAR",
    "evening_star": "CDLEVENINGSTAR",
    "white_soldiers": "CDL3WHITESOLDIERS",
    "black_crows": "CDL3BLACKCROWS",
    "marubozu": "CDLMARUBOZU",
}
"""Candle patterns by our name, and what the library calls them."""


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


def through(function: str, lookback: int, outputs: int, *columns: Values, **keywords: Any) -> list[Values]:
    """What a function of the library says of these columns; NaN before it has looked back `lookback` bars.

    Raises NotFinite, and ValueError for a length that it does not take.
    """
    finite(*columns)
    if len(columns[0]) <= lookback:
        return [np.full(len(columns[0]), np.nan) for _ in range(outputs)]
    found = getattr(talib, function)(*columns, **keywords)
    return [np.asarray(one, dtype=np.float64) for one in (found if outputs > 1 else (found,))]


def _length(length: int, lowest: int) -> None:
    if length < lowest:
        raise ValueError(f"A length of at least {lowest} is needed, not {length}.")


def ema(values: Values, length: int = 20) -> Values:
    """Exponential average, weight 2 / (length + 1), begun with the plain average of the first `length`."""
    _length(length, 1)
    return through("EMA", length - 1, 1, values, timeperiod=length)[0]


def sma(values: Values, length: int = 20) -> Values:
    """Plain average of the last `length`."""
    _length(length, 1)
    return through("SMA", length - 1, 1, values, timeperiod=length)[0]


def rsi(values: Values, length: int = 14) -> Values:
    """Relative strength after Wilder, 0 to 100, first at index `length`; 0 where nothing moved at all."""
    _length(length, 2)
    return through("RSI", length, 1, values, timeperiod=length)[0]


def atr(high: Values, low: Values, close: Values, length: int = 14) -> Values:
    """Average true range after Wilder, in quote currency per unit; first at index `length`."""
    _length(length, 1)
    return through("ATR", length, 1, high, low, close, timeperiod=length)[0]


def adx(high: Values, low: Values, close: Values, length: int = 14) -> Values:
    """How much of a trend there is, after Wilder, 0 to 100 whatever its side; first at 2 × length - 1."""
    _length(length, 2)
    return through("ADX", 2 * length - 1, 1, high, low, close, timeperiod=length)[0]


def bollinger(values: Values, length: int = 20, deviations: float = 2.0) -> tuple[Values, Values, Values]:
    """Upper band, plain average, lower band; bands `deviations` (of the population) away."""
    _length(length, 2)
    upper, middle, lower = through(
        "BBANDS", length - 1, 3, values, timeperiod=length, nbdevup=deviations, nbdevdn=deviations
    )
    return upper, middle, lower


def macd(values: Values, fast: int = 12, slow: int = 26, signal: int = 9) -> tuple[Values, Values, Values]:
    """Fast less slow exponential average, the line's own average, and line less that average."""
    _length(fast, 2)
    _length(slow, fast + 1)
    _length(signal, 1)
    line, average, rest = through(
        "MACD", slow + signal - 2, 3, values, fastperiod=fast, slowperiod=slow, signalperiod=signal
    )
    return line, average, rest


def donchian(high: Values, low: Values, length: int = 20) -> tuple[Values, Values, Values]:
    """Highest high, the middle, lowest low of the last `length` bars, this one included."""
    _length(length, 2)
    finite(high, low)
    upper = through("MAX", length - 1, 1, high, timeperiod=length)[0]
    lower = through("MIN", length - 1, 1, low, timeperiod=length)[0]
    return upper, (upper + lower) / 2, lower


def candle(open_: Values, high: Values, low: Values, close: Values, pattern: str) -> Values:
    """Whether a pattern of CANDLES ends at a bar: +1 speaks for a rise, -1 for a fall, 0 for neither."""
    lookback = candle_lookback(pattern)
    found = through(CANDLES[pattern], lookback, 1, open_, high, low, close)[0]
    signs = np.sign(found)
    signs[:lookback] = np.nan
    return np.asarray(signs, dtype=np.float64)


def candle_lookback(pattern: str) -> int:
    """How many bars come before the first that can be judged."""
    return int(_described.Function(CANDLES[pattern]).lookback)
