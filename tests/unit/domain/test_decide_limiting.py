"""What allows less counts at once; what allows more when it has cooled off, and only if it still may."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal as D

import pytest

from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.ids import CommandId, PersonId
from trading.domain.limits import LIMIT_HELP, Limits, is_raise

NAME = "order_notional_max"
BOB = PersonId("bob")
DAY_S = 86_400.0


def cooling() -> PureDesk:
    desk = PureDesk()
    desk.raise_cools = timedelta(seconds=DAY_S)
    return desk


def due(desk: PureDesk, after_s: float = DAY_S) -> None:
    """The timer of the raise that waits rings after so many seconds."""
    (waits,) = desk.account.raises
    desk.wait(after_s)
    desk.tell(rp.RaiseDue(PAPER, waits.name, waits.due, desk.now))


@pytest.mark.parametrize("name", sorted(LIMIT_HELP))
@pytest.mark.parametrize("value", [D("0"), D("0.5"), D("10000000")])
def test_what_allows_more_waits_and_what_allows_less_does_not(name: str, value: D) -> None:
    desk = cooling()
    desk.do(cm.SetRole, member=BOB, role="risk_officer", name="Bob")
    before = getattr(Limits(), name)
    desk.do(cm.SetLimit, name=name, value=value)
    if is_raise(name, before, value):
        assert getattr(desk.account.limits, name) == before
        assert [(one.name, one.value, one.due) for one in desk.account.raises] == [
            (name, value, desk.now + timedelta(seconds=DAY_S))
        ]
        due(desk)
    assert getattr(desk.account.limits, name) == value
    assert desk.account.raises == ()


def test_a_timer_that_rings_early_or_for_another_raise_raises_nothing() -> None:
    desk = cooling()
    desk.do(cm.SetLimit, name=NAME, value=D(200_000))
    due(desk, DAY_S - 1)
    (waits,) = desk.account.raises
    desk.wait(10)
    desk.tell(rp.RaiseDue(PAPER, NAME, waits.due - timedelta(seconds=1), desk.now))
    desk.tell(rp.RaiseDue(PAPER, "gross_exposure_max", waits.due, desk.now))
    assert desk.account.limits == Limits()
    desk.tell(rp.RaiseDue(PAPER, NAME, waits.due, desk.now))
    assert desk.account.limits.order_notional_max == 200_000
    desk.tell(rp.RaiseDue(PAPER, NAME, waits.due, desk.now))
    assert len(desk.named("LimitChanged")) == 1


def test_another_value_begins_to_cool_anew_and_the_same_one_is_refused() -> None:
    desk = cooling()
    desk.do(cm.SetLimit, name=NAME, value=D(200_000))
    desk.wait(DAY_S / 2)
    desk.do(cm.SetLimit, name=NAME, value=D(200_000))
    assert desk.refused == ["no_change"] and "already" in desk.sentence
    desk.do(cm.SetLimit, name=NAME, value=D(300_000))
    (waits,) = desk.account.raises
    assert (waits.value, waits.due) == (D(300_000), desk.now + timedelta(seconds=DAY_S))


@pytest.mark.parametrize("lowered", [True, False])
def test_a_raise_is_called_off_by_the_value_that_stands_or_by_a_lower_one(lowered: bool) -> None:
    desk = cooling()
    desk.do(cm.SetLimit, name=NAME, value=D(200_000))
    (waits,) = desk.account.raises
    value = D(50_000) if lowered else D(100_000)
    desk.do(cm.SetLimit, name=NAME, value=value)
    assert desk.account.raises == () and desk.account.limits.order_notional_max == value
    assert len(desk.named("LimitRaiseDropped")) == (not lowered)
    desk.wait(DAY_S)
    desk.tell(rp.RaiseDue(PAPER, NAME, waits.due, desk.now))
    assert desk.account.limits.order_notional_max == value


def test_who_may_not_raise_any_more_when_it_is_due_raises_nothing() -> None:
    desk = cooling()
    desk.do(cm.SetRole, member=BOB, role="admin", name="Bob")
    desk.tell(cm.SetLimit(CommandId("c"), BOB, PAPER, NAME, D(200_000)))
    desk.do(cm.SetRole, member=BOB, role="risk_officer", name="Bob")
    due(desk)
    assert desk.account.limits == Limits() and desk.account.raises == ()
    (dropped,) = desk.named("LimitRaiseDropped")
    assert (dropped.reason, dropped.by) == ("no_right", BOB)


def test_a_risk_officer_calls_a_raise_off_and_asks_for_none() -> None:
    desk = cooling()
    desk.do(cm.SetRole, member=BOB, role="risk_officer", name="Bob")
    desk.tell(cm.SetLimit(CommandId("c1"), BOB, PAPER, NAME, D(200_000)))
    assert desk.refused == ["no_right"]
    desk.do(cm.SetLimit, name=NAME, value=D(200_000))
    desk.tell(cm.SetLimit(CommandId("c2"), BOB, PAPER, NAME, D(100_000)))
    assert desk.account.raises == () and desk.named("LimitRaiseDropped")[0].by == BOB
    assert OWNER != BOB
