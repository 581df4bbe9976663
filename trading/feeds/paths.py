"""The way of the price through one bar, for playing bars as if they were live."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.domain.money import Price

POINTS_MIN = 4


def path(bar: Bar, instrument: Instrument, points: int) -> Iterator[Quote]:
    """Quotes at `points` evenly spaced instants of the bar, the first at its beginning.

    Open, then the extreme nearer to it, the other extreme, close; between them straight lines on the tick
    grid. Nothing lies outside of [low, high], and all four prices are met exactly. Without quotes in the
    source, bid and ask are both the price.
    """
    points = max(POINTS_MIN, points)
    last = points - 1
    knots = (0, last // 3, 2 * last // 3, last)
    nearer_is_high = bar.high - bar.open <= bar.open - bar.low
    bids = _knot_values(bar.open, bar.high, bar.low, bar.close, nearer_is_high)
    asks = bids
    if bar.ask_open is not None:
        assert bar.ask_high is not None
        assert bar.ask_low is not None
        assert bar.ask_close is not None
        asks = _knot_values(bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close, nearer_is_high)
    step = (bar.ends_at - bar.at) / points
    for index in range(points):
        bid = _between(index, knots, bids, instrument)
        ask = bid if asks is bids else _between(index, knots, asks, instrument)
        # The two sides of a bar need not be of one instant and may cross: then the worse for who trades.
        yield Quote(
            bar.symbol,
            min(bid, ask),
            max(bid, ask),
            bar.at + step * index,
            bar.bid_size,
            bar.ask_size,
            bar.source,
        )


def closing_quote(bar: Bar) -> Quote:
    """What the end of a bar says: its close as bid and ask, the worse way round where the sides cross."""
    ask = bar.close if bar.ask_close is None else bar.ask_close
    return Quote(
        bar.symbol,
        min(bar.close, ask),
        max(bar.close, ask),
        bar.ends_at,
        bar.bid_size,
        bar.ask_size,
        bar.source,
    )


def _knot_values(o: Price, h: Price, lo: Price, cl: Price, nearer_is_high: bool) -> tuple[Price, ...]:
    return (o, h, lo, cl) if nearer_is_high else (o, lo, h, cl)


def _between(index: int, knots: tuple[int, ...], values: tuple[Price, ...], instrument: Instrument) -> Price:
    if index in knots:
        return values[knots.index(index)]
    leg = next(number for number in range(3) if knots[number] < index < knots[number + 1])
    start, end = values[leg], values[leg + 1]
    part = Decimal(index - knots[leg]) / Decimal(knots[leg + 1] - knots[leg])
    price = instrument.price_nearest(start + (end - start) * part)
    return Price(min(max(price, min(start, end)), max(start, end)))
