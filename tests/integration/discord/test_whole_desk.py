"""The real command against the local Discord: claimed, traded, killed with -9, started again, ended."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.discord_server import DiscordServer
from tests.integration.real_desk import RealDesk

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    """A local Discord on a free port."""
    async with DiscordServer() as server:
        yield server


async def test_a_desk_on_discord_survives_a_kill_and_ends_when_it_is_asked_to(
    discord: DiscordServer, tmp_path: Path
) -> None:
    desk = RealDesk(
        tmp_path / "desk",
        {"DISCORD_BOT_TOKEN": discord.token, "DISCORD_API_BASE_URL": discord.api_url},
    )
    process = await desk.start()
    try:
        code = await desk.code()
        await discord.world.until(lambda: discord.gateway.identified == 1, 60)
        ann = discord.person("Ann")
        ann.say("hello")
        await ann.sees("does not know you")
        ann.say(code)
        await ann.sees("yours now")
        await ann.sees("A trading desk in this chat")
        ann.command("buy", symbol="BTC", size="1000", tp="2%", sl="1%")
        card = await ann.sees("Buy BTC/USD?")
        ann.press("Buy", card)
        await ann.sees("✅ Bought")
        ann.command("board", switch="on")
        await ann.sees("Changed")
        process.send_signal(signal.SIGKILL)
        await process.wait()
        lost = ann.command("close", symbol="BTC")  # while nobody is there
        process = await desk.start()
        await ann.sees("The desk is back", patience_s=60)
        assert not lost.is_answered, "what Discord said to have failed is not done later"
        ann.command("close", symbol="BTC")
        await ann.sees("Close")
        said = "\n".join(ann.transcript())
        assert said.count("✅ Bought") == 1
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert discord.token not in desk.log()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
