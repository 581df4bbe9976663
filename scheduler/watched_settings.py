"""Registers that say when a person's setting has changed, and remember how the settings stand.

Every answer asks how its person reads; without this it would wait for a database thread each time. All writes
of a process pass here, and one process writes, so what is remembered is what is stored.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from trading.domain.ids import PersonId
from trading.ports import Pending, Registers

KEPT_MAX = 10_000
"""So many people's settings are remembered; who asked longest ago is forgotten first."""


class WatchedRegisters:
    """`trading.ports.Registers` over another; `changed(person, name)` is called after each new setting."""

    def __init__(self, registers: Registers, changed: Callable[[PersonId, str], None]) -> None:
        self._registers = registers
        self._changed = changed
        self._kept: OrderedDict[PersonId, Mapping[str, str]] = OrderedDict()
        self._writes = 0

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
        kept = self._kept.get(person)
        if kept is not None:
            self._kept.move_to_end(person)
            return kept
        before = self._writes
        kept = await self._registers.settings(person)
        if before == self._writes:
            # What was written while this was read may not be in it.
            self._kept[person] = kept
            if len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return kept

    async def put_setting(self, person: PersonId, name: str, value: str | None) -> None:
        """As there; then whoever watches is told."""
        self._writes += 1
        try:
            await self._registers.put_setting(person, name, value)
        finally:
            # Also when nobody knows whether it was written.
            self._writes += 1
            self._kept.pop(person, None)
        self._changed(person, name)

    async def meta(self, name: str) -> str | None:
        """As there."""
        return await self._registers.meta(name)

    async def put_meta(self, name: str, value: str) -> None:
        """As there."""
        await self._registers.put_meta(name, value)
