"""Warnings before the daily loss limit: once per level and day, never from a stale price."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_decide_entry import at
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.ids import AccountId
from trading.domain.order import OrderType

D = Decimal


def long(size: str = "1") -> PureDesk:
    """A day begun with 10,000 (limit 500), long at 6,700."""
    desk = PureDesk()
    desk.tell(rp.DayTurned(PAPER, "2018-04-04", D(10_000), desk.now))
    desk.price("6700")
    desk.buy(size)
    desk.fill(desk.orders[0], price="6700")
    return desk


def looked(desk: PureDesk, **ages: Decimal) -> list[int]:
    """The levels that a look warns of."""
    desk.tell(rp.RiskLooked(PAPER, desk.now, ages))
    return [event.level_percent for event in desk.named("RiskWarned", of_last=True)]


@pytest.mark.parametrize(
    ("price", "levels"),
    [
        ("6700", []),
        ("6450.01", []),
        ("6450", [50]),
        ("6325.01", [50]),
        ("6325", [75]),
        ("6250", [90]),
        ("6200.01", [90]),
        ("6200", [100]),
        ("6000", [100]),
    ],
)
def test_a_loss_warns_at_the_highest_level_that_it_reached(price: str, levels: list[int]) -> None:
    desk = long()
    desk.price(price)
    assert looked(desk) == levels
    assert looked(desk) == []


def test_each_level_is_told_once_a_day_whatever_the_price_does() -> None:
    desk = long()
    told = []
    for price in ("6440", "6700", "6440", "6300", "6700", "6440", "6100", "6100"):
        desk.price(price)
        told += looked(desk)
    assert told == [50, 75, 100]
    (first, *_) = desk.named("RiskWarned")
    assert (first.loss, first.limit) == (D(260), D(500))


def test_a_new_day_warns_anew() -> None:
    desk = long()
    desk.price("6440")
    assert looked(desk) == [50]
    desk.tell(rp.DayTurned(PAPER, "2018-04-05", D(10_000), desk.now))
    assert looked(desk) == [50]


def test_a_stale_price_warns_of_nothing_and_what_was_realised_counts() -> None:
    desk = long()
    desk.price("6440")
    desk.wait(121)
    assert looked(desk) == []
    desk.price("6440")
    desk.close("100")
    desk.fill(desk.orders[0], price="6440")
    desk.wait(3600)
    assert looked(desk) == [50]


def test_a_stale_price_may_speak_for_the_account() -> None:
    desk = long()
    desk.price("6440")
    desk.close("50")
    desk.fill(desk.orders[0], price="6200")  # 250 are gone for good, which is half of the limit
    desk.price("6900")
    desk.wait(3600)
    assert looked(desk) == []


@pytest.mark.parametrize("seconds", [-121, 121])
def test_a_clock_that_was_set_makes_every_price_doubtful(seconds: float) -> None:
    desk = long()
    desk.price("6000")
    desk.wait(seconds)
    assert looked(desk) == []


def test_the_feeds_own_bound_and_the_accounts_limit_say_what_is_stale() -> None:
    desk = long()
    desk.price("6440")
    desk.wait(10)
    assert looked(desk, **{"BTC/USD": D(9)}) == []
    desk.do(cm.SetLimit, name="price_age_s_max", value=D(9))
    assert looked(desk, **{"BTC/USD": D(60)}) == []
    desk.do(cm.SetLimit, name="price_age_s_max", value=D(11))
    assert looked(desk, **{"BTC/USD": D(1)}) == [50]


def test_at_the_limit_waiting_entries_are_withdrawn_each_time() -> None:
    desk = long()
    desk.buy("0.01", order_type=OrderType.LIMIT, limit=at("6600"))
    desk.price("6100")
    assert looked(desk) == [100]
    assert desk.sent == ["cancel entry-2"]
    desk.cancel(desk.open_role("entry"))
    desk.price("6700")
    desk.buy("0.01", order_type=OrderType.LIMIT, limit=at("6600"))
    assert desk.refused == []
    desk.price("6100")
    assert looked(desk) == []
    assert desk.sent == ["cancel entry-3"]


def test_without_a_limit_or_an_account_nothing_is_warned() -> None:
    desk = long()
    desk.do(cm.SetLimit, name="daily_loss_percent_max", value=D(0))
    desk.price("5000")
    assert looked(desk) == []
    assert desk.tell(rp.RiskLooked(AccountId("nobody"), desk.now)).events == []


def test_a_lowered_limit_warns_at_what_is_lost_already() -> None:
    desk = long()
    desk.price("6500")
    assert looked(desk) == []
    desk.do(cm.SetLimit, name="daily_loss_percent_max", value=D(4))
    assert looked(desk) == [50]
