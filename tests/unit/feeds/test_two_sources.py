"""X48: a price that leaps on one way waits for what the other says, or for its long silence."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.fakes.hand_clock import HandClock
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.feeds.two_sources import ALONE_S, ASK_EVERY_S, TwoSources

D = Decimal
AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def quote(bid: str, ask: str = "", symbol: str = "BINANCE:BTC/USDT") -> Quote:
    return Quote(symbol, Price(D(bid)), Price(D(ask or bid)), AT)


class Ways:
    """Both, and how often the second was asked."""

    def __init__(self) -> None:
        self.clock = HandClock(AT)
        self.asked = 0
        self.two = TwoSources(self.clock, self._ask)

    def _ask(self) -> None:
        self.asked += 1

    def first(self, *prices: str) -> list[bool]:
        return [self.two.first(quote(one)) is not None for one in prices]


@pytest.fixture
def ways() -> Ways:
    return Ways()


def test_small_steps_are_told_at_once_and_ask_nobody(ways: Ways) -> None:
    assert ways.first("64000", "64640", "64000", "63360") == [True, True, True, True]
    assert ways.asked == 0


@pytest.mark.parametrize("leap", ["60000", "68000"])
def test_a_leap_that_repeats_itself_is_held_until_the_second_way_has_left_too(ways: Ways, leap: str) -> None:
    assert ways.first("64000", leap, leap, leap) == [True, False, False, False]
    assert ways.two.is_held("BINANCE:BTC/USDT") and ways.asked == 1
    assert ways.two.second(quote(leap)).bid == D(leap)
    assert ways.first(leap) == [True]


def test_a_leap_that_the_second_way_does_not_know_moves_nothing(ways: Ways) -> None:
    assert ways.first("64000", "50000") == [True, False]
    assert ways.two.second(quote("64010")).bid == D(64010)
    assert not ways.two.is_held("BINANCE:BTC/USDT")
    assert ways.first("50000", "64020") == [False, True], "what comes back is near what is believed"
    assert not ways.two.is_held("BINANCE:BTC/USDT")


def test_one_side_that_leaps_is_a_leap(ways: Ways) -> None:
    assert ways.first("64000") == [True]
    assert ways.two.first(quote("64000", "70000")) is None, "shorts are closed at the ask"


def test_while_the_second_way_is_silent_a_leap_counts_after_a_while(ways: Ways) -> None:
    assert ways.first("64000", "60000") == [True, False]
    ways.clock.advance(ALONE_S - 0.1)
    assert ways.first("60010") == [False]
    ways.clock.advance(0.2)
    assert ways.first("60020", "60030") == [True, True]


def test_a_leap_to_the_other_side_waits_anew(ways: Ways) -> None:
    assert ways.first("64000", "60000") == [True, False]
    ways.clock.advance(ALONE_S)
    assert ways.first("68000", "68000") == [False, False]


def test_the_second_way_is_asked_twice_a_second_at_most(ways: Ways) -> None:
    ways.first("64000", *(["60000"] * 50))
    assert ways.asked == 1
    ways.clock.advance(ASK_EVERY_S)
    ways.first("60000", "60000")
    assert ways.asked == 2


def test_symbols_do_not_hold_each_other_back(ways: Ways) -> None:
    assert ways.first("64000", "50000") == [True, False]
    assert ways.two.first(quote("3000", symbol="BINANCE:ETH/USDT")) is not None
    assert not ways.two.is_held("BINANCE:ETH/USDT")
