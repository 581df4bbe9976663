"""Series of real prices from CSV files: opened by a look at the beginning, read as a stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path

from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Print, Quote
from trading.feeds import rows, ticks
from trading.feeds.catalogue import instrument_for
from trading.feeds.checks import Checks, Tally
from trading.feeds.naming import symbol_of
from trading.feeds.problems import DataProblem
from trading.feeds.reading import SeriesKind, blocks, kind_of

MarketEvent = Quote | Print | Bar

PROBE_ROWS = 10_000
"""Rows from which cadence and decimals are judged."""
TICK_CADENCE_S = 30
"""Prints and quotes come when they come: their prices are stale after twice this."""
LONE_CADENCE_S = 60
DAY_S = 86_400

_PRICE_COLUMNS = {
    SeriesKind.TRADE_BARS: slice(1, 5),
    SeriesKind.DAILY_BARS: slice(1, 5),
    SeriesKind.QUOTE_BARS: slice(1, 9),
    SeriesKind.SIZED_QUOTE_BARS: slice(1, 5),
    SeriesKind.PRINTS: slice(2, 3),
    SeriesKind.QUOTES: slice(1, 3),
    SeriesKind.SIZED_QUOTES: slice(1, 2),
}
_TICKS = (SeriesKind.PRINTS, SeriesKind.QUOTES, SeriesKind.SIZED_QUOTES)


class Series:
    """The prices of one file. Iterate as often as you like; memory stays bounded.

    Attributes:
        symbol, instrument: what it is about.
        kind: what a row is.
        cadence_s: seconds from one bar to the next, the most frequent step (the smaller one of equals).
        first_at: the instant of the first row.
        tally: what the last iteration met so far.
    """

    def __init__(
        self,
        path: Path,
        symbol: str,
        instrument: Instrument,
        kind: SeriesKind,
        cadence_s: int,
        first_at: datetime,
        columns: int,
    ) -> None:
        self.path = path
        self.symbol = symbol
        self.instrument = instrument
        self.kind = kind
        self.cadence_s = cadence_s
        self.first_at = first_at
        self.tally = Tally()
        self._columns = columns

    @property
    def is_bars(self) -> bool:
        """Whether the rows are bars."""
        return self.kind not in _TICKS

    @property
    def has_quotes(self) -> bool:
        """Whether bid and ask are known."""
        return self.kind not in (SeriesKind.TRADE_BARS, SeriesKind.DAILY_BARS, SeriesKind.PRINTS)

    def __iter__(self) -> Iterator[MarketEvent]:
        """The events in order.

        Raises:
            DataProblem: at the row that cannot be used; what came before it was right.
        """
        self.tally = Tally()
        checks = Checks(self.path.name, self.cadence_s, self.tally)
        numbered = _numbered(self.path)
        match self.kind:
            case SeriesKind.TRADE_BARS:
                return rows.trade_bars(numbered, checks, self.symbol)
            case SeriesKind.DAILY_BARS:
                return rows.daily_bars(numbered, checks, self.symbol)
            case SeriesKind.QUOTE_BARS | SeriesKind.SIZED_QUOTE_BARS:
                sized = self.kind is SeriesKind.SIZED_QUOTE_BARS
                return rows.quote_bars(numbered, checks, self.symbol, sized)
            case SeriesKind.PRINTS:
                return ticks.prints(numbered, checks, self.symbol)
            case SeriesKind.QUOTES | SeriesKind.SIZED_QUOTES:
                sized = self.kind is SeriesKind.SIZED_QUOTES
                return ticks.quotes(numbered, checks, self.symbol, self._columns, sized)

    def bars(self) -> Iterator[Bar]:
        """The bars in order; nothing when the rows are ticks."""
        return (event for event in self if isinstance(event, Bar))

    def notes(self) -> list[str]:
        """Sentences about what the last iteration met and took in its stride."""
        met, name = self.tally, self.path.name
        notes = []
        if met.gaps:
            notes.append(
                f"{name}: {_count(met.gaps, 'gap')}, {_count(met.missing, 'bar')} missing, "
                f"the longest {_span(met.longest_s)}."
            )
        if met.duplicates:
            notes.append(f"{name}: {_count(met.duplicates, 'repeated row')} skipped.")
        if met.crossed:
            notes.append(f"{name}: {_count(met.crossed, 'row')} with crossed bid and ask left out.")
        return notes


def open_series(path: Path | str, symbol: str = "", instrument: Instrument | None = None) -> Series:
    """Look at the beginning of a file and say what it is.

    Args:
        path: CSV or CSV.gz with one of the known headers.
        symbol: overrides the one in the file's name.
        instrument: overrides the one of the catalogue.

    Raises:
        DataProblem: unreadable, not_gzip, header, not_prices, empty, symbol.
    """
    path = Path(path)
    source = (line for block in blocks(path) for line in block)
    header = next(source, "")
    kind = kind_of(path, header)
    probe = [line.strip().split(",") for line in islice(source, PROBE_ROWS) if line.strip()]
    source.close()
    if not probe:
        raise DataProblem("empty", f"{path.name} has no rows: give a file with at least one row.")
    symbol = symbol.strip().upper() or symbol_of(path)
    first_at = _first_at(path, kind, probe[0][0])
    if instrument is None:
        instrument = instrument_for(symbol, decimals=_decimals(probe, _PRICE_COLUMNS[kind]), at=first_at)
    return Series(path, symbol, instrument, kind, _cadence_s(kind, probe), first_at, header.count(",") + 1)


def _numbered(path: Path) -> Iterator[tuple[int, list[str]]]:
    before = 0
    for block in blocks(path):
        size = len(block)
        if before == 0:
            yield 1, block[1:]
        else:
            yield before, block
        before += size


def _first_at(path: Path, kind: SeriesKind, text: str) -> datetime:
    checks = Checks(path.name, LONE_CADENCE_S, Tally())
    if kind is SeriesKind.DAILY_BARS:
        day = checks.day(2, text)
        return datetime.combine(day, rows.DAY_OPENS, rows.NEW_YORK).astimezone(UTC)
    return checks.instant(2, checks.ms(2, text))


def _cadence_s(kind: SeriesKind, probe: list[list[str]]) -> int:
    if kind is SeriesKind.DAILY_BARS:
        return DAY_S
    if kind in _TICKS:
        return TICK_CADENCE_S
    # What is no number is judged when its line is read, with its line number.
    stamps = [int(row[0]) for row in probe if row[0].isdecimal()]
    steps = Counter(later - earlier for earlier, later in pairwise(stamps))
    forward = [(-count, step) for step, count in steps.items() if step >= 1000]
    return min(forward)[1] // 1000 if forward else LONE_CADENCE_S


def _decimals(probe: list[list[str]], columns: slice) -> int:
    texts = (text for row in probe for text in row[columns])
    return max((len(text.rpartition(".")[2].rstrip("0")) for text in texts if "." in text), default=0)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _span(seconds: float) -> str:
    for unit, size in (("days", DAY_S), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"
