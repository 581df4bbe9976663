"""The end of a desk, in its order, each step with a bound: what hangs does not keep the rest from ending.

Intake first, so that nothing new begins; then what is on its way to venues arrives; the scheduler; what is
to be told; the chats last of all, because they say good-bye; then the store. Protective orders are never
canceled: the venue keeps them, and the next start finds them.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from enum import IntEnum
from typing import Protocol

from msgspec import Struct

from bot.cli_exits import Exit
from trading.ports import Clock
from trading.telemetry import MUTE, Telemetry

SIGNALS = (signal.SIGTERM, signal.SIGINT)
DRAIN_S = 10.0
LOOK_S = 0.002

Work = Callable[[], Awaitable[object]]


class Step(IntEnum):
    """What ends when."""

    INTAKE = 1  # front ends take nothing more, webhooks answer 503
    DRAIN = 2  # orders on their way: their answers still come in
    SCHEDULER = 3
    TELLING = 4  # the notifier and the courier deliver what is there
    FRONTS = 5  # chats, boards, web
    WRITER = 6  # outbox and engine; the snapshot is saved
    STORE = 7


MOST_S: dict[Step, float] = {
    Step.INTAKE: 2.0,
    Step.DRAIN: DRAIN_S + 1.0,
    Step.SCHEDULER: 2.0,
    Step.TELLING: 5.0,
    Step.FRONTS: 5.0,
    Step.WRITER: 10.0,
    Step.STORE: 10.0,
}


class Ended(Struct, frozen=True):
    """How a step went. `said` is empty when it went well."""

    step: Step
    took_s: float
    said: str = ""


class Idle(Protocol):
    """What draining looks at: the engine."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is on its way."""
        ...


class ShutDown:
    """Collects what is to be done at the end, and does it in the order of `Step`, however it was added.

    `run` may be called twice (a signal, then the `finally` of whoever runs the desk): the second call waits
    for the first and does nothing more.
    """

    def __init__(self, clock: Clock, telemetry: Telemetry = MUTE) -> None:
        self._clock = clock
        self._telemetry = telemetry
        self._work: list[tuple[Step, Work]] = []
        self._running: asyncio.Task[list[Ended]] | None = None

    def add(self, step: Step, work: Work) -> None:
        """Do this in that step; several works of one step are done in the order in which they were added."""
        self._work.append((step, work))

    def add_drain(self, engine: Idle, *, writer: Callable[[], bool] = lambda: True) -> None:
        """Wait for what is on its way, ten seconds at most; not at all when the writer is dead."""

        async def drain() -> None:
            until = self._clock.elapsed_s() + DRAIN_S
            while writer() and not engine.is_idle and self._clock.elapsed_s() < until:
                await self._clock.sleep_s(LOOK_S)

        self.add(Step.DRAIN, drain)

    async def run(self) -> list[Ended]:
        """End everything; how each step went. One that fails or hangs is logged, and the next one comes."""
        if self._running is None:
            self._running = asyncio.create_task(self._run(), name="shut-down")
        # Who waits may be canceled meanwhile; the end itself goes on.
        return await asyncio.shield(self._running)

    async def _run(self) -> list[Ended]:
        ended = []
        for step in Step:
            for work in [work for at, work in self._work if at is step]:
                ended.append(await self._one(step, work))
        return ended

    async def _one(self, step: Step, work: Work) -> Ended:
        began_s, said = self._clock.elapsed_s(), ""
        try:
            async with asyncio.timeout(MOST_S[step]):
                await work()
        except TimeoutError:
            said = f"not done after {MOST_S[step]:g} s"
        except Exception as error:  # noqa: BLE001 - the next step must come all the same
            said = f"{type(error).__name__}: {error}"
        took_s = self._clock.elapsed_s() - began_s
        level = "warning" if said else "info"
        self._telemetry.log(
            level, "shut_down_step", step=step.name.lower(), took_s=round(took_s, 3), said=said
        )
        return Ended(step, took_s, said)


class Signals:
    """The first SIGTERM or SIGINT asks for an orderly end (`asked`), the second one ends the process at once.

    Install it when it is clear what the first one leads to; until then Python's own way ends a hanging start.
    """

    def __init__(self, asked: asyncio.Event, end: Callable[[int], object] = os._exit) -> None:
        self._asked = asked
        self._end = end

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        """Listen to both signals."""
        for name in SIGNALS:
            loop.add_signal_handler(name, self.heard)

    def remove(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop listening."""
        for name in SIGNALS:
            loop.remove_signal_handler(name)

    def heard(self) -> None:
        """One of them came."""
        if self._asked.is_set():
            # What was committed is safe, and a start is the way to recover; waiting was tried.
            self._end(int(Exit.INTERRUPTED))
        self._asked.set()
