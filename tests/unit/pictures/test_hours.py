"""The time axis: round local times, new days by their date, no label that is not true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.painting import holes
from bot.conversation.wording import Wording
from bot.pictures.hours import place_of, time_marks, time_ticks
from tests.unit.pictures.samples import HOLED, walked

UTC_WORDS = Wording()
NEW_YORK = Wording(zone="America/New_York")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def starts(first: datetime, span: timedelta, count: int) -> list[datetime]:
    return [first + span * i for i in range(count)]


def test_hours_are_round_on_the_persons_clock_and_days_have_dates() -> None:
    quarters = starts(datetime(2018, 4, 4, 22, tzinfo=UTC), 15 * MINUTE, 48)
    found = time_ticks(quarters, 15 * MINUTE, NEW_YORK, 7)
    assert [(tick.text, tick.is_day) for tick in found] == [
        ("20:00", False), ("22:00", False), ("5 Apr", True), ("02:00", False), ("04:00", False)
    ]  # fmt: skip
    assert quarters[found[2].place] == datetime(2018, 4, 5, 4, tzinfo=UTC), "midnight in New York"


def test_a_day_candle_carries_its_date_of_utc_wherever_you_live() -> None:
    days = starts(datetime(2018, 4, 4, tzinfo=UTC), DAY, 5)
    assert [tick.text for tick in time_ticks(days, DAY, NEW_YORK, 7)] == ["5 Apr", "6 Apr", "7 Apr", "8 Apr"]


def test_long_pasts_are_told_by_weeks_months_and_years() -> None:
    first = datetime(2017, 11, 20, tzinfo=UTC)
    weeks = time_ticks(starts(first, DAY, 40), DAY, UTC_WORDS, 7)
    assert [tick.text for tick in weeks] == ["27 Nov", "4 Dec", "11 Dec", "18 Dec", "25 Dec"]
    months = time_ticks(starts(first, DAY, 150), DAY, UTC_WORDS, 7)
    assert [tick.text for tick in months] == ["Dec", "2018", "Feb", "Mar", "Apr"]
    years = time_ticks(starts(first, 30 * DAY, 60), DAY, UTC_WORDS, 7)
    assert [tick.text for tick in years] == ["2018", "2019", "2020", "2021", "2022"]


@pytest.mark.parametrize("count", [1, 2, 7, 40, 120])
@pytest.mark.parametrize("minutes", [1, 5, 15, 60, 240, 1440])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"])
def test_labels_are_few_rise_and_say_the_local_time_of_their_candle(
    count: int, minutes: int, zone: str
) -> None:
    wording = Wording(zone=zone)
    span = minutes * MINUTE
    # Through the night in which the clocks of New York and Lord Howe change.
    every = starts(datetime(2018, 3, 31, 9, 30, tzinfo=UTC), span, count)
    found = time_ticks(every, span, wording, 7)
    assert 1 <= len(found) <= 7
    assert [tick.place for tick in found] == sorted({tick.place for tick in found})
    for tick in found:
        if not tick.is_day:
            assert tick.text == f"{wording.local(every[tick.place]):%H:%M}"


def test_no_candles_have_no_labels() -> None:
    assert time_ticks([], MINUTE, UTC_WORDS, 7) == []


def test_missing_time_is_found_and_a_weekend_between_days_is_none() -> None:
    assert holes(HOLED.candles, HOLED.span) == [30, 60]
    assert holes(walked(5), timedelta(minutes=15)) == []
    daily = walked(10, span=DAY, holes={5: 3 * DAY, 8: 5 * DAY})
    assert holes(daily, DAY) == [8]


def test_an_instant_belongs_to_the_candle_that_began_before_it() -> None:
    every = starts(datetime(2018, 4, 4, tzinfo=UTC), MINUTE, 3)
    assert place_of(every, every[0] - MINUTE) is None
    assert place_of(every, every[1]) == 1
    assert place_of(every, every[1] + MINUTE / 2) == 1
    assert place_of(every, every[2] + DAY) == 2
    assert place_of([], every[0]) is None


@pytest.mark.parametrize("hours", [0.01, 1, 5, 30, 24 * 9, 24 * 80, 24 * 900, 24 * 365 * 40])
def test_an_even_axis_has_few_true_marks_inside_its_span(hours: float) -> None:
    start = datetime(2018, 3, 9, 17, 23, tzinfo=UTC)
    end = start + timedelta(hours=hours)
    marks = time_marks(start, end, NEW_YORK, 6)
    assert len(marks) <= 6
    assert hours < 1 or marks
    assert all(start <= at <= end for at, _, _ in marks)
    assert [at for at, _, _ in marks] == sorted({at for at, _, _ in marks})
    for at, words, is_day in marks:
        local = NEW_YORK.local(at)
        assert (local.hour, local.minute) == (0, 0) if is_day else words == f"{local:%H:%M}"
