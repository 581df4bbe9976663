"""Best prices of trails are written down before a crash can lose them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.fakes.pit import Pit, in_pit
from trading.domain.exits import ExitPlan, Level, LevelKind, Trail

PLAN = ExitPlan(trail=Trail(Level(LevelKind.PERCENT, Decimal(2))))


@pytest.mark.parametrize("bare", [False, True])
def test_a_crash_does_not_lower_a_trailing_stop(bare: bool) -> None:
    async def scene(pit: Pit) -> None:
        await pit.bar("100", "100", "100", "100")
        await pit.buy(exits=PLAN)
        await pit.bar("100", "110", "100", "110")
        await pit.bar("110", "110", "109.50", "109.50")
        position = pit.position()
        assert position is not None and position.bracket is not None
        assert position.bracket.best_price == Decimal(110)
        trail = position.bracket.leg("trail")
        assert trail is not None and trail.price == Decimal("107.80")
        await pit.die()
        await pit.open()
        await pit.bar("109", "109", "107.50", "107.50")
        await pit.bar("107.50", "107.50", "107.50", "107.50")
        position = pit.position()
        assert position is not None and not position.is_open
        assert position.last_exit == "trail"

    in_pit(scene, bare=bare)


def test_small_moves_are_written_down_together() -> None:
    async def scene(pit: Pit) -> None:
        await pit.bar("100", "100", "100", "100")
        await pit.buy(exits=PLAN)
        for cents in range(1, 20):
            price = f"100.{cents:02}"
            await pit.bar(price, price, price, price)
        assert len(pit.named("TrailMoved")) <= 1

    in_pit(scene, bare=True)
