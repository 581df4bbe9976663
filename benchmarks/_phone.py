"""The other process of a workload over a chat, as seen from here: benchmarks/_telegram_phone.py and such."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parent.parent


class Phone:
    """The process with the platform and the thumbs."""

    def __init__(self, module: str = "benchmarks._telegram_phone") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.about: dict[str, Any] = self.answer()

    def order(self, **order: Any) -> None:
        """Have it begin with something."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """What came of it; waits."""
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    async def do(self, **order: Any) -> dict[str, Any]:
        """One order to the other process, and its answer."""
        self.order(**order)
        return await asyncio.to_thread(self.answer)

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
