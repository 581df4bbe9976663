"""Trailing stops keep their ratio or their distance, at the venue and with us alike."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.pit import Pit, in_pit
from trading.domain.exits import ExitPlan, Level, LevelKind, Trail
from trading.domain.position import Guard
from trading.domain.trailing import best_ahead, stop_behind

PERCENT = ExitPlan(trail=Trail(Level(LevelKind.PERCENT, Decimal(2))))
ABSOLUTE = ExitPlan(trail=Trail(Level(LevelKind.PRICE, Decimal(2))))


@pytest.mark.parametrize(
    ("best", "distance", "percent", "long", "stop"),
    [
        ("100", None, "2", True, "98"),
        ("110", None, "2", True, "107.8"),
        ("100", "2", None, True, "98"),
        ("110", "2", None, True, "108"),
        ("100", None, "2", False, "102"),
        ("90", None, "2", False, "91.8"),
        ("90", "2", None, False, "92"),
    ],
)
def test_the_stop_stands_where_ratio_or_distance_put_it(
    best: str, distance: str | None, percent: str | None, long: bool, stop: str
) -> None:
    away = Decimal(distance) if distance else None
    ratio = Decimal(percent) if percent else None
    assert stop_behind(Decimal(best), away, ratio, long) == Decimal(stop)


@given(
    best=st.decimals("0.01", "100000", places=2),
    percent=st.decimals("0.1", "50", places=1),
    long=st.booleans(),
)
def test_the_way_back_from_a_stop_finds_its_best_price(best: Decimal, percent: Decimal, long: bool) -> None:
    stop = stop_behind(best, None, percent, long)
    assert best_ahead(stop, None, percent, long).quantize(Decimal("0.01")) == best


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize(("plan", "exit_below"), [(PERCENT, "107.80"), (ABSOLUTE, "108.00")])
def test_a_trail_follows_the_best_price_and_sells_on_the_way_back(
    bare: bool, plan: ExitPlan, exit_below: str
) -> None:
    async def scene(pit: Pit) -> None:
        await pit.bar("100", "100", "100", "100")
        await pit.buy(exits=plan)
        await pit.bar("100", "110", "100", "110")
        position = pit.position()
        assert position is not None and position.is_open and position.bracket is not None
        assert position.bracket.guard is (Guard.BOT if bare else Guard.VENUE)
        await pit.bar("109", "109", "108.50", "108.60")
        position = pit.position()
        assert position is not None and position.is_open
        await pit.bar("108.60", "108.60", "107", "107.10")
        await pit.bar("107", "107", "107", "107")
        position = pit.position()
        assert position is not None and not position.is_open
        assert position.last_exit == "trail"
        # The venue sells at its stop, inside the bar; what we watch goes at the next open.
        expected = Decimal("107") if bare else Decimal(exit_below)
        assert pit.named("OrderFilled")[-1].price == expected

    in_pit(scene, bare=bare)
