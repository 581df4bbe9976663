"""APScheduler 3 as the live loop's alarm clock, with its pitfalls set right (STACK 0.2).

Memory store only: the jobs are rebuilt from our own books at each start. No grace time: its default of one
second would drop what came due while the loop was busy. Its job does nothing but hand a name over: shutting
down cancels whatever a job awaits.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from scheduler.waker import Woken

OPTIONS: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


class ApsWaker:
    """`scheduler.waker.Waker` on APScheduler."""

    def __init__(self) -> None:
        self.scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            job_defaults=OPTIONS,
            timezone=UTC,
        )
        self._woken: Woken = _nobody
        self._due_at: dict[str, datetime] = {}

    def start(self, woken: Woken) -> None:
        """Begin to ring; needs a running loop."""
        self._woken = woken
        self.scheduler.start()

    def wake_at(self, name: str, at: datetime) -> None:
        """Set, or set anew."""
        self._due_at[name] = at
        self.scheduler.add_job(
            self._ring,
            DateTrigger(at, timezone=UTC),
            args=(name, at),
            id=name,
            name=name,
            replace_existing=True,
        )

    def forget(self, name: str) -> None:
        """Take it out."""
        if self._due_at.pop(name, None) is not None:
            try:
                self.scheduler.remove_job(name)
            except JobLookupError:
                return  # it is ringing right now; `_ring` sees that nobody waits any more

    def look_again(self) -> None:
        """Have the scheduler look at the clock; its timers stand still while a machine sleeps."""
        self.scheduler.wakeup()

    def stop(self) -> None:
        """Ring nothing any more. What it rang for runs in tasks that are not the scheduler's."""
        if self.scheduler.running:
            self.scheduler.shutdown(wait=False)

    async def _ring(self, name: str, at: datetime) -> None:
        """A coroutine, because plain functions would be run in a thread."""
        if self._due_at.get(name) == at:
            del self._due_at[name]
            self._woken(name)


def _nobody(name: str) -> None:
    """Before the start."""
