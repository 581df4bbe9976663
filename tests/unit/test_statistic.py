"""Ratios, drawdowns and exposure: by hand, and against the standard library's floats and a naive search."""

from __future__ import annotations

import math
import statistics
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.round_trips import START, round_trip
from trading.statistic import (
    Moved,
    daily_returns,
    exposure,
    falls,
    median_held,
    sharpe,
    sortino,
)


def same(at: datetime) -> datetime:
    """A person in UTC."""
    return at


MONDAY = date(2026, 3, 2)


def after(hours: float) -> datetime:
    """That many hours after the beginning."""
    return START + timedelta(hours=hours)


def test_days_are_held_against_what_was_there_and_a_deposit_is_no_return() -> None:
    rows = [round_trip("100", closed_h=1), round_trip("-50", closed_h=2), round_trip("42", closed_h=49)]
    moved = [Moved(after(50), Decimal(1000)), Moved(after(73), Decimal(-500))]
    returns = daily_returns(rows, moved, Decimal(1000), MONDAY, date(2026, 3, 6), same)
    # Monday 50 of 1,000; Tuesday nothing; Wednesday 42 of 1,050 + 1,000; Thursday nothing, 500 leave; Friday.
    assert returns == [Decimal("0.05"), 0, Decimal(42) / Decimal(2050), 0, 0]


def test_what_was_withdrawn_is_gone_the_day_after() -> None:
    rows = [round_trip("10", closed_h=1), round_trip("10", closed_h=25)]
    returns = daily_returns(
        rows, [Moved(after(3), Decimal(-510))], Decimal(1000), MONDAY, date(2026, 3, 3), same
    )
    assert returns == [Decimal("0.01"), Decimal("0.02")]


def test_an_empty_account_has_no_return() -> None:
    returns = daily_returns([], [Moved(after(25), Decimal(100))], Decimal(0), MONDAY, date(2026, 3, 4), same)
    assert returns == [0, 0]


def test_sharpe_and_sortino_by_hand() -> None:
    returns = [Decimal("0.02"), Decimal("-0.01"), Decimal("0.02"), Decimal("-0.01")]
    # mean 0.005; s² = 4 × 0.015² / 3 = 0.0003; downside² = 2 × 0.01² / 4 = 0.00005
    ratio, other = sharpe(returns), sortino(returns)
    assert ratio is not None
    assert other is not None
    assert ratio.error is not None
    assert float(ratio.value) == pytest.approx(0.005 / math.sqrt(0.0003) * math.sqrt(365))
    assert float(other.value) == pytest.approx(0.005 / math.sqrt(0.00005) * math.sqrt(365))
    daily = 0.005 / math.sqrt(0.0003)
    assert float(ratio.error) == pytest.approx(math.sqrt((1 + daily**2 / 2) / 4) * math.sqrt(365))


def test_there_is_no_ratio_where_nothing_differs_or_nothing_was_lost() -> None:
    assert sharpe([]) is None
    assert sharpe([Decimal("0.01")]) is None
    assert sharpe([Decimal("0.01")] * 30) is None
    assert sortino([]) is None
    assert sortino([Decimal("0.01"), Decimal(0)]) is None


@given(st.lists(st.integers(-500, 500), min_size=2, max_size=60))
def test_ratios_are_what_the_standard_library_says(basis_points: list[int]) -> None:
    assume(len(set(basis_points)) > 1)
    floats = [one / 10_000 for one in basis_points]
    ratio = sharpe([Decimal(one) / 10_000 for one in basis_points])
    assert ratio is not None
    expected = statistics.mean(floats) / statistics.stdev(floats) * math.sqrt(365)
    assert float(ratio.value) == pytest.approx(expected, abs=1e-9)
    other = sortino([Decimal(one) / 10_000 for one in basis_points])
    assert (other is None) == (min(basis_points) >= 0)
    if other is not None:
        downside = math.sqrt(statistics.mean([min(one, 0) ** 2 for one in floats]))
        assert float(other.value) == pytest.approx(
            statistics.mean(floats) / downside * math.sqrt(365), abs=1e-9
        )


