"""From the market's bars to the candles of a longer time frame: pure, and nothing is invented.

A stretch without bars has no candle. Candles begin on round instants of UTC; a day is a day of UTC. Bars of
quotes are their bid side, as everywhere on this desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.frames import FRAMES
from bot.conversation.painting import DAY, Candle, Swing
from trading.domain.market import Bar, Quote
from trading.domain.money import HUNDRED

CANDLES_MAX = 120
"""As many as can be told apart on a phone."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def span_of(bars: Sequence[Bar]) -> timedelta:
    """How long these bars are: the shortest of at least one (a day on which clocks change is longer)."""
    return min(bar.ends_at - bar.at for bar in bars)


def frames_of(base: timedelta) -> list[str]:
    """The time frames that bars of `base` fill evenly, finest first; none when they are longer than a day.

    A day holds whatever is shorter: bars of a stock's session (6 h 30 min) are days.
    """
    return [name for name, span in FRAMES.items() if span >= base and (not span % base or span == DAY)]


def fitting_frame(bars: Sequence[Bar], frames: Sequence[str]) -> str:
    """The finest of at least one frame in which all of the bars fit into a picture; else the coarsest."""
    base = span_of(bars)
    for name in frames:
        if len(bars) * base <= CANDLES_MAX * FRAMES[name]:
            return name
    return frames[-1]


def candles_of(bars: Iterable[Bar], span: timedelta) -> list[Candle]:
    """Candles of `span` from bars, oldest first, none of which is longer.

    A bar belongs to the candle in which it begins. The first candle is left out when its beginning is not
    known, unless there is no other: its open would not be an open.
    """
    groups: dict[datetime, list[Bar]] = {}
    for bar in bars:
        start = bar.at if bar.ends_at - bar.at == span else _begin(bar.at, span)
        groups.setdefault(start, []).append(bar)
    found = [_joined(start, span, group) for start, group in groups.items()]
    if len(found) < 2:
        return found
    first = groups[found[0].at][0]
    is_whole = first.at - found[0].at < first.ends_at - first.at
    return found if is_whole else found[1:]


def _begin(at: datetime, span: timedelta) -> datetime:
    return at - (at - _EPOCH) % span


def _joined(start: datetime, span: timedelta, bars: Sequence[Bar]) -> Candle:
    traded = [bar.volume for bar in bars if bar.volume is not None]
    return Candle(
        start,
        start + span,
        bars[0].open,
        max(bar.high for bar in bars),
        min(bar.low for bar in bars),
        bars[-1].close,
        sum(traded, Decimal(0)) if traded else None,
    )


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
