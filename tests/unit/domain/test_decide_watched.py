"""Exits that we watch ourselves: the worst first, nothing in a stop's way, trails written down, time kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_decide_exits import stands
from tests.unit.domain.test_exit_levels import level
from trading.domain import reports as rp
from trading.domain.order import OrderType, Role

D = Decimal


def test_a_touched_stop_sells_at_market() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    desk.touched("sl", "6632.50")
    assert desk.said == ["ExitTriggered", "OrderIntended"]
    assert desk.sent == ["sell market 0.3"]
    (triggered,) = desk.named("ExitTriggered")
    assert (triggered.leg, triggered.price, triggered.source) == ("sl", D("6632.50"), "test")
    assert desk.open_role("stop").role is Role.STOP
    desk.fill(desk.open_role("stop"), price="6632.50")
    assert desk.named("PositionClosed")[0].reason == "sl"


def test_a_short_is_covered_at_the_ask() -> None:
    desk = holding(long=False, exits=plan("2%", stop="1%"))
    desk.touched("sl", "6766", "6766.99")  # the ask is not there yet
    assert desk.said == []
    desk.touched("sl", "6766", "6767")
    assert desk.sent == ["buy market 0.3"]


@pytest.mark.parametrize(("leg", "bid"), [("tp1", "6833.99"), ("sl", "6633.01")])
def test_a_level_that_moved_away_is_not_touched(leg: str, bid: str) -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    desk.touched(leg, bid)
    assert (desk.said, desk.sent) == ([], [])


def test_a_leg_goes_out_once() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    desk.touched("sl", "6630")
    desk.touched("sl", "6620")
    assert desk.sent == []
    assert len(desk.orders) == 1


def test_stop_and_target_never_sell_twice() -> None:
    desk = holding(exits=plan("1%", "2%", stop="1%"))
    desk.touched("tp1", "6767")
    assert desk.sent == ["sell market 0.15"]
    # The stop takes only what the target has not spoken for.
    desk.touched("sl", "6600")
    assert desk.sent == ["sell market 0.15"]
    desk.touched("tp2", "6900")
    assert desk.sent == []
    for order in desk.orders:
        desk.fill(order, price="6600")
    assert not desk.position.is_open


def test_a_target_sells_its_share_and_moves_the_stop() -> None:
    desk = holding(exits=plan("1%", "2%", stop="1%", even=1))
    desk.touched("tp1", "6770")
    target = desk.open_role("target")
    desk.fill(target, "0.1", price="6770")
    assert stands(desk)[0] == "sl 6633 0.2"  # not before all of it has filled
    desk.fill(target, price="6770")
    assert stands(desk) == ["sl 6700 0.15", "tp2 6834 0.15"]
    assert desk.bracket.is_break_even


def test_a_resting_close_is_recalled_before_a_stop_sells() -> None:
    """RULINGS 16: cancel, confirm, place."""
    desk = holding(exits=plan(stop="1%"))
    desk.close("60", order_type=OrderType.LIMIT, limit=at("6900"))
    resting = desk.open_role("close")
    desk.accept(resting)
    desk.touched("sl", "6630")
    assert desk.said == ["ExitTriggered", "CancelRequested", "OrderIntended"]
    assert desk.sent == ["cancel exit-2", "sell market 0.12"]
    desk.cancel(resting)
    desk.fill(desk.open_role("stop"), price="6630")
    desk.touched("sl", "6629")
    assert desk.sent == ["sell market 0.18"]
    desk.fill(desk.open_role("stop"), price="6629")
    assert not desk.position.is_open


def test_a_resting_close_of_all_leaves_the_stop_waiting_for_its_cancel() -> None:
    desk = holding(exits=plan(stop="1%"))
    desk.close(order_type=OrderType.LIMIT, limit=at("6900"))
    resting = desk.open_role("close")
    desk.accept(resting)
    desk.touched("sl", "6630")
    assert desk.sent == ["cancel exit-2"]
    desk.touched("sl", "6620")
    assert (desk.said, desk.sent) == ([], [])
    # The limit fills while the cancel travels: it wins, and the stop has nothing left to sell.
    desk.fill(resting, price="6900")
    desk.touched("sl", "6610")
    assert desk.sent == []
    assert not desk.position.is_open


def test_a_target_never_recalls_a_resting_close() -> None:
    desk = holding(exits=plan("2%"))
    desk.close(order_type=OrderType.LIMIT, limit=at("6900"))
    desk.touched("tp1", "6834")
    assert (desk.said, desk.sent) == ([], [])


# ---------------------------------------------------------------- trails


def test_a_new_best_price_is_written_down() -> None:
    desk = holding(exits=plan(trail="2%"))
    desk.rose("7000")
    assert desk.said == ["TrailMoved"]
    (moved,) = desk.named("TrailMoved")
    assert (moved.best_price, moved.stop_price) == (D(7000), D(6860))
    assert stands(desk) == ["trail 6860 0.3"]
    assert desk.bracket.best_price == D(7000)


def test_a_trail_never_loosens() -> None:
    desk = holding(exits=plan(trail="2%"))
    desk.rose("7000")
    for price in ("6999.99", "7000"):
        desk.rose(price)
        assert desk.said == []
    short = holding(long=False, exits=plan(trail="100"))
    short.rose("6500")
    assert stands(short) == ["trail 6600 0.3"]
    short.rose("6501")
    assert short.said == []


def test_a_touched_trail_sells_everything() -> None:
    desk = holding(exits=plan("5%", trail="2%"))
    desk.rose("7000")
    desk.touched("trail", "6859")
    assert desk.sent == ["sell market 0.3"]
    desk.fill(desk.open_role("trail"), price="6859")
    (closed,) = desk.named("PositionClosed")
    assert (closed.reason, closed.realised) == ("trail", D("47.7"))


def test_a_trail_that_a_person_has_widened_meanwhile_sells_nothing() -> None:
    desk = holding(exits=plan("5%", trail="2%"))
    desk.rose("7000")
    desk.exits(trail=plan(trail="3%").trail)
    desk.touched("trail", "6859")
    assert desk.sent == []
    desk.touched("trail", "6790.01")  # the next tick: where it stands is rounded when it is written down
    assert desk.sent == ["sell market 0.3"]


def test_an_addition_keeps_the_best_price_of_the_trail() -> None:
    desk = holding(exits=plan(trail="100"))
    desk.rose("7000")
    desk.price("6950")
    desk.buy("0.1")
    desk.fill(desk.open_role("entry"), price="6950")
    assert stands(desk) == ["trail 6900 0.4"]


def test_only_a_waiting_trail_leaves_a_position_uncovered() -> None:
    desk = holding(exits=plan(trail="2%", start="1%"))
    assert not desk.named("PositionUncovered")
    desk.exits(stop=level("1%"))
    assert desk.position.uncovered_since is None


# ---------------------------------------------------------------- time


def timed(*, guards: bool = False) -> tuple[PureDesk, datetime]:
    desk = PureDesk(guards=guards)
    ends = desk.now + timedelta(hours=1)
    desk.price("6700")
    desk.buy("0.3", exits=replace(plan("2%", stop="1%"), exit_at=ends))
    desk.fill(desk.orders[0], price="6700")
    desk.accept(*desk.orders)
    return desk, ends


def rings(desk: PureDesk) -> None:
    desk.tell(rp.TimeCame(PAPER, desk.now, desk.position.position_id))


@pytest.mark.parametrize("guards", [False, True])
def test_a_time_exit_sells_what_is_held(guards: bool) -> None:
    desk, ends = timed(guards=guards)
    desk.wait(3_600)
    desk.price("6710")
    rings(desk)
    assert desk.said == ["ExitTriggered", "OrderIntended"]
    assert desk.sent == ["sell market 0.3"]
    assert desk.now == ends
    rings(desk)
    assert desk.sent == []
    desk.fill(desk.open_role("time"), price="6710")
    assert desk.named("PositionClosed")[0].reason == "time"


def test_a_bell_that_rings_early_is_not_heard() -> None:
    desk, _ = timed()
    desk.wait(3_599)
    rings(desk)
    assert (desk.said, desk.sent) == ([], [])


def test_a_time_exit_ends_waiting_entries() -> None:
    desk, _ = timed()
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    desk.wait(3_600)
    rings(desk)
    assert desk.sent == ["cancel entry-2", "sell market 0.3"]


def test_a_moved_or_cleared_time_is_what_counts() -> None:
    desk, ends = timed()
    desk.exits(exit_at=ends + timedelta(hours=1))
    desk.wait(3_600)
    rings(desk)
    assert desk.sent == []
    desk.exits(clear=("exit_at",))
    desk.wait(7_200)
    rings(desk)
    assert desk.sent == []


def test_a_time_exit_of_a_flat_position_does_nothing() -> None:
    desk, _ = timed()
    desk.close()
    desk.fill(desk.open_role("close"))
    desk.wait(3_600)
    rings(desk)
    assert (desk.said, desk.sent) == ([], [])


def test_an_exit_that_was_refused_rests_two_seconds_before_it_is_tried_again() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    desk.touched("sl", "6630")
    desk.reject(desk.open_role("stop"), "halted")
    desk.wait(1.9)
    desk.touched("sl", "6620")
    assert desk.said == []
    desk.wait(0.1)
    desk.touched("sl", "6620")
    assert desk.sent == ["sell market 0.3"]


def test_a_clock_that_was_set_back_does_not_lengthen_the_rest_after_a_refusal() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    desk.touched("sl", "6630")
    desk.reject(desk.open_role("stop"), "halted")
    desk.wait(-600)
    desk.touched("sl", "6620")
    assert desk.sent == ["sell market 0.3"]
