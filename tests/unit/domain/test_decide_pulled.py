"""A leg that nobody here asked to end: the venue did it, or another hand did (X35, X36, RULINGS 17)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.decide.waiting import waits
from trading.domain.exits import Level, LevelKind
from trading.domain.ladder import ExitSupport
from trading.domain.order import Order, OrderStatus, Role
from trading.domain.position import Guard

D = Decimal
LONE = ExitSupport(stop=True)


def held(*, exits: ExitSupport | None = None, guards: bool = False, stop: str = "1%") -> PureDesk:
    """A filled long with a stop that stands at the venue."""
    desk = PureDesk(guards=guards, exits=exits)
    desk.price("6700")
    desk.buy("0.1", exits=plan("2%", stop=stop))
    (entry,) = desk.book.open_orders(PAPER)
    desk.accept(entry)
    desk.fill(entry)
    desk.accept(*legs(desk))
    desk.wait(30)
    return desk


def legs(desk: PureDesk) -> list[Order]:
    return [one for one in desk.book.orders_of(desk.position) if not one.is_entry]


def stop_of(desk: PureDesk) -> Order:
    (found,) = [one for one in legs(desk) if one.role is Role.STOP]
    return found


def submits(desk: PureDesk) -> list[fx.Effect]:
    return [one for one in desk.last.effects if isinstance(one, fx.Submit)]


@pytest.mark.parametrize("reason", ["requested", "unsaid"])
@pytest.mark.parametrize("exits", [LONE, ExitSupport(stop=True, reduce_only=True), None])
def test_a_stop_that_a_hand_has_ended_is_asked_about_and_watched(
    reason: str, exits: ExitSupport | None
) -> None:
    desk = held(exits=exits, guards=exits is None)
    stop = stop_of(desk)
    guard = desk.bracket.guard
    desk.cancel(stop, reason)
    pulled = desk.position.pulled
    assert pulled is not None and pulled.legs == ("sl",)
    assert (pulled.until - pulled.asked_at).total_seconds() == 60
    assert not submits(desk)
    assert desk.bracket.guard is guard and "sl" in desk.bracket.watched
    desk.touched("sl", "6000")
    assert [one.role for one in legs(desk) if one.type.value == "market"] == [Role.STOP]


def test_unanswered_it_goes_back_after_a_minute_and_not_before() -> None:
    desk = held(exits=LONE)
    desk.cancel(stop_of(desk))
    desk.wait(59)
    desk.look()
    assert desk.position.pulled is not None and not submits(desk)
    desk.wait(1)
    desk.look()
    assert desk.position.pulled is None
    (settled,) = [one for one in desk.last.events if isinstance(one, ev.PullSettled)]
    assert (settled.outcome, settled.by) == ("back", "")
    assert stop_of(desk).stop_price == desk.bracket.stop_price
    desk.look()
    assert not desk.last.events


def test_a_start_after_the_time_is_over_puts_it_back() -> None:
    desk = held(exits=LONE)
    desk.cancel(stop_of(desk))
    desk.wait(30)
    desk.restart()
    assert desk.position.pulled is not None and not submits(desk)
    desk.wait(31)
    desk.restart()
    assert desk.position.pulled is None and stop_of(desk).status is OrderStatus.SUBMITTING


def test_a_clock_that_was_set_back_does_not_leave_the_question_open() -> None:
    desk = held(exits=LONE)
    desk.cancel(stop_of(desk))
    desk.wait(-3600)
    desk.look()
    assert desk.position.pulled is None


def test_a_persons_minute_is_counted_on_the_clock_that_never_jumps_too() -> None:
    desk = held(exits=LONE)
    desk.cancel(stop_of(desk))
    (span,) = waits(desk.book, desk.position)
    assert (span.wait, span.lasts.total_seconds()) == (rp.Wait.ANSWER, 60)
    desk.look(rp.Wait.ANSWER)
    assert desk.position.pulled is not None, "by the clock that the person was told there is time left"
    desk.wait(-600)
    desk.look(rp.Wait.ANSWER)
    assert desk.position.pulled is None and submits(desk)
    assert rp.Wait.ANSWER not in {span.wait for span in waits(desk.book, desk.position)}


def test_a_person_may_put_it_back_at_once() -> None:
    desk = held(exits=LONE)
    desk.cancel(stop_of(desk))
    answer(desk, "back")
    assert desk.position.pulled is None and submits(desk)


def test_a_person_may_leave_it_away_for_good() -> None:
    desk = held(exits=LONE)
    desk.cancel(stop_of(desk))
    answer(desk, "leave")
    assert desk.position.pulled is None and desk.position.plan.stop is None
    assert desk.position.plan.targets
    desk.wait(100)
    desk.look()
    desk.restart()
    assert not [one for one in legs(desk) if one.role is Role.STOP]


def test_an_answer_without_a_question_is_refused() -> None:
    desk = held(exits=LONE)
    answer(desk, "leave")
    assert [one.code for one in desk.last.refusals] == ["nothing_asked"]
    assert desk.position.plan.stop is not None


def test_other_exits_are_an_answer_too() -> None:
    desk = held(exits=LONE)
    desk.cancel(stop_of(desk))
    desk.exits(stop=Level(LevelKind.PRICE, D(6500)))
    assert desk.position.pulled is None
    assert stop_of(desk).stop_price == 6500
    desk.accept(stop_of(desk))
    desk.wait(80)
    desk.look()
    assert not desk.last.events


def test_pulled_again_it_is_asked_about_again() -> None:
    desk = held(exits=LONE)
    desk.cancel(stop_of(desk))
    answer(desk, "back")
    desk.accept(stop_of(desk))
    desk.cancel(stop_of(desk))
    assert desk.position.pulled is not None and not submits(desk)


def test_the_question_ends_with_the_position() -> None:
    desk = held(exits=LONE)
    desk.cancel(stop_of(desk))
    desk.close()
    (closing,) = [one for one in legs(desk) if one.role is Role.CLOSE]
    desk.fill(closing)
    assert desk.position.pulled is None and not desk.position.is_open


def test_what_the_venue_has_ended_itself_is_placed_again_at_once() -> None:
    desk = held(exits=LONE)
    before = stop_of(desk)
    desk.cancel(before, "venue")
    assert submits(desk) and desk.position.pulled is None
    again = stop_of(desk)
    assert again.order_id != before.order_id and again.stop_price == before.stop_price
    assert desk.bracket.guard is Guard.STOP


def test_a_venue_that_ends_it_again_at_once_does_not_want_it() -> None:
    desk = held(exits=LONE)
    desk.cancel(stop_of(desk), "venue")
    desk.accept(stop_of(desk))
    desk.wait(3)
    desk.cancel(stop_of(desk), "venue")
    assert desk.bracket.guard is Guard.BOT and not submits(desk)


def test_a_cancel_of_ours_that_was_called_refused_is_no_hand() -> None:
    desk = held(guards=True)
    (target,) = [one for one in legs(desk) if one.role is Role.TARGET]
    desk.ask_cancel(target)
    desk.tell(rp.CancelRefused(PAPER, target.client_order_id, "no", desk.now))
    desk.cancel(target)
    assert desk.position.pulled is None


def test_a_cancel_of_ours_that_comes_late_is_no_hand() -> None:
    desk = held(guards=True)
    stop = stop_of(desk)
    desk.book.put_order(replace(stop, was_to_end=True))  # it was asked for, and the venue said that it stands
    desk.cancel(stop)
    assert desk.position.pulled is None and stop_of(desk).order_id != stop.order_id


def test_a_wish_for_an_end_is_remembered_whatever_comes_of_it() -> None:
    desk = held(guards=True)
    (target,) = [one for one in legs(desk) if one.role is Role.TARGET]
    desk.ask_cancel(target)
    desk.tell(rp.CancelRefused(PAPER, target.client_order_id, "no", desk.now))
    desk.accept(target)
    assert desk.order(target).was_to_end


def test_a_target_that_a_hand_has_ended_is_off_the_plan() -> None:
    desk = held(guards=True)
    (target,) = [one for one in legs(desk) if one.role is Role.TARGET]
    desk.cancel(target)
    assert not desk.position.plan.targets and desk.position.pulled is None
    (planned,) = [one for one in desk.last.events if isinstance(one, ev.PlanSet)]
    assert planned.cause == "hand"
    assert stop_of(desk).is_open and not submits(desk)


def answer(desk: PureDesk, choice: str) -> None:
    """A person says what is to become of it."""
    position = desk.position
    desk.do(cm.AnswerGuard, position_id=position.position_id, symbol=position.symbol, choice=choice)


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_target_that_is_not_wanted_any_more_takes_nothing_back(by_hand: bool) -> None:
    """Seed 240082: the targets that had filled came back, and break-even's stop went back to the plan's."""
    desk = PureDesk(guards=True)
    desk.price("6700")
    desk.buy("0.4", exits=plan("2%", "4%", "6%", stop="1%", even=1))
    (entry,) = desk.book.open_orders(PAPER)
    desk.accept(entry)
    desk.fill(entry)
    desk.accept(*legs(desk))
    first, second, third = (one for one in legs(desk) if one.role is Role.TARGET)
    desk.fill(first, price="6834")
    assert desk.bracket.is_break_even and desk.bracket.stop_price == 6700
    if not by_hand:
        desk.ask_cancel(second)
    desk.cancel(second)
    assert desk.bracket.stop_price == 6700
    assert [leg.price for leg in desk.bracket.targets] == [third.limit_price]
    wanted = desk.position.plan
    assert (len(wanted.targets), wanted.break_even) == (1, None)
    # What had filled is not placed a second time, whatever comes.
    desk.tell(rp.BrokerConnected(PAPER, "paper", True, desk.now))
    prices = {one.limit_price for one in legs(desk) if one.role is Role.TARGET}
    assert prices == {third.limit_price}


@pytest.mark.parametrize(("gone", "after"), [(0, 1), (1, 2), (2, 2)])
def test_break_even_waits_for_the_same_target_when_another_one_goes(gone: int, after: int) -> None:
    desk = PureDesk(guards=True)
    desk.price("6700")
    desk.buy("0.4", exits=plan("2%", "4%", "6%", stop="1%", even=2))
    (entry,) = desk.book.open_orders(PAPER)
    desk.accept(entry)
    desk.fill(entry)
    desk.accept(*legs(desk))
    desk.ask_cancel([one for one in legs(desk) if one.role is Role.TARGET][gone])
    kept = desk.position.plan.break_even
    assert kept is not None and kept.after_target == after
    assert not desk.bracket.is_break_even
