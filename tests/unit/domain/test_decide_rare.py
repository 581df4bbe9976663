"""What comes rarely: reports that come too late, questions about nothing, closes that cannot be."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.fakes.proofs import proof_of
from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_addition import desk_with_a_long
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at, planned
from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.decide.addition import stop_before
from trading.domain.decide.entry import r_multiple
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind, Target
from trading.domain.ids import CommandId, PersonId, VenueOrderId
from trading.domain.ladder import ExitSupport
from trading.domain.money import Price
from trading.domain.order import OrderStatus, OrderType
from trading.domain.position import Guard

D = Decimal
S = OrderStatus


def r(multiple: str) -> Level:
    return Level(LevelKind.R, D(multiple))


# ---------------------------------------------------------------- entries and additions


def test_a_target_in_r_of_a_position_without_a_stop_is_refused() -> None:
    desk = desk_with_a_long()
    desk.price("6999", "7001")
    desk.buy("0.1", exits=ExitPlan(targets=(Target(r("2")),)))
    assert desk.refused and desk.sent == []


def test_a_stop_that_would_be_no_price_is_refused_for_an_addition_too() -> None:
    desk = desk_with_a_long()
    desk.price("13999", "14000")
    # 12,000 below this order's price is a price, below the average of 10,500 it is none.
    desk.buy("0.1", exits=ExitPlan(stop=Level(LevelKind.ATR, D(240))))
    assert desk.refused == ["price_not_positive"] and desk.sent == []


def test_a_target_that_would_be_no_price_is_refused_for_an_addition_too() -> None:
    desk = PureDesk()
    desk.price("7000")
    desk.buy("0.1", long=False)
    desk.fill(desk.orders[0], price="7000")
    desk.price("14000", "14001")
    desk.buy("0.1", long=False, exits=ExitPlan(targets=(Target(Level(LevelKind.ATR, D(240))),)))
    assert desk.refused == ["price_not_positive"] and desk.sent == []


def test_a_position_without_a_stop_has_none_that_comes_first() -> None:
    desk = desk_with_a_long()
    assert stop_before(desk.position, Price(D(6600))) is None
    desk = desk_with_a_long(plan("10%"))
    assert stop_before(desk.position, Price(D(6600))) is None


def test_a_question_about_an_order_sends_nothing_and_says_so() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.tell(replace(desk.order_command("0.1"), is_question=True))
    assert desk.refused == ["not_confirmed"]
    assert desk.sent == []


# ---------------------------------------------------------------- closing


def test_a_limit_needs_a_price_to_be_counted_from() -> None:
    desk = holding()
    desk.book.marks.clear()
    desk.close(order_type=OrderType.LIMIT, limit=at("6800"))
    assert desk.refused == ["no_price"]
    assert desk.sent == []


def test_a_flatten_of_one_symbol_leaves_what_came_after_it_alone() -> None:
    desk = holding()
    first = desk.position.position_id
    desk.do(cm.Flatten, symbol="BTC/USD")
    flattening = desk.account.flattening
    assert flattening is not None and flattening.position_ids == (first,)
    desk.fill(desk.open_role("flatten"), price="6700")
    desk.buy("0.2")
    entry = desk.open_role("entry")
    made = desk.fill(entry, price="6700")
    assert not [one for one in made.effects if isinstance(one, fx.Submit)], "it is not named"


def test_an_answer_that_is_no_proof_yet_goes_on_with_the_flatten() -> None:
    desk = holding()
    desk.do(cm.Flatten, symbol="BTC/USD")
    assert desk.status(desk.open_role("flatten")) is S.SUBMITTING
    desk.tell(rp.FlatChecked(PAPER, "paper", 1, 0, desk.now))
    assert desk.account.flattening is not None
    assert desk.named("FlatProven") == []


def test_a_close_whose_position_another_hand_has_sold_sends_nothing() -> None:
    desk = holding()
    frozen = rp.DriftFound(PAPER, "paper", "BTC/USD", D(0), D("0.3"), (), desk.now)
    desk.tell(frozen)
    desk.tell(frozen)
    desk.close()
    assert desk.sent == []


def test_nobody_locks_what_is_not_his_own() -> None:
    desk = holding()
    until = desk.now + timedelta(hours=8)
    stranger = PersonId("stranger")
    desk.tell(cm.LockOut(CommandId("lock:1"), stranger, PAPER, until, "sleep"))
    assert desk.refused
    assert desk.named("LockoutSet") == []


# ---------------------------------------------------------------- what venues say too late


def test_an_order_that_was_called_absent_and_is_there_is_canceled() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.3", order_type=OrderType.LIMIT, limit=at("6600"))
    order = desk.open_role("entry")
    desk.silence(order)
    proof = proof_of(desk.book, desk.order(order))
    desk.tell(rp.AbsenceProven(PAPER, order.client_order_id, proof, desk.now))
    assert desk.status(order) is S.NOT_PLACED
    desk.accept(order)
    assert desk.status(order) is S.WORKING
    assert "EntriesFrozen" in desk.said and "CancelRequested" in desk.said


def test_a_resting_close_that_never_arrived_is_not_placed_anew() -> None:
    desk = holding()
    desk.close(order_type=OrderType.LIMIT, limit=at("6800"))
    order = desk.open_role("close")
    desk.silence(order)
    proof = proof_of(desk.book, desk.order(order))
    made = desk.tell(rp.AbsenceProven(PAPER, order.client_order_id, proof, desk.now))
    assert desk.status(order) is S.NOT_PLACED
    assert not [one for one in made.effects if isinstance(one, fx.Submit)]


def test_an_end_with_fills_on_their_way_waits_for_them_also_when_nobody_asked() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.3", order_type=OrderType.LIMIT, limit=at("6600"))
    order = desk.open_role("entry")
    desk.accept(order)
    made = desk.cancel(order, "venue", filled="0.1")
    assert desk.status(order) is S.WORKING
    assert desk.said == []
    assert made.effects == [fx.Resolve(PAPER, order.client_order_id)]


def test_the_name_that_came_with_an_order_is_kept() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.3", order_type=OrderType.LIMIT, limit=at("6600"))
    order = desk.open_role("entry")
    desk.tell(rp.Accepted(PAPER, order.client_order_id, VenueOrderId("V7"), desk.now))
    assert desk.order(order).venue_names == ("V7",)


# ---------------------------------------------------------------- levels that nothing stands behind any more


def test_a_level_of_a_position_that_is_gone_sends_nothing() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    desk.close()
    desk.fill(desk.open_role("close"))
    desk.touched("sl", "6600")
    assert (desk.said, desk.sent) == ([], [])


def test_a_level_of_a_position_without_exits_sends_nothing() -> None:
    desk = holding()
    assert desk.position.bracket is None
    desk.touched("sl", "6600")
    assert (desk.said, desk.sent) == ([], [])
    desk.rose("6900")
    assert desk.said == []


def test_a_trail_that_the_bracket_does_not_know_notes_nothing() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    desk.rose("6900")
    assert desk.said == []


def test_a_level_that_is_there_without_a_price_is_not_reached() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    bracket = desk.bracket
    legs = tuple(replace(leg, price=None) for leg in bracket.legs)
    desk.book.put_position(replace(desk.position, bracket=replace(bracket, legs=legs)))
    desk.touched("sl", "6000")
    assert (desk.said, desk.sent) == ([], [])


def test_a_stop_that_finds_everything_leaving_adds_nothing() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    assert desk.bracket.guard is Guard.VENUE
    stop = desk.open_role("stop")
    desk.silence(stop)  # it may not be there, so that the desk watches its level as well
    desk.book.put_order(replace(desk.order(stop), status=S.IN_DOUBT))
    desk.close()
    assert desk.sent == ["sell market 0.3"]
    desk.touched("sl", "6600")
    assert desk.named("ExitTriggered") == []


def test_a_timer_of_a_position_whose_time_exit_was_taken_away_does_nothing() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    desk.look()
    assert not desk.named("ExitTriggered")
    desk.tell(rp.TimeCame(PAPER, desk.now))
    assert desk.said == []


def test_one_r_of_a_plan_without_a_stop_is_not_told() -> None:
    desk = PureDesk()
    desk.price("6700")
    found = planned(desk, "0.1", exits=plan("2%"))
    assert r_multiple(found) is None
    assert r_multiple(planned(desk, "0.1", exits=plan(stop="1%"))) is None
    assert r_multiple(planned(desk, "0.1", exits=plan("2%", stop="1%"))) == pytest.approx(D(2), rel=D("0.05"))


def test_exits_of_a_position_that_is_only_wanted_are_checked_against_its_entry() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.3", order_type=OrderType.LIMIT, limit=at("6600"))
    desk.exits(stop=plan(stop="1%").stop)
    assert desk.position.plan.stop is not None
    desk.do(cm.CancelOrders, order_ids=(desk.open_role("entry").order_id,))


def test_a_close_of_units_says_what_is_too_many() -> None:
    desk = holding()
    desk.close(sized=Size(SizeKind.BASE, D("0.1")))
    assert desk.sent == ["sell market 0.1"]


# ---------------------------------------------------------------- a second time


def pair() -> PureDesk:
    """A long whose stop and target rest at the venue, bound by nothing but reduce-only."""
    desk = PureDesk(exits=ExitSupport(stop=True, reduce_only=True))
    desk.price("6700")
    desk.buy("0.1", exits=plan("2%", stop="1%"))
    desk.fill(desk.open_role("entry"), price="6700")
    return desk


def test_what_is_too_little_twice_is_told_once() -> None:
    desk = PureDesk(exits=ExitSupport(stop=True, reduce_only=True))
    desk.price("6700")
    desk.buy("0.3", exits=plan("2%", stop="1%"))
    entry = desk.open_role("entry")
    desk.fill(entry, "0.0001", "6700")
    stop, target = desk.open_role("stop"), desk.open_role("target")
    desk.cancel(entry)
    desk.reject(stop, "notional_min", "Too little.")
    desk.reject(target, "notional_min", "Too little.")
    assert len(desk.named("PositionDust")) == 1


def test_dust_without_a_plan_that_is_worth_something_again_is_only_told() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.0002")
    desk.fill(desk.open_role("entry"), price="6700")
    desk.close()
    desk.price("4000")
    desk.reject(desk.open_role("close"), "notional_min", "Too little.")
    assert desk.position.dust is not None
    desk.touched("dust", "9000")
    assert desk.said == ["DustGone"] and desk.sent == []


def test_exits_of_a_position_that_only_waits_for_its_cancels_are_written_down() -> None:
    desk = pair()
    desk.accept(*desk.orders)
    desk.close()
    desk.fill(desk.open_role("close"))
    assert not desk.position.is_open and desk.orders, "the cancels are on their way"
    desk.exits(stop=plan(stop="3%").stop)
    assert desk.said == ["PlanSet"] and desk.sent == []


def test_an_order_that_turns_up_twice_raises_what_was_learned_once() -> None:
    desk = PureDesk()
    desk.price("6700")
    for number in range(2):
        desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
        order = desk.orders[-1]
        desk.silence(order)
        proof = proof_of(desk.book, desk.order(order))
        desk.tell(rp.AbsenceProven(PAPER, order.client_order_id, proof, desk.now))
        desk.accept(order)
        assert len(desk.named("VisibilityRaised")) == 1, number
        desk.do(cm.AcknowledgeFreeze)


def test_who_may_trade_an_account_of_another_locks_themself_and_not_the_account() -> None:
    desk = holding()
    ann = PersonId("ann")
    desk.do(cm.SetRole, member=ann, role="trader", name="Ann")
    until = desk.now + timedelta(hours=8)
    made = desk.tell(cm.LockOut(CommandId("lock:2"), ann, PAPER, until, "sleep"))
    assert desk.refused == []
    assert not [one for one in made.events if isinstance(one, ev.LockoutSet)]
    own = desk.book.desk.lockout_of(ann)
    assert own is not None and own.until == until
    account = desk.book.account(PAPER)
    assert account is not None and account.lockout is None


def test_a_stop_whose_cancel_was_called_failed_and_that_ends_makes_room_all_the_same() -> None:
    desk = PureDesk(exits=ExitSupport(stop=True))
    desk.price("6700")
    desk.buy("0.1", exits=plan("2%", stop="1%"))
    desk.fill(desk.open_role("entry"), price="6700")
    stop = desk.open_role("stop")
    desk.accept(stop)
    desk.wait(30)
    desk.close("50")
    assert desk.order(stop).is_canceling
    desk.tell(rp.CancelRefused(PAPER, stop.client_order_id, "unknown", desk.now))
    made = desk.cancel(stop, "venue")
    assert desk.status(stop) is S.CANCELED
    assert desk.bracket.guard is Guard.STOP, "nobody has taken it away"
    assert [one for one in made.effects if isinstance(one, fx.Submit)], "what was waited for goes out"


def test_a_count_for_which_nobody_has_asked_changes_nothing() -> None:
    desk = holding()
    desk.tell(rp.FlatChecked(PAPER, "paper", 0, 0, desk.now))
    assert desk.said == []


def test_a_time_exit_that_the_bracket_lost_sends_nothing() -> None:
    desk = holding()
    desk.exits(exit_at=desk.now + timedelta(minutes=5), stop=plan(stop="1%").stop)
    bracket = desk.bracket
    legs = tuple(leg for leg in bracket.legs if leg.name != "time")
    desk.book.put_position(replace(desk.position, bracket=replace(bracket, legs=legs)))
    desk.wait(400)
    desk.look()
    assert desk.sent == []
