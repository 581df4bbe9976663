"""The table of orders says of each order what the book says of it."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes.pit import PAPER, Pit
from tests.unit.domain.test_bracket import plan
from trading.domain import reports as rp
from trading.domain.ids import FillId
from trading.domain.money import Quantity
from trading.domain.order import Order, OrderStatus, Role
from trading.domain.reports import Liquidity
from trading.virtual_time import VirtualLoop, run

D = Decimal


async def rows_say_what_the_book_says(pit: Pit) -> None:
    for row in await pit.store.ledger.orders([PAPER]):
        assert row.order == pit.engine.book.order(row.order.order_id)


def target_of(pit: Pit) -> Order:
    return next(o for o in pit.engine.book.open_orders(PAPER) if o.role is Role.TARGET)


def test_a_target_that_the_venue_made_as_small_as_it_filled_is_done_in_the_table_too() -> None:
    async def main(loop: VirtualLoop) -> None:
        pit = await Pit(loop, waits_for_open=False).open()
        await pit.quote("6700")
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        target = target_of(pit)
        part = Quantity(D("0.01"))
        assert target.limit_price is not None
        now = pit.clock.now()
        pit.engine.report(
            rp.FillReported(
                PAPER,
                target.client_order_id,
                FillId("f1"),
                part,
                target.limit_price,
                D(0),
                Liquidity.MAKER,
                now,
            )
        )
        pit.engine.report(
            rp.Replaced(PAPER, target.client_order_id, part, target.limit_price, None, "oco", now)
        )
        await pit.settle()
        done = pit.engine.book.order(target.order_id)
        assert done is not None and done.status is OrderStatus.FILLED
        await rows_say_what_the_book_says(pit)
        await pit.die()

    run(main)


def test_a_change_that_still_waits_for_its_answer_waits_in_the_table_too() -> None:
    async def main(loop: VirtualLoop) -> None:
        pit = await Pit(loop, waits_for_open=False).open()
        await pit.quote("6700")
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        target = target_of(pit)
        await pit.close("40")
        await rows_say_what_the_book_says(pit)
        await pit.quote("6900")
        await rows_say_what_the_book_says(pit)
        assert pit.engine.book.order(target.order_id) is not None
        await pit.die()

    run(main)
