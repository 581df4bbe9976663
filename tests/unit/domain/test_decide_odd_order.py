"""Reports in an odd order, late, or about what is over: nothing true is lost, nothing is done twice."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_decide_evidence import bought
from trading.domain import reports as rp
from trading.domain.ids import ClientOrderId, FillId
from trading.domain.ladder import ExitSupport
from trading.domain.money import Price, Quantity
from trading.domain.order import NOT_FREE, OrderStatus, OrderType, Side

D = Decimal
S = OrderStatus


def test_a_late_fill_of_a_closed_position_belongs_to_the_one_that_is_open() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1")
    (first,) = desk.orders
    desk.fill(first, "0.05")
    desk.cancel(first)
    desk.close()
    desk.fill(desk.open_role("close"))
    closed = desk.position
    desk.buy("0.2")
    desk.fill(desk.open_role("entry"))
    assert desk.position.position_id != closed.position_id
    desk.fill(first, "0.05")
    assert desk.named("OrderFilled")[-1].position_id == desk.position.position_id
    assert desk.named("OrderFilled")[-1].is_late
    assert desk.position.quantity == D("0.25")


def test_a_fill_of_nothing_closes_nothing() -> None:
    desk = bought()
    entry = desk.open_role("entry")
    desk.fill(entry, "0")
    assert desk.said == ["OrderFilled"]
    assert desk.position.quantity == 0


def test_an_order_in_doubt_that_should_be_canceled_is_canceled_once_it_is_found() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    (order,) = desk.orders
    desk.silence(order)
    desk.ask_cancel(order)
    desk.tell(rp.CancelRefused(PAPER, order.client_order_id, "unknown order", desk.now))
    desk.accept(order)
    assert desk.said == ["OrderAccepted", "CancelRequested"]
    assert desk.sent == ["cancel entry-1"]


def test_a_cancel_that_was_taken_while_its_order_was_in_doubt_is_asked_for_again() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    (order,) = desk.orders
    desk.silence(order)
    desk.ask_cancel(order)
    desk.tell(rp.CancelTaken(PAPER, order.client_order_id, desk.now))
    desk.accept(order)
    assert desk.said == ["OrderAccepted", "CancelFailed", "CancelRequested"]
    assert desk.sent == ["cancel entry-1"]


def test_a_foreign_order_that_trades_for_a_second_position_has_a_row_there_and_each_fill_counts_once() -> (
    None
):
    desk = holding(guards=False, exits=plan("2%", stop="1%"))
    hand = ClientOrderId("HAND-1")

    def trades(fill: str, quantity: str) -> None:
        desk.tell(
            rp.FillReported(
                PAPER,
                hand,
                FillId(fill),
                Quantity(D(quantity)),
                Price(D("6700")),
                D(0),
                rp.Liquidity.TAKER,
                desk.now,
                side=Side.SELL,
                symbol="BTC/USD",
            )
        )

    first = desk.position
    trades("f1", str(first.quantity))
    emptied = desk.book.position(first.position_id)
    assert emptied is not None and emptied.quantity == 0
    trades("f2", "0.2")
    trades("f1", str(first.quantity))
    trades("f2", "0.2")
    second = desk.book.current_position(PAPER, "BTC/USD")
    assert second is not None and second.position_id != first.position_id
    assert (first.quantity > 0, second.quantity) == (True, D("-0.2"))


def test_silence_about_an_order_that_stood_is_asked_about_and_moves_nothing() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    (order,) = desk.orders
    desk.accept(order)
    desk.silence(order)
    assert (desk.said, desk.sent, desk.status(order)) == ([], ["resolve"], S.WORKING)
    desk.cancel(order)
    desk.silence(order)
    assert (desk.said, desk.sent) == ([], [])


def test_a_stop_whose_venue_had_not_said_yet_what_is_free_waits_for_its_turn_as_the_same_kind() -> None:
    desk = PureDesk(exits=ExitSupport(stop=True))
    desk.price("6700")
    desk.buy("0.1", exits=plan(stop="1%"))
    desk.fill(desk.orders[0])
    first = desk.open_role("stop")
    desk.reject(first, NOT_FREE, "An earlier exit may have gone out after all, so it was not sent.")
    second = desk.open_role("stop")
    assert desk.status(first) is S.REJECTED and second.client_order_id != first.client_order_id
    assert (second.type, second.stop_price, second.quantity) == (first.type, first.stop_price, first.quantity)


def test_an_exit_that_was_throttled_is_tried_again_under_a_new_id() -> None:
    desk = holding(guards=False, exits=plan("2%", stop="1%"))
    desk.touched("sl", "6600")
    first = desk.open_role("stop")
    desk.reject(first, "throttled", "Too many requests.")
    assert desk.status(first) is S.REJECTED
    desk.wait(2)
    desk.touched("sl", "6599")
    second = desk.open_role("stop")
    assert second.reduce_only and second.client_order_id != first.client_order_id
    assert second.quantity == first.quantity
