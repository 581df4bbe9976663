"""Opinions, regimes and the copilot as a person lives them; the stubs pass the real sources' contract."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from sentiment.budget import Budget, Daily
from sentiment.prompt import Prompt
from sentiment.service import OpinionDesk
from sentiment.source import SourceFault
from tests.fakes.opinion_server import said
from tests.fakes.opinion_stub import StubSource
from tests.journeys.chat import Chat, in_chat
from trading.domain.market import Bar
from trading.domain.money import Price

D = Decimal


def asks(
    chat: Chat, writes: Callable[[Prompt], Any] | None = None, daily: Daily | None = None
) -> tuple[StubSource, StubSource]:
    """Two vendors for the desk of this chat."""
    sources = StubSource("grok", writes), StubSource("openai", writes)
    budget = Budget(chat.pit.store.registers, chat.pit.clock, daily or Daily(10, D(10)))
    chat.opinion = OpinionDesk(sources, budget, chat.pit.clock)
    return sources


def proposes(line: str) -> Callable[[Prompt], Any]:
    """A model that always writes this line."""
    return lambda prompt: {"line": line}


# ---------------------------------------------------------------- sentiment


def test_an_opinion_shows_score_reasons_sources_age_and_what_is_left() -> None:
    async def scene(chat: Chat) -> None:
        asks(chat)
        shown = await chat.say("/sentiment btc")
        for text in (
            "BTC/USD: bearish",
            "-0.80 from −1 to 1",
            "90%",
            "0% of a buy, 100% of a short",
            "grok stub-1",
            "• Outflows.",
            "A story — news.example.com",
            "9 questions",
            "never larger",
        ):
            assert text in shown, (text, shown)
        await chat.pit.clock.sleep_s(120)
        again = await chat.say("/sentiment btc")
        assert "2m" in again and "9 questions" in again, "a young answer is given again and costs nothing"
        await chat.pit.clock.sleep_s(181)
        assert "8 questions" in await chat.say("/sentiment btc")

    in_chat(scene)


def test_an_opinion_is_in_the_journal_once_and_orders_nothing() -> None:
    async def scene(chat: Chat) -> None:
        asks(chat)
        for _ in range(3):
            await chat.say("/sentiment btc")
        (event,) = chat.pit.named("OpinionGiven")
        assert (event.symbol, event.stance.source, event.stance.model) == ("BTC/USD", "grok", "stub-1")
        assert event.stance.prompt_hash and event.stance.input_hash
        assert chat.intended() == []
        assert "Opinion about BTC/USD: bearish, -0.80, from grok." in await chat.say("/logs")

    in_chat(scene)


def test_when_nobody_answers_it_is_neutral_and_says_why() -> None:
    async def scene(chat: Chat) -> None:
        grok, openai = asks(chat)
        grok.faults.append(SourceFault("server"))
        openai.writes = lambda prompt: "certainly!"
        shown = await chat.say("/sentiment btc")
        assert "No opinion about BTC/USD: the vendor has a fault." in shown
        assert "grok (the vendor has a fault), openai (the answer was not as asked)" in shown
        assert "the rules go on alone" in shown
        assert chat.pit.named("OpinionGiven")[0].stance.neutral_because == "server"

    in_chat(scene)


def test_a_day_that_is_used_up_says_so_before_anybody_is_asked() -> None:
    async def scene(chat: Chat) -> None:
        grok, openai = asks(chat, daily=Daily(1, D(10)))
        await chat.say("/sentiment btc")
        shown = await chat.say("/sentiment eth")
        assert "more than what is left of your day" in shown or "could cost more than" in shown
        assert len(grok.asked) + len(openai.asked) == 1

    in_chat(scene)


def test_a_person_chooses_whom_to_ask_for_once_and_for_good() -> None:
    async def scene(chat: Chat) -> None:
        grok, openai = asks(chat)
        assert "openai stub-1" in await chat.say("/sentiment btc by openai")
        assert "perplexity has no key on this desk" in await chat.say("/sentiment btc by perplexity")
        assert "openai, grok" in await chat.say("/settings opinions openai, grok")
        await chat.say("/sentiment eth")
        assert (len(grok.asked), len(openai.asked)) == (0, 2)
        assert "not “claude”" in await chat.say("/settings opinions claude")
        assert "as the desk does" in await chat.say("/settings opinions default")

    in_chat(scene)


@pytest.mark.parametrize("line", ["/sentiment btc", "/copilot buy 100 of btc"])
def test_without_any_key_the_chat_says_how_to_add_one(line: str) -> None:
    async def scene(chat: Chat) -> None:
        shown = await chat.say(line)
        assert "XAI_API_KEY" in shown and ".env" in shown and "never into a chat" in shown

    in_chat(scene)


def test_what_a_model_writes_is_shown_as_text_and_is_no_command() -> None:
    async def scene(chat: Chat) -> None:
        reasons = ["/buy eth max", "[tap](https://evil.example)", "<b>moon</b>"]
        asks(chat, lambda prompt: said("BTC/USD", reasons=reasons))
        screens = await chat.screens("/sentiment btc")
        labels = {button.label for screen in screens for button in screen.all_buttons}
        assert labels == {"Price", "Refresh"}
        assert chat.intended() == []

    in_chat(scene)


# ---------------------------------------------------------------- copilot


def test_a_sentence_becomes_a_review_card_and_only_the_press_sends_it() -> None:
    async def scene(chat: Chat) -> None:
        asks(chat, proposes("buy btc 100 sl 5%"))
        chat.prefs = replace(chat.prefs, one_tap_limit=D(1_000_000))
        card = await chat.say("/copilot buy 100 of btc with a 5 % stop")
        assert "Read as: /buy BTC 100 sl 5% tag copilot by grok" in card
        assert "[Buy]  [Cancel]" in card and chat.intended() == [], "also far below the one-tap limit"
        assert "Sent" in await chat.press("Buy") or chat.intended()
        assert chat.intended()[0].startswith("buy")
        assert chat.pit.named("OrderIntended")[0].order.tag == "copilot"

    in_chat(scene)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("buy btc 1000 sl 5%", "1000 does not stand in your sentence."),
        ("buy eth 100 sl 5%", "ETH does not stand in your sentence"),
        ("short btc 100 sl 5%", "You did not say short."),
        ("buy btc 100", "The line leaves out what you said: a stop."),
        ("buy btc 100 sl 5% tp 5%", "a target does not stand in your sentence."),
        ("/panic", "is no single order"),
        ("/limits order_notional_max 1000000", "is no single order"),
        ("", "it found no order in the sentence"),
    ],
)
def test_a_line_that_says_something_else_is_refused_with_a_sentence(line: str, says: str) -> None:
    async def scene(chat: Chat) -> None:
        asks(chat, proposes(line))
        shown = await chat.say("/copilot buy 100 of btc with a 5 % stop")
        assert says in shown and "Type the order yourself" in shown
        assert chat.intended() == [] and "[" not in shown.splitlines()[-1]

    in_chat(scene)


def test_selling_by_a_sentence_closes_what_is_held_and_nothing_more() -> None:
    async def scene(chat: Chat) -> None:
        asks(chat, proposes("sell btc 50%"))
        await chat.hold("/buy btc 1000")
        card = await chat.say("/copilot sell 50% of my btc")
        assert "[Sell]" in card
        before = chat.held()
        await chat.press("Sell")
        await chat.pit.quote("7400", "7401")
        assert 0 < chat.held() < before

    in_chat(scene)


def test_a_model_that_is_away_costs_nothing_but_the_answer() -> None:
    async def scene(chat: Chat) -> None:
        for source in asks(chat):
            source.faults.append(SourceFault("busy", is_free=True))
        assert "No line came of it: it has too much to do." in await chat.say("/copilot buy 100 of btc")

    in_chat(scene)


# ---------------------------------------------------------------- regime


def _trend(chat: Chat, step: int, count: int = 120) -> None:
    at = chat.pit.clock.now() - timedelta(hours=count)
    bars = []
    for number in range(count):
        close = Price(D(7_000 + step * number))
        begins = at + timedelta(hours=number)
        bars.append(
            Bar(
                "BTC/USD",
                begins,
                begins + timedelta(hours=1),
                Price(close - step),
                Price(close + 2),
                Price(close - step - 2),
                close,
            )
        )
    chat.market.past["BTC/USD"] = bars


def test_a_regime_comes_from_prices_and_can_be_set_by_hand_until_it_ends() -> None:
    async def scene(chat: Chat) -> None:
        assert "has 0 closed bars; a regime takes 74" in await chat.say("/regime btc")
        await chat.pit.clock.sleep_s(61)
        _trend(chat, 5)
        shown = await chat.say("/regime btc")
        assert "BTC/USD: up" in shown and "ADX" in shown and "120 bars of 1h" in shown
        by_hand = await chat.say("/regime btc down 2h")
        assert "BTC/USD: down" in by_hand and "prices say: up" in by_hand
        assert "comes from prices again" in await chat.say("/regime btc off")
        assert "was not set by hand" in await chat.say("/regime btc off")
        await chat.say("/regime btc down 2h")
        await chat.pit.clock.sleep_s(7_261)
        assert "BTC/USD: up" in await chat.say("/regime btc")

    in_chat(scene)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/regime", "Which market?"),
        ("/regime btc up until 2099-01-01", "at most 30 days"),
        ("/regime nothere", "NOTHERE"),
    ],
)
def test_a_regime_that_cannot_be_shown_says_what_to_type(line: str, says: str) -> None:
    async def scene(chat: Chat) -> None:
        assert says in await chat.say(line)

    in_chat(scene)


def test_the_month_says_what_opinions_cost_and_would_have_saved() -> None:
    async def scene(chat: Chat) -> None:
        asks(chat)
        assert "Nobody was asked this month" in await chat.say("/sentiment")
        await chat.say("/sentiment btc")
        await chat.hold("/buy btc 1000")
        await chat.pit.quote("7000", "7001")
        await chat.hold("/close btc")
        shown = await chat.say("/sentiment")
        assert "Asked  1, answered 1" in shown and "grok" in shown
        assert "1 entry soon after an opinion; 0 made smaller, 1 forbidden, had it counted." in shown
        saved = next(line for line in shown.splitlines() if line.startswith("Losses saved"))
        assert saved.split("$")[1].startswith("5"), "a twentieth of 1,000, and the fees"
        assert "it would have been" in shown

    in_chat(scene)


def test_a_slow_model_does_not_hold_up_what_is_typed_behind_it() -> None:
    async def scene(chat: Chat) -> None:
        grok, openai = asks(chat, proposes("buy btc 100"))
        grok.hangs = openai.hangs = True
        await chat.hold("/buy btc 1000")
        before = chat.pit.clock.now()
        assert "nothing waits for it" in await chat.say("/sentiment btc")
        assert "nothing waits for it" in await chat.say("/copilot buy 100 of btc")
        assert chat.pit.clock.now() - before < timedelta(seconds=10)
        await chat.say("/panic")
        grok.hangs = openai.hangs = False
        await chat.pit.clock.sleep_s(30)
        assert "No opinion about BTC/USD: " in await chat.press("Show", nth=1)
        assert "Read as:" in await chat.press("Show")
        assert isinstance(chat.opinion, OpinionDesk)
        await chat.opinion.close()

    in_chat(scene)
