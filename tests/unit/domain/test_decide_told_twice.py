"""A fill that was called another hand's moves nothing when it is told as ours (RELIABILITY X27)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_pair import PAIR
from tests.unit.domain.test_decide_swap import holding
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.ids import ClientOrderId, FillId, VenueOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderStatus, Side

D = Decimal
NAME = VenueOrderId("V9+1")


def fill(desk: PureDesk, cid: str, quantity: str, fill_id: str = "F1", fee: str = "1") -> rp.FillReported:
    """What the stop has sold, under this name."""
    return rp.FillReported(
        PAPER,
        ClientOrderId(cid),
        FillId(fill_id),
        Quantity(D(quantity)),
        Price(D(6630)),
        D(fee),
        rp.Liquidity.TAKER,
        desk.now,
        venue_order_id=NAME,
        symbol="BTC/USD",
        side=Side.SELL,
        is_sought=True,
    )


def called_a_hands(quantity: str) -> tuple[PureDesk, Order]:
    """The stop of 0.3 has sold so much under a name that nobody had heard of: it was taken over."""
    desk = holding(plan(stop="1%"), support=PAIR)
    stop = desk.open_role("stop")
    desk.tell(fill(desk, NAME, quantity))
    assert desk.named("OrderAdopted")
    assert desk.position.quantity == D("0.3") - D(quantity)
    return desk, stop


def is_renamed(desk: PureDesk, stop: Order) -> None:
    """Now the venue says what it calls the stop."""
    terms = (stop.quantity, None, stop.stop_price, "venue")
    desk.tell(rp.Replaced(PAPER, stop.client_order_id, *terms, desk.now, NAME))


@pytest.mark.parametrize("quantity", ["0.3", "0.1"])
def test_a_fill_that_was_called_a_hands_moves_nothing_when_it_is_told_as_ours(quantity: str) -> None:
    desk, stop = called_a_hands(quantity)
    is_renamed(desk, stop)
    before, account = desk.position, desk.account
    desk.tell(fill(desk, stop.client_order_id, quantity))
    (booked,) = desk.named("OrderFilled", of_last=True)
    assert booked.order_id == stop.order_id and booked.bookings == () and booked.fee == 0
    assert desk.order(stop).filled == D(quantity)
    assert (desk.position.quantity, desk.position.cost) == (before.quantity, before.cost)
    assert (desk.account.cash, desk.account.fees) == (account.cash, account.fees)
    assert not any(one.startswith("buy") for one in desk.sent), "nothing went beyond flat"


def test_a_stop_that_was_sold_out_so_is_over() -> None:
    desk, stop = called_a_hands("0.3")
    is_renamed(desk, stop)
    desk.tell(fill(desk, stop.client_order_id, "0.3"))
    assert desk.status(stop) is OrderStatus.FILLED


def test_what_it_fills_beside_that_counts() -> None:
    desk, stop = called_a_hands("0.1")
    is_renamed(desk, stop)
    desk.tell(fill(desk, stop.client_order_id, "0.2", fill_id="F2"))
    assert desk.position.quantity == 0


def test_a_fill_of_ours_that_an_adopted_difference_contains_moves_nothing_when_it_is_told() -> None:
    """The stop sold a part and nobody told it; what is missing at the venue was adopted by a person."""
    desk = holding(plan(stop="1%"), support=PAIR)
    stop = desk.open_role("stop")
    told = fill(desk, stop.client_order_id, "0.1")
    missing = {"held": D("0.2"), "booked": D("0.3")}
    desk.tell(rp.DriftFound(PAPER, "paper", "BTC/USD", D("0.2"), D("0.3"), (), desk.now, desk.now))
    desk.do(cm.SettleDrift, seen=desk.seen(), symbol="BTC/USD", choice="adopt", **missing)
    assert desk.refused == [] and desk.position.quantity == D("0.2")
    (adopted,) = desk.account.adopted
    desk.tell(told)
    (booked,) = desk.named("OrderFilled", of_last=True)
    assert booked.order_id == stop.order_id and booked.contained == adopted
    assert desk.order(stop).filled == D("0.1")
    assert desk.position.quantity == D("0.2"), "the person has booked it already"
