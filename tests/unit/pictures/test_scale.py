"""Round numbers at the side that the market can trade at; far levels and strays do not squash a chart."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.scale import (
    REACH_MAX,
    TICKS_MAX,
    Extent,
    Scale,
    extent_of,
    padded,
    step_of,
    ticks_of,
    widened,
    without_strays,
)


@pytest.mark.parametrize(
    ("low", "high", "tick", "step"),
    [
        ("7230", "7476", "0.01", "50"),
        ("1640", "1653", "0.25", "2.5"),
        ("100", "101", "0.25", "0.25"),
        ("100.2", "100.9", "0.25", "0.25"),
        ("1.12", "1.18", "0.00001", "0.01"),
        ("0.0000105", "0.0000131", "0.00000000001", "0.0000005"),
        ("110", "110.5", "0.03125", "0.125"),
        ("2600", "2600.5", "5", "5"),
        ("0", "1200000", "0.01", "200000"),
    ],
)
def test_the_step_is_round_and_a_multiple_of_the_tick(low: str, high: str, tick: str, step: str) -> None:
    assert step_of(Extent(D(low), D(high)), D(tick)) == D(step)


def test_the_numbers_at_the_side_are_those_inside() -> None:
    assert ticks_of(Extent(D("7230.84"), D("7476.59")), D("0.01")) == [
        D(7250), D(7300), D(7350), D(7400), D(7450)
    ]  # fmt: skip


@given(
    low=st.decimals(0, 10**6, places=4),
    height=st.decimals("0.0001", 10**6, places=4),
    tick=st.sampled_from([D("0.0001"), D("0.01"), D("0.25"), D("0.03125"), D(1), D(5)]),
)
def test_there_are_never_too_many_numbers_and_all_can_be_traded(low: D, height: D, tick: D) -> None:
    extent = Extent(low, low + height)
    found = ticks_of(extent, tick)
    assert len(found) <= TICKS_MAX + 1
    assert all(price % tick == 0 and extent.low <= price <= extent.high for price in found)
    assert found == sorted(set(found))
    if height > tick * 12:
        assert len(found) >= 2, "an axis with one number says nothing"


def test_a_flat_course_gets_some_room() -> None:
    extent = extent_of([D(7), D(7)], D("0.01"))
    assert extent.low < 7 < extent.high
    assert extent_of([D(0)], D("0.01")).height == D("0.04")


def test_a_near_level_is_on_the_scale_and_a_far_one_is_not() -> None:
    extent = widened(Extent(D(100), D(110)), [D(115), D(95), D(500)])
    assert extent == (D(95), D(115))
    assert widened(Extent(D(100), D(110)), []) == (D(100), D(110))
    assert extent.height <= 10 * REACH_MAX


def test_one_stray_quote_does_not_squash_the_rest() -> None:
    closes = [D(650) + D(i % 5) for i in range(100)]
    extent = without_strays([*closes, D(1)], closes, D("0.01"))
    assert (extent.low, extent.high) == (D(646), D(654))


def test_a_real_fall_is_shown_whole() -> None:
    closes = [D(650)] * 50 + [D(300)] * 50
    assert without_strays([*closes, D(290)], closes, D("0.01")) == (D(290), D(650))


def test_higher_prices_stand_higher() -> None:
    scale = Scale(padded(Extent(D(100), D(200))), 0, 600)
    assert 0 < scale.y(D(200)) < scale.y(D(150)) == 300 < scale.y(D(100)) < 600
    assert scale.pinned(D(10**9)) == 0 and scale.pinned(D(0)) == 600
    assert scale.holds(D(200)) and not scale.holds(D(207))
