"""Indicators one bar at a time, and THE table of what can be asked for: by name, whole or streaming.

A stream is opened at an anchor, the first bar that it sees, and says after each bar what the whole array from
that anchor on says there, bit for bit. So a series that is anchored once gives the same numbers live, in a
backtest and after a restart. Streams hold handles of the library and cannot be stored: reopen them from bars.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple, Protocol

import numpy as np
import talib
from msgspec import Struct
from numpy.typing import NDArray

from trading.indicators import arrays, levels
from trading.indicators.arrays import CANDLES, NotFinite, Values


class Row(NamedTuple):
    """One closed bar: prices, volume in base units, and the number of the session it belongs to."""

    open: float
    high: float
    low: float
    close: float
    volume: float = 0.0
    session: int = 0


class Spec(Struct, frozen=True):
    """An indicator by name with its arguments, as in KINDS: `Spec("ema", (50,))`."""

    name: str
    arguments: tuple[Any, ...] = ()


class Updated(Protocol):
    """What takes one bar's columns and says its values."""

    def update(self, *columns: Any) -> tuple[float, ...]: ...


def _followed(updated: Updated, *columns: NDArray[Any]) -> tuple[float, ...]:
    """Its values after all of these bars."""
    values: tuple[float, ...] = ()
    for row in zip(*(one.tolist() for one in columns), strict=True):
        values = updated.update(*row)
    return values


class Kind(Struct, frozen=True):
    """An indicator: the columns it reads, what it says, and both ways of computing it.

    `lookback`: bars before the first value (of swings, sessions and zones: before there can be one at all).
    """

    columns: tuple[str, ...]
    outputs: tuple[str, ...]
    lookback: Callable[..., int]
    whole: Callable[..., Any]
    begin: Callable[..., Updated]


class _Handle:
    """A handle of the library, opened as soon as there are bars enough."""

    __slots__ = ("_function", "_handle", "_held", "_keywords", "_lookback", "_nothing")

    def __init__(self, function: str, lookback: int, outputs: int, **keywords: Any) -> None:
        self._function, self._lookback, self._keywords = function, lookback, keywords
        self._nothing = (math.nan,) * outputs
        self._held: list[tuple[float, ...]] = []
        self._handle: Any = None

    def update(self, *columns: float) -> tuple[float, ...]:
        if self._handle is None:
            self._held.append(columns)
            if len(self._held) <= self._lookback:
                return self._nothing
            history = np.array(self._held, dtype=np.float64).T
            opened = getattr(talib.stream, self._function)
            self._handle = opened(*(np.ascontiguousarray(one) for one in history), **self._keywords)
            self._held = []
            value = self._handle.value
        else:
            value = self._handle.update(*columns)
        return value if isinstance(value, tuple) else (value,)

    def follow(self, *columns: NDArray[np.float64]) -> tuple[float, ...]:
        """As `update` with every one of these first bars, at once."""
        if len(columns[0]) <= self._lookback:
            return _followed(self, *columns)
        opened = getattr(talib.stream, self._function)
        self._handle = opened(*(np.ascontiguousarray(one) for one in columns), **self._keywords)
        value = self._handle.value
        return value if isinstance(value, tuple) else (value,)

    def __copy__(self) -> _Handle:
        other = type(self)(self._function, self._lookback, len(self._nothing), **self._keywords)
        other._held = list(self._held)
        other._handle = None if self._handle is None else self._handle.copy()
        return other

    def __deepcopy__(self, memo: object) -> _Handle:
        return copy.copy(self)


class _Candle(_Handle):
    """A pattern: the sign of what the library says."""

    __slots__ = ()

    def update(self, *columns: float) -> tuple[float, ...]:
        return self._sign(super().update(*columns)[0])

    def follow(self, *columns: NDArray[np.float64]) -> tuple[float, ...]:
        if len(columns[0]) <= self._lookback:
            return _followed(self, *columns)
        return self._sign(super().follow(*columns)[0])

    @staticmethod
    def _sign(value: float) -> tuple[float, ...]:
        return (value if math.isnan(value) else float((value > 0) - (value < 0)),)


class _Channel:
    """Highest high and lowest low."""

    __slots__ = ("_lower", "_upper")

    def __init__(self, length: int = 20) -> None:
        self._upper = _Handle("MAX", length - 1, 1, timeperiod=length)
        self._lower = _Handle("MIN", length - 1, 1, timeperiod=length)

    def follow(self, high: NDArray[np.float64], low: NDArray[np.float64]) -> tuple[float, ...]:
        """As `update` with every one of these first bars, at once."""
        upper, lower = self._upper.follow(high)[0], self._lower.follow(low)[0]
        return upper, (upper + lower) / 2, lower

    def update(self, high: float, low: float) -> tuple[float, ...]:
        upper, lower = self._upper.update(high)[0], self._lower.update(low)[0]
        return upper, (upper + lower) / 2, lower


