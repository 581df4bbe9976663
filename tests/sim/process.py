"""A life of the desk's process: it dies at a chosen point, and what it leaves behind can touch nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextvars import Context, ContextVar, copy_context
from typing import TYPE_CHECKING, Any

from db.problem import CommitUnknown, problem
from tests.sim.poison import Poisonous, died
from trading.candles.candle_clock import CandleClock
from trading.domain.events import OrderIntended
from trading.domain.ids import CommandId, StreamId
from trading.domain.market import Bar
from trading.engine.loop import Engine
from trading.ports import PROTOCOL, Append, Journal, KeyUse, Snapshot, StaleWriter, StoredEvent
from trading.profiles.profile_desk import ProfileDesk
from trading.running.runner import Runner

if TYPE_CHECKING:
    from tests.sim.world import World

OWNER: ContextVar[Process | None] = ContextVar("OWNER", default=None)
"""The process in whose name the running code acts; None for the world itself."""


class Crash(BaseException):
    """The power went here. No handler of the product may take it for a failure that it knows."""


class ZombieUse(RuntimeError):
    """A dead process touched a port."""


class Process:
    """Everything that dies at a crash: its tasks are canceled at once, its handles are fenced."""

    def __init__(self, world: World, number: int, protocol: int = PROTOCOL) -> None:
        self.world = world
        self.number = number
        self.protocol = protocol
        self.is_dead = False
        self.has_crashed = False
        self.is_overtaken = False
        """Whether another process has begun although this one lives."""
        self.is_ready = False
        """Whether the book is loaded, so that prices and commands may come."""
        self.engine: Engine | None = None
        self.stepping: asyncio.Task[Any] | None = None
        self.runner: Runner | None = None
        """Who runs bots, on days on which there are any."""
        self.profiles: ProfileDesk | None = None
        """Who trades for profiles, on days on which there are any; `candles` hears of bars for them."""
        self.candles: CandleClock | None = None
        self.trading: asyncio.Task[Any] | None = None
        self.ended = asyncio.Event()
        self._tasks: dict[asyncio.Task[Any], None] = {}

    def wake_bots(self, bar: Bar | None = None) -> None:
        """A price has moved, or a bar has closed."""
        if self.runner is not None and bar is not None:
            self.runner.on_bar(bar)
        elif self.runner is not None:
            self.runner.wake()

    @property
    def is_resting(self) -> bool:
        """Whether the day is over for profiles, whatever life this is."""
        return self.world.is_resting

    def rest_profiles(self) -> None:
        """Nobody trades for profiles any more."""
        self.world.is_resting = True
        if self.trading is not None:
            self.trading.cancel()

    def rest_bots(self) -> None:
        """Nobody steps bots in this life any more: the day is over."""
        if self.stepping is not None:
            self.stepping.cancel()

    def spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """A task of this process; those that it starts belong to it too."""
        context = copy_context()
        context.run(OWNER.set, self)
        return asyncio.get_running_loop().create_task(work, name=name, context=context)

    def adopt(self, task: asyncio.Task[Any]) -> None:
        """From now on the task dies with this process."""
        self._tasks[task] = None
        task.add_done_callback(self._over)

    def hook(self, name: str) -> None:
        """A point at which the power may go."""
        self.must_live(name)
        if self.world.crashes_at(name):
            self.has_crashed = True
            self.kill()
            raise Crash(name)

    def must_live(self, name: str) -> None:
        """Fence: what is dead touches nothing."""
        if self.is_dead:
            self.world.fail("ZOMBIE", f"life {self.number} used {name} after its end")
            raise ZombieUse(name)

    def kill(self) -> None:
        """End it without a word."""
        if self.is_dead:
            return
        self.is_dead = True
        self.is_ready = False
        current = asyncio.current_task()
        for task in list(self._tasks):
            if task is not current:
                task.cancel()
        self.ended.set()

    async def buried(self) -> None:
        """Until nothing of it runs any more."""
        while self._tasks:
            await asyncio.wait(list(self._tasks))

    def _over(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)
        if task.cancelled():
            return
        error = task.exception()
        if error is None or isinstance(error, Crash | ZombieUse):
            return
        if isinstance(error, Poisonous) and not self.is_dead:
            self.kill()
            died(self.world)
        if self.is_overtaken and isinstance(error, StaleWriter):
            self.kill()
        if not self.is_dead:
            # A broken invariant ends the process; in here it also ends the scenario, with its words.
            self.world.fail("ASSERT", f"{task.get_name()}: {type(error).__name__}: {error}", error)
            self.kill()


def owned_tasks(
    loop: asyncio.AbstractEventLoop, work: Any, *, context: Context | None = None, **named: Any
) -> Any:
    """The loop's task factory: whoever starts a task owns it."""
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, context=context, **named)
    owner = OWNER.get() if context is None else context.get(OWNER)
    if owner is not None:
        owner.adopt(task)
        if owner.is_dead:
            task.cancel()
    return task


class SimJournal:
    """The real journal behind crash points, waits in which others may run, and a disk that can fail."""

    def __init__(self, process: Process, journal: Journal) -> None:
        self._process = process
        self._journal = journal
        self._world = process.world

    async def append(self, appends: Sequence[Append], epoch: int) -> None:
        """As the port says; the disk may be full, or the answer to COMMIT may be lost."""
        await self._pause()
        self._process.hook("append:before")
        fault = self._world.machine.disk_fault()
        if fault == "full":
            orders = any(type(e.event).__name__ == "OrderIntended" for a in appends for e in a.entries)
            self._world.fire("B02" if orders else "B03")
            raise problem("disk_full")
        self._world.machine.disk.before_commit()
        await self._journal.append(appends, epoch)
        self._world.committed(appends)
        self._process.hook("append:after")
        await self._pause()
        await self._freeze(appends)
        if fault == "unknown":
            self._world.fire("B10")
            unknown = problem("commit_unknown")
            raise CommitUnknown(unknown.code, unknown.sentence)

    async def heads(self) -> Mapping[StreamId, tuple[int, str]]:
        """As the port says."""
        self._process.hook("heads")
        return await self._journal.heads()

    async def read(self, stream: StreamId, after: int) -> AsyncIterator[StoredEvent]:
        """As the port says."""
        self._process.must_live("read")
        async for stored in self._journal.read(stream, after):
            yield stored

    async def used(self, command_id: CommandId) -> KeyUse | None:
        """As the port says."""
        self._process.must_live("used")
        return await self._journal.used(command_id)

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """As the port says."""
        self._process.hook("snapshot")
        await self._journal.save_snapshot(snapshot)

    async def snapshots(self) -> Mapping[StreamId, Snapshot]:
        """As the port says."""
        self._process.must_live("snapshots")
        return await self._journal.snapshots()

    async def next_epoch(self, protocol: int = PROTOCOL) -> int:
        """As the port says."""
        self._process.hook("epoch")
        return await self._journal.next_epoch(min(protocol, self._process.protocol))

    async def epoch(self) -> int:
        """As the port says."""
        self._process.must_live("epoch's number")
        return await self._journal.epoch()

    async def _freeze(self, appends: Sequence[Append]) -> None:
        """The machine sleeps between an intent and its sending; another process may take over meanwhile."""
        is_intent = any(isinstance(entry.event, OrderIntended) for one in appends for entry in one.entries)
        frozen_s = self._world.machine.freezes_s() if is_intent else 0.0
        if frozen_s:
            await self._world.clock.sleep_s(frozen_s)

    async def _pause(self) -> None:
        await self._world.clock.sleep_s(self._world.machine.disk_pause_s())


Listener = Callable[[Sequence[StoredEvent]], None]
