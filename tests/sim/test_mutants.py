"""Planted bugs die, each by an invariant that names what it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sim.mutants import MUTANTS, Mutant
from tests.sim.mutants_chat import CHAT_MUTANTS
from tests.sim.specified import WANTED
from tests.sim.survival import DAYS_MAX, hunted

ROOT = Path(__file__).resolve().parents[2]


def planted_names() -> set[str]:
    """All planted bugs, of the order path and of the chats."""
    return {one.name for one in (*MUTANTS, *CHAT_MUTANTS)}


def test_there_are_enough_planted_bugs() -> None:
    assert len(MUTANTS) >= 25
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)


def test_every_bug_of_the_specification_is_planted_or_has_a_place() -> None:
    planted = planted_names()
    for wanted in WANTED:
        places = bool(wanted.mutants) + bool(wanted.elsewhere) + bool(wanted.later)
        assert places == 1, wanted.bug
        assert {*wanted.mutants} <= planted, wanted.bug
        if wanted.elsewhere:
            path, _, name = wanted.elsewhere.partition("::")
            assert f"def {name}(" in (ROOT / path).read_text(), wanted.bug
    assert len({one.bug for one in WANTED}) == len(WANTED) == 28
    assert sum(bool(one.later) for one in WANTED) <= 2


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_a_planted_bug_is_found_by_its_invariant(mutant: Mutant) -> None:
    end = hunted(mutant, DAYS_MAX)
    assert end is not None, f"{mutant.name} survived {DAYS_MAX} days: the world has a hole"
    print(f"{mutant.name}: day {end.days} ({end.day}), {end.invariant}: {end.sentence}")