def test_drawdowns_are_those_found_by_hand() -> None:
    nets = ["100", "-30", "-20", "60", "-5", "-90", "10"]
    rows = [round_trip(net, closed_h=hour) for hour, net in enumerate(nets, 1)]
    first, second = falls(rows, [], Decimal(1000))
    assert (first.depth, first.began_at, first.lowest_at) == (Decimal(50), after(1), after(3))
    assert first.recovered_at == after(4)
    assert first.percent == Decimal(5000) / 1100
    assert first.lasted(after(99)) == timedelta(hours=3)
    assert (second.depth, second.began_at, second.lowest_at, second.recovered_at) == (
        Decimal(95),
        after(4),
        after(6),
        None,
    )
    assert second.percent == Decimal(9500) / 1110
    assert second.lasted(after(10)) == timedelta(hours=6)


def test_a_loss_at_once_falls_from_the_beginning() -> None:
    (only,) = falls([round_trip("-10", closed_h=5, held_h=2)], [], Decimal(200))
    assert (only.depth, only.percent, only.began_at) == (Decimal(10), Decimal(5), after(3))


def test_a_deposit_ends_no_drawdown_and_a_withdrawal_begins_none() -> None:
    rows = [round_trip("100", closed_h=1), round_trip("-50", closed_h=3), round_trip("20", closed_h=5)]
    moved = [Moved(after(2), Decimal(900)), Moved(after(4), Decimal(5000)), Moved(after(6), Decimal(-5000))]
    (only,) = falls(rows, moved, Decimal(1000))
    assert (only.depth, only.recovered_at) == (Decimal(50), None)
    assert only.percent == Decimal("2.5")  # of 1,000 + 100 + 900


def test_without_losses_nothing_falls() -> None:
    assert falls([round_trip("1", closed_h=1), round_trip("0", closed_h=2)], [], Decimal(5)) == []
    assert falls([], [], Decimal(5)) == []


@given(st.lists(st.integers(-100, 100), max_size=40))
def test_the_deepest_fall_is_the_deepest_that_a_search_finds(nets: list[int]) -> None:
    rows = [round_trip(str(net), closed_h=hour) for hour, net in enumerate(nets, 1)]
    totals = [0]
    for net in nets:
        totals.append(totals[-1] + net)
    naive = max(high - low for at, high in enumerate(totals) for low in totals[at:])
    found = falls(rows, [], Decimal(1000))
    assert max((fall.depth for fall in found), default=Decimal(0)) == naive
    assert [fall.recovered_at is None for fall in found[:-1]] == [False] * len(found[:-1])


def test_exposure_counts_overlapping_time_once() -> None:
    spans = [(after(0), after(2)), (after(1), after(3)), (after(5), after(9)), (after(-5), after(0))]
    assert exposure(spans, after(0), after(10)) == 70
    assert exposure(spans, after(0), after(6)) == Decimal(400) / 6
    assert exposure([], after(0), after(1)) == 0
    assert exposure(spans, after(1), after(1)) is None


@given(st.lists(st.tuples(st.integers(-10, 60), st.integers(0, 30)), max_size=12))
def test_exposure_is_what_counting_hours_says(drawn: list[tuple[int, int]]) -> None:
    spans = [(after(begun), after(begun + length)) for begun, length in drawn]
    hours = [any(b <= hour < b + length for b, length in drawn) for hour in range(50)]
    assert exposure(spans, after(0), after(50)) == sum(hours) * 2


def test_half_were_held_no_longer_than_the_median() -> None:
    rows = [round_trip("1", held_h=held) for held in (5, 1, 2)]
    assert median_held(rows) == timedelta(hours=2)
    assert median_held(rows[:2]) == timedelta(hours=3)
    assert median_held([]) is None
