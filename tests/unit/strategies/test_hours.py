"""Exchanges' own clocks: local days and times over changes of the clock, holidays, early ends."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from trading.feeds.bundle import manifest
from trading.strategies.bars import instant, millis
from trading.strategies.holidays import CALENDARS, calendar
from trading.strategies.hours import DAY_MS, MarketHours, ends_early, local_ms, opens_on, utc_ms

EPOCH = date(1970, 1, 1)


def instants(*texts: str) -> NDArray[np.int64]:
    """Instants of UTC."""
    return np.array([millis(datetime.fromisoformat(f"{text}+00:00")) for text in texts], dtype=np.int64)


def day_of(text: str) -> int:
    """A day counted from 1970."""
    return (date.fromisoformat(text) - EPOCH).days


@given(
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    begin=st.integers(0, 28 * 366),
    steps=st.lists(st.integers(1, 40_000), min_size=1, max_size=40),
)
def test_local_time_is_what_a_wall_clock_shows(zone: str, begin: int, steps: list[int]) -> None:
    at_ms = (day_of("2000-01-01") + begin) * DAY_MS + np.cumsum(steps) * 60_000
    for local, at in zip(local_ms(at_ms, zone).tolist(), at_ms.tolist(), strict=True):
        wall = instant(at).astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
        assert instant(local) == wall


def test_market_hours_move_with_summer_time() -> None:
    hours = MarketHours("America/New_York", time(9, 30), time(16), "weekdays")
    # Friday before the change, Monday after it, and the Saturday between.
    asked = instants("2024-03-08T14:29", "2024-03-08T14:30", "2024-03-08T20:59", "2024-03-08T21:00")
    assert hours.is_open(asked).tolist() == [False, True, True, False]
    asked = instants("2024-03-11T13:29", "2024-03-11T13:30", "2024-03-11T19:59", "2024-03-11T20:00")
    assert hours.is_open(asked).tolist() == [False, True, True, False]
    assert not hours.is_open(instants("2024-03-09T15:00")).any()


def test_an_exchange_rests_on_its_holidays_and_ends_early_before_them() -> None:
    hours = MarketHours("America/New_York", time(9, 30), time(16), "xnys")
    thanksgiving = instants("2024-11-27T18:30", "2024-11-28T18:30", "2024-11-29T17:59", "2024-11-29T18:00")
    assert hours.is_open(thanksgiving).tolist() == [True, False, True, False]
    days = np.array([day_of("2024-07-03"), day_of("2024-07-04"), day_of("2024-07-05")])
    assert opens_on(days, "xnys").tolist() == [True, False, True]
    assert ends_early(days, "xnys").tolist() == [13 * 60, 24 * 60, 24 * 60]


def test_after_the_last_year_of_a_calendar_nothing_is_known_to_be_open() -> None:
    last = calendar("xnys").last
    assert opens_on(np.array([(last - EPOCH).days - 2]), "xnys").tolist() == [True]
    later = np.arange(1, 30) + (last - EPOCH).days
    assert not opens_on(later, "xnys").any() and opens_on(later, "weekdays").any()
    assert not opens_on(np.array([day_of("1997-06-03")]), "xnys").any()


def test_the_holidays_are_the_days_on_which_the_bundled_series_has_no_bar() -> None:
    bundled = next(one for one in manifest() if one.symbol == "SPY")
    traded = {bar.at.astimezone(ZoneInfo("America/New_York")).date() for bar in bundled.series().bars()}
    first, last = min(traded), max(traded)
    weekdays = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    rested = {day for day in weekdays if day.weekday() < 5} - traded
    assert rested == {day for day in calendar("xnys").rests if first <= day <= last} and len(rested) > 200


@pytest.mark.parametrize("mic", sorted(CALENDARS))
def test_a_day_that_ends_early_is_no_holiday_and_no_weekend(mic: str) -> None:
    known = calendar(mic)
    assert not known.rests & known.early.keys()
    assert all(day.weekday() < 5 for day in known.rests | known.early.keys())


def test_a_local_time_is_found_again_as_an_instant() -> None:
    assert instant(utc_ms(day_of("2024-03-11"), 15 * 60 + 45, "America/New_York")) == datetime(
        2024, 3, 11, 19, 45, tzinfo=UTC
    )
    assert utc_ms(day_of("2024-03-08"), 0, "UTC") == day_of("2024-03-08") * DAY_MS
