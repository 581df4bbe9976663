"""Bots from the phone: a card, one press, a list, figures, a log; stopped, cloned, begun anew, deleted."""

from __future__ import annotations

import asyncio

import pytest

from tests.journeys.chat import Chat, in_chat
from trading.domain.automation import BotStatus
from trading.domain.commands import HaltState, SetHalt
from trading.domain.ids import CommandId
from trading.running.runner import Runner

GRID = "/newbot grid BTC 1000 cells 6 lower 6500 upper 7100 spacing arithmetic"


async def run_bots(chat: Chat) -> Runner:
    """From now on somebody steps bots beside the chat."""
    pit = chat.pit
    runner = Runner(
        pit.engine,
        lambda: pit.engine.book,
        pit.clock,
        lambda symbol: 120.0,
        lambda symbol, at: True,
        lambda account: pit.engine.outbox.broker(account) is not None,
    )
    pit.engine.committed(runner.wake)
    chat.task = asyncio.create_task(runner.run(), name="bots")
    await chat.pit.quote("6700", "6700.01")
    return runner


async def passes(chat: Chat, bid: str = "6700", ask: str = "6700.01", seconds: float = 12) -> None:
    """A price, and time in which bots act."""
    await chat.pit.quote(bid, ask)
    await chat.pit.clock.sleep_s(seconds)
    await chat.pit.quote(bid, ask)
    await chat.pit.clock.sleep_s(2)
    await chat.pit.drain()


async def begun(chat: Chat, line: str = GRID) -> str:
    """A bot that has laid its orders."""
    await run_bots(chat)
    await chat.say(line)
    said = await chat.press("Start")
    await passes(chat)
    return said


def test_one_press_begins_a_bot_and_a_second_begins_nothing() -> None:
    async def scene(chat: Chat) -> None:
        await run_bots(chat)
        card = await chat.say(GRID)
        assert "Worst case" in card and "It will be called grid-1." in card
        assert "Nothing was started or ordered yet." in card
        assert not chat.intended()
        said = await chat.press("Start")
        assert said == "grid-1 has begun in BTC/USD. /bot grid-1 shows it."
        assert await chat.press("Start") == said
        await passes(chat)
        account = chat.pit.engine.book.account(chat.account)
        assert account is not None and len(account.bots.every) == 1
        assert len(chat.intended()) > 6

    in_chat(scene)


def test_the_list_says_how_each_stands_and_what_it_has_earned() -> None:
    async def scene(chat: Chat) -> None:
        assert "No bot yet" in await chat.say("/bots")
        await begun(chat)
        await passes(chat, "6910", "6910.01")
        said = await chat.say("/bots")
        assert "ACTIVE grid-1 · grid BTC/USD" in said
        assert "1 round trip" in said and "+$" in said
        one = await chat.say("/bot grid-1")
        for words in ("Budget", "$1,000.00", "Round trips", "Holds", "long", "Stop", "6,175.00", "cells 6"):
            assert words in one, words
        log = await chat.say("/bot grid-1 log")
        assert "6 cells from 6,500 to 7,100" in log and "round trip:" in log

    in_chat(scene)


@pytest.mark.parametrize("wish", ["finish", "close", "leave"])
def test_a_bot_is_stopped_in_the_way_that_was_chosen(wish: str) -> None:
    async def scene(chat: Chat) -> None:
        await begun(chat)
        how = await chat.say("/bot grid-1 stop")
        assert "finish" in how and "close" in how and "leave" in how
        assert "Stop grid-1" in await chat.say(f"/bot grid-1 stop {wish}")
        assert "grid-1 was told" in await chat.press("Stop")
        await passes(chat)
        account = chat.pit.engine.book.account(chat.account)
        assert account is not None
        bot = account.bots.every[0]
        assert (bot.status is BotStatus.STOPPED) is (wish != "finish")
        assert ("STOPPING" if wish == "finish" else "STOPPED") in await chat.say("/bots")

    in_chat(scene)


def test_one_that_is_over_begins_anew_is_cloned_and_deleted() -> None:
    async def scene(chat: Chat) -> None:
        await begun(chat)
        assert "is still there" in await chat.say("/bot grid-1 delete")
        assert "works already" in await chat.say("/bot grid-1 start")
        clone = await chat.say("/bot grid-1 clone cells 4 name second")
        assert "trades BTC/USD on this account" in clone, "a bot has its symbol to itself"
        await chat.say("/bot grid-1 stop close")
        await chat.press("Stop")
        await passes(chat)
        assert "cells 4" in await chat.say("/bot grid-1 start cells 4")
        assert "grid-1 has begun" in await chat.press("Start")
        await passes(chat)
        await chat.say("/stopall close")
        assert "All of them were told" in await chat.press("Stop all")
        await passes(chat)
        clone = await chat.say("/bot grid-1 clone name second budget 500")
        assert "It will be called second." in clone
        await chat.say("/bot grid-1 delete")
        assert await chat.press("Delete") == "grid-1 is deleted."
        assert "No bot yet" in await chat.say("/bot grid-1")

    in_chat(scene)


