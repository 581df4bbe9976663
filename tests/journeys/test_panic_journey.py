"""Getting out by chat: flatten in two steps, panic in one, and no way by which closing opens anything."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.conversation.incoming import Incoming
from tests.journeys.chat import CHAT, Chat, dialogue_of, in_chat
from trading.domain.commands import HaltState

FLATTENED = """\
> /flatten
Flatten everything?
[PAPER]
Position                P&L now
BTC/USD   long 0.1 BTC   +$4.95
ETH/USD   short 1 ETH    -$0.50
1 order that waits is canceled.
Together +$4.45 before fees.
[Flatten]  [Cancel]
> [Flatten]
This is the last question before it happens: Flatten?
[Yes, close 2 positions]  [Cancel]
> [Yes, close 2 positions]
Flattening: 2 positions to close, 1 order to cancel.
I tell you when they are closed.
> [Yes, close 2 positions]
That is under way already: nothing was sent twice.
> /positions
Positions
[PAPER]
You hold nothing.
Type for example /buy BTC 100 tp 5% sl 2%
[Refresh]
"""

PANICKED = """\
> /panic
PANIC on paper?
[PAPER]
Cancels everything, closes everything at market, halts entries, and asks the venue for proof of
flat.
Position                P&L now
BTC/USD   long 0.1 BTC   +$4.95
ETH/USD   short 1 ETH    -$0.50
1 order that waits is canceled.
Together +$4.45 before fees.
Without this question: /panic now
[Panic]  [Cancel]
> [Panic]
PANIC. Everything is being canceled and closed, and entries are halted.
2 positions to close, 1 order to cancel.
I tell you when the venue itself reports flat. /resume opens again.
> [Panic]
That is under way already: nothing was sent twice.
"""


async def traded(chat: Chat) -> None:
    """Long Bitcoin with exits and a second entry that waits, short Ether; Bitcoin has risen."""
    await chat.hold("/buy BTC 0.1btc sl 2% tp 2r,3r")
    await chat.hold("/buy BTC 0.02btc @ 7300")
    await chat.hold("/short ETH 1eth")
    await chat.pit.quote("7450", "7451")


def nothing_is_left(chat: Chat) -> bool:
    """Nothing held, nothing waiting, in the book and at the venue."""
    book = chat.pit.engine.book
    return not list(book.live_positions(chat.account)) and not list(book.open_orders(chat.account))


def closed(chat: Chat) -> list[str]:
    """The orders that closed something."""
    return sorted(one for one in chat.intended() if one.endswith(("flatten", "close")))


def test_flatten_asks_twice_and_then_closes_everything_once() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        await chat.say("/flatten")
        await chat.press("Flatten")
        assert closed(chat) == []
        await chat.press("Yes, close 2 positions")
        await chat.press("Yes, close 2 positions")
        await chat.say("/positions")
        assert chat.transcript == FLATTENED
        assert closed(chat) == ["buy 1 flatten", "sell 0.1 flatten"]
        assert nothing_is_left(chat)

    in_chat(scene)


@pytest.mark.parametrize("line", ["/flatten", "/closeall", "/close all", "closeall"])
def test_closing_everything_by_accident_takes_two_presses(line: str) -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        events = len(chat.pit.events)
        assert "Flatten everything?" in await chat.say(line)
        second = await chat.press("Flatten")
        assert "last question" in second
        assert len(chat.pit.events) == events
        await chat.press("Cancel")
        assert len(chat.pit.events) == events
        assert "not known" in await chat.press("Yes, close 2 positions")
        assert len(chat.pit.events) == events

    in_chat(scene)


def test_a_filter_closes_what_it_names_and_nothing_else() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        assert "Flatten losers?" in await chat.say("/flatten losers")
        await chat.press("Flatten")
        await chat.press("Yes, close 1 position")
        assert chat.held("ETH/USD") == 0
        assert chat.held() == Decimal("0.1")
        assert "Flatten BTC/USD, longs?" in await chat.say("/flatten long BTC")

    in_chat(scene)


def test_a_filter_that_matches_nothing_says_where_to_look() -> None:
    async def scene(chat: Chat) -> None:
        nothing = "Nothing matches: /positions shows what you hold, /orders what waits."
        assert await chat.say("/flatten") == nothing
        await traded(chat)
        assert await chat.say("/flatten tag breakout") == nothing
        assert await chat.say("/flatten short BTC") == nothing
        assert (await chat.say("/flatten XYZ")).startswith("I know no “XYZ”")

    in_chat(scene)


def test_entries_alone_are_canceled_after_the_same_two_steps() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.02btc @ 7300")
        card = await chat.say("/flatten BTC")
        assert "entry waits" in card
        await chat.press("Flatten")
        await chat.press("Yes, cancel 1 order")
        assert nothing_is_left(chat)
        assert chat.intended() == ["buy 0.02 entry"]

    in_chat(scene)


def test_an_expired_second_question_starts_again_from_the_first() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        await chat.say("/flatten")
        await chat.press("Flatten")
        await chat.pit.clock.sleep_s(61)
        late = await chat.press("Yes, close 2 positions")
        assert "Flatten everything?" in late
        assert "[Flatten]  [Cancel]" in late
        assert closed(chat) == []

    in_chat(scene)


def test_panic_closes_everything_halts_and_proves_flat() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        await chat.say("/panic")
        assert closed(chat) == []
        await chat.press("Panic")
        await chat.press("Panic")
        assert chat.transcript == PANICKED
        assert closed(chat) == ["buy 1 flatten", "sell 0.1 flatten"]
        await chat.pit.clock.sleep_s(10)
        await chat.pit.settle()
        assert nothing_is_left(chat)
        (proof,) = chat.pit.named("FlatProven")
        assert (proof.positions, proof.orders) == (0, 0)
        account = chat.pit.engine.book.account(chat.account)
        assert account is not None and account.halt is HaltState.HALTED
        assert "HALTED by owner at 00:00: panic: flat and proven" in await chat.say("/buy BTC 100")

    in_chat(scene)


def test_panic_on_an_empty_account_still_halts() -> None:
    async def scene(chat: Chat) -> None:
        assert "PANIC on paper?" in await chat.say("/panic")
        await chat.press("Panic")
        await chat.pit.clock.sleep_s(10)
        await chat.pit.settle()
        assert len(chat.pit.named("FlatProven")) == 1
        assert "HALTED" in await chat.say("/positions")

    in_chat(scene)


def test_panic_works_where_only_this_desk_watches_the_exits() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        await chat.say("/panic on paper")
        await chat.press("Panic")
        await chat.pit.clock.sleep_s(10)
        await chat.pit.settle()
        assert nothing_is_left(chat)
        assert len(chat.pit.named("FlatProven")) == 1

    in_chat(scene, bare=True)


def test_panic_now_asks_nothing_and_closes_everything_once() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        said = await chat.say("/panic now")
        assert said.startswith("PANIC. Everything is being canceled and closed")
        assert "[" not in said
        assert closed(chat) == ["buy 1 flatten", "sell 0.1 flatten"]
        await chat.pit.clock.sleep_s(10)
        await chat.pit.settle()
        assert nothing_is_left(chat)

    in_chat(scene)


def test_a_panic_now_that_came_late_shows_its_card_first() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        at = chat.pit.clock.now() - timedelta(minutes=5)
        late = Incoming("console", CHAT, "late", "ann", at, text="/panic now")
        (screen,) = await dialogue_of(chat).answer(late)
        assert screen.confirming is not None
        assert closed(chat) == []

    in_chat(scene)


def test_a_strangers_press_neither_panics_nor_flattens() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await traded(chat)
        unknown = "That button is not known (any more): type the command again."
        await chat.say("/panic")
        assert await chat.press("Panic", by="bob") == unknown
        await chat.say("/flatten")
        assert await chat.press("Flatten", by="bob") == unknown
        assert "PANIC on bob?" in await chat.say("/panic", by="bob")
        assert "You have no account “paper”" in await chat.say("/panic on paper", by="bob")
        assert closed(chat) == []

    in_chat(scene)


def test_an_expired_panic_comes_anew_with_what_is_held_now() -> None:
    async def scene(chat: Chat) -> None:
        await traded(chat)
        await chat.say("/panic")
        await chat.pit.clock.sleep_s(61)
        await chat.pit.quote("7500", "7501")
        late = await chat.press("Panic")
        assert "PANIC on paper?" in late
        assert "+$9.95" in late
        assert closed(chat) == []
        await chat.press("Panic")
        assert closed(chat) == ["buy 1 flatten", "sell 0.1 flatten"]

    in_chat(scene)


# ---------------------------------------------------------------- H04: closing never opens


def test_selling_what_is_not_held_names_the_word_that_opens_a_short() -> None:
    async def scene(chat: Chat) -> None:
        said = await chat.say("/sell BTC 100")
        assert said.startswith("You hold nothing in BTC/USD to sell.")
        assert "short" in said
        assert chat.intended() == []

    in_chat(scene)


@pytest.mark.parametrize("line", ["/sell BTC", "/close BTC", "/sell BTC 100%", "/sell BTC 0.1btc"])
def test_a_sale_pressed_twice_sells_once_and_never_goes_short(line: str) -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc sl 2%")
        word = line.split()[0].removeprefix("/").capitalize()
        await chat.say(line)
        await chat.press(word)
        await chat.press(word)
        assert chat.held() == 0
        assert closed(chat) == ["sell 0.1 close"]
        assert nothing_is_left(chat)

    in_chat(scene)


def test_two_cards_to_sell_everything_sell_it_once() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc")
        await chat.say("/sell BTC")
        await chat.say("/sell BTC")
        await chat.press("Sell")
        late = await chat.press("Sell", nth=1)
        assert late.startswith("You hold nothing in BTC/USD")
        assert chat.held() == 0
        assert closed(chat) == ["sell 0.1 close"]

    in_chat(scene)


def test_more_than_is_held_is_refused_not_flipped() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc")
        said = await chat.say("/sell BTC 0.2btc")
        assert said.startswith("You hold 0.1 BTC: type at most that")
        assert chat.held() == Decimal("0.1")

    in_chat(scene)


def test_the_wrong_closing_word_for_the_side_closes_nothing() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/short ETH 1eth")
        assert "short" in await chat.say("/sell ETH")
        assert chat.held("ETH/USD") == Decimal(-1)
        await chat.hold("/cover ETH")
        assert chat.held("ETH/USD") == 0

    in_chat(scene)
