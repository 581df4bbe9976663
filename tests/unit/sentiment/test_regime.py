"""Regimes of made markets, by numbers that can be checked by hand, and how often they are looked at."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.regime import BARS_MIN, BARS_READ, PriceRegimes, regime_of
from tests.fakes.hand_clock import HandClock
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.opinions import Trend, Volatility
from trading.ports import MarketData

D = Decimal
START = datetime(2026, 3, 2, tzinfo=UTC)


def bars_of(closes: Sequence[float], half: float | Callable[[int], float] = 1.0) -> list[Bar]:
    """Hourly bars that open at the close before, and reach `half` beyond both ends."""
    found = []
    for number, close in enumerate(closes):
        opened = closes[number - 1] if number else close
        reach = half(number) if callable(half) else half
        at = START + timedelta(hours=number)
        prices = (opened, max(opened, close) + reach, min(opened, close) - reach, close)
        first, high, low, last = (Price(D(f"{price:.8f}")) for price in prices)
        found.append(Bar("BTC/USD", at, at + timedelta(hours=1), first, high, low, last))
    return found


def straight(step: float, count: int = 200) -> list[Bar]:
    return bars_of([1_000 + step * number for number in range(count)])


def test_a_line_upwards_is_an_uptrend_and_a_line_downwards_a_downtrend() -> None:
    up, down = regime_of(straight(2)), regime_of(straight(-2))
    assert up is not None and down is not None
    assert (up.trend, down.trend) == (Trend.UP, Trend.DOWN)
    # On a line every EMA follows at the line's own slope: 10 bars × 2 over a range of 2 + 2.
    assert up.slope == D(5) and down.slope == D(-5)
    assert up.adx > 90 and not up.is_choppy
    # 14 bars of range 4 walk 56; they cover 14 × 2 and a half range at both ends, 30 in all.
    assert up.chop == D(f"{100 * math.log10(56 / 30) / math.log10(14):.2f}")
    assert (up.frame_s, up.bars, up.ended_at) == (3_600, 200, START + timedelta(hours=200))


def test_a_market_that_goes_to_and_fro_has_no_trend_and_chops() -> None:
    found = regime_of(bars_of([1_000 + (number % 2) * 3 for number in range(200)]))
    assert found is not None
    assert found.trend is Trend.FLAT and found.is_choppy and abs(found.slope) < D("0.1")


@pytest.mark.parametrize(
    ("last", "volatility", "percentile"),
    [(5.0, Volatility.WILD, D(100)), (0.2, Volatility.CALM, D(0)), (1.0, Volatility.NORMAL, None)],
)
def test_volatility_is_where_the_newest_range_stands_among_those_before(
    last: float, volatility: Volatility, percentile: Decimal | None
) -> None:
    def half(number: int) -> float:
        return last if number >= 186 else 1 + 0.3 * math.sin(number)

    found = regime_of(bars_of([1_000.0] * 200, half))
    assert found is not None
    assert found.volatility is volatility
    assert percentile is None or found.atr_percentile == percentile


def test_a_market_that_stands_still_is_flat_and_divides_nothing_by_zero() -> None:
    found = regime_of(bars_of([1_000.0] * 200, 0.0))
    assert found is not None
    assert (found.trend, found.slope, found.chop) == (Trend.FLAT, D(0), D(100))


def test_a_slope_without_strength_behind_it_is_no_trend() -> None:
    """Waves of eight bars on a slow climb: the average rises, but the market has turned too often."""
    waves = [1_000 + 2 * math.sin(2 * math.pi * number / 8) + 0.1 * number for number in range(200)]
    found = regime_of(bars_of(waves, 0.3))
    assert found is not None
    assert found.slope >= D("0.5") and found.adx < 20
    assert found.trend is Trend.FLAT


def test_too_few_bars_have_no_regime() -> None:
    assert regime_of([]) is None
    assert regime_of(straight(1, BARS_MIN - 1)) is None
    assert regime_of(straight(1, BARS_MIN)) is not None


@given(st.lists(st.floats(500, 1_500), min_size=BARS_MIN, max_size=BARS_MIN + 20), st.floats(0, 5))
def test_whatever_a_market_does_its_numbers_stay_in_their_bounds(closes: list[float], half: float) -> None:
    found = regime_of(bars_of(closes, half))
    assert found is not None
    assert 0 <= found.adx <= 100 and 0 <= found.atr_percentile <= 100 and 0 <= found.chop <= 100


@given(st.lists(st.floats(500, 1_500), min_size=BARS_MIN + 5, max_size=BARS_MIN + 20))
def test_a_regime_knows_nothing_of_what_comes_later(closes: list[float]) -> None:
    assert regime_of(bars_of(closes)[:-3]) == regime_of(bars_of(closes[:-3]))


class OneMarket:
    """Counts how often bars are asked for."""

    def __init__(self, bars: list[Bar]) -> None:
        self.all = bars
        self.asked = 0

    def bars(self, symbol: str, count: int) -> Sequence[Bar]:
        self.asked += 1
        assert count == BARS_READ
        return self.all


def test_a_regime_is_computed_at_most_once_a_minute() -> None:
    clock, market = HandClock(), OneMarket(straight(2))
    regimes = PriceRegimes(cast(MarketData, cast(Any, market)), clock)
    first = regimes.regime("BTC/USD")
    clock.advance(59)
    assert regimes.regime("BTC/USD") == first and market.asked == 1
    market.all = straight(-2)
    clock.advance(1)
    found = regimes.regime("BTC/USD")
    assert found is not None and found.trend is Trend.DOWN and market.asked == 2


def test_also_that_there_is_none_yet_is_looked_at_once_a_minute() -> None:
    clock, market = HandClock(), OneMarket([])
    regimes = PriceRegimes(cast(MarketData, cast(Any, market)), clock)
    assert regimes.regime("BTC/USD") is None and regimes.regime("BTC/USD") is None
    assert market.asked == 1
