"""What waits to go out for an account: jumps by what they stand to lose, the rest as it came."""

from __future__ import annotations

import asyncio
from decimal import Decimal

from msgspec.structs import replace

from tests.unit.domain.pure_desk import PureDesk
from tests.unit.engine.test_comeback import held
from trading.domain import effects as fx
from trading.domain.decide.legs import exit_side
from trading.domain.money import ZERO
from trading.domain.order import Order, OrderType, Role
from trading.domain.risk import Approved
from trading.engine.lane import Lane, stake_in
from trading.virtual_time import VirtualLoop, run

D = Decimal


def came(lane: Lane[str], count: int) -> list[tuple[float, str]]:
    async def main(loop: VirtualLoop) -> list[tuple[float, str]]:
        return [await lane.get() for _ in range(count)]

    return run(main)


def test_what_stands_to_lose_nothing_goes_as_it_came() -> None:
    lane: Lane[str] = Lane()
    for number, what in enumerate(("cancel", "exit", "change")):
        lane.put(float(number), what)
    assert came(lane, 3) == [(0.0, "cancel"), (1.0, "exit"), (2.0, "change")]


def test_jumps_change_places_among_themselves_and_with_nothing_else() -> None:
    lane: Lane[str] = Lane()
    lane.put(0.0, "small", D(10))
    lane.put(1.0, "cancel")
    lane.put(2.0, "large", D(300))
    lane.put(3.0, "entry")
    lane.put(4.0, "middle", D(40))
    assert [what for _, what in came(lane, 5)] == ["large", "cancel", "middle", "entry", "small"]


def test_of_two_that_stand_to_lose_the_same_the_first_goes_first() -> None:
    lane: Lane[str] = Lane()
    lane.put(0.0, "first", D(10))
    lane.put(1.0, "second", D(10))
    assert [what for _, what in came(lane, 2)] == ["first", "second"]


def test_who_reads_an_empty_lane_waits_until_there_is_something() -> None:
    async def main(loop: VirtualLoop) -> tuple[float, str]:
        lane: Lane[str] = Lane()
        loop.call_later(3, lane.put, 7.0, "late", D(1))
        found = await asyncio.wait_for(lane.get(), 5)
        assert loop.time() == 3
        return found

    assert run(main) == (7.0, "late")


def jumped(desk: PureDesk) -> fx.Submit:
    """The exit that a jump over its stop at 6,633 sends."""
    position = desk.position
    assert position.bracket is not None
    desk.book.put_position(replace(position, jumped=position.bracket.stop_price))
    order = replace(
        next(iter(desk.book.orders.values())),
        side=exit_side(position),
        type=OrderType.MARKET,
        role=Role.STOP,
        quantity=abs(position.quantity),
    )
    return fx.Submit(order.account, (approved(order),))


def approved(order: Order) -> Approved[Order]:
    class Seal:
        item = order

    return Seal()  # type: ignore[return-value]  # only its order is read


def test_an_exit_behind_a_jump_stands_to_lose_what_lies_beyond_its_stop() -> None:
    desk = held()
    desk.price("6500")
    # 0.1 at 6,500 is worth 650, and the stop at 6,633 lies 133 higher.
    assert stake_in(desk.book, jumped(desk)) == D("0.1") * 6500 * (D(6633) - 6500) / 6633


def test_what_is_no_exit_behind_a_jump_stands_to_lose_nothing() -> None:
    desk = held()
    desk.price("6500")
    effect = jumped(desk)
    entry = replace(effect.orders[0].item, role=Role.ENTRY)
    resting = replace(effect.orders[0].item, type=OrderType.STOP)
    for order in (entry, resting):
        assert stake_in(desk.book, fx.Submit(order.account, (approved(order),))) == ZERO
    order = effect.orders[0].item
    assert stake_in(desk.book, fx.Cancel(order.account, order.order_id, order.client_order_id)) == ZERO
    desk.book.put_position(replace(desk.position, jumped=None))
    assert stake_in(desk.book, effect) == ZERO
