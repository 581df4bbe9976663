"""Lines of /schedule: an order line and when it comes again. Pure: the zone and the clock come later."""

from __future__ import annotations

from msgspec import Struct

from bot.conversation.grammar import parse
from bot.conversation.grammar_alert import Misread, numbers_of
from bot.conversation.grammar_lexer import Words
from bot.conversation.grammar_moment import moment, moment_text
from bot.conversation.grammar_shapes import OPENING, Asked, NotUnderstood, OrderLine
from trading.domain.cron import BadCron, cron_rule
from trading.domain.exits import Moment

_STARTS = frozenset({"every", "each", "daily", "weekly", "monthly", "weekdays", "weekends", "cron"})
_UNITS = {"m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "d": 86_400, "day": 86_400, "w": 604_800}
_UNITS |= {"mins": 60, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800, "week": 604_800}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WORKDAYS, _FREE = (0, 1, 2, 3, 4), (5, 6)
_JOINERS = frozenset({"and", "on", "the", "&", "of"})
_OTHERS_TIME = frozenset({"exit", "gtd"})
_NAMES = frozenset({"tag", "on"})
_LONGEST_S = 366 * 86_400
_CRON_FIELDS = 5
_LAST_DAY = 31
_VERBS = {
    "list": "",
    "pause": "pause",
    "stop": "pause",
    "resume": "resume",
    "unpause": "resume",
    "now": "now",
}
_VERBS |= {"start": "resume"}
_DROP = frozenset({"del", "delete", "drop", "remove", "off", "cancel", "end"})


class When(Struct, frozen=True):
    """When something comes again, before a zone and the clock make it a schedule. Exactly one of `every_s`,
    `at`, `cron` and `once` is set; `weekdays` (0 = Monday) and `days` of the month belong to `at`."""

    every_s: int = 0
    at: Moment | None = None
    weekdays: tuple[int, ...] = ()
    days: tuple[int, ...] = ()
    cron: str = ""
    zone: str = ""
    once: Moment | None = None


class ScheduleLine(Struct, frozen=True):
    """An order that is to come again, and when; `time` are the words that say when."""

    order: OrderLine
    when: When
    time: str


class ScheduleDo(Struct, frozen=True):
    """Something about schedules that there are: list (empty `verb`), `pause`, `resume`, `del`, `now`."""

    verb: str = ""
    numbers: tuple[int, ...] = ()


def schedule_line(text: str) -> ScheduleLine | ScheduleDo | NotUnderstood | Asked:
    """What stands behind /schedule. Raises Misread and Stop; an order that cannot be read comes back as the
    grammar's own refusal or question (its choices are lines of /schedule)."""
    words = text.split()
    if not words:
        return ScheduleDo()
    first = words[0].lower()
    if first in _DROP or first in _VERBS:
        verb = "del" if first in _DROP else _VERBS[first]
        numbers = numbers_of(words[1:], "schedule") if verb else ()
        if verb and not numbers:
            raise Misread("schedules.which")
        return ScheduleDo(verb, numbers)
    begins = _begin_of_time(words)
    if begins is None:
        raise Misread("schedules.no_time")
    order, time = words[:begins], words[begins:]
    if not order:
        raise Misread("schedules.no_order")
    parsed = parse("/" + " ".join(order).removeprefix("/"))
    if isinstance(parsed, NotUnderstood):
        return parsed
    if isinstance(parsed, Asked):
        choices = (
            (label, f"/schedule {line.removeprefix('/')} {' '.join(time)}") for label, line in parsed.choices
        )
        return Asked(parsed.sentence, tuple(choices))
    if not isinstance(parsed, OrderLine) or parsed.verb not in OPENING:
        raise Misread("schedules.only_entries", typed=order[0])
    if parsed.size is None:
        raise Misread("schedules.no_size", line=" ".join(order))
    when = _when(time)
    dated = [one for one in (parsed.exit, parsed.expires) if one is not None and one.date]
    if dated and when.once is None:
        raise Misread("schedules.dated_exit", typed=moment_text(dated[0]))
    return ScheduleLine(parsed, when, " ".join(time))


def _begin_of_time(words: list[str]) -> int | None:
    """Where the words about time begin; None when there are none."""
    lowered = [word.lower() for word in words]
    for at, word in enumerate(lowered):
        if word in _STARTS and (at == 0 or lowered[at - 1] not in _NAMES):
            return at
    for at in range(len(words) - 2, -1, -1):
        is_time = ":" in words[at + 1] or words[at + 1].count("-") > 1
        if lowered[at] == "at" and is_time and (at == 0 or lowered[at - 1] not in _OTHERS_TIME):
            return at
    return None


def _when(words: list[str]) -> When:
    first = words[0].lower()
    if first == "at":
        return When(once=_clock(words, 0))
    if first == "cron":
        return _cron(words[1:])
    rest = [word.strip(",").lower() for word in words]
    match first:
        case "daily":
            return When(at=_clock(words, 1))
        case "weekdays":
            return When(at=_clock(words, 1), weekdays=_WORKDAYS)
        case "weekends":
            return When(at=_clock(words, 1), weekdays=_FREE)
        case "weekly":
            return _on_weekdays(words, rest, 1)
        case "monthly":
            return _on_days(words, rest, 1)
        case _:
            return _every(words, rest)


def _every(words: list[str], rest: list[str]) -> When:
    if len(words) == 1:
        raise Misread("schedules.every_what")
    second = rest[1]
    if second in ("weekday", "workday"):
        return When(at=_clock(words, 2), weekdays=_WORKDAYS)
    if second == "weekend":
        return When(at=_clock(words, 2), weekdays=_FREE)
    if second == "day":
        return When(at=_clock(words, 2))
    if second == "week" and len(words) > 2:
        return _on_weekdays(words, rest, 2)
    if second == "month":
        return _on_days(words, rest, 2)
    if _weekday(second.split(",")[0]) is not None:
        return _on_weekdays(words, rest, 1)
    return When(every_s=_span(words))


def _span(words: list[str]) -> int:
    """`every 4h`, `every 30 minutes`, `every hour`."""
    typed = " ".join(words[1:])
    count_text = words[1].lower().rstrip("abcdefghijklmnopqrstuvwxyz")
    unit = words[1].lower()[len(count_text) :]
    used = 2
    if not unit and len(words) > 2:
        unit, used = words[2].lower(), 3
    is_number = not count_text or (count_text.isascii() and count_text.isdigit() and len(count_text) <= 6)
    if unit not in _UNITS or not is_number or len(words) > used:
        raise Misread("schedules.every_form", typed=typed)
    seconds = _UNITS[unit] * int(count_text or "1")
    if not 0 < seconds <= _LONGEST_S:
        raise Misread("schedules.every_form", typed=typed)
    return seconds


def _weekday(word: str) -> int | None:
    word = word.removesuffix("s") if word.removesuffix("s") in _DAYS else word
    for number, name in enumerate(_DAYS):
        if word == name or (len(word) >= 3 and name.startswith(word)):
            return number
    return None


def _on_weekdays(words: list[str], rest: list[str], start: int) -> When:
    found: list[int] = []
    at = start
    while at < len(rest) and rest[at] != "at":
        for part in rest[at].split(","):
            number = _weekday(part)
            if number is not None:
                found.append(number)
            elif part not in _JOINERS:
                raise Misread("schedules.weekday", typed=words[at])
        at += 1
    if not found:
        raise Misread("schedules.weekday_missing")
    return When(at=_clock(words, at), weekdays=tuple(sorted(set(found))))


def _on_days(words: list[str], rest: list[str], start: int) -> When:
    found: list[int] = []
    at = start
    while at < len(rest) and rest[at] != "at":
        for part in rest[at].split(","):
            number = _day_of_month(part)
            if number is not None:
                found.append(number)
            elif part not in _JOINERS and part != "day":
                raise Misread("schedules.day", typed=words[at])
        at += 1
    if not found:
        raise Misread("schedules.day_missing")
    return When(at=_clock(words, at), days=tuple(sorted(set(found))))


def _day_of_month(word: str) -> int | None:
    if word == "last":
        return _LAST_DAY
    digits = word[:-2] if word[-2:] in ("st", "nd", "rd", "th") else word
    if digits.isascii() and digits.isdigit() and len(digits) <= 2 and 1 <= int(digits) <= _LAST_DAY:
        return int(digits)
    return None


def _clock(words: list[str], at: int) -> Moment:
    """`at 09:00 Europe/Berlin` from there to the end. Raises Misread, and Stop for a clock that is none."""
    if at >= len(words) or (words[at].lower() != "at" and ":" not in words[at]):
        raise Misread("schedules.no_clock")
    cursor = Words(words, at - 1)
    found = moment(cursor, "at")
    if not cursor.is_done:
        raise Misread("schedules.extra", typed=cursor.take())
    if found.after_s is not None:
        raise Misread("schedules.no_clock")
    return found


def _cron(words: list[str]) -> When:
    text, zone = " ".join(words[:_CRON_FIELDS]).strip('"'), words[_CRON_FIELDS:]
    if len(zone) > 1:
        raise Misread("schedules.extra", typed=zone[1])
    try:
        cron_rule(text)
    except BadCron as bad:
        raise Misread("schedules.cron", field=bad.field, typed=bad.text) from None
    return When(cron=text, zone=zone[0] if zone else "")
