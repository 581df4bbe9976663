"""How numbers, instants and phrases are written for one person: exact decimals in, text out, never a float.

What does not belong here: sentences (words_*.py) and how wide they may be (layout.py).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from bot.conversation.screen import Span, Tone
from bot.conversation.words import DEFAULT, chosen, say
from trading.domain.money import Money, plain

NO_BREAK = "\u00a0"
GERMAN = "de"


class NumberFormat(NamedTuple):
    """Which sign stands between thousands and which before the decimals."""

    group: str
    point: str


NUMBER_FORMATS = {
    "1,234.56": NumberFormat(",", "."),
    "1.234,56": NumberFormat(".", ","),
    "1 234.56": NumberFormat(NO_BREAK, "."),
}
"""By the example that a person types into `/settings numbers`."""
NUMBERS_OF = {DEFAULT: "1,234.56", GERMAN: "1.234,56"}
"""How numbers are written in a language, for who has not set it."""
_DATES = {DEFAULT: "%Y-%m-%d", GERMAN: "%d.%m.%Y"}
"""How a day is shown in a language. What is typed is year first everywhere (docs/grammar.md)."""

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
CURRENCY_PLACES = {"JPY": 0, "KRW": 0, "BTC": 8, "ETH": 8, "SOL": 6}
_MONEY_PLACES = 2
_PERCENT_PLACES = 2
_TINY_DIGITS = 4  # significant digits of what would be 0.00
# From where a letter is used: what would be written 1000K belongs to the next letter already.
_COMPACT = (
    (Decimal("999.5E9"), Decimal("1E12"), "T"),
    (Decimal("999.5E6"), Decimal("1E9"), "B"),
    (Decimal("999.5E3"), Decimal("1E6"), "M"),
    (Decimal("999.995"), Decimal("1E3"), "K"),
)
_ISO_DAY = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b")
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60
_NOW_S = 5


@lru_cache(maxsize=128)
def zone_named(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name (`Europe/Berlin`), None when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1024)
def _places(step: Decimal) -> int:
    """Decimal places of a tick or lot: 0.25 -> 2, 1 -> 0, 1E+1 -> 0."""
    exponent = step.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "steps are finite"
    return max(0, -exponent)


@lru_cache(maxsize=64)
def _step(places: int) -> Decimal:
    """One at the last of so many decimals: 2 -> 0.01."""
    return Decimal(1).scaleb(-places)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(_step(places), ROUND_HALF_EVEN)


def _significant(value: Decimal, digits: int) -> Decimal:
    """`value` at so many significant digits; larger numbers keep all their whole digits."""
    return _rounded(value, max(0, digits - 1 - value.adjusted())) if value else Decimal(0)


class Wording(Struct, frozen=True):
    """How one person reads: language, time zone, numbers. Handlers write everything through one of these."""

    locale: str = DEFAULT
    zone: str = "UTC"
    numbers: str = "1,234.56"

    # ------------------------------------------------------------ phrases

    def say(self, key: str, /, **values: object) -> str:
        """The sentence of `key`; numbers among `values` are written the person's way."""
        if not values:
            return chosen(key, self.locale).format()
        told = {name: self._told(value) for name, value in values.items()}
        return chosen(key, self.locale, values.get("n")).format(**told)

    def count(self, n: int, key: str) -> str:
        """`3 orders` from `count.orders`; `key` is the short name after `count.`."""
        return self.say(f"count.{key}", n=n)

    def yes_no(self, value: bool) -> Span:
        """A badge: yes in the good tone, no in the bad one."""
        return Span(self.say("word.yes" if value else "word.no"), tone=Tone.GOOD if value else Tone.BAD)

    def _told(self, value: object) -> str:
        if isinstance(value, Decimal):
            return self.number(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.number(Decimal(value))
        assert not isinstance(value, float), "a float is no number for people: give a Decimal"
        return str(value)

    # ------------------------------------------------------------ numbers

    def number(self, value: Decimal, places: int | None = None, *, signed: bool = False) -> str:
        """Grouped digits: all that `value` has, or rounded to `places` (ties to even)."""
        shown = value if places is None else _rounded(value, places)
        text = plain(shown) if places is None else format(shown, "f")
        digits = text.lstrip("-")
        whole, _, decimals = digits.partition(".")
        style = NUMBER_FORMATS[self.numbers]
        grouped = whole if len(whole) < 4 else format(int(whole), ",").replace(",", style.group)
        sign = "-" if shown < 0 else "+" if signed and shown > 0 else ""
        return f"{sign}{grouped}{style.point + decimals if decimals else ''}"

    def money(self, value: Money | Decimal, currency: str = "USD", *, signed: bool = False) -> str:
        """`$1,234.56`, `-$3.20`, `1,234.56 USDT`, in German `1.234,56 $`; less than half a cent
        is 0.00 with its sign."""
        total = value if isinstance(value, Money) else Money(value, currency)
        places = CURRENCY_PLACES.get(total.currency, _MONEY_PLACES)
        digits = self.number(total.value, places, signed=signed)
        if total.value and not _rounded(total.value, places):
            # A loss stays a loss, however small; the exact amount stands in /ledger.
            sign = "-" if total.value < 0 else "+" if signed else ""
            digits = sign + digits.lstrip("-")
        return self._in_currency(digits, total.currency)

    def pnl(self, value: Money | Decimal, currency: str = "USD") -> Span:
        """Money with its sign, in the tone of a gain or a loss."""
        total = value if isinstance(value, Money) else Money(value, currency)
        return Span(self.money(total, signed=True), tone=_tone(total.value))

    def compact(self, value: Money | Decimal, currency: str = "") -> str:
        """Three digits and a letter: `$1.23M`, `999`, `45.6K`."""
        total = value if isinstance(value, Money) else Money(value, currency)
        amount = abs(total.value)
        for least, unit, letter in _COMPACT:
            if amount >= least:
                digits = self.number(_significant(total.value / unit, 3).normalize())
                return self._in_currency(self.say(f"unit.{letter}", digits=digits), total.currency)
        shown = _significant(total.value, 3) if amount < 1 else _rounded(total.value, 2)
        return self._in_currency(self.number(shown), total.currency)

    def price(self, value: Decimal, tick: Decimal | None = None) -> str:
        """A price at its tick's decimals; a mid or an average between two ticks gets one digit more.

        Without a tick: two decimals from 1,000 up, four from 1 up, else four significant digits.
        """
        if tick is not None:
            places = _places(tick)
            return self.number(value, places if value == _rounded(value, places) else places + 1)
        size = abs(value)
        if size >= 1000:
            return self.number(value, 2)
        if size >= 1:
            return self.number(value, max(2, _places(_rounded(value, 4))))
        return self.number(_significant(value, _TINY_DIGITS))

    def quantity(self, value: Decimal, lot: Decimal | None = None) -> str:
        """A quantity with every digit that the lot size allows, no trailing zeros."""
        return self.number(value if lot is None else _rounded(value, _places(lot)).normalize())

    def percent(self, value: Decimal, *, signed: bool = False) -> str:
        """`2.5%` from 2.5 (a ratio as people say it), in German `2,5 %`; tiny ratios show their first
        digits."""
        shown = _rounded(value, _PERCENT_PLACES) or _significant(value, 2)
        return self.number(shown.normalize(), signed=signed) + (f"{NO_BREAK}%" if self._is_german else "%")

    def pnl_percent(self, value: Decimal) -> Span:
        """A percentage with its sign, in the tone of a gain or a loss."""
        return Span(self.percent(value, signed=True), tone=_tone(value))

    @property
    def _is_german(self) -> bool:
        return self.locale == GERMAN

    def _in_currency(self, digits: str, currency: str) -> str:
        symbol = SYMBOLS.get(currency)
        if symbol is None or self._is_german:
            return f"{digits}{NO_BREAK}{symbol or currency}" if currency else digits
        sign = digits[:1] if digits[:1] in "+-" else ""
        return f"{sign}{symbol}{digits[len(sign) :]}"

    # ------------------------------------------------------------ time

    def duration(self, span: timedelta) -> str:
        """The two largest units: `45s`, `3m 20s`, `2h 5m`, `3d 4h`; under a second in milliseconds."""
        whole = abs(span)
        seconds = whole.days * _DAY_S + whole.seconds
        if seconds == 0:
            return say("time.milliseconds", self.locale, n=whole.microseconds // 1000)
        left, parts = seconds, []
        for name, length in (("days", _DAY_S), ("hours", _HOUR_S), ("minutes", _MINUTE_S), ("seconds", 1)):
            n, left = divmod(left, length)
            if n:
                parts.append(say(f"time.{name}", self.locale, n=n))
            elif parts:
                break
        return " ".join(parts[:2])

    def ago(self, then: datetime, now: datetime) -> str:
        """`just now`, `12s ago`, `in 3m`."""
        span = now - then
        if abs(span) < timedelta(seconds=_NOW_S):
            return self.say("time.now")
        return self.say("time.ago" if span > timedelta(0) else "time.ahead", span=self.duration(span))

    def local(self, at: datetime) -> datetime:
        """The instant on the person's clock."""
        assert at.tzinfo is not None, "instants are aware"
        return at.astimezone(zone_named(self.zone) or UTC)

    def instant(self, at: datetime, *, seconds: bool = False) -> str:
        """`2018-04-04 03:00 CEST`, in German `04.04.2018 03:00 CEST`, with seconds when asked."""
        return f"{self.day(at)} {self.clock(at, seconds=seconds)} {self.local(at):%Z}"

    def clock(self, at: datetime, *, seconds: bool = False) -> str:
        """`03:00`, on the person's clock."""
        return f"{self.local(at):%H:%M:%S}" if seconds else f"{self.local(at):%H:%M}"

    def day(self, at: datetime) -> str:
        """`2018-04-04`, in German `04.04.2018`: the person's day."""
        return self.on(self.local(at).date())

    def on(self, day: date) -> str:
        """A day of the calendar, as the language writes it."""
        return day.strftime(_DATES.get(self.locale, _DATES[DEFAULT]))

    def dated(self, text: str) -> str:
        """A text with its days (`2026-11-24`) as the language writes them."""
        return _ISO_DAY.sub(lambda found: self.on(date(*map(int, found.groups()))), text)

    def month(self, day: date) -> str:
        """`April 2018`, the month of a day in the person's language."""
        name = self.say("picture.months_long").split()[day.month - 1]
        return self.say("picture.month_of", month=name, year=str(day.year))


def _tone(value: Decimal) -> Tone:
    return Tone.GOOD if value > 0 else Tone.BAD if value < 0 else Tone.NEUTRAL
