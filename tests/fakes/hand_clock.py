"""A clock that a test moves by hand, where sockets are real and so the loop's own time must be real too."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2018, 4, 4, tzinfo=UTC)


class HandClock:
    """`trading.ports.Clock`: `advance(seconds)` wakes whoever has slept long enough."""

    def __init__(self, start: datetime = datetime(2018, 4, 4, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed_s = 0.0
        self._jumped = timedelta()
        self._watchers: list[tuple[int, asyncio.Future[None]]] = []
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The wall clock."""
        return self._start + self._jumped + timedelta(seconds=self._elapsed_s)

    def elapsed_s(self) -> float:
        """Seconds that were advanced."""
        return self._elapsed_s

    def advance(self, seconds: float) -> None:
        """Time passes, all at once."""
        self._elapsed_s += seconds
        for sleeper in list(self._sleepers):
            if sleeper[0] <= self._elapsed_s:
                self._sleepers.remove(sleeper)
                if not sleeper[1].done():
                    sleeper[1].set_result(None)

    def jump(self, by: timedelta) -> None:
        """The wall clock is set; nobody wakes."""
        self._jumped += by

    @property
    def sleepers(self) -> int:
        """How many wait for time to pass."""
        return sum(not future.done() for _, future in self._sleepers)

    async def until_sleeping(self, count: int = 1) -> None:
        """Wait until so many wait for time to pass: whatever can happen before time passes has happened."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watchers.append((count, future))
        self._tell()
        await future

    def _tell(self) -> None:
        for count, future in self._watchers:
            if not future.done() and self.sleepers >= count:
                future.set_result(None)
        self._watchers = [one for one in self._watchers if not one[1].done()]

    async def sleep_s(self, seconds: float) -> None:
        """Wait until the test has advanced so far; zero or less gives the others one turn."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (self._elapsed_s + seconds, future)
        self._sleepers.append(entry)
        self._tell()
        try:
            await future
        finally:
            if entry in self._sleepers:
                self._sleepers.remove(entry)

    async def sleep_until(self, at: datetime) -> None:
        """Return once `now() >= at`."""
        while (left_s := (at - self.now()).total_seconds()) > 0:
            await self.sleep_s(left_s)
