"""A stop that another hand has ended: asked with two buttons, told when nobody answered."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from bot.conversation.screen import Screen
from bot.notifications.alerts import alert, is_news
from bot.notifications.policy import Topic, Urgency
from tests.unit.notifications.desk import ACCOUNT, OWNER, STOP_AND_TARGETS, Desk, news, text, told
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.exits import GapPolicy
from trading.domain.ids import CommandId
from trading.domain.position import Position
from trading.ports import StoredEvent


def pulled(desk: Desk, leg: str = "sl") -> list[StoredEvent]:
    """A hand ends it in the venue's app."""
    desk.bought()
    desk.accept_all()
    desk.wait(30)
    report = rp.CanceledReported(ACCOUNT, desk.leg(leg).client_order_id, "requested", desk.now)
    return list(news(desk, desk.do(report)))


def held(desk: Desk) -> Position:
    found = desk.book.current_position(ACCOUNT, "BTC/USD")
    assert found is not None
    return found


def labels(screen: Screen) -> list[str]:
    return [one.label for line in screen.buttons for one in line]


def test_a_pulled_stop_is_asked_about_with_two_buttons() -> None:
    desk = Desk()
    stored = pulled(desk)
    (asked,) = [one for one in stored if isinstance(one.event, ev.StopPulled)]
    made = alert([asked], desk.scene())
    assert made is not None and (made.topic, made.urgency) == (Topic.RISK, Urgency.URGENT)
    lines = text(made).splitlines()
    assert lines[0] == "⚠ BTC/USD: the stop was canceled at the venue, and not by this desk"
    assert lines[1].startswith("I watch its level meanwhile. Unless you say otherwise I put it back at ")
    assert labels(made.screen) == ["Put it back", "Leave it away"]
    answer(desk, "leave")
    assert alert([asked], desk.scene()) is None


def test_what_nobody_answered_is_told_and_an_answer_is_not() -> None:
    desk = Desk()
    pulled(desk)
    desk.wait(61)
    stored = desk.do(rp.TimeCame(ACCOUNT, desk.now, held(desk).position_id))
    settled = [one for one in stored if isinstance(one.event, ev.PullSettled)]
    assert text(told(desk, settled)).startswith("🛡 BTC/USD: nobody answered, the stop is put back")
    other = Desk()
    pulled(other)
    stored = answer(other, "back")
    (settled_by_person,) = [one for one in stored if isinstance(one.event, ev.PullSettled)]
    assert not is_news(settled_by_person, other.scene())


def test_a_target_that_a_hand_has_ended_is_told() -> None:
    desk = Desk()
    stored = pulled(desk, "tp1")
    (planned,) = [one for one in stored if isinstance(one.event, ev.PlanSet)]
    made = alert([planned], desk.scene())
    assert made is not None
    assert text(made).startswith("🖐 BTC/USD: a target was canceled by hand at the venue")


def answer(desk: Desk, choice: str) -> list[StoredEvent]:
    """A person says what is to become of it."""
    position = held(desk)
    command = cm.AnswerGuard(
        CommandId(f"console:{choice}"), OWNER, ACCOUNT, position.position_id, position.symbol, choice
    )
    return list(desk.do(command))


def jumped(policy: GapPolicy) -> tuple[Desk, list[StoredEvent]]:
    """Back after 14 minutes, at a price beyond the stop."""
    desk = Desk(guards=False)
    desk.bought(exits=replace(STOP_AND_TARGETS, gap=policy))
    desk.wait(840)
    desk.price("9600")
    quote = desk.book.marks["BTC/USD"]
    report = rp.PriceTouched(ACCOUNT, held(desk).position_id, "sl", quote, desk.now, Decimal(840))
    return desk, desk.do(report)


def test_a_gap_says_stop_price_how_far_and_how_long() -> None:
    desk, stored = jumped(GapPolicy.ASK)
    (found,) = [one for one in stored if isinstance(one.event, ev.GapFound)]
    made = alert([found], desk.scene())
    assert made is not None and made.urgency is Urgency.URGENT
    assert text(made).splitlines()[:3] == [
        "⚡ BTC/USD jumped over its stop: stop 9,900.00, price 9,600.00, 3.03 % beyond",
        "The desk was away for 14m.",
        "UNPROTECTED. What is to be done?",
    ]
    assert labels(made.screen) == ["Exit now", "New stop from here", "Leave it"]
    desk.wait(901)
    (again,) = desk.do(rp.TimeCame(ACCOUNT, desk.now, held(desk).position_id))
    reminder = alert([again], desk.scene())
    assert reminder is not None and "still UNPROTECTED" in text(reminder)
    answer(desk, "leave")
    assert alert([again], desk.scene()) is None


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (GapPolicy.EXIT, "Out at once, as you chose"),
        (GapPolicy.REANCHOR, "A new stop stands as far from there"),
    ],
)
def test_a_gap_that_is_seen_to_asks_nothing(policy: GapPolicy, said: str) -> None:
    desk, stored = jumped(policy)
    (found,) = [one for one in stored if isinstance(one.event, ev.GapFound)]
    made = alert([found], desk.scene())
    assert made is not None and said in " ".join(text(made).split()) and not labels(made.screen)
