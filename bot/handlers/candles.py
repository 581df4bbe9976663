"""From the market's bars to the candles of a picture: pure, and nothing is invented.

A stretch without bars has no candle. Bars of quotes are their bid side, as everywhere on this desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.painting import DAY, Candle, Swing
from trading.domain.market import Bar, Quote
from trading.domain.money import HUNDRED
from trading.frames import FRAMES, joined, span_of

CANDLES_MAX = 120
"""As many as can be told apart on a phone."""


def fitting_frame(bars: Sequence[Bar], frames: Sequence[str]) -> str:
    """The finest of at least one frame in which all of the bars fit into a picture; else the coarsest."""
    base = span_of(bars)
    for name in frames:
        if len(bars) * base <= CANDLES_MAX * FRAMES[name]:
            return name
    return frames[-1]


def candles_of(bars: Iterable[Bar], span: timedelta) -> list[Candle]:
    """Candles of `span` from bars, oldest first, none of which is longer."""
    return [
        Candle(bar.at, bar.ends_at, bar.open, bar.high, bar.low, bar.close, bar.volume)
        for bar in joined(bars, span)
    ]


def with_quote(candles: Sequence[Candle], quote: Quote | None, known_until: datetime) -> list[Candle]:
    """The candles with the newest price in the last of them, or in a new one: what trades now is seen now.

    Args:
        candles: at least one.
        quote: the newest price; one that is not newer than the bars changes nothing.
        known_until: where the bars end.
    """
    found = list(candles)
    if quote is None or quote.at <= known_until:
        return found
    last, price = found[-1], quote.bid
    if quote.at < last.ends_at:
        high, low = max(last.high, price), min(last.low, price)
        found[-1] = replace(last, high=high, low=low, close=price)
        return found
    span = last.ends_at - last.at
    start = last.ends_at + (quote.at - last.ends_at) // span * span
    found.append(Candle(start, start + span, price, price, price, price))
    return found


def swing_of(bars: Sequence[Bar], quote: Quote | None) -> Swing | None:
    """How the price went in the 24 hours up to the newest one, or since the first bar when less is known.

    None while there is no bar, or nothing to compare with.
    """
    if not bars:
        return None
    last, end = bars[-1].close, bars[-1].ends_at
    if quote is not None and quote.at > end:
        last, end = quote.bid, quote.at
    start = end - DAY
    inside = [bar for bar in bars if bar.ends_at > start]
    before = bars[len(bars) - len(inside) - 1] if len(inside) < len(bars) else None
    first = before.close if before is not None else bars[0].open
    span = DAY if before is not None else min(end - bars[0].at, DAY)
    if not first:
        return None
    high = max([last, *(bar.high for bar in inside)])
    low = min([last, *(bar.low for bar in inside)])
    return Swing(span, (last - first) / first * HUNDRED, Decimal(high), Decimal(low))
