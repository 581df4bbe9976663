"""Adding to a position: its exits wait for the fill, guard all of it, and never sell at once by accident."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at, desk_at, planned
from trading.domain.decide.addition import stop_before
from trading.domain.exits import ExitPlan
from trading.domain.money import Price
from trading.domain.order import OrderType

D = Decimal


def desk_with_a_long(exits: ExitPlan | None = None, *, guards: bool = False) -> PureDesk:
    desk = desk_at(guards=guards)
    desk.buy("0.1", exits=exits)
    desk.fill(desk.orders[0], price="7000")
    return desk


@pytest.mark.parametrize("guards", [True, False])
def test_an_addition_that_waits_leaves_the_stop_where_it_is(guards: bool) -> None:
    desk = desk_with_a_long(plan("10%", stop="5%"), guards=guards)
    desk.price("6999", "7001")
    desk.buy("0.1", exits=plan("9%", stop="20%"), order_type=OrderType.LIMIT, limit=at("6800"))
    assert "PlanSet" not in desk.said
    assert [leg.price for leg in desk.bracket.legs] == [D(6650), D(7700)]
    entry = desk.open_role("entry")
    desk.cancel(entry)
    assert [leg.price for leg in desk.bracket.legs] == [D(6650), D(7700)]


@pytest.mark.parametrize("guards", [True, False])
def test_the_exits_of_an_addition_come_with_its_first_fill(guards: bool) -> None:
    desk = desk_with_a_long(plan("10%", stop="5%"), guards=guards)
    desk.price("6999", "7001")
    desk.buy("0.1", exits=plan("9%", stop="20%"), order_type=OrderType.LIMIT, limit=at("6800"))
    desk.fill(desk.open_role("entry"), "0.04", price="6800")
    # 0.14 for 972: 6,942.857 on average.
    assert [leg.price for leg in desk.bracket.legs] == [D("5554.29"), D("7567.71")]
    desk.exits(stop=plan(stop="10%").stop)
    desk.fill(desk.open_role("entry"), "0.06", price="6800")
    # The rest of it brings nothing anew: what was set in between stays, counted from 6,900.
    assert [leg.price for leg in desk.bracket.legs] == [D(6210), D(7521)]


def test_a_stop_from_the_new_average_must_lie_below_the_addition() -> None:
    desk = desk_with_a_long()
    desk.price("6499", "6500")
    desk.buy("0.1", exits=plan(stop="1%"))
    assert desk.refused == ["stop_wrong_side"]
    assert desk.sentence == (
        "This order makes your average 6750, and a stop counted from there is 6682.5: not below this "
        "order's price, 6500, so all of it would go at once. Give sl as a price below 6500, or leave it out."
    )
    assert desk.sent == []


def test_a_target_from_the_new_average_must_lie_above_the_addition() -> None:
    desk = desk_with_a_long()
    desk.price("7499", "7500")
    desk.buy("0.1", exits=plan("1%"))
    assert desk.refused == ["target_wrong_side"]
    assert "a take profit counted from there is 7322.5: not above" in desk.sentence


def test_a_short_is_added_to_by_the_same_rules() -> None:
    desk = desk_at()
    desk.buy("0.1", long=False)
    desk.fill(desk.orders[0], price="7000")
    desk.price("7500", "7501")
    desk.buy("0.1", long=False, exits=plan(stop="1%"))
    assert desk.refused == ["stop_wrong_side"]
    assert "not above this order's price, 7500" in desk.sentence


def test_the_card_of_an_addition_counts_from_the_average_and_tells_what_is_held() -> None:
    desk = desk_with_a_long(plan(stop="5%"))
    desk.price("6799", "6801")
    found = planned(desk, "0.1", exits=plan("10%"))
    assert found.entry_price == D("6900.5")
    assert [leg.price for leg in found.bracket.legs] == [D("6555.48"), D("7590.55")]
    # What is new falls from 6,801, what is held from the middle of the market.
    assert found.worst_loss == D("24.552")
    assert found.held_loss == D("24.452")


def test_an_addition_without_exits_keeps_those_of_the_position() -> None:
    desk = desk_with_a_long(plan("10%", stop="5%"))
    desk.price("7099", "7100")
    desk.buy("0.1")
    assert desk.open_role("entry").exits is None
    desk.fill(desk.open_role("entry"), price="7100")
    assert [leg.price for leg in desk.bracket.legs] == [D("6697.50"), D(7755)]


@pytest.mark.parametrize(
    ("long", "limit", "stop"), [(True, "6600", "6650"), (True, "6700", None), (False, "7400", "7350")]
)
def test_a_stop_that_comes_before_an_addition_is_known(long: bool, limit: str, stop: str | None) -> None:
    desk = desk_at()
    desk.buy("0.1", long=long, exits=plan(stop="5%"))
    desk.fill(desk.orders[0], price="7000")
    assert stop_before(desk.position, Price(D(limit))) == (D(stop) if stop else None)


def test_what_waited_to_add_says_that_its_position_is_closed() -> None:
    desk = desk_with_a_long(plan(stop="10%"))
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6500"))
    waits = desk.open_role("entry")
    desk.close()
    desk.fill(desk.open_role("close"), price="6700")
    desk.cancel(waits)
    assert desk.named("OrderCanceled")[-1].reason == "flat"
