"""Reduce-only orders without a group: both rest, and the desk keeps the others as small as what is left."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.domain.pure_desk import KEY, PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_decide_swap import holding
from tests.unit.domain.test_exit_levels import level, target
from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.decide import Context, Deciding
from trading.domain.exits import Trail
from trading.domain.ids import ClientOrderId, FillId
from trading.domain.ladder import ExitSupport
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderStatus, OrderType, Side
from trading.domain.position import Guard
from trading.domain.request import RequestKind, RequestStatus

D = Decimal
PAIR = ExitSupport(stop=True, trailing=True, reduce_only=True)
NO_TRAIL = ExitSupport(stop=True, reduce_only=True)


def paired(*targets: str, support: ExitSupport = PAIR, stop: str = "1%", trail: str = "") -> PureDesk:
    return holding(plan(*targets, stop=stop, trail=trail), support=support)


def test_stop_and_targets_rest_one_by_one_and_none_is_in_a_group() -> None:
    desk = paired("1%", "2%")
    assert (desk.bracket.guard, desk.bracket.watched) == (Guard.PAIR, ())
    assert [(o.type.value, o.quantity, o.group, o.reduce_only) for o in desk.orders] == [
        ("stop", D("0.3"), "", True),
        ("limit", D("0.15"), "", True),
        ("limit", D("0.15"), "", True),
    ]
    submits = [e for e in desk.effects if isinstance(e, fx.Submit)]
    assert [len(e.orders) for e in submits] == [1, 1, 1, 1]


def test_a_target_that_fills_in_part_makes_the_stop_smaller_at_once() -> None:
    desk = paired("2%")
    desk.fill(desk.open_role("target"), "0.1", price="6834")
    assert desk.sent == ["replace exit-2 0.2 stop 6633"]
    desk.fill(desk.open_role("target"), price="6834")
    assert not desk.position.is_open
    assert desk.sent == ["cancel exit-2"]


def test_a_stop_that_fills_in_part_makes_the_targets_smaller() -> None:
    desk = paired("1%", "2%")
    desk.fill(desk.open_role("stop"), "0.1", price="6633")
    assert desk.sent == ["replace exit-3 0.1 limit 6767", "replace exit-4 0.1 limit 6834"]


def test_both_fill_in_one_spike_and_what_goes_beyond_is_bought_back_at_once() -> None:
    """X38, on a venue that does not keep its word: the truth is booked and the rest goes."""
    desk = paired("2%")
    stop, target = desk.open_role("stop"), desk.open_role("target")
    desk.fill(target, price="6834")
    desk.fill(stop, "0.1", price="6633")
    assert desk.position.quantity == D("-0.1")
    assert desk.sent == ["buy market 0.1"]


def test_a_close_goes_out_beside_what_rests() -> None:
    desk = paired("2%")
    desk.close("50")
    assert desk.sent == ["sell market 0.15"]
    desk.close()
    assert desk.sent == ["sell market 0.15"]
    desk.close()
    assert desk.refused == ["already_closing"]


def test_a_close_may_rest_beside_the_pair() -> None:
    desk = paired("2%")
    desk.close("50", order_type=OrderType.LIMIT, limit=at("6900"))
    assert desk.sent == ["sell limit 0.15 limit 6900"]
    assert desk.open_role("close").group == ""


def test_a_flatten_leaves_the_stop_until_it_is_flat() -> None:
    desk = paired("2%")
    desk.do(cm.Flatten)
    assert desk.sent == ["sell market 0.3"]
    desk.accept(desk.open_role("flatten"))
    assert desk.sent == []
    desk.fill(desk.open_role("flatten"), price="6700")
    assert desk.sent[:2] == ["cancel exit-2", "cancel exit-3"]


def test_a_trail_that_the_venue_does_not_hold_is_watched_beside_them() -> None:
    desk = paired("2%", support=NO_TRAIL, trail="1%")
    assert desk.bracket.watched == ("trail",)
    desk.touched("trail", "6633")
    assert desk.sent == ["sell market 0.3"]
    desk.touched("trail", "6630")
    assert desk.sent == []


def test_a_trail_alone_is_watched_and_counts_as_cover() -> None:
    desk = paired("2%", support=NO_TRAIL, stop="", trail="1%")
    assert desk.position.uncovered_since is None


def test_a_guard_stays_when_the_plan_could_climb() -> None:
    desk = paired("2%", support=ExitSupport(stop=True, group=True, reduce_only=True), trail="1%")
    assert desk.bracket.guard is Guard.PAIR
    desk.exits(clear=("trail",))
    desk.exits(stop=level("2%"))
    assert desk.bracket.guard is Guard.PAIR


def test_a_guard_steps_down_when_the_venue_cannot_hold_the_new_plan() -> None:
    desk = paired("2%", support=ExitSupport(stop=True, group=True, reduce_only=True))
    assert desk.bracket.guard is Guard.VENUE
    desk.exits(trail=Trail(level("1%")))
    assert (desk.bracket.guard, desk.bracket.watched) == (Guard.PAIR, ("trail",))


def test_a_leg_that_the_venue_takes_away_is_watched_by_us() -> None:
    desk = paired("2%")
    desk.cancel(desk.open_role("stop"), "venue")
    assert desk.bracket.guard is Guard.BOT
    assert desk.sent == ["cancel exit-3"]


def test_exits_within_what_is_held_may_be_enlarged_beside_the_pair() -> None:
    desk = paired("2%")
    desk.close("50", order_type=OrderType.LIMIT, limit=at("6900"))
    order = desk.open_role("close")
    desk.accept(order)
    desk.do(cm.ModifyOrder, order_id=order.order_id, seen=desk.seen(), quantity=Quantity(D("0.3")))
    assert desk.refused == []


def test_an_exit_that_was_there_before_the_group_is_not_enlarged_beyond_what_is_free() -> None:
    """The venue binds the members of the group, and nothing else (seed 830036)."""
    desk = holding(plan(), support=ExitSupport(stop=True, group=True))
    desk.close("50", order_type=OrderType.LIMIT, limit=at("6900"))
    order = desk.open_role("close")
    desk.accept(order)
    desk.exits(stop=level("1%"))
    assert desk.bracket.guard is Guard.VENUE and not order.group
    desk.do(cm.ModifyOrder, order_id=order.order_id, seen=desk.seen(), quantity=Quantity(D("0.3")))
    assert desk.refused == ["more_than_held"]


def test_a_target_without_anything_left_for_it_is_canceled() -> None:
    desk = paired("1%", "2%")
    desk.fill(desk.open_role("stop"), "0.29999999", price="6633")
    assert "cancel exit-3" in desk.sent
    assert "replace exit-4 0.00000001 limit 6834" in desk.sent


def test_what_guarded_the_other_side_goes_with_an_overshoot() -> None:
    """A stop of the long that was bars no way out of the short that is, and its levels touch nothing."""
    desk = paired("2%", trail="5%", support=NO_TRAIL)
    desk.fill(desk.open_role("target"), "0.4", price="6834")
    assert desk.position.quantity == D("-0.1")
    assert desk.sent == ["buy market 0.1", "cancel exit-2"]
    assert desk.bracket.legs == ()
    desk.rose("6600")
    assert desk.said == []
    desk.touched("trail", "6900")
    assert desk.sent == []


def test_a_leg_that_turns_up_after_its_cancel_was_taken_is_canceled_again() -> None:
    """The venue took the cancel of an order that it did not have yet (X07): it ended nothing."""
    desk = paired("2%")
    desk.exits(targets=(target("3%"), target("4%")))
    late = next(order for order in desk.orders if order.limit_price == 6968)
    desk.silence(late)
    desk.exits(clear=("targets",))
    assert f"cancel {late.order_id.rsplit('/', 1)[-1]}" in desk.sent
    desk.tell(rp.CancelTaken(late.account, late.client_order_id, desk.now))
    desk.accept(late)
    assert desk.said == ["OrderAccepted", "CancelFailed", "CancelRequested"]
    desk.cancel(late)
    assert desk.status(late) is OrderStatus.CANCELED


def test_a_lost_cancel_of_a_leg_that_is_wanted_again_is_settled() -> None:
    desk = paired("2%")
    stop = desk.open_role("stop")
    staged = desk.book.staged()
    decided = Deciding(staged, Context(desk.now, KEY))
    decided.ask_cancel(stop, "external")
    desk.book.publish(staged)
    desk.tell(rp.Silent(stop.account, stop.client_order_id, "lost", desk.now, RequestKind.CANCEL))
    asked = desk.order(stop).request(RequestKind.CANCEL)
    assert asked is not None and asked.status is RequestStatus.AMBIGUOUS
    desk.accept(stop)
    assert desk.said == ["CancelFailed"]
    assert desk.order(stop).request(RequestKind.CANCEL) is None


def refused_target() -> tuple[PureDesk, Order]:
    """A target that nobody wants any more, whose cancel the venue has refused."""
    desk = paired("2%")
    target = desk.open_role("target")
    desk.exits(clear=("targets",))
    assert desk.sent == ["cancel exit-3"]
    desk.tell(rp.CancelRefused(target.account, target.client_order_id, "busy", desk.now))
    assert desk.sent == ["resolve"]
    return desk, target


def test_a_cancel_that_failed_is_not_repeated_before_anything_new_is_known() -> None:
    """X25: the venue is being asked what the order is; each fill of another order would ask for it again."""
    desk, target = refused_target()
    desk.fill(desk.open_role("stop"), "0.1", price="6633")
    assert "cancel exit-3" not in desk.sent
    desk.accept(target)
    assert desk.sent == ["cancel exit-3"]  # it stands: that is new


def test_a_cancel_that_failed_is_repeated_after_a_pause_that_doubles() -> None:
    desk, target = refused_target()
    desk.wait(10)
    desk.fill(desk.open_role("stop"), "0.1", price="6633")
    assert "cancel exit-3" in desk.sent
    desk.tell(rp.CancelRefused(target.account, target.client_order_id, "busy", desk.now))
    desk.wait(19)
    desk.fill(desk.open_role("stop"), "0.05", price="6633")
    assert "cancel exit-3" not in desk.sent
    desk.wait(1)
    desk.fill(desk.open_role("stop"), "0.05", price="6633")
    assert "cancel exit-3" in desk.sent


def test_a_person_and_a_session_that_begins_ask_for_it_at_once() -> None:
    desk, target = refused_target()
    desk.restart()
    assert "cancel exit-3" in desk.sent
    desk.tell(rp.CancelRefused(target.account, target.client_order_id, "busy", desk.now))
    desk.do(cm.CancelOrders, order_ids=(target.order_id,))
    assert "cancel exit-3" in desk.sent


def test_what_another_hand_sells_makes_the_guard_smaller_where_it_stands() -> None:
    """Canceled and placed anew, the stop would be missing for two ways to the venue and back."""
    desk = paired("2%")
    sold = desk.open_role("stop")
    desk.tell(
        rp.FillReported(
            sold.account,
            ClientOrderId("HAND-1"),
            FillId("H1"),
            Quantity(D("0.1")),
            Price(D("6700")),
            D(0),
            rp.Liquidity.TAKER,
            desk.now,
            symbol=desk.instrument.symbol,
            side=Side.SELL,
        )
    )
    assert desk.sent == ["replace exit-2 0.2 stop 6633", "replace exit-3 0.2 limit 6834"]
