"""`openoutcry run` without a terminal, in a process of its own, to be killed and started again."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b")


class RealDesk:
    """A desk with one life at a time; `env` is what its platforms need."""

    def __init__(self, home: Path, env: dict[str, str]) -> None:
        self.home = home
        ours = ("OPENOUTCRY", "TELEGRAM", "DISCORD")
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            "OPENOUTCRY_HOME": str(home),
            "OPENOUTCRY_LISTEN": "127.0.0.1:0",
            **env,
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

    async def kill(self) -> None:
        """Kill -9."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def code(self, of: str = "") -> str:
        """The one-time code, as the operator reads it; of the platform that the line names."""
        assert self.process is not None and self.process.stderr is not None
        while line := await asyncio.wait_for(self.process.stderr.readline(), 60):
            found = CODE.search(line.decode())
            if found and of in line.decode():
                return found[0]
        raise AssertionError("the desk ended without showing a code")

    def log(self) -> str:
        """Everything that it wrote beside the database."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.home.glob("*.log*")))
