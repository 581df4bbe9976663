"""What an entry that an opinion forbade would have brought: its exits, walked over the candles that came.

Pure. Of a candle that touches the stop and the target the stop counts; a gap fills at the open; no fees. What
no exit ended stands at the last close.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from trading.domain.exits import LevelKind
from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.profiles.profile import Kept


class Forgone(NamedTuple):
    """The result in quote currency before fees, and whether no exit has ended it yet."""

    result: Decimal
    is_open: bool


def forgone(kept: Kept, instrument: Instrument, candles: Sequence[Bar]) -> Forgone | None:
    """None where it was not worked out what the entry would have been, or nobody knows the candles behind it
    from the first one on."""
    if kept.card is None or kept.price is None or kept.quantity is None or kept.exits is None:
        return None
    after = [bar for bar in candles if bar.at >= kept.closed_at]
    if not after or candles[0].at >= kept.closed_at:
        return None
    side, worth = (1 if kept.card.side > 0 else -1), kept.quantity * instrument.multiplier
    left_at = _left_at(kept, side, after)
    price = after[-1].close if left_at is None else left_at
    return Forgone(side * (price - kept.price) * worth, left_at is None)


def _left_at(kept: Kept, side: int, bars: Sequence[Bar]) -> Decimal | None:
    """The price at which the first exit ends it."""
    exits = kept.exits
    assert exits is not None and kept.price is not None
    stop = exits.stop.value if exits.stop is not None else None
    target = exits.targets[0].level.value if exits.targets else None
    trail = exits.trail.distance if exits.trail is not None else None
    best = kept.price
    for bar in bars:
        if exits.exit_at is not None and bar.at >= exits.exit_at:
            return bar.open
        levels = [stop] if stop is not None else []
        if trail is not None and trail.kind is LevelKind.PRICE:
            levels.append(best - side * trail.value)
        worst, kindest = (bar.low, bar.high) if side > 0 else (bar.high, bar.low)
        nearest = max(levels, key=lambda level: side * level, default=None)
        if nearest is not None and side * (worst - nearest) <= 0:
            return bar.open if side * (bar.open - nearest) <= 0 else nearest
        if target is not None and side * (kindest - target) >= 0:
            return bar.open if side * (bar.open - target) >= 0 else target
        best = max(best, kindest, key=lambda price: side * price)
    return None
