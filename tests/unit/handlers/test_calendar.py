"""`/calendar`: hours on the person's clock, holidays and short days, and markets that never close."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from bot.handlers.calendar import STRETCHES, days_ahead, stretches
from tests.unit.handlers.views_stage import Stage
from trading.domain.instrument import Session, SessionDay, SessionSpan

NEW_YORK = Session(
    "America/New_York",
    tuple(SessionSpan(weekday, time(9, 30), time(16)) for weekday in range(5)),
    (
        SessionDay(date(2018, 4, 5)),
        SessionDay(date(2018, 4, 6), time(9, 30), time(13)),
        SessionDay(date(2018, 3, 30)),
    ),
)
WEDNESDAY = datetime(2018, 4, 4, 15, tzinfo=UTC)


def test_the_next_stretches_leave_holidays_out_and_end_early_on_short_days() -> None:
    found = list(stretches(NEW_YORK, WEDNESDAY))
    assert len(found) == STRETCHES
    assert found[0] == (WEDNESDAY, datetime(2018, 4, 4, 20, tzinfo=UTC)), "what runs now begins now"
    assert found[1] == (datetime(2018, 4, 6, 13, 30, tzinfo=UTC), datetime(2018, 4, 6, 17, tzinfo=UTC))
    assert found[2][0] == datetime(2018, 4, 9, 13, 30, tzinfo=UTC), "over the weekend"


def test_days_that_have_passed_are_not_shown() -> None:
    assert [one.on for one in days_ahead(NEW_YORK, WEDNESDAY)] == [date(2018, 4, 5), date(2018, 4, 6)]


async def test_a_market_says_when_it_opens_on_the_persons_clock() -> None:
    stage = await Stage().opened()
    stage.price("SPY", "260")
    said = await stage.say("/calendar spy")
    assert said.startswith("When SPY trades\nclosed, opens 13:30 (in 12h 30m)"), said
    assert "2018-04-04 13:30 UTC to 20:00" in said
    assert "Days and short hours are those of the exchange (America/New_York)." in said
    await stage.say("/settings zone Europe/Berlin")
    assert "2018-04-04 15:30 CEST to 22:00" in await stage.say("/hours spy")


async def test_a_market_that_never_closes_has_no_hours() -> None:
    stage = await Stage().opened()
    assert await stage.say("/calendar btc") == "When BTC/USD trades\nopen around the clock"


async def test_without_a_symbol_what_is_held_or_watched_is_shown() -> None:
    stage = await Stage().opened()
    stage.price("SPY", "260")
    assert "Type /calendar and a symbol" in await stage.say("/calendar")
    await stage.say("/watch spy btc")
    said = await stage.say("/calendar")
    assert "BTC/USD  open around the clock" in said and "SPY  closed, opens 13:30" in said


async def test_a_symbol_that_nobody_knows_is_refused_and_german_is_german() -> None:
    stage = await Stage().opened()
    stage.price("SPY", "260")
    assert "NOTHERE" in await stage.say("/calendar nothere")
    await stage.say("/settings language de")
    assert "Wann SPY gehandelt wird\ngeschlossen, öffnet" in await stage.say("/calendar spy")
