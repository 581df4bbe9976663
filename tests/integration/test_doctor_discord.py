"""What the doctor finds when he asks Discord: each illness has its sentence and cure."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web

from bot.main.doctor_checks import Finding, State
from bot.main.doctor_discord import discord
from tests.fakes.discord_server import TOKEN, DiscordServer
from tests.integration.doctor_stage import patient, server, told

pytestmark = pytest.mark.wire


async def asked(home: Path, url: str, token: str = TOKEN) -> Finding:
    return await discord(patient(home, discord_token=token, discord_url=url))


async def test_a_known_bot_is_named_and_no_session_is_used(tmp_path: Path) -> None:
    async with DiscordServer() as one:
        one.guild("Club", one.person("ann"))
        told(await asked(tmp_path, one.api_url), State.GOOD, "open_outcry", "in one server.")
        assert one.gateway.identified == 0


async def test_what_the_bot_may_read_and_where_it_is_are_told(tmp_path: Path) -> None:
    async with DiscordServer() as one:
        told(await asked(tmp_path, one.api_url), State.LOOK, "no server has it", "connect discord")
        ann = one.person("ann")
        one.guild("Club", ann)
        one.guild("Pit", ann)
        one.rest.flags = 0
        told(
            await asked(tmp_path, one.api_url),
            State.GOOD,
            "in 2 servers",
            "without a slash it cannot read",
            "/do",
        )
        one.rest.identifies_left = 12
        told(await asked(tmp_path, one.api_url), State.LOOK, "only 12 sessions more", "look at its log")


async def test_a_refused_token_is_bad_and_never_shown(tmp_path: Path) -> None:
    async with DiscordServer() as one:
        finding = await asked(tmp_path, one.api_url, TOKEN + "x")
    told(finding, State.BAD, "refuses the token", "DISCORD_BOT_TOKEN")
    assert TOKEN not in str(finding)


async def test_nobody_and_somebody_else_are_told_apart(tmp_path: Path) -> None:
    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>Log in to the hotel</html>", content_type="text/html")

    told(await asked(tmp_path, "http://127.0.0.1:1/api/v10"), State.LOOK, "cannot be reached")
    async with server(page) as url:
        told(await asked(tmp_path, url), State.BAD, "does not answer like Discord")


async def test_without_a_token_nothing_is_asked(tmp_path: Path) -> None:
    told(await discord(patient(tmp_path)), State.GOOD, "Discord is not set up")
