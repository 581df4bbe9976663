"""The `openoutcry` command in a process of its own, on a data folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a process of the desk is started with."""
    foreign = ("OPENOUTCRY", "TELEGRAM", "DISCORD")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return env | {"OPENOUTCRY_HOME": str(home), "COLUMNS": "200", **(more or {})}


def openoutcry(
    home: Path, *words: str, typed: str = "", more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(
        command,
        input=typed,
        capture_output=True,
        env=environment(home, more),
        cwd=ROOT,
        timeout=60,
        check=False,
        text=True,
    )
