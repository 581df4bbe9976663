"""When the stop itself is the trouble: refused, in doubt, jumped over (X33, X34)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_swap import STOPS, holding
from trading.domain.decide.legs import stands_surely
from trading.domain.exits import ExitPlan
from trading.domain.ids import ClientOrderId, OrderId
from trading.domain.ladder import ExitSupport
from trading.domain.order import OrderType, Role
from trading.domain.position import Guard

D = Decimal
PAIR = ExitSupport(stop=True, trailing=True, reduce_only=True)
BOTH = plan("2%", stop="1%")


def asked(exits: ExitPlan = BOTH, support: ExitSupport = PAIR, *, long: bool = True) -> PureDesk:
    """0.3 BTC at 6,700; the venue has not answered about the exits yet."""
    desk = PureDesk(exits=support)
    desk.price("6700")
    desk.buy("0.3", exits=exits, long=long)
    desk.fill(desk.orders[0], price="6700")
    return desk


@pytest.mark.parametrize("support", [PAIR, STOPS])
def test_a_refused_stop_is_tried_as_a_stop_limit_and_then_watched(support: ExitSupport) -> None:
    desk = asked(support=support)
    desk.reject(desk.open_role("stop"), "stop_refused")
    assert desk.sent == ["sell stop_limit 0.3 limit 6434.01 stop 6633"]
    assert desk.bracket.guard is support_guard(support)
    desk.reject(desk.open_role("stop"), "stop_refused")
    assert desk.bracket.guard is Guard.BOT
    assert [order.role.value for order in desk.orders] == (["target"] if support is PAIR else [])
    assert desk.position.uncovered_since is None  # the desk watches it


def support_guard(support: ExitSupport) -> Guard:
    return Guard.PAIR if support is PAIR else Guard.STOP


def test_a_short_slips_upwards() -> None:
    desk = asked(long=False)
    desk.reject(desk.open_role("stop"), "stop_refused")
    assert desk.sent == ["buy stop_limit 0.3 limit 6970.01 stop 6767"]


def test_a_stop_limit_keeps_its_limit_behind_the_stop_when_it_grows() -> None:
    desk = asked()
    desk.reject(desk.open_role("stop"), "stop_refused")
    desk.accept(*desk.orders)
    desk.buy("0.1")
    desk.fill(desk.open_role("entry"), price="6700")
    assert "replace exit-4 0.4 limit 6434.01 stop 6633" in desk.sent


def test_a_stop_that_was_passed_means_out() -> None:
    desk = asked()
    desk.reject(desk.open_role("stop"), "stop_passed")
    assert desk.sent == ["sell market 0.3"]


@pytest.mark.parametrize("support", [PAIR, STOPS])
def test_a_stop_that_was_passed_where_it_stood_before_it_was_moved_is_sent_to_where_it_stands(
    support: ExitSupport,
) -> None:
    """A person has moved it further away while it was on its way (seed 58313)."""
    desk = asked(support=support)
    desk.price("6630")
    stop = desk.open_role("stop")
    desk.exits(stop=plan(stop="2%").stop)
    desk.reject(stop, "stop_passed")
    assert desk.named("GapFound") == []
    again = desk.open_role("stop")
    assert (again.type, again.stop_price) == (OrderType.STOP, D(6566)), "the venue has nothing against stops"
    desk.reject(again, "stop_passed")
    assert desk.sent[-1:] == ["sell market 0.3"]


def test_a_stop_that_was_moved_and_is_passed_there_too_means_out() -> None:
    desk = asked()
    stop = desk.open_role("stop")
    desk.exits(stop=plan(stop="2%").stop)
    desk.price("6500")
    desk.reject(stop, "stop_passed")
    assert desk.sent[-1:] == ["sell market 0.3"]


def test_a_stop_limit_is_watched_as_well_because_it_may_be_jumped_over() -> None:
    desk = asked()
    desk.reject(desk.open_role("stop"), "stop_refused")
    desk.accept(*desk.orders)
    leg = desk.bracket.leg("sl")
    assert leg is not None and not stands_surely(desk.book, leg)
    desk.touched("sl", "6400")
    assert desk.sent == ["sell market 0.3"]


def test_a_stop_in_doubt_is_watched_as_well() -> None:
    desk = asked()
    desk.silence(desk.open_role("stop"))
    assert desk.position.uncovered_since is not None
    desk.touched("sl", "6634")
    assert desk.sent == []
    desk.touched("sl", "6633")
    assert desk.sent == ["sell market 0.3"]


def test_a_lone_stop_in_doubt_is_canceled_before_the_exit() -> None:
    desk = asked(support=STOPS)
    stop = desk.open_role("stop")
    desk.silence(stop)
    desk.touched("sl", "6633")
    assert desk.said == ["ExitTriggered", "SwapBegun", "CancelRequested"]
    desk.cancel(stop)
    assert desk.sent == ["sell market 0.3"]


def test_a_stop_that_stands_is_the_venues_alone() -> None:
    desk = holding(BOTH)
    desk.touched("sl", "6600")
    assert desk.said == []
    (stop,) = desk.orders
    assert stop.type is OrderType.STOP


def test_a_target_at_the_venue_is_the_venues_alone() -> None:
    desk = asked()
    desk.silence(desk.open_role("target"))
    desk.touched("tp1", "6900")
    assert desk.said == []


def test_a_stop_of_an_earlier_life_that_was_passed_closes_nothing_that_is_held_now() -> None:
    """Seed 49900: the position had closed and begun anew before the venue refused its old stop."""
    desk = PureDesk(guards=True)
    desk.price("6700")
    desk.buy("0.3", exits=plan("2%", stop="1%"))
    desk.fill(desk.open_role("entry"), price="6700")
    old = desk.open_role("stop")
    served = replace(old, order_id=OrderId(f"{old.order_id}0"), client_order_id=ClientOrderId("new"))
    legs = tuple(
        replace(one, order_id=served.order_id) if one.name == "sl" else one for one in desk.bracket.legs
    )
    staged = desk.book.staged()
    staged.put_order(served)
    bracket = replace(desk.bracket, legs=legs)
    names = (*desk.position.order_ids, served.order_id)
    staged.put_position(replace(desk.position, bracket=bracket, order_ids=names))
    desk.book.publish(staged)
    desk.reject(old, "stop_passed")
    assert not [one for one in desk.orders if one.role is Role.STOP and one.type is OrderType.MARKET]
    desk.reject(served, "stop_passed")
    assert [one for one in desk.orders if one.role is Role.STOP and one.type is OrderType.MARKET]
