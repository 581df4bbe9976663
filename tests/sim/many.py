"""Many days at once, on every core: the sum is the same, whatever the number of workers."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from msgspec import Struct, field

from tests.sim.chat_day import ChatOutcome, play_chat
from tests.sim.scenario import Outcome, play

J = TypeVar("J")
R = TypeVar("R")

SEEDS_A_JOB = 20
CHAT_EVERY = 50
"""One day in the chats for so many days of a venue: it costs five times as much."""
AHEAD = 3
"""How many jobs per worker are under way: enough to keep it busy, few to throw away at the end."""


def cores() -> int:
    """How many workers run when nobody says."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Sum(Struct):
    """What came of many days. `crashes` are those that the world made, `seconds` are virtual."""

    seeds: int = 0
    hooks: int = 0
    crashes: int = 0
    fills: int = 0
    sends: int = 0
    events: int = 0
    seconds: float = 0.0
    fired: dict[str, int] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome, name: str) -> None:
        """One day more."""
        self.seeds += 1
        self.hooks += outcome.hooks
        self.crashes += outcome.crashes
        self.fills += outcome.fills
        self.sends += outcome.sends
        self.events += outcome.events
        self.seconds += outcome.seconds
        self.fired = merged_counts(self.fired, outcome.fired)
        self.breaches += [f"{name}: {b.invariant} {b.sentence}" for b in outcome.breaches]

    def add_chat(self, outcome: ChatOutcome) -> None:
        """A day in the chats, which counts beside the days of a venue."""
        self.fired = merged_counts(self.fired, outcome.fired)
        self.breaches += [f"chat day {outcome.seed}: {b.invariant} {b.sentence}" for b in outcome.breaches]

    def merge(self, other: Sum) -> None:
        """Many days more."""
        for name in ("seeds", "hooks", "crashes", "fills", "sends", "events", "seconds"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.fired = merged_counts(self.fired, other.fired)
        self.breaches += other.breaches


def merged_counts(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    """Both counts together, by name in order."""
    return dict(sorted((Counter(one) + Counter(other)).items()))


def seeds_played(seeds: range) -> Sum:
    """A batch of seeds, in this process."""
    found = Sum()
    for seed in seeds:
        found.add(play(seed), f"seed {seed}")
        if seed % CHAT_EVERY == 0:
            found.add_chat(play_chat(seed))
    return found


def batches(seeds: range, size: int = SEEDS_A_JOB) -> Iterator[range]:
    """A range of seeds in pieces, each a job."""
    for start in range(seeds.start, seeds.stop, size):
        yield range(start, min(start + size, seeds.stop))


def in_order(
    work: Callable[[J], R], jobs: Iterable[J], workers: int, until_s: float | None = None
) -> Iterator[tuple[J, R]]:
    """Each job with its result, in the order of the jobs, done by so many processes.

    After `until_s` (of `time.monotonic`) no job begins any more; what is under way is finished.
    """
    waiting = iter(jobs)

    def fresh() -> Iterator[J]:
        for job in waiting:
            if until_s is not None and time.monotonic() >= until_s:
                return
            yield job

    if workers <= 1:
        for job in fresh():
            yield job, work(job)
        return
    with multiprocessing.get_context().Pool(workers) as pool:
        under_way: deque[tuple[J, Any]] = deque()
        source = fresh()
        for job in source:
            under_way.append((job, pool.apply_async(work, (job,))))
            if len(under_way) >= workers * AHEAD:
                first, answer = under_way.popleft()
                yield first, answer.get()
        for first, answer in under_way:
            yield first, answer.get()
