"""Instants on an exchange's own clock, as arrays: local days and times, market hours, holidays.

Clocks that are put forward or back need no care elsewhere: everything here goes by the zone's own time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trading.strategies.holidays import CALENDARS, calendar

DAY_MS = 86_400_000
MINUTE_MS = 60_000
_EPOCH_DAY = date(1970, 1, 1)
DAYS: tuple[str, ...] = ("daily", "weekdays", *CALENDARS)
"""On which days a market is open: every day, Monday to Friday, or those less an exchange's holidays."""
_MONDAY_OFFSET = 3  # 1970-01-01 was a Thursday

Instants = NDArray[np.int64]


@lru_cache(maxsize=65_536)
def _offset_ms(zone: str, at_ms: int) -> int:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return round(offset.total_seconds()) * 1000


def local_ms(at_ms: Instants, zone: str) -> Instants:
    """What a wall clock of the zone shows at these instants, in milliseconds since 1970 on that clock."""
    if zone == "UTC" or not len(at_ms):
        return at_ms
    days, place = np.unique(at_ms // DAY_MS, return_inverse=True)
    begins = [_offset_ms(zone, int(day) * DAY_MS) for day in days]
    ends = [_offset_ms(zone, (int(day) + 1) * DAY_MS) for day in days]
    offsets = np.array(begins, dtype=np.int64)[place]
    # Only on the few days on which the clock changes is each instant looked up by itself.
    for index in np.flatnonzero(np.array(begins) != np.array(ends)).tolist():
        for bar in np.flatnonzero(place == index).tolist():
            offsets.flat[bar] = _offset_ms(zone, int(at_ms.flat[bar]))
    return at_ms + offsets


def utc_ms(day: int, minute: int, zone: str) -> int:
    """The instant of a local day (counted from 1970) and minute. A time that comes twice is its first; one
    that is skipped is read on the clock of before the skip."""
    wall = datetime.combine(_EPOCH_DAY + timedelta(days=day), time(minute // 60, minute % 60), ZoneInfo(zone))
    return int(wall.timestamp()) * 1000


def minute_of(at: time) -> int:
    """A time of day in minutes since midnight."""
    return at.hour * 60 + at.minute


class MarketHours(Struct, frozen=True):
    """When a market is open, on its own clock: on `days`, from `opens` to `closes` (both the same: all day).

    `opens` lies before `closes`; on days that end early the calendar's own end binds.
    """

    zone: str = "UTC"
    opens: time = time(0)
    closes: time = time(0)
    days: str = "daily"

    def is_open(self, at_ms: Instants) -> NDArray[np.bool_]:
        """Whether it is open at these instants."""
        local = local_ms(at_ms, self.zone)
        day, minute = local // DAY_MS, (local % DAY_MS) // MINUTE_MS
        begin, end = minute_of(self.opens), minute_of(self.closes) or 24 * 60
        within = (minute >= begin) & (minute < end) if begin != end else np.ones_like(local, dtype=np.bool_)
        return within & opens_on(day, self.days) & (minute < ends_early(day, self.days))


def opens_on(day: Instants, days: str) -> NDArray[np.bool_]:
    """Whether a market of DAYS is open at all on these local days (counted from 1970)."""
    if days == "daily":
        return np.ones_like(day, dtype=np.bool_)
    work = (day + _MONDAY_OFFSET) % 7 < 5
    if days == "weekdays":
        return work
    known = calendar(days)
    first, last = _number(known.first), _number(known.last)
    return work & (day >= first) & (day <= last) & ~np.isin(day, _rests(days))


def ends_early(day: Instants, days: str) -> NDArray[np.int64]:
    """The local minute at which these days end; 1440 where nothing is early."""
    ends = np.full_like(day, 24 * 60)
    if days in CALENDARS:
        early, minutes = _early(days)
        at = np.minimum(np.searchsorted(early, day), len(early) - 1)
        ends = np.where(early[at] == day, minutes[at], ends)
    return ends


@lru_cache(maxsize=4)
def _early(mic: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    known = sorted(calendar(mic).early.items())
    days = [_number(one) for one, _ in known]
    return np.array(days, dtype=np.int64), np.array([minute_of(end) for _, end in known], dtype=np.int64)


@lru_cache(maxsize=4)
def _rests(mic: str) -> NDArray[np.int64]:
    return np.array(sorted(_number(one) for one in calendar(mic).rests), dtype=np.int64)


def _number(day: date) -> int:
    return (day - _EPOCH_DAY).days
