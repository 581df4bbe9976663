"""Days with a focus: how many there are, that each family comes up, and what it leaves alone."""

from __future__ import annotations

from collections import Counter

from msgspec.structs import replace

from tests.sim.focus import FAMILIES, kind_of
from tests.sim.recipe import mixed, recipe_of
from tests.sim.scenario import play

DAYS = range(2_000)


def test_enough_days_are_calm_but_for_one_family_and_enough_have_everything() -> None:
    kinds = Counter(kind_of(seed) for seed in DAYS)
    names = {family.__name__ for family in FAMILIES}
    assert names <= set(kinds)
    assert min(kinds[name] for name in names) >= 25
    assert sum(kinds[name] for name in names) >= 0.15 * len(DAYS)
    assert kinds["everything"] >= 0.08 * len(DAYS)
    assert kinds["mixed"] >= 0.4 * len(DAYS)


def test_a_day_without_a_focus_is_the_swarm_that_it_was() -> None:
    for seed in range(40):
        day = recipe_of(seed)
        beside = {name: getattr(day, name) for name in ("guests", "polls", "hushes", "profile")}
        is_swarm = day == replace(mixed(seed), **beside)
        assert is_swarm == (kind_of(seed) == "mixed"), "visitors and stopped prices alone are drawn beside it"


def test_days_with_a_focus_are_busy() -> None:
    """A day on which nothing is sent finds nothing: the point of a focus is that something happens."""
    sends: Counter[bool] = Counter()
    days: Counter[bool] = Counter()
    for seed in range(40):
        is_focused = kind_of(seed) not in ("mixed", "everything")
        sends[is_focused] += play(seed).sends
        days[is_focused] += 1
    assert sends[True] / days[True] > 12 > sends[False] / days[False]
