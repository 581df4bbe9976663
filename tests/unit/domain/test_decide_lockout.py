"""Lockouts: of all accounts of a person, of the person on accounts of others; longer, never shorter."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_decide_halts import ANN, SECOND, H, buys, end, halt, pause, priced
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain.apply import apply
from trading.domain.ids import DESK, AccountId, CommandId
from trading.domain.order import OrderType
from trading.domain.stops import is_stopped

D = Decimal


def lock(desk: PureDesk, seconds: float) -> None:
    desk.do(cm.LockOut, until=end(desk, seconds), reason="tilt")


def both_accounts() -> PureDesk:
    desk = priced()
    desk.tell(cm.OpenAccount(CommandId("second"), OWNER, SECOND, "paper", "paper", "USD", D(1_000)))
    desk.tell(cm.OpenAccount(CommandId("ann"), ANN, AccountId("ann"), "paper", "paper", "USD", D(1_000)))
    return desk


def test_a_lockout_closes_all_accounts_of_the_person_and_nobody_elses() -> None:
    desk = both_accounts()
    lock(desk, 3600)
    assert [event.account for event in desk.named("LockoutSet")] == [PAPER, SECOND]
    until = end(desk, 3600)
    for name, is_locked in ((PAPER, True), (SECOND, True), (AccountId("ann"), False)):
        account = desk.book.account(name)
        assert account is not None
        assert is_stopped(desk.book, account, "BTC/USD", desk.now) is is_locked
        assert not is_stopped(desk.book, account, "BTC/USD", until)


def test_a_new_account_is_no_way_around_a_lockout() -> None:
    desk = priced()
    lock(desk, 3600)
    desk.wait(60)
    desk.tell(cm.OpenAccount(CommandId("second"), OWNER, SECOND, "paper", "paper", "USD", D(1_000)))
    account = desk.book.account(SECOND)
    assert account is not None and account.lockout is not None
    assert account.lockout.until == end(desk, 3540)


def shared() -> PureDesk:
    """Ann owns no account; she trades on the owner's."""
    desk = priced()
    desk.do(cm.SetRole, member=ANN, role="trader", name="Ann")
    return desk


def lock_ann(desk: PureDesk, seconds: float, account: AccountId = PAPER) -> list[str]:
    command = cm.LockOut(desk.command_id(), ANN, account, end(desk, seconds), "tilt")
    return [one.code for one in desk.tell(command).refusals]


def buys_ann(desk: PureDesk, account: AccountId = PAPER) -> list[str]:
    desk.price("6700")
    desk.buy("0.01", person=ANN, account=account)
    return desk.refused


def test_whoever_owns_no_account_locks_themself_out_of_those_of_others_and_nobody_else() -> None:
    desk = shared()
    assert buys_ann(desk) == []
    desk.wait(60)
    assert lock_ann(desk, 3600) == []
    (locked,) = desk.named("PersonLocked")
    assert (locked.account, locked.by, locked.reason) == (DESK, ANN, "tilt")
    assert desk.named("LockoutSet") == []
    assert buys_ann(desk) == ["lockout"]
    assert "ann is locked out of all accounts until 02:01 UTC" in desk.sentence
    assert buys(desk) == [], "the owner goes on"
    desk.wait(3600)
    assert buys_ann(desk) == []


def test_an_own_lockout_goes_with_the_person_to_every_account_that_comes_later() -> None:
    desk = both_accounts()
    assert lock_ann(desk, 3600, AccountId("ann")) == []
    assert [event.account for event in desk.named("LockoutSet")] == ["ann"]
    desk.do(cm.SetRole, member=ANN, role="trader", name="Ann")
    assert buys_ann(desk) == ["lockout"]
    desk.tell(cm.OpenAccount(CommandId("late"), ANN, AccountId("late"), "paper", "paper", "USD", D(1_000)))
    late = desk.book.account(AccountId("late"))
    assert late is not None and late.lockout is not None


def test_an_own_lockout_withdraws_only_the_persons_own_entries_and_lets_exits_go() -> None:
    desk = holding()
    desk.do(cm.SetRole, member=ANN, role="trader", name="Ann")
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    desk.buy("0.2", order_type=OrderType.LIMIT, limit=at("6500"), person=ANN)
    assert lock_ann(desk, 60) == []
    assert desk.sent == ["cancel entry-3"]
    desk.close("50", person=ANN)
    assert desk.refused == []


