"""A million lines, no exception, no wrong order.

`python -m tests.fuzz.fuzz_grammar --lines 1000000 --jobs 2` takes well under a minute on two cores.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from msgspec import Struct

from bot.conversation.grammar import NotUnderstood, Parsed, parse
from tests.fuzz.lines import lines
from tests.fuzz.oracle import complaints

CHUNK = 10_000
DEEP_EVERY = 8
FAILURES_SHOWN = 20


class Tally(Struct):
    """What a run has seen: lines, readings by kind, and every failure with its line."""

    lines: int = 0
    kinds: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    failures: list[tuple[str, str]] = []

    def add(self, other: Tally) -> None:
        """Take another tally in."""
        self.lines += other.lines
        self.kinds.update(other.kinds)
        self.codes.update(other.codes)
        self.failures.extend(other.failures)


def judged(line: str, *, deep: bool) -> tuple[Parsed | None, list[str]]:
    """The reading of a line and what is wrong with it; an exception is always wrong."""
    try:
        parsed = parse(line)
        return parsed, complaints(line, parsed, deep=deep)
    except Exception as error:  # noqa: BLE001 - that nothing escapes is what is being tested
        return None, [f"raised {type(error).__name__}: {error}"]


def run(seed: int, count: int) -> Tally:
    """Read `count` lines of `seed` in this process."""
    tally = Tally(lines=count, kinds=Counter(), codes=Counter())
    for place, line in enumerate(lines(seed, count)):
        parsed, wrong = judged(line, deep=place % DEEP_EVERY == 0)
        tally.kinds[type(parsed).__name__] += 1
        if isinstance(parsed, NotUnderstood):
            tally.codes[parsed.code] += 1
        tally.failures.extend((line, text) for text in wrong)
    return tally


def _chunk(job: tuple[int, int]) -> Tally:
    return run(*job)


def main() -> int:
    """Run what the command line asks for; 1 when a line failed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", type=int, default=1_000_000)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    jobs = [
        (chosen.seed + place, min(CHUNK, chosen.lines - place * CHUNK))
        for place in range(-(-chosen.lines // CHUNK))
    ]
    total = Tally(kinds=Counter(), codes=Counter())
    begun = time.perf_counter()
    with ProcessPoolExecutor(chosen.jobs, mp_context=get_context("spawn")) as pool:
        for tally in pool.map(_chunk, jobs):
            total.add(tally)
    took = time.perf_counter() - begun
    print(f"{total.lines:,} lines in {took:.1f} s ({total.lines / took:,.0f} a second)")
    print(", ".join(f"{name} {count:,}" for name, count in total.kinds.most_common()))
    print(", ".join(f"{code} {count:,}" for code, count in total.codes.most_common()))
    for line, text in total.failures[:FAILURES_SHOWN]:
        print(f"FAILED {text}: {line!r}", file=sys.stderr)
    print(f"{len(total.failures)} failures")
    return 1 if total.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
