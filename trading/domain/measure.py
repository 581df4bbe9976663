"""What an alert may be about: a price, an indicator of closed bars, the result of a position or of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.money import HUNDRED, ZERO

BARS_READ = 250
"""History that is read at least: smoothing after Wilder forgets its seed after many times its length only."""
LENGTH_MAX = 200
"""Bars that an indicator may look back over: the history that is kept gives no more."""


class Measure(StrEnum):
    """What is compared with the level of an alert."""

    PRICE = "price"  # the mid price, in quote currency per unit
    INDICATOR = "indicator"  # an indicator at the end of the newest closed bar
    POSITION = "position"  # the unrealised result of what is held in the symbol, in its currency
    DAY = "day"  # the account's result since midnight UTC, deposits not counted, in its currency


class Indicator(Struct, frozen=True):
    """An indicator with its lengths in bars, and how long those bars are: `rsi(14,1h)`."""

    name: str
    lengths: tuple[int, ...]
    frame_s: int


class Reading(Struct, frozen=True):
    """An indicator at the end of the newest closed bar, and where the first bar begins that it is computed
    from (None: older bars may still be found, so that this is no beginning to stay with)."""

    value: Decimal
    anchored_at: datetime | None


class IndicatorKind(Struct, frozen=True):
    """What must be known of an indicator without computing it.

    `lengths` are the usual ones, the longest of them last when there are two. `bars` and `shift`: the first
    value needs `bars` times the longest length plus `shift` closed bars. `lowest` and `highest` bound it
    (None: nothing does); `is_price`: it is in quote currency per unit and lies where the price does.
    """

    lengths: tuple[int, ...]
    bars: int = 1
    shift: int = 0
    lowest: Decimal | None = None
    highest: Decimal | None = None
    is_price: bool = False

    def needed(self, lengths: tuple[int, ...]) -> int:
        """How many closed bars the first value takes."""
        return self.bars * max(lengths) + self.shift

    def steps(self, lengths: tuple[int, ...]) -> int:
        """By how many bars the beginning of its series moves, once twice as many have come."""
        return max(BARS_READ, self.needed(lengths))


INDICATORS: Mapping[str, IndicatorKind] = {
    "rsi": IndicatorKind((14,), shift=1, lowest=ZERO, highest=HUNDRED),
    "adx": IndicatorKind((14,), bars=2, lowest=ZERO, highest=HUNDRED),
    "cci": IndicatorKind((20,)),
    "roc": IndicatorKind((10,), shift=1),
    "atr": IndicatorKind((14,), shift=1, lowest=ZERO),
    "sma": IndicatorKind((20,), is_price=True),
    "ema": IndicatorKind((20,), is_price=True),
    "upper": IndicatorKind((20,), is_price=True),
    "lower": IndicatorKind((20,), is_price=True),
    "macd": IndicatorKind((12, 26), shift=8),
    "over_sma": IndicatorKind((20,)),
    "over_ema": IndicatorKind((20,)),
    "over_upper": IndicatorKind((20,)),
    "over_lower": IndicatorKind((20,)),
}
"""Every indicator that an alert may be about, by its name; `trading.indicators` computes them."""

OVER = "over_"
"""Begins the name of how far a bar's close lies over a line that moves (below 0: under it), in quote currency
per unit: `btc > ema(50,1h)` is `over_ema(50,1h)` above 0."""


def line_of(indicator: Indicator) -> Indicator | None:
    """The line that a close is compared with; None for an indicator that stands for itself."""
    if not indicator.name.startswith(OVER):
        return None
    return Indicator(indicator.name.removeprefix(OVER), indicator.lengths, indicator.frame_s)
