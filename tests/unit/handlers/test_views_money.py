"""The screens of money: what the account is made of, what it earned, what can be spent; and its history."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from bot.conversation.grammar_shapes import VerbLine
from bot.conversation.handling import Asked, Prefs
from bot.handlers.curve import Step
from bot.handlers.earnings import balances, sparkline
from bot.handlers.subjects import since
from tests.unit.handlers.views_stage import OWNER, PAPER, Stage
from trading.domain.commands import ClosePosition, Seen
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind
from trading.domain.ids import CommandId
from trading.ports import Taken

STOP = ExitPlan(stop=Level(LevelKind.PERCENT, Decimal(2)))


async def close(stage: Stage, share: str = "100", symbol: str = "BTC/USD") -> None:
    held = stage.book.current_position(PAPER, symbol)
    assert held is not None
    stage.numbers += 1
    command = ClosePosition(
        CommandId(f"close:{stage.numbers}"),
        OWNER,
        PAPER,
        held.position_id,
        Size(SizeKind.POSITION, Decimal(share)),
        Seen(stage.market.instruments[symbol], stage.market.quotes[symbol]),
    )
    assert isinstance(await stage.submit(command), Taken)


async def traded() -> Stage:
    """Bought 0.1 at 7,401, sold at 7,500; a fee of 0.1 % each."""
    stage = await Stage().opened()
    await stage.buy(plan=STOP)
    stage.wait(minutes=10)
    stage.price("BTC/USD", "7500", "7501")
    await close(stage)
    return stage


async def test_the_lines_of_the_portfolio_add_up_to_the_equity() -> None:
    stage = await Stage().opened()
    await stage.buy(plan=STOP)
    stage.price("BTC/USD", "7500", "7501")
    assert await stage.say("/portfolio") == (
        "Portfolio\n"
        "[PAPER]\n"
        "What          Value   Share\n"
        "Cash      $9,259.16  92.51%\n"
        "BTC/USD     $750.05   7.49%\n"
        "Equity   $10,009.21    100%"
    )


async def test_the_balance_says_what_is_reserved_and_free() -> None:
    from trading.domain.exits import PriceSpec, PriceSpecKind
    from trading.domain.order import OrderType

    stage = await Stage().opened()
    limit = PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(7000))
    await stage.buy(order_type=OrderType.LIMIT, limit=limit)
    assert await stage.say("/balance") == (
        "Balance\n"
        "[PAPER]\n"
        "Equity               $10,000.00\n"
        "Cash                 $10,000.00\n"
        "In positions         $0.00\n"
        "Reserved by entries  $700.00\n"
        "Free to spend        $9,300.00\n"
        "Today                $0.00 (0%)"
    )


async def test_profit_is_told_by_period_before_and_after_fees() -> None:
    stage = await traded()
    assert await stage.say("/pnl") == (
        "P&L\n"
        "[PAPER]\n"
        "          Realised   Fees     Net\n"
        "Today       +$9.90  $1.49  +$8.41\n"
        "Week        +$9.90  $1.49  +$8.41\n"
        "Month       +$9.90  $1.49  +$8.41\n"
        "All time    +$9.90  $1.49  +$8.41\n"
        "\n"
        "Unrealised now  $0.00\n"
        "Today           +$8.41 (+0.08%)"
    )


async def test_yesterday_is_not_today_on_the_persons_calendar() -> None:
    stage = await traded()
    stage.wait(hours=23)
    stage.price("BTC/USD", "7500", "7501")
    said = await stage.say("/pnl day")
    assert "0 fills" in said and "+$9.90" not in said
    await stage.say("/settings zone America/Los_Angeles")
    stage.clock.at = datetime(2018, 4, 4, 6, 59, tzinfo=UTC)
    assert "2 fills" in await stage.say("/pnl day")
    stage.clock.at = datetime(2018, 4, 4, 7, 1, tzinfo=UTC)
    assert "0 fills" in await stage.say("/pnl day")


async def test_a_period_is_told_by_symbol() -> None:
    stage = await traded()
    said = await stage.say("/pnl week")
    assert "BTC/USD    +$9.90  $1.49  +$8.41\nAll        +$9.90  $1.49  +$8.41\n2 fills" in said


async def test_a_symbol_alone_narrows_the_periods() -> None:
    stage = await traded()
    stage.price("ES", "2600", "2600.25")
    assert (await stage.say("/pnl ES")).startswith("P&L ES\n")
    assert "Today        $0.00" in await stage.say("/pnl ES")


async def test_equity_is_explained_from_deposits_to_now() -> None:
    stage = await traded()
    said = await stage.say("/equity")
    assert said == (
        "Equity\n"
        "[PAPER]\n"
        "Now           $10,008.41\n"
        "Deposits      $10,000.00\n"
        "Realised      +$9.90\n"
        "Unrealised    $0.00\n"
        "Fees          -$1.49\n"
        "Start of day  $10,000.00\n"
        "Today         +$8.41 (+0.08%)\n"
        "\n"
        "Balance by fills, month (open positions not counted):\n"
        "▁▁█\n"
        "Highest  $10,008.41\n"
        "Lowest   $9,999.26"
    )


async def test_history_shows_positions_from_flat_to_flat_and_fills() -> None:
    stage = await traded()
    assert await stage.say("/history") == (
        "History\n"
        "[PAPER]\n"
        "Closed           Net  Ended by  When\n"
        "BTC/USD long  +$8.41  you       01:10 (10m)\n"
        "\n"
        "Fills          Size     Price  When\n"
        "BTC/USD  sell   0.1  7,500.00  01:10\n"
        "BTC/USD  buy    0.1  7,401.00  01:00"
    )


async def test_history_is_turned_page_by_page() -> None:
    stage = await Stage().opened()
    for quantity in ("0.01", "0.02", "0.03"):
        await stage.buy(quantity=quantity)
    first = await stage.screen("/history 1")
    assert [button.label for button in first.all_buttons] == ["Older", "Export"]
    assert first.all_buttons[0].action.id == "history:1 2"
    assert "0.02" in await stage.press(first, "Older")
    last = await stage.screen("/history 1 3")
    assert [button.label for button in last.all_buttons] == ["Newer", "Export"]
    assert "There is nothing older." in await stage.say("/history 1 9")


async def test_an_empty_history_says_so() -> None:
    stage = await Stage().opened()
    assert "Nothing has been traded yet" in await stage.say("/history")


def test_the_week_begins_on_monday_where_the_person_lives() -> None:
    person_prefs = Prefs(zone="Pacific/Auckland")
    asked = _asked(person_prefs)
    at = datetime(2018, 4, 1, 13, 0, tzinfo=UTC)  # Monday 01:00 in Auckland, after the clocks went back
    assert since(asked, "day", at) == datetime(2018, 4, 1, 12, 0, tzinfo=UTC)
    assert since(asked, "week", at) == datetime(2018, 4, 1, 12, 0, tzinfo=UTC)
    assert since(asked, "month", at) == datetime(2018, 3, 31, 11, 0, tzinfo=UTC)
    assert since(asked, "all", at) is None


def _asked(prefs: Prefs) -> Asked:
    from bot.conversation.handling import Person
    from bot.conversation.incoming import Incoming

    at = datetime(2018, 4, 1, tzinfo=UTC)
    incoming = Incoming("console", "chat", "1", "ann", at, text="/pnl")
    return Asked(incoming, Person(OWNER, "ann", (PAPER,), PAPER, prefs), str(VerbLine("pnl")))


def test_a_course_is_drawn_from_low_to_high() -> None:
    assert sparkline([Decimal(1), Decimal(2), Decimal(3)]) == "▁▄█"
    assert sparkline([Decimal(5)] * 3) == "▁▁▁"
    assert len(sparkline([Decimal(n) for n in range(500)])) == 24


def test_the_balance_course_begins_before_its_first_step() -> None:
    at = datetime(2018, 4, 1, tzinfo=UTC)
    steps = [Step(at, Decimal(5), Decimal(105)), Step(at, Decimal(-1), Decimal(104))]
    assert balances(steps, Decimal(104)) == [Decimal(100), Decimal(105), Decimal(104)]
    assert balances([Step(at, Decimal(9), Decimal(9))], Decimal(9)) == [Decimal(9)]
    assert balances([], Decimal(7)) == [Decimal(7)]
