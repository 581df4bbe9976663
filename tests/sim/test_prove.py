"""The proof: it goes on where it stopped, counts versions apart, and fails when something is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sim import reliability
from tests.sim import tally as tallies
from tests.sim.faults import ROWS
from tests.sim.many import Sum
from tests.sim.mutants import MUTANTS
from tests.sim.prove import figures, main
from tests.sim.sameness import different
from tests.sim.tally import Counted, Killed, Tally, load, protocol_version, save


def proved(path: Path, seeds: int, workers: int) -> Tally:
    """A short proof of seeds only."""
    words = ["--tally", str(path), "--only", "seeds", "--seeds", str(seeds), "--workers", str(workers)]
    assert main(words) == 0
    return load(path)


def test_a_proof_goes_on_where_it_stopped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proved(tmp_path / "a.json", 20, workers=2)
    whole = proved(tmp_path / "a.json", 30, workers=1).now
    alone = proved(tmp_path / "b.json", 30, workers=1).now
    assert whole.seeds == alone.seeds and whole.fired == alone.fired
    assert whole.seeds.seeds == 30 and whole.seeds.hooks > 100
    assert "30 since the order path last changed, 30 in all" in capsys.readouterr().out


def test_what_an_older_order_path_went_through_is_kept_apart(tmp_path: Path) -> None:
    path = tmp_path / "proof.json"
    old = Counted(protocol="old", seeds=Sum(seeds=500), points=7, pairs=3, breaches=["seed 1: I1"])
    save(Tally(now=old, next_seed=500), path)
    tally = load(path)
    now = tally.current()
    assert (now.protocol, now.seeds.seeds, now.breaches) == (protocol_version(), 0, [])
    assert (tally.earlier_seeds, tally.earlier_points, tally.earlier_pairs) == (500, 7, 3)
    assert tally.next_seed == 500
    now.seeds.seeds = 20
    assert tally.current() is now
    assert "20 since the order path last changed, 520 in all" in figures(tally)[1]


def test_the_version_changes_with_the_order_path_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in tallies.ORDER_PATH:
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "one.py").write_text("x = 1\n")
    monkeypatch.setattr(tallies, "ROOT", tmp_path)

    def version() -> str:
        protocol_version.cache_clear()
        return protocol_version()

    try:
        first = version()
        (tmp_path / "bot.py").write_text("x = 1\n")
        for name in ("test_one.py", "mutants_one.py", "prove.py"):
            (tmp_path / tallies.SIMULATOR / name).write_text("x = 1\n")
        assert version() == first, "no day is played otherwise because of them"
        (tmp_path / tallies.SIMULATOR / "world.py").write_text("x = 1\n")
        assert version() != first
        (tmp_path / tallies.SIMULATOR / "world.py").unlink()
        (tmp_path / "db" / "test_one.py").write_text("x = 1\n")
        assert version() != first, "only the simulator has files that play no day"
        (tmp_path / "db" / "test_one.py").unlink()
        assert version() == first
        (tmp_path / "db" / "one.py").write_text("x = 2\n")
        assert version() != first
    finally:
        protocol_version.cache_clear()


def test_a_breach_a_survivor_a_different_day_or_a_silent_fault_fails_the_proof() -> None:
    everything = {row.fault: 50 for row in ROWS}
    assert not Counted(fired=everything, seeds=Sum(seeds=10_000)).has_failed
    assert Counted(breaches=["seed 1: I1"]).has_failed
    assert Counted(survivors=["one"]).has_failed
    assert Counted(other_traces=1).has_failed
    silent = {**everything, "X02": 0}
    assert Counted(fired=silent, seeds=Sum(seeds=10_000)).has_failed
    assert not Counted(fired=silent, seeds=Sum(seeds=9_000)).has_failed


def test_the_page_shows_what_the_tally_says() -> None:
    assert reliability.shown() == reliability.made(load())


def test_the_page_lists_every_fault_and_every_planted_bug() -> None:
    tally = Tally()
    now = tally.current()
    now.fired, now.planted = {"X02": 1_234}, len(MUTANTS)
    now.mutants = {one.name: Killed(3, "2", "I1", 0.25) for one in MUTANTS}
    page = reliability.made(tally)
    assert "| X02 | an order is taken and the answer is lost | 1,234 |" in page
    assert all(f"| {row.fault} | {row.what} |" in page for row in ROWS)
    assert all(f"| {one.name.replace('_', ' ')} | 3 | seed 2 | I1 | 0.25 |" in page for one in MUTANTS)


def test_some_seeds_are_the_same_day_in_two_processes() -> None:
    assert different(40, 4) == []


@pytest.mark.slow
def test_forty_seeds_are_the_same_day_in_two_processes() -> None:
    assert different(100, 40) == []
