"""The screens of statistics: `/performance`, `/stats`, `/pnl daily`, and the file of round trips."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest

from bot.conversation.handling import Prefs
from bot.conversation.layout import as_text
from bot.conversation.painting import ReportSpec, Theme
from bot.conversation.screen import Kind, Screen
from bot.handlers import trips
from bot.handlers.subjects import look_if_short
from tests.unit.handlers.test_views_chart import Sketcher
from tests.unit.handlers.test_views_money import STOP, close
from tests.unit.handlers.views_stage import PAPER, START, Stage
from trading.domain import events as ev
from trading.domain.apply import apply
from trading.domain.ids import AccountId
from trading.domain.ledger import deposit
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.excursion import Path
from trading.ports import Ledger
from trading.row import ClosedRow


async def round_trip(stage: Stage, exit_bid: str) -> None:
    """Buy 0.1 at 7,401 with a stop of 2 %, hold it for ten minutes, sell all of it at `exit_bid`."""
    stage.price("BTC/USD", "7400", "7401")
    await stage.buy(plan=STOP)
    stage.wait(minutes=10)
    stage.price("BTC/USD", exit_bid)
    await close(stage)
    stage.wait(minutes=10)


async def won_and_lost() -> Stage:
    """+9.90, -14.10 and +19.90 before a fee of 0.1 % a side: +8.4099, -15.5661 and +18.3999 after it."""
    stage = await Stage().opened()
    for bid in ("7500", "7260", "7600"):
        await round_trip(stage, bid)
    return stage


async def many_days() -> Stage:
    """Twelve round trips, each two days after the one before; every third one lost."""
    stage = await Stage().opened()
    for number in range(12):
        await round_trip(stage, "7300" if number % 3 == 2 else "7500")
        stage.wait(days=2)
    return stage


async def paid_in(stage: Stage, value: str) -> None:
    """A deposit of now."""
    event = ev.CashMoved(PAPER, "deposit", deposit(Decimal(value), "USD"), stage.clock.at)
    await stage.write([event], "deposit", "deposit")
    apply(stage.book, event)


async def test_performance_adds_round_trips_up_after_fees() -> None:
    stage = await won_and_lost()
    assert await stage.say("/performance") == (
        "Performance by symbol\n"
        "[PAPER]\n"
        "All time\n"
        "Symbol   #     Won      Net   Avg R\n"
        "BTC/USD  3  66.67%  +$11.24  +0.25R"
    )


async def test_performance_is_told_apart_by_what_is_named_and_in_old_words() -> None:
    stage = await won_and_lost()
    for line, name in (
        ("/performance by exit month", "you"),
        ("/exits", "you"),
        ("/entries", "manual"),
        ("/mix_tags", "manual · you"),
        ("/performance hour", "01:00"),
        ("/profit_long", "long"),
        ("/performance by weekday week", "Wednesday"),
        ("/performance source BTC", "a person"),
    ):
        assert f"{name}  3  66.67%  +$11.24" in (await stage.say(line)).replace("   3", "  3"), line


async def test_a_word_that_is_no_way_to_tell_apart_is_answered_with_the_ways() -> None:
    stage = await won_and_lost()
    screen = await stage.screen("/performance by colour")
    said = await stage.say("/performance by colour")
    assert screen.kind is Kind.REFUSAL and "“colour” is neither" in said
    assert "Round trips are told apart by symbol, tag, exit, hour, weekday, source, side, mix" in said
    assert said.endswith("/performance by tag")
    assert "/performance by hour" in await stage.say("/performance houre")
    assert "told apart" not in await stage.say("/performance by tag colour")


async def test_hours_are_those_of_the_persons_clock() -> None:
    stage = await won_and_lost()
    await stage.say("/settings zone Asia/Tokyo")
    assert "10:00  3" in await stage.say("/performance by hour")


async def test_what_is_open_is_no_round_trip_yet_however_much_of_it_is_gone() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=STOP)
    stage.price("BTC/USD", "7500")
    await close(stage, "50")
    assert "No position went flat in this scope" in await stage.say("/performance")
    assert "No position went flat in this scope" in await stage.say("/stats")
    await close(stage)
    assert "BTC/USD  1" in await stage.say("/performance")


async def test_stats_say_what_there_is_and_what_is_too_few() -> None:
    stage = await won_and_lost()
    assert await stage.say("/stats") == (
        "Statistics\n"
        "[PAPER]\n"
        "All time\n"
        "Round trips    3 (2 won, 1 lost)\n"
        "Win rate       66.67%\n"
        "Net            +$11.24\n"
        "Fees           $4.46\n"
        "Profit factor  1.72\n"
        "Expectancy     +$3.75\n"
        "Average R      +0.25R\n"
        "Average won    +$13.40\n"
        "Average lost   -$15.57\n"
        "Best           +$18.40\n"
        "Worst          -$15.57\n"
        "Held           10m on average, 10m median\n"
        "\n"
        "Drawdown  $15.57 (0.16%) from 2018-04-04 on, over after 40m\n"
        "Exposure  50%\n"
        "3 round trips are too few for a Sharpe or Sortino ratio: at least 10.\n"
        "How far prices went meanwhile is not known: nobody noted it, and bars are remembered only a while."
    )


async def test_without_a_loss_there_is_no_profit_factor_and_no_drawdown() -> None:
    stage = await Stage().opened()
    await round_trip(stage, "7500")
    said = await stage.say("/stats")
    assert "Profit factor  no loss yet\n" in said
    assert "Drawdown  none\n" in said
    assert "1 round trip are" not in said


async def test_enough_days_have_ratios_that_say_how_little_they_prove() -> None:
    said = await (await many_days()).say("/stats")
    assert "12 (8 won, 4 lost)" in said
    # 25 days with results of +8.41 (8 times) and -11.57 (4 times), each of about 10,000.
    assert "Sharpe    2.40 ± 3.8\nSortino   3.48\n" in said
    assert "too few" not in said


async def test_many_round_trips_on_one_day_are_too_few_days() -> None:
    stage = await Stage().opened()
    for _ in range(10):
        await round_trip(stage, "7500")
    assert "1 day is too few for a Sharpe or Sortino ratio: at least 20." in await stage.say("/stats")


async def test_a_deposit_is_no_profit_and_ends_no_drawdown() -> None:
    stage = await Stage().opened()
    await round_trip(stage, "7300")
    before = await stage.say("/stats")
    await paid_in(stage, "50000")
    assert await stage.say("/stats") == before
    assert "-$11.57" in before
    assert "+$50,000" not in await stage.say("/performance")
    assert "2018-04-04  -$11.57  $1.47       1\n" in await stage.say("/daily 1")


async def test_how_far_prices_went_is_told_where_the_bars_reach_back() -> None:
    stage = await Stage().opened()
    open_, high, low, close_ = (Price(Decimal(price)) for price in ("7400", "7475.01", "7326.99", "7400"))
    five = timedelta(minutes=5)
    stage.market.past["BTC/USD"] = [
        Bar("BTC/USD", START + five * (at - 1), START + five * at, open_, high, low, close_)
        for at in range(4)
    ]
    await round_trip(stage, "7450")
    stage.wait(hours=3)
    await round_trip(stage, "7450")
    said = await stage.say("/stats")
    # 74.01 of 7,401 each way, half of the stop's distance of 148.02.
    assert "Went your way     1% (0.50R)\nWent against you  1% (0.50R)\n" in said
    assert said.endswith("Prices while it was held are known for 1 of 2 round trips.")


class Noted:
    """Paths that were noted while positions were open: each went 2 % up and 1 % down."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    async def paths_of(self, account: AccountId) -> Mapping[str, Path]:
        rows = await self.stage.store.ledger.closed([account])
        return {
            one.position_id: Path(
                one.entry_price * Decimal("1.02"),
                one.entry_price * Decimal("0.99"),
                one.opened_at,
                one.closed_at,
            )
            for one in rows
        }

    def open_path(self, position_id: str) -> Path | None:
        return None


