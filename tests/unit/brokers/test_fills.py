"""The shared fill rules, as a table with money in it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trading.brokers.fills import Strike, Terms, at_arrival, at_point, in_range, order_inside
from trading.domain.money import Price
from trading.domain.order import OrderType
from trading.domain.reports import Liquidity

MAKER, TAKER = Liquidity.MAKER, Liquidity.TAKER
T = OrderType


def price(text: str) -> Price:
    return Price(Decimal(text))


def terms(kind: OrderType, side: str, limit: str = "", stop: str = "") -> Terms:
    return Terms(side == "buy", kind, price(limit) if limit else None, price(stop) if stop else None)


ARRIVALS = [
    (terms(T.MARKET, "buy"), "100", Strike(price("100"), TAKER)),
    (terms(T.LIMIT, "buy", "101"), "100", Strike(price("100"), TAKER)),
    (terms(T.LIMIT, "buy", "100"), "100", Strike(price("100"), TAKER)),
    (terms(T.LIMIT, "buy", "99"), "100", None),
    (terms(T.LIMIT, "sell", "99"), "100", Strike(price("100"), TAKER)),
    (terms(T.STOP, "sell", stop="99"), "100", None),
    (terms(T.STOP, "sell", stop="100"), "100", Strike(price("100"), TAKER, True)),
    (terms(T.STOP_LIMIT, "buy", "102", "101"), "103", Strike(None, TAKER, True)),
]


@pytest.mark.parametrize(("order", "at", "expected"), ARRIVALS)
def test_an_arrival_trades_at_the_standing_price(order: Terms, at: str, expected: Strike | None) -> None:
    assert at_arrival(order, price(at)) == expected


POINTS = [
    (terms(T.LIMIT, "buy", "100"), "99", False, Strike(price("100"), MAKER)),
    (terms(T.LIMIT, "buy", "100"), "99", True, Strike(price("99"), MAKER)),
    (terms(T.LIMIT, "sell", "100"), "103", True, Strike(price("103"), MAKER)),
    (terms(T.LIMIT, "sell", "100"), "100", True, None),
    (terms(T.LIMIT, "sell", "100"), "99", False, None),
    (terms(T.STOP, "buy", stop="100"), "104", True, Strike(price("104"), TAKER, True)),
    (terms(T.STOP_LIMIT, "sell", "98", "99"), "98.5", False, Strike(price("98.5"), TAKER, True)),
]


@pytest.mark.parametrize(("order", "at", "is_gap", "expected"), POINTS)
def test_a_waiting_order_meets_a_new_price(
    order: Terms, at: str, is_gap: bool, expected: Strike | None
) -> None:
    assert at_point(order, price(at), is_gap=is_gap, touch_fills=False) == expected


RANGES = [
    (terms(T.LIMIT, "buy", "95"), "94", "101", Strike(price("95"), MAKER)),
    (terms(T.LIMIT, "buy", "95"), "95", "101", None),
    (terms(T.LIMIT, "sell", "105"), "94", "106", Strike(price("105"), MAKER)),
    (terms(T.STOP, "sell", stop="95"), "95", "101", Strike(price("95"), TAKER, True)),
    (terms(T.STOP, "sell", stop="95"), "96", "101", None),
    (terms(T.TRAILING_STOP, "buy", stop="105"), "94", "105", Strike(price("105"), TAKER, True)),
    (terms(T.STOP_LIMIT, "sell", "94", "95"), "90", "101", Strike(price("95"), TAKER, True)),
    (terms(T.STOP_LIMIT, "sell", "96", "95"), "90", "101", Strike(None, TAKER, True)),
]


@pytest.mark.parametrize(("order", "low", "high", "expected"), RANGES)
def test_a_waiting_order_meets_the_range_of_a_bar(
    order: Terms, low: str, high: str, expected: Strike | None
) -> None:
    assert in_range(order, price(low), price(high), touch_fills=False) == expected


def test_a_lucky_touch_fills_at_the_limit() -> None:
    order = terms(T.LIMIT, "buy", "95")
    assert in_range(order, price("95"), price("99"), touch_fills=True) == Strike(price("95"), MAKER)
    assert at_point(order, price("95"), is_gap=False, touch_fills=True) == Strike(price("95"), MAKER)


def test_inside_a_bar_stops_come_before_limits_and_the_nearer_before_the_farther() -> None:
    stop_near, stop_far = terms(T.STOP, "sell", stop="98"), terms(T.STOP, "sell", stop="95")
    target = terms(T.LIMIT, "sell", "100.5")
    opened = price("100")
    assert sorted([target, stop_far, stop_near], key=lambda one: order_inside(one, opened)) == [
        stop_near, stop_far, target,
    ]  # fmt: skip
