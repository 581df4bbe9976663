"""How long a planted bug lives."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from tests.sim.mutants import Mutant
from tests.sim.scenario import play


class Death(Struct, frozen=True):
    """After how many seeds a mutant died, and of what."""

    seeds: int
    invariant: str
    sentence: str


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
