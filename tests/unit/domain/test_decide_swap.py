"""Where orders exclude each other: the stop rests, the target is watched, one makes room for the other."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_exit_levels import level, target
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.decide.legs import stands_surely
from trading.domain.decide.waiting import waits
from trading.domain.exits import ExitPlan, Size, SizeKind
from trading.domain.ladder import ExitSupport
from trading.domain.money import Quantity
from trading.domain.order import Order, OrderType
from trading.domain.position import Guard

D = Decimal
STOPS = ExitSupport(stop=True)


def holding(exits: ExitPlan, size: str = "0.3", support: ExitSupport = STOPS) -> PureDesk:
    """0.3 BTC bought at 6,700, its stop standing at a venue that binds nothing together."""
    desk = PureDesk(exits=support)
    desk.price("6700")
    desk.buy(size, exits=exits)
    desk.fill(desk.orders[0], price="6700")
    desk.accept(*desk.orders)
    return desk


def test_the_stop_rests_and_the_target_is_watched() -> None:
    desk = holding(plan("2%", stop="1%"))
    assert (desk.bracket.guard, desk.bracket.watched) == (Guard.STOP, ("tp1",))
    (stop,) = desk.orders
    assert (stop.type, stop.quantity, stop.group) == (OrderType.STOP, D("0.3"), "")
    assert stop.stop_price == 6633
    assert desk.position.uncovered_since is None


def test_a_touched_target_waits_until_the_cancel_of_the_stop_is_confirmed() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    assert desk.said == ["ExitTriggered", "SwapBegun", "CancelRequested"]
    assert desk.sent == ["cancel exit-2"]
    desk.touched("tp1", "6835")
    assert desk.said == []
    desk.cancel(stop)
    assert desk.said == ["OrderCanceled", "OrderIntended"]
    assert desk.sent == ["sell market 0.3"]
    assert desk.position.uncovered_since is None  # a swap has ten seconds
    desk.fill(desk.open_role("target"), price="6834")
    assert not desk.position.is_open and desk.position.swap is None
    assert desk.named("PositionClosed")[0].reason == "tp1"


def test_a_part_leaves_and_the_stop_comes_back_for_the_rest_at_once() -> None:
    desk = holding(replace(plan(stop="1%"), targets=(target("2%:50"),)))
    desk.touched("tp1", "6834")
    desk.cancel(desk.open_role("stop"))
    assert desk.sent == ["sell market 0.15", "sell stop 0.15 stop 6633"]
    exit_order, stop = desk.open_role("target"), desk.open_role("stop")
    desk.accept(exit_order, stop)
    assert desk.position.uncovered_since is None
    desk.fill(exit_order, price="6834")
    assert desk.said == ["OrderFilled", "BracketSet", "SwapEnded"]
    assert desk.named("SwapEnded")[0].outcome == "filled"
    assert desk.sent == []
    assert desk.open_role("stop").quantity == D("0.15")


def test_an_exit_that_waits_two_seconds_is_taken_back_and_the_stop_returns() -> None:
    desk = holding(plan("2%", stop="1%"))
    desk.touched("tp1", "6834")
    desk.cancel(desk.open_role("stop"))
    sent = desk.open_role("target")
    desk.accept(sent)
    assert {(span.wait.value, span.lasts.total_seconds()) for span in waits(desk.book, desk.position)} == {
        ("room", 10.0),
        ("exit", 2.0),
    }
    desk.wait(1.9)
    desk.look()
    assert desk.sent == []
    desk.wait(0.1)
    desk.look()
    assert desk.sent == ["cancel exit-3"]
    assert [span.wait.value for span in waits(desk.book, desk.position)] == ["room"]
    desk.cancel(sent)
    assert desk.named("SwapEnded", of_last=True)[0].outcome == "unfilled"
    assert desk.sent == ["sell stop 0.3 stop 6633"]
    desk.accept(desk.open_role("stop"))
    assert waits(desk.book, desk.position) == ()


def test_an_exit_that_the_venue_refuses_brings_the_stop_back() -> None:
    desk = holding(plan("2%", stop="1%"))
    desk.touched("tp1", "6834")
    desk.cancel(desk.open_role("stop"))
    desk.reject(desk.open_role("target"), "market_closed")
    assert desk.sent == ["sell stop 0.3 stop 6633"]


def test_a_stop_that_fills_while_its_cancel_travels_wins() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    desk.fill(stop, price="6633")
    assert not desk.position.is_open and desk.position.swap is None
    assert desk.sent == []


def test_what_the_stop_sold_before_it_went_is_not_sold_again() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    desk.fill(stop, "0.1", price="6633")
    desk.cancel(stop)
    assert desk.sent == ["sell market 0.2"]


def test_a_cancel_that_came_before_its_fill_waits_for_it() -> None:
    """Seed 1425: what was free was counted without a fill on its way, and the exit went beyond flat."""
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    desk.cancel(stop, filled="0.1")
    assert (desk.said, desk.sent) == (["CancelTaken"], ["resolve"])
    desk.fill(stop, "0.1", price="6633")
    desk.cancel(stop, filled="0.1")
    assert desk.sent == ["sell market 0.2"]


def test_a_lost_cancel_is_asked_for_again_and_nothing_is_sent_before() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    desk.tell(cancel_refused(desk, stop))
    assert desk.sent == ["resolve"]
    desk.accept(stop)
    assert desk.sent == ["cancel exit-2"]


def cancel_refused(desk: PureDesk, order: Order) -> rp.CancelRefused:
    return rp.CancelRefused(desk.account.account, order.client_order_id, "no answer", desk.now)


def test_after_a_crash_the_stop_comes_before_an_old_target() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    desk.wait(30)
    desk.price("6700")
    desk.cancel(stop)
    assert desk.named("SwapEnded")[0].outcome == "left"
    assert desk.sent == ["sell stop 0.3 stop 6633"]


@pytest.mark.parametrize("bid", ["6834", "6900"])
def test_after_a_crash_a_price_that_is_still_beyond_the_target_means_out(bid: str) -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    desk.wait(30)
    desk.price(bid)
    desk.restart()
    desk.cancel(stop)
    assert desk.sent == ["sell market 0.3"]


def test_a_start_without_a_price_puts_the_stop_back() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    desk.wait(30)
    del desk.book.marks[desk.instrument.symbol]
    desk.cancel(stop)
    assert desk.sent == ["sell stop 0.3 stop 6633"]


def test_a_target_that_was_taken_off_meanwhile_is_not_sent() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    desk.wait(30)
    desk.exits(clear=("targets",))
    desk.cancel(stop)
    assert desk.named("SwapEnded")[0].outcome == "left"


def test_a_short_looks_at_the_ask() -> None:
    desk = PureDesk(exits=STOPS)
    desk.price("6700")
    desk.buy("0.3", long=False, exits=plan("2%", stop="1%"))
    desk.fill(desk.orders[0], price="6700")
    desk.accept(*desk.orders)
    (stop,) = desk.orders
    desk.touched("tp1", "6560", "6566")
    desk.wait(30)
    desk.price("6560", "6567")
    desk.cancel(stop)
    assert desk.named("SwapEnded")[0].outcome == "left"


def test_a_restart_goes_on_with_a_swap_whose_cancel_was_refused() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    desk.tell(cancel_refused(desk, stop))
    desk.restart()
    assert desk.sent == ["cancel exit-2"]


def test_a_part_is_closed_by_hand_although_the_stop_holds_everything() -> None:
    desk = holding(plan("2%", stop="1%"))
    desk.close("50")
    assert desk.said == ["SwapBegun", "CancelRequested"]
    assert desk.last.facts == {"position_id": desk.position.position_id}
    desk.cancel(desk.open_role("stop"))
    assert desk.sent == ["sell market 0.15", "sell stop 0.15 stop 6633"]


def test_a_second_close_by_hand_waits_for_the_first() -> None:
    desk = holding(plan("2%", stop="1%"))
    desk.close("50")
    desk.close("50")
    assert desk.refused == ["exits_exceed_position"]


def test_everything_is_closed_without_the_stop_coming_back_in_between() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.close()
    assert desk.sent == ["cancel exit-2"]
    desk.cancel(stop)
    assert desk.sent == ["sell market 0.3"]
    desk.fill(desk.open_role("flatten"), price="6700")
    assert not desk.position.is_open


def test_the_stop_grows_with_the_entry_and_moves_with_the_plan() -> None:
    desk = holding(plan("2%", stop="1%"))
    desk.buy("0.1")
    desk.fill(desk.open_role("entry"), price="6700")
    assert desk.sent == ["replace exit-2 0.4 stop 6633"]
    desk.exits(stop=level("2%"))
    assert desk.named("BracketSet", of_last=True)[0].bracket.stop_price == 6566


def test_a_close_that_rests_leaves_the_stop_the_rest_of_the_room() -> None:
    desk = holding(ExitPlan())
    desk.close("50", order_type=OrderType.LIMIT, limit=at("6900"))
    desk.accept(desk.open_role("close"))
    desk.exits(stop=level("1%"))
    assert desk.sent == ["sell stop 0.15 stop 6633"]


def test_a_trail_that_the_venue_cannot_hold_takes_everything_out_of_the_way() -> None:
    desk = holding(plan("2%", stop="3%", trail="1%"))
    assert desk.bracket.watched == ("tp1", "trail")
    desk.touched("trail", "6633")
    assert desk.sent == ["cancel exit-2"]
    desk.cancel(desk.open_role("stop"))
    assert desk.sent == ["sell market 0.3"]
    assert desk.open_role("trail").type is OrderType.MARKET


def test_time_takes_everything_out_of_the_way() -> None:
    exits = replace(plan(stop="1%"), exit_at=PureDesk().now + timedelta(seconds=60))
    desk = holding(exits)
    desk.wait(60)
    desk.look()
    assert desk.said == ["ExitTriggered", "SwapBegun", "CancelRequested"]
    desk.look()
    assert desk.said == []
    desk.cancel(desk.open_role("stop"))
    assert desk.sent == ["sell market 0.3"]


def test_a_touch_with_nothing_in_the_way_goes_at_once() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.exits(clear=("stop",), targets=(target("2%"),))
    desk.cancel(stop)
    desk.touched("tp1", "6834")
    assert desk.sent == ["sell market 0.3"]


def test_a_swap_that_lasts_is_told() -> None:
    desk = holding(plan("2%", stop="1%"))
    desk.touched("tp1", "6834")
    desk.cancel(desk.open_role("stop"))
    desk.silence(desk.open_role("target"))
    desk.wait(9)
    desk.look()
    assert desk.position.uncovered_since is None
    desk.wait(1)
    desk.look()
    assert desk.position.uncovered_since == desk.now


def test_a_look_at_what_is_flat_does_nothing() -> None:
    desk = holding(plan("2%", stop="1%"))
    desk.fill(desk.open_role("stop"), price="6633")
    desk.look()
    assert desk.said == []


def test_exits_are_changed_like_those_of_a_group() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.do(cm.ModifyOrder, order_id=stop.order_id, seen=desk.seen(), quantity=Quantity(D("0.1")))
    assert desk.refused == ["guards_position"]
    desk.ask_cancel(stop)
    assert desk.position.plan.stop is None


def test_a_swap_with_nothing_left_to_sell_ends() -> None:
    desk = holding(plan("2%", stop="1%"))
    (stop,) = desk.orders
    desk.touched("tp1", "6834")
    swap = desk.position.swap
    assert swap is not None
    desk.book.put_position(replace(desk.position, swap=replace(swap, quantity=Quantity(D(0)))))
    desk.cancel(stop)
    assert desk.named("SwapEnded")[0].outcome == "nothing"
    assert desk.sent == ["sell stop 0.3 stop 6633"]


def test_a_stop_that_is_gone_does_not_stand() -> None:
    desk = holding(plan("2%", stop="1%"))
    leg = desk.bracket.leg("sl")
    assert leg is not None and stands_surely(desk.book, leg)
    desk.touched("tp1", "6834")
    desk.cancel(desk.open_role("stop"))
    leg = desk.bracket.leg("sl")
    assert leg is not None and not stands_surely(desk.book, leg)


def test_a_plan_without_a_bracket_guards_nothing() -> None:
    desk = holding(plan("2%", stop="1%"))
    desk.book.put_position(replace(desk.position, bracket=None))
    desk.look()
    assert desk.said == ["PositionUncovered"]


def test_a_stop_that_is_larger_than_what_is_left_is_made_smaller() -> None:
    """What it holds beyond the position is no room: it must not wait for the rest of the day at full size."""
    desk = PureDesk(exits=STOPS)
    desk.price("6700")
    desk.buy("0.3", exits=plan(stop="1%"))
    entry = desk.orders[0]
    desk.fill(entry, "0.1", price="6700")
    desk.accept(*desk.orders)
    desk.fill(entry, "0.2", price="6700")
    stop = desk.open_role("stop")
    terms = (Quantity(D("0.5")), None, stop.stop_price)
    desk.tell(rp.Replaced(stop.account, stop.client_order_id, *terms, "requested", desk.now))
    assert desk.sent == ["replace exit-2 0.3 stop 6633"]


def test_what_a_change_on_its_way_gives_to_the_stop_is_not_free() -> None:
    desk = holding(plan(stop="1%"))
    desk.buy("0.2")
    desk.fill(desk.open_role("entry"), price="6700")
    assert desk.sent == ["replace exit-2 0.5 stop 6633"]
    desk.close(sized=Size(SizeKind.BASE, D("0.2")))
    assert desk.sent == ["cancel exit-2"], "the venue may have made the stop larger already"
    desk.cancel(desk.open_role("stop"))
    assert desk.sent == ["sell market 0.2", "sell stop 0.3 stop 6633"]


def test_a_new_swap_asks_for_the_room_that_an_older_one_was_refused() -> None:
    """X25: the older one ended otherwise, and since then nobody was asking for it any more."""
    desk = holding(replace(plan(stop="1%"), targets=(target("2%:50"), target("3%:50"))))
    stop = desk.open_role("stop")
    desk.touched("tp1", "6834")
    desk.tell(cancel_refused(desk, stop))
    desk.buy("0.3")
    desk.fill(desk.open_role("entry"), price="6700")
    desk.touched("tp1", "6834")
    assert desk.sent == ["sell market 0.3"]
    desk.fill(desk.open_role("target"), price="6834")
    assert desk.position.swap is None and desk.order(stop).is_cancel_failed
    desk.touched("tp2", "6901")
    assert desk.sent == ["cancel exit-2"]
