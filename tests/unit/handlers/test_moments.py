"""Times as people type them become instants: the next one, on the right clock, also when clocks jump."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.handling import Asked, Person, Prefs
from bot.conversation.incoming import Incoming
from bot.handlers.moments import NoSuchMoment, instant_of
from trading.domain.exits import Moment
from trading.domain.ids import AccountId, PersonId

NEW_YORK = "America/New_York"
LORD_HOWE = "Australia/Lord_Howe"  # moves its clocks by half an hour


def asked_in(zone: str) -> Asked:
    """Somebody whose clock shows that zone."""
    at = datetime(2018, 1, 1, tzinfo=UTC)
    person = Person(PersonId("owner"), "owner", (AccountId("paper"),), AccountId("paper"), Prefs(zone=zone))
    return Asked(Incoming("console", "terminal", "1", "owner", at, text="/buy"), person, "/buy")


def utc(text: str) -> datetime:
    """An instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "now", "expected"),
    [
        # a while from now needs no clock
        (Moment(after_s=14_400), NEW_YORK, "2018-04-04T13:00", "2018-04-04T17:00"),
        # the next such time, today or tomorrow
        (Moment(hour=15, minute=55), "UTC", "2018-04-04T13:00", "2018-04-04T15:55"),
        (Moment(hour=15, minute=55), "UTC", "2018-04-04T15:55", "2018-04-05T15:55"),
        (Moment(hour=15, minute=55), NEW_YORK, "2018-04-04T13:00", "2018-04-04T19:55"),
        # the evening before in New York is the next day already in UTC
        (Moment(hour=23, minute=0), NEW_YORK, "2018-04-04T02:00", "2018-04-04T03:00"),
        # the zone of the line goes before the person's own
        (Moment(hour=9, minute=0, zone="Asia/Tokyo"), NEW_YORK, "2018-04-04T13:00", "2018-04-05T00:00"),
        (
            Moment(hour=9, minute=30, date="2018-04-09", zone=NEW_YORK),
            "UTC",
            "2018-04-04T13:00",
            "2018-04-09T13:30",
        ),
        # 2018-03-11: New York has no 02:30; without a date it is the moment of the change, 03:00
        (Moment(hour=2, minute=30), NEW_YORK, "2018-03-11T05:00", "2018-03-11T07:00"),
        # ... and once that is over, the next day's
        (Moment(hour=2, minute=30), NEW_YORK, "2018-03-11T07:00", "2018-03-12T06:30"),
        # 2018-11-04: New York has 01:30 twice: the first that is still to come
        (Moment(hour=1, minute=30), NEW_YORK, "2018-11-04T04:00", "2018-11-04T05:30"),
        (Moment(hour=1, minute=30), NEW_YORK, "2018-11-04T05:30", "2018-11-04T06:30"),
        (Moment(hour=1, minute=30, date="2018-11-04"), NEW_YORK, "2018-11-04T06:00", "2018-11-04T06:30"),
        # half an hour is skipped on Lord Howe: 02:15 becomes 02:30
        (Moment(hour=2, minute=15), LORD_HOWE, "2018-10-06T14:00", "2018-10-06T15:30"),
    ],
)
def test_a_typed_time_means_the_next_one_to_come(moment: Moment, zone: str, now: str, expected: str) -> None:
    assert instant_of(asked_in(zone), moment, utc(now)) == utc(expected)


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (Moment(hour=9, zone="Mars/Olympus"), "UTC", "I know no time zone “Mars/Olympus”"),
        (Moment(hour=9, date="2018-04-04"), "UTC", "2018-04-04 09:00 UTC is over already"),
        (
            Moment(hour=2, minute=30, date="2019-03-10"),
            NEW_YORK,
            "On 2019-03-10 the clocks skip 02:30 in America/New_York: type 03:00",
        ),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused_with_its_cure(moment: Moment, zone: str, said: str) -> None:
    with pytest.raises(NoSuchMoment, match="^" + said.replace("(", r"\(")):
        instant_of(asked_in(zone), moment, utc("2018-04-04T13:00"))


@given(
    now=st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - UTC is added below
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from([NEW_YORK, LORD_HOWE, "Europe/Berlin", "UTC", "Asia/Kolkata"]),
)
def test_the_next_such_time_comes_within_a_day_and_an_hour(
    now: datetime, hour: int, minute: int, zone: str
) -> None:
    start = now.replace(tzinfo=UTC)
    at = instant_of(asked_in(zone), Moment(hour=hour, minute=minute), start)
    assert start < at <= start + timedelta(hours=25)
