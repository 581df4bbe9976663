"""An asyncio loop whose time is a number: replay and the simulator run on it, no real second passes.

Nothing from outside can come in: sockets, threads, subprocesses and signals raise.
"""

from __future__ import annotations

import asyncio
import heapq
import threading
from asyncio import BaseEventLoop, Future, Handle, TimerHandle
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeVar

from trading.ports import Entropy

T = TypeVar("T")

STEPS_MAX = 1_000_000
_PRUNE_FROM = 256
_FORBIDDEN = (
    "run_in_executor",
    "set_default_executor",
    "add_reader",
    "add_writer",
    "remove_reader",
    "remove_writer",
    "add_signal_handler",
    "remove_signal_handler",
    "create_connection",
    "create_server",
    "create_datagram_endpoint",
    "create_unix_connection",
    "create_unix_server",
    "connect_accepted_socket",
    "connect_read_pipe",
    "connect_write_pipe",
    "start_tls",
    "sendfile",
    "getaddrinfo",
    "getnameinfo",
    "subprocess_exec",
    "subprocess_shell",
    "sock_recv",
    "sock_recv_into",
    "sock_recvfrom",
    "sock_recvfrom_into",
    "sock_sendall",
    "sock_sendto",
    "sock_connect",
    "sock_accept",
    "sock_sendfile",
)


class OutsideWorld(RuntimeError):
    """Something inside virtual time reached for a socket, a thread, a subprocess or a signal."""


class Stalled(RuntimeError):
    """Nothing is ready and no timer is set: what is awaited can never come."""


class Livelock(RuntimeError):
    """Too many callbacks ran without time moving on."""


