"""The real command against the local Telegram: claimed, traded, killed with -9, started again, ended."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.telegram_server import TelegramServer

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.timeout(180)]

ROOT = Path(__file__).resolve().parents[3]
CODE = re.compile(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b")


class RealDesk:
    """`openoutcry run` without a terminal, in a process of its own."""

    def __init__(self, home: Path, telegram: TelegramServer) -> None:
        self.home = home
        self.env = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("OPENOUTCRY", "TELEGRAM"))
            },
            "OPENOUTCRY_HOME": str(home),
            "OPENOUTCRY_LISTEN": "127.0.0.1:0",
            "TELEGRAM_BOT_TOKEN": telegram.token,
            "TELEGRAM_API_BASE_URL": telegram.base_url.removesuffix("/bot"),
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> asyncio.subprocess.Process:
        """A life."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "run",
            cwd=ROOT,
            env=self.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        return self.process

    async def code(self) -> str:
        """The one-time code, as the operator reads it."""
        assert self.process is not None and self.process.stderr is not None
        while line := await asyncio.wait_for(self.process.stderr.readline(), 60):
            found = CODE.search(line.decode())
            if found:
                return found[0]
        raise AssertionError("the desk ended without showing a code")

    def log(self) -> str:
        """Everything that it wrote beside the database."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.home.glob("*.log*")))


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramServer]:
    """A local Telegram on a free port."""
    async with TelegramServer() as server:
        yield server


async def test_a_desk_on_the_phone_survives_a_kill_and_ends_when_it_is_asked_to(
    telegram: TelegramServer, tmp_path: Path
) -> None:
    desk = RealDesk(tmp_path / "desk", telegram)
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
