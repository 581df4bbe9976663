"""The regime of a market, from closed bars alone: where it goes, how far it moves, whether it chops.

Trend: the change of EMA(50) over ten bars in average ranges, believed when ADX(14) says that there is one.
Volatility: where the average range of now stands among those of the last hundred bars. Chop: the choppiness
index, the ranges of 14 bars against the stretch that they covered together.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from trading.domain.market import Bar
from trading.domain.measure import Indicator
from trading.domain.money import HUNDRED, ZERO
from trading.opinions import Regime, Trend, Volatility
from trading.ports import Clock, MarketData

SLOW = 50
LENGTH = 14
SLOPE_BARS = 10
PAST_BARS = 100
BARS_MIN = SLOW + SLOPE_BARS + LENGTH
BARS_READ = 250
ADX_TREND = Decimal(20)
SLOPE_TREND = Decimal("0.5")
CALM_BELOW, WILD_FROM = Decimal(20), Decimal(80)
CHOPPY_FROM = Decimal("61.8")
REFRESH_S = 60.0
SYMBOLS_MAX = 500
_DIGITS = Decimal("0.01")


def regime_of(bars: Sequence[Bar]) -> Regime | None:
    """What these closed bars of one symbol say, oldest first; None while there are fewer than 74."""
    if len(bars) < BARS_MIN:
        return None
    # Imported here: numpy and TA-Lib are not needed before the first regime is.
    from trading.indicators import measured

    slow = Indicator("ema", (SLOW,), 0)
    now, before = measured(bars, slow), measured(bars[:-SLOPE_BARS], slow)
    adx = measured(bars, Indicator("adx", (LENGTH,), 0))
    if now is None or before is None or adx is None:
        return None
    ranges = _ranges(bars)
    averages = [sum(ranges[end - LENGTH : end], ZERO) / LENGTH for end in range(LENGTH, len(ranges) + 1)]
    slope = (now - before) / averages[-1] if averages[-1] else ZERO
    percentile = _percentile(averages[-PAST_BARS:])
    chop = _chop(bars[-LENGTH:], sum(ranges[-LENGTH:], ZERO))
    newest = bars[-1]
    return Regime(
        newest.symbol,
        _trend(slope, adx),
        _volatility(percentile),
        chop >= CHOPPY_FROM,
        _short(slope),
        _short(adx),
        _short(percentile),
        _short(chop),
        len(bars),
        int((newest.ends_at - newest.at).total_seconds()),
        newest.ends_at,
    )


def _ranges(bars: Sequence[Bar]) -> list[Decimal]:
    """True ranges: how far each bar reached, the jump from the close before it included."""
    found = []
    for earlier, bar in pairwise(bars):
        found.append(max(bar.high, earlier.close) - min(bar.low, earlier.close))
    return found


def _percentile(averages: Sequence[Decimal]) -> Decimal:
    """The share of the past, in percent, whose range was smaller than the newest."""
    past = sorted(averages[:-1])
    return HUNDRED * bisect_left(past, averages[-1]) / len(past)


def _chop(bars: Sequence[Bar], walked: Decimal) -> Decimal:
    """Choppiness index (E. W. Dreiss): 100 when the market walked far and came nowhere, 0 for a straight
    line."""
    span = max(bar.high for bar in bars) - min(bar.low for bar in bars)
    if span <= ZERO or walked <= ZERO:
        return HUNDRED
    value = 100 * math.log10(float(walked / span)) / math.log10(len(bars))
    return Decimal(f"{min(max(value, 0.0), 100.0):.6f}")


def _trend(slope: Decimal, adx: Decimal) -> Trend:
    if adx < ADX_TREND or abs(slope) < SLOPE_TREND:
        return Trend.FLAT
    return Trend.UP if slope > ZERO else Trend.DOWN


def _volatility(percentile: Decimal) -> Volatility:
    if percentile < CALM_BELOW:
        return Volatility.CALM
    return Volatility.WILD if percentile >= WILD_FROM else Volatility.NORMAL


def _short(value: Decimal) -> Decimal:
    return value.quantize(_DIGITS) + ZERO


class PriceRegimes:
    """`trading.opinions.Regimes`: looked at again after a minute at the earliest."""

    def __init__(self, market: MarketData, clock: Clock) -> None:
        self._market = market
        self._clock = clock
        self._kept: dict[str, tuple[float, Regime | None]] = {}

    def regime(self, symbol: str) -> Regime | None:
        """As the newest closed bars had it at most a minute ago."""
        now_s = self._clock.elapsed_s()
        kept = self._kept.get(symbol)
        if kept is not None and now_s - kept[0] < REFRESH_S:
            return kept[1]
        found = regime_of(self._market.bars(symbol, BARS_READ))
        self._kept.pop(symbol, None)
        self._kept[symbol] = (now_s, found)
        while len(self._kept) > SYMBOLS_MAX:
            del self._kept[next(iter(self._kept))]
        return found

    def bars_needed(self) -> int:
        """How many closed bars the first answer takes."""
        return BARS_MIN
