"""Files replayed at full speed in virtual time, seen as a feed: instants stay what they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Print, Quote
from trading.feeds.feed import Sink
from trading.feeds.files import Series
from trading.feeds.merging import CLOSE, OPEN, AnySeries, Step, joined, merge
from trading.feeds.reading import SeriesKind

DAY_S = 86_400
DAILY_STALE_S = 5.0 * DAY_S


class FileFeed:
    """A `Feed` over series that somebody else drives: `steps()` gives what happens, `tell` says it.

    Args:
        series: quote and trade bars of one symbol are made one.
    """

    name = "files"
    gives_bars = True

    def __init__(self, series: Sequence[Series]) -> None:
        self._series: list[AnySeries] = joined(series)
        self._by_symbol = {one.symbol: one for one in reversed(self._series)}
        self._instruments = tuple(one.instrument for one in reversed(self._by_symbol.values()))
        kinds: dict[str, set[SeriesKind]] = {}
        for file in series:
            kinds.setdefault(file.symbol, set()).add(file.kind)
        self._prints_only = {symbol for symbol, known in kinds.items() if known == {SeriesKind.PRINTS}}

    def instruments(self) -> Sequence[Instrument]:
        """In the order of the files."""
        return self._instruments

    def want(self, symbol: str, sink: Sink) -> None:
        """Nothing is known before it is told."""

    def stale_after_s(self, symbol: str) -> float:
        """Twice the cadence of the series; daily bars last over a long weekend."""
        one = self._by_symbol.get(symbol)
        if one is None:
            return 0.0
        return DAILY_STALE_S if one.cadence_s >= DAY_S else 2.0 * one.cadence_s

    def is_open(self, symbol: str, at: datetime) -> bool:
        """By the session of the instrument. With daily bars always: there is nothing inside a day to trade
        at, so an order given at any hour waits for the next open, as a market-on-open order does."""
        one = self._by_symbol.get(symbol)
        return one is not None and (one.cadence_s >= DAY_S or one.instrument.session.is_open(at))

    def note(self, symbol: str) -> str:
        """Nothing: a replay's instants are the original ones."""
        return ""

    def steps(self) -> Iterator[Step]:
        """All steps of all series in order; see `merging.merge`."""
        return merge(*self._series)

    def tell(self, sink: Sink, step: Step) -> None:
        """Say a step: a bar's open as a quote, its end as the bar, ticks as they are; a print also as bid and
        ask where nothing else is known."""
        at, phase, event = step
        if phase == OPEN and isinstance(event, Bar):
            ask = event.open if event.ask_open is None else event.ask_open
            bid = event.open
            if bid > ask:
                bid, ask = ask, bid
            sink.take(Quote(event.symbol, bid, ask, at, event.bid_size, event.ask_size, event.source))
        else:
            assert phase == CLOSE or not isinstance(event, Bar)
            if isinstance(event, Print) and event.symbol in self._prints_only:
                sink.take(Quote(event.symbol, event.price, event.price, at, None, None, event.source))
            sink.take(event)

    def notes(self) -> list[str]:
        """Sentences about what the files had: gaps, repeated rows."""
        return [note for one in self._series for note in one.notes()]

    async def run(self, sink: Sink) -> None:
        """Nothing comes by itself."""
