"""The end in its order, with bounds: what hangs or fails does not keep the rest from ending."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli_exits import Exit
from bot.main.shutting import MOST_S, ShutDown, Signals, Step
from trading.virtual_time import VirtualClock, VirtualLoop, run

START = datetime(2026, 1, 5, tzinfo=UTC)


def played(play: Callable[[VirtualLoop, VirtualClock, ShutDown], Awaitable[None]]) -> None:
    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, START)
        await play(loop, clock, ShutDown(clock))

    run(main)


def test_steps_end_in_their_order_whatever_the_order_of_adding() -> None:
    seen: list[str] = []

    def noting(name: str) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            seen.append(name)

        return work

    async def play(loop: VirtualLoop, clock: VirtualClock, end: ShutDown) -> None:
        for step in reversed(Step):
            end.add(step, noting(step.name))
            end.add(step, noting(step.name + "+"))
        await end.run()

    played(play)
    assert seen == [f"{step.name}{mark}" for step in Step for mark in ("", "+")]
    assert [step.name for step in Step][:5] == ["INTAKE", "DRAIN", "SCHEDULER", "TELLING", "FRONTS"]


def test_what_hangs_or_fails_does_not_keep_the_rest_from_ending() -> None:
    async def play(loop: VirtualLoop, clock: VirtualClock, end: ShutDown) -> None:
        async def hang() -> None:
            await asyncio.Event().wait()

        async def fail() -> None:
            raise OSError("the chat is gone")

        async def fine() -> None:
            await clock.sleep_s(1)

        end.add(Step.INTAKE, fail)
        end.add(Step.TELLING, hang)
        end.add(Step.STORE, fine)
        first, second, third = await end.run()
        assert (first.step, first.said) == (Step.INTAKE, "OSError: the chat is gone")
        assert (second.took_s, second.said) == (MOST_S[Step.TELLING], "not done after 5 s")
        assert (third.took_s, third.said) == (1, "")

    played(play)


class Busy:
    """An engine that comes to rest at an instant."""

    def __init__(self, clock: VirtualClock, until_s: float) -> None:
        self.clock, self.until_s = clock, until_s

    @property
    def is_idle(self) -> bool:
        return (self.clock.now() - START).total_seconds() >= self.until_s


@pytest.mark.parametrize(("busy_s", "waited_s"), [(0.0, 0.0), (3.0, 3.0), (10_000.0, 10.0)])
def test_orders_on_their_way_get_ten_seconds(busy_s: float, waited_s: float) -> None:
    async def play(loop: VirtualLoop, clock: VirtualClock, end: ShutDown) -> None:
        end.add_drain(Busy(clock, busy_s))
        (ended,) = await end.run()
        assert abs(ended.took_s - waited_s) < 0.01 and ended.said == ""

    played(play)


def test_a_dead_writer_is_not_waited_for() -> None:
    async def play(loop: VirtualLoop, clock: VirtualClock, end: ShutDown) -> None:
        end.add_drain(Busy(clock, 100.0), writer=lambda: False)
        (ended,) = await end.run()
        assert ended.took_s == 0

    played(play)


def test_an_end_that_is_asked_for_twice_happens_once() -> None:
    count = 0

    async def play(loop: VirtualLoop, clock: VirtualClock, end: ShutDown) -> None:
        async def work() -> None:
            nonlocal count
            await clock.sleep_s(1)
            count += 1

        end.add(Step.FRONTS, work)
        first = asyncio.create_task(end.run())
        await clock.sleep_s(0.5)
        first.cancel()
        assert len(await end.run()) == 1
        assert (await end.run())[0].said == ""

    played(play)
    assert count == 1


async def test_the_second_signal_ends_the_process_at_once() -> None:
    asked, ended = asyncio.Event(), asyncio.Event()
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    signals = Signals(asked, end)
    loop = asyncio.get_running_loop()
    signals.install(loop)
    try:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(asked.wait(), 10)
        assert codes == []
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(ended.wait(), 10)
    finally:
        signals.remove(loop)
    assert codes == [Exit.INTERRUPTED]


def test_a_process_whose_end_hangs_is_ended_by_the_second_signal() -> None:
    script = (
        "import asyncio\nfrom bot.main.shutting import Signals\n"
        "async def main():\n"
        "    asked = asyncio.Event()\n"
        "    Signals(asked).install(asyncio.get_running_loop())\n"
        "    print('up', flush=True)\n"
        "    await asked.wait()\n"
        "    print('asked', flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"up\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == b"asked\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == Exit.INTERRUPTED
    finally:
        process.kill()
        process.stdout.close()
