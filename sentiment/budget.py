"""What a person may ask for in a day, in calls and in money: counted before the call, corrected after it.

The count is kept in the registers, so that a restart gives nobody a second day's worth.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from msgspec import DecodeError, Struct, json

from trading.domain.ids import PersonId
from trading.domain.money import ZERO
from trading.opinions import Allowance
from trading.ports import Clock, Registers

SPENT = "opinions_spent"
"""Name in the registers of what a person has spent today."""
PEOPLE_MAX = 10_000


class Daily(Struct, frozen=True):
    """What a person may spend in a day (UTC): calls to a vendor, and US dollars."""

    calls: int = 100
    money: Decimal = Decimal(1)


class Count(Struct, frozen=True):
    """What was spent on a day."""

    day: str
    calls: int = 0
    money: Decimal = ZERO


_COUNT = json.Decoder(Count)


class Budget:
    """Everybody's day. Raises JournalUnavailable where it cannot be written down: then nothing is asked."""

    def __init__(self, registers: Registers, clock: Clock, daily: Daily) -> None:
        self._registers = registers
        self._clock = clock
        self._daily = daily
        self._locks: dict[PersonId, asyncio.Lock] = {}

    async def reserve(self, person: PersonId, most: Decimal) -> bool:
        """Count one call that may cost `most`; False, and nothing is counted, when that is too much."""
        async with self._alone(person):
            count = await self._count(person)
            if count.calls + 1 > self._daily.calls or count.money + most > self._daily.money:
                return False
            await self._keep(person, Count(count.day, count.calls + 1, count.money + most))
            return True

    async def settle(self, person: PersonId, most: Decimal, really: Decimal) -> None:
        """A call that was reserved has cost something else. What was reserved before midnight stays there."""
        async with self._alone(person):
            count = await self._count(person)
            if count.calls:
                money = max(ZERO, count.money - most + really)
                await self._keep(person, Count(count.day, count.calls, money))

    async def allowance(self, person: PersonId) -> Allowance:
        """What is left of today."""
        count = await self._count(person)
        tomorrow = self._clock.now().astimezone(UTC).date() + timedelta(days=1)
        return Allowance(
            calls_left=max(0, self._daily.calls - count.calls),
            calls_max=self._daily.calls,
            money_left=max(ZERO, self._daily.money - count.money),
            money_max=self._daily.money,
            renews_at=datetime.combine(tomorrow, time(), UTC),
        )

    @asynccontextmanager
    async def _alone(self, person: PersonId) -> AsyncIterator[None]:
        """One change of a person's count at a time."""
        if len(self._locks) >= PEOPLE_MAX:
            self._locks = {one: lock for one, lock in self._locks.items() if lock.locked()}
        async with self._locks.setdefault(person, asyncio.Lock()):
            yield

    async def _count(self, person: PersonId) -> Count:
        day = self._clock.now().astimezone(UTC).date().isoformat()
        kept = (await self._registers.settings(person)).get(SPENT, "")
        try:
            count = _COUNT.decode(kept) if kept else Count(day)
        except DecodeError:
            return Count(day, self._daily.calls, self._daily.money)  # nobody knows: nothing more today
        return count if count.day == day else Count(day)

    async def _keep(self, person: PersonId, count: Count) -> None:
        await self._registers.put_setting(person, SPENT, json.encode(count).decode())
