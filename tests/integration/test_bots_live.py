"""A bot on a real desk that is killed: the next life goes on with what the bot held and had ordered."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINE = "/newbot grid BTC 1000 range_percent 3 cells 6 stop_percent 2\n"


class Terminal:
    """`openoutcry run` on pipes: lines in, all that it says out."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.said = ""

    async def type(self, line: str) -> None:
        """Type a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line.encode())
        await self.process.stdin.drain()

    async def until(self, words: str, most_s: float = 60) -> str:
        """Read on until these words were said."""
        assert self.process.stdout is not None
        async with asyncio.timeout(most_s):
            while words not in self.said:
                piece = await self.process.stdout.read(4096)
                assert piece, f"the desk ended: {self.said[-2000:]}"
                self.said += piece.decode(errors="replace")
        return self.said


@asynccontextmanager
async def running(home: Path) -> AsyncIterator[Terminal]:
    """One life of the desk; it is killed in the end."""
    ours = ("OPENOUTCRY", "TELEGRAM", "DISCORD")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env |= {"OPENOUTCRY_HOME": str(home), "OPENOUTCRY_LISTEN": "127.0.0.1:0"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "run", "--yes", "--speed", "60"),
        cwd=ROOT,
        env=env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield Terminal(process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


@pytest.mark.slow
async def test_a_killed_desk_goes_on_with_its_bot(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        await desk.until("Prices")
        await desk.type(LINE)
        await desk.until("grid-1 has begun in BTC/USD")
        await desk.until("Bought")
    async with running(tmp_path) as desk:
        await desk.until("The desk is back")
        await desk.type("/bot grid-1\n")
        said = await desk.until("Since")
        assert "ACTIVE" in said and "Holds" in said and "long" in said
        await desk.type("/stopall close\n")
        await desk.until("Bot grid-1 has stopped")
        await desk.type("/bots\n")
        await desk.until("STOPPED grid-1")
