"""Virtual time: asyncio as usual, no real second passes, the same run twice is the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from trading.entropy import SeededEntropy
from trading.virtual_time import Livelock, OutsideWorld, Stalled, VirtualClock, VirtualLoop, run

START = datetime(2018, 4, 4, 1, 0, tzinfo=UTC)


def test_a_century_passes_while_nobody_waits() -> None:
    async def main(loop: VirtualLoop) -> datetime:
        clock = VirtualClock(loop, START)
        await clock.sleep_until(START + timedelta(days=36_500, microseconds=1))
        return clock.now()

    assert run(main) == START + timedelta(days=36_500, microseconds=1)


def test_timers_run_in_time_order_and_in_call_order_within_one_instant() -> None:
    async def main(loop: VirtualLoop) -> list[str]:
        seen: list[str] = []
        for name, delay in (("c", 3), ("a1", 1), ("b", 2), ("a2", 1), ("a3", 1)):
            loop.call_later(delay, seen.append, name)
        await VirtualClock(loop, START).sleep_s(4)
        return seen

    assert run(main) == ["a1", "a2", "a3", "b", "c"]


def test_a_sleeper_at_the_same_instant_as_an_earlier_timer_comes_after_it() -> None:
    async def main(loop: VirtualLoop) -> list[str]:
        clock = VirtualClock(loop, START)
        seen: list[str] = []
        loop.call_at(5, seen.append, "timer")
        await clock.sleep_until(START + timedelta(seconds=5))
        seen.append("sleeper")
        return seen

    assert run(main) == ["timer", "sleeper"]


def test_the_tools_of_asyncio_work_as_usual() -> None:
    async def main(loop: VirtualLoop) -> tuple[list[int], list[float]]:
        clock = VirtualClock(loop, START)
        queue: asyncio.Queue[int] = asyncio.Queue(maxsize=2)
        done = asyncio.Event()

        async def produce() -> None:
            for number in range(5):
                await clock.sleep_s(1)
                await queue.put(number)
            done.set()

        async def consume() -> list[int]:
            return [await queue.get() for _ in range(5)]

        _, got = await asyncio.gather(produce(), consume())
        await asyncio.wait_for(done.wait(), 1)
        instants = [loop.time()]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(queue.get(), 10)
        instants.append(loop.time())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.5):
                await clock.sleep_s(100)
        instants.append(loop.time())
        return got, instants

    assert run(main) == ([0, 1, 2, 3, 4], [5.0, 15.0, 17.5])


def test_a_canceled_sleep_ends_at_once_and_leaves_no_timer() -> None:
    async def main(loop: VirtualLoop) -> float:
        clock = VirtualClock(loop, START)
        sleepers = [asyncio.ensure_future(clock.sleep_s(1_000 + number)) for number in range(2_000)]
        await clock.sleep_s(1)
        for sleeper in sleepers:
            sleeper.cancel()
        await asyncio.gather(*sleepers, return_exceptions=True)
        assert len(loop._timers) < 1_000
        await clock.sleep_s(1)
        return loop.time()

    assert run(main) == 2.0


def test_a_task_that_cancels_itself_does_not_sleep_through_it() -> None:
    async def main(loop: VirtualLoop) -> str:
        clock = VirtualClock(loop, START)

        async def suicidal() -> None:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            await clock.sleep_until(START + timedelta(hours=1))

        with pytest.raises(asyncio.CancelledError):
            await asyncio.ensure_future(suicidal())
        return clock.now().isoformat()

    assert run(main) == START.isoformat()


def test_a_clock_that_is_set_wakes_who_waits_for_an_instant() -> None:
    async def main(loop: VirtualLoop) -> tuple[float, float]:
        clock = VirtualClock(loop, START, skew=timedelta(seconds=-10))
        assert clock.now() == START - timedelta(seconds=10)
        target = START + timedelta(hours=1)
        waiting = asyncio.ensure_future(clock.sleep_until(target))
        await clock.sleep_s(10)
        clock.jump(timedelta(minutes=-5))
        await clock.sleep_s(10)
        assert not waiting.done()
        clock.jump(timedelta(hours=2))
        await waiting
        assert clock.now() >= target
        return loop.time(), clock.elapsed_s()

    assert run(main) == (20.0, 20.0)


def _racers(entropy: SeededEntropy | None) -> list[str]:
    async def main(loop: VirtualLoop) -> list[str]:
        clock = VirtualClock(loop, START)
        seen: list[str] = []

        async def racer(name: str) -> None:
            for lap in range(3):
                await clock.sleep_s(lap % 2)
                seen.append(f"{name}{lap}")

        await asyncio.gather(*(racer(name) for name in "abcd"))
        return seen

    return run(main, entropy=entropy)


def test_the_same_seed_gives_the_same_order_and_no_seed_gives_fifo() -> None:
    assert _racers(None) == [f"{name}{lap}" for lap in range(3) for name in "abcd"]
    orders = [_racers(SeededEntropy(seed)) for seed in range(5)]
    assert orders == [_racers(SeededEntropy(seed)) for seed in range(5)]
    assert len({tuple(order) for order in orders}) > 1
    assert all(sorted(order) == sorted(_racers(None)) for order in orders)


def test_waiting_for_what_can_never_come_is_said_at_once() -> None:
    async def main(loop: VirtualLoop) -> None:
        await loop.create_future()

    with pytest.raises(Stalled, match="no timer is set"):
        run(main)


def test_callbacks_without_end_at_one_instant_are_a_livelock() -> None:
    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, START)
        while True:
            await clock.sleep_s(0)

    with pytest.raises(Livelock, match="without time moving on"):
        run(main, steps_max=1_000)


async def _connect(loop: VirtualLoop) -> None:
    await asyncio.open_connection("127.0.0.1", 9)


async def _thread(loop: VirtualLoop) -> None:
    await asyncio.to_thread(print, "never")


async def _process(loop: VirtualLoop) -> None:
    await asyncio.create_subprocess_exec("true")


async def _resolve(loop: VirtualLoop) -> None:
    await loop.getaddrinfo("localhost", 80)


async def _reader(loop: VirtualLoop) -> None:
    loop.add_reader(0, print)


@pytest.mark.parametrize("reach", [_connect, _thread, _process, _resolve, _reader])
def test_reaching_outside_of_virtual_time_raises(reach: Callable[[VirtualLoop], Awaitable[None]]) -> None:
    async def main(loop: VirtualLoop) -> None:
        await reach(loop)

    with pytest.raises(OutsideWorld, match="use a port that is simulated"):
        run(main)


def test_a_foreign_thread_cannot_call_in() -> None:
    async def main(loop: VirtualLoop) -> list[BaseException]:
        caught: list[BaseException] = []

        def call() -> None:
            try:
                loop.call_soon_threadsafe(print)
            except OutsideWorld as refused:
                caught.append(refused)

        thread = threading.Thread(target=call)
        thread.start()
        thread.join()
        await asyncio.sleep(0)
        return caught

    assert len(run(main)) == 1


def test_what_is_left_is_canceled_and_generators_are_closed_at_the_end() -> None:
    said: list[str] = []

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
            yield 2
        finally:
            said.append("generator closed")

    async def main(loop: VirtualLoop) -> None:
        async def forever() -> None:
            try:
                await VirtualClock(loop, START).sleep_s(1e9)
            finally:
                said.append("task canceled")

        left = asyncio.ensure_future(forever())
        kept = numbers()
        await anext(kept)
        await asyncio.sleep(0)
        assert not left.done()
        said.append("main done")
        loop.kept = kept  # type: ignore[attr-defined]  # keeps the generator alive beyond main

    run(main)
    assert said == ["main done", "task canceled", "generator closed"]


def test_an_error_of_main_comes_out_as_it_is() -> None:
    async def main(loop: VirtualLoop) -> None:
        await VirtualClock(loop, START).sleep_s(3)
        raise LookupError("here")

    with pytest.raises(LookupError, match="here"):
        run(main)
