"""What an account wants of a stop that is jumped over binds all who trade there, and not all may set it."""

from __future__ import annotations

from bot.main.wiring import PAPER
from tests.journeys.chat import PEOPLE, Chat, in_chat
from trading.domain.commands import SetRole
from trading.domain.exits import GapPolicy
from trading.domain.ids import CommandId


def test_a_trader_sets_none_and_is_bound_by_what_the_owner_has_set() -> None:
    async def scene(chat: Chat) -> None:
        role = SetRole(CommandId("role"), PEOPLE["ann"], PAPER, PEOPLE["bob"], "trader", "Bob")
        await chat.pit.engine.submit(role)
        assert "Your role (trader)" in await chat.say("/settings gap limit account", by="bob")
        await chat.say("/settings gap limit", by="bob")
        assert "on paper: I ask you" in await chat.say("/settings gap ask account")
        assert "Gap" in await chat.say("/buy BTC 100 sl 1%", by="bob")
        await chat.press("Buy", by="bob")
        await chat.pit.settle()
        held = chat.pit.engine.book.current_position(PAPER, "BTC/USD")
        assert held is not None and held.plan.gap is GapPolicy.ASK

    in_chat(scene)


def test_the_same_in_german() -> None:
    async def scene(chat: Chat) -> None:
        await chat.say("/settings language de")
        said = " ".join((await chat.say("/settings gap ask konto")).split())
        assert said.startswith("Springt der Preis auf paper über einen Stop: ich frage dich.")
        assert "ich frage dich (wie paper es will)" in await chat.say("/settings")
        assert "setzt sie für alle auf dem Konto" in await chat.say("/settings gap")

    in_chat(scene)