async def test_how_far_prices_went_is_told_without_bars_where_it_was_noted() -> None:
    stage = await Stage().opened()
    await round_trip(stage, "7450")
    stage.paths = Noted(stage)
    said = await stage.say("/stats")
    assert "Went your way     2% (1.00R)\nWent against you  1% (0.50R)" in said
    assert "are known for" not in said


async def test_days_weeks_and_months_stand_line_by_line() -> None:
    stage = await won_and_lost()
    stage.price("BTC/USD", "7400", "7401")
    await stage.buy(plan=STOP)
    assert (await stage.say("/daily 3")).startswith(
        "P&L\n"
        "[PAPER]\n"
        "Day             Net   Fees  Closed\n"
        "2018-04-04  +$10.50  $5.20       3\n"
        "2018-04-03    $0.00  $0.00       0\n"
        "2018-04-02    $0.00  $0.00       0\n"
        "All         +$10.50  $5.20       3\n"
    )
    assert "2018-04-02  +$10.50  $5.20       3\n2018-03-26    $0.00" in await stage.say("/weekly")
    assert "2018-04  +$10.50  $5.20       3\n2018-03    $0.00" in await stage.say("/monthly 2")
    assert await stage.say("/pnl 3") == await stage.say("/daily 3")
    assert (
        len((await stage.say("/daily")).splitlines()) == len((await stage.say("/daily 3")).splitlines()) + 4
    )


