"""The time axis: candles stand side by side, closed hours take no room, and a new day is marked as such."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.conversation.wording import Wording

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)
_STEPS_MINUTES = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720)
_STEPS_DAYS = (1, 2, 3, 5, 7, 10, 14, 30, 60, 90, 180, 365)


class TimeTick(NamedTuple):
    """A label below the candle of that number; `is_day` when a new day begins there."""

    place: int
    text: str
    is_day: bool


def holes(starts: Sequence[datetime], span: timedelta) -> list[int]:
    """The numbers of those candles before which time is missing (closed, or nothing was quoted)."""
    # Half a span of slack: candles of days are an hour longer or shorter when the clocks change.
    return [i for i in range(1, len(starts)) if starts[i] - starts[i - 1] > span * 1.5]


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
    local = [wording.local(at) for at in starts]
    if span >= _DAY:
        return _dates(local, wording, ticks_max)
    for minutes in _STEPS_MINUTES:
        if minutes * _MINUTE < span:
            continue
        found = _times(local, minutes, wording)
        if len(found) <= ticks_max:
            return found
    return _dates(local, wording, ticks_max)


def _times(local: Sequence[datetime], minutes: int, wording: Wording) -> list[TimeTick]:
    """One label where a new stretch of so many minutes of the local day begins."""
    found = []
    for place in range(1, len(local)):
        now, before = local[place], local[place - 1]
        if now.date() != before.date():
            found.append(TimeTick(place, day_text(now, wording), True))
        elif _minute(now) // minutes != _minute(before) // minutes:
            found.append(TimeTick(place, f"{now:%H:%M}", False))
    if not found:
        first = local[0]
        return [TimeTick(0, f"{first:%H:%M}", False)]
    return found


def _minute(at: datetime) -> int:
    return at.hour * 60 + at.minute


def _dates(local: Sequence[datetime], wording: Wording, ticks_max: int) -> list[TimeTick]:
    firsts = [i for i in range(len(local)) if i == 0 or local[i].date() != local[i - 1].date()]
    for days in _STEPS_DAYS:
        found, last = [], None
        for place in firsts:
            number = local[place].toordinal() // days
            if number != last:
                found.append(TimeTick(place, day_text(local[place], wording), True))
            last = number
        if len(found) <= ticks_max:
            return found
    return [TimeTick(0, f"{local[0]:%Y}", True), TimeTick(len(local) - 1, f"{local[-1]:%Y}", True)]


def day_text(at: datetime, wording: Wording) -> str:
    """`4 Apr`."""
    return f"{at.day} {wording.say('picture.months').split()[at.month - 1]}"


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
