"""What the gate counts: what is held and reserved, what can be spent, what the day has lost."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes.proofs import PROOF
from tests.unit.domain.contracts import BTC, ES, PAPER, quoted
from tests.unit.domain.gate_case import Case
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.apply import apply
from trading.domain.events import CashMoved
from trading.domain.ledger import deposit
from trading.domain.risk import day_loss, day_loss_limit, spendable

D = Decimal


# ---------------------------------------------------------------- what is held and reserved counts


def test_a_position_and_its_waiting_entries_count_together() -> None:
    case = Case()
    case.hold("0.2", "6700")  # 1,340
    case.wait_with("0.1", "6700")  # 670 reserved
    assert (case.desk.account.exposure, case.desk.account.reserved) == (D(1340), D(670))
    case.limits(position_notional_max=D(2680))
    assert not case.judged().refusals
    case.limits(position_notional_max=D("2679.99"))
    assert [refusal.code for refusal in case.judged().refusals] == ["position_notional"]


def test_gross_exposure_counts_reserved_orders() -> None:
    case = Case()
    case.hold("0.2", "6700")
    case.wait_with("0.1", "6700")
    case.limits(gross_exposure_max=D("2679.99"))
    (refusal,) = case.judged().refusals
    assert refusal.code == "gross_exposure"
    assert "would be 2,680.00" in refusal.sentence


def test_an_order_in_doubt_stays_reserved() -> None:
    case = Case()
    case.wait_with("0.1", "6700")
    case.desk.silence(case.desk.orders[0])
    assert case.desk.account.reserved == D(670)
    case.desk.tell(rp.AbsenceProven(PAPER, case.desk.orders[0].client_order_id, PROOF, case.desk.now))
    assert case.desk.account.reserved == 0


def test_a_modification_does_not_count_its_own_reservation_twice() -> None:
    case = Case()
    case.wait_with("1", "6700")
    case.order |= {"quantity": D("1.2"), "already": D(6700)}
    assert not case.judged().refusals
    case.order["already"] = D(0)
    assert "funds" in [refusal.code for refusal in case.judged().refusals]


# ---------------------------------------------------------------- money


def test_gains_of_open_positions_cannot_be_spent() -> None:
    desk = PureDesk()
    desk.price("5000")
    desk.buy("1")
    desk.fill(desk.orders[0], price="5000", fee="5")
    desk.price("9000")
    assert spendable(desk.book, desk.account) == D(4995)
    desk.price("1000")
    assert spendable(desk.book, desk.account) == D(4995)


def test_losses_of_shorts_are_owed() -> None:
    desk = PureDesk()
    desk.price("5000")
    desk.buy("1", long=False)
    desk.fill(desk.orders[0], price="5000")
    assert spendable(desk.book, desk.account) == D(5000)
    desk.price("6000")
    assert spendable(desk.book, desk.account) == D(4000)
    desk.price("4000")
    assert spendable(desk.book, desk.account) == D(5000)


def test_a_future_holds_its_margin_and_owes_its_losses() -> None:
    desk = PureDesk(instrument=ES)
    desk.price("2600")
    desk.buy("1")
    assert desk.refused == ["order_notional"]
    desk.do(cm.SetLimit, name="order_notional_max", value=D(500_000))
    desk.buy("1")
    desk.fill(desk.orders[0], price="2600")
    assert spendable(desk.book, desk.account) == D(10_000) - D(130_000) * D("0.06")
    desk.price("2590")
    assert spendable(desk.book, desk.account) == D(10_000) - D(7_800) - D(500)


# ---------------------------------------------------------------- the day


def test_a_deposit_is_neither_gain_nor_loss_of_the_day() -> None:
    case = Case()
    desk = case.desk
    assert day_loss(desk.book, desk.account) == 0
    lines = deposit(D(5_000), "USD")
    apply(desk.book, CashMoved(PAPER, "deposit", lines, desk.now))
    assert day_loss(desk.book, desk.account) == 0
    assert desk.book.equity(desk.account) == 15_000
    case.lose("600")
    assert day_loss(desk.book, desk.account) == 600
    apply(desk.book, CashMoved(PAPER, "withdrawal", deposit(D(-1_000), "USD"), desk.now))
    assert day_loss(desk.book, desk.account) == 600


def test_open_losses_count_into_the_day() -> None:
    case = Case()
    case.hold("1", "6700")
    case.desk.price("6300")
    assert day_loss(case.desk.book, case.desk.account) == 400
    assert day_loss_limit(case.desk.account) == 500
    case.desk.price("6200")
    case.seen(quote=quoted(BTC, "6200"))
    case.order |= {"price": D(6200), "collar_price": D(6200)}
    codes = [refusal.code for refusal in case.judged().refusals]
    assert "daily_loss" in codes


def test_a_new_day_counts_anew() -> None:
    case = Case()
    case.lose("500")
    case.desk.tell(rp.DayTurned(PAPER, "2018-04-05", D(9_500), case.desk.now))
    assert day_loss(case.desk.book, case.desk.account) == 0
    assert day_loss_limit(case.desk.account) == D(475)
    assert not case.judged().refusals
    case.desk.tell(rp.DayTurned(PAPER, "2018-04-05", D(1), case.desk.now))
    assert case.desk.account.day_equity == 9_500


def test_before_the_first_day_nothing_is_lost() -> None:
    desk = PureDesk()
    assert day_loss(desk.book, desk.account) == 0
    assert day_loss_limit(desk.account) is None
