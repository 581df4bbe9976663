"""A search that learns: which settings to try next is told by what those before made (TPE, by Optuna).

Bergstra, Bardenet, Bengio and Kégl, "Algorithms for Hyper-Parameter Optimization" (2011). What is learnt from
is the stretch inside alone; what came after it is kept beside each set and never looked at.

A study stands in memory, in a journal file or behind a database's URL. Whoever names the same store and the
same question works on the same study: machines share the sets between them, and one that was ended goes on.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import warnings
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.pool import AsyncResult
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import json, to_builtins

from trading.backtest.cores import Work, begin_apart, one_tried
from trading.backtest.report import Tried
from trading.backtest.sweep import Axis, settings_of, worth_of
from trading.parameters import Settings
from trading.strategies.strategy import Strategy

if TYPE_CHECKING:
    import optuna

ASKS_MAX = 4
"""So many times as many questions as sets: a small room of values is soon known whole."""
STARTUP = 12
"""Sets drawn by chance before there is anything to learn from."""
AHEAD = 2
"""Sets for each process that are on their way."""
TRIED = "tried"

Values = tuple[str, ...]


class Search(NamedTuple):
    """The question. `sets`: how many in all, whoever tries them; `store`: a path, a URL, or empty."""

    work: Work
    strategy: Strategy
    axes: Sequence[Axis]
    fixed: Mapping[str, str]
    sets: int
    objective: str
    seed: int = 0
    store: str = ""
    cores: int | None = None


class _Way(NamedTuple):
    """A set that is being played."""

    trial: optuna.Trial
    values: Values
    result: AsyncResult[Tried]


def searched(search: Search) -> Iterator[Tried]:
    """Every set of the study as it is known: first those that it holds already, then new ones, until there
    are `sets` different ones or nothing new is asked for. Leaving the loop early ends all processes."""
    study = _study(search)
    known: dict[Values, Tried] = {}
    for one in _kept(study, search):
        if _values(search, one) not in known:
            known[_values(search, one)] = one
            yield one
    if len(known) >= search.sets:
        return
    count = max(1, search.cores or os.cpu_count() or 1)
    with multiprocessing.get_context().Pool(count, begin_apart, (search.work,)) as pool:
        ways: deque[_Way] = deque()
        asked = 0
        while True:
            while (
                len(ways) < count * AHEAD
                and len(known) + len(ways) < search.sets
                and asked < search.sets * ASKS_MAX
            ):
                asked += 1
                way = _asked(study, search, known, ways, pool)
                if way is not None:
                    ways.append(way)
            if not ways:
                break
            way = ways.popleft()
            found = way.result.get()
            _tell(study, search, way.trial, found)
            if way.values not in known:
                known[way.values] = found
                yield found
        pool.close()
        pool.join()


def _asked(
    study: optuna.Study,
    search: Search,
    known: Mapping[Values, Tried],
    ways: Sequence[_Way],
    pool: multiprocessing.pool.Pool,
) -> _Way | None:
    """A set to play; None for one that is known, or that the strategy does not take."""
    import optuna

    spread = {
        axis.name: optuna.distributions.IntDistribution(0, len(axis.values) - 1) for axis in search.axes
    }
    trial = study.ask(dict(spread))
    values = tuple(axis.values[trial.params[axis.name]] for axis in search.axes)
    if values in known:
        _tell(study, search, trial, known[values])
        return None
    chosen = {axis.name: value for axis, value in zip(search.axes, values, strict=True)}
    checked: list[tuple[dict[str, str], Settings]] = settings_of(search.strategy, search.fixed, [chosen])
    if not checked:
        study.tell(trial, state=optuna.trial.TrialState.FAIL)
        return None
    same = next((way.result for way in ways if way.values == values), None)
    return _Way(trial, values, same or pool.apply_async(one_tried, (checked[0],)))


def _tell(study: optuna.Study, search: Search, trial: optuna.Trial, found: Tried) -> None:
    trial.set_user_attr(TRIED, to_builtins(found))
    study.tell(trial, float(worth_of(found.inside, search.objective)))


def _kept(study: optuna.Study, search: Search) -> Iterator[Tried]:
    """What the study holds, in the order in which it was asked for."""
    import optuna
    from msgspec import convert

    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
        if TRIED in trial.user_attrs:
            yield convert(trial.user_attrs[TRIED], Tried, strict=False)


def _values(search: Search, one: Tried) -> Values:
    return tuple(one.settings[axis.name] for axis in search.axes)


def _study(search: Search) -> optuna.Study:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    startup = max(STARTUP, search.sets // 10)
    with warnings.catch_warnings():
        # Experimental for Optuna: sets on their way count as bad, so that nobody asks for their like.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.TPESampler(seed=search.seed, n_startup_trials=startup, constant_liar=True)
    return optuna.create_study(
        storage=_storage(search.store),
        sampler=sampler,
        study_name=question(search),
        direction="maximize",
        load_if_exists=True,
    )


def _storage(store: str) -> optuna.storages.BaseStorage | None:
    if not store:
        return None
    import optuna

    if "://" in store:
        return optuna.storages.RDBStorage(store)
    from optuna.storages.journal import JournalFileBackend

    Path(store).parent.mkdir(parents=True, exist_ok=True)
    return optuna.storages.JournalStorage(JournalFileBackend(store))


def question(search: Search) -> str:
    """The study's name grows from all that its answers depend on: another question is another study."""
    work = search.work
    parts = [
        work.strategy,
        str(search.strategy.version),
        search.objective,
        str(work.split_ms),
        repr(work.conditions),
        repr(sorted(search.fixed.items())),
        repr([(axis.name, axis.values) for axis in search.axes]),
        *(
            f"{ticks.symbol} {ticks.frame_s} {len(ticks)} {_print(ticks.bid.close.tobytes())}"
            for ticks in work.series
        ),
    ]
    return f"{work.strategy}-{_print(json.encode(parts))}"


def _print(raw: bytes) -> str:
    return hashlib.blake2b(raw, digest_size=10).hexdigest()
