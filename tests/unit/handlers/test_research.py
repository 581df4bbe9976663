"""`/backtest` and `/sweep`: from a typed line to a wish, or the sentence that says why not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.conversation.grammar import VerbLine
from bot.conversation.handling import Asked, Person, Prefs, Tools
from bot.conversation.incoming import Incoming
from bot.conversation.layout import as_text
from bot.conversation.researching import Refused, Run, Sort, Winner, Wish
from bot.conversation.screen import Screen
from bot.handlers.research import BOT_NAMES, HANDLERS, STRATEGY_NAMES
from tests.unit.handlers.views_stage import OWNER, PAPER, Stage
from trading.automations.table import AUTOMATIONS
from trading.domain.ids import PersonId
from trading.strategies.table import STRATEGIES


class Ledge:
    """A research that plays nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.begun: list[Run] = []
        self.canceled: list[str] = []
        self.refuses = ""

    def series(self) -> Sequence[str]:
        return ("BTC/USDT@5m", "BTC/USDT@1h", "ETH/USDT@5m", "SPY", "EUR/USD")

    async def begin(self, run: Run) -> int:
        if self.refuses:
            raise Refused(self.refuses)
        self.begun.append(run)
        return len(self.begun) - 1

    def of(self, person: PersonId) -> Sequence[Run]:
        return [run for run in self.begun if run.person == person]

    async def cancel(self, run_id: str, person: PersonId) -> bool:
        self.canceled.append(run_id)
        return True

    async def winner(self, run_id: str, person: PersonId) -> Winner | None:
        return None


@pytest.fixture
def ledge() -> Ledge:
    return Ledge()


async def said(ledge: Ledge, line: str, number: int = 1) -> Screen:
    verb, _, what = line.removeprefix("/").partition(" ")
    tools: Tools = replace(Stage().tools, research=ledge)
    incoming = Incoming(
        "console", "terminal", f"m{number}", "owner", datetime(2026, 1, 1, tzinfo=UTC), text=line
    )
    person = Person(OWNER, "Ann", (PAPER,), PAPER, Prefs())
    values: dict[str, object] = {"what": what} if what else {}
    parsed = VerbLine(verb, values)  # type: ignore[arg-type]  # text is one of its values
    return await HANDLERS[verb](tools, Asked(incoming, person, line), parsed)


def test_the_names_are_those_of_the_tables() -> None:
    assert set(STRATEGY_NAMES) == set(STRATEGIES)
    assert set(BOT_NAMES) == set(AUTOMATIONS)


def test_the_desk_loads_no_array_library_for_it() -> None:
    rooms = "bot.handlers.research, bot.main.researching_desk"
    code = f"import sys, {rooms}; print({{'numpy', 'pyarrow', 'optuna'}} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


async def test_a_line_becomes_a_wish(ledge: Ledge) -> None:
    screen = await said(ledge, "/backtest spy pullback fast=20 rsi_below=35 since=2019-01-01 size=10%")
    wish = ledge.begun[0].wish
    assert wish == Wish(
        Sort.BACKTEST,
        ("SPY",),
        "pullback",
        settings=("fast=20", "rsi_below=35"),
        flags=(("since", "2019-01-01"), ("size", "10%")),
    )
    assert wish.line == "/backtest SPY pullback fast=20 rsi_below=35 since=2019-01-01 size=10%"
    assert "It begins now" in as_text(screen, 80)
    assert screen.subject == ledge.begun[0].subject
    assert screen.all_buttons[0].action.id == f"backtest:cancel {ledge.begun[0].run_id}"


async def test_a_bot_and_several_symbols_and_no_name_at_all(ledge: Ledge) -> None:
    await said(ledge, "/backtest eth spy grid range_percent=4", 1)
    await said(ledge, "/backtest btc/usdt@1h", 2)
    first, second = (run.wish for run in ledge.begun)
    assert first.is_bot and first.series == ("ETH/USDT@5m", "SPY")
    assert second.name == "pullback" and second.series == ("BTC/USDT@1h",)


async def test_the_same_message_is_the_same_run_and_another_one_is_not(ledge: Ledge) -> None:
    for number in (1, 1, 2):
        await said(ledge, "/backtest spy", number)
    ids = [run.run_id for run in ledge.begun]
    assert ids[0] == ids[1] != ids[2]


async def test_a_sweep_tells_what_is_tried_from_what_is_fixed(ledge: Ledge) -> None:
    await said(ledge, "/sweep spy pullback fast=10..60:10 rsi_below=30,35 stop_atr=2 random=40")
    wish = ledge.begun[0].wish
    assert wish.over == ("fast=10..60:10", "rsi_below=30,35") and wish.settings == ("stop_atr=2",)
    assert wish.flags == (("random", "40"),) and wish.sort is Sort.SWEEP


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/backtest btc pullback", "say which instead of btc"),
        ("/backtest spy pulback", "did you mean pullback?"),
        ("/backtest doge", "There are no bars of doge"),
        ("/backtest pullback fast=20", "Name a symbol that there are bars of"),
        ("/sweep spy pullback fast=20", "Say what to try"),
        ("/backtest cancel", "Nothing of yours is running"),
    ],
)
async def test_what_cannot_be_played_is_said(ledge: Ledge, line: str, words: str) -> None:
    assert words in as_text(await said(ledge, line), 200)
    assert ledge.begun == []


async def test_a_full_queue_is_said(ledge: Ledge) -> None:
    ledge.refuses = "research.too_many_mine"
    assert "Four of yours run or wait already" in as_text(await said(ledge, "/backtest spy"), 100)


async def test_alone_it_lists_what_there_is_and_what_runs(ledge: Ledge) -> None:
    await said(ledge, "/backtest spy")
    text = as_text(await said(ledge, "/backtest", 2), 100)
    assert "Strategies: pullback" in text and "Bots: scalper, grid" in text and "BTC/USDT@5m" in text
    assert "/backtest SPY pullback" in text


async def test_cancel_ends_the_one_that_is_named_else_the_first(ledge: Ledge) -> None:
    await said(ledge, "/backtest spy", 1)
    await said(ledge, "/backtest eth", 2)
    first, second = (run.run_id for run in ledge.begun)
    assert "Canceled." in as_text(await said(ledge, f"/backtest cancel {second}", 3), 80)
    await said(ledge, "/backtest cancel", 4)
    await said(ledge, "/backtest cancel nothing", 5)
    assert ledge.canceled == [second, first]
