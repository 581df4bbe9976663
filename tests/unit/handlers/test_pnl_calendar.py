"""/pnl calendar: days of the person's clock, results after fees, deposits that are none."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bot.conversation.painting import DayResult
from bot.conversation.screen import Kind
from bot.handlers.curve import Step
from bot.handlers.pnl_calendar import first_of, midnight, results_of
from tests.unit.handlers.test_moments import asked_in
from tests.unit.handlers.test_views_chart import Sketcher, drawing
from tests.unit.handlers.test_views_money import close
from tests.unit.handlers.views_stage import PAPER, START, Stage
from trading.row import FillRow


def fill(at: datetime, realised: str, fee: str = "1") -> FillRow:
    """A fill of which only the day and the money count here."""
    one = Decimal(1)
    return FillRow(
        at,
        PAPER,
        "BTC/USD",
        "sell",
        one,
        one,
        Decimal(fee),
        "USD",
        Decimal(realised),
        "",
        "",
        "",
        "close",
        "",
    )


async def traded_on(*days: int) -> tuple[Stage, Sketcher]:
    """A position of 0.1 in and out for each of these days after the start, 99 points apart."""
    stage, sketcher = await drawing()
    for number, day in enumerate(days):
        stage.clock.at = START + timedelta(days=day, minutes=5 * number)
        stage.price("BTC/USD", "7400", "7401")
        await stage.buy()
        stage.price("BTC/USD", "7500", "7501")
        await close(stage)
    return stage, sketcher


async def test_a_month_has_its_days_its_sum_and_the_share_of_what_was_there() -> None:
    stage, sketcher = await traded_on(0, 2, 2)
    said = await stage.say("/pnl calendar")
    spec = sketcher.last_calendar
    one = Decimal("8.4099")
    assert spec.month == date(2018, 4, 1) and spec.today == date(2018, 4, 6)
    assert [(day.day, day.net) for day in spec.days] == [
        (date(2018, 4, 4), one),
        (date(2018, 4, 6), one * 2),
    ]
    assert [day.percent for day in spec.days] == [one / 100, one * 200 / (10_000 + one)]
    assert [day.weight for day in spec.days] == [Decimal("0.5"), 1]
    assert (spec.total, spec.currency, spec.note) == (one * 3, "USD", "PAPER")
    assert said == (
        "P&L April 2018\n"
        "[PAPER]\n"
        "Month      +$25.23\n"
        "Result     +0.25%\n"
        "Days       2 won, 0 lost\n"
        "Best day   +$16.82 2018-04-06\n"
        "Worst day  +$8.41 2018-04-04"
    )


async def test_the_numbers_are_those_of_pnl_daily() -> None:
    stage, sketcher = await traded_on(0, 1, 3)
    await stage.say("/pnl calendar")
    daily = await stage.say("/pnl daily 4")
    for day in sketcher.last_calendar.days:
        assert day.net is not None
        (row,) = [row for row in daily.splitlines() if row.startswith(day.day.isoformat())]
        assert stage_money(day.net) in row


def stage_money(value: Decimal) -> str:
    return f"+${value.quantize(Decimal('0.01'))}"


async def test_a_day_is_one_of_the_persons_clock() -> None:
    stage, sketcher = await traded_on(0)  # 01:00 UTC on Wednesday
    await stage.say("/settings zone America/New_York")
    await stage.say("/pnl calendar")
    assert [day.day for day in sketcher.last_calendar.days] == [date(2018, 4, 3)]
    await stage.say("/settings zone Asia/Tokyo")
    await stage.say("/pnl calendar")
    assert [day.day for day in sketcher.last_calendar.days] == [date(2018, 4, 4)]


def test_months_begin_at_local_midnight_also_where_clocks_change() -> None:
    berlin = asked_in("Europe/Berlin")
    assert midnight(berlin, date(2018, 4, 1)) == datetime(2018, 3, 31, 22, tzinfo=UTC)
    assert midnight(berlin, date(2018, 3, 1)) == datetime(2018, 2, 28, 23, tzinfo=UTC)
    assert midnight(asked_in("Pacific/Auckland"), date(2018, 4, 2)) == datetime(2018, 4, 1, 12, tzinfo=UTC)


def test_a_deposit_is_no_result_and_counts_as_there_on_its_day() -> None:
    noon = datetime(2018, 4, 4, 12, tzinfo=UTC)
    steps = [
        Step(noon, Decimal(1000), Decimal(2000), Decimal(1000)),
        Step(noon + timedelta(hours=1), Decimal(-101), Decimal(1899)),
        Step(noon + timedelta(days=1), Decimal(-899), Decimal(1000), Decimal(-899)),
        Step(noon + timedelta(days=1, hours=1), Decimal("18.99"), Decimal("1018.99")),
    ]
    fills = [fill(noon + timedelta(days=1, hours=1), "19.99"), fill(noon + timedelta(hours=1), "-100")]
    assert results_of(asked_in("UTC"), fills, steps, False) == (
        DayResult(date(2018, 4, 4), False, Decimal(1), Decimal(-101), Decimal("-5.05")),
        DayResult(date(2018, 4, 5), True, Decimal("18.99") / 101, Decimal("18.99"), Decimal(1)),
    )
    hidden = results_of(asked_in("UTC"), fills, steps, True)
    assert [day.net for day in hidden] == [None, None]
    assert [day.percent for day in hidden] == [Decimal("-5.05"), 1]


def test_a_day_that_ends_where_it_began_is_neither_won_nor_lost() -> None:
    (day,) = results_of(asked_in("UTC"), [fill(START, "1")], [], False)
    assert day.is_gain is None and day.weight == 0 and day.percent is None


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("", date(2018, 5, 1)),
        ("today", date(2018, 5, 1)),
        ("yesterday", date(2018, 4, 1)),
        ("2017-12-31", date(2017, 12, 1)),
    ],
)
def test_a_day_says_which_month(typed: str, month: date) -> None:
    assert first_of(typed, date(2018, 5, 1)) == month


async def test_buttons_go_back_and_forth_but_not_beyond_today() -> None:
    stage, sketcher = await traded_on(0)
    screen = await stage.screen("/pnl calendar BTC")
    labels = [button.label for button in screen.all_buttons]
    assert labels == ["◀ March 2018", "Hide amounts", "Card", "Daily"]
    assert "Nothing was filled in this month." in await stage.press(screen, "◀ March 2018")
    assert sketcher.last_calendar.month == date(2018, 3, 1) and not sketcher.last_calendar.days
    assert sketcher.last_calendar.subject == "BTC/USD"
    screen = await stage.screen("/pnl calendar 2018-03-15")
    assert "April 2018 ▶" in [button.label for button in screen.all_buttons]
    await stage.press(screen, "Hide amounts")
    assert sketcher.last_calendar.month == date(2018, 3, 1)


async def test_an_earlier_month_ends_where_the_next_begins() -> None:
    stage, sketcher = await traded_on(0, 28)  # the second on 2 May
    await stage.say("/pnl calendar 2018-04-10")
    assert [day.day for day in sketcher.last_calendar.days] == [date(2018, 4, 4)]
    assert sketcher.last_calendar.total == Decimal("8.4099")
    assert sketcher.last_calendar.percent == Decimal("0.084099")


async def test_a_day_that_does_not_exist_is_refused() -> None:
    stage, sketcher = await drawing()
    screen = await stage.screen("/pnl calendar 2018-02-30")
    assert screen.kind is Kind.REFUSAL and not sketcher.specs
    assert "“2018-02-30” is no date" in await stage.say("/pnl calendar 2018-02-30")
