"""Every point of a day at which the power can go, one after the other."""

from __future__ import annotations

import pytest

from tests.sim.crash import Day, crashed, main, points_of, seconds_after
from tests.sim.recipe import calm
from tests.sim.scenario import play, played
from tests.sim.scenarios import SCENARIOS, UNCRASHED
from tests.sim.scenarios_bots import CRASHED_FOR_THE_BOT
from tests.sim.scripted import Script

DAYS = (12, 29, 2, 11)
"""Calm days, one on each kind of venue: the crash is the only trouble."""

PLACES = [pytest.param(n, id=one.name.replace(" ", "-")) for n, one in enumerate(SCENARIOS)]
CRASHED_HERE = [place for place, one in zip(PLACES, SCENARIOS, strict=True) if one not in CRASHED_FOR_THE_BOT]
"""The others are crashed at every point in test_bots.py."""

TWO = [one.name for one in SCENARIOS].index("two positions, one closed in halves")

TROUBLE = {
    "a limit entry that is partly filled, then canceled": {"X22", "X23"},
    "an entry that is canceled when a part has filled, and what hangs on that part": {"X22", "X23", "X40"},
    "an order in doubt that is found": {"X02"},
    "an order in doubt that never arrived": {"X01"},
    "an order in doubt, and the venue answers no question": {"X02", "X08"},
    "an order that arrives after it was given up": {"N02"},
    "a yes that comes after the fill": {"X13"},
    "a fill that is told after the end of its order": {"X24"},
    "a panic over two positions and a waiting entry": {"H06"},
    "exits that the venue ends by itself while its stream is silent": {"X19", "X35"},
    "a price beyond the stop when the desk comes up": {"K11"},
    "a full disk before the order and after its fill": {"B02"},
    "answers to COMMIT that are lost": {"B10"},
    "a cancel whose answer is lost, then one that never arrives": {"N03", "X01"},
    "fills that are told twice, part by part": {"X14", "X22"},
}
"""What must have happened on these days, or their names would not be true."""


def broken_points(seed: int, step: int) -> list[str]:
    """Crash at every `step`-th hook of the day."""
    recipe = calm(seed)
    whole = play(seed, recipe=recipe)
    assert whole.breaches == []
    found = []
    for point in range(1, whole.trouble_hooks + 1, step):
        outcome = play(seed, [point], recipe=recipe)
        found += [f"seed {seed} crash at {point}: {b.invariant} {b.sentence}" for b in outcome.breaches]
    return found


# ---------------------------------------------------------------- the named days


def test_there_are_enough_named_days_and_each_has_its_name() -> None:
    assert len(SCENARIOS) >= 20
    assert len({one.name for one in SCENARIOS}) == len(SCENARIOS)
    assert {one.venue for one in SCENARIOS} >= {"full", "bare", "slow"}


SENDS_NOTHING = {
    "a profile that proposes, and nobody answers",
    "a profile that is stopped while its order waits for a price",
    "a profile that is to ask, from when its order waits for a price",
    "a profile that was stopped, and a deploy before its signal",
    "a profile whose price comes too late for its candle",
    "a profile that is started right behind a candle on which it would have bought",
    "a profile whose start is lost with the answer to a COMMIT, and another one that wants its symbol",
}
"""Days that are about an order that must not leave."""


@pytest.mark.parametrize("script", (*SCENARIOS, *UNCRASHED), ids=lambda one: one.name.replace(" ", "-"))
def test_a_named_day_is_what_its_name_says(script: Script) -> None:
    outcome = played(script)
    assert outcome.breaches == []
    assert (outcome.sends > 0) is (script.name not in SENDS_NOTHING)
    assert {*outcome.fired} >= TROUBLE.get(script.name, set())


@pytest.mark.part_of("test_no_second_crash_point_of_a_named_day_breaks_anything")
@pytest.mark.parametrize("place", PLACES)
def test_some_crash_points_of_every_named_day_break_nothing(place: int) -> None:
    found = [crashed((place, point, point + 1, 1)) for point in range(1 + place % 20, points_of(place), 20)]
    assert [sentence for one in found for sentence in one.breaches] == []
    assert all(one.points == 1 for one in found)


@pytest.mark.slow
@pytest.mark.parametrize("place", CRASHED_HERE)
def test_no_second_crash_point_of_a_named_day_breaks_anything(place: int) -> None:
    """`make crash` tries every point. Here half of them, odd or even by the day: a change waits for this."""
    first, end = 1 + place % 2, points_of(place) + 1
    found = crashed((place, first, end, 1), step=2)
    assert found.breaches == []
    assert found.points == len(range(first, end, 2))


OPEN: dict[tuple[str, int], str] = {}
"""Found and not mended yet (docs/reliability.md, known holes): the named day and its first crash."""


def is_open(sentence: str) -> bool:
    """True for what is known to be broken."""
    return any(sentence.startswith(f"{name}, crash at {point},") for name, point in OPEN)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_crashes_during_recoveries_break_nothing(place: int) -> None:
    points = range(2 + place % 3, points_of(place), 13)
    # Each of these alone is played by the test above.
    found = [crashed((place, point, point + 1, 3), least=2) for point in points]
    assert [sentence for one in found for sentence in one.breaches if not is_open(sentence)] == []
    # One crash at the end of a day may leave nothing for a second.
    assert sum(one.pairs for one in found) >= len(found) - 1


@pytest.mark.slow
def test_crashes_that_are_said_to_be_open_still_are() -> None:
    places = {one.name: place for place, one in enumerate(SCENARIOS)}
    assert [at for at in OPEN if crashed((places[at[0]], at[1], at[1] + 1, 3)).breaches == []] == []


def test_second_crashes_are_drawn_and_the_same_for_everybody() -> None:
    assert seconds_after(3, 10) == seconds_after(3, 10)
    assert all(10 < second <= 10 + 24 for second in seconds_after(3, 10))


def test_the_command_tells_a_day_and_counts_its_points(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only", "two positions, one", "--list"]) == 0
    assert f"{points_of(TWO)} points" in capsys.readouterr().out
    assert main(["--only", "two positions, one", "--tell", "20"]) == 0
    assert ">> power" in capsys.readouterr().out
    assert Day(TWO).name.startswith("two positions")


# ---------------------------------------------------------------- calm days


def test_the_days_are_on_all_kinds_of_venues() -> None:
    assert len({calm(seed).profile.venue for seed in DAYS}) == 4


@pytest.mark.part_of("test_no_crash_point_of_the_day_breaks_anything")
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
    hooks = play(seed, recipe=recipe).trouble_hooks
    found = []
    for point in range(5, hooks, 9):
        for after in (1, 3, 7):
            outcome = play(seed, [point, point + after], recipe=recipe)
            found += [f"{point}+{after}: {b.invariant} {b.sentence}" for b in outcome.breaches]
    assert found == []
