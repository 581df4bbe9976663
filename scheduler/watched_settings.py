"""Registers that say when a person's setting has changed, so that nobody has to look again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from trading.domain.ids import PersonId
from trading.ports import Pending, Registers


class WatchedRegisters:
    """`trading.ports.Registers` over another; `changed(person, name)` is called after each new setting."""

    def __init__(self, registers: Registers, changed: Callable[[PersonId, str], None]) -> None:
        self._registers = registers
        self._changed = changed

    async def put_pending(self, pending: Pending) -> None:
        """As there."""
        await self._registers.put_pending(pending)

    async def pending(self, nonce: str) -> Pending | None:
        """As there."""
        return await self._registers.pending(nonce)

    async def drop_pending(self, nonces: Sequence[str], *, expired_before: datetime | None = None) -> None:
        """As there."""
        await self._registers.drop_pending(nonces, expired_before=expired_before)

    async def settings(self, person: PersonId) -> Mapping[str, str]:
        """As there."""
        return await self._registers.settings(person)

    async def put_setting(self, person: PersonId, name: str, value: str | None) -> None:
        """As there; then whoever watches is told."""
        await self._registers.put_setting(person, name, value)
        self._changed(person, name)

    async def meta(self, name: str) -> str | None:
        """As there."""
        return await self._registers.meta(name)

    async def put_meta(self, name: str, value: str) -> None:
        """As there."""
        await self._registers.put_meta(name, value)
