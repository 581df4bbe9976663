"""Before a fill under an unknown name is called another hand's the venue is asked what it calls ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_naming import NEW, asked_to_change, fill_of, replaced, waiting
from trading.brokers.profile import PAPER_FULL
from trading.domain import reports as rp
from trading.domain.ids import ClientOrderId
from trading.domain.order import Order, OrderStatus, Side
from trading.engine.settings import EngineSettings
from trading.engine.strangers import NAMED_WITHIN_S, Strangers, Unclear
from trading.ports import BrokerSilent, VenueOrder
from trading.virtual_time import VirtualClock, VirtualLoop, run

NOTHING = Unclear()


class Venue:
    """Answers by what `names` says of an order: its names, nothing when it is not shown; None = silence."""

    profile = replace(PAPER_FULL, visibility_s=9.0)

    def __init__(self) -> None:
        self.names: dict[str, tuple[str, ...] | None] = {}
        self.asked: list[str] = []

    async def find(self, cid: ClientOrderId) -> VenueOrder | None:
        self.asked.append(cid)
        names = self.names[cid]
        if names is None:
            raise BrokerSilent("nothing")
        if not names:
            return None
        *older, newest = names
        order = VenueOrder(cid, newest, "BTC/USD", "working", 1, 0)  # type: ignore[arg-type]  # only names count
        return replace(order, older_venue_ids=tuple(older))


class Scene:
    """A desk with an order that rests, its venue, and who asks."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.desk, self.order = waiting()
        self.venue = Venue()
        self.clock = VirtualClock(loop, self.desk.now)
        self.book = self.desk.book
        self.strangers = Strangers(self, self.venue, EngineSettings())  # type: ignore[arg-type]  # as much as is asked

    def called(self, *names: str) -> None:
        """What the venue calls the order."""
        self.venue.names[self.order.client_order_id] = names

    async def sought(self, *history: Any) -> Unclear:
        self.book = self.desk.book
        return await self.strangers.sought(history)


def play(scene: Callable[[Scene], Awaitable[None]]) -> None:
    async def main(loop: VirtualLoop) -> None:
        await scene(Scene(loop))

    run(main)


def test_a_fill_under_a_name_that_the_venue_has_for_our_order_is_ours() -> None:
    async def scene(on: Scene) -> None:
        order = asked_to_change(on.desk, on.order)
        on.desk.tell(rp.ReplaceRefused(PAPER, order.client_order_id, "filled", on.desk.now))
        on.called("V1", NEW)
        fill = fill_of(on.desk, NEW)
        for _ in range(2):
            assert await on.sought(fill) == Unclear((fill,), (order.client_order_id,))
            await on.clock.sleep_s(NAMED_WITHIN_S)

    play(scene)


def test_a_fill_under_no_name_of_ours_is_another_hands_at_once() -> None:
    async def scene(on: Scene) -> None:
        order = asked_to_change(on.desk, on.order)
        on.desk.tell(rp.ReplaceRefused(PAPER, order.client_order_id, "filled", on.desk.now))
        on.called("V1")
        assert await on.sought(fill_of(on.desk, NEW), fill_of(on.desk, "hand", "X2")) == NOTHING
        assert on.venue.asked == [order.client_order_id], "once for both"

    play(scene)


def test_nobody_is_asked_about_what_is_known_or_cannot_be_ours() -> None:
    async def scene(on: Scene) -> None:
        fill = fill_of(on.desk, NEW)
        assert await on.sought(fill) == NOTHING, "it was never changed"
        asked_to_change(on.desk, on.order)
        ours = replace(fill, client_order_id=on.order.client_order_id)
        end = rp.CanceledReported(PAPER, ClientOrderId("any"), "venue", on.desk.now)
        assert await on.sought(ours, fill_of(on.desk, NEW, side=Side.SELL), end) == NOTHING
        replaced(on.desk, on.order)
        assert await on.sought(fill) == NOTHING
        assert on.venue.asked == []

    play(scene)


