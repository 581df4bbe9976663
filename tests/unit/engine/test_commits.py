"""A slow disk is noticed while it is slow: orders wait for it (B13)."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes.pit import START, Pit, in_pit
from trading.engine.commits import SEEN_S, CommitTimes
from trading.virtual_time import VirtualClock, VirtualLoop, run


def test_a_commit_that_has_not_come_back_counts_by_the_second() -> None:
    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, START)
        times = CommitTimes(clock)
        assert times.slowest_s == 0
        with times.timed():
            await clock.sleep_s(5)
            assert times.slowest_s == pytest.approx(5)
            await clock.sleep_s(1)
        assert times.slowest_s == pytest.approx(6)

    run(main)


def test_the_slowest_of_half_a_minute_is_told_and_then_forgotten() -> None:
    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, START)
        times = CommitTimes(clock)
        for took_s in (3, 1, 2):
            with times.timed():
                await clock.sleep_s(took_s)
        assert times.slowest_s == pytest.approx(3)
        await clock.sleep_s(SEEN_S - 2)
        assert times.slowest_s == pytest.approx(2)
        await clock.sleep_s(3)
        assert times.slowest_s == 0

    run(main)


def test_one_that_fails_counts_like_any_other() -> None:
    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, START)
        times = CommitTimes(clock)
        with pytest.raises(OSError, match="full"), times.timed():
            await clock.sleep_s(4)
            raise OSError("full")
        assert times.slowest_s == pytest.approx(4)

    run(main)


def test_the_desk_measures_its_own_and_the_order_waits() -> None:
    async def scene(pit: Pit) -> None:
        await pit.quote("6700")
        append = pit.store.journal.append

        async def slow(*arguments: object) -> None:
            await pit.clock.sleep_s(5)
            await append(*arguments)  # type: ignore[arg-type]  # handed through

        pit.engine.journal.append = slow  # type: ignore[method-assign, assignment]  # a slow disk
        asking = asyncio.create_task(pit.buy("1000"))
        await pit.clock.sleep_s(3)
        assert pit.engine.commit_s == pytest.approx(3)
        assert pit.engine.outbox.sent == 0, "correctness first"
        await asking
        assert pit.engine.commit_s == pytest.approx(5)
        assert pit.engine.outbox.sent == 1

    in_pit(scene)
