"""The average true range, against the formula worked by hand."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from trading.domain.market import Bar
from trading.domain.money import Price
from trading.feeds.bundle import manifest
from trading.indicators import atr

START = datetime(2026, 1, 5, tzinfo=UTC)


def made(*rows: tuple[int, int, int]) -> list[Bar]:
    """Bars of (high, low, close)."""
    bars = []
    for n, row in enumerate(rows):
        high, low, close = (Price(Decimal(value)) for value in row)
        at = START + timedelta(minutes=n)
        bars.append(Bar("ES", at, at + timedelta(minutes=1), close, high, low, close))
    return bars


def test_the_first_value_is_the_plain_average_of_the_true_ranges() -> None:
    # Ranges: 12-9 = 3; gap up from 11: 20-11 = 9; gap down from 19: 19-8 = 11.
    bars = made((10, 8, 9), (12, 9, 11), (20, 18, 19), (10, 8, 9))
    assert atr(bars, 3) == Decimal("7.66666666667")
    assert atr(bars[:3], 3) is None
    assert atr([], 14) is None
    assert atr(bars, 0) is None


def test_later_values_are_smoothed_after_wilder() -> None:
    bars = made((10, 8, 9), (12, 9, 11), (20, 18, 19), (10, 8, 9), (10, 9, 9))
    # (23/3 * 2 + 1) / 3
    assert atr(bars, 3) == Decimal("5.44444444444")


def test_real_bars_give_what_the_formula_in_decimals_gives() -> None:
    bars = list(next(entry for entry in manifest() if entry.symbol == "ES").series().bars())[:400]
    ranges = [
        max(now.high - now.low, abs(now.high - before.close), abs(now.low - before.close))
        for before, now in itertools.pairwise(bars)
    ]
    value = sum(ranges[:14], Decimal(0)) / 14
    for later in ranges[14:]:
        value = (value * 13 + later) / 14
    got = atr(bars)
    assert got is not None
    assert abs(got - value) < Decimal("1e-9")
    assert len(got.as_tuple().digits) <= 12
