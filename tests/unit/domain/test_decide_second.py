"""Above a size one person alone opens nothing: a second one agrees, with the right to, and is another one."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain.exits import PriceSpec, PriceSpecKind
from trading.domain.ids import PersonId
from trading.domain.order import OrderType
from trading.domain.rights import DeskRole, Right

BOB = PersonId("bob")
NAME = "alone_notional_max"


def shared(role: DeskRole | None = DeskRole.RISK_OFFICER) -> PureDesk:
    """An account with a limit of 1,000 for one person alone, and Bob on it."""
    desk = PureDesk()
    desk.price("1000")
    desk.do(cm.SetRole, member=BOB, role="admin", name="Bob")
    desk.do(cm.SetLimit, name=NAME, value=D(1000))
    if role is not DeskRole.ADMIN:
        desk.do(cm.SetRole, member=BOB, role=role.value if role is not None else "", name="Bob")
    return desk


def test_up_to_the_size_nobody_is_asked_and_beyond_it_somebody_must_agree() -> None:
    desk = shared()
    desk.buy("1")
    assert desk.refused == []
    desk.buy("0.1")
    assert desk.refused == ["alone_notional"] and "a second person must agree" in desk.sentence
    desk.buy("0.1", seconded_by=BOB)
    assert desk.refused == []
    alone, both = desk.named("OrderIntended")
    assert (alone.by, alone.seconded_by) == (OWNER, "")
    assert (both.by, both.seconded_by) == (OWNER, BOB)
    checks = {check.name: check for check in both.gate.checks}
    assert checks["alone_notional"].passed and checks["alone_notional"].limit == "1000"


def test_it_is_the_position_that_counts_so_that_many_small_orders_are_no_way_round() -> None:
    desk = shared()
    limit = PriceSpec(PriceSpecKind.ABSOLUTE, D(900))
    for _ in range(2):
        desk.buy("0.5", order_type=OrderType.LIMIT, limit=limit)
        assert desk.refused == []
    desk.buy("0.2", order_type=OrderType.LIMIT, limit=limit)
    assert desk.refused == ["alone_notional"]
    order = desk.named("OrderIntended")[0].order
    desk.accept(order)
    desk.do(cm.ModifyOrder, order_id=order.order_id, seen=desk.seen(), quantity=D("0.9"))
    assert desk.refused == ["alone_notional"]


@pytest.mark.parametrize("role", [*DeskRole, None])
def test_who_may_agree_stands_in_the_table(role: DeskRole | None) -> None:
    desk = shared(role)
    desk.buy("2", seconded_by=BOB)
    may = role is not None and Right.SECOND in desk.account.rights_of(BOB)
    assert desk.refused == ([] if may else ["no_right"])
    assert may is (role in (DeskRole.RISK_OFFICER, DeskRole.ADMIN))


def test_nobody_agrees_to_an_order_of_their_own() -> None:
    desk = shared()
    desk.buy("2", seconded_by=OWNER)
    assert desk.refused == ["own_order"]
    assert desk.named("OrderIntended") == []


def test_the_limit_is_not_set_where_nobody_could_agree() -> None:
    desk = PureDesk()
    desk.do(cm.SetRole, member=BOB, role="trader", name="Bob")
    desk.do(cm.SetLimit, name=NAME, value=D(1000))
    assert desk.refused == ["nobody_to_second"] and "/role NAME risk_officer" in desk.sentence
    assert desk.book.accounts[PAPER].limits.alone_notional_max == 0
