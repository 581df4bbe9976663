"""Pullback against a loop that works its averages out by hand, as the benchmarks tell the workload."""

import math

import numpy as np

from tests.unit.strategies.drawn import walk
from trading.parameters import defaults
from trading.strategies.pullback import Pullback
from trading.strategies.strategy import Context


def by_hand(close: list[float], high: list[float], low: list[float]) -> list[tuple[int, float, float]]:
    """(index, stop, target) of every bar on which the rules agree, in plain Python."""
    count = len(close)

    def average(length: int) -> list[float]:
        values = [math.nan] * count
        values[length - 1] = sum(close[:length]) / length
        for i in range(length, count):
            values[i] = values[i - 1] + (close[i] - values[i - 1]) * 2 / (length + 1)
        return values

    gains = [max(close[i] - close[i - 1], 0.0) for i in range(1, count)]
    losses = [max(close[i - 1] - close[i], 0.0) for i in range(1, count)]
    ranges = [
        max(high[i] - low[i], abs(high[i] - close[i - 1]), abs(low[i] - close[i - 1]))
        for i in range(1, count)
    ]
    fast, slow = average(50), average(200)
    up, down, reach = sum(gains[:14]) / 14, sum(losses[:14]) / 14, sum(ranges[:14]) / 14
    found = []
    for i in range(15, count):
        up, down = (up * 13 + gains[i - 1]) / 14, (down * 13 + losses[i - 1]) / 14
        reach = (reach * 13 + ranges[i - 1]) / 14
        if i >= 200 and fast[i] > slow[i] and 100 * up / (up + down) < 40:
            found.append((i, close[i] - 2 * reach, close[i] + 3 * reach))
    return found


def test_its_entries_and_levels_are_those_of_a_loop_by_hand() -> None:
    total = 0
    for seed in range(5):
        bars = walk(2_000, seed)
        expected = by_hand(bars.close.tolist(), bars.high.tolist(), bars.low.tolist())
        plan = Pullback().plan(bars, defaults(Pullback()), Context())
        assert np.flatnonzero(plan.entry).tolist() == [index for index, _, _ in expected]
        assert set(plan.entry.tolist()) <= {0, 1} and not plan.exit.any()
        for index, stop, target in expected:
            assert math.isclose(plan.stop[index], stop, rel_tol=1e-9)
            assert math.isclose(plan.target[index], target, rel_tol=1e-9)
        total += len(expected)
    assert total > 100


def test_levels_stand_only_where_something_is_entered() -> None:
    plan = Pullback().plan(walk(2_000, 3), defaults(Pullback()), Context())
    assert (np.isfinite(plan.stop) == (plan.entry != 0)).all()
    assert (np.isfinite(plan.target) == (plan.entry != 0)).all()
