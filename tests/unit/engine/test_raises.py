"""A limit that is raised: while the desk runs, while it is down, and whatever the clock does meanwhile."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest

from tests.fakes.pit import PAPER, Pit, in_pit
from trading.domain import commands as cm
from trading.domain.limits import Limits
from trading.engine.settings import EngineSettings

DAY = timedelta(days=1)
SETTINGS = EngineSettings(raise_cools=DAY)
NAME = "order_notional_max"


def limit(pit: Pit) -> D:
    return pit.engine.book.accounts[PAPER].limits.order_notional_max


async def passes(pit: Pit, **span: float) -> None:
    await pit.clock.sleep_s(timedelta(**span).total_seconds())
    await pit.settle()


def test_it_comes_into_force_at_its_instant_once() -> None:
    async def scene(pit: Pit) -> None:
        await pit.do(cm.SetLimit, name=NAME, value=D(200_000))
        await passes(pit, hours=23.9)
        assert limit(pit) == Limits().order_notional_max
        await passes(pit, hours=0.2)
        assert limit(pit) == 200_000
        await passes(pit, days=3)
        (changed,) = pit.named("LimitChanged")
        assert changed.at - pit.named("LimitRaiseAsked")[0].at == DAY

    in_pit(scene, settings=SETTINGS)


@pytest.mark.parametrize("snapshot", [False, True])
def test_it_survives_a_restart_and_comes_when_its_instant_passed_meanwhile(snapshot: bool) -> None:
    async def scene(pit: Pit) -> None:
        await pit.do(cm.SetLimit, name=NAME, value=D(200_000))
        if snapshot:
            await pit.engine.memory.save(pit.engine.book)
        await pit.die()
        await pit.clock.sleep_s(12 * 3600)
        await pit.open()
        assert limit(pit) == Limits().order_notional_max
        await pit.die()
        await pit.clock.sleep_s(13 * 3600)
        await pit.open()
        assert limit(pit) == 200_000 and len(pit.named("LimitChanged")) == 1

    in_pit(scene, settings=SETTINGS)


def test_two_raises_and_a_pause_each_come_at_their_own_instant() -> None:
    async def scene(pit: Pit) -> None:
        await pit.do(cm.SetLimit, name=NAME, value=D(200_000))
        await passes(pit, hours=6)
        await pit.do(cm.SetLimit, name="gross_exposure_max", value=D(900_000))
        until = pit.clock.now() + timedelta(hours=3)
        await pit.do(cm.SetHalt, state=cm.HaltState.REDUCE_ONLY, reason="lunch", until=until)
        await passes(pit, hours=4)
        assert pit.engine.book.accounts[PAPER].halt is cm.HaltState.ACTIVE
        await passes(pit, hours=15)
        assert [e.name for e in pit.named("LimitChanged")] == [NAME]
        await passes(pit, hours=6)
        assert [e.name for e in pit.named("LimitChanged")] == [NAME, "gross_exposure_max"]

    in_pit(scene, settings=SETTINGS)


def test_a_clock_that_is_set_back_only_makes_it_later() -> None:
    async def scene(pit: Pit) -> None:
        await pit.do(cm.SetLimit, name=NAME, value=D(200_000))
        await passes(pit, hours=20)
        pit.clock.jump(-timedelta(hours=10))
        await passes(pit, hours=5)
        assert limit(pit) == Limits().order_notional_max
        await passes(pit, hours=10)
        assert limit(pit) == 200_000

    in_pit(scene, settings=SETTINGS)
