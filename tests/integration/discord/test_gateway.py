"""The gateway loop: pulse, sessions, and the way back from every kind of break, in virtual time."""

from __future__ import annotations

import pytest

from bot.conversation.messenger import Refused
from bot.platforms.discord_gateway import intents
from tests.integration.discord.desk import DiscordDesk, on_discord


async def works(desk: DiscordDesk, ann: object) -> bool:
    """Whether a command is answered now."""
    act = await desk.done(ann.command("balance"))  # type: ignore[attr-defined]  # a person
    return act.is_answered and "Equity" in act.reply.text


def test_a_quiet_night_keeps_one_connection_and_one_session() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        first = desk.server.gateway.connections[0]
        await desk.settle(8 * 3_600)
        assert desk.server.gateway.connections == [first] and len(first.beats) > 600
        assert desk.server.gateway.identified == 1 and await works(desk, ann)

    on_discord(scene)


def test_a_gateway_that_does_not_answer_the_pulse_is_left_and_resumed() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        desk.server.gateway.is_mute = True
        await desk.settle(100)
        assert desk.heard.counts["discord_gateway_zombie"] >= 1
        desk.server.gateway.is_mute = False
        await desk.settle(120)
        assert desk.server.gateway.resumed >= 1 and await works(desk, ann)

    on_discord(scene)


@pytest.mark.parametrize("code", [1001, 1006, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009])
def test_every_break_that_may_be_mended_is_mended(code: int) -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        desk.server.gateway.hang_up(code)
        await desk.settle(30)
        is_new = code in (4007, 4009)
        assert desk.server.gateway.identified == (2 if is_new else 1)
        assert desk.server.gateway.resumed == (0 if is_new else 1)
        assert await works(desk, ann)

    on_discord(scene)


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
def test_what_no_second_try_can_change_ends_it(code: int) -> None:
    async def scene(desk: DiscordDesk) -> None:
        await desk.owner()
        desk.server.gateway.hang_up(code)
        await desk.settle(5)
        assert desk.task.done() and isinstance(desk.task.exception(), Refused)
        assert desk.server.gateway.identified == 1

    on_discord(scene)


def test_a_wish_of_the_gateway_is_followed() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        gateway = desk.server.gateway
        beats = len(gateway.connections[0].beats)
        gateway.ask_heartbeat()
        await desk.settle()
        assert len(gateway.connections[0].beats) == beats + 1
        gateway.ask_reconnect()
        await desk.settle(10)
        assert (gateway.identified, gateway.resumed) == (1, 1)
        gateway.invalidate(may_resume=True)
        await desk.settle(10)
        assert (gateway.identified, gateway.resumed) == (1, 2)
        gateway.invalidate(may_resume=False)
        await desk.settle(30)
        assert gateway.identified == 2 and await works(desk, ann)

    on_discord(scene)


def test_hours_of_outage_are_said_once_and_cost_few_connections() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        desk.server.gateway.outage = "closed"
        desk.server.gateway.hang_up(1006)
        await desk.settle(4 * 3_600)
        said = [one for one in desk.heard.lines if "discord_gateway_unreachable" in one]
        assert len(said) == 1
        desk.server.gateway.outage = ""
        await desk.settle(120)
        assert await works(desk, ann)
        assert desk.heard.counts["discord_gateway_broken"] < 500

    on_discord(scene)


def test_a_day_without_identifies_left_is_waited_for() -> None:
    async def scene(desk: DiscordDesk) -> None:
        desk.server.rest.identifies_left = 0
        await desk.live()
        await desk.settle(3_600)
        assert desk.server.gateway.identified == 0 and not desk.task.done()
        desk.server.rest.identifies_left = 1_000
        await desk.settle(14_400)
        assert desk.server.gateway.identified == 1

    on_discord(scene, starts=False)


def test_events_of_another_shape_are_counted_and_stop_nothing() -> None:
    async def scene(desk: DiscordDesk) -> None:
        ann = await desk.owner()
        for strange in ({}, {"id": 7}, {"id": "x", "type": 2, "token": "t"}, {"id": "1", "type": "two"}):
            desk.server.world.dispatch("INTERACTION_CREATE", strange, 0)
            desk.server.gateway.connections[0].line.send('{"op": 0, "t": "MESSAGE_CREATE", "d": [1]}')
            desk.server.gateway.connections[0].line.send("no json")
        await desk.settle()
        assert desk.heard.counts["discord_events"] >= 4 and await works(desk, ann)

    on_discord(scene)


def test_no_privileged_right_is_asked_for() -> None:
    assert intents() == 1 << 0 | 1 << 9 | 1 << 12
