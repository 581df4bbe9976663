"""A desk with a vault that takes signals."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.conversation.handling import Tools
from bot.conversation.signalling import Signal, Source, sources_of
from tests.unit.handlers.views_stage import OWNER, Stage
from trading.ports import Place

URL = "https://desk.example.org"


class MemoryVault:
    """Secrets in the clear, for tests."""

    def __init__(self) -> None:
        self.kept: dict[Place, str] = {}

    async def put(self, place: Place, secret: str) -> int:
        self.kept[place] = secret
        return 1

    async def get(self, place: Place) -> str | None:
        return self.kept.get(place)

    async def forget(self, place: Place) -> None:
        self.kept.pop(place, None)

    async def rotate(self) -> int:
        return 0


class SignalStage(Stage):
    """The desk of screens, with signals on."""

    def __init__(self) -> None:
        super().__init__()
        self.vault = MemoryVault()
        self.facts = replace(self.facts, signals_url=URL)

    @property
    def tools(self) -> Tools:
        return replace(super().tools, vault=self.vault)

    async def source(self, name: str = "tv") -> Source:
        return (await sources_of(self.store.registers, OWNER))[name]

    async def signal(self, nonce: str, line: str = "", *, late_s: int = 0, **fields: Any) -> Signal:
        found = await self.source()
        at = self.clock.at - timedelta(seconds=late_s)
        return Signal(found.source_id, nonce, at, line, **fields)
