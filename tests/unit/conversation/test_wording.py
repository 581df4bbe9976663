"""Numbers, instants and phrases as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.screen import Tone
from bot.conversation.wording import NUMBER_FORMATS, Wording, zone_named
from trading.domain.money import Money

D = Decimal
ENGLISH = Wording()
GERMAN_STYLE = Wording(numbers="1.234,56", zone="Europe/Berlin")
SPACED = Wording(numbers="1 234.56")
AT = datetime(2018, 4, 4, 1, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("1234.56", "USD", "$1,234.56"),
        ("-1234.565", "USD", "-$1,234.56"),
        ("1234.575", "EUR", "€1,234.58"),
        ("0", "USD", "$0.00"),
        ("-0.004", "USD", "-$0.00"),
        ("0.00001234", "USD", "$0.00"),
        ("-0.00068", "USD", "-$0.00"),
        ("1500.4", "JPY", "¥1,500"),
        ("1234.5", "USDT", "1,234.50\u00a0USDT"),
        ("0.5", "BTC", "0.50000000\u00a0BTC"),
    ],
)
def test_money_is_written_in_its_currency(value: str, currency: str, text: str) -> None:
    assert ENGLISH.money(D(value), currency) == text
    assert ENGLISH.money(Money(D(value), currency)) == text


def test_each_person_reads_numbers_in_their_own_format() -> None:
    assert GERMAN_STYLE.money(D("1234567.8")) == "$1.234.567,80"
    assert SPACED.money(D("1234567.8")) == "$1\u00a0234\u00a0567.80"
    assert GERMAN_STYLE.percent(D("2.5")) == "2,5%"


def test_gains_and_losses_carry_sign_and_tone() -> None:
    assert (ENGLISH.pnl(D(3)).text, ENGLISH.pnl(D(3)).tone) == ("+$3.00", Tone.GOOD)
    assert (ENGLISH.pnl(D(-3)).text, ENGLISH.pnl(D(-3)).tone) == ("-$3.00", Tone.BAD)
    assert (ENGLISH.pnl(D(0)).text, ENGLISH.pnl(D(0)).tone) == ("$0.00", Tone.NEUTRAL)
    assert ENGLISH.pnl_percent(D("-0.5")).text == "-0.5%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("999", "$999"),
        ("999.994", "$999.99"),
        ("999.995", "$1K"),
        ("1234", "$1.23K"),
        ("45600", "$45.6K"),
        ("999499", "$999K"),
        ("999500", "$1M"),
        ("-2500000", "-$2.5M"),
        ("1e9", "$1B"),
        ("3.2e12", "$3.2T"),
        ("0.0123", "$0.0123"),
        ("0", "$0"),
    ],
)
def test_large_sums_shrink_to_three_digits_and_a_letter(value: str, text: str) -> None:
    assert ENGLISH.compact(D(value), "USD") == text


@pytest.mark.parametrize(
    ("value", "tick", "text"),
    [
        ("64000.5", "0.01", "64,000.50"),
        ("2600.25", "0.25", "2,600.25"),
        ("2600.125", "0.25", "2,600.125"),
        ("64000.33333", "0.01", "64,000.333"),
        ("5000", "1", "5,000"),
        ("100", "1E+1", "100"),
        ("0.000000012", "0.000000001", "0.000000012"),
        ("64000.5", None, "64,000.50"),
        ("1.08123", None, "1.0812"),
        ("5", None, "5.00"),
        ("0.000012345678", None, "0.00001235"),
        ("0", None, "0"),
    ],
)
def test_a_price_shows_its_tick_and_tiny_ones_their_digits(value: str, tick: str | None, text: str) -> None:
    assert ENGLISH.price(D(value), D(tick) if tick else None) == text


def test_quantities_keep_every_digit_that_the_lot_allows() -> None:
    assert ENGLISH.quantity(D("0.01562500")) == "0.015625"
    assert ENGLISH.quantity(D("1500"), D(1)) == "1,500"
    assert ENGLISH.quantity(D("0.123456789"), D("0.0001")) == "0.1235"


@pytest.mark.parametrize(
    ("value", "text"), [("5", "5%"), ("2.345", "2.34%"), ("200", "200%"), ("0.00123", "0.0012%"), ("0", "0%")]
)
def test_percentages_are_short_but_never_a_false_zero(value: str, text: str) -> None:
    assert ENGLISH.percent(D(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=12))
def test_a_written_number_reads_back_exactly_in_every_format(value: Decimal) -> None:
    for name, style in NUMBER_FORMATS.items():
        text = Wording(numbers=name).number(value)
        assert D(text.replace(style.group, "").replace(style.point, ".")) == value


def test_a_float_is_no_number_for_people() -> None:
    with pytest.raises(AssertionError, match="Decimal"):
        ENGLISH.say("time.days", n=1.5)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(milliseconds=12), "12 ms"),
        (timedelta(seconds=45), "45s"),
        (timedelta(seconds=200), "3m 20s"),
        (timedelta(hours=2, minutes=5, seconds=9), "2h 5m"),
        (timedelta(hours=2, seconds=9), "2h"),
        (timedelta(days=3, hours=4), "3d 4h"),
        (-timedelta(minutes=1), "1m"),
    ],
)
def test_durations_show_their_two_largest_units(span: timedelta, text: str) -> None:
    assert ENGLISH.duration(span) == text


def test_instants_are_told_relative_to_now() -> None:
    assert ENGLISH.ago(AT, AT + timedelta(seconds=2)) == "just now"
    assert ENGLISH.ago(AT, AT + timedelta(seconds=70)) == "1m 10s ago"
    assert ENGLISH.ago(AT + timedelta(hours=5), AT) == "in 5h"


def test_instants_stand_on_the_persons_own_clock() -> None:
    assert ENGLISH.instant(AT) == "2018-04-04 01:00 UTC"
    assert GERMAN_STYLE.instant(AT, seconds=True) == "2018-04-04 03:00:05 CEST"
    assert GERMAN_STYLE.clock(AT) == "03:00"
    assert Wording(zone="America/New_York").day(AT) == "2018-04-03"


def test_an_unknown_zone_is_found_out_before_it_is_used() -> None:
    assert zone_named("Mars/Base") is None
    assert zone_named("../../etc/passwd") is None
    assert zone_named("Europe/Berlin") is not None


def test_one_and_many_differ_and_large_counts_are_grouped() -> None:
    assert ENGLISH.count(1, "orders") == "1 order"
    assert ENGLISH.count(0, "orders") == "0 orders"
    assert ENGLISH.count(1200, "orders") == "1,200 orders"


def test_yes_and_no_are_badges_with_a_tone() -> None:
    assert (ENGLISH.yes_no(True).text, ENGLISH.yes_no(True).tone) == ("yes", Tone.GOOD)
    assert (ENGLISH.yes_no(False).text, ENGLISH.yes_no(False).tone) == ("no", Tone.BAD)
