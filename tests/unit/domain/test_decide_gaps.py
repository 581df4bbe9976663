"""A stop that the price has jumped over: out, ask, or a new stop, as chosen with the order (C-7)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.apply_exits import after_exits
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.waiting import next_instant, waits
from trading.domain.exits import GapPolicy, Level, LevelKind, PriceSpec, PriceSpecKind, Size, SizeKind
from trading.domain.ladder import ExitSupport
from trading.domain.order import Order, OrderType, Role

D = Decimal
LONE = ExitSupport(stop=True)
ASK, ANCHOR, EXIT = GapPolicy.ASK, GapPolicy.REANCHOR, GapPolicy.EXIT


def held(policy: GapPolicy | None, *, exits: ExitSupport | None = None, long: bool = True) -> PureDesk:
    """In at 6,700, with a stop 67 away."""
    desk = PureDesk(exits=exits)
    desk.price("6700")
    desk.buy("0.1", exits=replace(plan("2%", stop="1%"), gap=policy), long=long)
    (entry,) = desk.orders
    desk.accept(entry)
    desk.fill(entry)
    return desk


def back(desk: PureDesk, bid: str, *, leg: str = "sl", away_s: str | None = "840") -> Deciding:
    """The first price after the desk was away."""
    quote = desk.price(bid)
    seconds = D(away_s) if away_s is not None else None
    return desk.tell(rp.PriceTouched(PAPER, desk.position.position_id, leg, quote, desk.now, seconds))


def market_exits(desk: PureDesk) -> list[Order]:
    return [one for one in desk.orders if one.role is Role.STOP and one.type is OrderType.MARKET]


def answer(desk: PureDesk, choice: str) -> Deciding:
    position = desk.position
    return desk.do(cm.AnswerGuard, position_id=position.position_id, symbol=position.symbol, choice=choice)


@pytest.mark.parametrize("policy", [None, EXIT])
def test_out_at_once_is_what_happens_when_nothing_was_said(policy: GapPolicy | None) -> None:
    desk = held(policy)
    back(desk, "6500")
    (gap,) = desk.named("GapFound", of_last=True)
    assert (gap.stop, gap.price, gap.percent, gap.policy, gap.away_s) == (6633, 6500, D("2.01"), EXIT, 840)
    assert len(market_exits(desk)) == 1 and desk.position.gap is None


def test_a_price_that_touches_while_the_desk_is_there_is_no_gap() -> None:
    desk = held(ASK)
    back(desk, "6600", away_s=None)
    assert not desk.named("GapFound") and len(market_exits(desk)) == 1


def test_asked_the_stop_sleeps_and_the_position_is_called_unprotected() -> None:
    desk = held(ASK)
    back(desk, "6500")
    assert desk.position.gap is not None and desk.position.uncovered_since is not None
    assert not market_exits(desk)
    desk.touched("sl", "6400")
    desk.restart()
    back(desk, "6300")
    assert not market_exits(desk) and len(desk.named("GapFound")) == 1


def test_targets_go_on_while_a_person_is_asked() -> None:
    desk = held(ASK)
    back(desk, "6500")
    desk.touched("tp1", "6900")
    assert [one.role for one in desk.orders] == [Role.TARGET]


def test_a_person_may_exit_at_once() -> None:
    desk = held(ASK)
    back(desk, "6500")
    answer(desk, "exit")
    (out,) = market_exits(desk)
    desk.accept(out)
    desk.fill(out, price="6490")
    assert not desk.position.is_open and desk.position.gap is None


def test_a_person_wants_a_new_stop_from_here() -> None:
    desk = held(ASK)
    back(desk, "6500")
    answer(desk, "reanchor")
    assert desk.bracket.stop_price == 6433 and desk.position.gap is None
    assert desk.position.uncovered_since is None
    desk.touched("sl", "6430")
    assert len(market_exits(desk)) == 1


def test_a_person_leaves_it() -> None:
    desk = held(ASK)
    back(desk, "6500")
    answer(desk, "leave")
    assert desk.position.plan.stop is None and desk.position.gap is None
    desk.touched("sl", "6000")
    assert not market_exits(desk)


def test_an_answer_needs_a_price_and_a_question() -> None:
    desk = held(ASK)
    back(desk, "6500")
    del desk.book.marks["BTC/USD"]
    answer(desk, "exit")
    assert desk.refused == ["no_price"]
    answer(desk, "back")
    assert desk.refused == ["nothing_asked"]
    answer(desk, "leave")
    answer(desk, "leave")
    assert desk.refused == ["nothing_asked"]


def test_new_exits_are_an_answer() -> None:
    desk = held(ASK)
    back(desk, "6500")
    desk.exits(stop=Level(LevelKind.PRICE, D(6400)))
    assert desk.position.gap is None and desk.bracket.stop_price == 6400
    assert desk.named("GapSettled", of_last=True)[0].outcome == "changed"


def test_nobody_answers_and_hears_of_it_again() -> None:
    desk = held(ASK)
    back(desk, "6500")
    desk.wait(899)
    desk.look()
    assert not desk.named("GapReminded")
    for times, minutes in enumerate((15, 30, 60, 120, 240, 240), start=1):
        desk.wait(60 * minutes)
        desk.look()
        assert len(desk.named("GapReminded")) == times
        desk.look()
        assert len(desk.named("GapReminded")) == times


@pytest.mark.parametrize(("long", "price", "stop"), [(True, "6500", "6433"), (False, "6900", "6967")])
def test_a_new_stop_stands_as_far_from_the_price_of_now(long: bool, price: str, stop: str) -> None:
    desk = held(ANCHOR, long=long)
    back(desk, price)
    assert desk.bracket.stop_price == D(stop) and not market_exits(desk)
    (found,) = desk.named("GapFound")
    assert found.policy is ANCHOR


def test_where_no_new_stop_can_stand_it_is_out() -> None:
    desk = held(ANCHOR)
    back(desk, "30")
    (found,) = desk.named("GapFound")
    assert found.policy is EXIT and len(market_exits(desk)) == 1


@pytest.mark.parametrize("policy", [ASK, ANCHOR])
def test_a_stop_that_reaches_the_venue_too_late_is_a_gap_too(policy: GapPolicy) -> None:
    desk = held(policy, exits=LONE)
    desk.price("6600")
    desk.reject(desk.open_role("stop"), "stop_passed")
    (found,) = desk.named("GapFound")
    assert found.away_s is None and not market_exits(desk)
    if policy is ANCHOR:
        assert desk.open_role("stop").stop_price == 6533
    else:
        assert desk.position.gap is not None


def test_without_a_price_of_ours_it_lies_at_the_stop() -> None:
    desk = held(ASK, exits=LONE)
    desk.reject(desk.open_role("stop"), "stop_passed")
    (found,) = desk.named("GapFound")
    assert found.price == found.stop == 6633 and found.percent == 0


def test_a_stop_that_is_late_and_nothing_was_said_is_out() -> None:
    desk = held(None, exits=LONE)
    desk.reject(desk.open_role("stop"), "stop_passed")
    assert len(market_exits(desk)) == 1 and not desk.named("GapFound")


def test_a_policy_can_be_changed_and_taken_off() -> None:
    desk = held(None)
    desk.exits(gap=ASK)
    assert desk.position.plan.gap is ASK
    desk.exits(clear=("gap",))
    assert desk.position.plan.gap is None and desk.position.plan.stop is not None


def test_events_of_a_gap_name_what_was_said() -> None:
    desk = held(ASK)
    back(desk, "6500")
    answer(desk, "leave")
    (settled,) = [one for one in desk.last.events if isinstance(one, ev.GapSettled)]
    assert (settled.outcome, settled.by) == ("left", "owner")


def test_a_stop_that_is_refused_once_more_while_a_person_is_asked_stays_asleep() -> None:
    desk = held(ASK, exits=LONE)
    stop = desk.open_role("stop")
    desk.silence(stop)  # so that the desk watches its level, too
    back(desk, "6500")
    assert desk.position.gap is not None
    desk.reject(stop, "stop_passed")
    assert not market_exits(desk) and len(desk.named("GapFound")) == 1


def test_a_gap_whose_exit_was_refused_is_told_once_and_tried_again() -> None:
    desk = held(EXIT)
    back(desk, "6500")
    (first,) = market_exits(desk)
    desk.reject(first, "market_closed")
    desk.wait(5)
    back(desk, "6490")
    assert len(desk.named("GapFound")) == 1
    assert len(market_exits(desk)) == 1


def test_a_stop_whose_first_distance_is_not_known_is_anchored_by_what_it_is_now() -> None:
    desk = held(ANCHOR)
    desk.book.put_position(replace(desk.position, bracket=replace(desk.bracket, risk_per_unit=None)))
    back(desk, "6500")
    assert desk.bracket.stop_price == D(6433)


def test_a_stop_at_the_entry_has_no_distance_so_that_all_of_it_goes() -> None:
    desk = held(ANCHOR)
    desk.exits(stop=Level(LevelKind.PRICE, D(6700)))
    legs = tuple(replace(one, price=D(6700)) if one.name == "sl" else one for one in desk.bracket.legs)
    bare = replace(desk.bracket, risk_per_unit=None, legs=legs)
    desk.book.put_position(replace(desk.position, bracket=bare))
    back(desk, "6500")
    assert len(market_exits(desk)) == 1


def test_out_by_a_persons_word_takes_back_what_rests_in_the_way() -> None:
    desk = held(ASK)
    back(desk, "6500")
    desk.close(
        order_type=OrderType.LIMIT,
        limit=PriceSpec(PriceSpecKind.ABSOLUTE, D(6800)),
        sized=Size(SizeKind.BASE, D("0.05")),
    )
    resting = desk.open_role("close")
    answer(desk, "exit")
    assert desk.order(resting).is_canceling


def test_a_market_exit_that_is_on_its_way_stays_when_a_person_says_out() -> None:
    desk = held(ASK)
    back(desk, "6500")
    desk.close("50")
    leaving = desk.open_role("close")
    answer(desk, "exit")
    assert not desk.order(leaving).is_canceling
    assert [one.quantity for one in market_exits(desk)] == [D("0.05")]


def test_a_gap_that_waits_for_an_answer_wants_to_be_looked_at_again() -> None:
    desk = held(ASK)
    back(desk, "6500")
    gap = desk.position.gap
    assert gap is not None
    assert next_instant(desk.position, desk.now) == gap.remind_at
    assert next_instant(desk.position, gap.remind_at) is None
    assert waits(desk.book, desk.position) == ()


def test_out_by_a_persons_word_is_asked_no_second_time_however_often_it_is_refused() -> None:
    desk = held(ASK)
    back(desk, "6500")
    answer(desk, "exit")
    for price in ("6490", "6480"):
        (out,) = market_exits(desk)
        desk.reject(out, "market_closed")
        desk.wait(5)
        desk.restart()
        back(desk, price)
    assert len(desk.named("GapFound")) == 1 and len(market_exits(desk)) == 1


def test_out_by_a_persons_word_goes_when_what_barred_its_way_is_over() -> None:
    desk = held(ASK)
    desk.close()
    barring = desk.open_role("close")
    desk.silence(barring)
    back(desk, "6500")
    answer(desk, "exit")
    assert not market_exits(desk)
    desk.cancel(barring)
    back(desk, "6490")
    assert len(desk.named("GapFound")) == 1 and len(market_exits(desk)) == 1


def test_another_trail_is_no_answer_about_a_stop() -> None:
    desk = held(ASK)
    back(desk, "6500")
    desk.exits(trail=plan(trail="3%").trail)
    assert desk.position.gap is not None
    answer(desk, "exit")
    assert len(market_exits(desk)) == 1


def test_out_by_a_persons_word_is_asked_no_second_time_where_what_was_filled_moves_the_stop() -> None:
    desk = held(ASK)
    back(desk, "6500")
    answer(desk, "exit")
    (out,) = market_exits(desk)
    desk.reject(out, "market_closed")
    moved = tuple(replace(one, price=D(6620)) if one.name == "sl" else one for one in desk.bracket.legs)
    name = desk.position.position_id
    change = ev.BracketSet(PAPER, name, replace(desk.bracket, legs=moved), "external", desk.now)
    desk.book.put_position(after_exits(desk.position, change))
    desk.wait(5)
    back(desk, "6490")
    assert desk.bracket.stop_price == 6620
    assert len(desk.named("GapFound")) == 1 and len(market_exits(desk)) == 1


def test_another_stop_that_a_person_sets_is_asked_about_when_it_is_jumped_over() -> None:
    desk = held(ASK)
    back(desk, "6500")
    answer(desk, "exit")
    (out,) = market_exits(desk)
    desk.reject(out, "market_closed")
    desk.exits(stop=Level(LevelKind.PRICE, D(6400)))
    assert desk.position.out_at is None
    desk.wait(5)
    desk.restart()
    back(desk, "6300")
    assert len(desk.named("GapFound")) == 2 and desk.position.gap is not None


def test_a_stop_at_break_even_is_another_one_than_the_one_a_person_has_said_exit_about() -> None:
    desk = held(ASK)
    back(desk, "6500")
    answer(desk, "exit")
    even = replace(desk.bracket, is_break_even=True)
    legs = tuple(replace(one, price=D(6700)) if one.name == "sl" else one for one in even.legs)
    name = desk.position.position_id
    change = ev.BracketSet(PAPER, name, replace(even, legs=legs), "resize", desk.now)
    assert after_exits(desk.position, change).out_at == 6633


@pytest.mark.parametrize("policy", [EXIT, ASK, ANCHOR])
def test_room_that_was_being_made_for_a_stop_is_not_used_after_its_gap(policy: GapPolicy) -> None:
    """Its exit would leave as soon as the order in its way is known to be gone (seeds 43426, 820131)."""
    desk = held(policy, exits=LONE)
    stop = desk.open_role("stop")
    desk.silence(stop)
    back(desk, "6600", away_s=None)
    assert desk.position.swap is not None and desk.position.swap.role is Role.STOP
    back(desk, "6500")
    assert bool(desk.named("GapFound")) and (desk.position.swap is None) is (policy is not EXIT)
    assert [one.outcome for one in desk.named("SwapEnded")] == ([] if policy is EXIT else ["gap"])


def test_room_that_is_made_for_something_else_is_used_after_a_gap() -> None:
    desk = held(ASK, exits=LONE)
    desk.close("50")
    swap = desk.position.swap
    assert swap is not None and swap.role is Role.CLOSE
    back(desk, "6500")
    assert desk.position.swap == swap and not desk.named("SwapEnded")
