"""Accounts with real money: how one begins, when it opens anything, and what came to it from outside."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.domain.contracts import OWNER, PAPER
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.limits import LIVE_CAPS
from trading.domain.rights import DeskRole, Right, needs, rights_of

D = Decimal
REAL = AccountId("kraken")


def real(**values: object) -> PureDesk:
    """A desk with an account at a venue beside its paper one, which is the one that it asks from then on."""
    desk = PureDesk()
    desk.price("7400", "7401")
    opening = {"mode": "live-off", "currency": "USD", "deposit": D(5_000), **values}
    desk.tell(cm.OpenAccount(CommandId("real"), OWNER, REAL, "kraken", **opening))  # type: ignore[arg-type]  # by names
    desk.tell(rp.BrokerConnected(REAL, "kraken", False, desk.now))
    return desk


def mode_of(desk: PureDesk) -> str:
    account = desk.book.account(REAL)
    assert account is not None
    return account.mode


def set_mode(desk: PureDesk, mode: str, account: AccountId = REAL) -> list[str]:
    made = desk.tell(cm.SetMode(desk.command_id(), OWNER, account, mode))
    return [one.code for one in made.refusals]


def test_real_money_begins_with_small_caps_and_opens_nothing() -> None:
    desk = real()
    account = desk.book.account(REAL)
    assert account is not None and account.mode == "live-off" and account.cash == D(5_000)
    assert {name: getattr(account.limits, name) for name in LIVE_CAPS} == LIVE_CAPS
    desk.live_allowed = True
    desk.buy("0.01", account=REAL)
    assert desk.refused == ["live_switch"]
    assert "/mode live begins it" in desk.last.refusals[0].sentence


def test_a_paper_account_has_no_small_caps() -> None:
    desk = real(mode="paper")
    account = desk.book.account(REAL)
    assert account is not None and account.limits.order_notional_max == D(100_000)


def test_live_needs_the_operators_switch_and_then_the_persons_word() -> None:
    desk = real()
    assert set_mode(desk, "live") == ["live_switch"] and mode_of(desk) == "live-off"
    desk.live_allowed = True
    assert set_mode(desk, "live") == [] and mode_of(desk) == "live"
    desk.buy("0.01", account=REAL)
    assert desk.refused == []


def test_what_is_beyond_the_small_caps_is_refused() -> None:
    desk = real()
    desk.live_allowed = True
    set_mode(desk, "live")
    desk.buy("0.1", account=REAL)
    assert "order_notional" in desk.refused


def test_an_account_that_is_live_is_paper_again_for_a_desk_whose_switch_is_off() -> None:
    desk = real()
    desk.live_allowed = True
    set_mode(desk, "live")
    desk.live_allowed = False
    desk.buy("0.01", account=REAL)
    assert desk.refused == ["live_switch"]


def test_live_off_is_always_possible_and_once() -> None:
    desk = real()
    desk.live_allowed = True
    set_mode(desk, "live")
    desk.live_allowed = False
    assert set_mode(desk, "live-off") == [] and mode_of(desk) == "live-off"
    assert set_mode(desk, "live-off") == ["no_change"]


@pytest.mark.parametrize("mode", ["paper", "LIVE", ""])
def test_there_are_two_modes_of_real_money(mode: str) -> None:
    assert set_mode(real(), mode) == ["no_such_mode"]


def test_a_paper_account_stays_paper() -> None:
    desk = real()
    desk.live_allowed = True
    assert set_mode(desk, "live", PAPER) == ["stays_paper"]


def test_whoever_may_halt_may_end_live_and_fewer_may_begin_it() -> None:
    begin = cm.SetMode(CommandId("c"), PersonId("bob"), REAL, "live")
    end = cm.SetMode(CommandId("c"), PersonId("bob"), REAL, "live-off")
    account = real().book.account(REAL)
    assert account is not None
    trader = rights_of(PersonId("bob"), DeskRole.TRADER, is_owner=False)
    assert needs(end, account.limits, OWNER) is Right.HALT and Right.HALT in trader
    assert needs(begin, account.limits, OWNER) is Right.RAISE and Right.RAISE not in trader


def test_what_the_venue_held_before_is_left_alone() -> None:
    desk = real(left={"ETH/USD": D(2)})
    desk.tell(rp.DriftFound(REAL, "kraken", "ETH/USD", D(2), D(0), (), desk.now))
    account = desk.book.account(REAL)
    assert account is not None and account.frozen == ()
    desk.tell(rp.DriftFound(REAL, "kraken", "ETH/USD", D(3), D(0), (), desk.now))
    account = desk.book.account(REAL)
    assert account is not None and [one.symbol for one in account.frozen] == ["ETH/USD"]


def move(desk: PureDesk, moved: str, booked: str) -> list[str]:
    made = desk.tell(cm.MoveCash(desk.command_id(), OWNER, REAL, D(moved), D(booked)))
    return [one.code for one in made.refusals]


def test_what_came_to_the_venue_is_capital_and_no_profit() -> None:
    desk = real()
    assert move(desk, "250.5", "5000") == []
    account = desk.book.account(REAL)
    assert account is not None
    assert (account.cash, account.capital, account.realised) == (D("5250.5"), D("5250.5"), D(0))
    assert move(desk, "-1000", "5250.5") == []
    account = desk.book.account(REAL)
    assert account is not None and account.capital == D("4250.5")


def test_a_difference_of_before_is_not_booked() -> None:
    desk = real()
    assert move(desk, "250.5", "5000") == []
    assert move(desk, "250.5", "5000") == ["cash_changed"]
    assert move(desk, "0", "5250.5") == ["no_change"]
