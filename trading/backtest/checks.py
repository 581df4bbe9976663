"""Is a backtest to be believed: does the strategy look ahead, and has it forgotten how its bars began?"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from msgspec.structs import replace

from trading.backtest.report import Lookahead, WarmUp
from trading.backtest.ticks import Floats
from trading.parameters import Settings
from trading.strategies.bars import Columns
from trading.strategies.strategy import Context, Plan, Strategy

CUTS = 12
SIGNAL_TOLERANCE = Decimal(2)
"""Percent of the signals that may be others with more history before: averages never forget wholly."""
_FIELDS = ("entry", "exit", "stop", "target", "trail", "exit_by_ms")


def lookahead(
    strategy: Strategy, bars: Columns, settings: Settings, context: Context, plan: Plan, cuts: int = CUTS
) -> Lookahead:
    """Cut the future off at some bars, half of them where something was said: the plan must not change."""
    count = len(bars)
    spoken = np.flatnonzero(plan.entry)
    places = set(np.linspace(min(plan.first + 1, count), count - 1, max(cuts // 2, 1)).astype(int).tolist())
    if len(spoken):
        chosen = np.linspace(0, len(spoken) - 1, max(cuts // 2, 1)).astype(int)
        # Just behind the bar that spoke, and just before its next one could.
        places |= {int(index) + 1 for index in spoken[chosen]}
    done = 0
    for place in sorted(one for one in places if 0 < one < count):
        done += 1
        cut = strategy.plan(bars.upto(place), settings, _cut(context, int(bars.closes_ms()[place - 1])))
        different = _first_difference(cut, plan.upto(place))
        if different is not None:
            return Lookahead(done, bars.at(different[0]), different[1])
    return Lookahead(done)


def warm_up(
    strategy: Strategy, bars: Columns, settings: Settings, context: Context, plan: Plan
) -> WarmUp | None:
    """Begin in the middle instead of at the start, and compare what is said after the warm-up.

    None when there are too few bars for that.
    """
    begin, needed = len(bars) // 2, strategy.warm_up(settings)
    first = begin + needed + 1
    if first >= len(bars) - 1:
        return None
    short = strategy.plan(_from(bars, begin), settings, context)
    long_side, short_side = plan.entry[first:], short.entry[needed + 1 :]
    either = (long_side != 0) | (short_side != 0)
    changed = int((long_side != short_side).sum())
    signals = int(either.sum())
    both = (long_side == short_side) & either
    level = max(
        _furthest(plan.stop[first:][both], short.stop[needed + 1 :][both]),
        _furthest(plan.target[first:][both], short.target[needed + 1 :][both]),
    )
    return WarmUp(
        len(bars) - first,
        signals,
        changed,
        Decimal(repr(level * 100)).quantize(Decimal("0.000001")),
        SIGNAL_TOLERANCE,
        changed * 100 <= signals * SIGNAL_TOLERANCE,
    )


def _cut(context: Context, until_ms: int) -> Context:
    """The longer frames, too, as they were known then."""
    frames = {
        span: longer.upto(int(np.searchsorted(longer.closes_ms(), until_ms, "right")))
        for span, longer in context.frames.items()
    }
    return replace(context, frames=frames)


def _from(bars: Columns, begin: int) -> Columns:
    part = slice(begin, None)
    return Columns(
        bars.symbol,
        bars.frame_s,
        bars.at_ms[part],
        bars.open[part],
        bars.high[part],
        bars.low[part],
        bars.close[part],
        bars.volume[part],
    )


def _first_difference(one: Plan, other: Plan) -> tuple[int, str] | None:
    found: list[tuple[int, str]] = []
    for name in _FIELDS:
        left, right = getattr(one, name), getattr(other, name)
        if left is None or right is None:
            continue
        differs = left != right
        if left.dtype.kind == "f":
            differs &= ~(np.isnan(left) & np.isnan(right))
        if differs.any():
            found.append((int(differs.argmax()), name))
    return min(found, default=None)


def _furthest(one: Floats, other: Floats) -> float:
    known = ~np.isnan(one) & ~np.isnan(other)
    if not known.any():
        return 0.0
    return float((np.abs(one[known] - other[known]) / np.abs(one[known])).max())
