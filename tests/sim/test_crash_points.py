"""Every point of a day at which the power can go, one after the other."""

from __future__ import annotations

import pytest

from tests.sim.recipe import calm
from tests.sim.scenario import play

DAYS = (12, 29, 2, 11)
"""Calm days, one on each kind of venue: the crash is the only trouble."""


def broken_points(seed: int, step: int) -> list[str]:
    """Crash at every `step`-th hook of the day."""
    recipe = calm(seed)
    whole = play(seed, recipe=recipe)
    assert whole.breaches == []
    found = []
    for point in range(1, whole.hooks + 1, step):
        outcome = play(seed, [point], recipe=recipe)
        found += [f"seed {seed} crash at {point}: {b.invariant} {b.sentence}" for b in outcome.breaches]
    return found


def test_the_days_are_on_all_kinds_of_venues() -> None:
    assert len({calm(seed).profile.venue for seed in DAYS}) == 4


@pytest.mark.parametrize("seed", DAYS)
def test_some_crash_points_of_each_venue_break_nothing(seed: int) -> None:
    assert broken_points(seed, step=25) == []


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("seed", DAYS)
def test_no_crash_point_of_the_day_breaks_anything(seed: int) -> None:
    assert broken_points(seed, step=1) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", DAYS)
def test_a_crash_during_the_recovery_of_a_crash_breaks_nothing(seed: int) -> None:
    recipe = calm(seed)
    hooks = play(seed, recipe=recipe).hooks
    found = []
    for point in range(5, hooks, 9):
        for after in (1, 3, 7):
            outcome = play(seed, [point, point + after], recipe=recipe)
            found += [f"{point}+{after}: {b.invariant} {b.sentence}" for b in outcome.breaches]
    assert found == []
