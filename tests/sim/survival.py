"""How long planted bugs live. `python -m tests.sim.survival` hunts them all; `make mutants` calls it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable

from msgspec import Struct

from tests.sim.many import cores, in_order
from tests.sim.mutants import MUTANTS, Mutant
from tests.sim.scenario import play

SEEDS_MAX = 300
"""A planted bug that lives longer is a hole in the world."""
BY_NAME = {one.name: one for one in MUTANTS}


class Death(Struct, frozen=True):
    """After how many seeds a mutant died, and of what."""

    seeds: int
    invariant: str
    sentence: str


class Hunt(Struct, frozen=True):
    """A mutant, how it ended (None: it lives), and how long the hunt took."""

    name: str
    death: Death | None
    seconds: float


def hunted(mutant: Mutant, seeds_max: int, seeds: Iterable[int] | None = None) -> Death | None:
    """Play seeds on the mutant until one of its invariants breaks; None when it survives.

    A breach of another invariant is no proof that the right one sees it, so that the hunt goes on.
    """
    for count, seed in enumerate(seeds if seeds is not None else range(seeds_max), start=1):
        with mutant.plant():
            outcome = play(seed)
        for breach in outcome.breaches:
            if breach.invariant in mutant.caught_by:
                return Death(count, breach.invariant, breach.sentence)
    return None


def hunt(name: str) -> Hunt:
    """Hunt one by its name."""
    began = time.process_time()
    death = hunted(BY_NAME[name], SEEDS_MAX)
    return Hunt(name, death, time.process_time() - began)


def line(found: Hunt) -> str:
    """A row of the table."""
    if found.death is None:
        return f"{'lives':>6}  {found.seconds:6.2f} s  {'':6}  {found.name}"
    return f"{found.death.seeds - 1:6}  {found.seconds:6.2f} s  {found.death.invariant:6}  {found.name}"


def main(words: list[str] | None = None) -> int:
    """Hunt all; a table with the first failing seed and the time, then one line of figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim.survival", description=__doc__)
    parser.add_argument("--only", default="", help="only planted bugs with this in their name")
    parser.add_argument("--workers", type=int, default=cores(), help="processes (one per core)")
    asked = parser.parse_args(words)
    names = [one.name for one in MUTANTS if asked.only in one.name]
    print("  seed      time  breaks  planted bug")
    lives, longest = 0, 0
    for _, found in in_order(hunt, names, asked.workers):
        print(line(found), flush=True)
        lives += found.death is None
        longest = max(longest, found.death.seeds if found.death else 0)
    print(f"{len(names)} planted bugs, {len(names) - lives} dead within {longest} seeds, {lives} live")
    return 1 if lives else 0


if __name__ == "__main__":
    sys.exit(main())
