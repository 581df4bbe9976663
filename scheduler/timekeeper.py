"""All that runs in time on one desk: recurring orders, digests, and the desk's own jobs, on one runner.

Recurring orders stand in the book, so their last slot is known from the journal. Standing jobs keep theirs in
the registers (`job:<name>`): a hint from when on to count. That a slot happens once does not hang on it,
since what a slot causes is a command whose id the journal takes once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from scheduler.digest import DEFAULT_CLOCK, day_before, digest_facts, digest_schedule
from scheduler.job import Job, Missed
from scheduler.jobs import Standing, told
from scheduler.runner import Jumped, Runner, Said, nothing
from scheduler.waker import Waker
from trading.domain import commands as cm
from trading.domain import events_timed as et
from trading.domain.book import Account, Book
from trading.domain.events import AccountOpened, Level
from trading.domain.ids import AccountId, PersonId
from trading.domain.moment import seconds_between
from trading.domain.timed import Recurring, slot_command_id
from trading.ports import Clock, Denied, Desk, JournalUnavailable, Ledger, Registers, StoredEvent
from trading.telemetry import MUTE, Telemetry

FRESH_WAIT_S = 60
"""So long a recurring order waits for a price that is not stale; then the gate says what it says."""
DIGEST = "digest/"
NOT_WRITTEN = frozenset({"not_recorded", "busy"})
DIGEST_LATE = timedelta(hours=20)
"""A morning's digest that is later than that is left out: the next one is near."""
SETTINGS_OF_DIGEST = frozenset({"digest", "zone"})

OrderOf = Callable[[Account, Recurring], Awaitable[cm.OpenPosition | str]]
"""The order that a recurring line means on today's market, or a sentence why there is none. It is read by the
same grammar as a typed line."""


class NotWritten(Exception):
    """The journal could not take a slot's command: it is tried again."""


@dataclass(frozen=True)
class Parts:
    """What the clockwork stands on."""

    desk: Desk
    book: Callable[[], Book]
    ledger: Ledger
    registers: Registers
    clock: Clock
    waker: Waker
    order_of: OrderOf


