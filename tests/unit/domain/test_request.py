"""What we ask for is a machine of its own: it never moves the order, and the order's end settles it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.fakes.proofs import PROOF
from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_decide_order import cancel, modify, replaced, waiting
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.asking import OrderEvent, with_requests
from trading.domain.ids import VenueOrderId
from trading.domain.order import Order, OrderStatus, OrderType
from trading.domain.request import Request, RequestKind, RequestStatus

D = Decimal
SUBMIT, CANCEL, REPLACE = RequestKind.SUBMIT, RequestKind.CANCEL, RequestKind.REPLACE


def rows(desk: PureDesk) -> list[Request]:
    """Every request of the only order in its last state, as the derived table would keep it."""
    order: Order | None = None
    found: dict[int, Request] = {}
    for event in desk.events:
        if isinstance(event, ev.OrderIntended):
            order, moved = with_requests(None, event.order, event)
        elif isinstance(event, OrderEvent) and order is not None:
            now = desk.book.order(order.order_id)
            assert now is not None
            # The row keeper knows the order before and after; only `is_open` of the later one matters here.
            ends = isinstance(
                event, ev.OrderCanceled | ev.OrderExpired | ev.OrderRejected | ev.OrderNotPlaced
            )
            ends = ends or (isinstance(event, ev.OrderFilled) and now.status is OrderStatus.FILLED)
            after = replace(order, status=OrderStatus.CANCELED if ends else OrderStatus.WORKING)
            order, moved = with_requests(order, after, event)
        else:
            continue
        found |= {request.number: request for request in moved}
    return [found[number] for number in sorted(found)]


def brief(desk: PureDesk) -> list[tuple[str, str, int]]:
    return [(r.kind.value, r.status.value, r.attempt) for r in rows(desk)]


def silent(desk: PureDesk, order: Order, kind: RequestKind) -> None:
    desk.tell(rp.Silent(PAPER, order.client_order_id, "no answer in time", desk.now, kind))


def found_standing(desk: PureDesk, order: Order) -> None:
    """The venue was asked, and has the order."""
    desk.tell(rp.Accepted(PAPER, order.client_order_id, VenueOrderId("V-1"), desk.now))


def ordered() -> tuple[PureDesk, Order]:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1")
    (order,) = desk.orders
    return desk, order


def test_an_order_begins_with_a_request_that_only_an_answer_moves() -> None:
    desk, order = ordered()
    assert [r.status for r in order.requests] == [RequestStatus.INTENDED]
    desk.tell(rp.Sent(PAPER, order.client_order_id, SUBMIT, desk.now))
    assert desk.said == ["RequestSent"]
    assert [r.status for r in desk.order(order).requests] == [RequestStatus.SENT]
    assert desk.status(order) is OrderStatus.SUBMITTING
    desk.accept(order)
    assert desk.order(order).requests == ()
    assert brief(desk) == [("submit", "acked", 1)]


def test_that_it_was_sent_is_no_news_once_there_is_an_answer() -> None:
    desk, order = ordered()
    desk.accept(order)
    desk.tell(rp.Sent(PAPER, order.client_order_id, SUBMIT, desk.now))
    assert desk.said == []


@pytest.mark.parametrize(
    ("said", "status", "request_status"),
    [
        ("reject", OrderStatus.REJECTED, "refused"),
        ("silence", OrderStatus.IN_DOUBT, "ambiguous"),
        ("fill", OrderStatus.FILLED, "acked"),
        ("cancel", OrderStatus.CANCELED, "acked"),
    ],
)
def test_the_orders_evidence_answers_its_submit(said: str, status: OrderStatus, request_status: str) -> None:
    desk, order = ordered()
    getattr(desk, said)(order)
    assert desk.status(order) is status
    assert brief(desk) == [("submit", request_status, 1)]


def test_proof_of_absence_resolves_a_submit_that_nobody_answered() -> None:
    desk, order = ordered()
    desk.silence(order)
    desk.tell(rp.AbsenceProven(PAPER, order.client_order_id, PROOF, desk.now))
    assert brief(desk) == [("submit", "resolved", 1)]
    assert "do not know it" in rows(desk)[0].reason


def test_a_cancel_that_was_taken_ends_no_order() -> None:
    desk = waiting()
    (order,) = desk.orders
    cancel(desk, order)
    desk.tell(rp.CancelTaken(PAPER, order.client_order_id, desk.now))
    assert desk.said == ["CancelTaken"]
    assert desk.sent == ["resolve"]
    assert desk.status(order) is OrderStatus.WORKING
    assert desk.order(order).is_canceling
    desk.cancel(order)
    assert desk.status(order) is OrderStatus.CANCELED
    assert brief(desk) == [("submit", "acked", 1), ("cancel", "acked", 1)]


def test_a_cancel_that_was_taken_and_not_carried_out_is_asked_for_again() -> None:
    desk = waiting()
    (order,) = desk.orders
    cancel(desk, order)
    desk.tell(rp.CancelTaken(PAPER, order.client_order_id, desk.now))
    found_standing(desk, order)
    assert desk.said == ["CancelFailed", "CancelRequested"]
    assert desk.sent == ["cancel entry-1"]
    assert brief(desk)[1:] == [("cancel", "refused", 1), ("cancel", "intended", 2)]


def test_silence_to_a_cancel_moves_the_request_and_not_the_order() -> None:
    desk = waiting()
    (order,) = desk.orders
    cancel(desk, order)
    silent(desk, order, CANCEL)
    assert (desk.said, desk.sent) == (["CancelFailed"], ["resolve"])
    assert desk.last.events[0].is_silent  # type: ignore[union-attr]  # a CancelFailed has it
    assert desk.status(order) is OrderStatus.WORKING
    assert brief(desk)[1:] == [("cancel", "ambiguous", 1)]
    # A late refusal says nothing that the venue is not being asked about.
    desk.tell(rp.CancelRefused(PAPER, order.client_order_id, "unknown", desk.now))
    assert desk.said == []
    found_standing(desk, order)
    assert brief(desk)[1:] == [("cancel", "resolved", 1), ("cancel", "intended", 2)]


def test_a_change_that_nobody_answered_is_settled_by_what_stands() -> None:
    desk = waiting()
    (order,) = desk.orders
    modify(desk, order, limit_price="6650")
    silent(desk, order, REPLACE)
    assert (desk.said, desk.sent) == (["ReplaceFailed"], ["resolve"])
    found_standing(desk, order)
    assert desk.said == ["ReplaceFailed"]
    assert desk.order(order).requests == ()
    assert brief(desk)[1:] == [("replace", "resolved", 1)]


def test_a_change_that_nobody_answered_and_that_was_made_is_made() -> None:
    desk = waiting()
    (order,) = desk.orders
    modify(desk, order, limit_price="6650")
    silent(desk, order, REPLACE)
    replaced(desk, order, "0.1", "6650")
    found_standing(desk, order)
    assert desk.said == []
    assert (desk.order(order).limit_price, brief(desk)[1:]) == (D(6650), [("replace", "resolved", 1)])
    terms = rows(desk)[1].terms
    assert terms is not None and terms.limit_price == D(6650)


def test_an_orders_end_settles_what_is_asked_of_it() -> None:
    desk = waiting()
    (order,) = desk.orders
    modify(desk, order, limit_price="6650")
    cancel(desk, order)
    desk.fill(order)
    assert desk.order(order).requests == ()
    assert brief(desk)[1:] == [("replace", "resolved", 1), ("cancel", "resolved", 1)]


def test_a_late_fill_finds_no_old_wish_in_its_way() -> None:
    desk = waiting()
    (order,) = desk.orders
    cancel(desk, order)
    desk.cancel(order)
    desk.fill(order, "0.04")
    assert (desk.status(order), desk.order(order).is_canceling) == (OrderStatus.PARTIAL, False)
    cancel(desk, order)
    assert desk.sent == ["cancel entry-1"]
    assert [r.number for r in desk.order(order).requests] == [3]


def test_an_order_that_is_done_is_asked_for_nothing_whatever_was_taken() -> None:
    desk = waiting()
    (order,) = desk.orders
    cancel(desk, order)
    desk.tell(rp.CancelTaken(PAPER, order.client_order_id, desk.now))
    desk.cancel(order)
    assert desk.order(order).requests == ()
    desk.fill(order, "0.04")
    assert not desk.order(order).is_canceling


def test_a_start_calls_unanswered_what_was_on_its_way() -> None:
    desk = waiting()
    (order,) = desk.orders
    cancel(desk, order)
    desk.tell(rp.Sent(PAPER, order.client_order_id, CANCEL, desk.now))
    desk.tell(rp.BrokerConnected(PAPER, "paper", False, desk.now))
    assert brief(desk)[1:] == [("cancel", "resolved", 1), ("cancel", "intended", 2)]
    assert [e.is_silent for e in desk.named("CancelFailed")] == [True]


def test_a_reduction_by_the_venue_is_no_answer_to_a_change() -> None:
    desk = waiting()
    (order,) = desk.orders
    modify(desk, order, limit_price="6650")
    replaced(desk, order, "0.05", "6600", "oco")
    assert desk.order(order).is_changing
    assert order.type is OrderType.LIMIT
