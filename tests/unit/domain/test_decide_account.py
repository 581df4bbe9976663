"""Accounts, halts, limits, days and sessions of a venue."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.fakes.proofs import proof_of
from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_decide_exits import stands
from tests.unit.domain.test_exit_levels import level
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.limits import LIMIT_HELP
from trading.domain.order import OrderType
from trading.domain.request import RequestKind

D = Decimal
H = cm.HaltState


def state(desk: PureDesk) -> cm.HaltState:
    return desk.account.halt


def halt(desk: PureDesk, wanted: cm.HaltState, *, all_of_it: bool = False) -> None:
    desk.do(cm.SetHalt, state=wanted, reason="lunch", desk=all_of_it)


def test_an_account_opens_once_with_its_deposit_as_capital() -> None:
    desk = PureDesk(cash="2500.50")
    account = desk.account
    assert (account.cash, account.capital, account.realised) == (D("2500.50"), D("2500.50"), D(0))
    assert desk.book.equity(account) == D("2500.50")
    desk.tell(cm.OpenAccount(CommandId("again"), OWNER, PAPER, "paper", "paper", "USD", D(99)))
    assert desk.refused == ["account_exists"]
    assert desk.account.cash == D("2500.50")


def test_an_account_may_open_empty() -> None:
    desk = PureDesk(cash="0")
    assert desk.named("CashMoved") == []
    assert desk.account.cash == 0


@pytest.mark.parametrize("wanted", [H.HALTED, H.REDUCE_ONLY, H.FLATTEN])
def test_a_halted_account_only_reduces(wanted: cm.HaltState) -> None:
    desk = holding()
    halt(desk, wanted)
    assert state(desk) is wanted
    assert desk.account.halt_reason == "lunch"
    desk.buy("0.1")
    assert desk.refused == ["account_halt"]
    desk.close("50")
    assert desk.refused == []
    halt(desk, H.ACTIVE)
    assert (state(desk), desk.account.halt_reason) == (H.ACTIVE, "")
    desk.buy("0.1")
    assert desk.refused == []


def test_a_halt_withdraws_what_still_waits_to_open() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    halt(desk, H.REDUCE_ONLY)
    assert desk.sent == ["cancel entry-4"]
    assert desk.open_role("stop").request(RequestKind.CANCEL) is None


def test_a_halted_desk_binds_every_account() -> None:
    desk = holding()
    other = AccountId("second")
    desk.tell(cm.OpenAccount(CommandId("second"), OWNER, other, "paper", "paper", "USD", D(1_000)))
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    halt(desk, H.HALTED, all_of_it=True)
    assert desk.sent == ["cancel entry-2"]
    assert desk.book.desk_state is H.HALTED
    assert desk.book.desk_halt_reason == "lunch"
    assert state(desk) is H.ACTIVE
    desk.buy("0.1")
    assert desk.refused == ["desk_halt"]
    halt(desk, H.ACTIVE, all_of_it=True)
    assert desk.book.desk_halt_reason == ""


def test_what_is_so_already_is_said_so() -> None:
    desk = PureDesk()
    halt(desk, H.ACTIVE)
    assert desk.refused == ["no_change"]
    assert desk.sentence == "It is active already; /status shows it."
    halt(desk, H.REDUCE_ONLY)
    halt(desk, H.REDUCE_ONLY)
    assert "reduce only already" in desk.sentence


@pytest.mark.parametrize("name", sorted(LIMIT_HELP))
def test_each_limit_can_be_changed_by_name(name: str) -> None:
    desk = PureDesk()
    desk.do(cm.SetRole, member=PersonId("bob"), role="admin")
    desk.do(cm.SetLimit, name=name, value=D("12.5"))
    assert getattr(desk.account.limits, name) == D("12.5")
    assert desk.account.limits_version == 2
    (changed,) = desk.named("LimitChanged")
    assert (changed.name, changed.value, changed.by) == (name, D("12.5"), OWNER)


def test_a_wrong_limit_names_those_that_there_are() -> None:
    desk = PureDesk()
    desk.do(cm.SetLimit, name="order_max", value=D(1))
    assert desk.refused == ["no_such_limit"]
    assert all(name in desk.sentence for name in LIMIT_HELP)
    desk.do(cm.SetLimit, name="order_notional_max", value=D(-1))
    assert desk.refused == ["limit_negative"]
    assert desk.account.limits_version == 1


def test_a_gate_decision_names_the_limits_that_it_used() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.do(cm.SetLimit, name="order_notional_max", value=D(5_000))
    desk.buy("0.1")
    assert desk.named("OrderIntended")[0].gate.limits_version == 2


def test_a_day_begins_once() -> None:
    desk = PureDesk()
    for equity in (D(10_000), D(1)):
        desk.tell(rp.DayTurned(PAPER, "2018-04-04", equity, desk.now))
    assert len(desk.named("DayStarted")) == 1
    assert (desk.account.day, desk.account.day_equity) == ("2018-04-04", D(10_000))
    desk.tell(rp.DayTurned(PAPER, "2018-04-05", D(9_000), desk.now))
    assert (desk.account.day_equity, desk.account.day_capital) == (D(9_000), D(10_000))


def test_a_stranger_account_turns_no_day() -> None:
    desk = PureDesk()
    made = desk.tell(rp.DayTurned(AccountId("nobody"), "2018-04-04", D(1), desk.now))
    assert made.events == []
    assert desk.tell(rp.BrokerConnected(AccountId("nobody"), "paper", True, desk.now)).events == []


# ---------------------------------------------------------------- sessions of a venue


def test_a_venue_is_noted_when_what_it_can_do_changes() -> None:
    desk = PureDesk(guards=True)
    assert desk.account.exits.is_whole
    desk.tell(rp.BrokerConnected(PAPER, "paper", True, desk.now))
    assert desk.said == []
    desk.tell(rp.BrokerConnected(PAPER, "paper", False, desk.now))
    assert desk.said == ["VenueConnected"]
    assert not desk.account.exits.is_whole


def test_a_start_places_the_legs_that_are_missing() -> None:
    desk = PureDesk(guards=True)
    desk.price("6700")
    desk.buy("0.3", exits=plan("2%", stop="1%"))
    desk.fill(desk.orders[0], price="6700")
    stop = desk.open_role("stop")
    desk.accept(desk.open_role("target"))
    desk.silence(stop)
    desk.tell(rp.AbsenceProven(PAPER, stop.client_order_id, proof_of(desk.book, stop), desk.now))
    assert desk.sent == ["sell stop 0.3 stop 6633"]
    again = desk.open_role("stop")
    assert again.client_order_id != stop.client_order_id
    desk.accept(again)
    desk.tell(rp.BrokerConnected(PAPER, "paper", True, desk.now))
    assert desk.sent == []
    assert stands(desk) == ["sl 6633 0.3", "tp1 6834 0.3"]


def test_a_cancel_without_an_answer_is_asked_again_after_a_start() -> None:
    desk = holding()
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    entry = desk.open_role("entry")
    desk.accept(entry)
    desk.ask_cancel(entry)
    desk.tell(rp.BrokerConnected(PAPER, "paper", False, desk.now))
    assert desk.said == ["CancelFailed", "CancelRequested"]
    assert desk.sent == ["cancel entry-2"]


def test_a_change_without_an_answer_is_told_as_failed() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    stop = desk.open_role("stop")
    desk.exits(stop=level("6650"))
    assert desk.order(stop).is_changing
    desk.tell(rp.BrokerConnected(PAPER, "paper", True, desk.now))
    assert "ReplaceFailed" in desk.said
    assert desk.sent == ["resolve", "replace exit-2 0.3 stop 6650"]
