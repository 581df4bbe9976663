"""Many settings over the same past."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest

from tests.unit.backtest.stage import FIRST_MS, MINUTE_MS
from trading.backtest.conditions import Conditions, equal_share
from trading.backtest.cores import Work, swept
from trading.backtest.fast import played
from trading.backtest.reading import bundled_ticks
from trading.backtest.report import Outcome, Tried
from trading.backtest.results import Run, Trip
from trading.backtest.sweep import (
    Axis,
    axis_of,
    grid,
    outcome_between,
    outcome_of,
    random_sets,
    rank_agreement,
    ranked,
    settings_of,
    split_of,
    worth_of,
)
from trading.backtest.walking import walked
from trading.domain.events import Refusal
from trading.strategies.strategy import Context
from trading.strategies.table import STRATEGIES

D = Decimal
PULLBACK = STRATEGIES["pullback"]


def test_an_axis_is_a_row_of_values_or_a_range_in_steps() -> None:
    assert axis_of(PULLBACK, "fast=10,20,50") == Axis("fast", ("10", "20", "50"))
    assert axis_of(PULLBACK, "rsi_below=30..40:2.5") == Axis("rsi_below", ("30", "32.5", "35", "37.5", "40"))
    assert axis_of(PULLBACK, "fast=10..12") == Axis("fast", ("10", "11", "12"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("quick=1,2", "parameter_unknown"),
        ("fast", "parameter_unknown"),
        ("fast=10..5", "sweep_range"),
        ("fast=10..20:0", "sweep_range"),
        ("fast=a..b", "sweep_range"),
        ("fast=10,900", "parameter_high"),
        ("fast=1.5", "parameter_whole"),
    ],
)
def test_an_axis_that_cannot_be_tried_is_refused_with_a_sentence(text: str, code: str) -> None:
    found = axis_of(PULLBACK, text)
    assert isinstance(found, Refusal)
    assert found.code == code
    assert found.sentence.endswith(".")


AXES = [Axis("fast", ("10", "20", "30")), Axis("rsi_below", ("30", "40"))]


def test_a_grid_is_every_combination() -> None:
    sets = list(grid(AXES))
    assert len(sets) == 6
    assert sets[1] == {"fast": "10", "rsi_below": "40"}


def test_drawn_sets_are_different_ones_and_the_same_for_a_seed() -> None:
    drawn = random_sets(AXES, 4, 7)
    assert len({tuple(one.items()) for one in drawn}) == 4
    assert drawn == random_sets(AXES, 4, 7)
    assert all(one in list(grid(AXES)) for one in drawn)
    assert random_sets(AXES, 100, 7) == list(grid(AXES))


def test_sets_that_contradict_themselves_are_left_out() -> None:
    sets = settings_of(PULLBACK, {"slow": "25"}, list(grid(AXES)))
    assert {one[0]["fast"] for one in sets} == {"10", "20"}


def _trip(entered: int, net: str) -> Trip:
    ms = FIRST_MS + entered * MINUTE_MS
    return Trip("SOL/USD", True, D(1), D(10), D(10), ms, ms + MINUTE_MS, D(net), D(0), "sl", None)


def test_a_stretch_counts_what_was_entered_in_it() -> None:
    trips = (_trip(0, "10"), _trip(1, "-5"), _trip(2, "20"))
    run = Run(D(1000), "USD", FIRST_MS, FIRST_MS + 4 * MINUTE_MS, 4, (), trips)
    assert outcome_of(run) == Outcome(D("2.50"), D("0.50"), 3, D("6.00"))
    inside = outcome_between(run, FIRST_MS, FIRST_MS + 2 * MINUTE_MS)
    assert inside == Outcome(D("0.50"), D("0.50"), 2, D("2.00"))
    outside = outcome_between(run, FIRST_MS + 2 * MINUTE_MS, run.ends_ms)
    assert outside == Outcome(D("2.00"), D("0.00"), 1, None)


def _tried(inside: str, outside: str, trips: int = 5) -> Tried:
    one = Outcome(D(inside), D(2), trips, D(1))
    return Tried({"fast": inside}, one, Outcome(D(outside), D(2), trips, D(1)))


def test_the_best_inside_stands_first_and_who_has_not_traded_last() -> None:
    found = [_tried("1", "1"), _tried("9", "-9", trips=0), _tried("3", "2")]
    assert [one.inside.percent for one in ranked(found, "percent")] == [3, 1, 9]
    assert worth_of(found[0].inside, "calmness") == D("0.5")
    assert worth_of(found[0].inside, "profit_factor") == 1


def test_ranks_agree_wholly_or_are_upside_down() -> None:
    assert rank_agreement([_tried("1", "1"), _tried("2", "5"), _tried("3", "9")], "percent") == 1
    assert rank_agreement([_tried("1", "9"), _tried("2", "5"), _tried("3", "1")], "percent") == -1
    assert rank_agreement([_tried("1", "1"), _tried("1", "5"), _tried("1", "9")], "percent") is None
    assert rank_agreement([_tried("1", "1")], "percent") is None


def _work() -> Work:
    series = bundled_ticks(["EUR/USD"])
    return Work(series, "pullback", Conditions(D(10_000), equal_share(1)), split_of(series, 70), Context())


def test_every_core_says_what_one_says() -> None:
    work, sets = _work(), settings_of(PULLBACK, {}, list(grid(AXES)))
    alone = list(swept(work, sets, 1))
    assert list(swept(work, sets, 2)) == alone
    assert len(alone) == 6
    plan = PULLBACK.plan(work.series[0].columns(), sets[0][1], Context())
    run = played(work.series, [plan], work.conditions)
    assert alone[0].inside.trips + (alone[0].outside.trips if alone[0].outside else 0) == len(run.trips)


def test_leaving_a_sweep_early_ends_its_processes() -> None:
    work, sets = _work(), settings_of(PULLBACK, {}, list(grid(AXES)))
    loop = swept(work, sets, 2)
    assert next(loop).settings == sets[0][0]
    loop.close()  # type: ignore[attr-defined]  # it is a generator
    with pytest.raises(StopIteration):
        next(loop)


def test_a_walk_forward_chooses_by_what_came_before() -> None:
    work, sets = _work(), settings_of(PULLBACK, {}, list(grid(AXES)))
    told: list[int] = []
    steps = walked(
        work.series,
        PULLBACK,
        [one[1] for one in sets],
        work.conditions,
        3,
        heard=lambda done, of: told.append(done),
    )
    assert len(steps) == 3
    assert told == [1, 2, 3, 4, 5, 6]
    for before, after in pairwise(steps):
        assert before.ends_at == after.begins_at
    first = steps[0]
    inside = {}
    for text, settings in sets:
        plan = PULLBACK.plan(work.series[0].columns(), settings, Context())
        run = played(work.series, [plan], work.conditions)
        end = int(first.begins_at.timestamp() * 1000)
        inside[text["fast"], text["rsi_below"]] = outcome_between(run, run.begins_ms, end).percent
    assert first.inside_percent == max(inside.values())
