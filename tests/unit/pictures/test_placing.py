"""Labels never cover each other and never leave the picture; those that matter most always stay."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.pictures.placing import Wish, placed


def test_labels_with_room_stand_where_they_want() -> None:
    assert placed([Wish(50, 20), Wish(100, 20)], 0, 200) == [50, 100]


def test_two_labels_on_one_spot_part_evenly() -> None:
    assert placed([Wish(100, 20), Wish(100, 20)], 0, 200) == [90, 110]


def test_a_stack_at_the_edge_stays_inside() -> None:
    assert placed([Wish(2, 20), Wish(4, 20), Wish(300, 20)], 0, 200) == [10, 30, 190]


def test_the_order_of_the_prices_is_kept() -> None:
    assert placed([Wish(101, 20), Wish(99, 20), Wish(100, 20)], 0, 200) == [120, 80, 100]


def test_where_not_all_fit_the_least_important_goes() -> None:
    found = placed([Wish(10, 40, 2), Wish(20, 40, 0), Wish(30, 40, 1)], 0, 100)
    assert found[0] is None and found[1] is not None and found[2] is not None


def test_no_labels_and_no_room_are_no_trouble() -> None:
    assert placed([], 0, 100) == []
    assert placed([Wish(10, 40)], 0, 20) == [None]


@given(
    wishes=st.lists(st.builds(Wish, st.floats(-500, 1500), st.floats(5, 60), st.integers(0, 5)), max_size=25)
)
def test_labels_never_overlap_nor_leave_the_picture(wishes: list[Wish]) -> None:
    found = placed(wishes, 0, 600)
    spots = sorted(
        (middle - wish.height / 2, middle + wish.height / 2)
        for middle, wish in zip(found, wishes, strict=True)
        if middle is not None
    )
    slack = 1e-6
    assert all(top >= -slack and bottom <= 600 + slack for top, bottom in spots)
    assert all(one[1] <= other[0] + slack for one, other in pairwise(spots))
    lost = [wish.rank for middle, wish in zip(found, wishes, strict=True) if middle is None]
    kept = [wish.rank for middle, wish in zip(found, wishes, strict=True) if middle is not None]
    assert not lost or not kept or min(lost) >= max(kept), "a label that matters more is kept"
