"""How long planted bugs live. `python -m tests.sim.survival` hunts them all; `make mutants` calls it."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct

from tests.sim.chat_day import ChatOutcome, play_chat
from tests.sim.many import cores, in_order
from tests.sim.mutants import MUTANTS, Mutant
from tests.sim.mutants_chat import CHAT_MUTANTS
from tests.sim.scenario import Outcome, play, played
from tests.sim.scenarios import SCENARIOS, UNCRASHED

DAYS_MAX = 300
"""A planted bug that lives longer is a hole in the world."""
SEEDS_FIRST = 60
"""So many drawn days are played before those that are written down."""
EVERY = (*MUTANTS, *CHAT_MUTANTS)
BY_NAME = {one.name: one for one in EVERY}


PINNED = {
    "only_what_the_history_tells_counts_as_filled": 3122772,
    "an_answer_from_before_a_change_counts": 790452,
    "a_cancel_of_ours_that_was_called_failed_is_forgotten": 800503,
    "the_names_that_an_order_had_are_forgotten": 28464,
    "what_came_and_went_between_two_looks_is_no_movement": 51772,
    "an_exit_slips_from_a_price_of_before": 38692,
    "a_panic_is_proven_by_a_look_of_whatever_age": 61408,
    "the_stop_of_an_earlier_life_counts": 49900,
    "a_stop_that_comes_back_is_the_one_that_was_jumped_over": 113994,
    "a_stop_counts_as_passed_where_it_was_moved_to": 58313,
    "a_change_that_nobody_answered_enlarges_nothing": 122196,
    "what_makes_up_for_each_other_is_no_movement": 94354,
    "what_seems_gone_is_left_every_other_moment": 117153,
    "a_refusal_speaks_for_every_earlier_change": 96885,
    "an_exit_that_never_arrived_goes_out_while_a_person_is_asked": 68720,
    "a_sign_of_an_order_ends_its_doubt": 88484,
}
"""Planted bugs that were real once, with the seed that has shown each: drawn days meet them too seldom."""

DEATHS = Path(__file__).with_name("deaths.json")
"""The day on which each planted bug died when it was hunted last (`make mutants ARGS=--write` notes it)."""


class Death(Struct, frozen=True):
    """After how many days a mutant died, on which one (a seed, or a named day), and of what."""

    days: int
    day: str
    invariant: str
    sentence: str


class Hunt(Struct, frozen=True):
    """A mutant, how it ended (None: it lives), and how long the hunt took."""

    name: str
    death: Death | None
    seconds: float


def days(mutant: Mutant, days_max: int) -> Iterator[tuple[str, Callable[[], Outcome | ChatOutcome]]]:
    """Seeds, then the named days, then the seed that has shown it once, then more seeds: so many in all. What
    is planted in the chats is hunted on days in the chats."""
    if mutant in CHAT_MUTANTS:
        for seed in range(days_max):
            yield str(seed), partial(play_chat, seed)
        return
    first = min(SEEDS_FIRST, days_max)
    for seed in range(first):
        yield str(seed), partial(play, seed)
    named = (*SCENARIOS, *UNCRASHED)[: days_max - first]
    for script in named:
        yield script.name, partial(played, script)
    pinned = [PINNED[mutant.name]] if mutant.name in PINNED else []
    for seed in (*pinned, *range(first, days_max - len(named) - len(pinned))):
        yield str(seed), partial(play, seed)


def hunted(mutant: Mutant, days_max: int) -> Death | None:
    """Play days on the mutant until one of its invariants breaks; None when it survives.

    A breach of another invariant is no proof that the right one sees it, so that the hunt goes on.
    """
    for count, (name, day) in enumerate(days(mutant, days_max), start=1):
        if death := died(mutant, name, day, count):
            return death
    return None


def died(mutant: Mutant, name: str, day: Callable[[], Outcome | ChatOutcome], count: int) -> Death | None:
    """Play this one day on the mutant; None when none of its invariants breaks."""
    with mutant.plant():
        outcome = day()
    for breach in outcome.breaches:
        if breach.invariant in mutant.caught_by:
            return Death(count, name, breach.invariant, breach.sentence)
    return None


def dead(mutant: Mutant, days_max: int) -> Death | None:
    """The same proof in one day: first the day that killed it last. A world that has changed since may let it
    live there (or it was never hunted): then it is hunted from the first day on, as `make mutants` does."""
    name = deaths().get(mutant.name)
    death = died(mutant, name, day_of(mutant, name), 1) if name is not None else None
    return death or hunted(mutant, days_max)


def deaths() -> dict[str, str]:
    """What DEATHS says: the name of the bug, and a seed or the name of a named day."""
    found: dict[str, str] = json.loads(DEATHS.read_text())
    return found


def day_of(mutant: Mutant, name: str) -> Callable[[], Outcome | ChatOutcome]:
    """The day that is called so, as `days` calls it."""
    if name.isdecimal():
        return partial(play_chat if mutant in CHAT_MUTANTS else play, int(name))
    (script,) = (one for one in (*SCENARIOS, *UNCRASHED) if one.name == name)
    return partial(played, script)


def hunt(name: str) -> Hunt:
    """Hunt one by its name."""
    began = time.process_time()
    death = hunted(BY_NAME[name], DAYS_MAX)
    return Hunt(name, death, time.process_time() - began)


def line(found: Hunt) -> str:
    """A row of the table."""
    if found.death is None:
        return f"{'lives':>6}  {found.seconds:6.2f} s  {'':6}  {found.name}"
    death = found.death
    where = "" if death.day.isdecimal() else f" ({death.day})"
    return f"{death.days:6}  {found.seconds:6.2f} s  {death.invariant:6}  {found.name}{where}"


def main(words: list[str] | None = None) -> int:
    """Hunt all: a table with the first failing day (counted from 1) and the time, then one line."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim.survival", description=__doc__)
    parser.add_argument("--only", default="", help="only planted bugs with this in their name")
    parser.add_argument("--workers", type=int, default=cores(), help="processes (one per core)")
    parser.add_argument("--write", action="store_true", help=f"note the days of death in {DEATHS.name}")
    asked = parser.parse_args(words)
    names = [one.name for one in EVERY if asked.only in one.name]
    print("   day      time  breaks  planted bug")
    lives, longest = 0, 0
    noted = {name: day for name, day in deaths().items() if name in BY_NAME}
    for _, found in in_order(hunt, names, asked.workers):
        print(line(found), flush=True)
        if found.death is not None:
            noted[found.name] = found.death.day
        lives += found.death is None
        longest = max(longest, found.death.days if found.death else 0)
    if asked.write:
        DEATHS.write_text(json.dumps(noted, indent=1, sort_keys=True) + "\n")
    print(f"{len(names)} planted bugs, {len(names) - lives} dead within {longest} days, {lives} live")
    return 1 if lives else 0


if __name__ == "__main__":
    sys.exit(main())
