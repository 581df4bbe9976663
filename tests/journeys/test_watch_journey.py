"""A watchlist as a person lives it."""

from __future__ import annotations

import pytest

from tests.journeys.chat import Chat, in_chat


def test_symbols_are_watched_with_their_alerts_beside_them_and_taken_off_again() -> None:
    async def scene(chat: Chat) -> None:
        assert "/watch btc eth" in await chat.say("/watch")
        assert "On your watchlist: BTC/USD, ETH/USD." in await chat.say("/watch btc eth")
        await chat.say("/alerts btc > 8000")
        await chat.say("/alerts pnl eth > 50")
        listed = await chat.say("/watch")
        assert "BTC/USD  7,400.50" in listed and "ETH/USD  300.50" in listed
        assert "🔔 > 8,000.00" in listed and "🔔 P&L of ETH/USD > $50.00" in listed
        assert "[BTC/USD]  [ETH/USD]" in listed and "[Pin it here]" in listed
        assert "stands on your watchlist already" in await chat.say("/watch btc")
        assert "Off your watchlist: BTC/USD." in await chat.say("/watch del btc")
        assert "BTC/USD" not in await chat.say("/watchlist")
        assert "Your watchlist is empty." in await chat.say("/watch del all")

    in_chat(scene)


def test_each_person_has_their_own() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await chat.say("/watch btc")
        assert "Nothing stands on your watchlist" in await chat.say("/watch", by="bob")

    in_chat(scene)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("/watch add", "Which one?"),
        ("/watch del btc", "does not stand on your watchlist"),
        ("/watch $$$", "is no symbol"),
        ("/watch nothere", "NOTHERE"),
    ],
)
def test_what_cannot_be_watched_says_what_to_type(typed: str, says: str) -> None:
    async def scene(chat: Chat) -> None:
        assert says in await chat.say(typed)

    in_chat(scene)
