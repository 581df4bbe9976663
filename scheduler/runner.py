"""Keeps jobs: is woken, sees what is due, hands it over. Trades nothing and decides nothing about trades.

Each slot goes to `fire`, which submits a command whose id is `job:<name>:<slot>`: the journal makes it happen
once, over crashes and double wakings alike. One job never runs twice at the same time: a slot that comes
while the one before is not done is passed over and counted (C07).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from scheduler.job import Due, Job, due, first_slot
from scheduler.waker import Waker
from trading.domain.schedule import Passed, passed
from trading.ports import Clock
from trading.telemetry import MUTE, Telemetry

LOOK_EVERY_S = 10.0
"""How often the wall clock is held against the one that never jumps."""
JUMP = timedelta(seconds=2)

RETRY_S = 30
RETRIES_MAX = 6
"""A slot that cannot be dealt with is tried again so often, each time after twice the pause; then it is left
to the next start, whose journal still knows nothing of it."""
CLOSE_S = 5.0


class Said(Struct, frozen=True):
    """Slots that are not used: `late` (the desk was away too long) or `busy` (the one before was not done).
    `asks`: a person is to say whether the newest is still wanted."""

    slots: Passed
    reason: str = "late"
    asks: bool = False


Fire = Callable[[Job, datetime], Awaitable[None]]
"""Carry one slot out: submit its command. Raises when it could not be written down."""
Miss = Callable[[Job, Said], Awaitable[None]]
"""Tell of slots that are not used: submit what says so. Raises like Fire."""
Done = Callable[[Job, datetime], Awaitable[None]]
"""A job is dealt with up to this slot."""
Jumped = Callable[[timedelta], Awaitable[None]]
"""The wall clock has moved by so much more than time went by: a machine slept, or was set right."""


async def nothing(*_: object) -> None:
    """For desks that keep no note and need not be told."""


class Runner:
    """The desk's jobs: `fire` and `miss` are called in tasks that are not the waker's."""

    def __init__(
        self,
        clock: Clock,
        waker: Waker,
        fire: Fire,
        miss: Miss,
        *,
        done: Done = nothing,
        jumped: Jumped = nothing,
        telemetry: Telemetry = MUTE,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self.clock = clock
        self._look_every_s = look_every_s
        self.jobs: dict[str, Job] = {}
        self.passed_over: dict[str, int] = {}
        """How many slots of each job came while the one before was not done."""
        self._waker = waker
        self._fire = fire
        self._miss = miss
        self._done = done
        self._jumped = jumped
        self._telemetry = telemetry
        self._working: dict[str, asyncio.Task[None]] = {}
        self._busy: dict[str, Passed] = {}
        self._tries: dict[str, int] = {}
        self._watch: asyncio.Task[None] | None = None

    # ------------------------------------------------------------ what others call

    def put(self, job: Job) -> None:
        """Keep a job, or keep it differently from now on."""
        self.jobs[job.name] = job
        self._tries.pop(job.name, None)
        if self._watch is not None:
            self._arm(job)

    def drop(self, name: str) -> None:
        """Forget a job; a slot that is being carried out is."""
        self.jobs.pop(name, None)
        self._waker.forget(name)

    def start(self) -> None:
        """Begin: what came while nobody was here is dealt with by each job's own rule."""
        self._waker.start(self._woken)
        self._watch = asyncio.create_task(self._watch_clock(), name="jobs-clock")
        for job in list(self.jobs.values()):
            self._arm(job)

    async def close(self) -> None:
        """Ring no more; what is being carried out has a moment to end. The rest is done at the next start:
        the journal knows what was."""
        self._waker.stop()
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
            self._watch = None
        if self._working:
            ending = asyncio.ensure_future(self.clock.sleep_s(CLOSE_S))
            rest = asyncio.gather(*self._working.values(), return_exceptions=True)
            await asyncio.wait((ending, rest), return_when=asyncio.FIRST_COMPLETED)
            ending.cancel()
            rest.cancel()
            await asyncio.gather(ending, rest, return_exceptions=True)

    @property
    def is_busy(self) -> bool:
        """Whether a slot is being carried out."""
        return bool(self._working)

    # ------------------------------------------------------------ inside

    def _arm(self, job: Job) -> None:
        slot = first_slot(job)
        if slot is not None:
            self._waker.wake_at(job.name, slot)
        else:
            self._waker.forget(job.name)

    def _woken(self, name: str) -> None:
        """Called by the waker; hands over and returns."""
        job = self.jobs.get(name)
        if job is None:
            return
        found = due(job, self.clock.now())
        if found is None:
            self._arm(job)
            return
        handled = replace(job, since=found.done)
        self.jobs[name] = handled
        if name in self._working:
            self._pass_over(job, found.done)
        else:
            task = asyncio.create_task(self._work(job, found), name=f"job:{name}")
            self._working[name] = task
        self._arm(handled)

    def _pass_over(self, job: Job, newest: datetime) -> None:
        slots = passed(job.schedule, job.since, newest)
        assert slots is not None, "something was due"
        before = self._busy.get(job.name)
        if before is not None:
            slots = replace(slots, first=before.first, count=before.count + slots.count)
        self._busy[job.name] = slots
        self.passed_over[job.name] = self.passed_over.get(job.name, 0) + 1
        self._telemetry.count("job_passed_over", job=job.name)

    async def _work(self, job: Job, found: Due) -> None:
        try:
            if found.missed is not None:
                self._telemetry.count("job_missed", found.missed.count, job=job.name)
                await self._miss(job, Said(found.missed, "late", found.asks))
            for slot in found.run:
                began_s = self.clock.elapsed_s()
                await self._fire(job, slot)
                self._telemetry.took("job_took", self.clock.elapsed_s() - began_s, job=job.name)
            busy = self._busy.pop(job.name, None)
            if busy is not None:
                await self._miss(job, Said(busy, "busy"))
            await self._done(job, busy.last if busy is not None else found.done)
            self._tries.pop(job.name, None)
        except Exception as error:  # noqa: BLE001 - one job's trouble must not reach the others
            self._telemetry.log("error", "job_failed", job=job.name, error=f"{type(error).__name__}: {error}")
            self._try_again(job)
        finally:
            self._working.pop(job.name, None)

    def _try_again(self, job: Job) -> None:
        """Set a job back to before the slot, so that its rule judges anew how late it is, in a while."""
        self._busy.pop(job.name, None)
        tries = self._tries.get(job.name, 0) + 1
        self._tries[job.name] = tries
        now = self.jobs.get(job.name)
        if now is None or now.schedule != job.schedule:
            return
        if tries > RETRIES_MAX:
            self._tries.pop(job.name)
            self._telemetry.count("job_given_up", job=job.name)
            return
        self.jobs[job.name] = job
        pause = timedelta(seconds=RETRY_S * 2 ** (tries - 1))
        self._waker.wake_at(job.name, self.clock.now() + pause)

    async def _watch_clock(self) -> None:
        """Timers stand still while a machine sleeps and know nothing of a clock that is set: look now and
        then whether the wall went another way than time."""
        wall, elapsed_s = self.clock.now(), self.clock.elapsed_s()
        while True:
            await self.clock.sleep_s(self._look_every_s)
            now, now_s = self.clock.now(), self.clock.elapsed_s()
            gap = (now - wall) - timedelta(seconds=now_s - elapsed_s)
            wall, elapsed_s = now, now_s
            if abs(gap) > JUMP:
                self._telemetry.log("warning", "clock_jumped", seconds=gap.total_seconds())
                await self._jumped(gap)
                for job in list(self.jobs.values()):
                    self._arm(job)
                self._waker.look_again()
