"""What a curve says of itself, counted by hand: gain, high-water mark, and losses that no deposit changes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.painting import EquityPoint, EquitySpec
from bot.conversation.wording import Wording
from bot.pictures.equity import course_of, equity
from tests.unit.pictures.samples import START


def points(*steps: tuple[int, int]) -> list[EquityPoint]:
    """By (value, what of it was paid in then)."""
    return [
        EquityPoint(START + timedelta(hours=hour), Decimal(value), Decimal(moved))
        for hour, (value, moved) in enumerate(steps)
    ]


def test_without_deposits_a_loss_is_the_share_of_the_best_value() -> None:
    course = course_of(points((1000, 0), (1200, 0), (900, 0), (1080, 0), (1300, 0)))
    assert [round(depth, 9) for depth in course.depths] == [0, 0, 25, 10, 0]
    assert [course.drawdown, course.gained, course.percent] == [25, 300, 30]


def test_a_deposit_under_water_leaves_the_loss_as_it_was() -> None:
    # 20 % are lost; what is paid in then has lost nothing, and each share is still worth 20 % less.
    course = course_of(points((1000, 0), (800, 0), (10_800, 10_000), (10_260, 0)))
    assert [round(depth, 9) for depth in course.depths] == [0, 20, 20, 24]
    assert course.gained == -740
    assert list(course.marks) == [1000, 1000, 11_000, 11_000]


def test_a_withdrawal_is_no_loss() -> None:
    course = course_of(points((1000, 0), (400, -600), (440, 0)))
    assert list(course.depths) == [0, 0, 0] and course.drawdown == 0
    assert course.gained == 40


def test_a_result_and_a_deposit_at_once_are_parted() -> None:
    course = course_of(points((1000, 0), (1900, 1000)))
    assert course.depths[-1] == 5 and course.gained == -100


def test_an_empty_account_has_no_losses_to_divide() -> None:
    course = course_of(points((0, 0), (500, 500), (450, 0), (0, -450), (0, 0)))
    assert list(course.depths) == [0, 0, 10, 10, 10]


@given(
    results=st.lists(st.integers(-300, 300), min_size=1, max_size=20),
    paid=st.lists(st.integers(0, 5000), max_size=20),
)
def test_deposits_alone_never_change_how_deep_it_is(results: list[int], paid: list[int]) -> None:
    value, found = Decimal(10_000), [EquityPoint(START, Decimal(10_000))]
    for number, result in enumerate(results):
        value += result
        found.append(EquityPoint(START, value))
        if number < len(paid):
            value += paid[number]
            found.append(EquityPoint(START, value, Decimal(paid[number])))
    depths = course_of(found).depths
    for place in range(1, len(found)):
        if found[place].moved:
            assert depths[place] == depths[place - 1]
    assert all(0 <= depth < 100 for depth in depths)


def test_points_of_one_instant_are_no_curve_and_break_nothing() -> None:
    at_once = tuple(EquityPoint(START, Decimal(value)) for value in (1000, 900, 1100))
    spec = EquitySpec("Equity", "Month", at_once, "USD", Wording())
    one = EquitySpec("Equity", "Month", at_once[-1:], "USD", Wording())
    assert equity(spec).startswith(b"\x89PNG") and equity(one).startswith(b"\x89PNG")
