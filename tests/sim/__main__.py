"""`python -m tests.sim`: look at one simulated day, or play many. `make sim` calls it."""

from __future__ import annotations

import argparse
import sys
import time

from tests.sim.many import Sum, batches, cores, in_order, seeds_played
from tests.sim.narrate import told
from tests.sim.recipe import recipe_of
from tests.sim.scenario import play
from tests.sim.shrink import NotFailing, Shrinker, keep, summary


def shown(seed: int, crash_at: list[int] | None, *, all_prices: bool) -> int:
    """Print one day as it went, and what the judge says; 1 when an invariant broke."""
    recipe = recipe_of(seed)
    outcome = play(seed, crash_at, keeps=True)
    print(
        f"seed {seed}: venue {recipe.profile.venue}, {recipe.people} people, {recipe.commands} commands each"
    )
    print("   seconds  who      what")
    for line in told(outcome.timeline, all_prices=all_prices):
        print(line)
    faults = ", ".join(f"{fault} {count}" for fault, count in outcome.fired.items())
    print(f"faults: {faults or 'none'}")
    print(
        f"{outcome.seconds:.0f} s of virtual time, {outcome.hooks} hooks, {outcome.crashes} crashes, "
        f"{outcome.fills} fills, {outcome.sends} sends, trace {outcome.trace}"
    )
    for breach in outcome.breaches:
        print(f"BREACH {breach.invariant} {breach.sentence}")
    print("no invariant broke" if not outcome.breaches else f"{len(outcome.breaches)} breaches")
    return 1 if outcome.breaches else 0


def figures(found: Sum, took_s: float) -> str:
    """The one line at the end of many days."""
    rate = found.seeds / took_s * 3600 if took_s else 0.0
    return (
        f"{found.seeds} seeds, {rate:,.0f} an hour, {found.seconds / 3600:.1f} h of virtual time, "
        f"{found.hooks} hooks, {found.crashes} crashes, {found.fills} fills, {found.sends} sends, "
        f"{len(found.breaches)} breaches"
    )


def played(seeds: range, workers: int) -> int:
    """Play a range of seeds on all workers; each breach is printed when it is found."""
    began = time.monotonic()
    found = Sum()
    for _, part in in_order(seeds_played, batches(seeds), workers):
        for sentence in part.breaches:
            print(f"BREACH {sentence}", flush=True)
        found.merge(part)
    print(figures(found, time.monotonic() - began))
    return 1 if found.breaches else 0


def shrunk(seed: int, mutant: str, *, keeps: bool, all_prices: bool) -> int:
    """Make a failing day small, print it in words, and keep it when asked; 2 when it does not fail."""
    try:
        shrinker = Shrinker(seed, mutant)
        case = shrinker.shrink()
    except NotFailing as nothing:
        print(f"nothing to shrink: {nothing}")
        return 2
    for line in told(case.play(keeps=True).timeline, all_prices=all_prices):
        print(line)
    print(f"{summary(case)} ({shrinker.runs} runs)")
    if keeps:
        print(f"kept as {keep(case).name}: a test plays it from now on")
    return 1


def main(words: list[str] | None = None) -> int:
    """One seed in words, or many in figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--seed", type=int, help="print the day of this seed")
    which.add_argument("--seeds", type=int, help="play so many seeds and print one line of figures")
    which.add_argument("--shrink", type=int, metavar="SEED", help="make this failing day as small as it gets")
    parser.add_argument("--keep", action="store_true", help="with --shrink: write it to tests/sim/kept/")
    parser.add_argument("--mutant", default="", help="with --shrink: plant this bug (names: make mutants)")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first of --seeds (0)")
    parser.add_argument("--workers", type=int, default=cores(), help="processes for --seeds (one per core)")
    parser.add_argument(
        "--crash-at", type=int, nargs="+", metavar="HOOK", help="with --seed: the power goes at these hooks"
    )
    parser.add_argument("--prices", action="store_true", help="every price, not only the last before news")
    asked = parser.parse_args(words)
    if asked.seed is not None:
        return shown(asked.seed, asked.crash_at, all_prices=asked.prices)
    if asked.shrink is not None:
        return shrunk(asked.shrink, asked.mutant, keeps=asked.keep, all_prices=asked.prices)
    return played(range(asked.first, asked.first + asked.seeds), asked.workers)


if __name__ == "__main__":
    sys.exit(main())
