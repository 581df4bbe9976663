"""A second change while the first is on its way is refused: nobody is told of what was never asked."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from tests.fakes.pit import OWNER, PAPER
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.domain import commands as cm
from trading.domain.exits import PriceSpec, PriceSpecKind
from trading.domain.money import Price
from trading.domain.order import OrderType
from trading.ports import Denied, Taken

D = Decimal


def test_a_second_change_before_the_first_is_answered_is_refused() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=PriceSpec(PriceSpecKind.ABSOLUTE, D(6600)))
        (order,) = pit.engine.book.open_orders(PAPER)
        changes = [
            cm.ModifyOrder(
                pit.command_id(), OWNER, PAPER, order.order_id, pit.seen(), limit_price=Price(D(price))
            )
            for price in (6601, 6602)
        ]
        first, second = await asyncio.gather(*(pit.engine.submit(change) for change in changes))
        assert isinstance(first, Taken)
        assert isinstance(second, Denied)
        assert second.refusals[0].code == "change_on_its_way"
        assert "/order #1" in second.refusals[0].sentence
        await pit.settle()
        (order,) = pit.engine.book.open_orders(PAPER)
        assert order.limit_price == D(6601)

    in_marked_pit(scene)
