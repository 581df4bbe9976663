"""The machine's clock: instants are aware, waits survive a wall clock that is set while they last."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from trading import clock as clock_module
from trading.clock import SystemClock


class SetClock(SystemClock):
    """The machine's clock with a wall clock that stands where the test puts it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def test_the_wall_clock_is_aware_utc_and_never_before_the_last_look() -> None:
    clock = SystemClock()
    first, second = clock.now(), clock.now()
    assert first.tzinfo is UTC
    assert second >= first
    assert clock.elapsed_s() <= clock.elapsed_s()


async def test_waiting_for_an_instant_that_has_passed_gives_others_one_turn() -> None:
    clock = SystemClock()

    async def one_turn() -> str:
        return "had a turn"

    other = asyncio.ensure_future(one_turn())
    await clock.sleep_until(clock.now() - timedelta(days=1))
    assert other.done()
    await clock.sleep_s(-5)


async def test_a_wait_looks_again_after_the_wall_clock_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_module, "NAP_MAX_S", 0.001)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    clock = SetClock(start)
    waiting = asyncio.ensure_future(clock.sleep_until(start + timedelta(hours=1)))
    await clock.sleep_s(0.005)
    assert not waiting.done()
    clock.at = start + timedelta(hours=2)
    await asyncio.wait_for(waiting, 2)
