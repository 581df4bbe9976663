"""A hand at the venue: what it trades is taken over and never fought; its own orders are never touched."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.fakes.pit import PAPER
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.book import DONE_KEPT_MAX
from trading.domain.ids import ClientOrderId, FillId, OrderId, PositionId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side
from trading.ports import Taken

D = Decimal
LOOK_S = 9
HELD = D("0.14925373")


async def by_hand(
    pit: MarkedPit, side: Side, quantity: Decimal, *, limit: str = "", waits: bool = True
) -> None:
    """An order past the desk."""
    name = "HAND-1"
    kind = OrderType.LIMIT if limit else OrderType.MARKET
    order = Order(
        OrderId(name),
        ClientOrderId(name),
        PAPER,
        PositionId("hand"),
        "BTC/USD",
        side,
        kind,
        Quantity(quantity),
        Role.ENTRY,
        limit_price=Price(D(limit)) if limit else None,
    )
    pit.venue.submit(order, pit.clock.now())
    await pit.clock.sleep_s(LOOK_S)
    if waits:
        await pit.settle()


def held(pit: MarkedPit) -> Decimal:
    position = pit.position()
    return position.quantity if position else D(0)


def sends(pit: MarkedPit) -> list[str]:
    return [what for what in pit.since() if what.startswith("submit")]


@pytest.mark.parametrize("bare", [False, True])
def test_a_position_that_a_hand_closed_is_closed_and_never_opened_again(bare: bool) -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        await pit.buy("500", order_type=OrderType.LIMIT, limit=at("6500"))
        pit.since()
        await by_hand(pit, Side.SELL, HELD)
        assert held(pit) == 0
        (closed,) = pit.named("PositionClosed")
        assert closed.reason == "external"
        await pit.clock.sleep_s(30)
        await pit.quote("6400")
        await pit.quote("6900")
        assert held(pit) == 0
        assert sends(pit) == []
        assert list(pit.engine.book.open_orders(PAPER)) == []
        assert pit.venue.snapshot(pit.clock.now()).orders == ()

    in_marked_pit(scene, bare=bare)


@pytest.mark.parametrize("bare", [False, True])
def test_a_smaller_position_gets_smaller_legs(bare: bool) -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        await by_hand(pit, Side.SELL, D("0.1"))
        left = HELD - D("0.1")
        position = pit.position()
        assert position is not None and position.bracket is not None
        assert position.quantity == left
        assert [leg.quantity for leg in position.bracket.legs] == [left, left]
        await pit.clock.sleep_s(30)
        assert all(order.remaining == left for order in pit.engine.book.open_orders(PAPER))
        await pit.quote("6500")
        await pit.quote("6500")
        assert held(pit) == 0
        assert pit.named("PositionClosed")[0].reason == "sl"

    in_marked_pit(scene, bare=bare)


def test_a_larger_position_is_guarded_whole() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        await by_hand(pit, Side.BUY, D("0.1"))
        assert held(pit) == HELD + D("0.1")
        await pit.clock.sleep_s(30)
        stops = [o for o in pit.engine.book.open_orders(PAPER) if o.role is Role.STOP]
        assert [order.remaining for order in stops] == [HELD + D("0.1")]

    in_marked_pit(scene)


def test_a_position_that_a_hand_opened_is_in_the_book_without_guards() -> None:
    async def scene(pit: MarkedPit) -> None:
        await by_hand(pit, Side.BUY, D("0.1"))
        position = pit.position()
        assert position is not None
        assert (position.quantity, position.tag, position.bracket) == (D("0.1"), "external", None)
        answer = await pit.do(
            cm.SetExits,
            position_id=position.position_id,
            seen=pit.seen(),
            stop=plan("2%", stop="1%").stop,
        )
        assert isinstance(answer, Taken)
        await pit.settle()
        assert [o.role for o in pit.engine.book.open_orders(PAPER)] == [Role.STOP]

    in_marked_pit(scene)


def test_a_position_that_a_hand_turned_round_has_lost_its_plan() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        pit.since()
        await by_hand(pit, Side.SELL, D("0.2"))
        position = pit.position()
        assert position is not None
        assert position.quantity == HELD - D("0.2")
        assert position.plan.is_empty
        await pit.clock.sleep_s(30)
        assert list(pit.engine.book.open_orders(PAPER)) == []
        assert sends(pit) == []
        account = pit.engine.book.account(PAPER)
        assert account is not None
        assert account.cash == pit.venue.snapshot(pit.clock.now()).cash

    in_marked_pit(scene)


def test_a_resting_close_may_not_promise_more_than_a_hand_has_left() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000")
        await pit.close("60", order_type=OrderType.LIMIT, limit=at("6900"))
        await pit.close("30", order_type=OrderType.LIMIT, limit=at("6950"))
        await by_hand(pit, Side.SELL, D("0.05"))
        await pit.clock.sleep_s(10)
        spoken = sum((o.remaining for o in pit.engine.book.open_orders(PAPER)), D(0))
        assert 0 < spoken <= held(pit)

    in_marked_pit(scene)


def test_several_fills_of_one_foreign_order_are_booked_each_once() -> None:
    async def scene(pit: MarkedPit) -> None:
        def fill(number: int) -> rp.FillReported:
            return rp.FillReported(
                account=PAPER,
                client_order_id=ClientOrderId("THEIRS"),
                fill_id=FillId(f"T-{number}"),
                quantity=Quantity(D("0.1")),
                price=Price(D(6700)),
                fee=D("0.5"),
                liquidity=rp.Liquidity.TAKER,
                at=pit.clock.now(),
                symbol="BTC/USD",
                side=Side.BUY,
            )

        for number in (1, 2, 1, 2, 3):
            pit.engine.report(fill(number))
            await pit.settle()
        assert held(pit) == D("0.3")
        assert len(pit.named("OrderFilled")) == 3
        (order,) = pit.engine.book.orders.values()
        assert order.is_foreign and not order.is_open
        assert (order.quantity, order.filled, order.fee) == (D("0.3"), D("0.3"), D("1.5"))
        # What else is said of it concerns nobody here.
        pit.engine.report(rp.CanceledReported(PAPER, order.client_order_id, "venue", pit.clock.now()))
        await pit.settle()
        assert not pit.named("OrderCanceled")
        (row,) = await pit.store.ledger.orders([PAPER])
        assert (row.order.quantity, row.order.filled) == (D("0.3"), D("0.3"))

    in_marked_pit(scene)


def test_a_foreign_order_that_waits_is_never_touched_and_bars_no_panic() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        await by_hand(pit, Side.BUY, D("0.1"), limit="6000")
        await pit.do(cm.Flatten, halt=True)
        await pit.clock.sleep_s(60)
        await pit.settle()
        assert pit.named("FlatProven")
        (left,) = pit.venue.snapshot(pit.clock.now()).orders
        assert left.client_order_id == "HAND-1"
        account = pit.engine.book.account(PAPER)
        assert account is not None and "disagree" not in account.halt_reason

    in_marked_pit(scene)


def said(pit: MarkedPit, **more: Any) -> rp.FillReported:
    """A fill of an order that nobody here knows."""
    fill = rp.FillReported(
        account=PAPER,
        client_order_id=ClientOrderId("THEIRS"),
        fill_id=FillId("T-1"),
        quantity=Quantity(D("0.1")),
        price=Price(D(6700)),
        fee=D(0),
        liquidity=rp.Liquidity.TAKER,
        at=pit.clock.now(),
        symbol="BTC/USD",
        side=Side.BUY,
    )
    return replace(fill, **more)


@pytest.mark.parametrize("more", [{"side": None}, {"symbol": "NOBODY/KNOWS"}, {"symbol": ""}])
def test_a_fill_that_does_not_say_of_what_is_left_to_the_next_look(more: dict[str, Any]) -> None:
    async def scene(pit: MarkedPit) -> None:
        before = len(pit.events)
        pit.engine.report(said(pit, **more))
        await pit.settle()
        assert len(pit.events) == before

    in_marked_pit(scene)


def test_an_old_fill_may_be_our_own_when_orders_have_left_the_memory() -> None:
    async def scene(pit: MarkedPit) -> None:
        shelf = pit.engine.book._shelf(PAPER)
        for number in range(DONE_KEPT_MAX):
            shelf.done_orders.append(OrderId(str(number)))
        old = said(pit)
        await pit.clock.sleep_s(61)
        pit.engine.report(old)
        await pit.settle()
        assert held(pit) == 0
        pit.engine.report(said(pit))
        await pit.settle()
        assert held(pit) == D("0.1")

    in_marked_pit(scene)


def test_what_a_hand_did_while_the_desk_was_away_is_found_at_the_start() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        await pit.die()
        await by_hand(pit, Side.SELL, HELD, waits=False)
        pit.venue.drain()
        await pit.again()
        assert held(pit) == 0
        assert pit.named("PositionClosed")[0].reason == "external"

    in_marked_pit(scene)
