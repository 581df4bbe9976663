"""Many sets of settings on all cores: processes that hold the same arrays and end with their parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from trading.backtest.conditions import Conditions
from trading.backtest.report import Tried
from trading.backtest.sweep import tried
from trading.backtest.ticks import Ticks
from trading.parameters import Settings
from trading.strategies.bars import Columns
from trading.strategies.strategy import Context
from trading.strategies.table import STRATEGIES

Chosen = tuple[dict[str, str], Settings]


class Work(NamedTuple):
    """What every process needs to know. A strategy goes by name: only values cross between processes."""

    series: Sequence[Ticks]
    strategy: str
    conditions: Conditions
    split_ms: int | None
    context: Context


class _Bench(NamedTuple):
    """What a process keeps between two sets."""

    work: Work
    columns: Sequence[Columns]


_bench: _Bench | None = None


def swept(work: Work, sets: Sequence[Chosen], cores: int | None = None) -> Iterator[Tried]:
    """What each set made, in their order. Leaving the loop early, or Ctrl-C, ends all processes.

    Args:
        cores: how many processes; None: one for each core. With one, everything happens here.
    """
    count = min(cores or os.cpu_count() or 1, len(sets))
    if count <= 1:
        _begin(work)
        yield from map(one_tried, sets)
        return
    # Forked processes share the arrays with their parent, spawned ones get a copy: both are told the same.
    chunk = max(1, min(16, len(sets) // (4 * count)))
    with multiprocessing.get_context().Pool(count, begin_apart, (work,)) as pool:
        yield from pool.imap(one_tried, sets, chunk)
        pool.close()
        pool.join()


def begin_apart(work: Work) -> None:
    """A process of its own begins."""
    # Ctrl-C goes to all processes of a terminal: only the first decides, and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _begin(work)


def _begin(work: Work) -> None:
    global _bench
    _bench = _Bench(work, [ticks.columns() for ticks in work.series])


def one_tried(chosen: Chosen) -> Tried:
    """Play one set, in a process that has begun."""
    assert _bench is not None, "a process begins before it works"
    work, columns = _bench
    strategy = STRATEGIES[work.strategy]
    plans = [strategy.plan(one, chosen[1], work.context) for one in columns]
    return tried(work.series, plans, chosen[0], work.conditions, work.split_ms)
