"""Planted bugs die, each by an invariant that names what it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sim.mutants import MUTANTS, Mutant
from tests.sim.specified import WANTED
from tests.sim.survival import DAYS_MAX, hunted

ROOT = Path(__file__).resolve().parents[2]


def test_there_are_enough_planted_bugs() -> None:
    assert len(MUTANTS) >= 25
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)
    assert {one.name for one in MUTANTS} >= SHY


def test_every_bug_of_the_specification_is_planted_or_has_a_place() -> None:
    planted = {one.name for one in MUTANTS}
    for wanted in WANTED:
        places = bool(wanted.mutants) + bool(wanted.elsewhere) + bool(wanted.later)
        assert places == 1, wanted.bug
        assert {*wanted.mutants} <= planted, wanted.bug
        if wanted.elsewhere:
            path, _, name = wanted.elsewhere.partition("::")
            assert f"def {name}(" in (ROOT / path).read_text(), wanted.bug
    assert len({one.bug for one in WANTED}) == len(WANTED) == 28
    assert sum(bool(one.later) for one in WANTED) <= 3


SHY = {
    "the_fence_runs_on_the_wall_clock",
    "the_position_is_not_looked_at",
    "asking_a_person_releases_the_room",
    "an_order_that_turned_up_alarms_nobody",
    "a_swap_is_forgotten_after_a_crash",
    "done_orders_are_not_looked_back_at",
    "legs_are_not_placed_again_after_a_start",
    "a_halt_leaves_waiting_entries_at_the_venue",
    "a_failed_question_counts_as_no",
    "a_refused_cancel_means_that_it_lives",
    "a_watched_stop_is_forgotten_after_a_start",
}
"""They need many days before they show: hunted in `make test` and `make prove`, not before every commit."""


@pytest.mark.parametrize(
    "mutant",
    [pytest.param(one, id=one.name, marks=[pytest.mark.slow] if one.name in SHY else []) for one in MUTANTS],
)
def test_a_planted_bug_is_found_by_its_invariant(mutant: Mutant) -> None:
    end = hunted(mutant, DAYS_MAX)
    assert end is not None, f"{mutant.name} survived {DAYS_MAX} days: the world has a hole"
    print(f"{mutant.name}: day {end.days} ({end.day}), {end.invariant}: {end.sentence}")