def test_a_halt_ends_a_bot_and_the_list_says_why() -> None:
    async def scene(chat: Chat) -> None:
        await begun(chat)
        engine = chat.pit.engine
        owner = "owner"
        halt = SetHalt(CommandId("h"), owner, chat.account, HaltState.HALTED, "storm")  # type: ignore[arg-type]  # a person's id is text
        await engine.submit(halt)
        await passes(chat)
        said = await chat.say("/bots")
        assert "STOPPED grid-1" in said and "storm" in said

    in_chat(scene)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/bot nosuch", "No bot yet"),
        ("/bot", "/bot grid-1"),
        ("/stopall", "No bot works on paper"),
        ("/newbot grid BTC 1000 frame 7m", "There are no candles of 7m"),
        ("/newbot grid BTC 1000 name Grid!", "A bot's name is a small letter"),
        ("/newbot momentum BTC 1000 strength other", "add against and its symbol"),
        ("/newbot momentum BTC 1000 strength other against BTC", "never stronger than itself"),
        ("/newbot momentum BTC 1000 against ETH", "compares with nothing"),
        ("/newbot momentum BTC 1000 strength other against NOSUCH", "No one market is meant by NOSUCH"),
        ("/newbot grid BTC 20000", "A budget of 20000 does not fit"),
    ],
)
def test_what_cannot_be_says_what_to_type(line: str, says: str) -> None:
    async def scene(chat: Chat) -> None:
        await chat.pit.quote("6700", "6700.01")
        said = await chat.say(line)
        assert says in said, said
        assert not any(one.label == "Start" for one in chat.buttons)

    in_chat(scene)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/bot other", "There is no bot other. There are: grid-1."),
        ("/bot grid-1 dance", "What should grid-1 do with dance?"),
        ("/bot grid-1 stop dance", "dance is no way to stop"),
        ("/bot grid-1 clone cells", "Each setting needs its value"),
        ("/bot grid-1 clone budget none", "A budget is a sum of money above zero"),
        ("/buy BTC 100", "The bot grid-1 trades BTC/USD on this account"),
    ],
)
def test_a_slip_about_a_bot_says_what_to_type(line: str, says: str) -> None:
    async def scene(chat: Chat) -> None:
        await begun(chat)
        said = await chat.say(line)
        assert says in said, said

    in_chat(scene)


def test_a_bot_that_works_is_changed_with_one_press_and_undone() -> None:
    async def scene(chat: Chat) -> None:
        await chat.pit.quote("6700", "6700.01")
        await begun(chat)
        assert "laid by its cells" in await chat.say("/bot grid-1 edit cells 20")
        assert "stays as it is while grid-1 works" in await chat.say("/bot grid-1 edit frame 1h")
        assert "Nobody has changed" in await chat.say("/bot grid-1 undo")
        card = await chat.say("/bot grid-1 edit stop_percent 3")
        assert "→ 3" in card and "Worst case" in card
        assert "goes on with these settings" in await chat.press("Change")
        assert "goes on with these settings" in await chat.press("Change")
        assert len(chat.pit.named("BotEdited")) == 1
        await passes(chat)
        assert "→ 3" in await chat.say("/bot grid-1 changes")
        card = await chat.say("/bot grid-1 undo")
        assert "stop_percent 3 →" in card
        await chat.press("Change")
        await passes(chat)
        assert len(chat.pit.named("BotEdited")) == 2

    in_chat(scene)


def test_start_is_the_first_button_of_a_bots_card() -> None:
    async def scene(chat: Chat) -> None:
        await run_bots(chat)
        await chat.say(GRID)
        assert [one.label for one in chat.buttons][:2] == ["Start", "Cancel"]

    in_chat(scene)


def test_a_bot_whose_symbol_is_barred_waits_and_says_why() -> None:
    async def scene(chat: Chat) -> None:
        await begun(chat)
        await chat.say("/blacklist btc because news")
        for _ in range(70):
            await chat.pit.quote("6700", "6700.01")
            await passes(chat)
        said = await chat.say("/bot grid-1")
        assert "ACTIVE" in said and "Its entries wait" in said and "news" in said, said

    in_chat(scene)


def test_no_bot_begins_in_a_symbol_that_is_barred() -> None:
    async def scene(chat: Chat) -> None:
        await run_bots(chat)
        await chat.say("/blacklist btc because news")
        assert "news" in await chat.say(GRID)
        assert not any(one.label == "Start" for one in chat.buttons)

    in_chat(scene)
