"""Planted bugs die, each by an invariant that names what it did."""

from __future__ import annotations

import pytest

from tests.sim.mutants import MUTANTS, Mutant
from tests.sim.survival import hunted

SEEDS_MAX = 300
"""A mutant that lives longer is a hole in the world."""


def test_there_are_enough_planted_bugs() -> None:
    assert len(MUTANTS) >= 20
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_is_found_by_its_invariant(mutant: Mutant) -> None:
    end = hunted(mutant, SEEDS_MAX)
    assert end is not None, f"{mutant.name} survived {SEEDS_MAX} seeds: the world has a hole"
    print(f"{mutant.name}: {end.seeds} seeds, {end.invariant}: {end.sentence}")
