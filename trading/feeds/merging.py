"""Several series as one stream of market steps in the order in which the world heard of them."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from msgspec.structs import replace

from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.feeds.files import MarketEvent, Series

CLOSE = 0
"""A bar has ended: everything in it is known now."""
TICK = 1
"""A print or a quote."""
OPEN = 2
"""A bar begins: only its open (and ask_open) may be known."""

Step = tuple[datetime, int, MarketEvent]
"""Instant, phase, event. Between TICK and OPEN of one instant is where chat lines of that instant belong:
they see what closed at or before them and trade at what opens then."""


class AnySeries(Protocol):
    """What can be merged."""

    symbol: str
    instrument: Instrument
    cadence_s: int

    def __iter__(self) -> Iterator[MarketEvent]: ...

    def notes(self) -> list[str]:
        """Sentences about what the last iteration met."""
        ...


class JoinedSeries:
    """Quote bars with the volume of the trade bars of the same symbol and cadence.

    Trade bars without a quote bar are left out; quote bars without a trade bar keep an unknown volume.
    """

    def __init__(self, quote_bars: Series, trade_bars: Series) -> None:
        self.symbol = quote_bars.symbol
        self.instrument = quote_bars.instrument
        self.cadence_s = quote_bars.cadence_s
        self.kind = quote_bars.kind
        self.first_at = quote_bars.first_at
        self._quote_bars = quote_bars
        self._trade_bars = trade_bars

    def __iter__(self) -> Iterator[Bar]:
        trades = self._trade_bars.bars()
        trade = next(trades, None)
        for bar in self._quote_bars.bars():
            while trade is not None and trade.at < bar.at:
                trade = next(trades, None)
            yield replace(bar, volume=trade.volume) if trade is not None and trade.at == bar.at else bar

    def notes(self) -> list[str]:
        """Sentences about both files."""
        return self._quote_bars.notes() + self._trade_bars.notes()


def joined(series: Sequence[Series]) -> list[AnySeries]:
    """The same series, quote and trade bars of one symbol and cadence made one; order kept."""
    rest: list[AnySeries] = []
    volumes = {(s.symbol, s.cadence_s): s for s in series if s.is_bars and not s.has_quotes}
    used = set()
    for one in series:
        key = (one.symbol, one.cadence_s)
        if one.is_bars and one.has_quotes and key in volumes and key not in used:
            used.add(key)
            rest.append(JoinedSeries(one, volumes[key]))
        else:
            rest.append(one)
    return [s for s in rest if not any(s is volumes[key] for key in used)]


def merge(*series: AnySeries) -> Iterator[Step]:
    """All steps of all series in time order; at equal instants closes, then ticks, then opens, and within
    those the order of the arguments. Each bar gives two steps: OPEN at `at`, CLOSE at `ends_at`.

    Raises:
        DataProblem: at the row that cannot be used.
    """
    if len(series) == 1:
        yield from _steps(series[0])
        return
    heap: list[tuple[datetime, int, int, MarketEvent, Iterator[Step]]] = []
    for index, one in enumerate(series):
        steps = _steps(one)
        first = next(steps, None)
        if first is not None:
            heap.append((first[0], first[1], index, first[2], steps))
    heapq.heapify(heap)
    while heap:
        at, phase, index, event, steps = heap[0]
        yield at, phase, event
        following = next(steps, None)
        if following is None:
            heapq.heappop(heap)
        else:
            # No two entries share an index, so that events and iterators are never compared.
            heapq.heapreplace(heap, (following[0], following[1], index, following[2], steps))


def _steps(series: AnySeries) -> Iterator[Step]:
    for event in series:
        if isinstance(event, Bar):
            yield event.at, OPEN, event
            yield event.ends_at, CLOSE, event
        else:
            yield event.at, TICK, event