class VirtualLoop(BaseEventLoop):
    """Runs what is ready; when nothing is, jumps to the next timer. Timers of one instant run in the
    order in which they were set.

    Args:
        entropy: picks the next callback among the ready ones; None (replay) takes the oldest.
        steps_max: callbacks that may run at one instant before it counts as a livelock.
    """

    _ready: deque[Handle]
    _stopping: bool
    _thread_id: int | None

    def __init__(self, entropy: Entropy | None = None, steps_max: int = STEPS_MAX) -> None:
        super().__init__()
        self._now_s = 0.0
        self._entropy = entropy
        self._timers: list[tuple[float, int, TimerHandle]] = []
        self._timer_count = 0
        self._canceled = 0
        self._steps = 0
        self._steps_max = steps_max
        self._quiet: deque[Future[None]] = deque()

    def time(self) -> float:
        """Virtual seconds since this loop was made."""
        return self._now_s

    def skip_to(self, when: float) -> bool:
        """Move time to `when` without giving up control, if nobody would have run in between.

        Returns False, and does nothing, when somebody else is due: then wait with a timer.
        """
        if self._ready or self._quiet or self._stopping or self._entropy is not None:
            return False
        self._drop_canceled_heads()
        if self._timers and self._timers[0][0] <= when:
            return False
        if when > self._now_s:
            self._now_s = when
            self._steps = 0
        return True

    def call_at(  # type: ignore[override]  # typeshed spells the arguments with an unpacked tuple
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> TimerHandle:
        """Like any loop's; equal instants keep the order of the calls."""
        handle = TimerHandle(when, callback, args, self, context)
        self._timer_count += 1
        heapq.heappush(self._timers, (when, self._timer_count, handle))
        handle._scheduled = True  # type: ignore[attr-defined]  # the flag that TimerHandle.cancel reads
        return handle

    def call_soon_threadsafe(  # type: ignore[override]  # as above
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> Handle:
        """From the loop's own thread (Ctrl-C, abandoned generators) only."""
        if self._thread_id is not None and self._thread_id != threading.get_ident():
            _outside("call_soon_threadsafe")
        return self.call_soon(callback, *args, context=context)

    def close(self) -> None:
        """Forget the timers and end."""
        super().close()
        self._timers.clear()

    def _run_once(self) -> None:
        ready = self._ready
        if not ready and not self._stopping and not self._tell_quiet():
            self._jump()
        timers = self._timers
        while timers and timers[0][0] <= self._now_s:
            timer = heapq.heappop(timers)[2]
            timer._scheduled = False  # type: ignore[attr-defined]  # as in call_at
            if timer.cancelled():
                self._canceled -= 1
            else:
                ready.append(timer)
        count = len(ready)
        self._steps += count
        if self._steps > self._steps_max:
            raise Livelock(
                f"{self._steps} callbacks ran without time moving on at {self._now_s} s: "
                f"the next one is {ready[0]!r}"
            )
        for _ in range(count):
            if self._entropy is not None:
                ready.rotate(-int(self._entropy.fraction() * len(ready)))
            handle = ready.popleft()
            if not handle.cancelled():
                handle._run()

    def quiet(self) -> Future[None]:
        """Done once nothing else can run at this instant: every callback and timer up to now has run."""
        future: Future[None] = self.create_future()
        self._quiet.append(future)
        return future

    def _tell_quiet(self) -> bool:
        self._drop_canceled_heads()
        if self._timers and self._timers[0][0] <= self._now_s:
            return False
        while self._quiet:
            future = self._quiet.popleft()
            if not future.done():
                future.set_result(None)
                return True
        return False

    def _jump(self) -> None:
        self._drop_canceled_heads()
        if not self._timers:
            waiting = ", ".join(sorted(task.get_name() for task in asyncio.all_tasks(self)))
            raise Stalled(f"nothing is ready and no timer is set, but these still wait: {waiting}")
        when = self._timers[0][0]
        if when > self._now_s:
            self._now_s = when
            self._steps = 0

    def _drop_canceled_heads(self) -> None:
        timers = self._timers
        while timers and timers[0][2].cancelled():
            heapq.heappop(timers)[2]._scheduled = False  # type: ignore[attr-defined]  # as in call_at
            self._canceled -= 1

    def _timer_handle_cancelled(self, handle: TimerHandle) -> None:
        if not handle._scheduled:  # type: ignore[attr-defined]  # as in call_at
            return
        self._canceled += 1
        if self._canceled > _PRUNE_FROM and self._canceled * 2 > len(self._timers):
            # Called before the handle itself is marked: it stays one round longer.
            kept = [entry for entry in self._timers if entry[2] is handle or not entry[2].cancelled()]
            heapq.heapify(kept)
            self._timers[:] = kept
            self._canceled = 1


def _outside(name: str) -> NoReturn:
    raise OutsideWorld(
        f"{name} was called in virtual time, where there are no sockets, threads, subprocesses or signals: "
        "use a port that is simulated"
    )


def _forbid(name: str) -> Callable[..., NoReturn]:
    def refused(*_args: object, **_named: object) -> NoReturn:
        _outside(name)

    refused.__name__ = name
    return refused


for _name in _FORBIDDEN:
    setattr(VirtualLoop, _name, _forbid(_name))


class VirtualClock:
    """`trading.ports.Clock` on a virtual loop: wall clock = `start` + virtual time + skew."""

    def __init__(self, loop: VirtualLoop, start: datetime, skew: timedelta = timedelta()) -> None:
        self._loop = loop
        self._zero = start + skew
        self._sleepers: dict[Future[None], None] = {}
        self._known_s = -1.0
        self._known = start

    def now(self) -> datetime:
        """The virtual wall clock, to the microsecond."""
        now_s = self._loop.time()
        if now_s != self._known_s:
            self._known = self._zero + timedelta(seconds=now_s)
            self._known_s = now_s
        return self._known

    def elapsed_s(self) -> float:
        """Virtual seconds, blind to jumps of the wall clock."""
        return self._loop.time()

    def jump(self, by: timedelta) -> None:
        """Set the wall clock forth or back, as an operator would; who waits for an instant looks again."""
        self._zero += by
        self._known_s = -1.0
        for future in list(self._sleepers):
            _wake(future)

    async def sleep_s(self, seconds: float) -> None:
        """Wait in virtual time; zero or less gives the others one turn."""
        await self._rest(self._loop.time() + max(0.0, seconds))

    async def sleep_until(self, at: datetime) -> None:
        """Return once `now() >= at`. Costs next to nothing when nobody else is due before."""
        while True:
            when = (at - self._zero).total_seconds()
            if when > self._loop.time() and self._alone() and self._loop.skip_to(when):
                return
            await self._rest(when, watched=True)
            if self.now() >= at:
                return

    @staticmethod
    def _alone() -> bool:
        task = asyncio.current_task()
        return task is None or not task.cancelling()

    async def _rest(self, when: float, watched: bool = False) -> None:
        future: Future[None] = self._loop.create_future()
        timer = self._loop.call_at(when, _wake, future)
        if watched:
            self._sleepers[future] = None
        try:
            await future
        finally:
            timer.cancel()
            self._sleepers.pop(future, None)


def _wake(future: Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def run(
    main: Callable[[VirtualLoop], Coroutine[Any, Any, T]],
    *,
    entropy: Entropy | None = None,
    steps_max: int = STEPS_MAX,
) -> T:
    """Run `main(loop)` to its end in virtual time; then cancel what is left and close.

    Raises:
        Stalled: `main` waits for what can never come.
        Livelock: callbacks go on without time moving.
    """
    loop = VirtualLoop(entropy, steps_max)
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(main(loop))
