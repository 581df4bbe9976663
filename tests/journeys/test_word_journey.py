"""A word that only a person and this desk know stands on each card that is pressed."""

from __future__ import annotations

import pytest

from tests.journeys.chat import Chat, in_chat


def test_the_word_stands_on_every_card_that_asks_and_on_nothing_else() -> None:
    async def scene(chat: Chat) -> None:
        assert "blue heron" in await chat.say("/settings word  blue   heron ")
        for line in ("/buy BTC 500 sl 2%", "/limits order_notional 200k"):
            assert "🔑 blue heron" in await chat.say(line), line
        await chat.hold("/buy BTC 500")
        for line in ("/close BTC", "/flatten", "/panic"):
            assert "🔑 blue heron" in await chat.say(line), line
        for line in ("/positions", "/help", "/status"):
            assert "blue heron" not in await chat.say(line), line
        await chat.say("/settings word off")
        assert "🔑" not in await chat.say("/close BTC")

    in_chat(scene)


def test_each_person_has_their_own() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        await chat.say("/settings word blue heron")
        assert "heron" not in await chat.say("/buy BTC 500", by="bob")
        await chat.say("/settings word old oak", by="bob")
        said = await chat.say("/buy BTC 500", by="bob")
        assert "🔑 old oak" in said and "heron" not in said

    in_chat(scene)


@pytest.mark.parametrize("typed", ["a", "*bold*", "x" * 25, "<b>word</b>"])
def test_what_could_look_like_something_else_is_no_word(typed: str) -> None:
    async def scene(chat: Chat) -> None:
        assert "take 3 to 24 letters" in await chat.say(f"/settings word {typed}")

    in_chat(scene)
