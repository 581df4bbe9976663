"""A venue that refuses a cancel for ever is asked at ever longer pauses (X25), and the order stays true."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.fakes.pit import OWNER, PAPER, Pit, in_pit
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.exits import PriceSpec, PriceSpecKind
from trading.domain.ids import ClientOrderId
from trading.domain.order import OrderStatus, OrderType
from trading.domain.request import RequestKind

D = Decimal


class Stubborn:
    """Answers every cancel in the same way, and notes when."""

    def __init__(self, pit: Pit, answer: type[rp.CancelRefused] | type[rp.CancelTaken]) -> None:
        self._pit = pit
        self._answer = answer
        self.asked_s: list[float] = []

    async def cancel(self, client_order_id: ClientOrderId) -> rp.BrokerReport:
        now = self._pit.clock.now()
        self.asked_s.append(self._pit.clock.elapsed_s())
        if self._answer is rp.CancelTaken:
            return rp.CancelTaken(PAPER, client_order_id, now)
        return rp.CancelRefused(PAPER, client_order_id, "unknown order", now)


@pytest.mark.parametrize("answer", [rp.CancelRefused, rp.CancelTaken])
def test_the_pauses_between_cancels_that_come_to_nothing_double(answer: Any) -> None:
    async def scene(pit: Pit) -> None:
        await pit.quote("6700")
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=PriceSpec(PriceSpecKind.ABSOLUTE, D(6600)))
        (order,) = pit.engine.book.open_orders(PAPER)
        stubborn = Stubborn(pit, answer)
        pit.broker.cancel = stubborn.cancel  # type: ignore[method-assign]  # the venue's mood
        await pit.engine.submit(cm.CancelOrders(pit.command_id(), OWNER, PAPER, (order.order_id,)))
        await pit.clock.sleep_s(600)
        pauses = [round(b - a) for a, b in zip(stubborn.asked_s, stubborn.asked_s[1:], strict=False)]
        assert pauses[:6] == [2, 4, 8, 16, 30, 30]
        assert set(pauses[6:]) == {30}
        known = pit.engine.book.order(order.order_id)
        assert known is not None and known.status is OrderStatus.WORKING
        asked = known.request(RequestKind.CANCEL)
        assert asked is not None and asked.attempt == len(stubborn.asked_s)
        kept = await pit.store.ledger.requests(PAPER, order.order_id)
        assert [one.attempt for one in kept if one.kind is RequestKind.CANCEL] == list(
            range(1, len(stubborn.asked_s) + 1)
        )

    in_pit(scene)


def test_whether_it_has_ended_is_asked_soon_after_each_refusal() -> None:
    """Only asking for the same again waits ever longer."""

    async def scene(pit: Pit) -> None:
        await pit.quote("6700")
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=PriceSpec(PriceSpecKind.ABSOLUTE, D(6600)))
        (order,) = pit.engine.book.open_orders(PAPER)
        stubborn = Stubborn(pit, rp.CancelRefused)
        looked_s: list[float] = []
        find = pit.broker.find

        async def seen(client_order_id: ClientOrderId) -> Any:
            looked_s.append(pit.clock.elapsed_s())
            return await find(client_order_id)

        pit.broker.cancel = stubborn.cancel  # type: ignore[method-assign]  # the venue's mood
        pit.broker.find = seen  # type: ignore[method-assign]  # noted
        await pit.engine.submit(cm.CancelOrders(pit.command_id(), OWNER, PAPER, (order.order_id,)))
        await pit.clock.sleep_s(300)
        assert len(stubborn.asked_s) > 6
        for asked_s in stubborn.asked_s:
            assert any(0 < at_s - asked_s <= 2.001 for at_s in looked_s)

    in_pit(scene)


def test_a_question_waits_behind_no_request() -> None:
    """A venue takes eight seconds for each request of a long queue: what became of another order is asked at
    once."""

    async def scene(pit: Pit) -> None:
        await pit.quote("6700")
        for price in (6600, 6500, 6400):
            limit = PriceSpec(PriceSpecKind.ABSOLUTE, D(price))
            await pit.buy("500", order_type=OrderType.LIMIT, limit=limit)
        first, *others = pit.engine.book.open_orders(PAPER)
        looked: list[ClientOrderId] = []
        find = pit.broker.find

        async def slow(client_order_id: ClientOrderId) -> rp.BrokerReport:
            await pit.clock.sleep_s(7)
            return rp.CancelRefused(PAPER, client_order_id, "busy", pit.clock.now())

        async def seen(client_order_id: ClientOrderId) -> Any:
            looked.append(client_order_id)
            return await find(client_order_id)

        pit.broker.cancel = slow  # type: ignore[method-assign]  # the venue's mood
        pit.broker.find = seen  # type: ignore[method-assign]  # noted
        names = tuple(order.order_id for order in (first, *others))
        await pit.engine.submit(cm.CancelOrders(pit.command_id(), OWNER, PAPER, names))
        await pit.clock.sleep_s(10)
        assert looked == [first.client_order_id]

    in_pit(scene)
