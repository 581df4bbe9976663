"""Counts of messages that have ended the desk, kept as one small fact in the registers."""

from __future__ import annotations

from typing import Protocol

import msgspec

META = "tries"
KEPT_MAX = 50


class Meta(Protocol):
    """What is needed of the registers."""

    async def meta(self, name: str) -> str | None:
        """A fact about this desk."""
        ...

    async def put_meta(self, name: str, value: str) -> None:
        """Write it down."""
        ...


class RegisterTries:
    """`trading.engine.poison.Tries`. The newest messages are kept."""

    def __init__(self, registers: Meta) -> None:
        self._registers = registers

    async def all(self) -> dict[str, int]:
        """As the port says. A note that cannot be read counts as none."""
        text = await self._registers.meta(META)
        try:
            return msgspec.json.decode(text, type=dict[str, int]) if text else {}
        except msgspec.DecodeError:
            return {}

    async def count(self, key: str) -> int:
        """As the port says; durable when this returns."""
        counts = await self.all()
        tries = counts.pop(key, 0) + 1
        counts[key] = tries
        kept = dict(list(counts.items())[-KEPT_MAX:])
        await self._registers.put_meta(META, msgspec.json.encode(kept).decode())
        return tries