async def test_a_day_of_25_hours_is_one_line() -> None:
    stage = Stage()
    stage.clock.at = datetime(2018, 10, 28, 22, 0, tzinfo=UTC)
    stage.prefs = Prefs(zone="Europe/Berlin")
    await stage.opened()
    said = await stage.say("/daily 3")
    assert [line[:10] for line in said.splitlines()[3:6]] == ["2018-10-28", "2018-10-27", "2018-10-26"]


async def test_a_symbol_narrows_statistics() -> None:
    stage = await won_and_lost()
    assert "No position went flat" in await stage.say("/stats ES")
    assert "3 (2 won, 1 lost)" in await stage.say("/stats BTC month")
    assert (await stage.say("/daily ES 2")).count("$0.00") >= 6


async def test_round_trips_leave_as_a_file_with_their_r() -> None:
    stage = await won_and_lost()
    (document,) = (await stage.screen("/export roundtrips")).documents
    rows = list(csv.DictReader(io.StringIO(document.body.decode())))
    assert [row["net_pnl"] for row in rows] == ["8.4099", "-15.5661", "18.3999"]
    assert [row["risk"] for row in rows] == ["14.802"] * 3
    assert [row["r_multiple"] for row in rows] == ["0.5682", "-1.0516", "1.2431"]
    assert {(row["source"], row["held_s"], row["mfe"], row["mae_r"]) for row in rows} == {
        ("person", "600", "", "")
    }


class Counting:
    """The closed positions of a ledger, and how many were asked for at each question."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.limits: list[int] = []

    async def closed(self, accounts: Sequence[AccountId], **narrowed: Any) -> Sequence[ClosedRow]:
        """Passed on."""
        self.limits.append(narrowed["limit"])
        return await self.ledger.closed(accounts, **narrowed)


async def test_history_is_read_page_by_page_and_no_further_than_its_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = await won_and_lost()
    monkeypatch.setattr(trips, "PAGE", 2)
    counting = Counting(stage.tools.ledger)
    tools = replace(stage.tools, ledger=cast(Ledger, counting))
    account = stage.book.accounts[PAPER]
    whole = await trips.trips_of(tools, account, None)
    assert [str(row.net) for row in whole] == ["8.4099", "-15.5661", "18.3999"]
    assert counting.limits == [2, 2]
    assert await trips.trips_of(tools, account, None, 1) == whole[2:]
    assert counting.limits == [2, 2, 1]


async def test_a_report_holds_the_curve_the_figures_and_the_newest_round_trips() -> None:
    stage = await won_and_lost()
    sketcher = Sketcher()
    stage.painter = sketcher
    screen = await stage.screen("/export report pdf")
    assert as_text(screen) == "3 round trips in report-paper-20180404T020000Z.pdf."
    (document,) = screen.documents
    assert document.name == "report-paper-20180404T020000Z.pdf"
    (spec,) = sketcher.specs
    assert isinstance(spec, ReportSpec)
    assert spec.title == "Report paper, all time, 2018-04-04"
    assert spec.equity is not None
    assert spec.equity.theme is Theme.LIGHT
    told = as_text(Screen(tuple(block for part in spec.parts for block in part)), 120)
    for words in ("Win rate       66.67%", "Performance by exit", "The newest 3 round trips"):
        assert words in told
    lines = [text for text in told.splitlines() if "7,401.00" in text]
    assert [text.split()[-2:] for text in lines] == [["+1.24R", "you"], ["-1.05R", "you"], ["+0.57R", "you"]]


async def test_without_a_painter_or_anything_to_say_there_is_no_report() -> None:
    stage = await Stage().opened()
    assert "No position went flat" in await stage.say("/export report")
    await round_trip(stage, "7500")
    assert "could not be drawn now" in await stage.say("/export report")
    stage.painter = sketcher = Sketcher()
    sketcher.fails = True
    assert "could not be drawn now" in await stage.say("/export report month")
    assert "Only a report is a PDF" in await stage.say("/export fills pdf")


async def test_buttons_lead_to_the_same_account_and_none_is_too_long() -> None:
    stage = await won_and_lost()
    screen = await stage.screen("/performance by tag week")
    labels = [button.label for button in screen.all_buttons]
    assert labels == [
        "Symbol", "• Tag", "Exit", "Hour", "Weekday", "Source", "Side",
        "Today", "• Week", "Month", "All time",
    ]  # fmt: skip
    assert (await stage.press(screen, "Side")).startswith("Performance by side\n[PAPER]\nWeek\n")
    assert (await stage.press(await stage.screen("/stats BTC month"), "Exit")).startswith(
        "Performance by exit BTC/USD\n[PAPER]\nMonth\n"
    )
    assert look_if_short("Hour", "performance", "hour month", "A" * 44, "on paper") is None
    assert look_if_short("Hour", "performance", "hour month", "", "on paper") is not None
