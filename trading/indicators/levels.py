"""Indicators that the library does not know: of sessions, of swings, and of the zones that swings leave.

Each in two forms that agree bit for bit: over whole arrays, and one bar at a time. A session is a number that
changes when another one begins; bars that are missing in time change nothing else. The first session that is
seen may have begun earlier, so nothing is said of it.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections import deque
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from trading.indicators.arrays import Values, finite

Sessions = NDArray[np.int64]
NAN = math.nan


def _begins(session: Sessions) -> list[int]:
    """Where sessions begin, and where the bars end."""
    if not len(session):
        return [0]
    return [0, *(np.flatnonzero(np.diff(session)) + 1).tolist(), len(session)]


def vwap(high: Values, low: Values, close: Values, volume: Values, session: Sessions) -> Values:
    """Average price of a session so far, weighted with volume; a bar's price is (high + low + close) / 3.

    NaN in the first session, and while nothing has traded in a session.
    """
    finite(high, low, close, volume)
    weighed = (high + low + close) / 3.0 * volume
    found = np.full(len(close), np.nan)
    begins = _begins(session)
    for begin, end in pairwise(begins[1:]):
        traded, paid = np.cumsum(volume[begin:end]), np.cumsum(weighed[begin:end])
        np.divide(paid, traded, out=found[begin:end], where=traded > 0)
    return found


class Vwap:
    """`vwap`, one bar at a time."""

    __slots__ = ("_is_first", "_paid", "_session", "_traded")

    def __init__(self) -> None:
        self._session: int | None = None
        self._is_first = True
        self._traded = self._paid = 0.0

    def update(self, high: float, low: float, close: float, volume: float, session: int) -> tuple[float, ...]:
        """The value after this bar."""
        if session != self._session:
            self._is_first = self._session is None
            self._session = session
            self._traded = self._paid = 0.0
        self._traded += volume
        self._paid += (high + low + close) / 3.0 * volume
        is_known = self._traded > 0 and not self._is_first
        return (self._paid / self._traded if is_known else NAN,)


def _levels(high: float, low: float, close: float) -> tuple[float, ...]:
    middle = (high + low + close) / 3.0
    return (
        middle,
        2.0 * middle - low,
        2.0 * middle - high,
        middle + (high - low),
        middle - (high - low),
    )


def pivots(high: Values, low: Values, close: Values, session: Sessions) -> tuple[Values, ...]:
    """The floor's levels of the session before: pivot P = (H + L + C) / 3, first resistance 2P - L, first
    support 2P - H, second resistance P + (H - L), second support P - (H - L). Known from a session's first
    bar on; NaN until one whole session has been seen."""
    finite(high, low, close)
    found = tuple(np.full(len(close), np.nan) for _ in range(5))
    begins = _begins(session)
    for before, begin, end in zip(begins[1:], begins[2:], begins[3:], strict=False):
        past = slice(before, begin)
        levels = _levels(float(high[past].max()), float(low[past].min()), float(close[begin - 1]))
        for column, level in zip(found, levels, strict=True):
            column[begin:end] = level
    return found


class Pivots:
    """`pivots`, one bar at a time."""

    __slots__ = ("_close", "_high", "_is_first", "_low", "_said", "_session")

    def __init__(self) -> None:
        self._session: int | None = None
        self._is_first = True
        self._high = self._low = self._close = NAN
        self._said: tuple[float, ...] = (NAN,) * 5

    def update(self, high: float, low: float, close: float, session: int) -> tuple[float, ...]:
        """The levels that hold at this bar."""
        if session != self._session:
            if self._session is not None and not self._is_first:
                self._said = _levels(self._high, self._low, self._close)
            self._is_first = self._session is None
            self._session, self._high, self._low = session, high, low
        self._high, self._low, self._close = max(self._high, high), min(self._low, low), close
        return self._said


def swings(high: Values, low: Values, reach: int) -> tuple[Values, Values]:
    """A swing high is a high above those of the `reach` bars before it and not below those of the `reach`
    bars after it; a swing low the same way down. Its price stands at the bar that confirms it, `reach` bars
    later, for nobody knew before; NaN everywhere else."""
    if reach < 1:
        raise ValueError(f"A reach of at least 1 is needed, not {reach}.")
    finite(high, low)
    count, span = len(high), 2 * reach + 1
    tops, bottoms = np.full(count, np.nan), np.full(count, np.nan)
    if count < span:
        return tops, bottoms
    above = np.lib.stride_tricks.sliding_window_view(high, span)
    middle = above[:, reach]
    is_top = (middle > above[:, :reach].max(axis=1)) & (middle >= above[:, reach + 1 :].max(axis=1))
    tops[span - 1 :] = np.where(is_top, middle, np.nan)
    below = np.lib.stride_tricks.sliding_window_view(low, span)
    middle = below[:, reach]
    is_bottom = (middle < below[:, :reach].min(axis=1)) & (middle <= below[:, reach + 1 :].min(axis=1))
    bottoms[span - 1 :] = np.where(is_bottom, middle, np.nan)
    return tops, bottoms


class Swings:
    """`swings`, one bar at a time."""

    __slots__ = ("_highs", "_lows", "_reach")

    def __init__(self, reach: int) -> None:
        self._reach = reach
        self._highs: deque[float] = deque(maxlen=2 * reach + 1)
        self._lows: deque[float] = deque(maxlen=2 * reach + 1)

    def update(self, high: float, low: float) -> tuple[float, float]:
        """The swing high and the swing low that this bar confirms."""
        self._highs.append(high)
        self._lows.append(low)
        reach = self._reach
        if len(self._highs) < 2 * reach + 1:
            return NAN, NAN
        highs, lows = list(self._highs), list(self._lows)
        top, bottom = highs[reach], lows[reach]
        is_top = top > max(highs[:reach]) and top >= max(highs[reach + 1 :])
        is_bottom = bottom < min(lows[:reach]) and bottom <= min(lows[reach + 1 :])
        return (top if is_top else NAN), (bottom if is_bottom else NAN)


class _Kept:
    """The newest swings, sorted by price."""

    __slots__ = ("_most", "_order", "_width", "levels")

    def __init__(self, most: int, width: float) -> None:
        self._most, self._width = most, width
        self._order: deque[float] = deque()
        self.levels: list[float] = []

    def add(self, level: float) -> None:
        """One more swing; the oldest goes when there are too many."""
        self._order.append(level)
        insort(self.levels, level)
        if len(self._order) > self._most:
            del self.levels[bisect_left(self.levels, self._order.popleft())]

    def touches(self, level: float) -> float:
        """How many swings lie within the width of a level, itself included."""
        reach = abs(level) * self._width
        return float(
            bisect_right(self.levels, level + reach) - bisect_left(self.levels, level - reach),
        )


def zones(
    high: Values, low: Values, close: Values, reach: int = 5, most: int = 40, width: float = 0.002
) -> tuple[Values, Values, Values, Values]:
    """Where price turned before: support below the close, its touches, resistance above it, its touches.

    The newest `most` swings (both kinds, from `swings` with `reach`) are kept; a broken one stays, for what
    held a rise often holds a fall later. Support is the highest of them at or below the close, resistance
    the lowest at or above it; touches count the swings within `width` of that price (0.002 is 0.2 %). NaN
    where there is none.
    """
    finite(close)
    tops, bottoms = swings(high, low, reach)
    found: tuple[Values, Values, Values, Values] = (
        np.full(len(close), np.nan),
        np.full(len(close), np.nan),
        np.full(len(close), np.nan),
        np.full(len(close), np.nan),
    )
    kept = _Kept(most, width)
    news = np.flatnonzero(np.isfinite(tops) | np.isfinite(bottoms)).tolist()
    for begin, end in pairwise([*news, len(close)]):
        for level in (float(tops[begin]), float(bottoms[begin])):
            if not math.isnan(level):
                kept.add(level)
        levels = np.array([NAN, *kept.levels, NAN])
        touches = np.array([NAN, *map(kept.touches, kept.levels), NAN])
        under = np.searchsorted(kept.levels, close[begin:end], side="right")
        over = np.searchsorted(kept.levels, close[begin:end], side="left") + 1
        for column, values in zip(
            found, (levels[under], touches[under], levels[over], touches[over]), strict=True
        ):
            column[begin:end] = values
    return found


class Zones:
    """`zones`, one bar at a time."""

    __slots__ = ("_kept", "_swings")

    def __init__(self, reach: int = 5, most: int = 40, width: float = 0.002) -> None:
        self._swings = Swings(reach)
        self._kept = _Kept(most, width)

    def update(self, high: float, low: float, close: float) -> tuple[float, ...]:
        """Support, its touches, resistance, its touches after this bar."""
        kept = self._kept
        for level in self._swings.update(high, low):
            if not math.isnan(level):
                kept.add(level)
        under, over = bisect_right(kept.levels, close) - 1, bisect_left(kept.levels, close)
        support = kept.levels[under] if under >= 0 else NAN
        resistance = kept.levels[over] if over < len(kept.levels) else NAN
        return (
            support,
            NAN if math.isnan(support) else kept.touches(support),
            resistance,
            NAN if math.isnan(resistance) else kept.touches(resistance),
        )
