"""A hand that trades on where it has closed; a difference that may be what an order in doubt did."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_doubt import overdue, waiting
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.freezing import LIQUIDATION
from trading.domain.ids import AccountId, ClientOrderId, FillId
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Role, Side

D = Decimal


def by_hand(desk: PureDesk, side: Side, *quantities: str) -> None:
    """One order of another hand, filled in so many parts."""
    for number, quantity in enumerate(quantities):
        fill = rp.FillReported(
            PAPER,
            ClientOrderId(f"HAND-{side.value}"),
            FillId(f"{side.value}-{number}"),
            Quantity(D(quantity)),
            Price(D(6700)),
            ZERO,
            rp.Liquidity.TAKER,
            desk.now,
            symbol="BTC/USD",
            side=side,
        )
        desk.tell(fill)


def begun(filled: str) -> PureDesk:
    """A tenth is to be bought; so much of it has filled."""
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1", exits=plan("2%", stop="1%"))
    (entry,) = desk.orders
    desk.accept(entry)
    desk.fill(entry, filled)
    return desk


def test_one_order_of_a_hand_closes_and_then_opens_the_other_side() -> None:
    desk = begun("0.1")
    desk.close()
    desk.silence(desk.open_role("close"))
    by_hand(desk, Side.SELL, "0.1", "0.04")
    assert desk.position.quantity == D("-0.04")
    assert desk.position.plan.is_empty and not desk.bracket.legs
    desk.touched("sl", "6500")
    assert [one.role.value for one in desk.orders] == ["close"]


def test_the_plan_stays_while_an_entry_of_ours_may_still_fill() -> None:
    desk = begun("0.06")
    by_hand(desk, Side.SELL, "0.06")
    assert not desk.position.is_open
    by_hand(desk, Side.BUY, "0.02")
    assert desk.position.quantity == D("0.02")
    assert not desk.position.plan.is_empty and len(desk.bracket.legs) == 2


def test_a_hand_that_sells_below_an_entry_of_ours_holds_what_the_plan_is_not_for() -> None:
    desk = begun("0.06")
    by_hand(desk, Side.SELL, "0.06", "0.02")
    assert desk.position.quantity == D("-0.02") and desk.position.plan.is_empty


def settle(desk: PureDesk, held: str, choice: str) -> list[str]:
    """The venue holds so much, and a person says what is to be done; what is refused."""
    desk.tell(rp.DriftFound(PAPER, "paper", "BTC/USD", D(held), ZERO, (), desk.now, desk.now))
    desk.do(cm.SettleDrift, symbol="BTC/USD", choice=choice, held=D(held), booked=ZERO, seen=desk.seen())
    return desk.refused


@pytest.mark.parametrize("choice", ["adopt", "close", "ignore"])
def test_what_an_order_in_doubt_may_have_done_is_settled_after_its_doubt(choice: str) -> None:
    desk, order = waiting()
    assert settle(desk, "0.04", choice) == ["in_doubt"]
    assert desk.sentence.startswith("#1 is in doubt, and this difference may be what it did")
    desk.tell(overdue(order))
    assert settle(desk, "0.04", choice) == []


def test_what_an_order_in_doubt_cannot_have_done_is_settled_at_once() -> None:
    desk, _ = waiting()
    assert settle(desk, "-0.04", "adopt") == []
    assert desk.position.quantity == D("-0.04")


def test_a_difference_is_not_settled_as_it_was_when_fills_have_come_since() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1")
    (entry,) = desk.orders
    desk.accept(entry)
    desk.fill(entry)
    found = rp.DriftFound(PAPER, "paper", "BTC/USD", D("0.12"), D("0.1"), (), desk.now, desk.now)
    desk.tell(found)
    by_hand(desk, Side.BUY, "0.02")
    by_hand(desk, Side.SELL, "0.02")
    told = {"symbol": "BTC/USD", "choice": "adopt", "held": D("0.12"), "booked": D("0.1")}
    desk.do(cm.SettleDrift, seen=desk.seen(), **told)
    assert desk.refused == ["drift_changed"] and desk.position.quantity == D("0.1")
    # Found again it is told again, and then it is settled.
    desk.tell(found)
    assert desk.said == ["SymbolFrozen"]
    desk.do(cm.SettleDrift, seen=desk.seen(), **told)
    assert desk.refused == [] and desk.position.quantity == D("0.12")


def test_what_was_left_alone_is_less_by_what_is_told_of_it() -> None:
    desk = begun("0.1")
    desk.tell(rp.DriftFound(PAPER, "paper", "BTC/USD", D("0.15"), D("0.1"), (), desk.now, desk.now))
    told = {"symbol": "BTC/USD", "choice": "ignore", "held": D("0.15"), "booked": D("0.1")}
    desk.do(cm.SettleDrift, seen=desk.seen(), **told)
    assert [(one.difference, one.seen_at) for one in desk.account.ignored] == [(D("0.05"), desk.now)]
    by_hand(desk, Side.BUY, "0.02")
    assert [one.difference for one in desk.account.ignored] == [D("0.03")]
    # What is filled later is no part of it, whoever traded: the venue holds that beside it.
    desk.wait(1)
    by_hand(desk, Side.SELL, "0.01")
    assert [one.difference for one in desk.account.ignored] == [D("0.03")]


def test_what_was_left_alone_and_is_told_whole_is_forgotten() -> None:
    """Or a position that goes the other way would count as nothing that the venue holds (seed 3350397)."""
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1")
    desk.accept(desk.orders[0])
    desk.fill(desk.orders[0])
    desk.tell(rp.DriftFound(PAPER, "paper", "BTC/USD", D("0.3"), D("0.1"), (), desk.now, desk.now))
    told = {"symbol": "BTC/USD", "choice": "ignore", "held": D("0.3"), "booked": D("0.1")}
    desk.do(cm.SettleDrift, seen=desk.seen(), **told)
    by_hand(desk, Side.BUY, "0.2")
    assert desk.account.ignored == () and desk.position.quantity == D("0.3")
    desk.wait(1)
    by_hand(desk, Side.SELL, "0.4")
    assert desk.position.quantity == D("-0.1")
    desk.close()
    assert desk.refused == [] and desk.open_role("close").remaining == D("0.1")


def test_what_the_venue_itself_closed_is_acknowledged_whatever_was_traded_since() -> None:
    desk = begun("0.1")
    fill = rp.FillReported(
        PAPER,
        ClientOrderId("LIQUIDATION"),
        FillId("L"),
        Quantity(D("0.04")),
        Price(D(6700)),
        ZERO,
        rp.Liquidity.TAKER,
        desk.now,
        symbol="BTC/USD",
        side=Side.SELL,
        cause=LIQUIDATION,
    )
    desk.tell(fill)
    (frozen,) = desk.account.frozen
    desk.close()
    desk.fill(desk.open_role("close"))
    told = {"symbol": "BTC/USD", "choice": "adopt", "held": frozen.held, "booked": frozen.booked}
    desk.do(cm.SettleDrift, seen=desk.seen(), **told)
    assert desk.refused == [] and desk.account.frozen == ()


def test_a_flatten_goes_on_when_a_difference_that_barred_its_exit_is_gone() -> None:
    desk = begun("0.1")
    desk.tell(rp.DriftFound(PAPER, "paper", "BTC/USD", ZERO, D("0.1"), (), desk.now, desk.now))
    desk.do(cm.Flatten, halt=True)
    assert not [one for one in desk.orders if one.role is Role.FLATTEN]
    desk.tell(rp.DriftGone(PAPER, "BTC/USD", desk.now))
    assert desk.open_role("flatten").quantity == D("0.1")


def test_a_difference_of_an_account_that_is_not_there_is_nobodys() -> None:
    desk = begun("0.1")
    desk.tell(rp.DriftGone(AccountId("other"), "BTC/USD", desk.now))
    assert desk.last.events == []


def left_alone(**more: Any) -> PureDesk:
    """Long 0.1, of which a person has left alone that the venue holds 0.1 short."""
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1", exits=replace(plan(), exit_at=desk.now + timedelta(seconds=60)), **more)
    (entry,) = desk.orders
    desk.accept(entry)
    desk.fill(entry)
    drift(desk, "-0.1", "ignore")
    return desk


def drift(desk: PureDesk, held: str, choice: str) -> None:
    found = {"held": D(held), "booked": D("0.1")}
    desk.tell(rp.DriftFound(PAPER, "paper", "BTC/USD", D(held), D("0.1"), (), desk.now, desk.now))
    desk.do(cm.SettleDrift, seen=desk.seen(), symbol="BTC/USD", choice=choice, **found)
    assert desk.refused == []


def test_what_was_left_alone_is_in_the_book_with_what_is_adopted_after_it() -> None:
    """Or what is held now would count as nothing that the venue holds (seed 53327)."""
    desk = left_alone()
    drift(desk, "0.02", "adopt")
    assert desk.account.ignored == () and desk.position.quantity == D("0.02")
    desk.wait(60)
    desk.look()
    assert desk.sent == ["sell market 0.02"]


def test_a_position_whose_time_was_over_leaves_when_the_venue_holds_it_again() -> None:
    desk = left_alone()
    desk.wait(60)
    desk.look()
    assert desk.sent == []
    desk.tell(rp.DriftGone(PAPER, "BTC/USD", desk.now))
    assert desk.sent == ["sell market 0.1"]
    desk.tell(rp.DriftGone(PAPER, "BTC/USD", desk.now))
    assert desk.sent == [], "once"


def test_a_difference_that_was_found_before_fills_which_make_up_for_each_other_is_none() -> None:
    """The look's answer was from between them, and they were told while it waited (seed 94354)."""
    desk = begun("0.1")
    desk.close()
    desk.fill(desk.open_role("close"))
    entered = desk.position.entry_quantity
    found = rp.DriftFound(PAPER, "paper", "BTC/USD", D("0.02"), ZERO, (), desk.now, desk.now, entered)
    by_hand(desk, Side.BUY, "0.02")
    by_hand(desk, Side.SELL, "0.02")
    assert not desk.position.quantity
    desk.tell(found)
    assert not desk.account.frozen
    desk.tell(replace(found, entered=desk.position.entry_quantity))
    assert [one.held for one in desk.account.frozen] == [D("0.02")], "found again by the next look"
