"""Keeps the desk's edges alive: a part that crashes is started again and said once; trading goes on.

Parts at the edge (front ends, feeds, the notifier, boards, the web server) may crash; core parts (the writer,
the market's clock) may not: when one ends, so does the process, because a start is the way to recover.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from bot.conversation.messenger import Refused
from bot.conversation.words import say
from bot.redaction import Redactor
from trading.ports import Clock
from trading.telemetry import MUTE, Telemetry

REASON_LENGTH_MAX = 200

Say = Callable[[str, str, Mapping[str, str]], None]
"""(code, level, facts): tell the operator, durably. `notice.<code>` are the words."""


class Kind(StrEnum):
    """What a part is for; the end of the desk goes through these in an order."""

    CORE = "core"
    FEED = "feed"
    FRONT = "front"
    NOTIFIER = "notifier"
    SCHEDULER = "scheduler"
    BOARD = "board"
    WEB = "web"
    WATCH = "watch"


class State(StrEnum):
    """How a part is."""

    WAITING = "waiting"  # not started yet
    RUNNING = "running"
    RESTARTING = "restarting"  # crashed, comes back within moments
    PAUSED = "paused"  # crashed too often, comes back after a minute
    DISABLED = "disabled"  # cannot work until somebody changes something
    ENDED = "ended"  # came to its own good end


class Bounds(Struct, frozen=True):
    """How restarts are paced. Seconds.

    A part that lived for `well_s` counts as well again. `crashes_max` crashes within `crashes_s` pause it.
    """

    first_s: float = 0.5
    longest_s: float = 30.0
    crashes_max: int = 3
    crashes_s: float = 60.0
    pause_s: float = 60.0
    well_s: float = 60.0


class PartState(Struct, frozen=True):
    """A part as `/health` and `/healthz` show it. `said` is its newest complaint, without secrets."""

    name: str
    kind: Kind
    state: State
    since: datetime
    restarts: int = 0
    said: str = ""


@dataclass
class _Part:
    name: str
    kind: Kind
    run: Callable[[], Awaitable[object]]
    may_end: bool
    cure: str
    state: State = State.WAITING
    since: datetime | None = None
    restarts: int = 0
    said: str = ""
    crashes: deque[float] = field(default_factory=deque)
    in_a_row: int = 0
    is_told: bool = False
    task: asyncio.Task[None] | None = None


class Supervisor:
    """Runs parts. Build it, `add` parts, `start`, wait for `broken`, `stop` kind by kind.

    Args:
        say: how the operator hears of it (`Noticed` with topic `operation`).
        redactor: takes secrets out of what a crash says.
        fatal: errors after which trying again is no use until somebody changes something.
    """

    def __init__(
        self,
        clock: Clock,
        say: Say,
        *,
        telemetry: Telemetry = MUTE,
        redactor: Redactor | None = None,
        bounds: Bounds | None = None,
        fatal: tuple[type[Exception], ...] = (Refused,),
    ) -> None:
        self._clock = clock
        self._tell = say
        self._telemetry = telemetry
        self._redactor = redactor or Redactor()
        self._bounds = bounds or Bounds()
        self._fatal = fatal
        self._parts: dict[str, _Part] = {}
        self._failure: BaseException | None = None
        self._broke = asyncio.Event()

    def add(
        self,
        name: str,
        kind: Kind,
        run: Callable[[], Awaitable[object]],
        *,
        may_end: bool = False,
        cure: str = "",
    ) -> None:
        """Take a part on; `run` is called anew for every life of it.

        `may_end`: coming to an end is no crash (a console whose input ended). `cure`: what to do when it is
        refused for good, as a sentence (`say("supervise.cure.telegram")`).
        """
        assert name not in self._parts, f"there is a part {name} already"
        self._parts[name] = _Part(name, kind, run, may_end, cure)

    def start(self, *names: str) -> None:
        """Start these parts, or all that wait."""
        for part in self._parts.values():
            if part.task is None and (not names or part.name in names):
                keep = self._run_core if part.kind is Kind.CORE else self._keep
                part.task = asyncio.create_task(keep(part), name=f"part:{part.name}")

    def states(self) -> tuple[PartState, ...]:
        """How every part is, in the order in which they were added."""
        now = self._clock.now()
        return tuple(
            PartState(one.name, one.kind, one.state, one.since or now, one.restarts, one.said)
            for one in self._parts.values()
        )

    def state(self, name: str) -> State:
        """How one part is."""
        return self._parts[name].state

    async def broken(self) -> None:
        """Wait until a core part has ended; raises what ended it. Never returns."""
        await self._broke.wait()
        assert self._failure is not None
        raise self._failure

    async def ended(self, name: str) -> None:
        """Wait until a part is over for good: it came to its end, was refused, or was stopped."""
        task = self._parts[name].task
        if task is not None:
            await asyncio.wait({task})

    async def stop(self, *kinds: Kind) -> None:
        """Cancel the parts of these kinds (all without any) and wait until they are gone."""
        tasks = [
            part.task
            for part in self._parts.values()
            if part.task is not None and (not kinds or part.kind in kinds)
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------ one part's life

    async def _run_core(self, part: _Part) -> None:
        self._enter(part, State.RUNNING)
        try:
            await part.run()
            self._failure = self._failure or AssertionError(f"the task {part.name} ended")
        except asyncio.CancelledError:
            self._enter(part, State.ENDED)
            raise
        except Exception as error:  # noqa: BLE001 - handed on by `broken`
            part.said = self._sentence(error)
            self._telemetry.log("error", "core_part_ended", part=part.name, why=part.said)
            self._failure = self._failure or error
        self._enter(part, State.ENDED)
        self._broke.set()

    async def _keep(self, part: _Part) -> None:
        while True:
            began_s = self._clock.elapsed_s()
            self._enter(part, State.RUNNING)
            error = await self._one_life(part)
            if error is None:
                self._enter(part, State.ENDED)
                return
            part.said = self._sentence(error)
            if any(isinstance(leaf, self._fatal) for leaf in _leaves(error)):
                self._disable(part)
                return
            await self._clock.sleep_s(self._pause_s(part, began_s))
            part.restarts += 1
            self._telemetry.count("restarts", part=part.name)

    async def _one_life(self, part: _Part) -> BaseException | None:
        """Run it until it ends; None for a good end. It lives in a task of its own, so that a part that
        cancels itself does not take its keeper along."""
        life = asyncio.ensure_future(_awaited(part.run))
        well = asyncio.create_task(self._well_after(part))
        try:
            await asyncio.wait({life})
        except asyncio.CancelledError:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)
            self._enter(part, State.ENDED)
            raise
        finally:
            well.cancel()
        if life.cancelled():
            return AssertionError("it was canceled from inside")
        error = life.exception()
        if error is None and not part.may_end:
            return AssertionError("it ended although it never should")
        if error is not None:
            self._telemetry.log("error", "part_crashed", part=part.name, why=self._sentence(error))
        return error

    async def _well_after(self, part: _Part) -> None:
        """Say that a part which made trouble is well again, once it has lived for a while."""
        await self._clock.sleep_s(self._bounds.well_s)
        part.in_a_row = 0
        part.crashes.clear()
        if part.is_told:
            part.is_told = False
            part.said = ""
            self._tell("part_back", "success", {"part": part.name})

    def _pause_s(self, part: _Part, began_s: float) -> float:
        """How long to wait before the next life; tells what there is to tell."""
        now_s, bounds = self._clock.elapsed_s(), self._bounds
        part.crashes.append(now_s)
        while part.crashes and now_s - part.crashes[0] > bounds.crashes_s:
            part.crashes.popleft()
        if len(part.crashes) >= bounds.crashes_max:
            part.crashes.clear()
            part.in_a_row = 0
            if part.state is not State.PAUSED:
                self._enter(part, State.PAUSED)
            facts = {"part": part.name, "why": part.said, "n": str(bounds.crashes_max)}
            self._tell("part_paused", "error", facts)
            part.is_told = True
            return bounds.pause_s
        self._enter(part, State.RESTARTING)
        pause_s: float = min(bounds.first_s * 2**part.in_a_row, bounds.longest_s)
        part.in_a_row += 1
        if not part.is_told:
            part.is_told = True
            self._tell("part_restarted", "warning", {"part": part.name, "why": part.said})
        return pause_s

    def _disable(self, part: _Part) -> None:
        self._enter(part, State.DISABLED)
        self._telemetry.log("error", "part_disabled", part=part.name, why=part.said)
        self._tell(
            "part_disabled",
            "error",
            {"part": part.name, "why": part.said, "cure": part.cure or say("supervise.cure")},
        )

    def _enter(self, part: _Part, state: State) -> None:
        part.state, part.since = state, self._clock.now()
        self._telemetry.level("part_up", 1.0 if state is State.RUNNING else 0.0, part=part.name)

    def _sentence(self, error: BaseException) -> str:
        first = next(_leaves(error), error)
        text = " ".join(f"{first}".split()) or type(first).__name__
        return self._redactor.text(text)[:REASON_LENGTH_MAX]


async def _awaited(run: Callable[[], Awaitable[object]]) -> None:
    await run()


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """The errors inside groups, which task groups raise."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
