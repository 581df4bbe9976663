"""Changing and canceling orders: one wish at a time, entries before the gate, exits within what is held."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_decide_exits import stands
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.exits import BreakEven
from trading.domain.ids import OrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderStatus, OrderType
from trading.domain.request import RequestKind

D = Decimal


def waiting(size: str = "0.1", limit: str = "6600") -> PureDesk:
    """A desk with one limit order that rests at the venue."""
    desk = PureDesk()
    desk.price("6700")
    desk.buy(size, order_type=OrderType.LIMIT, limit=at(limit))
    desk.accept(desk.orders[0])
    return desk


def modify(desk: PureDesk, order: Order, **parts: str) -> None:
    values: dict[str, Any] = {name: D(value) for name, value in parts.items()}
    desk.do(cm.ModifyOrder, order_id=order.order_id, seen=desk.seen(), **values)


def cancel(desk: PureDesk, *orders: Order, symbol: str = "") -> None:
    desk.do(cm.CancelOrders, order_ids=tuple(order.order_id for order in orders), symbol=symbol)


def replaced(desk: PureDesk, order: Order, quantity: str, limit: str, reason: str = "") -> None:
    size, price = Quantity(D(quantity)), Price(D(limit))
    desk.tell(rp.Replaced(PAPER, order.client_order_id, size, price, None, reason, desk.now))


# ---------------------------------------------------------------- changing


def test_a_changed_price_is_asked_for_and_then_true() -> None:
    desk = waiting()
    (order,) = desk.orders
    modify(desk, order, limit_price="6650")
    assert desk.sent == ["replace entry-1 0.1 limit 6650"]
    assert desk.order(order).limit_price == D(6600)
    assert desk.account.reserved == D(660)
    replaced(desk, order, "0.1", "6650")
    assert (desk.order(order).limit_price, desk.order(order).requests) == (D(6650), ())
    assert desk.account.reserved == D(665)


def test_a_quantity_is_the_total_with_what_has_filled() -> None:
    desk = waiting()
    (order,) = desk.orders
    desk.fill(order, "0.04", price="6600")
    modify(desk, order, quantity="0.2")
    assert desk.sent == ["replace entry-1 0.2 limit 6600"]
    replaced(desk, order, "0.2", "6600")
    assert desk.order(order).remaining == D("0.16")
    modify(desk, order, quantity="0.04")
    assert desk.refused == ["size_off_lot"]
    assert "above what has filled (0.04)" in desk.sentence


def test_only_one_change_is_on_its_way() -> None:
    desk = waiting()
    (order,) = desk.orders
    modify(desk, order, limit_price="6650")
    modify(desk, order, limit_price="6640")
    assert desk.sent == []
    desk.tell(rp.ReplaceRefused(PAPER, order.client_order_id, "too late", desk.now))
    assert (desk.order(order).is_change_failed, desk.order(order).limit_price) == (True, D(6600))
    modify(desk, order, limit_price="6640")
    assert desk.sent == ["replace entry-1 0.1 limit 6640"]


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        ({"quantity": "0.123456789"}, "size_off_lot", "lots of 0.00000001"),
        ({"limit_price": "6600.001"}, "price_off_tick", "steps of 0.01"),
        ({"limit_price": "6950"}, "price_collar", "3.7 % through the market"),
        ({"quantity": "2"}, "funds", "12,540.00 USD"),
        ({"quantity": "20"}, "order_notional", "/limits order_notional_max"),
    ],
)
def test_a_change_that_cannot_be_is_refused(parts: dict[str, str], code: str, words: str) -> None:
    desk = waiting()
    modify(desk, desk.orders[0], **parts)
    assert code in desk.refused
    assert any(words in refusal.sentence for refusal in desk.last.refusals)
    assert desk.sent == []


def test_a_change_is_no_duplicate_and_no_new_order() -> None:
    desk = waiting()
    desk.do(cm.SetLimit, name="orders_per_10_s_max", value=D(1))
    modify(desk, desk.orders[0], limit_price="6601")
    assert desk.refused == []


def test_a_halt_lets_no_entry_grow() -> None:
    desk = waiting()
    (order,) = desk.orders
    desk.do(cm.SetHalt, state=cm.HaltState.HALTED, reason="lunch")
    modify(desk, order, quantity="0.2")
    assert "account_halt" in desk.refused


def test_a_market_order_is_never_changed() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1")
    modify(desk, desk.orders[0], quantity="0.2")
    assert desk.refused == ["market_order"]


def test_a_guarding_order_is_changed_through_its_exits() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    modify(desk, desk.open_role("stop"), stop_price="6500")
    assert desk.refused == ["guards_position"]
    assert "/sl" in desk.sentence


def test_a_resting_close_grows_to_what_is_held_at_most() -> None:
    desk = holding()
    desk.close("50", order_type=OrderType.LIMIT, limit=at("6900"))
    order = desk.open_role("close")
    desk.accept(order)
    modify(desk, order, quantity="0.30000001")
    assert desk.refused == ["more_than_held"]
    modify(desk, order, quantity="0.3", limit_price="6950")
    assert desk.sent == ["replace exit-2 0.3 limit 6950"]


def test_what_a_close_has_filled_does_not_count_against_it() -> None:
    desk = holding()
    desk.close("50", order_type=OrderType.LIMIT, limit=at("6900"))
    order = desk.open_role("close")
    desk.fill(order, "0.1", price="6900")
    modify(desk, order, quantity="0.3")  # 0.1 is sold, 0.2 is held
    assert desk.sent == ["replace exit-2 0.3 limit 6900"]


def test_resting_closes_never_grow_beyond_the_position_together() -> None:
    desk = holding()
    desk.close("50", order_type=OrderType.LIMIT, limit=at("6900"))
    first = desk.open_role("close")
    desk.close("50", order_type=OrderType.LIMIT, limit=at("7000"))
    desk.accept(*desk.orders)
    modify(desk, first, quantity="0.2")
    assert desk.refused == ["more_than_held"]
    assert desk.sent == []


def test_a_done_or_unknown_order_cannot_be_changed() -> None:
    desk = waiting()
    (order,) = desk.orders
    desk.cancel(order)
    modify(desk, order, limit_price="6650")
    assert desk.refused == ["no_order"]
    desk.do(cm.ModifyOrder, order_id=OrderId("nobody"), seen=desk.seen(), limit_price=Price(D(1)))
    assert desk.refused == ["no_order"]


# ---------------------------------------------------------------- canceling


def test_a_cancel_is_asked_once_and_true_when_the_venue_says_so() -> None:
    desk = waiting()
    (order,) = desk.orders
    cancel(desk, order)
    assert desk.sent == ["cancel entry-1"]
    assert desk.status(order) is OrderStatus.WORKING
    cancel(desk, order)
    assert desk.sent == []
    desk.cancel(order)
    assert (desk.status(order), desk.order(order).requests) == (OrderStatus.CANCELED, ())
    assert desk.account.reserved == 0
    assert desk.orders == []


def test_a_refused_cancel_proves_nothing() -> None:
    desk = waiting()
    (order,) = desk.orders
    cancel(desk, order)
    desk.tell(rp.CancelRefused(PAPER, order.client_order_id, "unknown", desk.now))
    assert (desk.status(order), desk.order(order).is_cancel_failed) == (OrderStatus.WORKING, True)
    cancel(desk, order)
    assert desk.sent == ["cancel entry-1"]


def test_all_entries_go_and_exits_of_positions_stay() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6500"))
    desk.close("10", order_type=OrderType.LIMIT, limit=at("6900"))
    cancel(desk)
    assert desk.sent == ["cancel entry-4", "cancel entry-5", "cancel exit-6"]
    assert desk.last.facts["orders"] == 3
    assert desk.open_role("stop").request(RequestKind.CANCEL) is None


def test_a_symbol_narrows_what_is_canceled() -> None:
    desk = waiting()
    cancel(desk, symbol="ETH/USD")
    assert desk.refused == ["no_order"]
    cancel(desk, symbol="BTC/USD")
    assert desk.sent == ["cancel entry-1"]


def test_canceling_the_stop_makes_the_plan_forget_it() -> None:
    desk = holding(guards=True, exits=plan("1%", "2%", stop="1%", even=1))
    stop = desk.open_role("stop")
    cancel(desk, stop)
    assert desk.sent == ["cancel exit-2"]
    assert desk.position.plan.stop is None
    assert desk.position.plan.break_even is None
    desk.cancel(stop)
    assert desk.sent == []
    assert [order.role.value for order in desk.orders] == ["target", "target"]
    assert stands(desk) == ["tp1 6767 0.15", "tp2 6834 0.15"]


def test_canceling_a_target_gives_its_share_to_the_others() -> None:
    desk = holding(guards=True, exits=plan("1%", "2%", stop="1%"))
    first = next(order for order in desk.orders if order.leg == 1)
    cancel(desk, first)
    assert "cancel exit-3" in desk.sent
    desk.cancel(first)
    assert stands(desk) == ["sl 6633 0.3", "tp1 6834 0.3"]
    second = next(order for order in desk.orders if order.leg == 2)
    assert desk.order(second).is_canceling
    desk.cancel(second)
    desk.accept(*desk.orders)
    assert [(o.role.value, o.quantity, o.limit_price) for o in desk.orders] == [
        ("stop", D("0.3"), None),
        ("target", D("0.3"), D(6834)),
    ]


def test_canceling_the_only_target_ends_break_even() -> None:
    desk = holding(guards=True, exits=plan("1%", stop="1%", even=1))
    cancel(desk, next(order for order in desk.orders if order.leg == 1))
    assert desk.position.plan.targets == ()
    assert desk.position.plan.break_even is None
    assert desk.position.plan.stop is not None


def test_canceling_the_trail_leaves_the_stop() -> None:
    desk = holding(guards=True, exits=plan(stop="2%", trail="100"))
    cancel(desk, desk.open_role("trail"))
    assert desk.position.plan.trail is None
    assert stands(desk) == ["sl 6566 0.3"]
    desk.price("6750")
    desk.exits(break_even=BreakEven(0))
    assert desk.refused == []


def test_a_wrong_name_cancels_nothing() -> None:
    desk = waiting()
    desk.do(cm.CancelOrders, order_ids=(OrderId("paper/BTC/USD/1/entry-9"),))
    assert desk.refused == ["no_order"]
    assert desk.sentence == "There is no such open order; /orders lists them."
