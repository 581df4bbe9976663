"""Contracts: what a tick and a lot are worth, and when the market is open, summer time included."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.contracts import BTC, CHICAGO_WEEK, ES, SPY, TOKEN
from trading.domain.instrument import Hours, Instrument, Session, SessionDay, SessionSpan
from trading.domain.money import Money

D = Decimal
EIGHT_YEARS_S = 8 * 365 * 86_400
instants = st.integers(0, EIGHT_YEARS_S).map(
    lambda s: datetime(2017, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
)
ROUND_THE_CLOCK = Session("UTC", tuple(SessionSpan(day, time(0), time(0)) for day in range(7)))
STOCKS = Session("America/New_York", tuple(SessionSpan(day, time(9, 30), time(16)) for day in range(5)))

THANKSGIVING = Session(
    STOCKS.zone,
    STOCKS.spans,
    (SessionDay(date(2018, 11, 22)), SessionDay(date(2018, 11, 23), time(9, 30), time(13))),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instrument", "price", "quantity", "notional"),
    [
        (BTC, "6741.92", "0.1483", "999.826736"),
        (SPY, "264.61", "3", "793.83"),
        (ES, "2614.25", "2", "261425"),
        (TOKEN, "0.000000012345", "1000000", "0.012345"),
    ],
)
def test_notional_counts_the_multiplier(
    instrument: Instrument, price: str, quantity: str, notional: str
) -> None:
    assert instrument.notional(D(price), D(quantity)) == Money(D(notional), "USD")


def test_a_tick_of_the_emini_is_worth_twelve_fifty() -> None:
    assert ES.tick_value == Money(D("12.50"), "USD")
    assert BTC.tick_value == Money(D("0.01"), "USD")


def test_fills_are_booked_in_the_settlement_currency() -> None:
    assert TOKEN.currency == "USD"
    bare = Instrument("ETH/BTC", BTC.kind, "ETH", "BTC", D("0.00000001"), D("0.0001"))
    assert bare.currency == "BTC"


def test_prices_and_lots_are_rounded_by_name() -> None:
    assert ES.price_down(D("2614.37")) == D("2614.25")
    assert ES.price_up(D("2614.37")) == D("2614.50")
    assert ES.price_nearest(D("2614.38")) == D("2614.50")
    assert SPY.quantity_down(D("3.999")) == D(3)
    assert BTC.quantity_down(D("0.148321999")) == D("0.14832199")


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2018-04-01T21:59:59", False),  # Sunday, a second before 17:00 in Chicago (summer)
        ("2018-04-01T22:00:00", True),
        ("2018-04-02T20:59:59", True),  # Monday 15:59:59
        ("2018-04-02T21:00:00", False),  # the daily break
        ("2018-04-02T21:59:59", False),
        ("2018-04-02T22:00:00", True),
        ("2018-04-06T20:59:59", True),  # Friday afternoon
        ("2018-04-06T21:00:00", False),
        ("2018-04-06T22:30:00", False),  # no Friday evening
        ("2018-04-07T12:00:00", False),  # Saturday
    ],
)
def test_the_future_keeps_its_week_and_its_break(at: str, is_open: bool) -> None:
    assert CHICAGO_WEEK.is_open(utc(at)) is is_open


@pytest.mark.parametrize(
    ("sunday", "opens_utc"),
    [
        ("2018-03-04", "2018-03-04T23:00:00"),  # winter time
        ("2018-03-11", "2018-03-11T22:00:00"),  # the clocks went forward this morning
        ("2018-10-28", "2018-10-28T22:00:00"),  # summer time
        ("2018-11-04", "2018-11-04T23:00:00"),  # the clocks went back this morning
    ],
)
def test_summer_time_moves_the_opening_by_an_hour(sunday: str, opens_utc: str) -> None:
    opening = utc(opens_utc)
    assert CHICAGO_WEEK.next_open(utc(f"{sunday}T12:00:00")) == opening
    assert CHICAGO_WEEK.is_open(opening)
    assert not CHICAGO_WEEK.is_open(opening - timedelta(seconds=1))


def test_the_week_of_the_clock_change_has_the_same_hours_in_chicago() -> None:
    # Friday 9 March is winter time, Monday 12 March summer time: the break moves with the wall clock.
    assert CHICAGO_WEEK.closes_at(utc("2018-03-09T20:00:00")) == utc("2018-03-09T22:00:00")
    assert CHICAGO_WEEK.closes_at(utc("2018-03-12T20:00:00")) == utc("2018-03-12T21:00:00")


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2018-04-06T21:00:00", "2018-04-08T22:00:00"),  # over the weekend
        ("2018-04-02T21:30:00", "2018-04-02T22:00:00"),  # in the break
        ("2018-04-03T10:00:00", "2018-04-03T10:00:00"),  # open already
    ],
)
def test_the_next_opening_is_found(at: str, opens: str) -> None:
    assert CHICAGO_WEEK.next_open(utc(at)) == utc(opens)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2018-11-21T15:00", True),
        ("2018-11-22T15:00", False),  # the holiday
        ("2018-11-23T14:29", False),
        ("2018-11-23T14:30", True),
        ("2018-11-23T17:59", True),
        ("2018-11-23T18:00", False),  # the short day
        ("2018-11-26T19:00", True),  # the week goes on
    ],
)
def test_a_holiday_and_a_short_day_go_before_the_week(at: str, is_open: bool) -> None:
    assert THANKSGIVING.is_open(utc(at)) is is_open
    assert Hours(THANKSGIVING).is_open(utc(at)) is is_open


def test_the_opening_after_a_holiday_is_that_of_the_next_day() -> None:
    assert THANKSGIVING.next_open(utc("2018-11-21T21:30")) == utc("2018-11-23T14:30")
    assert THANKSGIVING.closes_at(utc("2018-11-23T15:00")) == utc("2018-11-23T18:00")
    assert THANKSGIVING.next_open(utc("2018-11-23T18:00")) == utc("2018-11-26T14:30")


def test_a_stretch_says_when_it_ends() -> None:
    assert CHICAGO_WEEK.closes_at(utc("2018-04-03T10:00:00")) == utc("2018-04-03T21:00:00")
    assert CHICAGO_WEEK.closes_at(utc("2018-04-07T10:00:00")) is None
    assert STOCKS.closes_at(utc("2018-04-03T14:00:00")) == utc("2018-04-03T20:00:00")


def test_a_market_without_hours_never_closes() -> None:
    at = utc("2018-04-07T03:00:00")
    assert BTC.session.is_open(at)
    assert BTC.session.next_open(at) == at
    assert BTC.session.closes_at(at) is None


@given(instants)
def test_equal_ends_mean_a_whole_day(at: datetime) -> None:
    assert ROUND_THE_CLOCK.is_open(at)
    end = ROUND_THE_CLOCK.closes_at(at)
    assert end is not None
    assert (end.hour, end.minute) == (0, 0)
    assert timedelta(0) < end - at <= timedelta(days=1)


@given(st.sampled_from([CHICAGO_WEEK, STOCKS, ROUND_THE_CLOCK, THANKSGIVING]), instants)
def test_the_next_opening_is_the_first_open_instant(session: Session, at: datetime) -> None:
    opening = session.next_open(at)
    assert opening >= at
    assert session.is_open(opening)
    assert session.next_open(opening) == opening
    if opening > at:
        assert not session.is_open(at)
        assert not session.is_open(opening - timedelta(microseconds=1))
        # Nothing opened in between, looked at every quarter of an hour.
        steps = int((opening - at) / timedelta(minutes=15))
        assert not any(session.is_open(at + timedelta(minutes=15) * n) for n in range(steps))
    else:
        closing = session.closes_at(at)
        assert closing is not None
        assert session.is_open(closing - timedelta(microseconds=1))


@pytest.mark.parametrize("session", [STOCKS, CHICAGO_WEEK, ROUND_THE_CLOCK, Session(), THANKSGIVING])
@given(at=st.lists(instants, min_size=1, max_size=8))
def test_hours_that_are_asked_again_and_again_say_what_the_session_says(
    session: Session, at: list[datetime]
) -> None:
    hours = Hours(session)
    for one in [*at, *sorted(at)]:
        assert hours.is_open(one) is session.is_open(one)


@pytest.mark.parametrize(
    ("start", "minutes", "is_open"),
    [
        ("2018-04-04T13:29", 1, False),
        ("2018-04-04T13:30", 1, True),
        ("2018-04-04T13:00", 30, False),
        ("2018-04-04T13:00", 60, True),
        ("2018-04-04T19:59", 1, True),
        ("2018-04-04T20:00", 60, False),
        ("2018-04-07T00:00", 1439, False),
        ("2018-04-07T00:00", 1440, True),
    ],
)
def test_a_bar_counts_when_any_of_it_is_in_the_session(start: str, minutes: int, is_open: bool) -> None:
    begins = utc(start)
    assert Hours(STOCKS).is_open_during(begins, begins + timedelta(minutes=minutes)) is is_open
