"""No stop stands for too long: what the account wants then is done, once (C-6, X34)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import NOW, PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_swap import STOPS
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.decide.waiting import stop_within, waits
from trading.domain.ladder import ExitSupport
from trading.domain.order import OrderStatus
from trading.domain.position import Dust
from trading.domain.reports import Span, Wait

D = Decimal
PAIR = ExitSupport(stop=True, trailing=True, reduce_only=True)


def bare(support: ExitSupport = PAIR, *, allowed_s: str = "10", filled: str = "0.3") -> PureDesk:
    """0.3 BTC at 6,700 whose stop nobody answers for."""
    desk = PureDesk(exits=support)
    if allowed_s != "10":
        desk.do(cm.SetLimit, name="unprotected_s_max", value=D(allowed_s))
    desk.price("6700")
    desk.buy("0.3", exits=plan(stop="1%"))
    desk.fill(desk.open_role("entry"), filled, "6700")
    desk.silence(desk.open_role("stop"))
    return desk


def test_after_ten_seconds_it_is_closed_at_market() -> None:
    desk = bare()
    assert waits(desk.book, desk.position) == (Span(Wait.STOP, NOW, timedelta(seconds=10)),)
    desk.wait(9)
    desk.look()
    assert not desk.named("StopMissing")
    desk.wait(1)
    desk.look()
    (missing,) = desk.named("StopMissing")
    assert missing.closes and missing.since == NOW
    assert "sell market 0.3" in desk.sent
    assert desk.account.flattening is not None
    assert desk.account.flattening.command_id.startswith("unprotected:paper/BTC/USD/1:")
    desk.wait(30)
    desk.look()
    assert desk.said == []
    assert waits(desk.book, desk.position) == ()


def test_what_still_waits_to_open_goes_with_it() -> None:
    desk = bare(filled="0.1")
    desk.wait(10)
    desk.look()
    assert "cancel entry-1" in desk.sent


def test_where_the_stop_in_doubt_holds_everything_it_is_asked_to_go_first() -> None:
    desk = bare(STOPS)
    stop = desk.open_role("stop")
    desk.wait(10)
    desk.look()
    assert desk.sent == ["cancel exit-2"]
    desk.accept(stop)
    desk.cancel(stop)
    assert "sell market 0.3" in desk.sent


@pytest.mark.parametrize("answers", [True, False])
def test_an_account_that_wants_to_be_told_only_is_told_once(answers: bool) -> None:
    desk = bare(allowed_s="0")
    desk.wait(10)
    desk.look()
    (missing,) = desk.named("StopMissing")
    assert not missing.closes and desk.sent == []
    desk.wait(60)
    desk.look()
    assert desk.said == []
    if answers:
        desk.accept(desk.open_role("stop"))
        assert desk.position.uncovered_since is None and not desk.position.is_given_up


def test_a_stop_that_stands_in_time_is_left_alone() -> None:
    desk = bare(allowed_s="30")
    assert stop_within(desk.book, desk.position) == timedelta(seconds=30)
    desk.wait(20)
    desk.accept(desk.open_role("stop"))
    desk.wait(20)
    desk.look()
    assert desk.said == []
    assert desk.status(desk.open_role("stop")) is OrderStatus.WORKING


def test_what_is_not_there_or_too_small_is_not_given_up() -> None:
    desk = bare()
    desk.book.put_position(replace(desk.position, dust=Dust(D("2010"), NOW)))
    desk.wait(11)
    desk.look()
    assert not desk.named("StopMissing")


def test_while_a_person_is_asked_about_the_stop_nothing_is_due_and_what_comes_back_has_its_time() -> None:
    desk = bare()
    stop = desk.open_role("stop")
    desk.accept(stop)
    desk.cancel(stop, "requested")
    assert desk.position.pulled is not None
    desk.wait(30)
    desk.look()
    assert not desk.named("StopMissing")
    desk.wait(31)
    desk.look()
    assert desk.position.pulled is None and not desk.named("StopMissing")
    assert desk.position.bare_from in (None, desk.now)


def test_who_wants_no_stop_any_more_has_none_missing() -> None:
    desk = bare()
    desk.exits(clear=("stop",))
    assert desk.position.uncovered_since is None
    assert stop_within(desk.book, desk.position) is None


def test_a_clock_that_is_set_back_makes_the_wait_no_longer() -> None:
    desk = bare()
    (before,) = waits(desk.book, desk.position)
    desk.wait(-600)
    desk.look()  # whatever brings the position up
    assert desk.position.uncovered_since == desk.now and not desk.named("StopMissing")
    name = desk.position.position_id
    desk.tell(rp.TimeCame(PAPER, desk.now, name, is_look=True, over=(before,)))
    assert desk.named("StopMissing")


def test_a_clock_that_is_set_forward_makes_the_wait_no_shorter() -> None:
    desk = bare()
    desk.wait(3_600)
    desk.tell(rp.TimeCame(PAPER, desk.now, desk.position.position_id, is_look=True))
    assert not desk.named("StopMissing")


def test_a_stop_that_came_and_went_while_the_timer_rang_has_its_whole_time() -> None:
    desk = bare()
    (before,) = waits(desk.book, desk.position)
    stop = desk.open_role("stop")
    desk.accept(stop)
    desk.wait(11)
    desk.cancel(stop, "expired")
    assert desk.position.bare_from == desk.now
    desk.tell(rp.TimeCame(PAPER, desk.now, desk.position.position_id, is_look=True, over=(before,)))
    assert not desk.named("StopMissing")


def test_the_time_without_a_stop_is_added_up_by_position_and_by_day() -> None:
    desk = bare()
    desk.wait(4)
    desk.accept(desk.open_role("stop"))
    assert desk.position.unprotected_s == desk.account.unprotected_s == 4
    desk.buy("0.1")
    desk.fill(desk.open_role("entry"), price="6700")
    desk.wait(3)
    desk.close()
    desk.fill(desk.open_role("close"), price="6700")
    assert desk.position.unprotected_s == desk.account.unprotected_s == 7
    assert desk.account.unprotected_worst_s == 4
    desk.tell(rp.DayTurned(PAPER, "2018-04-05", D(10_000), desk.now))
    assert desk.account.unprotected_s == desk.account.unprotected_worst_s == 0


def test_a_timer_that_rings_for_something_else_gives_nothing_up() -> None:
    desk = bare()
    desk.wait(20)
    desk.tell(rp.TimeCame(PAPER, desk.now, desk.position.position_id))
    assert not desk.named("StopMissing")
