"""An exit that meets a venue at which nothing trades: what becomes of it is said (X46)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from bot.notifications.alert_orders import same_rejection
from bot.notifications.alerts import alert
from bot.notifications.policy import Topic, Urgency
from tests.unit.notifications.desk import ACCOUNT, OWNER, Desk, text
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.exits import ExitPlan, Size, SizeKind
from trading.domain.ids import CommandId
from trading.domain.order import Order, OrderStatus, Role


def refused(desk: Desk, order: Order, code: str) -> ev.OrderRejected:
    stored = desk.do(rp.Rejected(ACCOUNT, order.client_order_id, code, "Trading is halted.", desk.now))
    (rejected,) = [one.event for one in stored if isinstance(one.event, ev.OrderRejected)]
    return rejected


def closing(role: Role) -> tuple[Desk, Order]:
    """A position with a market exit of that role on its way."""
    desk = Desk(guards=False)
    desk.bought(exits=ExitPlan())
    (position,) = desk.book.live_positions(ACCOUNT)
    size = Size(SizeKind.POSITION, Decimal(100))
    seen = cm.Seen(desk.book.instruments[ACCOUNT, "BTC/USD"], desk.book.marks["BTC/USD"])
    desk.do(cm.ClosePosition(CommandId("c"), OWNER, ACCOUNT, position.position_id, size, seen))
    (order,) = [one for one in desk.orders() if not one.is_entry]
    if role is not order.role:
        desk.book.orders[order.order_id] = order = replace(order, role=role)
    return desk, order


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.STOP, "as soon as trading goes on and the price is still there"),
        (Role.TIME, "It is tried again every minute"),
        (Role.CLOSE, "It is not sent again by itself: /flatten BTC/USD"),
        (Role.FLATTEN, "It goes out again by itself until nothing is left"),
    ],
)
def test_an_exit_that_nothing_trades_with_says_what_becomes_of_it(role: Role, words: str) -> None:
    desk, order = closing(role)
    event = refused(desk, order, "halted")
    stored = next(one for one in reversed(desk.journal) if one.event is event)
    made = alert([stored], desk.scene())
    assert made is not None and (made.topic, made.urgency) == (Topic.RISK, Urgency.URGENT)
    assert text(made).startswith("⚠ Nothing trades now, so the venue refused: market sell 0.1 BTC/USD\n")
    assert "Trading is halted. (halted)" in text(made) and words in text(made)
    # What is tried again and again repeats itself; what is not stands alone.
    assert bool(same_rejection(event, desk.scene())) is (role is not Role.CLOSE)


def test_another_refusal_is_told_as_before() -> None:
    desk, order = closing(Role.CLOSE)
    event = refused(desk, order, "lot")
    assert desk.book.orders[order.order_id].status is OrderStatus.REJECTED
    stored = next(one for one in reversed(desk.journal) if one.event is event)
    made = alert([stored], desk.scene())
    assert made is not None and "Rejected by the venue" in text(made)
