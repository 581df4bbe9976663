"""`python -m tests.sim.crash`: the power goes at every hook of every named day, and again while the desk
recovers from that. `make crash` calls it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct, field

from tests.sim.many import cores, in_order, merged_counts
from tests.sim.narrate import told
from tests.sim.recipe import calm
from tests.sim.scenario import Outcome, play, played
from tests.sim.scenarios import SCENARIOS
from trading.entropy import SeededEntropy

POINTS_A_JOB = 12
PAIRS_A_POINT = 4
RECOVERY_HOOKS = 24
"""A second crash comes within so many hooks of the first: the start asks, repairs and writes in these."""
TRIPLE_EVERY = 4


class Day(Struct, frozen=True):
    """What is crashed: a named scenario by its place, or from there on a calm day by its seed."""

    place: int

    @property
    def name(self) -> str:
        """What a breach calls it."""
        return SCENARIOS[self.place].name if self.is_named else f"calm day {self.seed}"

    @property
    def is_named(self) -> bool:
        """Whether it is written down."""
        return self.place < len(SCENARIOS)

    @property
    def seed(self) -> int:
        """The seed of a calm day."""
        return self.place - len(SCENARIOS)

    def play(self, crash_at: Iterable[int] = ()) -> Outcome:
        """Play it; the power goes at these hooks."""
        if self.is_named:
            return played(SCENARIOS[self.place], crash_at)
        return play(self.seed, crash_at, recipe=calm(self.seed))


class Crashed(Struct):
    """What came of crashes. A second one whose hook was never reached counts as nothing."""

    points: int = 0
    pairs: int = 0
    triples: int = 0
    fired: dict[str, int] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)

    def add(self, day: Day, crash_at: Sequence[int], outcome: Outcome) -> None:
        """One run more."""
        if outcome.crashes == len(crash_at):
            self.points += len(crash_at) == 1
            self.pairs += len(crash_at) == 2
            self.triples += len(crash_at) == 3
        self.fired = merged_counts(self.fired, outcome.fired)
        where = ", ".join(map(str, crash_at))
        self.breaches += [
            f"{day.name}, crash at {where}: {b.invariant} {b.sentence}" for b in outcome.breaches
        ]

    def merge(self, other: Crashed) -> None:
        """Many runs more."""
        self.points += other.points
        self.pairs += other.pairs
        self.triples += other.triples
        self.fired = merged_counts(self.fired, other.fired)
        self.breaches += other.breaches


Job = tuple[int, int, int, int]
"""Place of the day, first point, one past the last point, crashes at most (1, 2 or 3)."""


@lru_cache(maxsize=512)
def points_of(place: int) -> int:
    """How many points at which the power can go a day has."""
    whole = Day(place).play()
    assert not whole.breaches, f"{Day(place).name} breaks without a crash: {whole.breaches[0]}"
    return whole.trouble_hooks


def seconds_after(place: int, point: int) -> list[int]:
    """Where the power goes a second time after this point: drawn, the same for everybody."""
    draw = SeededEntropy(f"pair:{place}:{point}")
    return sorted({point + 1 + int(RECOVERY_HOOKS * draw.fraction()) for _ in range(PAIRS_A_POINT)})


def crashed(job: Job, least: int = 1, step: int = 1) -> Crashed:
    """All crashes of a stretch of points, or of each `step`th of them, in this process; at `least` so many of
    each day."""
    place, first, end, most = job
    found, day = Crashed(), Day(place)
    for point in range(first, end, step):
        runs = [[point]]
        if most > 1:
            runs += [[point, second] for second in seconds_after(place, point)]
        if most > 2 and point % TRIPLE_EVERY == 0:
            second = seconds_after(place, point)[0]
            runs.append([point, second, seconds_after(place, second)[0]])
        for crash_at in runs:
            if len(crash_at) < least:
                continue
            found.add(day, crash_at, day.play(crash_at))
    return found


def jobs(places: Iterable[int], most: int) -> Iterator[Job]:
    """Every point of these days, in stretches."""
    for place in places:
        points = points_of(place)
        for first in range(1, points + 1, POINTS_A_JOB):
            yield place, first, min(first + POINTS_A_JOB, points + 1), most


def main(words: list[str] | None = None) -> int:
    """Crash at all points; one line for each day, one at the end."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim.crash", description=__doc__)
    parser.add_argument("--only", default="", help="only named days with these words in their name")
    parser.add_argument("--days", type=int, default=0, help="so many calm seeded days besides")
    parser.add_argument("--crashes", type=int, default=3, choices=(1, 2, 3), help="how often at most (3)")
    parser.add_argument("--workers", type=int, default=cores(), help="processes (one per core)")
    parser.add_argument("--list", action="store_true", help="list the named days with their points")
    parser.add_argument("--tell", type=int, nargs="*", metavar="HOOK", help="print --only, crashed at these")
    asked = parser.parse_args(words)
    places = [n for n, one in enumerate(SCENARIOS) if asked.only in one.name]
    if asked.list:
        for place in places:
            print(f"{points_of(place):4} points  {Day(place).name} ({SCENARIOS[place].venue})")
        return 0
    if asked.tell is not None:
        return shown(places[0], asked.tell)
    if not asked.only:
        places += range(len(SCENARIOS), len(SCENARIOS) + asked.days)
    began, found = time.monotonic(), Crashed()
    for _, part in in_order(crashed, jobs(places, asked.crashes), asked.workers):
        for sentence in part.breaches:
            print(f"BREACH {sentence}", flush=True)
        found.merge(part)
    print(
        f"{len(places)} scenarios, {found.points} crash points, {found.pairs} double crashes, "
        f"{found.triples} triple crashes, {time.monotonic() - began:.0f} s, {len(found.breaches)} breaches"
    )
    return 1 if found.breaches else 0


def shown(place: int, crash_at: Sequence[int]) -> int:
    """Print one named day in words."""
    outcome = played(SCENARIOS[place], crash_at, keeps=True)
    for line in told(outcome.timeline):
        print(line)
    for breach in outcome.breaches:
        print(f"BREACH {breach.invariant} {breach.sentence}")
    return 1 if outcome.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
