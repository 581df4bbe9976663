"""`python -m tests.sim.prove`: the long run. Goes on where it stopped; its tally is docs/proof.json.

In turns, always in the same order: new seeds, crash points of new days, crash pairs, planted bugs, kills.
Nothing in here draws from the clock or the machine, so that two proofs of the same length tell the same.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import msgspec
from msgspec import Struct, field

from tests.integration.killing import killed
from tests.sim.mutants import MUTANTS
from tests.sim.recipe import calm
from tests.sim.scenario import play
from tests.sim.survival import hunted

TALLY = Path(__file__).resolve().parents[2] / "docs" / "proof.json"
SEEDS_A_TURN = 200
POINTS_A_TURN = 120
KILLS_A_TURN = 5
SURVIVES_AFTER = 1_000
BREACHES_KEPT = 50


class Killed(Struct):
    """How a planted bug ended: after how many seeds, and by which invariant."""

    seeds: int
    invariant: str


class Tally(Struct):
    """What has been proven so far. `next_*` say where the next run goes on."""

    seeds: int = 0
    hooks: int = 0
    fills: int = 0
    crashes: int = 0
    crash_points: int = 0
    crash_pairs: int = 0
    kills: int = 0
    kills_lost_fills: int = 0
    kills_second_orders: int = 0
    kills_manual_steps: int = 0
    next_day: int = 0
    next_point: int = 1
    next_pair: int = 1
    mutants: dict[str, Killed] = field(default_factory=dict)
    survivors: list[str] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)


def load(path: Path = TALLY) -> Tally:
    """The tally so far."""
    return msgspec.json.decode(path.read_bytes(), type=Tally) if path.exists() else Tally()


def save(tally: Tally, path: Path = TALLY) -> None:
    """Write it whole, or leave the old one."""
    fresh = path.with_suffix(".new")
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(tally), indent=2) + b"\n")
    fresh.replace(path)


def _breach(tally: Tally, what: str, sentence: str) -> None:
    print(f"BREACH {what}: {sentence}", flush=True)
    if len(tally.breaches) < BREACHES_KEPT:
        tally.breaches.append(f"{what}: {sentence}")


def more_seeds(tally: Tally) -> None:
    """New days of trouble."""
    for seed in range(tally.seeds, tally.seeds + SEEDS_A_TURN):
        outcome = play(seed)
        tally.hooks += outcome.hooks
        tally.fills += outcome.fills
        tally.crashes += outcome.crashes
        for breach in outcome.breaches:
            _breach(tally, f"seed {seed}", f"{breach.invariant} {breach.sentence}")
    tally.seeds += SEEDS_A_TURN


def more_crash_points(tally: Tally) -> None:
    """The power goes at each point of a calm day, one day after the other."""
    for _ in range(POINTS_A_TURN):
        day, point = tally.next_day, tally.next_point
        outcome = play(day, [point], recipe=calm(day))
        for breach in outcome.breaches:
            _breach(tally, f"day {day} crash at {point}", f"{breach.invariant} {breach.sentence}")
        tally.crash_points += outcome.crashes
        tally.next_point += 1
        if not outcome.crashes:
            tally.next_day, tally.next_point = day + 1, 1


def more_crash_pairs(tally: Tally) -> None:
    """A crash, and another one while the desk recovers from it."""
    for _ in range(POINTS_A_TURN):
        pair = tally.next_pair
        day, first, after = pair % 40, 1 + pair * 7 % 150, 1 + pair % 11
        outcome = play(day, [first, first + after], recipe=calm(day))
        for breach in outcome.breaches:
            place = f"day {day} crashes at {first} and {first + after}"
            _breach(tally, place, f"{breach.invariant} {breach.sentence}")
        tally.crash_pairs += outcome.crashes == 2
        tally.next_pair += 1


def a_planted_bug(tally: Tally) -> None:
    """The next mutant that has not been hunted yet; all anew when all were."""
    left = [one for one in MUTANTS if one.name not in tally.mutants and one.name not in tally.survivors]
    if not left:
        return
    mutant = left[0]
    end = hunted(mutant, SURVIVES_AFTER)
    if end is None:
        tally.survivors.append(mutant.name)
        print(f"SURVIVES {mutant.name}: {SURVIVES_AFTER} seeds", flush=True)
        return
    tally.mutants[mutant.name] = Killed(end.seeds, end.invariant)
    print(f"{mutant.name}: dead after {end.seeds} seeds by {end.invariant}", flush=True)


def more_kills(tally: Tally) -> None:
    """Real processes and real SIGKILLs."""
    report = killed(seed=10_000 + tally.kills, kills=KILLS_A_TURN)
    tally.kills += report.kills
    tally.kills_lost_fills += report.lost_fills
    tally.kills_second_orders += report.second_orders
    tally.kills_manual_steps += report.manual_steps
    for sentence in report.breaches:
        _breach(tally, f"kills {tally.kills}", sentence)


TURNS: tuple[Callable[[Tally], None], ...] = (
    a_planted_bug,
    more_seeds,
    more_crash_points,
    more_crash_pairs,
    more_kills,
)


def main() -> int:
    """Take turns until the time is over; the tally is saved after each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="how long to go on (a turn is finished)")
    parser.add_argument("--anew", action="store_true", help="forget the tally and begin at the first seed")
    asked = parser.parse_args()
    tally = Tally() if asked.anew else load()
    began = perf_counter()
    while perf_counter() - began < asked.seconds:
        for turn in TURNS:
            turn(tally)
            save(tally)
            if perf_counter() - began >= asked.seconds:
                break
        print(
            f"{tally.seeds} seeds, {tally.crash_points} crash points, {tally.crash_pairs} pairs, "
            f"{tally.kills} kills, {len(tally.mutants)} of {len(MUTANTS)} planted bugs dead, "
            f"{len(tally.breaches)} breaches",
            flush=True,
        )
    return 1 if tally.breaches or tally.survivors else 0


if __name__ == "__main__":
    sys.exit(main())
