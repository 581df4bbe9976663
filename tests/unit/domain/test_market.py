"""Quotes: what stands half way."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from trading.domain.market import Quote
from trading.domain.money import Price

AT = datetime(2018, 4, 4, 1, 0, 5, tzinfo=UTC)


def quote(bid: Price, ask: Price) -> Quote:
    """A quote of a pair."""
    return Quote("BTC/USD", bid, ask, AT)


@pytest.mark.parametrize("text", ["7000", "7000.50", "0.00000001", "1E+3", "0"])
def test_a_print_stands_half_way_between_itself(text: str) -> None:
    one, same = Price(Decimal(text)), Price(Decimal(text))
    assert one is not same
    assert str(quote(one, one).mid) == str(quote(one, same).mid) == str(one)


def test_half_way_is_not_rounded() -> None:
    assert quote(Price(Decimal("7000.01")), Price(Decimal("7000.02"))).mid == Decimal("7000.015")
