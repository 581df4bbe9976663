"""A strategy's plan as whole numbers: which bars want an entry, and its levels in ticks.

Both engines read these, so that they cannot round differently. A level becomes the tick at which a price on
the grid has reached it: a long's stop is rounded down and its target up, a short's the other way.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from trading.backtest.ticks import Floats, Ints, Ticks, as_floats
from trading.strategies.strategy import Plan

NONE = 0
"""No such level; no price is 0."""


class Signals(Struct, frozen=True, eq=False):
    """What a strategy wants of one symbol, with only what can be acted on: bars that have a next one.

    For each wanted entry: `index` of the bar at whose close it is decided, `side` (+1 long, -1 short), and
    in ticks `stop`, `target` and `trail` (a distance), `NONE` without. `leave_by` is the bar at whose open it
    leaves at the latest, the number of bars for never. `exits`: bars at whose close the plan says leave.
    """

    index: list[int]
    side: list[int]
    stop: list[int]
    target: list[int]
    trail: list[int]
    leave_by: list[int]
    exits: list[int]

    def __len__(self) -> int:
        return len(self.index)

    def rows(self) -> Iterator[tuple[int, int, int, int, int, int]]:
        """The entries, one by one."""
        return zip(self.index, self.side, self.stop, self.target, self.trail, self.leave_by, strict=True)


def signals_of(ticks: Ticks, plan: Plan) -> Signals:
    """The plan's entries that a desk would take: levels on the right side of the last price, time to be in.

    One whose stop or target is on the wrong side, at or below zero, or whose trail is wider than the price is
    left out, as the desk refuses it live.
    """
    count = len(ticks)
    index = np.flatnonzero(plan.entry[: max(count - 1, 0)])
    index = index[index >= plan.first]
    side = plan.entry[index].astype(np.int64)
    is_long = side > 0
    size = ticks.instrument.tick_size
    stop = np.where(is_long, _down(plan.stop[index], ticks), _up(plan.stop[index], ticks))
    target = np.where(is_long, _up(plan.target[index], ticks), _down(plan.target[index], ticks))
    trail = np.full(len(index), NONE, dtype=np.int64)
    if plan.trail is not None:
        distance = plan.trail[index]
        above, below = size.as_integer_ratio()
        near = np.rint(np.nan_to_num(distance) * below / above).astype(np.int64)
        trail = np.where(np.isnan(distance), NONE, np.maximum(near, 1))
    leave_by = np.full(len(index), count, dtype=np.int64)
    if plan.exit_by_ms is not None:
        due = plan.exit_by_ms[index]
        leave_by = np.where(due > 0, np.searchsorted(ticks.at_ms, due, "left"), count)
    price = np.where(is_long, ticks.ask.close[index], ticks.bid.close[index])
    has_stop, has_target = ~np.isnan(plan.stop[index]), ~np.isnan(plan.target[index])
    kept = (
        (~has_stop | ((stop > 0) & (side * (price - stop) > 0)))
        & (~has_target | ((target > 0) & (side * (target - price) > 0)))
        & (trail < price)
        & (leave_by > index + 1)
    )
    return Signals(
        index[kept].tolist(),
        side[kept].tolist(),
        np.where(has_stop, stop, NONE)[kept].tolist(),
        np.where(has_target, target, NONE)[kept].tolist(),
        trail[kept].tolist(),
        leave_by[kept].tolist(),
        np.flatnonzero(plan.exit[: max(count - 1, 0)]).tolist(),
    )


def _down(level: Floats, ticks: Ticks) -> Ints:
    """The highest tick that is not above each level."""
    size = ticks.instrument.tick_size
    above, below = size.as_integer_ratio()
    found = np.floor(np.nan_to_num(level) * below / above).astype(np.int64)
    # The quotient is rounded, and may have come to lie on the other side of a whole number.
    found = np.where(as_floats(found, size) > level, found - 1, found)
    return np.where(as_floats(found + 1, size) <= level, found + 1, found)


def _up(level: Floats, ticks: Ticks) -> Ints:
    """The lowest tick that is not below each level."""
    size = ticks.instrument.tick_size
    above, below = size.as_integer_ratio()
    found = np.ceil(np.nan_to_num(level) * below / above).astype(np.int64)
    found = np.where(as_floats(found, size) < level, found + 1, found)
    return np.where(as_floats(found - 1, size) >= level, found - 1, found)
