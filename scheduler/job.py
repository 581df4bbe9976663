"""What a job is, and what becomes of slots that were missed: data and one pure function."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from trading.domain.schedule import Passed, Schedule, next_after, passed, slots_between

ON_TIME = timedelta(seconds=60)
"""A slot that is dealt with within a minute counts as on time."""
EVERY_MAX = 1_000


class Missed(StrEnum):
    """What a job does about slots that came while the desk was away or asleep."""

    RUN_ONCE = "run_once"  # the newest one, for all of them
    SKIP_AND_SAY = "skip_and_say"  # none of them, and people hear how many there were
    RUN_IF_WITHIN = "run_if_within"  # the newest if it is not too late, else a person is asked
    EVERY = "every"  # each one, in order; never a default


class Job(Struct, frozen=True):
    """Something that is due again and again. `name` is the first part of its slots' command ids; `since` is
    the last slot that was dealt with (at first: from when on it counts); `tolerance_s` for RUN_IF_WITHIN."""

    name: str
    schedule: Schedule
    since: datetime
    missed: Missed = Missed.RUN_ONCE
    tolerance_s: int = 0


class Due(Struct, frozen=True):
    """What is to be done about the slots that have come: run these, tell of those; `asks` when a person is to
    say whether the newest is still wanted. `done` is the newest slot of all: everything up to it is dealt
    with."""

    run: tuple[datetime, ...]
    missed: Passed | None
    asks: bool
    done: datetime


def due(job: Job, now: datetime) -> Due | None:
    """What is due of a job at `now`; None when nothing is. Never two slots in one (RELIABILITY C08)."""
    found = passed(job.schedule, job.since, now)
    if found is None:
        return None
    newest = found.last
    late = now - newest
    match job.missed:
        case Missed.RUN_ONCE:
            return Due((newest,), None, False, newest)
        case Missed.SKIP_AND_SAY:
            if late <= ON_TIME:
                return Due((newest,), _all_but_the_last(job, found), False, newest)
            return Due((), found, False, newest)
        case Missed.RUN_IF_WITHIN:
            if late <= max(timedelta(seconds=job.tolerance_s), ON_TIME):
                return Due((newest,), _all_but_the_last(job, found), False, newest)
            return Due((), found, True, newest)
        case Missed.EVERY:
            slots = []
            for slot in slots_between(job.schedule, job.since, now):
                slots.append(slot)
                if len(slots) == EVERY_MAX:
                    break
            return Due(tuple(slots), None, False, slots[-1])


def _all_but_the_last(job: Job, found: Passed) -> Passed | None:
    if found.count == 1:
        return None
    before = found.last - timedelta(microseconds=1)
    return passed(job.schedule, job.since, before)


def first_slot(job: Job) -> datetime | None:
    """The slot that comes next; None when it is over."""
    return next_after(job.schedule, job.since)
