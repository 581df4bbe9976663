"""The front end itself: it waits for Telegram, comes back after a stop, and ends for a bad token only."""

from __future__ import annotations

import asyncio

import pytest

from bot.conversation.messenger import Refused
from tests.integration.telegram.desk import TelegramDesk, on_telegram


def test_a_telegram_that_is_down_at_the_start_is_waited_for() -> None:
    async def scene(desk: TelegramDesk) -> None:
        desk.server.faults.outage = "closed"
        await desk.live()
        await desk.settle(300)
        assert not desk.task.done() and not desk.front.is_ready.is_set()
        desk.server.faults.outage = ""
        await desk.settle(120)
        assert desk.front.is_ready.is_set() and desk.front.name == "@open_outcry_bot"
        ann = await desk.owner()
        ann.say("/balance")
        await desk.settle()
        await ann.sees("Equity")

    on_telegram(scene, starts=False)


def test_an_outage_of_hours_in_between_loses_no_message() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        desk.server.faults.outage = "closed"
        await desk.settle(3 * 3600)
        ann.say("/balance")
        await desk.settle(60)
        desk.server.faults.outage = ""
        await desk.settle(60)
        await ann.sees("Equity")
        warned = [line for line in desk.heard.lines if "telegram_unreachable" in line]
        assert len(warned) == 1, "an outage is said once"

    on_telegram(scene)


def test_a_token_that_is_revoked_ends_the_front_end_and_nothing_else() -> None:
    async def scene(desk: TelegramDesk) -> None:
        await desk.owner()
        desk.server.revoke_token()
        await desk.settle(60)
        assert desk.task.done() and isinstance(desk.task.exception(), Refused)
        assert desk.pit.task is not None and not desk.pit.task.done()
        with pytest.raises(Refused):
            await desk.front.run()

    on_telegram(scene)


def test_a_front_end_that_is_stopped_takes_up_its_rest_when_it_runs_again() -> None:
    async def scene(desk: TelegramDesk) -> None:
        ann = await desk.owner()
        desk.slow_s = 60.0
        ann.say("/balance")
        await desk.settle()
        desk.task.cancel()
        await desk.settle(10)
        assert desk.task.done()
        desk.slow_s = 0.0
        desk.task = asyncio.create_task(desk.front.run())
        await desk.settle(1)
        await ann.sees("Equity")

    on_telegram(scene)


def test_the_menu_holds_the_verbs_and_no_more_than_telegram_takes() -> None:
    async def scene(desk: TelegramDesk) -> None:
        calls = desk.server.called("setMyCommands")
        scopes = ['{"type": "all_private_chats"}', '{"type": "all_group_chats"}']
        assert [call.arguments["scope"] for call in calls] == [one for one in scopes for _ in range(2)]
        assert [call.arguments.get("language_code", "") for call in calls] == ["", "de"] * 2
        english, german = (call.arguments["commands"] for call in calls[:2])
        assert "Open or add to a long position." in english and "Long-Position" in german
        assert all(call.status == 200 for call in calls)
        assert desk.server.called("deleteWebhook")

    on_telegram(scene)
