"""Candles as whole numbers: prices in decimal steps, exact; what the cache keeps and every import ends in."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trading.domain.market import Bar
from trading.strategies.bars import millis

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

STEPS_MAX = 1 << 51
"""Below it a price in steps is exact in a float, too."""
DECIMALS_MAX = 12
"""A price with more of them than that is a computed one (adjusted for splits, say), and is rounded."""
ROUNDED_TO = 8
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_FRAME = re.compile(r"([1-9]\d{0,3})([smhdw])")


class Key(Struct, frozen=True, order=True):
    """Which series: a symbol in one frame, as it traded (raw), or adjusted for splits and dividends."""

    symbol: str
    frame_s: int
    is_adjusted: bool = False

    def __str__(self) -> str:
        return f"{self.symbol}@{frame_name(self.frame_s)}{' adjusted' if self.is_adjusted else ''}"


class Candles(Struct, frozen=True, eq=False):
    """Closed bars of one series, oldest first.

    `at_ms`: when each opened, milliseconds since 1970 UTC. Prices count steps of `10 ** -decimals` quote
    currency; `volume` is in base units, NaN where it is not known.
    """

    decimals: int
    at_ms: Ints
    open: Ints
    high: Ints
    low: Ints
    close: Ints
    volume: Floats

    def __len__(self) -> int:
        return len(self.at_ms)

    @property
    def prices(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Open, high, low, close."""
        return self.open, self.high, self.low, self.close

    def taken(self, which: Mask | Ints) -> Candles:
        """Those that a mask or a list of places says, in its order."""
        return Candles(
            self.decimals,
            self.at_ms[which],
            self.open[which],
            self.high[which],
            self.low[which],
            self.close[which],
            self.volume[which],
        )

    def between(self, since_ms: int | None, until_ms: int | None) -> Candles:
        """Those that open from `since_ms` on and before `until_ms`."""
        begin = 0 if since_ms is None else int(self.at_ms.searchsorted(since_ms))
        end = len(self) if until_ms is None else int(self.at_ms.searchsorted(until_ms))
        return self.taken(np.arange(begin, max(begin, end)))

    def finer(self, decimals: int) -> Candles:
        """The same prices in steps that are as fine, or finer."""
        assert decimals >= self.decimals, "a coarser step would lose what the prices say"
        if decimals == self.decimals:
            return self
        factor = 10 ** (decimals - self.decimals)
        prices = [column * factor for column in self.prices]
        return made(decimals, self.at_ms, prices, self.volume)


def made(decimals: int, at_ms: Ints, prices: Sequence[Ints], volume: Floats) -> Candles:
    """Candles from four columns of prices in their order."""
    o, h, lo, cl = prices
    return Candles(decimals, at_ms, o, h, lo, cl, volume)


_NONE: Ints = np.zeros(0, dtype=np.int64)
NO_CANDLES = Candles(0, _NONE, _NONE, _NONE, _NONE, _NONE, np.zeros(0, dtype=np.float64))


def together(parts: Sequence[Candles]) -> Candles:
    """One after the other, in the finest step of them."""
    parts = [part for part in parts if len(part)]
    if not parts:
        return NO_CANDLES
    decimals = max(part.decimals for part in parts)
    parts = [part.finer(decimals) for part in parts]
    columns = [np.concatenate([part.prices[place] for part in parts]) for place in range(4)]
    return made(
        decimals,
        np.concatenate([part.at_ms for part in parts]),
        columns,
        np.concatenate([part.volume for part in parts]),
    )


def candles_of(bars: Sequence[Bar]) -> Candles:
    """Exact prices, exactly."""
    if not bars:
        return NO_CANDLES
    exponents = [
        int(price.normalize().as_tuple().exponent)
        for bar in bars
        for price in (bar.open, bar.high, bar.low, bar.close)
    ]
    decimals = max(0, -min(exponents))
    columns = [
        np.array([int(getattr(bar, name).scaleb(decimals)) for bar in bars], dtype=np.int64)
        for name in ("open", "high", "low", "close")
    ]
    return made(
        decimals,
        np.array([millis(bar.at) for bar in bars], dtype=np.int64),
        columns,
        np.array([np.nan if bar.volume is None else float(bar.volume) for bar in bars], dtype=np.float64),
    )


def decimals_of(prices: Sequence[Floats]) -> int | None:
    """How many decimals these prices were written with; None when that is more than prices have.

    A decimal text of up to 15 digits and the float that it was read into give each other back (IEEE 754).
    """
    for decimals in range(DECIMALS_MAX + 1):
        if all(_fits(column, decimals) for column in prices):
            return decimals
    return None


def in_steps(prices: Floats, decimals: int) -> Ints:
    """Each price as the whole number of steps that lies nearest."""
    return np.rint(prices * 10.0**decimals).astype(np.int64)


def _fits(column: Floats, decimals: int) -> bool:
    scale = 10.0**decimals
    near = np.rint(column * scale)
    return bool((np.abs(near) < STEPS_MAX).all() and (near / scale == column).all())


def frame_name(seconds: int) -> str:
    """`5m` for 300."""
    for unit in ("w", "d", "h", "m"):
        if seconds % _UNITS[unit] == 0 and (unit != "w" or seconds >= _UNITS["w"]):
            return f"{seconds // _UNITS[unit]}{unit}"
    return f"{seconds}s"


def frame_seconds(word: str) -> int:
    """300 for `5m`; 0 for what is no frame."""
    match = _FRAME.fullmatch(word.strip().lower())
    return int(match[1]) * _UNITS[match[2]] if match else 0
