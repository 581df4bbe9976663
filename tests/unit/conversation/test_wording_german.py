"""How a person who reads German is written to: numbers, money, spans and days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.conversation.handling import Prefs, prefs_from
from bot.conversation.wording import Wording

D = Decimal
GERMAN = Wording("de", "Europe/Berlin", "1.234,56")
AT = datetime(2018, 4, 4, 1, 0, 5, tzinfo=UTC)


def test_money_stands_before_its_sign() -> None:
    assert GERMAN.money(D("1234.56")) == "1.234,56\u00a0$"
    assert GERMAN.money(D("-3.2"), "EUR") == "-3,20\u00a0€"
    assert GERMAN.money(D("-0.001")) == "-0,00\u00a0$"
    assert GERMAN.money(D("1234.5"), "USDT") == "1.234,50\u00a0USDT"
    assert GERMAN.pnl(D(3)).text == "+3,00\u00a0$"


def test_a_percentage_stands_apart_from_its_sign() -> None:
    assert GERMAN.percent(D("2.5")) == "2,5\u00a0%"
    assert GERMAN.pnl_percent(D("-0.5")).text == "-0,5\u00a0%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("999", "999\u00a0$"),
        ("12345", "12,3\u00a0Tsd.\u00a0$"),
        ("1234567", "1,23\u00a0Mio.\u00a0$"),
        ("1234567890", "1,23\u00a0Mrd.\u00a0$"),
        ("1234567890123", "1,23\u00a0Bio.\u00a0$"),
    ],
)
def test_large_sums_are_short(value: str, text: str) -> None:
    assert GERMAN.compact(D(value), "USD") == text


def test_days_are_written_day_first() -> None:
    assert GERMAN.instant(AT) == "04.04.2018 03:00 CEST"
    assert GERMAN.instant(AT, seconds=True) == "04.04.2018 03:00:05 CEST"
    assert GERMAN.day(AT) == "04.04.2018"
    assert GERMAN.on(date(2026, 11, 24)) == "24.11.2026"


def test_spans_and_counts_are_said_in_german() -> None:
    assert GERMAN.ago(AT, AT + timedelta(minutes=3, seconds=20)) == "vor 3\u00a0min 20\u00a0s"
    assert GERMAN.ago(AT + timedelta(hours=2), AT) == "in 2\u00a0h"
    assert GERMAN.count(1, "orders") == "1 Order"
    assert GERMAN.count(1200, "orders") == "1.200 Orders"


def test_a_language_brings_its_numbers_along_unless_they_were_chosen() -> None:
    desk = Prefs()
    assert prefs_from({"language": "de"}, desk).number_format == "1.234,56"
    assert prefs_from({"language": "de", "numbers": "1,234.56"}, desk).number_format == "1,234.56"
    assert prefs_from({}, desk).number_format == "1,234.56"
    on_german_desk = prefs_from({"language": "en"}, Prefs(language="de", number_format="1.234,56"))
    assert (on_german_desk.language, on_german_desk.number_format) == ("en", "1,234.56")


def test_the_language_of_the_app_counts_until_one_is_set() -> None:
    assert prefs_from({"heard_language": "de"}, Prefs()).language == "de"
    assert prefs_from({"heard_language": "de"}, Prefs()).is_language_heard
    assert prefs_from({"heard_language": "de", "language": "en"}, Prefs()).language == "en"
    assert prefs_from({"heard_language": "xx"}, Prefs()).language == "en"
