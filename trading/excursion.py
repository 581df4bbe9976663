"""How far the price went a position's way and against it while it was held: MFE and MAE.

Sweeney, "Maximum Adverse Excursion" (1997). Prices between fills are not written down, so this is answered
from the bars that the market still remembers, and not at all where they do not reach back far enough.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from trading.domain.market import Bar
from trading.domain.money import ZERO
from trading.row import ClosedRow


class Excursion(NamedTuple):
    """The largest moves from the average entry price, unsigned, in money for the whole quantity: `best` the
    position's way (MFE), `worst` against it (MAE). Before fees. What happened in bars that were not wholly
    inside the holding time is not known, so both may have been larger, never smaller."""

    best: Decimal
    worst: Decimal


def excursion_of(row: ClosedRow, bars: Sequence[Bar]) -> Excursion | None:
    """MFE and MAE from the bars of its symbol, oldest first; None when they do not cover its life.

    Counted are the average entry and exit price, and the highs and lows of bars that begin at or after its
    first fill and end at or before its last.
    """
    if not bars or bars[0].at > row.opened_at or _reach(bars) < row.closed_at:
        return None
    highest = max(row.entry_price, row.exit_price)
    lowest = min(row.entry_price, row.exit_price)
    for at in range(bisect_left(bars, row.opened_at, key=_begin), len(bars)):
        bar = bars[at]
        if bar.ends_at > row.closed_at:
            break
        highest, lowest = max(highest, bar.high), min(lowest, bar.low)
    up, down = highest - row.entry_price, row.entry_price - lowest
    best, worst = (up, down) if row.is_long else (down, up)
    scale = row.quantity * row.multiplier
    return Excursion(max(best, ZERO) * scale, max(worst, ZERO) * scale)


def _begin(bar: Bar) -> datetime:
    return bar.at


def _reach(bars: Sequence[Bar]) -> datetime:
    """Until when the bars say something: the bar that runs now is not closed yet, and not among them."""
    last = bars[-1]
    return last.ends_at + (last.ends_at - last.at)
