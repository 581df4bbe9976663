"""The time axis: candles stand side by side, closed hours take no room, and a new day is marked as such."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from bot.conversation.wording import Wording, zone_named

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_STEPS_MINUTES = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720)
MARKS_TRIED_MAX = 20_000
"""Round instants that are looked at for one axis."""


def _by_days(days: int) -> Callable[[date], int]:
    # Ordinal 1 is a Monday: whole weeks begin on one.
    return lambda day: (day.toordinal() - 1) // days


def _by_months(months: int) -> Callable[[date], int]:
    return lambda day: (day.year * 12 + day.month - 1) // months


_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
_STRETCHES = (*(_by_days(days) for days in (1, 2, 3, 7, 14)), *(_by_months(months) for months in _MONTHS))
_DAYS_COUNT = 5
"""The first so many stretches are of days; the others begin with a month."""


class TimeTick(NamedTuple):
    """A label below the candle of that number; `is_day` when a new day begins there."""

    place: int
    text: str
    is_day: bool


def time_ticks(
    starts: Sequence[datetime], span: timedelta, wording: Wording, ticks_max: int
) -> list[TimeTick]:
    """Labels on round local times, the first candle of a day with its date; at most about `ticks_max`.

    Args:
        starts: when each candle begins, rising.
        span: how long a candle is.
        wording: the person's zone and language.
        ticks_max: how many labels there is room for.
    """
    if not starts:
        return []
    if span >= _DAY:
        # Such candles are days of UTC: elsewhere they would carry the date of the evening before.
        return _dates([at.astimezone(UTC).date() for at in starts], wording, ticks_max)
    local = [wording.local(at) for at in starts]
    for minutes in _STEPS_MINUTES:
        if minutes * _MINUTE >= span:
            found = _times(local, minutes, wording)
            if len(found) <= ticks_max:
                return found
    return _dates([at.date() for at in local], wording, ticks_max)


def _times(local: Sequence[datetime], minutes: int, wording: Wording) -> list[TimeTick]:
    """One label where a new stretch of so many minutes of the local day begins."""
    found = []
    for place in range(1, len(local)):
        now, before = local[place], local[place - 1]
        if now.date() != before.date():
            found.append(TimeTick(place, day_text(now.date(), wording), True))
        elif _minute(now) // minutes != _minute(before) // minutes:
            found.append(TimeTick(place, f"{now:%H:%M}", False))
    return found or [TimeTick(0, f"{local[0]:%H:%M}", False)]


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute


def _dates(days: Sequence[date], wording: Wording, ticks_max: int) -> list[TimeTick]:
    """The first candle of each stretch; the very first one only where there is no other."""
    found: list[TimeTick] = []
    for number, stretch in enumerate(_STRETCHES):
        name = day_text if number < _DAYS_COUNT else month_text
        found = [
            TimeTick(place, name(days[place], wording), True)
            for place in range(1, len(days))
            if stretch(days[place]) != stretch(days[place - 1])
        ]
        if len(found) <= ticks_max:
            break
    return found or [TimeTick(0, day_text(days[0], wording), True)]


def time_marks(
    start: datetime, end: datetime, wording: Wording, most: int
) -> list[tuple[datetime, str, bool]]:
    """For an axis on which time runs evenly: round local instants of a span with their labels, at most
    `most`, and whether each begins a day."""
    zone = zone_named(wording.zone) or UTC
    first = wording.local(start).date()
    count = (wording.local(end).date() - first).days + 1
    days = [first + timedelta(days=number) for number in range(min(count, MARKS_TRIED_MAX))]
    for minutes in _STEPS_MINUTES:
        if (end - start) > minutes * _MINUTE * (most + 1):
            continue
        clocks = [time(minute // 60, minute % 60) for minute in range(0, 24 * 60, minutes)]
        found = []
        for day in days:
            for clock in clocks:
                at = datetime.combine(day, clock, zone).astimezone(UTC)
                if start <= at <= end:
                    is_day = clock == time()
                    found.append((at, day_text(day, wording) if is_day else f"{clock:%H:%M}", is_day))
        if len(found) <= most:
            return found
    midnights = [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]
    ticks = [tick for tick in _dates(days, wording, most) if start <= midnights[tick.place] <= end]
    return [(midnights[tick.place], tick.text, True) for tick in ticks]


def month_text(day: date, wording: Wording) -> str:
    """`Apr`; the first one of a year is the year."""
    return f"{day.year}" if day.month == 1 else _month(day, wording)


def _month(day: date, wording: Wording) -> str:
    return wording.say("picture.months").split()[day.month - 1]


def day_text(day: date, wording: Wording) -> str:
    """`4 Apr`."""
    return wording.say("picture.day_of", day=str(day.day), month=_month(day, wording))


def place_of(starts: Sequence[datetime], at: datetime) -> int | None:
    """The number of the candle that holds an instant; None before the first one."""
    low, high = 0, len(starts)
    while low < high:
        middle = (low + high) // 2
        if starts[middle] <= at:
            low = middle + 1
        else:
            high = middle
    return low - 1 if low else None
