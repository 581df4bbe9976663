"""Doubt is settled in time, and a fill is not long without its stop."""

from __future__ import annotations

from tests.sim.delays import absent_s, found_s, quantile, stops_s
from tests.sim.venues import VENUES


def test_an_order_in_doubt_is_found_within_five_seconds_once_the_venue_answers() -> None:
    took = found_s()
    assert len(took) == 4 * len(VENUES)
    assert 0 < took[-1] <= 5


def test_absence_is_proven_within_five_seconds_beyond_fence_and_visibility() -> None:
    took = absent_s()
    assert len(took) == len(VENUES)
    assert took[-1] <= 5


def test_a_stop_rests_soon_after_its_fill_at_a_venue_150_ms_away() -> None:
    took = stops_s(days=30)
    assert len(took) > 25
    assert quantile(took, 0.5) <= 0.5
    assert quantile(took, 0.99) <= 2
