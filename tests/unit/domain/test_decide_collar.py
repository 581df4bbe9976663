"""How far an exit may slip that a jump over the stop sends: 1 %, then 3 %, then the market (C-7, X33)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.fakes.proofs import proof_of
from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_decide_gaps import answer, back, held
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.apply_exits import after_exits
from trading.domain.exits import GapPolicy, Level, LevelKind
from trading.domain.ladder import ExitSupport
from trading.domain.order import Order, OrderStatus, OrderType, Role, TimeInForce

D = Decimal
WATCHED = ExitSupport(immediate=True)
LONE = ExitSupport(stop=True, immediate=True)
GROUP = ExitSupport(stop=True, trailing=True, group=True, reduce_only=True, immediate=True)
ATTACHED = ExitSupport(stop=True, trailing=True, attached=True, reduce_only=True, immediate=True)


def exit_of(desk: PureDesk) -> Order:
    """The one exit that is on its way."""
    (found,) = [one for one in desk.orders if one.role is Role.STOP and one.leaves_now]
    return found


def ends(desk: PureDesk, order: Order, reason: str = "ioc") -> None:
    desk.accept(order)
    desk.tell(rp.CanceledReported(PAPER, order.client_order_id, reason, desk.now))


def jumped(exits: ExitSupport = WATCHED, **more: Any) -> PureDesk:
    """In at 6,700 with a stop at 6,633, and back at 6,500."""
    desk = held(None, exits=exits, **more)
    back(desk, "6500")
    return desk


def jumped_and_asked(exits: ExitSupport) -> PureDesk:
    """As `jumped`, and a person is asked: where the venue holds the stop, it has refused it as passed."""
    desk = held(GapPolicy.ASK, exits=exits)
    if not exits.stop:
        back(desk, "6500")
    else:
        desk.price("6500")
        desk.reject(desk.open_role("stop"), "stop_passed")
    assert desk.position.gap is not None
    return desk


def test_it_leaves_within_one_percent_then_within_three_then_at_market() -> None:
    desk = jumped()
    first = exit_of(desk)
    assert (first.type, first.time_in_force, first.limit_price) == (OrderType.LIMIT, TimeInForce.IOC, D(6435))
    assert first.reduce_only and first.quantity == D("0.1") and not first.is_leg
    desk.fill(first, "0.04", price="6490")
    desk.price("6400")
    ends(desk, first)
    second = exit_of(desk)
    assert (second.collar, second.quantity) == (D(3), D("0.06"))
    assert second.limit_price == D(6208)
    ends(desk, second)
    third = exit_of(desk)
    assert (third.type, third.collar, third.quantity) == (OrderType.MARKET, None, D("0.06"))
    desk.fill(third, price="6100")
    assert not desk.position.is_open and len(desk.named("GapFound")) == 1


def test_a_short_may_pay_so_much_more() -> None:
    desk = held(None, exits=WATCHED, long=False)
    back(desk, "6900")
    assert exit_of(desk).limit_price == D(6969)


def test_an_exit_in_doubt_holds_the_next_one_back() -> None:
    desk = jumped()
    first = exit_of(desk)
    desk.silence(first)
    desk.touched("sl", "6300")
    assert exit_of(desk).order_id == first.order_id
    assert desk.order(first).status is OrderStatus.IN_DOUBT


def test_what_never_was_there_is_tried_again_as_narrow() -> None:
    desk = jumped()
    first = exit_of(desk)
    desk.silence(first)
    desk.tell(rp.AbsenceProven(PAPER, first.client_order_id, proof_of(desk.book, first), desk.now))
    again = exit_of(desk)
    assert again.order_id != first.order_id and again.collar == 1


@pytest.mark.parametrize(("code", "collar"), [("market_closed", D(1)), ("not_supported", None)])
def test_a_refusal_says_how_it_goes_on(code: str, collar: Decimal | None) -> None:
    desk = jumped()
    desk.reject(exit_of(desk), code)
    desk.wait(3)
    desk.touched("sl", "6480")
    assert exit_of(desk).collar == collar


def test_a_price_that_has_come_back_is_guarded_and_not_sold() -> None:
    desk = held(None, exits=LONE)
    stop = desk.open_role("stop")
    desk.price("6600")
    desk.reject(stop, "stop_passed")
    first = exit_of(desk)
    assert first.collar == 1 and not desk.named("GapFound")
    desk.price("6650")
    ends(desk, first)
    assert desk.open_role("stop").stop_price == 6633


def test_inside_a_group_it_is_no_leg_that_somebody_has_ended() -> None:
    desk = held(None, exits=GROUP)
    desk.price("6600")
    for leg in [one for one in desk.orders if not one.is_entry]:
        if leg.role is Role.STOP:
            desk.reject(leg, "stop_passed")
    first = exit_of(desk)
    assert first.group and first.collar == 1
    ends(desk, first)
    assert exit_of(desk).collar == 3 and desk.position.pulled is None


def test_what_we_end_ourselves_is_not_widened() -> None:
    desk = jumped()
    first = exit_of(desk)
    desk.accept(first)
    desk.ask_cancel(first)
    desk.tell(rp.CanceledReported(PAPER, first.client_order_id, "requested", desk.now))
    assert not [one for one in desk.orders if one.leaves_now]


def test_a_stop_that_a_person_moves_away_is_no_jump_any_more() -> None:
    desk = jumped()
    first = exit_of(desk)
    desk.exits(stop=Level(LevelKind.PRICE, D(6000)))
    ends(desk, first)
    assert not [one for one in desk.orders if one.leaves_now]
    desk.touched("sl", "5990")
    assert exit_of(desk).type is OrderType.MARKET


@pytest.mark.parametrize("policy", [None, GapPolicy.LIMIT])
def test_a_stop_that_comes_back_to_where_one_was_jumped_over_is_another_one(policy: GapPolicy | None) -> None:
    desk = held(policy, exits=WATCHED)
    back(desk, "6500")
    desk.price("6650")
    ends(desk, exit_of(desk))
    assert desk.position.jumped == 6633, "the stop stands again"
    desk.exits(stop=Level(LevelKind.PRICE, D(6000)))
    desk.exits(stop=Level(LevelKind.PRICE, D(6633)))
    assert desk.position.jumped is None
    desk.touched("sl", "6630")
    assert exit_of(desk).type is OrderType.MARKET and desk.position.gap is None


@pytest.mark.parametrize("exits", [WATCHED, GROUP, ATTACHED])
def test_what_a_person_sends_out_leaves_by_the_same_collars(exits: ExitSupport) -> None:
    desk = jumped_and_asked(exits)
    answer(desk, "exit")
    for collar in (D(1), D(3)):
        now = exit_of(desk)
        assert (now.type, now.collar, now.time_in_force) == (OrderType.LIMIT, collar, TimeInForce.IOC)
        ends(desk, now)
    assert exit_of(desk).type is OrderType.MARKET


def test_what_a_person_sends_out_goes_on_although_the_price_has_come_back() -> None:
    desk = jumped_and_asked(WATCHED)
    answer(desk, "exit")
    first = exit_of(desk)
    desk.price("6650")
    ends(desk, first)
    assert exit_of(desk).collar == 3


def test_what_went_out_before_the_question_is_no_attempt_of_it() -> None:
    desk = held(GapPolicy.ASK, exits=WATCHED)
    desk.touched("sl", "6600")
    first = exit_of(desk)
    assert first.type is OrderType.MARKET, "the desk was there"
    desk.accept(first)
    desk.fill(first, "0.04", price="6600")
    desk.tell(rp.CanceledReported(PAPER, first.client_order_id, "reduce_only", desk.now))
    desk.restart()
    back(desk, "6500")
    answer(desk, "exit")
    assert exit_of(desk).collar == 1


def test_a_stop_that_a_fill_has_moved_before_a_person_says_exit_leaves_within_the_collars_too() -> None:
    desk = held(GapPolicy.ASK, exits=WATCHED)
    back(desk, "6500")
    moved = tuple(replace(one, price=D(6450)) if one.name == "sl" else one for one in desk.bracket.legs)
    change = ev.BracketSet(
        PAPER, desk.position.position_id, replace(desk.bracket, legs=moved), "fill", desk.now
    )
    desk.book.put_position(after_exits(desk.position, change))
    answer(desk, "exit")
    assert desk.position.out_at == 6450
    assert exit_of(desk).collar == 1


def test_a_person_may_send_out_at_market_what_the_widest_collar_could_not() -> None:
    desk = held(GapPolicy.LIMIT, exits=WATCHED)
    back(desk, "6500")
    for _ in range(2):
        ends(desk, exit_of(desk))
    assert desk.position.gap is not None
    answer(desk, "exit")
    assert exit_of(desk).type is OrderType.MARKET


@pytest.mark.parametrize("exits", [ATTACHED, GROUP])
def test_what_hangs_on_the_position_leaves_within_the_collars_too(exits: ExitSupport) -> None:
    desk = held(None, exits=exits)
    desk.price("6600")
    desk.reject(desk.open_role("stop"), "stop_passed")
    assert exit_of(desk).collar == 1


def test_where_limits_rest_and_where_no_price_is_known_it_goes_at_market() -> None:
    assert exit_of(jumped(ExitSupport())).type is OrderType.MARKET
    desk = held(None, exits=LONE)
    del desk.book.marks["BTC/USD"]
    desk.reject(desk.open_role("stop"), "stop_passed")
    assert exit_of(desk).type is OrderType.MARKET


def test_a_touch_while_the_desk_is_there_goes_at_market() -> None:
    desk = held(None, exits=WATCHED)
    desk.touched("sl", "6600")
    assert exit_of(desk).type is OrderType.MARKET


def limited(exits: ExitSupport = WATCHED) -> PureDesk:
    desk = held(GapPolicy.LIMIT, exits=exits)
    back(desk, "6500")
    return desk


def test_nothing_goes_at_market_where_that_was_said_and_a_person_is_asked() -> None:
    desk = limited()
    ends(desk, exit_of(desk))
    ends(desk, exit_of(desk))
    assert not [one for one in desk.orders if one.leaves_now] and desk.position.gap is not None
    found = desk.named("GapFound", of_last=True)[-1]
    assert (found.policy, found.is_spent) == (GapPolicy.ASK, True)
    desk.touched("sl", "6400")
    assert len(desk.named("GapFound")) == 2
    answer(desk, "exit")
    assert exit_of(desk).type is OrderType.MARKET


def test_where_limits_rest_and_nothing_is_to_go_at_market_a_person_is_asked_at_once() -> None:
    desk = limited(ExitSupport())
    assert desk.position.gap is not None and not [one for one in desk.orders if one.leaves_now]


def test_a_limit_that_the_venue_does_not_take_is_asked_about() -> None:
    desk = limited()
    desk.reject(exit_of(desk), "not_supported")
    desk.wait(3)
    desk.touched("sl", "6480")
    assert desk.position.gap is not None


def test_a_late_stop_of_a_limited_position_waits_for_a_price() -> None:
    desk = held(GapPolicy.LIMIT, exits=LONE)
    del desk.book.marks["BTC/USD"]
    desk.reject(desk.open_role("stop"), "stop_passed")
    assert not [one for one in desk.orders if one.leaves_now] and desk.position.gap is None
    desk.touched("sl", "6500")
    assert exit_of(desk).collar == 1


def test_a_swap_waits_for_the_wider_exit() -> None:
    desk = held(None, exits=LONE)
    desk.silence(desk.open_role("stop"))
    stop = desk.open_role("stop")
    back(desk, "6500")
    assert desk.position.swap is not None
    desk.tell(rp.CanceledReported(PAPER, stop.client_order_id, "requested", desk.now))
    first = exit_of(desk)
    assert first.collar == 1
    ends(desk, first)
    second = exit_of(desk)
    assert desk.position.swap.exit_id == second.order_id
    assert any(isinstance(one, fx.Submit) for one in desk.last.effects)
    desk.fill(second, price="6450")
    assert not desk.position.is_open


def test_a_target_that_was_passed_is_asked_for_and_then_sold_at_market() -> None:
    desk = held(None, exits=WATCHED)
    back(desk, "6900", leg="tp1")
    (first,) = [one for one in desk.orders if one.role is Role.TARGET]
    assert (first.type, first.limit_price, first.time_in_force) == (OrderType.LIMIT, D(6834), TimeInForce.IOC)
    desk.fill(first, "0.04", price="6900")
    desk.price("6800")
    ends(desk, first)
    (second,) = [one for one in desk.orders if one.role is Role.TARGET]
    assert (second.type, second.quantity) == (OrderType.MARKET, D("0.06"))
    desk.fill(second, price="6800")
    assert not desk.position.is_open


def test_a_target_that_is_touched_while_the_desk_is_there_goes_at_market() -> None:
    desk = held(None, exits=WATCHED)
    back(desk, "6900", leg="tp1", away_s=None)
    (out,) = [one for one in desk.orders if one.role is Role.TARGET]
    assert out.type is OrderType.MARKET


def test_a_price_of_before_the_start_is_none_from_which_an_exit_may_slip() -> None:
    """The venue says that the stop was passed; where the price is now nobody has told yet."""
    desk = held(None, exits=GROUP)
    desk.book.marks[desk.instrument.symbol] = replace(desk.price("5900"), is_of_before=True)
    (stop,) = [one for one in desk.orders if one.role is Role.STOP]
    desk.tell(rp.Rejected(PAPER, stop.client_order_id, "stop_passed", "The price is beyond it.", desk.now))
    assert (exit_of(desk).type, exit_of(desk).collar) == (OrderType.MARKET, None)
