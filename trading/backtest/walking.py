"""Walk-forward: choose settings by what came before, trade what comes next with them, and go on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from trading.backtest.conditions import Conditions
from trading.backtest.fast import played
from trading.backtest.report import Outcome, Step
from trading.backtest.sweep import outcome_between, worth_of
from trading.backtest.ticks import Ticks
from trading.parameters import Settings, written
from trading.strategies.bars import instant
from trading.strategies.strategy import Context, Strategy


def walked(
    series: Sequence[Ticks],
    strategy: Strategy,
    sets: Sequence[Settings],
    conditions: Conditions,
    steps: int,
    objective: str = "percent",
    heard: Callable[[int, int], None] = lambda done, of: None,
) -> list[Step]:
    """Cut the time into `steps` + 1 equal parts. Each step chooses the set that was best over all parts
    before and shows what it made in the next one.

    Every set is played once, over everything; what it entered in a part counts for that part. `heard` is told
    after each set.
    """
    begins = min(int(ticks.at_ms[0]) for ticks in series)
    ends = max(int(ticks.ends_ms[-1]) for ticks in series)
    marks = [begins + (ends - begins) * part // (steps + 1) for part in range(steps + 1)] + [ends + 1]
    columns = [ticks.columns() for ticks in series]
    inside: list[list[Outcome]] = []
    outside: list[list[Outcome]] = []
    for done, settings in enumerate(sets, start=1):
        plans = [strategy.plan(one, settings, Context()) for one in columns]
        run = played(series, plans, conditions)
        inside.append([outcome_between(run, begins, mark) for mark in marks[1:-1]])
        outside.append([outcome_between(run, mark, after) for mark, after in pairwise(marks[1:])])
        heard(done, len(sets))
    found = []
    for step in range(steps):
        best = max(range(len(sets)), key=lambda place: worth_of(inside[place][step], objective))
        begin, end = marks[step + 1], marks[step + 2]
        found.append(
            Step(
                instant(begin),
                instant(min(end, ends)),
                written(sets[best]),
                inside[best][step].percent,
                outside[best][step].percent,
                outside[best][step].trips,
            )
        )
    return found
