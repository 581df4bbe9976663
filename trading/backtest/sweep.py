"""Many settings over the same past: which to try, what each made, inside and outside of what they were
chosen by. It only suggests; nothing it says is ever switched on by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np

from trading.backtest.conditions import Conditions
from trading.backtest.fast import played
from trading.backtest.report import Outcome, Tried
from trading.backtest.results import Run, Trip
from trading.backtest.ticks import Ticks
from trading.domain.events import Refusal
from trading.domain.money import HUNDRED, ZERO
from trading.parameters import Parameter, Settings, Tunable, validated
from trading.strategies.strategy import Plan

SETS_MAX = 20_000
CENT = Decimal("0.01")


class Axis(NamedTuple):
    """One parameter and the values that are tried."""

    name: str
    values: tuple[str, ...]


def axis_of(tunable: Tunable, text: str) -> Axis | Refusal:
    """What `fast=10,20,50` or `fast=10..50:5` tries: values in a row, or from one to another in steps.

    Every value must be one that the parameter takes.
    """
    name, equals, spec = text.partition("=")
    known = {one.name: one for one in tunable.parameters}
    parameter = known.get(name.strip())
    if parameter is None or not equals:
        names = ", ".join(known)
        sentence = f"{tunable.name} has no parameter {name.strip()}; it has {names}."
        return Refusal("parameter_unknown", sentence, name.strip(), text)
    values = _spread(parameter, spec.strip())
    if isinstance(values, Refusal):
        return values
    for value in values:
        wrong = _wrong(tunable, parameter, value)
        if wrong is not None:
            return wrong
    return Axis(parameter.name, values)


def _spread(parameter: Parameter, spec: str) -> tuple[str, ...] | Refusal:
    if ".." not in spec:
        return tuple(part.strip() for part in spec.split(","))
    ends, _, step = spec.partition(":")
    low, _, high = ends.partition("..")
    try:
        first, last, width = Decimal(low), Decimal(high), Decimal(step or "1")
        if width <= 0 or last < first or (last - first) / width >= SETS_MAX:
            raise ValueError(spec)
    except (ArithmeticError, ValueError):
        sentence = (
            f"{parameter.name} is tried from one number up to another in steps, like 10..50:5, not {spec}."
        )
        return Refusal("sweep_range", sentence, parameter.name, spec)
    count = int((last - first) / width) + 1
    return tuple(f"{(first + width * place).normalize():f}" for place in range(count))


def _wrong(tunable: Tunable, parameter: Parameter, value: str) -> Refusal | None:
    """What is wrong with a value by itself; whether it fits the others is seen set by set."""
    found = validated(tunable, {parameter.name: value})
    return found if isinstance(found, Refusal) and found.code != "parameter_order" else None


def grid(axes: Sequence[Axis]) -> Iterator[dict[str, str]]:
    """Every combination, the last axis fastest."""
    for values in product(*(axis.values for axis in axes)):
        yield {axis.name: value for axis, value in zip(axes, values, strict=True)}


def grid_size(axes: Sequence[Axis]) -> int:
    """How many combinations there are."""
    return prod(len(axis.values) for axis in axes)


def random_sets(axes: Sequence[Axis], count: int, seed: int) -> list[dict[str, str]]:
    """So many different combinations, drawn by a seed; all of them when there are no more."""
    size = grid_size(axes)
    if size <= count:
        return list(grid(axes))
    chosen: dict[int, None] = {}
    number = 0
    while len(chosen) < count:
        digest = hashlib.blake2b(f"sweep:{seed}:{number}".encode(), digest_size=16).digest()
        chosen[int.from_bytes(digest, "big") % size] = None
        number += 1
    return [_nth(axes, place) for place in sorted(chosen)]


def _nth(axes: Sequence[Axis], place: int) -> dict[str, str]:
    found = {}
    for axis in reversed(axes):
        place, which = divmod(place, len(axis.values))
        found[axis.name] = axis.values[which]
    return {axis.name: found[axis.name] for axis in axes}


def settings_of(
    tunable: Tunable, fixed: Mapping[str, str], sets: Sequence[Mapping[str, str]]
) -> list[tuple[dict[str, str], Settings]]:
    """Sets with what all of them share, checked; those whose values do not fit each other are left out."""
    found = []
    for one in sets:
        values = validated(tunable, {**fixed, **one})
        if not isinstance(values, Refusal):
            found.append((dict(one), values))
    return found


def outcome_of(run: Run) -> Outcome:
    """A run in four numbers."""
    return outcome_between(run, run.begins_ms, run.ends_ms + 1)


def outcome_between(run: Run, begin_ms: int, end_ms: int) -> Outcome:
    """What was entered in a stretch, in four numbers: the rest of the run counts for nothing."""
    trips = [trip for trip in run.trips if begin_ms <= trip.entered_ms < end_ms]
    held = sum((one.unrealised - one.fees for one in run.held if begin_ms <= one.entered_ms < end_ms), ZERO)
    net = sum((trip.net for trip in trips), ZERO) + held
    gained = sum((trip.net for trip in trips if trip.net > 0), ZERO)
    lost = -sum((trip.net for trip in trips if trip.net < 0), ZERO)
    return Outcome(
        (net * HUNDRED / run.cash).quantize(CENT),
        _depth(trips, run.cash),
        len(trips),
        (gained / lost).quantize(CENT) if lost else None,
    )


def _depth(trips: Sequence[Trip], cash: Decimal) -> Decimal:
    """The deepest fall of the closed results, in percent of the highest before it."""
    if not trips:
        return ZERO.quantize(CENT)
    ordered = sorted(trips, key=lambda trip: trip.left_ms)
    worth = float(cash) + np.cumsum([float(trip.net) for trip in ordered])
    peaks = np.maximum(np.maximum.accumulate(worth), float(cash))
    return Decimal(repr(float(((peaks - worth) / peaks).max()) * 100)).quantize(CENT)


def tried(
    series: Sequence[Ticks],
    plans: Sequence[Plan],
    settings: dict[str, str],
    conditions: Conditions,
    split_ms: int | None,
) -> Tried:
    """Play one set. With `split_ms`, what was entered before it is inside, what came later outside: the
    strategy reads on over the split as it would have live."""
    run = played(series, plans, conditions)
    if split_ms is None:
        return Tried(settings, outcome_of(run))
    return Tried(
        settings,
        outcome_between(run, run.begins_ms, split_ms),
        outcome_between(run, split_ms, run.ends_ms + 1),
    )


def split_of(series: Sequence[Ticks], inside_percent: int) -> int | None:
    """The instant at which so many percent of the time are over; None for all of it."""
    if inside_percent >= 100:
        return None
    begins = min(int(ticks.at_ms[0]) for ticks in series)
    ends = max(int(ticks.ends_ms[-1]) for ticks in series)
    return begins + (ends - begins) * inside_percent // 100


OBJECTIVES = ("percent", "calmness", "profit_factor")


def worth_of(outcome: Outcome, objective: str) -> Decimal:
    """By what sets are put in order: gain, gain for each percent of drawdown, or profit factor. Whoever has
    not traded is worth nothing."""
    if not outcome.trips:
        return Decimal(-1_000_000)
    match objective:
        case "calmness":
            return outcome.percent / max(outcome.drawdown_percent, Decimal(1))
        case "profit_factor":
            return outcome.profit_factor if outcome.profit_factor is not None else Decimal(1_000_000)
        case _:
            return outcome.percent


def ranked(found: Sequence[Tried], objective: str) -> list[Tried]:
    """The best inside first; equal ones in the order in which they were tried."""
    return sorted(found, key=lambda one: -worth_of(one.inside, objective))


def rank_agreement(found: Sequence[Tried], objective: str) -> Decimal | None:
    """Whether what was good inside was good outside: Spearman's rank correlation, from -1 to 1.

    Spearman, "The Proof and Measurement of Association between Two Things" (1904). None for fewer than three.
    """
    both = [
        (worth_of(one.inside, objective), worth_of(one.outside, objective))
        for one in found
        if one.outside is not None
    ]
    if len(both) < 3:
        return None
    inside, outside = (_ranks([pair[side] for pair in both]) for side in (0, 1))
    if np.ptp(inside) == 0 or np.ptp(outside) == 0:
        return None
    return Decimal(repr(float(np.corrcoef(inside, outside)[0, 1]))).quantize(CENT)


def _ranks(values: Sequence[Decimal]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Ranks, equal ones sharing their middle."""
    numbers = np.array([float(value) for value in values])
    order = np.sort(numbers)
    return (np.searchsorted(order, numbers, "left") + np.searchsorted(order, numbers, "right") - 1) / 2
