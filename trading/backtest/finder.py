"""Which bar matters next: the first that reaches a level. It only looks; what then fills is `striking`'s."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from trading.backtest.signals import NONE
from trading.backtest.striking import STOP, TARGET, TRAIL
from trading.backtest.ticks import Ints, Prices

FIRST_WIDTH = 64
"""Bars that are looked at together at first: most positions end within them."""
WIDTH_MAX = 8192
NEVER = 1 << 62
"""No price reaches it."""


class View(NamedTuple):
    """The side of the market that a position leaves on, seen as a long sees it: for a short all prices are
    negative, so that worse is always lower."""

    open: Ints
    low: Ints
    high: Ints


def view_of(prices: Prices, side: int) -> View:
    """How a position of that side sees the prices at which it would leave."""
    if side > 0:
        return View(prices.open, prices.low, prices.high)
    return View(-prices.open, -prices.high, -prices.low)


class Found(NamedTuple):
    """The bar that matters, and the best price that was seen before it (as the view has it)."""

    bar: int
    best: int


def first_reach(
    view: View, side: int, begin: int, end: int, stop: int, target: int, trail: int, touch_fills: bool
) -> Found:
    """The first bar from `begin` on, before `end`, in which the position may end; `end` when none does.

    Args:
        stop, target, trail: levels in ticks and a distance, NONE without. A trailing stop stands where the
            best price *before* a bar puts it; the open of the first one is the first best price.
        touch_fills: whether a target that is only touched has filled.
    """
    worst = side * stop if stop != NONE else -NEVER
    goal = side * target + (0 if touch_fills else 1) if target != NONE else NEVER
    if trail != NONE:
        return _first_behind(view, begin, end, worst, goal, trail)
    low, high, width = view.low, view.high, FIRST_WIDTH
    while begin < end:
        until = min(begin + width, end)
        hits = (low[begin:until] <= worst) | (high[begin:until] >= goal)
        place = int(hits.argmax())
        if hits[place]:
            return Found(begin + place, 0)
        begin = until
        width = min(2 * width, WIDTH_MAX)
    return Found(end, 0)


def _first_behind(view: View, begin: int, end: int, worst: int, goal: int, trail: int) -> Found:
    best, width = int(view.open[begin]), FIRST_WIDTH
    while begin < end:
        until = min(begin + width, end)
        peaks = np.maximum.accumulate(view.high[begin:until])
        before = np.maximum(np.concatenate(((best,), peaks[:-1])), best)
        hits = (view.low[begin:until] <= np.maximum(before - trail, worst)) | (view.high[begin:until] >= goal)
        place = int(hits.argmax())
        if hits[place]:
            return Found(begin + place, int(before[place]))
        best = max(best, int(peaks[-1]))
        begin = until
        width = min(2 * width, WIDTH_MAX)
    return Found(end, best)


class Ending(NamedTuple):
    """What ends the position in its bar: which of its exits, at the open or inside, its level and the price
    that reached it, in ticks."""

    why: str
    at_open: bool
    level: int
    met: int


def ending_in(
    view: View, side: int, found: Found, stop: int, target: int, trail: int, arrives: bool, touch_fills: bool
) -> Ending:
    """Of the exits that the found bar may reach, the one that counts: at the open before inside, stops before
    the target, of two stops the one that a falling price meets first."""
    bar, best = found
    worst = side * stop if stop != NONE else -NEVER
    why = STOP
    if trail != NONE and best - trail > worst:
        worst, why = best - trail, TRAIL
    opened = int(view.open[bar])
    if opened <= worst:
        return Ending(why, True, side * worst, side * opened)
    # What arrives with the open takes it; what rests wants more than a touch, unless a touch does.
    if target != NONE and opened >= side * target + (0 if arrives or touch_fills else 1):
        return Ending(TARGET, True, target, side * opened)
    low = int(view.low[bar])
    if low <= worst:
        return Ending(why, False, side * worst, side * low)
    return Ending(TARGET, False, target, side * int(view.high[bar]))