class Timekeeper:
    """The clockwork: `start` once the book is loaded, `committed` for each batch, `close` at the end."""

    def __init__(
        self,
        parts: Parts,
        standing: Sequence[Standing] = (),
        *,
        zone: str = "UTC",
        jumped: Jumped = nothing,
        telemetry: Telemetry = MUTE,
    ) -> None:
        self._desk = parts.desk
        self._book = parts.book
        self._ledger = parts.ledger
        self._registers = parts.registers
        self._clock = parts.clock
        self._order_of = parts.order_of
        self._standing = {one.name: one for one in standing}
        self._zone = zone
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_up = False
        self._telemetry = telemetry
        self.runner = Runner(
            parts.clock,
            parts.waker,
            self._fire,
            self._miss,
            done=self._note,
            jumped=jumped,
            telemetry=telemetry,
        )

    # ------------------------------------------------------------ what others call

    async def start(self) -> None:
        """Gather every job and begin: what came while the desk was away is dealt with by its own rule."""
        now = self._clock.now()
        for one in self._standing.values():
            since = await self._known(one.name) if one.remembers else None
            self.runner.put(Job(one.name, one.schedule, since or now, one.missed))
        book = self._book()
        for account in book.accounts.values():
            for recurring in account.schedules:
                self._put(recurring)
        for person in dict.fromkeys(account.owner for account in book.accounts.values()):
            await self._put_digest(person)
        self._is_up = True
        self.runner.start()

    async def close(self) -> None:
        """End: see `Runner.close`."""
        self._is_up = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.runner.close()

    def committed(self, stored: Sequence[StoredEvent]) -> None:
        """A batch was written down: jobs that it sets, pauses or ends. A listener of the engine."""
        if not self._is_up:
            return
        for one in stored:
            event = one.event
            match event:
                case et.ScheduleSet() | et.SchedulePaused():
                    schedule_id = (
                        event.recurring.schedule_id
                        if isinstance(event, et.ScheduleSet)
                        else event.schedule_id
                    )
                    found = self._found(schedule_id)
                    if found is not None:
                        self._put(found[1])
                case et.ScheduleDropped():
                    self.runner.drop(event.schedule_id)
                case AccountOpened():
                    self._aside(self._put_digest(event.owner))
                case _:
                    pass

    def setting_changed(self, person: PersonId, name: str) -> None:
        """A person's setting has changed: their digest may be due at another time."""
        if self._is_up and name in SETTINGS_OF_DIGEST:
            self._aside(self._put_digest(person))

    # ------------------------------------------------------------ jobs

    def _put(self, recurring: Recurring) -> None:
        if recurring.is_paused:
            self.runner.drop(recurring.schedule_id)
            return
        self.runner.put(
            Job(
                recurring.schedule_id,
                recurring.schedule,
                recurring.handled,
                Missed.RUN_IF_WITHIN,
                recurring.tolerance_s,
            )
        )

    async def _put_digest(self, person: PersonId) -> None:
        """The person's digest on their clock of today; none when they want none."""
        name = f"{DIGEST}{person}"
        try:
            kept = await self._registers.settings(person)
            since = await self._known(name)
        except JournalUnavailable as problem:
            self._telemetry.log("error", "digest_not_set", person=person, error=str(problem))
            return
        clock = kept.get("digest", DEFAULT_CLOCK)
        schedule = digest_schedule(clock, kept.get("zone", self._zone))
        if schedule is None:
            self.runner.drop(name)
            return
        before = self.runner.jobs.get(name)
        if before is not None and before.schedule == schedule:
            return
        # A new time counts from now on; the first one after a start from the last that was told.
        begins = self._clock.now() if before is not None or since is None else since
        tolerance_s = DIGEST_LATE // timedelta(seconds=1)
        self.runner.put(Job(name, schedule, begins, Missed.RUN_IF_WITHIN, tolerance_s))

    async def _known(self, name: str) -> datetime | None:
        text = await self._registers.meta(f"job:{name}")
        return datetime.fromisoformat(text) if text else None

    async def _note(self, job: Job, slot: datetime) -> None:
        standing = self._standing.get(job.name)
        if job.name.startswith(DIGEST) or (standing is not None and standing.remembers):
            await self._registers.put_meta(f"job:{job.name}", slot.isoformat())

    def _found(self, schedule_id: str) -> tuple[Account, Recurring] | None:
        for account in self._book().accounts.values():
            for recurring in account.schedules:
                if recurring.schedule_id == schedule_id:
                    return account, recurring
        return None

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="jobs-set")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ------------------------------------------------------------ slots

    async def _fire(self, job: Job, slot: datetime) -> None:
        standing = self._standing.get(job.name)
        if standing is not None:
            await standing.run(slot)
        elif job.name.startswith(DIGEST):
            await self._digest(PersonId(job.name.removeprefix(DIGEST)), job, slot)
        else:
            await self._run(job, slot)

    async def _run(self, job: Job, slot: datetime) -> None:
        """One slot of a recurring order: read its line on today's market and have it judged."""
        found = self._found(job.name)
        if found is None:
            return
        account, recurring = found
        order = await self._fresh_order(account, recurring)
        command_id = slot_command_id(job.name, slot)
        if isinstance(order, str):
            await self._submit(
                cm.MissSlots(
                    command_id, recurring.person, account.account, job.name, slot, slot, 1, order, asks=True
                )
            )
            return
        order = replace(order, command_id=command_id)
        await self._submit(cm.RunSlot(command_id, recurring.person, account.account, job.name, slot, order))

    async def _fresh_order(self, account: Account, recurring: Recurring) -> cm.OpenPosition | str:
        """The order, on a price that is not stale if one comes within a minute: after a sleep the feed needs
        a moment, and nothing is bought on the price of yesterday."""
        for _ in range(FRESH_WAIT_S):
            order = await self._order_of(account, recurring)
            if isinstance(order, str) or not order.seen.market_open or not self._is_stale(order.seen):
                return order
            await self._clock.sleep_s(1)
        return await self._order_of(account, recurring)

    def _is_stale(self, seen: cm.Seen) -> bool:
        if seen.quote is None:
            return True
        return seconds_between(seen.quote.at, self._clock.now()) > seen.stale_after_s

    async def _digest(self, person: PersonId, job: Job, slot: datetime) -> None:
        """What the person's yesterday was, written down once."""
        zone = (await self._registers.settings(person)).get("zone", self._zone)
        facts = await digest_facts(self._book(), self._ledger, person, day_before(slot, zone))
        if facts is None:
            return
        account = AccountId(facts["account.1"])
        command_id = slot_command_id(job.name, slot)
        await self._submit(cm.Tell(command_id, person, account, "digest", "job", Level.INFO.value, facts))

    async def _miss(self, job: Job, said: Said) -> None:
        slots = said.slots
        found = self._found(job.name)
        if found is not None:
            account, recurring = found
            await self._submit(
                cm.MissSlots(
                    slot_command_id(job.name, slots.last),
                    recurring.person,
                    account.account,
                    job.name,
                    slots.first,
                    slots.last,
                    slots.count,
                    said.reason,
                    said.asks,
                )
            )
            return
        standing = self._standing.get(job.name)
        if standing is not None and standing.says:
            facts = {
                "job": job.name,
                "count": str(slots.count),
                "first": slots.first.isoformat(),
                "last": slots.last.isoformat(),
                "reason": said.reason,
            }
            await self._submit(told(job.name, slots.last, "job_missed", "job", Level.WARNING, facts))

    async def _submit(self, command: cm.Command) -> None:
        answer = await self._desk.submit(command)
        if isinstance(answer, Denied) and NOT_WRITTEN & {one.code for one in answer.refusals}:
            raise NotWritten(answer.refusals[0].sentence)
