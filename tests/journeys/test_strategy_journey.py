"""Strategies as a person asks them: what there is, its settings, and why there is no trade."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.journeys.chat import Chat, in_chat
from tests.unit.strategies.drawn import walk
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.strategies.table import STRATEGIES


def past(chat: Chat, count: int) -> list[Bar]:
    """Five-minute bars of a walk that end now."""
    drawn, span = walk(count, 3), timedelta(minutes=5)
    now = chat.pit.clock.now()
    end = now - timedelta(seconds=now.timestamp() % 300)
    bars = []
    for index in range(count):
        at = end - (count - index) * span
        columns = (drawn.open, drawn.high, drawn.low, drawn.close)
        one, high, low, close = (Price(Decimal(f"{column[index]:.2f}")) for column in columns)
        bars.append(Bar("BTC/USD", at, at + span, one, high, low, close))
    return bars


def test_every_strategy_is_listed_and_has_a_page_with_its_settings() -> None:
    async def scene(chat: Chat) -> None:
        listed = await chat.say("/strategies")
        assert "nothing here orders anything" in listed
        for name, strategy in STRATEGIES.items():
            assert name in listed and f"[{name}]" in listed
            page = await chat.say(f"/strategy {name}")
            assert all(f"{one.name} " in page for one in strategy.parameters)
        page = await chat.say("/strategy PULLBACK")
        assert "rsi_below 40" in page and "RSI below which a dip is one" in page
        assert "from 1 to 99" in page

    in_chat(scene)


def test_a_strategy_says_why_there_is_no_trade_and_orders_nothing() -> None:
    async def scene(chat: Chat) -> None:
        chat.market.past["BTC/USD"] = past(chat, 400)
        heard = set()
        for count in range(300, 400, 3):
            chat.market.past["BTC/USD"] = past(chat, 400)[:count]
            card = await chat.say("/strategy pullback btc")
            assert "pullback · BTC/USD 5m" in card and f"{count} closed bars are known" in card
            assert "✓ warm-up" in card and "It orders nothing." in card
            if "Would buy at the next open, stop " in card:
                heard.add("buy")
                assert "✗" not in card and ", target " in card
            else:
                rule = card.partition("No trade: ")[2].partition(" says no")[0]
                heard.add(rule)
                assert f"✗ {rule}" in card
        assert heard == {"buy", "dip"}
        assert not chat.pit.engine.book.orders

    in_chat(scene)


def test_a_longer_frame_is_joined_from_the_bars_at_hand() -> None:
    async def scene(chat: Chat) -> None:
        chat.market.past["BTC/USD"] = past(chat, 400)
        card = await chat.say("/strategy pipeline btc 1h")
        assert "pipeline · BTC/USD 1h" in card and "✗ warm-up" in card and "needed 201" in card
        assert "The bars at hand fill 5m" in await chat.say("/strategy pipeline btc 1m")

    in_chat(scene)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/strategy pipelin", "There is no strategy pipelin; there is pipeline,"),
        ("/strategy pipelin", "Did you mean pipeline?"),
        ("/strategy pipeline btc", "There are no bars of BTC/USD yet"),
        ("/strategy", "/strategy"),
    ],
)
def test_what_cannot_be_answered_is_said(typed: str, says: str) -> None:
    async def scene(chat: Chat) -> None:
        assert says in await chat.say(typed)

    in_chat(scene)


def test_it_speaks_german_too() -> None:
    async def scene(chat: Chat) -> None:
        await chat.say("/settings language de")
        chat.market.past["BTC/USD"] = past(chat, 400)
        assert "Schluss außerhalb der Bollinger-Bänder" in await chat.say("/strategies")
        card = await chat.say("/strategy pullback btc")
        assert "geschlossene Kerzen sind bekannt" in card and "✓ Vorlauf" in card
        assert "Kerzen des langsamen Mittels" in await chat.say("/strategy pullback")

    in_chat(scene)
