"""A start compares what waits with the venue's list, and asks singly only about what the list leaves open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from tests.fakes.pit import OWNER, PAPER
from tests.unit.domain.test_decide_entry import at
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.brokers.paper_faults import Fault, Faults
from trading.domain import commands as cm
from trading.domain.ids import ClientOrderId
from trading.domain.money import Price
from trading.domain.order import Order, OrderStatus, OrderType
from trading.engine.pace import LOOKS_MAX
from trading.engine.reconcile import ASKED_AT_ONCE, ROOM_LEFT, connect
from trading.ports import BrokerSilent, VenueOrder, VenueSnapshot

D = Decimal
MANY = ASKED_AT_ONCE + 1
Change = Callable[[MarkedPit], None]


async def waiting(pit: MarkedPit, count: int) -> list[Order]:
    """So many entries that wait far below the market, each at a price of its own."""
    for name in ("orders_per_10_s_max", "orders_per_minute_max"):
        await pit.do(cm.SetLimit, name=name, value=D(10_000))
    for number in range(count):
        await pit.buy("20", order_type=OrderType.LIMIT, limit=at(str(6000 + number)))
    return list(pit.engine.book.open_orders(PAPER))


async def asleep(pit: MarkedPit) -> None:
    """The power is gone."""
    await pit.die()


async def asked_at_start(pit: MarkedPit, before: Change = lambda _: None) -> list[ClientOrderId]:
    """Come back; about which orders the venue was asked singly until the session was up."""
    asked: list[ClientOrderId] = []
    await pit.start()
    before(pit)
    find = pit.broker.find

    async def noted(client_order_id: ClientOrderId) -> VenueOrder | None:
        asked.append(client_order_id)
        return await find(client_order_id)

    pit.broker.find = noted  # type: ignore[method-assign]  # it only listens
    await connect(pit.engine, PAPER, pit.broker)
    await pit.settle()
    return asked


def test_what_stands_as_the_book_says_needs_no_question_of_its_own() -> None:
    """More than may be asked about in ten seconds: they would hold up those that are in doubt."""

    async def scene(pit: MarkedPit) -> None:
        orders = await waiting(pit, LOOKS_MAX + 5)
        assert len(orders) == LOOKS_MAX + 5
        await asleep(pit)
        began_s = pit.clock.elapsed_s()
        assert await asked_at_start(pit) == []
        assert pit.clock.elapsed_s() - began_s < 1
        assert [one.status for one in pit.engine.book.open_orders(PAPER)] == [OrderStatus.WORKING] * len(
            orders
        )

    in_marked_pit(scene)


async def _gone(pit: MarkedPit, order: Order) -> None:
    await asleep(pit)
    pit.venue.cancel(order.client_order_id, pit.clock.now())
    pit.venue.drain()


async def _changed(pit: MarkedPit, order: Order) -> None:
    await asleep(pit)
    pit.venue.replace(order.client_order_id, order.quantity, Price(D(5990)), None, pit.clock.now())
    pit.venue.drain()


@pytest.mark.parametrize("away", [_gone, _changed])
def test_what_the_list_tells_differently_is_asked_about_before_the_session_is_up(
    away: Callable[[MarkedPit, Order], Awaitable[None]],
) -> None:
    async def scene(pit: MarkedPit) -> None:
        first, second, *others = await waiting(pit, MANY + 1)
        await away(pit, second)
        assert set(await asked_at_start(pit)) == {second.client_order_id}
        now = {one.order_id: one for one in pit.engine.book.open_orders(PAPER)}
        assert {first.order_id, *(one.order_id for one in others)} <= now.keys()
        if away is _gone:
            assert second.order_id not in now
        else:
            assert now[second.order_id].limit_price == D(5990)

    in_marked_pit(scene)


def test_a_refused_cancel_is_asked_for_again_although_the_list_says_what_the_book_says() -> None:
    faults = Faults()

    async def scene(pit: MarkedPit) -> None:
        *calm, stubborn = await waiting(pit, MANY + 1)
        faults.plan(Fault.BUSY)
        await pit.engine.submit(cm.CancelOrders(pit.command_id(), OWNER, PAPER, (stubborn.order_id,)))
        while not pit.named("CancelFailed"):
            await pit.clock.sleep_s(0.01)
        await asleep(pit)
        assert stubborn.client_order_id in await asked_at_start(pit)
        await pit.clock.sleep_s(60)
        await pit.settle()
        assert list(pit.engine.book.open_orders(PAPER)) == calm

    in_marked_pit(scene, faults=faults)


def test_without_a_list_every_order_is_asked_about() -> None:
    async def scene(pit: MarkedPit) -> None:
        orders = await waiting(pit, MANY)
        await asleep(pit)

        def silent(pit: MarkedPit) -> None:
            whole = pit.broker.snapshot
            tries = iter([True])

            async def snapshot() -> VenueSnapshot:
                if next(tries, False):
                    raise BrokerSilent("no answer")
                return await whole()

            pit.broker.snapshot = snapshot  # type: ignore[method-assign]  # silent once

        assert sorted(await asked_at_start(pit, silent)) == sorted(one.client_order_id for one in orders)

    in_marked_pit(scene)


def test_a_cancel_that_is_wanted_while_the_rest_is_asked_about_is_not_forgotten() -> None:
    async def scene(pit: MarkedPit) -> None:
        calm, gone, *others = await waiting(pit, MANY + 1)
        await _gone(pit, gone)

        def wanted(pit: MarkedPit) -> None:
            find = pit.broker.find

            async def meanwhile(client_order_id: ClientOrderId) -> VenueOrder | None:
                if not pit.named("CancelRequested"):
                    await pit.engine.submit(cm.CancelOrders(pit.command_id(), OWNER, PAPER, (calm.order_id,)))
                return await find(client_order_id)

            pit.broker.find = meanwhile  # type: ignore[method-assign]  # somebody types while it answers

        assert gone.client_order_id in await asked_at_start(pit, wanted)
        await pit.clock.sleep_s(30)
        await pit.settle()
        assert list(pit.engine.book.open_orders(PAPER)) == others

    in_marked_pit(scene)


@pytest.mark.parametrize("taken", [LOOKS_MAX - ROOM_LEFT, LOOKS_MAX - ROOM_LEFT + 1])
def test_a_few_are_asked_about_as_long_as_enough_questions_are_left(taken: int) -> None:
    """A list costs a venue more than a question; but other accounts may have asked much before."""

    async def scene(pit: MarkedPit) -> None:
        orders = await waiting(pit, 2)
        await asleep(pit)

        def busy(pit: MarkedPit) -> None:
            pace = pit.engine.outbox.restrained(PAPER, pit.broker).restraint.pace
            assert all(pace.takes() for _ in range(taken))

        asked = await asked_at_start(pit, busy)
        few = {one.client_order_id for one in orders} if LOOKS_MAX - taken >= ROOM_LEFT else set()
        assert set(asked) == few

    in_marked_pit(scene)
