"""Five fields of cron, read once: minute, hour, day of month, month, weekday. No clock, no zone."""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache

from msgspec import Struct

_FIELDS = (
    ("minute", 0, 59),
    ("hour", 0, 23),
    ("day of month", 1, 31),
    ("month", 1, 12),
    ("weekday", 0, 7),
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DIGITS_MAX = 2


class BadCron(ValueError):
    """A line that no clock can follow: `field` is the part's name, `text` what stood there."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text}")
        self.field = field
        self.text = text


class CronRule(Struct, frozen=True):
    """What a line says. Weekdays as cron counts them: 0 = Sunday."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool
    every_hour: bool

    @property
    def clocks(self) -> tuple[time, ...]:
        """The times of a day, in order."""
        return tuple(time(hour, minute) for hour in sorted(self.hours) for minute in sorted(self.minutes))

    def is_on(self, day: date) -> bool:
        """Whether a date is meant. Where both kinds of day are limited, either is enough."""
        if day.month not in self.months:
            return False
        in_month = day.day in self.days
        in_week = day.isoweekday() % 7 in self.weekdays
        if self.any_day or self.any_weekday:
            return in_month and in_week
        return in_month or in_week


@lru_cache(maxsize=256)
def cron_rule(text: str) -> CronRule:
    """The rule of a line of five fields. Raises BadCron."""
    words = text.lower().split()
    if len(words) != len(_FIELDS):
        raise BadCron("fields", text)
    minutes, hours, days, months, weekdays = (
        _values(word, name, low, high) for word, (name, low, high) in zip(words, _FIELDS, strict=True)
    )
    weekdays = frozenset(day % 7 for day in weekdays)
    rule = CronRule(
        minutes,
        hours,
        days,
        months,
        weekdays,
        any_day=words[2].startswith("*"),
        any_weekday=words[4].startswith("*"),
        every_hour=words[1] == "*",
    )
    if rule.any_weekday and not any(day <= _LONGEST[month - 1] for month in months for day in days):
        raise BadCron("day of month", words[2])
    return rule


def _values(word: str, name: str, low: int, high: int) -> frozenset[int]:
    found: set[int] = set()
    for part in word.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, name, part) if slash else 1
        if span == "*":
            first, last = low, high
        else:
            start, dash, end = span.partition("-")
            first = _named(start, name, part)
            last = _named(end, name, part) if dash else (high if slash else first)
        if not (low <= first <= last <= high) or step < 1:
            raise BadCron(name, part)
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _named(text: str, name: str, part: str) -> int:
    if name == "month" and text in _MONTHS:
        return _MONTHS.index(text) + 1
    if name == "weekday" and text in _WEEKDAYS:
        return _WEEKDAYS.index(text)
    return _number(text, name, part)


def _number(text: str, name: str, part: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX):
        raise BadCron(name, part)
    return int(text)
