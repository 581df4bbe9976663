"""A hand that trades on where it has closed: what it holds then is guarded by no plan of ours."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from trading.domain import reports as rp
from trading.domain.ids import ClientOrderId, FillId
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Side

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
