"""What binds the whole desk, or shows all of it, is for whoever runs it, and for nobody else."""

from __future__ import annotations

from tests.journeys.chat import Chat, in_chat
from trading.domain.commands import HaltState


def state(chat: Chat) -> HaltState:
    return chat.pit.engine.book.desk_state


def test_an_owner_who_does_not_run_the_desk_binds_and_sees_their_own() -> None:
    async def scene(chat: Chat) -> None:
        await chat.join("bob")
        for line in ("/halt desk", "/pause desk 2h"):
            assert "only whoever runs it can say so" in (await chat.say(line, by="bob")).replace("\n", " "), (
                line
            )
        assert "may not use /maintenance" in await chat.say("/maintenance on", by="bob")
        for kind in ("desk", "feed"):
            said = (await chat.say(f"/board on {kind}", by="bob")).replace("\n", " ")
            assert "only whoever runs it" in said, kind
        assert state(chat) is HaltState.ACTIVE
        await chat.say("/halt desk")
        assert state(chat).value == "reduce_only"
        assert "only whoever runs it" in (await chat.say("/resume desk x", by="bob")).replace("\n", " ")
        assert "/maintenance" not in await chat.say("/help", by="bob")
        assert "/maintenance" in await chat.say("/help")

    in_chat(scene)