def test_an_own_lockout_is_never_shortened_whoever_writes_it() -> None:
    desk = shared()
    assert lock_ann(desk, 3600) == []
    assert lock_ann(desk, 60) == ["lockout_stands"]
    staged = desk.book.staged()
    apply(staged, ev.PersonLocked(AccountId(DESK), end(desk, 1), "forged", ANN, desk.now))
    desk.book.publish(staged)
    desk.wait(60)
    assert buys_ann(desk) == ["lockout"]
    assert lock_ann(desk, 7200) == []
    assert len(desk.book.desk.lockouts) == 1
    halt(desk, H.HALTED)
    halt(desk, H.ACTIVE)
    assert buys_ann(desk) == ["lockout"]


def test_what_a_locked_person_had_decided_and_what_they_agree_to_does_not_leave() -> None:
    desk = shared()
    assert lock_ann(desk, 3600) == []
    account = desk.account
    assert is_stopped(desk.book, account, "BTC/USD", desk.now, ANN)
    assert not is_stopped(desk.book, account, "BTC/USD", desk.now, OWNER)
    assert not is_stopped(desk.book, account, "BTC/USD", end(desk, 3600), ANN)
    desk.do(cm.SetRole, member=ANN, role="risk_officer", name="Ann")
    desk.buy("0.01", seconded_by=ANN)
    assert desk.refused == ["second_locked"]


def test_a_lockout_lets_exits_go_and_withdraws_entries() -> None:
    desk = holding()
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    lock(desk, 60)
    assert desk.sent == ["cancel entry-2"]
    assert buys(desk) == ["lockout"]
    desk.close("100")
    assert desk.refused == []


@pytest.mark.parametrize("wanted", [H.ACTIVE, H.HALTED, H.REDUCE_ONLY])
def test_no_halt_and_no_resume_ends_a_lockout(wanted: cm.HaltState) -> None:
    desk = priced()
    lock(desk, 3600)
    halt(desk, H.FLATTEN)
    halt(desk, wanted)
    assert "lockout" in buys(desk)


@pytest.mark.parametrize(
    ("seconds", "code", "sentence"),
    [
        (3600, "lockout_stands", "locked out until 02:00 UTC already. A lockout can only be made longer"),
        (60, "lockout_stands", "name a later time"),
        (-1, "until_past", "/lockout until tomorrow"),
        (400 * 86_400, "until_far", "further away than a year"),
    ],
)
def test_a_lockout_is_never_shortened(seconds: float, code: str, sentence: str) -> None:
    desk = priced()
    lock(desk, 3600)
    lock(desk, seconds)
    assert desk.refused == [code]
    assert sentence in desk.sentence
    desk.wait(3599)
    assert "lockout" in buys(desk)
    desk.wait(1)
    assert buys(desk) == []


def test_a_lockout_can_be_made_longer() -> None:
    desk = priced()
    lock(desk, 60)
    lock(desk, 3600)
    assert desk.refused == []
    desk.wait(3599)
    assert buys(desk) == ["lockout"]


def test_even_a_shorter_lockout_in_the_journal_shortens_nothing() -> None:
    desk = priced()
    lock(desk, 3600)
    staged = desk.book.staged()
    apply(staged, ev.LockoutSet(PAPER, end(desk, 1), "forged", OWNER, desk.now))
    desk.book.publish(staged)
    desk.wait(60)
    assert buys(desk) == ["lockout"]


def test_a_clock_that_goes_back_makes_a_lockout_longer_never_shorter() -> None:
    desk = priced()
    lock(desk, 3600)
    desk.wait(-1800)
    assert buys(desk) == ["lockout"]
    lock(desk, 3600)
    assert desk.refused == ["lockout_stands"]
    desk.wait(5399)
    assert buys(desk) == ["lockout"]


def test_whoever_owns_no_account_can_lock_none() -> None:
    desk = priced()
    desk.tell(cm.LockOut(CommandId("x"), ANN, PAPER, end(desk, 60), "tilt"))
    assert desk.refused == ["no_account"]


def test_everything_that_binds_is_told_at_once() -> None:
    desk = priced()
    pause(desk, 60)
    pause(desk, 60, all_of_it=True)
    desk.do(cm.SetMaintenance, is_on=True, reason="new disk")
    lock(desk, 60)
    assert buys(desk) == ["desk_halt", "maintenance", "account_halt", "lockout"]
