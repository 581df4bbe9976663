"""Which bar matters next: the first that reaches a level. It only looks; what then fills is `striking`'s."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from trading.backtest.signals import NONE
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
