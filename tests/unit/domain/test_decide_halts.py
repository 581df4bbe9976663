"""Pauses with an end, maintenance, lockouts: who may begin them, what ends them, and what does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.halting import PAUSE_OVER
from trading.domain.ids import DESK, AccountId, PersonId
from trading.domain.order import OrderType

D = Decimal
H = cm.HaltState
SECOND = AccountId("second")
ANN = PersonId("ann")


def end(desk: PureDesk, seconds: float) -> datetime:
    return desk.now + timedelta(seconds=seconds)


def pause(desk: PureDesk, seconds: float, *, all_of_it: bool = False) -> None:
    desk.do(cm.SetHalt, state=H.REDUCE_ONLY, reason="lunch", desk=all_of_it, until=end(desk, seconds))


def halt(desk: PureDesk, wanted: cm.HaltState, *, all_of_it: bool = False) -> None:
    desk.do(cm.SetHalt, state=wanted, reason="storm", desk=all_of_it)


def priced(desk: PureDesk | None = None) -> PureDesk:
    found = desk or PureDesk()
    found.price("6700")
    return found


def buys(desk: PureDesk) -> list[str]:
    """The codes with which a purchase is refused at a fresh price."""
    desk.price("6700")
    desk.buy("0.01")
    return desk.refused


def ring(desk: PureDesk, until: datetime, *, account: str = PAPER) -> list[str]:
    desk.tell(rp.PauseEnded(AccountId(account), until, desk.now))
    return desk.said


# ---------------------------------------------------------------- pauses


@pytest.mark.parametrize(("all_of_it", "code"), [(False, "account_halt"), (True, "desk_halt")])
def test_a_pause_ends_at_its_instant_without_any_timer(all_of_it: bool, code: str) -> None:
    desk = priced()
    pause(desk, 600, all_of_it=all_of_it)
    assert buys(desk) == [code]
    desk.wait(599.999999)
    assert buys(desk) == [code]
    desk.wait(0.000001)
    assert buys(desk) == []


def test_a_pause_withdraws_entries_and_lets_exits_go() -> None:
    desk = holding()
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    pause(desk, 60)
    assert desk.sent == ["cancel entry-2"]
    desk.close("50")
    assert desk.refused == []


def test_the_timer_only_writes_down_what_is_so_already() -> None:
    desk = priced()
    until = end(desk, 60)
    pause(desk, 60)
    assert ring(desk, until) == []
    desk.wait(60)
    assert ring(desk, until) == ["HaltChanged"]
    (over,) = desk.named("HaltChanged", of_last=True)
    assert (over.state, over.reason, over.by, over.until) == (H.ACTIVE, PAUSE_OVER, OWNER, None)
    assert ring(desk, until) == []


def test_a_clock_that_goes_back_opens_no_pause_twice_and_closes_none_again() -> None:
    desk = priced()
    until = end(desk, 60)
    pause(desk, 60)
    desk.wait(61)
    assert ring(desk, until) == ["HaltChanged"]
    desk.wait(-30)
    assert ring(desk, until) == []
    assert buys(desk) == []


def test_a_ring_of_an_older_pause_ends_no_newer_one() -> None:
    desk = priced()
    first = end(desk, 60)
    pause(desk, 60)
    pause(desk, 600)
    desk.wait(61)
    assert ring(desk, first) == []
    assert buys(desk) == ["account_halt"]


def test_a_ring_for_a_desk_that_nobody_paused_says_nothing() -> None:
    desk = priced()
    assert ring(desk, desk.now, account=DESK) == []
    assert ring(desk, desk.now, account="nobody") == []


REFUSED_PAUSES = [
    (0, "until_past", "is over already: name a later time, like /pause 2h."),
    (-5, "until_past", "is over already"),
    (367 * 86_400, "until_far", "further away than a year"),
]


@pytest.mark.parametrize(("seconds", "code", "sentence"), REFUSED_PAUSES)
def test_a_pause_that_cannot_be_meant_is_refused(seconds: float, code: str, sentence: str) -> None:
    desk = priced()
    pause(desk, seconds)
    assert desk.refused == [code]
    assert sentence in desk.sentence
    assert desk.account.halt is H.ACTIVE


def test_a_pause_never_loosens_what_stands() -> None:
    desk = priced()
    halt(desk, H.HALTED)
    pause(desk, 60)
    assert desk.refused == ["halt_stands"]
    assert "halted by owner at 01:00 UTC: storm. That has no end, and a pause would open it" in desk.sentence
    halt(desk, H.ACTIVE)
    pause(desk, 600)
    pause(desk, 300)
    assert desk.refused == ["pause_stands"]
    pause(desk, 600)
    assert desk.refused == ["pause_stands"]
    pause(desk, 601)
    assert desk.refused == []
    assert desk.account.halt_until == end(desk, 601)


def test_a_halt_takes_the_end_away_from_a_pause() -> None:
    desk = priced()
    pause(desk, 60)
    halt(desk, H.REDUCE_ONLY)
    assert desk.refused == []
    desk.wait(3600)
    assert buys(desk) == ["account_halt"]
    halt(desk, H.REDUCE_ONLY)
    assert desk.refused == ["no_change"]


def test_a_pause_that_is_over_counts_as_open_before_anybody_says_so() -> None:
    desk = priced()
    pause(desk, 60)
    desk.wait(60)
    halt(desk, H.ACTIVE)
    assert desk.refused == ["no_change"]
    pause(desk, 30)
    assert desk.refused == []


def test_a_pause_can_be_resumed_earlier() -> None:
    desk = priced()
    pause(desk, 600)
    halt(desk, H.ACTIVE)
    assert buys(desk) == []


def test_a_panic_during_a_pause_stays_until_somebody_resumes() -> None:
    desk = priced()
    pause(desk, 60)
    desk.do(cm.Flatten, halt=True)
    desk.tell(rp.FlatChecked(PAPER, "paper", 0, 0, desk.now))
    desk.wait(3600)
    assert buys(desk) == ["account_halt"]
    assert desk.account.halted_by == OWNER


def test_who_why_and_since_when_are_kept_and_forgotten_with_the_halt() -> None:
    desk = priced()
    pause(desk, 60)
    account = desk.account
    assert (account.halted_by, account.halted_at, account.halt_reason) == (OWNER, desk.now, "lunch")
    halt(desk, H.ACTIVE)
    account = desk.account
    assert (account.halted_by, account.halted_at, account.halt_until) == ("", None, None)


# ---------------------------------------------------------------- maintenance


def test_maintenance_binds_every_account_until_it_is_off() -> None:
    desk = holding()
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    desk.do(cm.SetMaintenance, is_on=True, reason="new disk")
    assert desk.sent == ["cancel entry-2"]
    assert buys(desk) == ["maintenance"]
    desk.close("50")
    assert desk.refused == []
    desk.do(cm.SetMaintenance, is_on=True, reason="again")
    assert desk.refused == ["no_change"]
    assert "since 01:00 UTC, by owner: /maintenance off ends it" in desk.sentence
    desk.do(cm.SetMaintenance, is_on=False, reason="")
    assert buys(desk) == []
    desk.do(cm.SetMaintenance, is_on=False, reason="")
    assert "/maintenance on and a reason begins it" in desk.sentence


def test_a_resume_of_the_desk_ends_no_maintenance() -> None:
    desk = priced()
    desk.do(cm.SetMaintenance, is_on=True, reason="new disk")
    halt(desk, H.HALTED, all_of_it=True)
    halt(desk, H.ACTIVE, all_of_it=True)
    assert buys(desk) == ["maintenance"]