def test_a_fill_waits_as_long_as_the_venue_does_not_answer() -> None:
    async def scene(on: Scene) -> None:
        asked_to_change(on.desk, on.order)
        on.venue.names[on.order.client_order_id] = None
        fill = fill_of(on.desk, NEW)
        for _ in range(5):
            assert await on.sought(fill, fill_of(on.desk, "V3", "X2")) == Unclear(
                (fill, fill_of(on.desk, "V3", "X2"))
            )
            await on.clock.sleep_s(NAMED_WITHIN_S)
        assert len(on.venue.asked) == 5

    play(scene)


def test_who_does_not_answer_for_one_order_is_not_asked_about_the_next() -> None:
    async def scene(on: Scene) -> None:
        second = another(on.desk, on.order)
        for order in (on.order, second):
            asked_to_change(on.desk, order)
            on.venue.names[order.client_order_id] = None
        fill = fill_of(on.desk, NEW)
        assert await on.sought(fill) == Unclear((fill,))
        assert len(on.venue.asked) == 1

    play(scene)


def test_a_fill_waits_a_minute_for_an_order_that_is_being_changed() -> None:
    """Seed 250341: not for ever, because the order's absence waits for what the fill has moved."""

    async def scene(on: Scene) -> None:
        order = asked_to_change(on.desk, on.order)
        fill = fill_of(on.desk, NEW)
        on.called("V1")
        assert (await on.sought(fill)).fills == (fill,)
        await on.clock.sleep_s(NAMED_WITHIN_S - 1)
        assert await on.sought(fill) == Unclear((fill,))
        await on.clock.sleep_s(2)
        assert await on.sought(fill) == NOTHING
        assert await on.sought(fill) == NOTHING, "and so it stays"
        assert on.desk.order(order).status is OrderStatus.WORKING

    play(scene)


@pytest.mark.parametrize(("hides_s", "waits_s"), [(0.0, 0.0), (9.0, 9.0), (2400.0, NAMED_WITHIN_S)])
def test_a_fill_waits_for_an_order_that_is_not_shown_as_long_as_that_may_be_hidden(
    hides_s: float, waits_s: float
) -> None:
    """Seed 18145: of seven fills each waited a minute, and the orders' absence waited for the last."""

    async def scene(on: Scene) -> None:
        order = asked_to_change(on.desk, on.order)
        on.desk.tell(rp.ReplaceRefused(PAPER, order.client_order_id, "gone", on.desk.now))
        on.called()
        on.venue.profile = replace(PAPER_FULL, visibility_s=hides_s)
        fill = fill_of(on.desk, NEW)
        if waits_s:
            assert await on.sought(fill) == Unclear((fill,))
            await on.clock.sleep_s(waits_s - 1)
            assert await on.sought(fill) == Unclear((fill,))
            await on.clock.sleep_s(1.1)
        assert await on.sought(fill) == NOTHING

    play(scene)


def test_the_minute_begins_when_the_venue_first_answers() -> None:
    async def scene(on: Scene) -> None:
        asked_to_change(on.desk, on.order)
        fill = fill_of(on.desk, NEW)
        on.venue.names[on.order.client_order_id] = None
        assert (await on.sought(fill)).fills
        await on.clock.sleep_s(2 * NAMED_WITHIN_S)
        on.called()
        assert (await on.sought(fill)).fills

    play(scene)


def another(desk: PureDesk, order: Order) -> Order:
    """The same once more."""
    cid = ClientOrderId("second")
    twin = replace(order, order_id="paper/BTC/USD/1/entry-9", client_order_id=cid, venue_order_id="V8")
    held = desk.position
    staged = desk.book.staged()
    staged.put_order(replace(twin, status=OrderStatus.WORKING))
    staged.put_position(replace(held, order_ids=(*held.order_ids, twin.order_id)))
    desk.book.publish(staged)
    return twin
