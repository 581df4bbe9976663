"""From prices to pixels, and which prices to write at the side: round ones that the market can trade at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import count, takewhile
from typing import NamedTuple

TICKS_MAX = 6
PADDING = Decimal("0.06")
"""Room above and below what is drawn, as a share of it."""
REACH_MAX = Decimal("2.5")
"""How many times as high as the prices alone the scale may become so that far levels are on it."""
STRAY_FACTOR = 20
"""From how many times the usual height on a picture is cut off at the edge."""
STRAYS_PERCENT = 3
"""How many of the closes, at each end, may be strays."""
_NICE = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5))
_COUNTS = (Decimal(1), Decimal(2), Decimal(4), Decimal(5), Decimal(8))
NICER_MAX = Decimal("1.6")
"""How much wider than need be a round step may be."""


class Extent(NamedTuple):
    """From the lowest to the highest value on the scale, low < high."""

    low: Decimal
    high: Decimal

    @property
    def height(self) -> Decimal:
        """How much lies between."""
        return self.high - self.low


def extent_of(values: Iterable[Decimal], step: Decimal) -> Extent:
    """The lowest and the highest of some values; a flat course gets some room, at least two steps."""
    every = list(values)
    low, high = min(every), max(every)
    if low == high:
        room = max(step * 2, abs(low) / 500)
        return Extent(low - room, high + room)
    return Extent(low, high)


def without_strays(values: Sequence[Decimal], usual: Sequence[Decimal], step: Decimal) -> Extent:
    """The extent of all values, unless single ones would squash the rest (a quote of 1.00 for what trades
    at 650): then that of the usual ones with much room around it, and the strays end at the edge.

    Args:
        values: everything that would be drawn, highs and lows included.
        usual: what the course is read by: the closes.
        step: the smallest step of the price.
    """
    whole = extent_of(values, step)
    ordered = sorted(usual)
    cut = len(ordered) * STRAYS_PERCENT // 100
    inner = extent_of(ordered[cut : len(ordered) - cut] or ordered, step)
    if whole.height <= inner.height * STRAY_FACTOR:
        return whole
    room = inner.height
    return Extent(max(whole.low, inner.low - room), min(whole.high, inner.high + room))


def widened(extent: Extent, levels: Iterable[Decimal]) -> Extent:
    """The extent with those levels in it that do not squash the prices; nearer ones go first."""
    low, high = extent
    most = extent.height * REACH_MAX
    middle = (low + high) / 2
    for level in sorted(levels, key=lambda price: abs(price - middle)):
        new_low, new_high = min(low, level), max(high, level)
        if new_high - new_low <= most:
            low, high = new_low, new_high
    return Extent(low, high)


def padded(extent: Extent) -> Extent:
    """With room above and below."""
    room = extent.height * PADDING
    return Extent(extent.low - room, extent.high + room)


def step_of(extent: Extent, tick: Decimal, ticks_max: int = TICKS_MAX) -> Decimal:
    """The smallest round distance, a multiple of the tick, of which at most `ticks_max` fit.

    A tick of 1/32 has few round multiples: where they are far apart it is counted in ticks instead.
    """
    least = max(extent.height / ticks_max, tick)
    counted = next(step for step in _decades(tick, _COUNTS) if step >= least)
    unit = Decimal(1).scaleb(least.adjusted() - 1)
    tradable = (step for step in _decades(unit, _NICE) if step >= least and not step % tick)
    nice = next(takewhile(lambda step: step <= counted * NICER_MAX, tradable), None)
    return nice or counted


def _decades(unit: Decimal, steps: Sequence[Decimal]) -> Iterator[Decimal]:
    """Multiples of a unit, rising without end."""
    return (unit.scaleb(exponent) * step for exponent in count() for step in steps)


def ticks_of(extent: Extent, tick: Decimal, ticks_max: int = TICKS_MAX) -> list[Decimal]:
    """The round values inside an extent, rising, at most `ticks_max` + 1."""
    step = step_of(extent, tick, ticks_max)
    first = (extent.low / step).to_integral_value(ROUND_CEILING)
    last = (extent.high / step).to_integral_value(ROUND_FLOOR)
    return [step * number for number in range(int(first), int(last) + 1)]


class Scale(NamedTuple):
    """Where a value lies between two heights in pixels; `top` is above (a smaller number than) `bottom`."""

    extent: Extent
    top: float
    bottom: float

    def y(self, value: Decimal) -> float:
        """The height of a value; outside of the extent it lies outside of the pixels. This is where exact
        numbers become places on a picture, and nothing is counted from there on."""
        share = (value - self.extent.low) / self.extent.height
        return self.bottom - float(share) * (self.bottom - self.top)

    def holds(self, value: Decimal) -> bool:
        """Whether a value is on the scale."""
        return self.extent.low <= value <= self.extent.high

    def pinned(self, value: Decimal) -> float:
        """Its height, or the nearer edge."""
        return min(max(self.y(value), self.top), self.bottom)
