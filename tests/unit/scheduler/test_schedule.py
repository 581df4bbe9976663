"""When jobs are due: zones that skip and repeat hours, month ends, leap days, cron."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trading.domain.cron import BadCron, cron_rule
from trading.domain.schedule import (
    COUNTED_MAX,
    Calendar,
    Cron,
    Interval,
    Once,
    Schedule,
    most_in,
    next_after,
    passed,
    slots_between,
)

ZONES = (
    "UTC", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Dublin", "America/New_York",
    "America/Los_Angeles", "America/St_Johns", "America/Havana", "America/Santiago", "America/Asuncion",
    "America/Nuuk", "America/Scoresbysund", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut",
    "Asia/Jerusalem", "Asia/Gaza", "Asia/Kolkata", "Asia/Tokyo", "Asia/Kathmandu", "Australia/Sydney",
    "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Norfolk",
    "Pacific/Easter", "Antarctica/Troll",
)  # fmt: skip
CLOCKS = ((0, 0), (0, 30), (1, 15), (2, 0), (2, 30), (2, 45), (3, 0), (9, 0), (23, 30), (23, 59))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_a_daily_job_is_due_once_for_each_date_over_two_years(zone: str) -> None:
    begin, end = at("2023-12-25"), at("2026-02-01")
    for hour, minute in CLOCKS:
        slots = list(slots_between(Calendar(hour, minute, zone), begin, end))
        assert slots == sorted(set(slots))
        meant: list[date] = []
        for slot in slots:
            shown = slot.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            if (shown.hour, shown.minute) == (hour, minute):
                meant.append(shown.date())
                continue
            # Only a skip moves a slot, to its very end: a second before it the clock stood before the time.
            before = (slot - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
            assert shown - before > timedelta(seconds=1), (zone, slot)
            wanted = [
                before.replace(hour=hour, minute=minute, second=0),
                shown.replace(hour=hour, minute=minute),
            ]
            hit = [one for one in wanted if before < one < shown]
            assert hit, (zone, slot)
            meant.append(hit[0].date())
        assert [one for one, n in Counter(meant).items() if n > 1] == []
        steps = {(b - a).days for a, b in pairwise(meant)}
        assert steps == {1}, (zone, hour, minute, steps)


def test_a_skipped_time_is_due_at_the_end_of_the_skip() -> None:
    daily = Calendar(2, 30, "Europe/Berlin")
    assert next_after(daily, at("2026-03-28T12:00")) == at("2026-03-29T01:00")  # 03:00 summer time
    assert next_after(daily, at("2026-03-29T01:00")) == at("2026-03-30T00:30")


def test_a_repeated_time_is_due_the_first_time_only() -> None:
    daily = Calendar(2, 30, "Europe/Berlin")
    first = next_after(daily, at("2026-10-24T12:00"))
    assert first == at("2026-10-25T00:30")
    assert next_after(daily, first) == at("2026-10-26T01:30")


def test_lord_howe_changes_by_half_an_hour() -> None:
    daily = Calendar(2, 15, "Australia/Lord_Howe")
    assert next_after(daily, local("2025-10-05T00:00", "Australia/Lord_Howe")) == local(
        "2025-10-05T02:30", "Australia/Lord_Howe"
    )
    twice = Calendar(1, 45, "Australia/Lord_Howe")
    slot = next_after(twice, local("2026-04-05T00:00", "Australia/Lord_Howe"))
    assert slot == local("2026-04-05T01:45", "Australia/Lord_Howe", fold=0)
    assert next_after(twice, slot) == local("2026-04-06T01:45", "Australia/Lord_Howe")


def test_a_day_that_never_came_has_no_slot() -> None:
    slots = list(slots_between(Calendar(9, 0, "Pacific/Apia"), at("2011-12-28"), at("2012-01-02")))
    days = [slot.astimezone(ZoneInfo("Pacific/Apia")).day for slot in slots]
    assert days == [28, 29, 31, 1, 2]


def test_a_skip_over_midnight_belongs_to_the_evening_that_it_cut() -> None:
    slots = list(slots_between(Calendar(23, 30, "America/Nuuk"), at("2024-03-29T12:00"), at("2024-04-02")))
    shown = [f"{slot.astimezone(ZoneInfo('America/Nuuk')):%d %H:%M}" for slot in slots]
    assert shown == ["29 23:30", "31 00:00", "31 23:30"]


def test_weekdays_are_counted_on_the_clock_of_the_zone() -> None:
    slots = list(
        slots_between(Calendar(0, 30, "Asia/Tokyo", weekdays=(0,)), at("2026-01-01"), at("2026-01-20"))
    )
    assert slots == [at("2026-01-04T15:30"), at("2026-01-11T15:30"), at("2026-01-18T15:30")]


def test_the_thirty_first_is_the_last_day_of_a_shorter_month() -> None:
    slots = list(slots_between(Calendar(9, 0, "UTC", days=(31,)), at("2024-01-01"), at("2025-01-01")))
    assert [slot.day for slot in slots] == [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


def test_two_days_of_a_month_that_fall_together_are_one_slot() -> None:
    slots = list(slots_between(Calendar(9, 0, "UTC", days=(30, 31)), at("2025-02-01"), at("2025-04-01")))
    assert [(slot.month, slot.day) for slot in slots] == [(2, 28), (3, 30), (3, 31)]


def test_intervals_count_elapsed_time_over_a_change_of_clocks() -> None:
    anchor = at("2026-03-28T22:00")
    slots = list(slots_between(Interval(14_400, anchor), anchor, anchor + timedelta(days=1)))
    assert {b - a for a, b in pairwise(slots)} == {timedelta(hours=4)}
    assert slots[0] == anchor + timedelta(hours=4)
    assert next_after(Interval(60, anchor), anchor - timedelta(days=1)) == anchor + timedelta(minutes=1)


def test_once_is_due_once() -> None:
    once = Once(at("2026-12-01T09:00"))
    assert next_after(once, at("2026-01-01")) == at("2026-12-01T09:00")
    assert next_after(once, at("2026-12-01T09:00")) is None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("0 9 * * 1-5", ["2026-01-01T09:00", "2026-01-02T09:00", "2026-01-05T09:00"]),
        ("*/20 8-9 * * *", ["2026-01-01T08:00", "2026-01-01T08:20", "2026-01-01T08:40", "2026-01-01T09:00"]),
        ("0 0 29 2 *", ["2028-02-29T00:00", "2032-02-29T00:00"]),
        ("30 6 1 jan,jul *", ["2026-01-01T06:30", "2026-07-01T06:30"]),
        ("0 12 13 * fri", ["2026-01-02T12:00", "2026-01-09T12:00", "2026-01-13T12:00", "2026-01-16T12:00"]),
        ("0 0 * * 7", ["2026-01-04T00:00", "2026-01-11T00:00"]),
        ("5/30 * * * *", ["2026-01-01T00:05", "2026-01-01T00:35", "2026-01-01T01:05"]),
    ],
)
def test_cron_lines_are_due_when_cron_says(text: str, first: list[str]) -> None:
    slot = at("2025-12-31T23:59")
    for wanted in first:
        found = next_after(Cron(text), slot)
        assert found == at(wanted)
        slot = found


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("* * * *", "fields"),
        ("60 * * * *", "minute"),
        ("0 24 * * *", "hour"),
        ("0 0 0 * *", "day of month"),
        ("0 0 30 2 *", "day of month"),
        ("0 0 * 13 *", "month"),
        ("0 0 * * 8", "weekday"),
        ("*/0 * * * *", "minute"),
        ("9-5 * * * *", "minute"),
        ("1, * * * *", "minute"),
        ("٣ * * * *", "minute"),
    ],
)
def test_a_line_that_no_clock_can_follow_names_its_bad_field(text: str, field: str) -> None:
    with pytest.raises(BadCron) as told:
        cron_rule(text)
    assert told.value.field == field


def test_cron_in_a_skipped_hour_is_due_once_at_its_end() -> None:
    slots = list(
        slots_between(Cron("*/15 2 * * *", "Europe/Berlin"), at("2026-03-28T12:00"), at("2026-03-29T23:59"))
    )
    assert slots == [at("2026-03-29T01:00")]


def test_cron_of_every_hour_leaves_out_no_real_hour() -> None:
    for day in ("2026-03-28T22:00", "2026-10-24T22:00"):
        begin = at(day)
        slots = list(slots_between(Cron("*/15 * * * *", "Europe/Berlin"), begin, begin + timedelta(days=1)))
        assert len(slots) == 96


def test_many_passed_slots_are_counted_up_to_a_bound() -> None:
    begin = at("2026-01-01")
    found = passed(Cron("* * * * *"), begin, begin + timedelta(days=30))
    assert found is not None and found.is_more and found.count == COUNTED_MAX
    assert found.last == begin + timedelta(days=30)
    quick = passed(Interval(60, begin), begin, begin + timedelta(days=365))
    assert quick is not None and quick.count == 525_600 and not quick.is_more
    sparse = passed(Once(begin), begin - timedelta(days=1), begin)
    assert sparse is not None and (sparse.first, sparse.last, sparse.count) == (begin, begin, 1)
    assert passed(Calendar(9, 0), begin, begin + timedelta(hours=8)) is None


def test_a_month_holds_what_it_costs() -> None:
    begin = at("2026-01-01T12:00")
    assert most_in(Calendar(9, 0), begin) == 31
    assert most_in(Calendar(9, 0, weekdays=(0,)), begin) == 4
    assert most_in(Calendar(9, 0, days=(1,)), begin) == 1
    assert most_in(Interval(14_400, begin), begin) == 186


SCHEDULES: st.SearchStrategy[Schedule] = st.one_of(
    st.builds(
        Calendar,
        st.integers(0, 23),
        st.integers(0, 59),
        st.sampled_from(ZONES),
        st.lists(st.integers(0, 6), unique=True, max_size=3).map(tuple),
    ),
    st.builds(
        lambda hour, minute, zone, days: Calendar(hour, minute, zone, days=tuple(days)),
        st.integers(0, 23),
        st.integers(0, 59),
        st.sampled_from(ZONES),
        st.lists(st.integers(1, 31), unique=True, min_size=1, max_size=3),
    ),
    st.builds(
        lambda minute, hour, day, zone: Cron(f"{minute} {hour} * * {day}", zone),
        st.sampled_from(("0", "*/7", "15,45", "59")),
        st.sampled_from(("*", "2", "0-3", "*/5", "1,2,3")),
        st.sampled_from(("*", "1-5", "sun", "0,6")),
        st.sampled_from(ZONES),
    ),
    st.builds(Interval, st.integers(60, 200_000), st.just(at("2024-01-01"))),
)


@settings(max_examples=150, deadline=None)
@given(SCHEDULES, st.integers(0, 35_000).map(lambda hours: at("2024-01-01") + timedelta(hours=hours)))
def test_slots_only_grow_and_none_is_passed_over(schedule: Schedule, start: datetime) -> None:
    slots = []
    slot: datetime | None = start
    for _ in range(6):
        assert slot is not None
        following = next_after(schedule, slot)
        assert following is not None and following > slot
        slots.append(following)
        slot = following
    # Whoever asks from anywhere between two slots is told the later one.
    for earlier, later in pairwise(slots):
        assert next_after(schedule, earlier + (later - earlier) // 2) == later
        assert next_after(schedule, later - timedelta(microseconds=1)) == later
