"""The fast path: jumps from one bar that matters to the next, over one symbol or over many with one capital.

What it cannot know (`Conditions.is_plain`) the event engine does; where both can, every fill is the same.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence

from trading.backtest.conditions import Conditions
from trading.backtest.lane import Lane, Log
from trading.backtest.purse import Purse
from trading.backtest.results import Held, Run
from trading.backtest.signals import Signals, signals_of
from trading.backtest.ticks import Ticks
from trading.strategies.strategy import Plan


def played(series: Sequence[Ticks], plans: Sequence[Plan], conditions: Conditions) -> Run:
    """All symbols through their past, one plan each, with shared capital, in the order of time."""
    found = [signals_of(ticks, plan) for ticks, plan in zip(series, plans, strict=True)]
    return signals_played(series, found, conditions)


def signals_played(series: Sequence[Ticks], signals: Sequence[Signals], conditions: Conditions) -> Run:
    """The same from signals that are known already."""
    assert conditions.is_plain, "the event engine plays these rules"
    log = Log()
    lanes = [
        Lane(ticks, wanted, conditions, order, log)
        for order, (ticks, wanted) in enumerate(zip(series, signals, strict=True))
    ]
    purse = Purse(conditions, list(lanes))
    if len(lanes) == 1:
        alone = lanes[0]
        while alone.moment is not None:
            alone.act(purse)
    else:
        _together(lanes, purse)
    held = tuple(held for lane in lanes if (held := lane.held()) is not None)
    return run_of(series, conditions, log, held)


def _together(lanes: Sequence[Lane], purse: Purse) -> None:
    """Whoever acts first is next; at one instant closes come before opens, and symbols in their order."""
    due = [(*lane.moment, order) for order, lane in enumerate(lanes) if lane.moment is not None]
    heapq.heapify(due)
    while due:
        lane = lanes[due[0][2]]
        lane.act(purse)
        if lane.moment is None:
            heapq.heappop(due)
        else:
            heapq.heapreplace(due, (*lane.moment, due[0][2]))


def run_of(series: Sequence[Ticks], conditions: Conditions, log: Log, held: Sequence[Held]) -> Run:
    """What was noted, with what it is about."""
    known = [ticks for ticks in series if len(ticks)]
    return Run(
        conditions.cash,
        series[0].instrument.currency,
        min((int(ticks.at_ms[0]) for ticks in known), default=0),
        max((int(ticks.ends_ms[-1]) for ticks in known), default=0),
        sum(len(ticks) for ticks in series),
        tuple(log.fills),
        tuple(log.trips),
        tuple(held),
        tuple(log.refused),
    )
