"""Exits that go to the venue with their entry: one order, names of their own, and the next rung after it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.fakes.proofs import proof_of
from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.doubt import Trouble
from trading.domain.exits import ExitPlan, Level, LevelKind
from trading.domain.ladder import ExitSupport, guard_of, holds
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderStatus, OrderType
from trading.domain.position import Guard
from trading.domain.request import RequestKind

D = Decimal
GROWS = ExitSupport(
    stop=True, trailing=True, group=True, reduce_only=True, immediate=True, bracket=True, bracket_grows=True
)
WHOLE = ExitSupport(stop=True, trailing=True, group=True, reduce_only=True, immediate=True, bracket=True)
PLAN = plan("2%", stop="1%")


def waiting(support: ExitSupport = GROWS, exits: ExitPlan = PLAN, limit: str = "6700") -> PureDesk:
    """0.3 BTC wanted at a limit; what went out with it stands."""
    desk = PureDesk(exits=support)
    desk.price("6710")
    desk.buy("0.3", exits=exits, order_type=OrderType.LIMIT, limit=at(limit))
    desk.accept(*desk.orders)
    return desk


def entry(desk: PureDesk) -> Order:
    return desk.open_role("entry")


def woken(desk: PureDesk, *names: str, quantity: str) -> None:
    """The venue has woken them, and says so."""
    for name in names:
        now = desk.open_role(name)
        terms = (Quantity(D(quantity)), now.limit_price, now.stop_price, "bracket", desk.now)
        desk.tell(rp.Replaced(PAPER, now.client_order_id, *terms))


def test_they_leave_in_one_order_with_names_of_their_own() -> None:
    desk = waiting()
    (submit,) = [one for one in desk.effects if isinstance(one, fx.Submit)]
    sent = [one.item for one in submit.orders]
    assert [(o.role.value, o.quantity, o.stop_price or o.limit_price) for o in sent] == [
        ("entry", D("0.3"), D(6700)),
        ("stop", D("0.3"), D(6633)),
        ("target", D("0.3"), D(6834)),
    ]
    assert [bool(o.parent) for o in sent] == [False, True, True]
    assert len({o.client_order_id for o in sent}) == 3
    assert not desk.position.is_open and desk.position.bracket is None


@pytest.mark.parametrize(
    "exits",
    [plan("1%", "2%", stop="1%"), plan("2%", stop="1%", trail="1%"), plan("2%", stop=""), plan(trail="1%")],
    ids=["shares", "trail", "no stop", "trail alone"],
)
def test_a_plan_that_no_bracket_holds_goes_out_alone(exits: ExitPlan) -> None:
    desk = waiting(exits=exits)
    assert [one.role.value for one in desk.orders] == ["entry"]
    assert not holds(Guard.BRACKET, GROWS, exits)


def test_only_the_first_order_of_a_position_carries_exits() -> None:
    desk = waiting()
    desk.buy("0.1", exits=PLAN, order_type=OrderType.LIMIT, limit=at("6650"))
    assert desk.sent == ["buy limit 0.1 limit 6650"]


def test_a_whole_fill_is_guarded_without_a_word_of_ours() -> None:
    desk = waiting()
    desk.fill(entry(desk))
    assert desk.bracket.guard is Guard.BRACKET and desk.sent == []
    assert desk.position.uncovered_since is None


def test_they_follow_the_price_of_the_fill_in_their_places() -> None:
    desk = waiting()
    desk.fill(entry(desk), price="6690")
    assert desk.sent == ["replace exit-2 0.3 stop 6623.1", "replace exit-3 0.3 limit 6823.8"]


def test_each_fill_makes_them_grow_and_the_desk_asks_for_nothing() -> None:
    desk = waiting()
    desk.fill(entry(desk), "0.1")
    assert desk.bracket.guard is Guard.BRACKET and desk.sent == []
    woken(desk, "stop", "target", quantity="0.1")
    desk.fill(entry(desk), "0.15")
    assert desk.sent == [] and desk.position.uncovered_since is None
    woken(desk, "stop", "target", quantity="0.25")
    assert desk.open_role("stop").quantity == D("0.25")


def test_an_entry_that_ends_in_part_leaves_them_as_they_are() -> None:
    desk = waiting()
    desk.fill(entry(desk), "0.1")
    woken(desk, "stop", "target", quantity="0.1")
    desk.cancel(entry(desk))
    assert desk.bracket.guard is Guard.BRACKET and desk.position.uncovered_since is None
    assert [one.role.value for one in desk.orders] == ["stop", "target"]


def test_where_they_sleep_until_the_last_fill_a_part_gets_exits_of_the_next_rung() -> None:
    desk = waiting(WHOLE)
    desk.fill(entry(desk), "0.1")
    assert desk.bracket.guard is Guard.VENUE
    assert desk.sent == [
        "sell stop 0.1 stop 6633",
        "sell limit 0.1 limit 6834",
        "cancel exit-2",
        "cancel exit-3",
    ]
    assert desk.position.uncovered_since is not None, "what sleeps guards nothing"


def test_where_they_sleep_until_the_last_fill_a_whole_one_wakes_them() -> None:
    desk = waiting(WHOLE)
    desk.fill(entry(desk))
    assert desk.bracket.guard is Guard.BRACKET and desk.sent == []


def test_they_end_with_an_entry_that_ends_unfilled_and_are_asked_about() -> None:
    desk = waiting()
    desk.cancel(entry(desk))
    assert desk.sent == ["resolve", "resolve"]
    for one in list(desk.orders):
        desk.cancel(one, "parent")
    assert desk.orders == [] and not desk.named("StopPulled")


def test_a_change_of_the_plan_moves_what_sleeps_in_place() -> None:
    desk = waiting()
    desk.exits(stop=Level(LevelKind.PRICE, Price(D(6600))))
    assert desk.sent == ["replace exit-2 0.3 stop 6600"]


def test_what_does_not_fit_the_plan_any_more_is_canceled() -> None:
    desk = waiting()
    desk.exits(targets=plan("1%", "2%").targets)
    assert desk.sent == ["cancel exit-3"]
    desk.cancel(desk.open_role("target"))
    desk.fill(entry(desk))
    assert desk.bracket.guard is Guard.VENUE
    assert desk.sent == ["sell limit 0.15 limit 6767", "sell limit 0.15 limit 6834"]
    assert desk.position.uncovered_since is None, "the stop that came with it stands"


def modify(desk: PureDesk, limit: str) -> None:
    order = entry(desk)
    desk.do(cm.ModifyOrder, order_id=order.order_id, seen=desk.seen(), limit_price=Price(D(limit)))


def moved(desk: PureDesk, role: str, limit: str = "", stop: str = "") -> None:
    now = desk.open_role(role)
    limit_price, stop_price = (Price(D(one)) if one else None for one in (limit, stop))
    terms = (now.quantity, limit_price, stop_price, "", desk.now)
    desk.tell(rp.Replaced(PAPER, now.client_order_id, *terms))


@pytest.mark.parametrize(
    ("limit", "ahead", "behind"),
    [
        ("6690", "replace exit-2 0.3 stop 6623.1", "replace exit-3 0.3 limit 6823.8"),
        ("6710", "replace exit-3 0.3 limit 6844.2", "replace exit-2 0.3 stop 6642.9"),
    ],
)
def test_an_entry_that_is_moved_sends_ahead_what_would_be_too_near(
    limit: str, ahead: str, behind: str
) -> None:
    desk = waiting()
    modify(desk, limit)
    assert desk.sent == [ahead, f"replace entry-1 0.3 limit {limit}"]
    moved(desk, "entry", limit=limit)
    assert desk.sent == [behind]


def test_an_entry_that_could_not_be_moved_gets_its_exits_back() -> None:
    desk = waiting()
    modify(desk, "6690")
    moved(desk, "stop", stop="6623.1")
    order = entry(desk)
    desk.tell(rp.ReplaceRefused(PAPER, order.client_order_id, "not now", desk.now))
    assert desk.sent == ["resolve"]
    desk.accept(order)
    assert desk.sent == ["replace exit-2 0.3 stop 6633"]


@pytest.mark.parametrize("kind", [rp.ReplaceRefused, rp.Silent])
def test_a_change_of_what_sleeps_that_came_to_nothing_is_asked_for_again(kind: type) -> None:
    desk = waiting()
    desk.exits(stop=Level(LevelKind.PRICE, Price(D(6600))))
    stop = desk.open_role("stop")
    if kind is rp.Silent:
        desk.tell(rp.Silent(PAPER, stop.client_order_id, "no answer", desk.now, RequestKind.REPLACE))
    else:
        desk.tell(rp.ReplaceRefused(PAPER, stop.client_order_id, "not now", desk.now))
    assert desk.sent == ["resolve"]
    desk.accept(stop)
    assert desk.sent == ["replace exit-2 0.3 stop 6600"]


def test_an_entry_is_not_moved_beyond_its_own_stop() -> None:
    desk = waiting()
    modify(desk, "6600")
    assert desk.refused == ["exits_beyond"] and "6633" in desk.sentence


def test_a_start_leaves_what_sleeps_alone() -> None:
    desk = waiting()
    desk.restart()
    assert desk.sent == [] and not desk.named("CancelRequested")


def test_a_start_ends_what_guards_nothing_when_its_entry_is_over() -> None:
    desk = waiting()
    desk.cancel(entry(desk))
    desk.restart()
    assert sorted(desk.sent) == ["cancel exit-2", "cancel exit-3"]


def in_doubt(support: ExitSupport = GROWS) -> PureDesk:
    desk = PureDesk(exits=support)
    desk.price("6700")
    desk.buy("0.3", exits=PLAN)
    for one in desk.orders:
        desk.silence(one)
    return desk


def test_one_send_in_silence_counts_once() -> None:
    assert in_doubt().account.sends_silent == 1


def test_what_proves_the_entry_absent_proves_its_exits_absent() -> None:
    desk = in_doubt()
    order = entry(desk)
    desk.tell(rp.AbsenceProven(PAPER, order.client_order_id, proof_of(desk.book, order), desk.now))
    assert desk.orders == [] and len(desk.named("OrderNotPlaced", of_last=True)) == 3


def test_a_person_is_asked_about_the_entry_alone_and_answers_for_all() -> None:
    desk = in_doubt()
    for one in list(desk.orders):
        unclear = (D(600), 9, 0, Trouble.POSITION, desk.now)
        desk.tell(rp.DoubtUnresolved(PAPER, one.client_order_id, *unclear))
    assert [one.order_id for one in desk.named("DoubtEscalated")] == [entry(desk).order_id]
    desk.do(cm.AnswerDoubt, order_id=entry(desk).order_id, is_there=False)
    assert desk.orders == []


def test_a_fill_before_its_answer_is_not_guarded_twice() -> None:
    desk = in_doubt()
    desk.fill(entry(desk))
    assert not [line for line in desk.sent if line.startswith("sell")]
    assert desk.position.uncovered_since is not None, "nobody knows whether they stand"
    desk.accept(*[one for one in desk.orders if not one.is_entry])
    assert desk.position.uncovered_since is None and desk.bracket.guard is Guard.BRACKET


def test_an_exit_that_fills_before_its_entry_is_known_is_asked_about() -> None:
    desk = waiting()
    stop = desk.open_role("stop")
    desk.fill(stop, price="6630")
    assert desk.sent == ["resolve"] and not desk.named("OrderFilled")
    desk.fill(entry(desk))
    desk.fill(stop, price="6630")
    assert not desk.position.is_open and len(desk.named("OrderFilled")) == 2


def test_an_addition_is_guarded_by_what_came_with_the_entry() -> None:
    desk = waiting()
    desk.fill(entry(desk))
    desk.buy("0.1")
    desk.fill(entry(desk))
    assert desk.sent == ["replace exit-2 0.4 stop 6633", "replace exit-3 0.4 limit 6834"]
    assert desk.bracket.guard is Guard.BRACKET


def test_another_entry_that_fills_first_leaves_what_sleeps_for_good() -> None:
    desk = waiting()
    first = entry(desk)
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6705"))
    (second,) = [one for one in desk.orders if one.is_entry and one.order_id != first.order_id]
    desk.accept(second)
    desk.fill(second, price="6705")
    assert desk.bracket.guard is Guard.VENUE
    assert [line for line in desk.sent if line.startswith("cancel")] == ["cancel exit-2", "cancel exit-3"]


def test_a_leg_that_is_lost_leads_to_a_group_of_the_next_rung() -> None:
    desk = waiting()
    desk.fill(entry(desk))
    desk.wait(30)
    desk.cancel(desk.open_role("stop"), "venue")
    assert desk.bracket.guard is Guard.VENUE and desk.sent == ["sell stop 0.3 stop 6633"]
    (again,) = [one for one in desk.orders if one.role.value == "stop"]
    assert again.group == desk.open_role("target").group and not again.parent


def test_what_closes_it_ends_what_came_with_it() -> None:
    desk = waiting()
    desk.fill(entry(desk))
    desk.close()
    desk.fill(desk.open_role("close"), price="6720")
    assert not desk.position.is_open
    assert [line for line in desk.sent if line.startswith("cancel")] == [], "the venue ends its group itself"


def test_a_refused_one_refuses_all_and_nothing_is_sent_again() -> None:
    desk = PureDesk(exits=GROWS)
    desk.price("6700")
    desk.buy("0.3", exits=PLAN)
    for one in list(desk.orders):
        desk.reject(one, "group")
    assert desk.orders == [] and desk.sent == []
    assert {desk.status(one.order.order_id) for one in desk.named("OrderIntended")} == {OrderStatus.REJECTED}


def test_what_is_held_already_has_no_entry_to_carry_its_exits() -> None:
    assert guard_of(GROWS, PLAN) is Guard.VENUE
    assert guard_of(GROWS, PLAN, Guard.BRACKET) is Guard.VENUE
