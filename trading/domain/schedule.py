"""When something is due: pure rules from a schedule to instants. Everything that repeats asks here.

The rules where clocks are put forward or back, which tests hold over years of every kind of zone:
- A local time that is skipped is due at the first instant after the skip.
- A local time that comes twice is due once, the first time.
- A date that a place has skipped altogether (Samoa, 30 December 2011) has no slot.
- "On the 31st" means the last day where a month is shorter; cron keeps its own rule and leaves it out.
- Intervals, and cron lines whose hour is `*`, count elapsed time and know nothing of such changes.
So a daily job is due exactly once for each date, and instants only ever grow.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from trading.domain.cron import CronRule, cron_rule

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SECOND = timedelta(seconds=1)
HORIZON_DAYS = 366 * 9
"""How far a next slot is looked for: the 29th of February may be eight years away."""
_LOOK_BACK = timedelta(hours=4)  # no clock of our days was ever put back by more than three hours
COUNTED_MAX = 10_000


class Interval(Struct, frozen=True, tag=True):
    """Every `every_s` seconds of elapsed time, counted from `anchor` (which is no slot itself)."""

    every_s: int
    anchor: datetime


class Calendar(Struct, frozen=True, tag=True):
    """At a time of day in a zone: on these weekdays (0 = Monday), or on these days of the month (1-31, a
    shorter month's last day stands for what it lacks); on every day when both are empty."""

    hour: int
    minute: int
    zone: str = "UTC"
    weekdays: tuple[int, ...] = ()
    days: tuple[int, ...] = ()


class Cron(Struct, frozen=True, tag=True):
    """Five fields of cron on the clock of a zone."""

    text: str
    zone: str = "UTC"


class Once(Struct, frozen=True, tag=True):
    """At one instant."""

    at: datetime


Schedule = Interval | Calendar | Cron | Once


class Passed(Struct, frozen=True):
    """The slots that lie in a stretch of time: first, last and how many (`is_more`: at least so many)."""

    first: datetime
    last: datetime
    count: int
    is_more: bool = False


def next_after(schedule: Schedule, instant: datetime) -> datetime | None:
    """The first slot strictly after `instant`, aware UTC; None when there is none any more."""
    match schedule:
        case Once():
            return schedule.at if schedule.at > instant else None
        case Interval():
            step = timedelta(seconds=schedule.every_s)
            done = max((instant - schedule.anchor) // step, 0)
            return schedule.anchor + step * (done + 1)
        case Calendar():
            return _next_on_calendar(schedule, instant)
        case Cron():
            return _next_of_cron(schedule, instant)


def slots_between(schedule: Schedule, after: datetime, until: datetime) -> Iterator[datetime]:
    """The slots in `(after, until]`, oldest first."""
    slot = next_after(schedule, after)
    while slot is not None and slot <= until:
        yield slot
        slot = next_after(schedule, slot)


def passed(schedule: Schedule, after: datetime, until: datetime) -> Passed | None:
    """What was due in `(after, until]`, at the cost of at most COUNTED_MAX slots; None when nothing was."""
    first = next_after(schedule, after)
    if first is None or first > until:
        return None
    if isinstance(schedule, Interval):
        step = timedelta(seconds=schedule.every_s)
        more = (until - first) // step
        return Passed(first, first + step * more, more + 1)
    count, last = 0, first
    for slot in slots_between(schedule, after, until):
        count, last = count + 1, slot
        if count == COUNTED_MAX:
            return Passed(first, _latest(schedule, last, until), count, is_more=True)
    return Passed(first, last, count)


def _latest(schedule: Schedule, known: datetime, until: datetime) -> datetime:
    """The last slot up to `until`, looked for backwards in growing steps; `known` is one that there is."""
    span = timedelta(hours=1)
    while until - span > known:
        found = list(slots_between(schedule, until - span, until))
        if found:
            return found[-1]
        span *= 4
    return [known, *slots_between(schedule, known, until)][-1]


def most_in(schedule: Schedule, start: datetime, days: int = 31) -> int:
    """How many slots the first `days` days after `start` hold."""
    found = passed(schedule, start, start + _DAY * days)
    return found.count if found else 0


# ---------------------------------------------------------------- clocks


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def first_instant(local: datetime, zone: ZoneInfo) -> datetime | None:
    """When the clocks of `zone` first show the naive `local`: after a skip, the first instant behind it. None
    for a date that the place never had."""
    early, late = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if early.astimezone(zone).replace(tzinfo=None) == local:
        return early
    # Skipped: the change lies between the readings with the old and with the new offset.
    if _is_skipped(local.date(), zone):
        return None
    low, high = late, early
    before = low.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


def _is_skipped(day: date, zone: ZoneInfo) -> bool:
    """Whether a date never came in this place."""
    noon = datetime.combine(day, time(12))
    shown = noon.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return shown.date() != day


def _next_on_calendar(schedule: Calendar, instant: datetime) -> datetime | None:
    zone = _zone(schedule.zone)
    clock = time(schedule.hour, schedule.minute)
    day = instant.astimezone(zone).date() - _DAY
    for _ in range(HORIZON_DAYS):
        if _is_on(schedule, day):
            slot = first_instant(datetime.combine(day, clock), zone)
            if slot is not None and slot > instant:
                return slot
        day += _DAY
    return None


def _is_on(schedule: Calendar, day: date) -> bool:
    if schedule.weekdays:
        return day.weekday() in schedule.weekdays
    if not schedule.days:
        return True
    last = monthrange(day.year, day.month)[1]
    return any(min(wanted, last) == day.day for wanted in schedule.days)


# ---------------------------------------------------------------- cron


def _next_of_cron(schedule: Cron, instant: datetime) -> datetime | None:
    rule = cron_rule(schedule.text)
    zone = _zone(schedule.zone)
    if rule.every_hour:
        return _next_elapsed(rule, zone, instant)
    clocks = rule.clocks
    local = instant.astimezone(zone).replace(tzinfo=None)
    day = local.date() - _DAY
    for _ in range(HORIZON_DAYS):
        if rule.is_on(day):
            found = _first_of_day(day, clocks, zone, instant, local - _LOOK_BACK)
            if found is not None:
                return found
        day += _DAY
    return None


def _first_of_day(
    day: date, clocks: Sequence[time], zone: ZoneInfo, instant: datetime, earliest: datetime
) -> datetime | None:
    for clock in clocks:
        local = datetime.combine(day, clock)
        if local < earliest:
            continue
        slot = first_instant(local, zone)
        if slot is not None and slot > instant:
            return slot
    return None


def _next_elapsed(rule: CronRule, zone: ZoneInfo, instant: datetime) -> datetime | None:
    """Of a line that runs in every hour: real minutes, so that no hour is left out and none is empty."""
    at = instant.replace(second=0, microsecond=0) + _MINUTE
    end = instant + _DAY * HORIZON_DAYS
    while at < end:
        local = at.astimezone(zone)
        if not rule.is_on(local.date()):
            midnight = first_instant(datetime.combine(local.date() + _DAY, time()), zone)
            at = max(midnight or at, at + _MINUTE)
        elif local.minute in rule.minutes:
            return at
        else:
            at += _MINUTE
    return None
