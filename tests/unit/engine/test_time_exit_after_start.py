"""A position's time exit survives the process that set it."""

from __future__ import annotations

from datetime import timedelta

from tests.fakes.pit import START, Pit, in_pit
from trading.domain.exits import ExitPlan


def test_a_time_exit_rings_after_a_restart() -> None:
    async def scene(pit: Pit) -> list[str]:
        await pit.bar("100", "101", "99", "100")
        await pit.buy(exits=ExitPlan(exit_at=START + timedelta(minutes=10)))
        await pit.bar("100", "101", "99", "100")
        await pit.die()
        await pit.open()
        for _ in range(10):
            await pit.bar("100", "101", "99", "100")
        position = pit.position()
        assert position is not None
        assert not position.is_open
        return pit.names()

    assert "ExitTriggered" in in_pit(scene)


def test_a_time_exit_that_came_due_while_away_rings_at_once() -> None:
    async def scene(pit: Pit) -> None:
        await pit.bar("100", "101", "99", "100")
        await pit.buy(exits=ExitPlan(exit_at=START + timedelta(minutes=10)))
        await pit.bar("100", "101", "99", "100")
        await pit.die()
        await pit.clock.sleep_until(START + timedelta(hours=1))
        await pit.open()
        await pit.bar("100", "101", "99", "100")
        position = pit.position()
        assert position is not None
        assert not position.is_open

    in_pit(scene)
