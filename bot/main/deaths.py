"""Counts how often the process died without a good end: three times in ten minutes, and it starts halted.

What kills a desk again and again may be an order, a price or a disk; until a person has looked, nothing new
is opened. Exits go on. The book of lives is one small fact in the registers.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import msgspec
from msgspec import Struct

from trading.domain.commands import HaltState, SetHalt
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.ports import Clock, Desk, Taken

META = "lives"
MACHINE = PersonId("machine")
"""Who halts when nobody did: shown as the author, and freed by a person."""
DEATHS_MAX = 3
WITHIN = timedelta(minutes=10)
KEPT_MAX = 20


class Meta(Protocol):
    """What is needed of the registers."""

    async def meta(self, name: str) -> str | None:
        """A fact about this desk."""
        ...

    async def put_meta(self, name: str, value: str) -> None:
        """Write it down."""
        ...


class Lives(Struct, frozen=True):
    """What is kept: whether the last life has not ended well yet, and when deaths were found."""

    began: datetime | None = None
    deaths: tuple[datetime, ...] = ()


class Deaths:
    """`begin` right after the store is open, `end` as the last thing before it closes."""

    def __init__(self, registers: Meta, clock: Clock) -> None:
        self._registers = registers
        self._clock = clock
        self._lives = Lives()

    @property
    def recent(self) -> int:
        """How many deaths of the last ten minutes this start has found."""
        return len(self._lives.deaths)

    @property
    def is_too_many(self) -> bool:
        """Whether this life must begin halted."""
        return self.recent >= DEATHS_MAX

    async def begin(self) -> None:
        """Note this life, and the death before it if the last one had no good end."""
        now = self._clock.now()
        before = await self._read()
        deaths = [*before.deaths, now] if before.began is not None else list(before.deaths)
        # A clock that was set back must not hide a death: only what is clearly old is forgotten.
        kept = [at for at in deaths if now - at < WITHIN][-KEPT_MAX:]
        await self._write(Lives(now, tuple(kept)))

    async def end(self) -> None:
        """This life ends well."""
        await self._write(Lives(None, self._lives.deaths))

    async def halt_if_dying(self, desk: Desk, account: AccountId) -> bool:
        """Halt entries of the whole desk when there were too many deaths; True when this call has done it.

        One halt for each series: a person who resumes is not overruled by the same deaths.
        """
        if not self.is_too_many:
            return False
        newest = self._lives.deaths[-1]
        answer = await desk.submit(
            SetHalt(
                CommandId(f"machine:deaths:{newest.isoformat()}"),
                MACHINE,
                account,
                HaltState.REDUCE_ONLY,
                f"the desk died {self.recent} times within ten minutes",
                desk=True,
            )
        )
        return isinstance(answer, Taken)

    async def _read(self) -> Lives:
        text = await self._registers.meta(META)
        try:
            return msgspec.json.decode(text, type=Lives) if text else Lives()
        except msgspec.DecodeError:
            return Lives()

    async def _write(self, lives: Lives) -> None:
        self._lives = lives
        await self._registers.put_meta(META, msgspec.json.encode(lives).decode())
