"""A pause ends by itself: while the desk runs, while it is down, and whatever the clock does meanwhile."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.fakes.pit import OWNER, PAPER, Pit, in_pit
from trading.domain import commands as cm
from trading.domain.halting import PAUSE_OVER
from trading.ports import Denied, Taken

H = cm.HaltState
HOUR = timedelta(hours=1)


async def paused(pit: Pit, span: timedelta, *, desk: bool = False) -> None:
    until = pit.clock.now() + span
    answer = await pit.do(cm.SetHalt, state=H.REDUCE_ONLY, reason="lunch", desk=desk, until=until)
    assert isinstance(answer, Taken), answer


async def refused(pit: Pit) -> list[str]:
    """The codes with which a purchase at a fresh price is refused."""
    await pit.quote("100")
    answer = await pit.buy("10")
    return [one.code for one in answer.refusals] if isinstance(answer, Denied) else []


def overs(pit: Pit) -> list[str]:
    """Who was said to trade again because a pause was over."""
    return [e.account for e in pit.named("HaltChanged") if e.reason == PAUSE_OVER]


@pytest.mark.parametrize("desk", [False, True])
def test_a_pause_ends_at_its_instant_and_is_told_once(desk: bool) -> None:
    async def scene(pit: Pit) -> None:
        await paused(pit, HOUR, desk=desk)
        assert await refused(pit) == ["desk_halt" if desk else "account_halt"]
        await pit.clock.sleep_s(3599)
        assert await refused(pit) != []
        await pit.clock.sleep_s(2)
        await pit.settle()
        assert overs(pit) == ["desk" if desk else PAPER]
        (over,) = [one for one in pit.events if getattr(one.event, "reason", "") == PAUSE_OVER]
        assert over.causation_id == "PauseEnded"
        assert over.event.at - pit.named("HaltChanged")[0].at == HOUR
        assert await refused(pit) == []
        await pit.clock.sleep_s(7200)
        assert len(overs(pit)) == 1

    in_pit(scene)


@pytest.mark.parametrize("desk", [False, True])
@pytest.mark.parametrize("snapshot", [False, True])
def test_a_pause_that_ends_while_the_desk_is_down_is_over_at_the_start(desk: bool, snapshot: bool) -> None:
    async def scene(pit: Pit) -> None:
        await paused(pit, HOUR, desk=desk)
        if snapshot:
            await pit.engine.memory.save(pit.engine.book)
        await pit.die()
        await pit.clock.sleep_s(1800)
        await pit.open()
        assert overs(pit) == []
        assert await refused(pit) == ["desk_halt" if desk else "account_halt"]
        await pit.die()
        await pit.clock.sleep_s(7200)
        await pit.open()
        assert overs(pit) == ["desk" if desk else PAPER]
        assert await refused(pit) == []

    in_pit(scene)


def test_an_entry_right_after_a_pause_finds_it_written_down_before_it() -> None:
    async def scene(pit: Pit) -> None:
        await paused(pit, HOUR)
        pit.engine.pauses.close()  # no timer will ring
        await pit.clock.sleep_s(3600)
        assert await refused(pit) == []
        names = [type(one.event).__name__ for one in pit.events]
        assert names.index("OrderIntended") > len(names) - 1 - names[::-1].index("HaltChanged")
        assert overs(pit) == [PAPER]

    in_pit(scene)


def test_a_clock_that_is_set_back_after_the_end_pauses_nothing_again() -> None:
    async def scene(pit: Pit) -> None:
        await paused(pit, HOUR)
        await pit.clock.sleep_s(3601)
        await pit.settle()
        pit.clock.jump(-HOUR)
        assert await refused(pit) == []
        await pit.clock.sleep_s(7200)
        await pit.settle()
        assert len(overs(pit)) == 1

    in_pit(scene)


def test_a_clock_that_is_set_back_before_the_end_only_makes_it_longer() -> None:
    async def scene(pit: Pit) -> None:
        await paused(pit, HOUR)
        await pit.clock.sleep_s(3000)
        pit.clock.jump(-HOUR)
        await pit.clock.sleep_s(601)
        await pit.settle()
        assert overs(pit) == []
        assert await refused(pit) == ["account_halt"]
        await pit.clock.sleep_s(3600)
        await pit.settle()
        assert overs(pit) == [PAPER]

    in_pit(scene)


def test_a_pause_that_was_made_longer_rings_at_its_new_end() -> None:
    async def scene(pit: Pit) -> None:
        await paused(pit, HOUR)
        await paused(pit, 2 * HOUR)
        await pit.clock.sleep_s(3601)
        assert await refused(pit) == ["account_halt"]
        await pit.clock.sleep_s(3600)
        await pit.settle()
        assert overs(pit) == [PAPER]

    in_pit(scene)


def test_resuming_earlier_leaves_no_ring_behind() -> None:
    async def scene(pit: Pit) -> None:
        await paused(pit, HOUR)
        await pit.do(cm.SetHalt, state=H.ACTIVE, reason="done")
        await pit.clock.sleep_s(7200)
        await pit.settle()
        assert overs(pit) == []
        assert await refused(pit) == []

    in_pit(scene)


# ---------------------------------------------------------------- lockouts and maintenance


@pytest.mark.parametrize("snapshot", [False, True])
def test_a_lockout_survives_restarts_and_every_try_to_end_it(snapshot: bool) -> None:
    async def scene(pit: Pit) -> None:
        until = pit.clock.now() + HOUR
        assert isinstance(await pit.do(cm.LockOut, until=until, reason="tilt"), Taken)
        if snapshot:
            await pit.engine.memory.save(pit.engine.book)
        for _ in range(3):
            await pit.die()
            await pit.clock.sleep_s(1000)
            await pit.open()
            await pit.do(cm.SetHalt, state=H.HALTED, reason="x")
            await pit.do(cm.SetHalt, state=H.ACTIVE, reason="let me in")
            shorter = await pit.do(cm.LockOut, until=pit.clock.now() + timedelta(seconds=1), reason="oops")
            assert isinstance(shorter, Denied)
            assert await refused(pit) == ["lockout"]
        await pit.clock.sleep_s(600)
        assert await refused(pit) == []

    in_pit(scene)


def test_positions_can_be_closed_during_a_lockout() -> None:
    async def scene(pit: Pit) -> None:
        await pit.quote("100")
        await pit.buy("1000")
        await pit.quote("100")
        await pit.do(cm.LockOut, until=pit.clock.now() + HOUR, reason="tilt")
        assert isinstance(await pit.close("100"), Taken)
        await pit.quote("100")
        position = pit.position()
        assert position is not None and not position.is_open

    in_pit(scene)


@pytest.mark.parametrize("snapshot", [False, True])
def test_maintenance_survives_a_restart(snapshot: bool) -> None:
    async def scene(pit: Pit) -> None:
        await pit.do(cm.SetMaintenance, is_on=True, reason="new disk")
        if snapshot:
            await pit.engine.memory.save(pit.engine.book)
        await pit.die()
        await pit.open()
        found = pit.engine.book.desk.maintenance
        assert found is not None
        assert (found.by, found.reason) == (OWNER, "new disk")
        assert await refused(pit) == ["maintenance"]
        await pit.do(cm.SetMaintenance, is_on=False, reason="")
        assert await refused(pit) == []

    in_pit(scene)
