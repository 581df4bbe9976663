"""How doubt ends: a person is asked once, only then is their word taken, and an entry is never sent again."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.fakes.proofs import PROOF
from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.doubt import Trouble
from trading.domain.ids import ClientOrderId, OrderId, VenueOrderId
from trading.domain.order import Order, OrderStatus, OrderType

D = Decimal
S = OrderStatus


def waiting() -> tuple[PureDesk, Order]:
    """A limit order that nobody answered for."""
    desk = PureDesk(guards=True)
    desk.price("6700")
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    order = desk.open_role("entry")
    desk.silence(order)
    return desk, order


def overdue(order: Order, trouble: Trouble = Trouble.SILENCE) -> rp.DoubtUnresolved:
    """The resolver has sought for as long as that may take."""
    return rp.DoubtUnresolved(PAPER, order.client_order_id, D("600.5"), 2, 290, trouble, order.intended_at)  # type: ignore[arg-type]  # intended orders have an instant


def said(order: Order, *, is_there: bool, venue_id: str = "") -> dict[str, object]:
    return {"order_id": order.order_id, "is_there": is_there, "venue_order_id": VenueOrderId(venue_id)}


def escalated() -> tuple[PureDesk, Order]:
    desk, order = waiting()
    desk.tell(overdue(order))
    return desk, order


def test_a_person_is_asked_once_and_nothing_else_changes() -> None:
    desk, order = waiting()
    before = desk.account.reserved
    desk.tell(overdue(order))
    assert desk.said == ["DoubtEscalated"] and desk.sent == []
    (event,) = desk.named("DoubtEscalated")
    assert (event.waited_s, event.answers, event.failures) == (D("600.5"), 2, 290)
    assert event.trouble is Trouble.SILENCE
    assert desk.status(order) is S.IN_DOUBT and desk.account.reserved == before == D(660)
    desk.tell(overdue(order))
    assert desk.said == []


@pytest.mark.parametrize("how", ["accept", "absent", "stranger"])
def test_nobody_is_asked_about_what_is_settled(how: str) -> None:
    desk, order = waiting()
    report = overdue(order)
    if how == "accept":
        desk.accept(order)
    elif how == "absent":
        desk.tell(rp.AbsenceProven(PAPER, order.client_order_id, PROOF, desk.now))
    else:
        report = replace(report, client_order_id=ClientOrderId("NOBODY"))
    desk.tell(report)
    assert desk.said == []


def test_not_there_ends_the_doubt_and_nothing_is_sent_again() -> None:
    desk, order = escalated()
    desk.do(cm.AnswerDoubt, **said(order, is_there=False))
    assert desk.said == ["DoubtAnswered"] and desk.sent == []
    assert desk.named("DoubtAnswered")[0].by == OWNER
    assert desk.status(order) is S.NOT_PLACED and desk.account.reserved == 0
    assert desk.order(order).reason == f"not there, says {OWNER}"


def test_a_flatten_that_waited_for_a_doubt_goes_on_when_a_person_ends_it() -> None:
    desk, order = escalated()
    desk.do(cm.Flatten)
    desk.do(cm.AnswerDoubt, **said(order, is_there=False))
    assert desk.sent[-1] == "check flat"


def test_a_fill_after_not_there_is_booked_and_guarded() -> None:
    desk, order = escalated()
    desk.do(cm.AnswerDoubt, **said(order, is_there=False))
    desk.fill(order, price="6600")
    assert desk.position.quantity == D("0.1")
    assert desk.named("OrderFilled")[0].is_late
    assert "resolve" in desk.sent


def test_there_is_a_hint_where_to_look_and_not_an_answer_of_the_venue() -> None:
    desk, order = escalated()
    desk.do(cm.AnswerDoubt, **said(order, is_there=True, venue_id="V-77"))
    assert desk.said == ["DoubtAnswered"] and desk.sent == ["resolve"]
    assert desk.status(order) is S.IN_DOUBT and desk.account.reserved == D(660)
    assert desk.order(order).venue_order_id == "V-77"
    desk.accept(order)
    assert desk.status(order) is S.WORKING


def test_who_said_there_may_still_say_not_there() -> None:
    desk, order = escalated()
    desk.do(cm.AnswerDoubt, **said(order, is_there=True))
    assert desk.order(order).venue_order_id is None
    desk.do(cm.AnswerDoubt, **said(order, is_there=False))
    assert desk.status(order) is S.NOT_PLACED


def test_an_exit_that_is_not_there_is_placed_anew() -> None:
    desk = holding()
    desk.close("50")
    first = desk.open_role("close")
    desk.silence(first)
    desk.tell(overdue(first))
    desk.do(cm.AnswerDoubt, **said(first, is_there=False))
    assert desk.sent == ["sell market 0.15"]
    assert desk.open_role("close").order_id != first.order_id


def test_a_word_is_taken_only_when_it_was_asked_for() -> None:
    desk, order = waiting()
    desk.do(cm.AnswerDoubt, **said(order, is_there=False))
    assert desk.refused == ["still_asking"] and desk.status(order) is S.IN_DOUBT
    desk.accept(order)
    desk.do(cm.AnswerDoubt, **said(order, is_there=False))
    assert desk.refused == ["not_in_doubt"] and "#1 is not in doubt, it is working" in desk.sentence
    desk.do(cm.AnswerDoubt, order_id=OrderId("nobody"), is_there=True)
    assert desk.refused == ["no_order"]


def test_somebody_elses_order_is_no_order() -> None:
    desk, order = escalated()
    desk.tell(
        cm.OpenAccount(desk.command_id(), OWNER, "other", "paper", "paper", "USD", D(1))  # type: ignore[arg-type]  # an id
    )
    desk.tell(cm.AnswerDoubt(desk.command_id(), OWNER, "other", order.order_id, False))  # type: ignore[arg-type]  # an id
    assert desk.refused == ["no_order"] and desk.status(order) is S.IN_DOUBT
