"""The real command on a local Telegram and a local Discord at once: linked, traded, killed, unlinked."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import TelegramServer
from tests.integration.real_desk import CODE, RealDesk

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """A local Telegram on a free port."""
    async with TelegramServer() as server:
        yield server


@pytest.fixture
async def discord() -> AsyncIterator[DiscordServer]:
    """A local Discord on a free port."""
    async with DiscordServer() as server:
        yield server


class Scene:
    """Ann, her two phones, and a desk that dies."""

    def __init__(self, telegram: TelegramServer, discord: DiscordServer, home: Path) -> None:
        env = {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE_URL": telegram.base_url.removesuffix("/bot"),
            "DISCORD_BOT_TOKEN": discord.token,
            "DISCORD_API_BASE_URL": discord.api_url,
        }
        self.desk = RealDesk(home, env)
        self.discord = discord
        self.ann, self.ann_too = telegram.person("Ann"), discord.person("Ann")
        self.lives = 0

    async def live(self) -> None:
        """A life, until Discord listens."""
        self.lives += 1
        await self.desk.start()
        await self.discord.world.until(lambda: self.discord.gateway.identified >= self.lives, 60)

    async def dies_and_lives(self) -> None:
        """Kill -9, and the start after it."""
        await self.desk.kill()
        await self.live()

    async def claimed(self) -> None:
        """Ann owns the desk on Telegram."""
        await self.desk.start()
        code = await self.desk.code("Telegram")
        self.ann.start()
        await self.ann.sees("does not know you")
        self.ann.say(code)
        await self.ann.sees("yours now")
        self.lives += 1
        await self.discord.world.until(lambda: self.discord.gateway.identified >= 1, 60)

    async def linked(self) -> None:
        """Her Discord is linked, across a death."""
        self.ann.say("/link")
        shown = await self.ann.sees("Whoever writes it first becomes you")
        found = CODE.search(shown.text)
        assert found is not None
        await self.dies_and_lives()  # the code is known, nobody has typed it
        self.ann_too.say(f"/link {found[0]}")
        await self.ann_too.sees("the same person as on Telegram", patience_s=60)
        await self.ann.sees("Discord is linked")

    async def bought(self) -> None:
        """She buys on the one, both ring."""
        self.ann_too.command("buy", symbol="BTC", size="1000", tp="2%", sl="1%")
        self.ann_too.press("Buy", await self.ann_too.sees("Buy BTC/USD?"))
        await self.ann_too.sees("✅ Bought")
        await self.ann.sees("✅ Bought")

    async def unlinked(self) -> None:
        """Discord is nobody's again."""
        self.ann.say("/unlink discord")
        await self.ann.sees("Unlink Discord?")
        self.ann.press("Unlink Discord")
        await self.ann.sees("Discord is unlinked")
        await self.ann_too.sees("nothing more is told in this chat")


async def test_one_person_on_two_phones_survives_a_kill_at_every_turn(
    telegram: TelegramServer, discord: DiscordServer, tmp_path: Path
) -> None:
    scene = Scene(telegram, discord, tmp_path / "desk")
    try:
        await scene.claimed()
        await scene.linked()
        await scene.dies_and_lives()
        await scene.bought()
        await scene.dies_and_lives()
        await scene.ann.sees("The desk is back")
        await scene.ann_too.sees("The desk is back", patience_s=60)
        await scene.unlinked()
        await scene.dies_and_lives()
        scene.ann_too.command("positions")
        await scene.ann_too.sees("does not know you")
        notices = [text for text in scene.ann.transcript() if "Discord is linked" in text]
        assert len([text for text in notices if "(repeat)" not in text]) == 1, "what is told twice says so"
        process = scene.desk.process
        assert process is not None
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert telegram.token not in scene.desk.log() and discord.token not in scene.desk.log()
    finally:
        await scene.desk.kill()
