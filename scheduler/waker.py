"""Who rings when an instant comes. A port with two adapters: this one rides on any Clock, virtual ones too.

The live loop uses APScheduler (`aps_waker.py`). What a waker promises: at or after the instant, once, in the
loop's own thread; and nothing else. What is due then is decided elsewhere, by the clock on the wall.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from trading.ports import Clock

Woken = Callable[[str], None]


class Waker(Protocol):
    """Rings a name at an instant."""

    def start(self, woken: Woken) -> None:
        """From now on call `woken(name)`; it returns at once."""
        ...

    def wake_at(self, name: str, at: datetime) -> None:
        """Ring `name` at `at` (at once when that is past), instead of what was set before."""
        ...

    def forget(self, name: str) -> None:
        """Do not ring that name any more."""
        ...

    def look_again(self) -> None:
        """The clock on the wall has jumped: what is past now is to ring now."""
        ...

    def stop(self) -> None:
        """Ring nothing any more."""
        ...


class ClockWaker:
    """`Waker` on a Clock: one task that sleeps until the earliest instant."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at: dict[str, datetime] = {}
        self._heap: list[tuple[datetime, str]] = []
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, woken: Woken) -> None:
        """Begin to ring."""
        self._task = asyncio.create_task(self._run(woken), name="waker")

    def wake_at(self, name: str, at: datetime) -> None:
        """Set, or set anew."""
        self._at[name] = at
        heapq.heappush(self._heap, (at, name))
        if self._heap[0][1] == name:
            self._changed.set()

    def forget(self, name: str) -> None:
        """What lies in the heap is passed over."""
        self._at.pop(name, None)

    def look_again(self) -> None:
        """Look at the clock."""
        self._changed.set()

    def stop(self) -> None:
        """End the task."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self, woken: Woken) -> None:
        while True:
            self._changed.clear()
            now = self._clock.now()
            while self._heap and self._heap[0][0] <= now:
                at, name = heapq.heappop(self._heap)
                if self._at.get(name) == at:
                    del self._at[name]
                    woken(name)
            if not self._heap:
                await self._changed.wait()
                continue
            sleeper = asyncio.ensure_future(self._clock.sleep_until(self._heap[0][0]))
            changed = asyncio.ensure_future(self._changed.wait())
            try:
                await asyncio.wait((sleeper, changed), return_when=asyncio.FIRST_COMPLETED)
            finally:
                sleeper.cancel()
                changed.cancel()
