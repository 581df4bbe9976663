"""The real command with two people on it, one on Telegram, one on Discord: asked, let in, killed, traded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.discord_server import DiscordServer
from tests.fakes.telegram_server import TelegramServer
from tests.integration.phones.test_whole_desk import Scene

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


async def test_two_people_on_two_platforms_share_a_desk_across_a_kill(
    telegram: TelegramServer, discord: DiscordServer, tmp_path: Path
) -> None:
    scene = Scene(telegram, discord, tmp_path / "desk")
    ann, bob = scene.ann, discord.person("Bob")
    try:
        await scene.claimed()
        bob.command("join")
        await bob.sees("passed on", patience_s=60)
        await ann.sees("Bob asks to be let in")
        await scene.dies_and_lives()
        ann.press("Let Bob in?")
        await ann.sees("opens, protects and closes")
        ann.press("trader")
        await ann.sees("Bob is trader on account paper")
        await bob.sees("trader on account paper", patience_s=60)
        await scene.dies_and_lives()
        bob.command("buy", symbol="BTC", size="1000", tp="2%", sl="1%")
        bob.press("Buy", await bob.sees("Buy BTC/USD?"))
        await bob.sees("✅ Bought")
        await ann.sees("✅ Bought")
        ann.say("/role Bob viewer")
        await ann.sees("Make Bob viewer?")
        ann.press("Confirm")
        await bob.sees("viewer on account paper", patience_s=60)
        bob.command("close", symbol="BTC")
        await bob.sees("may not use /close")
        assert "\n".join(bob.transcript()).count("✅ Bought") == 1
    finally:
        await scene.desk.kill()
