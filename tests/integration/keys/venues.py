"""A venue that can be told what to say of keys, and one desk's keys around it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from trading.ports import Credentials
from trading.venue_keys import Fitness, KeyCheck

ROOT = Path(__file__).resolve().parents[3]
AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
FIT = KeyCheck(AT, Fitness.FIT, may_trade=True, may_withdraw=False, bound_to_address=True)
WITHDRAWS = KeyCheck(AT, Fitness.UNFIT, True, True, False, "withdraws", "The key may withdraw.")
SILENT = KeyCheck(AT, Fitness.UNKNOWN, code="silent", note="Nobody answers.")


class SaidLook:
    """`KeyLook` whose venue says what `says` holds; `asked` is what it was asked, without secrets."""

    def __init__(self) -> None:
        self.says = FIT
        self.asked: list[tuple[str, str, str]] = []
        self.lengths: list[int] = []

    @property
    def venues(self) -> Sequence[str]:
        return ("binance", "alpaca")

    def grade(self, venue: str) -> str:
        return "bronze"

    def environments(self, venue: str) -> Sequence[str]:
        return ("paper", "live") if venue in self.venues else ()

    async def look(self, venue: str, environment: str, credentials: Credentials) -> KeyCheck:
        self.asked.append((venue, environment, credentials.tail))
        self.lengths.append(len(credentials.secret))
        return replace(self.says)


def environment(home: Path, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a process of the desk is started with."""
    foreign = ("OPENOUTCRY", "TELEGRAM", "DISCORD")
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return env | {"OPENOUTCRY_HOME": str(home), "COLUMNS": "200", **(more or {})}


def openoutcry(home: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """One command in a process of its own."""
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(
        command,
        input=typed,
        capture_output=True,
        env=environment(home),
        cwd=ROOT,
        timeout=60,
        check=False,
        text=True,
    )