def _simple(
    function: str, whole: Callable[..., Any], columns: tuple[str, ...], usual: int, bars: int, shift: int
) -> Kind:
    """A kind with one length and one value; the first stands at index bars × length + shift."""

    def lookback(length: int = usual) -> int:
        return bars * length + shift

    def begin(length: int = usual) -> Updated:
        return _Handle(function, lookback(length), 1, timeperiod=length)

    return Kind(columns, (function.lower(),), lookback, whole, begin)


def _bands(length: int = 20, deviations: float = 2.0) -> Updated:
    return _Handle("BBANDS", length - 1, 3, timeperiod=length, nbdevup=deviations, nbdevdn=deviations)


def _macd(fast: int = 12, slow: int = 26, signal: int = 9) -> Updated:
    return _Handle("MACD", slow + signal - 2, 3, fastperiod=fast, slowperiod=slow, signalperiod=signal)


def _pattern(pattern: str) -> Updated:
    return _Candle(CANDLES[pattern], arrays.candle_lookback(pattern), 1)


_RANGE = ("high", "low", "close")
_SIDES = ("upper", "middle", "lower")
KINDS: Mapping[str, Kind] = {
    "ema": _simple("EMA", arrays.ema, ("close",), 20, 1, -1),
    "sma": _simple("SMA", arrays.sma, ("close",), 20, 1, -1),
    "rsi": _simple("RSI", arrays.rsi, ("close",), 14, 1, 0),
    "atr": _simple("ATR", arrays.atr, _RANGE, 14, 1, 0),
    "adx": _simple("ADX", arrays.adx, _RANGE, 14, 2, -1),
    "bollinger": Kind(("close",), _SIDES, lambda length=20, _=2.0: length - 1, arrays.bollinger, _bands),
    "macd": Kind(
        ("close",),
        ("line", "signal", "rest"),
        lambda fast=12, slow=26, signal=9: slow + signal - 2,
        arrays.macd,
        _macd,
    ),
    "donchian": Kind(("high", "low"), _SIDES, lambda length=20: length - 1, arrays.donchian, _Channel),
    "candle": Kind(("open", *_RANGE), ("sign",), arrays.candle_lookback, arrays.candle, _pattern),
    "vwap": Kind((*_RANGE, "volume", "session"), ("vwap",), lambda: 0, levels.vwap, levels.Vwap),
    "pivots": Kind(
        (*_RANGE, "session"),
        ("pivot", "resistance", "support", "resistance_far", "support_far"),
        lambda: 0,
        levels.pivots,
        levels.Pivots,
    ),
    "swings": Kind(("high", "low"), ("high", "low"), lambda reach: 2 * reach, levels.swings, levels.Swings),
    "zones": Kind(
        _RANGE,
        ("support", "support_touches", "resistance", "resistance_touches"),
        lambda reach=5, most=40, width=0.002: 2 * reach,
        levels.zones,
        levels.Zones,
    ),
}
"""Every indicator by name."""


def computed(spec: Spec, column: Callable[[str], Any]) -> tuple[Values, ...]:
    """All its values over whole columns, which are asked for by name. Raises NotFinite."""
    kind = KINDS[spec.name]
    found = kind.whole(*(column(name) for name in kind.columns), *spec.arguments)
    return found if isinstance(found, tuple) else (found,)


class Stream:
    """One indicator that is told each closed bar, in order, from its anchor on."""

    __slots__ = ("_columns", "_count", "_updated", "spec", "values")

    def __init__(self, spec: Spec) -> None:
        kind = KINDS[spec.name]
        self.spec = spec
        self.values: tuple[float, ...] = (math.nan,) * len(kind.outputs)
        """What it said last."""
        self._columns = tuple(Row._fields.index(name) for name in kind.columns)
        self._updated = kind.begin(*spec.arguments)
        self._count = 0

    @classmethod
    def opened(cls, spec: Spec, column: Callable[[str], Any]) -> Stream:
        """One that has seen all bars of these columns, the first of them being its anchor."""
        stream = cls(spec)
        columns = [column(name) for name in KINDS[spec.name].columns]
        arrays.finite(*columns)
        stream._count = len(columns[0])
        if stream._count:
            follow = getattr(stream._updated, "follow", None) or partial(_followed, stream._updated)
            stream.values = follow(*columns)
        return stream

    def __len__(self) -> int:
        """How many bars it has seen."""
        return self._count

    def update(self, row: Row) -> tuple[float, ...]:
        """Its values after this bar. Raises NotFinite for a number that is none, and is then as before."""
        read = [row[index] for index in self._columns]
        for value in read:
            if not math.isfinite(value):
                raise NotFinite(self._count, value)
        self.values = self._updated.update(*read)
        self._count += 1
        return self.values

    def peek(self, row: Row) -> tuple[float, ...]:
        """Its values if this were the next bar; it stays as it is."""
        return self.copy().update(row)

    def copy(self) -> Stream:
        """Another one that has seen the same bars and goes its own way."""
        other = Stream.__new__(Stream)
        other.spec, other.values = self.spec, self.values
        other._columns, other._count = self._columns, self._count
        other._updated = copy.deepcopy(self._updated)
        return other
