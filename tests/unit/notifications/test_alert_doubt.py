"""The card that asks a person what the exchange has, and what others hear of the answer."""

from __future__ import annotations

from decimal import Decimal

from bot.notifications.policy import Topic, Urgency
from tests.unit.notifications.desk import ACCOUNT, OWNER, Desk, news, text, told
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.doubt import Trouble
from trading.domain.events_doubt import EntriesFrozen
from trading.domain.ids import CommandId
from trading.domain.order import Order
from trading.ports import StoredEvent


def escalated() -> tuple[Desk, Order, list[StoredEvent]]:
    desk = Desk()
    desk.buy()
    order = desk.orders()[0]
    desk.do(rp.Silent(ACCOUNT, order.client_order_id, "no answer in 8 s", desk.now))
    unresolved = rp.DoubtUnresolved(
        ACCOUNT, order.client_order_id, Decimal("600.2"), 0, 291, Trouble.SILENCE, desk.now
    )
    return desk, order, desk.do(unresolved)


def test_a_person_is_asked_with_two_buttons() -> None:
    desk, _, stored = escalated()
    made = told(desk, stored)
    said = " ".join(text(made).split())
    assert said.startswith("❓ You must look: market buy 0.1 BTC/USD")
    assert (
        "10m long nothing settled whether the venue has it: 0 questions were answered, 291 were not." in said
    )
    assert "The venue does not answer." in said
    assert (made.topic, made.urgency) == (Topic.RISK, Urgency.URGENT)
    assert [(one.label, one.action.id) for one in made.screen.all_buttons] == [
        ("It is on the exchange", "doubt:#1 there on paper"),
        ("It is not there", "doubt:#1 absent on paper"),
    ]


def test_others_hear_what_was_said_and_by_whom() -> None:
    for is_there, words in ((True, "is on the exchange"), (False, "is not on the exchange")):
        desk, order, _ = escalated()
        answer = cm.AnswerDoubt(CommandId("job:doubt"), OWNER, ACCOUNT, order.order_id, is_there)
        stored = desk.do(answer)
        said = " ".join(text(told(desk, stored)).split())
        assert f"owner says: it {words}. market buy 0.1 BTC/USD" in said


def test_who_has_the_answer_on_the_screen_is_not_told_again() -> None:
    desk, order, _ = escalated()
    answer = cm.AnswerDoubt(CommandId("console:terminal:9"), OWNER, ACCOUNT, order.order_id, False)
    assert not news(desk, desk.do(answer))


def test_frozen_entries_are_told_with_what_opens_them() -> None:
    desk, _, _ = escalated()
    made = told(desk, desk.do(rp.VenueQuiet(ACCOUNT, desk.now)))
    said = " ".join(text(made).split())
    assert "Entries of paper are frozen: the venue does not answer" in said
    assert "Entries open by themselves when the venue answers" in said
    assert made.urgency is Urgency.URGENT
    assert [one.action.id for one in made.screen.all_buttons] == ["doubt:on paper"]
    again = " ".join(text(told(desk, desk.do(rp.VenueAnswers(ACCOUNT, desk.now)))).split())
    assert "Entries of paper go out again The venue answers." in again


def test_two_causes_are_over_once_both_are() -> None:
    desk = Desk()
    for name in ("F1", "F2"):
        desk.buy()
        order = desk.orders()[-1]
        desk.do(rp.Silent(ACCOUNT, order.client_order_id, name, desk.now))
    stored = desk.journal[-1:]
    said = " ".join(text(told(desk, stored)).split())
    assert "orders in a row got no answer In doubt: #1, #2." in said
    desk.do(rp.VenueQuiet(ACCOUNT, desk.now))
    for order in list(desk.orders()):
        desk.accept(order)
    thawed = desk.do(rp.VenueAnswers(ACCOUNT, desk.now))
    assert [type(one.event).__name__ for one in thawed] == ["EntriesThawed", "EntriesThawed"]


def test_a_fill_of_an_absent_order_is_an_alarm_with_a_button() -> None:
    desk, order, _ = escalated()
    desk.do(cm.AnswerDoubt(CommandId("console:terminal:9"), OWNER, ACCOUNT, order.order_id, False))
    stored = [one for one in desk.fill(order, "10000") if isinstance(one.event, EntriesFrozen)]
    made = told(desk, stored)
    said = " ".join(text(made).split())
    assert (
        said.startswith("🚨 #1 counted as not placed, and was at the venue")
        and made.urgency is Urgency.URGENT
    )
    assert [(one.label, one.action.id) for one in made.screen.all_buttons] == [
        ("I have looked", "doubt:seen on paper")
    ]
    seen = desk.do(cm.AcknowledgeFreeze(CommandId("job:x"), OWNER, ACCOUNT))
    assert "owner has looked at the venue." in text(told(desk, seen))


def test_doubt_that_lasts_names_its_orders() -> None:
    desk, _, _ = escalated()
    made = told(desk, desk.do(rp.DoubtWaits(ACCOUNT, desk.now)))
    said = " ".join(text(made).split())
    assert "Still in doubt: 1 order market buy 0.1 BTC/USD" in said
