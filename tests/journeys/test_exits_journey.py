"""Protecting what is held, by chat: cards of old and new, presses that count once, refusals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.journeys.chat import Chat, in_chat
from trading.domain.position import Guard

PROTECTED = """\
> /sl BTC 2%
Exits of BTC/USD?
[PAPER]
Stop   none → 7,252.98 (-2%)
Guard  the venue
[Set]  [Cancel]
> [Set]
Exits of BTC/USD are set.
Stop   7,252.98 (-2%)
Guard  the venue
[PAPER]
> /bracket BTC tp 2r:50 3r sl 1.5% be after tp1 exit in 4h
Exits of BTC/USD?
[PAPER]
Stop        7,252.98 (-2%) → 7,289.98 (-1.5%)
TP 1        none → 7,623.04 (+3%) · 0.05 BTC
TP 2        none → 7,734.06 (+4.5%) · 0.05 BTC
Time        none → 2018-04-04 04:00 UTC
Break-even  none → after TP 1
Guard       the venue
[Set]  [Cancel]
> [Set]
Exits of BTC/USD are set.
Stop        7,289.98 (-1.5%)
TP 1        7,623.04 (+3%) · 0.05 BTC
TP 2        7,734.06 (+4.5%) · 0.05 BTC
Time        2018-04-04 04:00 UTC
Break-even  after TP 1
Guard       the venue
[PAPER]
> /tp BTC 5%
Exits of BTC/USD?
[PAPER]
TP 1   7,623.04 (+3%) · 0.05 BTC → 7,771.05 (+5%)
TP 2   7,734.06 (+4.5%) · 0.05 BTC → none
Guard  the venue
[Set]  [Cancel]
> [Cancel]
Canceled: nothing was sent.
> /bracket BTC off
Exits of BTC/USD?
[PAPER]
Stop        7,289.98 (-1.5%) → none
TP 1        7,623.04 (+3%) · 0.05 BTC → none
TP 2        7,734.06 (+4.5%) · 0.05 BTC → none
Time        2018-04-04 04:00 UTC → none
Break-even  after TP 1 → none
Nothing guards this position.
[Set]  [Cancel]
> [Set]
Exits of BTC/USD are set.
Nothing guards this position.
[PAPER]
"""


def test_a_position_is_protected_changed_and_freed_again() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc")
        await chat.say("/sl BTC 2%")
        await chat.press("Set")
        await chat.say("/bracket BTC tp 2r:50 3r sl 1.5% be after tp1 exit in 4h")
        await chat.press("Set")
        await chat.say("/tp BTC 5%")
        await chat.press("Cancel")
        await chat.say("/bracket BTC off")
        await chat.press("Set")
        assert chat.transcript == PROTECTED
        assert chat.held() == Decimal("0.1")

    in_chat(scene)


def test_nothing_changes_before_the_press() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc")
        events = len(chat.pit.events)
        for line in ("/sl BTC 2%", "/tp BTC 5%", "/trail BTC 100", "/bracket BTC sl 1% tp 2r"):
            assert "[Set]" in await chat.say(line)
        assert len(chat.pit.events) == events

    in_chat(scene)


def test_a_second_press_sets_nothing_again() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc")
        await chat.say("/sl BTC 2%")
        await chat.press("Set")
        events, orders = len(chat.pit.events), chat.intended()
        again = await chat.press("Set")
        assert again.startswith("Exits of BTC/USD are set.")
        assert len(chat.pit.events) == events
        assert chat.intended() == orders == ["buy 0.1 entry", "sell 0.1 stop"]

    in_chat(scene)


def test_an_expired_card_of_exits_comes_anew_with_fresh_prices() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc sl 1%")
        await chat.say("/breakeven BTC")
        await chat.pit.quote("7500", "7501")
        await chat.say("/breakeven BTC")
        await chat.pit.clock.sleep_s(61)
        await chat.pit.quote("7600", "7601")
        events = len(chat.pit.events)
        late = await chat.press("Set")
        assert "Stop        7,326.99 (-1%) → 7,401.00 (0%)" in late
        assert late.count("\n") > 3
        assert len(chat.pit.events) == events
        assert "Stop        7,401.00 (0%)" in await chat.press("Set")

    in_chat(scene)


def test_a_strangers_press_on_a_card_of_exits_is_not_known() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await chat.hold("/buy BTC 0.1btc")
        await chat.say("/sl BTC 2%")
        said = await chat.press("Set", by="bob")
        assert said == "That button is not known (any more): type the command again."
        assert chat.intended() == ["buy 0.1 entry"]
        assert "are set" in await chat.press("Set")

    in_chat(scene)


def test_a_foreign_position_cannot_be_protected_or_seen() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await chat.hold("/buy BTC 0.1btc")
        mine = (await chat.say("/sl ETH 2%")).splitlines()[0]
        foreign = (await chat.say("/sl BTC 2%", by="bob")).splitlines()[0]
        assert foreign == mine.replace("ETH", "BTC")

    in_chat(scene)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "/sl BTC 7500",
            "A stop of a long belongs below the market: 7500 is not below 7400. To be out now: "
            "/close BTC/USD.",
        ),
        (
            "/tp BTC 7000",
            "A take profit of a long belongs above the market: 7000 is not above 7400. To be out now: "
            "/close BTC/USD.",
        ),
        (
            "/sl BTC 2atr",
            "There are fewer than 15 bars of history yet, so no average true range: use a percent.",
        ),
        (
            "/tp BTC 2%:60 3%:60",
            "The shares of the targets do not fit into 100% (120%): make them smaller.",
        ),
        (
            "/breakeven BTC",
            "A stop of a long belongs below the market: 7401 is not below 7400. To be out now: "
            "/close BTC/USD.",
        ),
        (
            "/bracket BTC exit 2018-04-03 10:00",
            "2018-04-03 10:00 UTC is over already: type a time that is still to come.",
        ),
        ("/sl BTC 1%", "That is how the exits of BTC/USD stand already: nothing to change."),
        ("/sl ETH 2%", "You hold nothing in ETH/USD; /positions shows what you hold."),
        ("/breakeven BTC after tp3", "There is no target 3: this position has 2."),
        ("/sl BTC 2% on savings", "You have no account “savings”: yours are paper."),
    ],
)
def test_a_refusal_of_exits_is_one_sentence_and_sends_nothing(line: str, said: str) -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc sl 1% tp 2r,3r")
        orders = chat.intended()
        answer = [one for one in (await chat.say(line)).splitlines() if not one.startswith("[")]
        whole = " ".join(answer)
        assert whole == said
        assert whole.count(". ") <= 1
        assert chat.intended() == orders

    in_chat(scene)


def test_a_distance_in_ranges_uses_the_range_of_the_moment() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc")
        chat.market.ranges["BTC/USD"] = Decimal(40)
        assert "none → 7,321.00" in await chat.say("/sl BTC 2atr")
        chat.market.ranges["BTC/USD"] = Decimal(10)
        assert "7,321.00" in await chat.press("Set"), "what the card showed is what is set"

    in_chat(scene)


def test_an_entry_that_waits_can_be_protected_before_it_fills() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc @ 7300")
        card = await chat.say("/bracket BTC sl 2% tp 2r,3r be after tp1")
        assert "Stop        none → 2%\nTP 1        none → 2r\nTP 2        none → 3r" in card
        assert "They get their prices from the fill." in card
        await chat.press("Set")
        assert chat.intended() == ["buy 0.1 entry"]
        assert "no entry price" in await chat.say("/breakeven BTC now")
        await chat.pit.quote("7280", "7281")
        assert chat.intended()[1:] == ["sell 0.1 stop", "sell 0.05 target", "sell 0.05 target"]

    in_chat(scene)


def test_the_card_says_that_only_this_desk_watches() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc")
        assert "Guard  this desk, while it runs" in await chat.say("/trail BTC 1.5%")
        await chat.press("Set")
        position = chat.pit.position()
        assert position is not None and position.bracket is not None
        assert position.bracket.guard is Guard.BOT
        await chat.pit.quote("7250", "7251")
        assert chat.held() == 0

    in_chat(scene, bare=True)


def test_taking_the_stop_off_warns_on_the_card() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc sl 1% tp 5%")
        assert "no stop: all of it is at risk" in await chat.say("/sl BTC off")
        await chat.hold("/short ETH 1eth sl 2% tp 5%")
        assert "no stop: the loss has no bound" in await chat.say("/sl ETH off")

    in_chat(scene)


def test_the_only_position_needs_no_name() -> None:
    async def scene(chat: Chat) -> None:
        await chat.hold("/buy BTC 0.1btc")
        assert "Exits of BTC/USD?" in await chat.say("/sl 2%")

    in_chat(scene)
