"""A change that would sell this very moment is refused: that is what closing is for."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes.pit import Pit, in_pit
from trading.domain import commands as cm
from trading.domain.exits import BreakEven, ExitPlan, Level, LevelKind, PriceSpec, PriceSpecKind
from trading.domain.money import Price
from trading.domain.order import OrderType
from trading.ports import Denied, Taken

STOP = ExitPlan(stop=Level(LevelKind.PERCENT, Decimal(10)))


def test_break_even_below_the_entry_is_refused_and_nothing_is_sold() -> None:
    async def scene(pit: Pit) -> None:
        await pit.bar("100", "100", "100", "100")
        await pit.buy(exits=STOP)
        await pit.bar("100", "100", "97", "97")
        position = pit.position()
        assert position is not None
        change = {"position_id": position.position_id, "seen": pit.seen()}
        answer = await pit.do(cm.SetExits, **change, break_even=BreakEven(0))
        assert isinstance(answer, Denied)
        assert [one.code for one in answer.refusals] == ["stop_wrong_side"]
        await pit.bar("97", "97", "97", "97")
        position = pit.position()
        assert position is not None and position.is_open

    in_pit(scene)


def test_break_even_above_the_entry_moves_the_stop() -> None:
    async def scene(pit: Pit) -> None:
        await pit.bar("100", "100", "100", "100")
        await pit.buy(exits=STOP)
        await pit.bar("100", "103", "100", "103")
        position = pit.position()
        assert position is not None
        change = {"position_id": position.position_id, "seen": pit.seen()}
        assert isinstance(await pit.do(cm.SetExits, **change, break_even=BreakEven(0)), Taken)
        position = pit.position()
        assert position is not None and position.bracket is not None
        assert position.bracket.stop_price == Decimal(100)

    in_pit(scene)


def test_a_waiting_stop_entry_is_not_moved_behind_the_market() -> None:
    async def scene(pit: Pit) -> None:
        await pit.bar("100", "100", "100", "100")
        above = PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(110))
        answer = await pit.buy(order_type=OrderType.STOP, stop=above)
        assert isinstance(answer, Taken)
        order = {"order_id": answer.facts["order_id"], "seen": pit.seen()}
        refused = await pit.do(cm.ModifyOrder, **order, stop_price=Price(Decimal(99)))
        assert isinstance(refused, Denied)
        assert [one.code for one in refused.refusals] == ["trigger_wrong_side"]
        assert isinstance(await pit.do(cm.ModifyOrder, **order, stop_price=Price(Decimal(105))), Taken)

    in_pit(scene)
