"""The real command against the local Telegram: claimed, traded, killed with -9, started again, ended."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.telegram_server import TelegramServer
from tests.integration.real_desk import RealDesk

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """A local Telegram on a free port."""
    async with TelegramServer() as server:
        yield server


async def test_a_desk_on_the_phone_survives_a_kill_and_ends_when_it_is_asked_to(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    desk = RealDesk(
        tmp_path / "desk",
        {
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE_URL": telegram.base_url.removesuffix("/bot"),
        },
    )
    process = await desk.start()
    try:
        code = await desk.code()
        ann = telegram.person("Ann")
        ann.start()
        await ann.sees("does not know you")
        ann.say(code)
        await ann.sees("yours now")
        await ann.sees("A trading desk in this chat")
        ann.say("/buy BTC 1000 tp 2% sl 1%")
        await ann.sees("Buy BTC/USD?")
        ann.press("Buy")
        await ann.sees("✅ Bought")
        ann.say("/board on")
        await ann.sees("Changed")
        process.send_signal(signal.SIGKILL)
        await process.wait()
        ann.say("/close BTC")  # while nobody is there
        process = await desk.start()
        await ann.sees("The desk is back")
        await ann.sees("Close")
        said = "\n".join(ann.transcript())
        assert said.count("✅ Bought") == 1
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
        assert telegram.token not in desk.log()
        assert telegram.token.partition(":")[2] not in desk.log()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
