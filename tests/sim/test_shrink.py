"""Failing days become small and stay: a kept day breaks nothing any more.

That a small day still shows the bug which it was made for is true only for the code of that day: a change
of the order path makes another day of it. So shrinking is proven on a bug that is planted and shrunk here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sim.scenario import play
from tests.sim.shrink import Kept, NotFailing, Shrinker, keep, kept, summary
from tests.sim.survival import BY_NAME, DAYS_MAX, hunted
from tests.sim.tape import NOTHING, Tape, TapedEntropy
from trading.entropy import SeededEntropy

DAYS = list(kept())


@pytest.mark.parametrize("case", DAYS, ids=lambda case: case.mutant or case.name)
def test_a_kept_day_breaks_nothing_any_more(case: Kept) -> None:
    assert case.play_sound().breaches == []


def test_a_failing_day_becomes_small_and_is_kept(tmp_path: Path) -> None:
    death = hunted(BY_NAME["silent_orders_are_sent_again"], DAYS_MAX)
    assert death is not None
    seed = int(death.day)
    whole = play(seed)
    case = Shrinker(seed, "silent_orders_are_sent_again", runs_max=150).shrink()
    assert case.invariant == "I1"
    assert case.tape.sheet is not None and 0 < len(case.tape.sheet) < len(whole.asked) / 2
    assert sum(map(len, (case.tape.kept or {}).values())) <= 6
    path = keep(case, tmp_path)
    assert path.name.startswith("i1-silent-orders-are-sent-again")
    assert list(kept(tmp_path)) == [case]
    assert summary(case).startswith(f"seed {seed}: ")


def test_a_sound_day_is_not_shrunk() -> None:
    with pytest.raises(NotFailing):
        Shrinker(3)


def test_a_tape_silences_only_draws_of_trouble() -> None:
    plain, taped = SeededEntropy(3), TapedEntropy(3, Tape(kept={"net": [2]}))
    net, muted = plain.fork("net"), taped.fork("net")
    drawn = [net.fraction() for _ in range(3)]
    assert [muted.fraction() for _ in range(3)] == [NOTHING, drawn[1], NOTHING]
    assert taped.fork("prices").fraction() == plain.fork("prices").fraction()
    assert taped.live == ({"net": [2]} if drawn[1] < 0.5 else {})


def test_a_tape_that_keeps_everything_changes_nothing() -> None:
    assert play(9, tape=Tape()).trace == play(9).trace
