"""Rounding says which way it goes, and money never loses a digit."""

from __future__ import annotations

from decimal import Decimal, getcontext
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trading.domain.money import (
    PRECISION,
    CurrencyMismatch,
    Money,
    percent_of,
    plain,
    rounded_down,
    rounded_nearest,
    rounded_up,
)

D = Decimal
values = st.decimals(min_value=D("-1e9"), max_value=D("1e9"), places=8)
steps = st.sampled_from([D("0.01"), D("0.25"), D(1), D("0.00000001"), D("12.5"), D(50)])


@pytest.mark.parametrize(
    ("value", "step", "down", "nearest", "up"),
    [
        ("1.239", "0.01", "1.23", "1.24", "1.24"),
        ("1.235", "0.01", "1.23", "1.24", "1.24"),
        ("1.225", "0.01", "1.22", "1.22", "1.23"),
        ("2743.37", "0.25", "2743.25", "2743.25", "2743.50"),
        ("2743.375", "0.25", "2743.25", "2743.50", "2743.50"),
        ("2743.50", "0.25", "2743.50", "2743.50", "2743.50"),
        ("-1.5", "1", "-2", "-2", "-1"),
        ("0", "0.01", "0", "0", "0"),
        ("0.000000001", "0.00000001", "0", "0", "0.00000001"),
        ("49", "50", "0", "50", "50"),
    ],
)
def test_each_rounding_goes_where_its_name_says(
    value: str, step: str, down: str, nearest: str, up: str
) -> None:
    assert rounded_down(D(value), D(step)) == D(down)
    assert rounded_nearest(D(value), D(step)) == D(nearest)
    assert rounded_up(D(value), D(step)) == D(up)


@given(values, steps)
def test_roundings_enclose_the_value_on_the_grid(value: Decimal, step: Decimal) -> None:
    down, near, up = rounded_down(value, step), rounded_nearest(value, step), rounded_up(value, step)
    assert down <= value <= up
    assert up - down in (0, step)
    assert near in (down, up)
    assert abs(near - value) * 2 <= step
    assert all(one % step == 0 for one in (down, near, up))
    assert rounded_down(down, step) == rounded_up(down, step) == down


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("100", "100"),
        ("1E+2", "100"),
        ("0.0100", "0.01"),
        ("0E-8", "0"),
        ("-0.00", "0"),
        ("1E-8", "0.00000001"),
        ("-12.50", "-12.5"),
        ("6741.920", "6741.92"),
        ("123456789012345678.123456789", "123456789012345678.123456789"),
    ],
)
def test_plain_text_is_short_and_exact(value: str, text: str) -> None:
    assert plain(D(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=D("-1e30"), max_value=D("1e30")))
def test_plain_text_reads_back_as_the_same_value(value: Decimal) -> None:
    text = plain(value)
    assert D(text) == value
    assert "E" not in text
    assert text != "-0"


def test_percent_of_is_what_people_mean() -> None:
    assert percent_of(D(10_000), D("0.5")) == D(50)
    assert percent_of(D("6741.92"), D(2)) == D("134.8384")


def test_sums_of_one_currency_are_exact() -> None:
    assert Money(D("0.1"), "USD") + Money(D("0.2"), "USD") == Money(D("0.3"), "USD")
    assert Money(D(1), "USD") - Money(D("0.9"), "USD") == Money(D("0.1"), "USD")
    assert -Money(D(5), "EUR") == Money(D(-5), "EUR")


def test_two_currencies_never_add_up() -> None:
    with pytest.raises(CurrencyMismatch, match="EUR"):
        Money(D(1), "USD") + Money(D(1), "EUR")
    with pytest.raises(CurrencyMismatch):
        Money(D(1), "USD") - Money(D(1), "EUR")


def test_meme_coins_keep_their_eighteen_decimals() -> None:
    price, quantity = D("0.000000000000123457"), D("987654321987654321.123456789")
    assert price * quantity == D("121932.839629629839522938604799573")


def test_every_new_thread_counts_with_the_same_precision() -> None:
    seen: list[int] = []
    thread = Thread(target=lambda: seen.append(getcontext().prec))
    thread.start()
    thread.join()
    assert seen == [PRECISION]
    assert getcontext().prec == PRECISION
