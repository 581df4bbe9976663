"""Times as people type them: `in 4h`, `at 15:55 America/New_York`, `2026-01-05 15:55`, `until tomorrow`."""

from __future__ import annotations

from datetime import date

from bot.conversation.grammar_lexer import Words
from bot.conversation.grammar_number import unsigned
from bot.conversation.grammar_wording import stop
from trading.domain.exits import TOMORROW, Moment

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_UNIT_WORDS = {
    "s": "s",
    "sec": "s",
    "secs": "s",
    "second": "s",
    "seconds": "s",
    "m": "m",
    "min": "m",
    "mins": "m",
    "minute": "m",
    "minutes": "m",
    "h": "h",
    "hr": "h",
    "hrs": "h",
    "hour": "h",
    "hours": "h",
    "d": "d",
    "day": "d",
    "days": "d",
    "w": "w",
    "week": "w",
    "weeks": "w",
}
AFTER_MAX_S = 366 * 86400
_YEARS = range(2000, 2200)
_SHORT_ZONES = {"utc": "UTC", "z": "UTC", "gmt": "GMT", "cet": "CET", "eet": "EET", "wet": "WET"}
_DIGITS_LONGEST = 9
UNTIL_WORDS = frozenset({"until", "till", "for", "in", "at", TOMORROW})
"""What the end of something may begin with, beside a digit."""


def moment(words: Words, field: str) -> Moment:
    """The time that begins behind the place. Raises Stop."""
    first = words.peek()
    if first in ("in", "at"):
        words.take()
    word = words.peek()
    if not word or not (word[0].isdigit() or word[0] in "+-."):
        if word and first in ("in", "at"):
            raise stop("moment_form", field=field, value=word)
        raise stop("moment_missing", field=field)
    is_instant = ":" in word or word.count("-") > 1 or word.endswith(("am", "pm"))
    if first == "in" or (first != "at" and not is_instant):
        return Moment(after_s=_duration(words, field))
    return _instant(words, field)


def until(words: Words, field: str) -> Moment:
    """The end that begins behind the place: `until tomorrow`, `until 2026-12-01`, `for 3d`, `15:00`. A day
    without a time of day means its first moment. Raises Stop."""
    lead = words.peek()
    if lead in ("until", "till", "for"):
        words.take()
    word = words.peek()
    if word.isalpha() and word not in (TOMORROW, "in", "at"):
        raise stop("moment_form", field=field, value=word)
    if word == TOMORROW or (word.count("-") > 1 and "t" not in word):
        words.take()
        if word != TOMORROW:
            _check_date(word, field)
        has_clock = words.peek()[:1].isdigit()
        hour, minute = _clock(words.take(), field) if has_clock else (0, 0)
        return Moment(hour=hour, minute=minute, date=word, zone=_zone(words))
    return moment(words, field)


def _duration(words: Words, field: str) -> int:
    word = words.take().lower()
    unit_word = words.peek()
    if word.isdigit() and unit_word in _UNIT_WORDS:
        words.take()
        word += _UNIT_WORDS[unit_word]
    total = 0
    digits = ""
    for letter in word:
        if letter.isdigit() and len(digits) < _DIGITS_LONGEST:
            digits += letter
        elif letter in _SECONDS and digits:
            total += int(digits) * _SECONDS[letter]
            digits = ""
        else:
            _refuse_duration(word, field)
    if digits:
        _refuse_duration(word, field)
    if not total:
        raise stop("number_zero", field=field, value=word)
    if total > AFTER_MAX_S:
        raise stop("moment_far", field=field, value=word)
    return total


def _refuse_duration(word: str, field: str) -> None:
    """Say what is wrong with a duration: a number's own fault first. Always raises."""
    unsigned(word, field)
    raise stop("moment_form", field=field, value=word)


def _instant(words: Words, field: str) -> Moment:
    word = words.take()
    day, zone = "", ""
    if "t" in word.lower() and "-" in word:
        day, _, word = word.upper().partition("T")
        if word.endswith("Z"):
            word, zone = word[:-1], "UTC"
    elif word.count("-") > 1:
        day = word
        if not words.peek():
            raise stop("moment_missing", field=field, value=word)
        word = words.take()
    if day:
        _check_date(day, field)
    hour, minute = _clock(word, field)
    return Moment(hour=hour, minute=minute, date=day, zone=zone or _zone(words))


def _clock(word: str, field: str) -> tuple[int, int]:
    hours, _, minutes = word.partition(":")
    fits = hours.isdigit() and minutes.isdigit() and len(hours) <= 2 and len(minutes) == 2
    if not fits or int(hours) > 23 or int(minutes) > 59:
        raise stop("moment_clock", field=field, value=word)
    return int(hours), int(minutes)


def _check_date(text: str, field: str) -> None:
    parts = text.split("-")
    fits = [len(part) for part in parts] == [4, 2, 2] and all(part.isdigit() for part in parts)
    if not fits or int(parts[0]) not in _YEARS:
        raise stop("moment_date", field=field, value=text)
    try:
        date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        raise stop("moment_date", field=field, value=text) from None


def _zone(words: Words) -> str:
    """The zone behind a clock when one stands there, as the tz database writes it; else empty."""
    word = words.peek()
    if word in _SHORT_ZONES:
        words.take()
        return _SHORT_ZONES[word]
    if "/" not in word or not word[0].isalpha() or not all(c.isalnum() or c in "/_+-" for c in word):
        return ""
    typed = words.take()
    if typed != word:
        return typed
    return "/".join("_".join(part.capitalize() for part in area.split("_")) for area in word.split("/"))


def moment_text(value: Moment) -> str:
    """The canonical words of a time."""
    if value.after_s is None:
        parts = (value.date, f"{value.hour:02d}:{value.minute:02d}", value.zone)
        return "at " + " ".join(part for part in parts if part)
    left, text = value.after_s, ""
    for unit in "dhms":
        count, left = divmod(left, _SECONDS[unit])
        text += f"{count}{unit}" if count else ""
    return "in " + text


def until_text(value: Moment) -> str:
    """The canonical words of an end."""
    text = moment_text(value)
    return "until " + text.removeprefix("at ") if value.after_s is None else "for " + text.removeprefix("in ")
