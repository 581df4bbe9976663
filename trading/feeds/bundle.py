"""The bundled selection of real prices: what it holds, without opening the files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec.structs import replace

from trading.domain.market import Bar
from trading.feeds.catalogue import instrument_for
from trading.feeds.files import Series
from trading.feeds.merging import AnySeries, JoinedSeries, joined
from trading.feeds.reading import SeriesKind
from trading.feeds.tapes import WEEK, Tape

FOLDER = Path(__file__).parent / "bundled"


class BundledFile(msgspec.Struct, frozen=True):
    """One line of the manifest: what a file holds, where it comes from, and its hash."""

    symbol: str
    file: str
    kind: SeriesKind
    cadence_s: int
    decimals: int
    columns: int
    first_at: datetime
    ends_at: datetime
    rows: int
    loop: bool
    zone: str
    source: str
    part: str
    licence: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return FOLDER / self.file

    def series(self) -> Series:
        """The file as a series; it is opened when it is read."""
        instrument = instrument_for(self.symbol, decimals=self.decimals, at=self.first_at)
        return Series(
            self.path, self.symbol, instrument, self.kind, self.cadence_s, self.first_at, self.columns
        )


def manifest() -> list[BundledFile]:
    """What is bundled, in the order in which it is shown."""
    return msgspec.json.decode((FOLDER / "manifest.json").read_bytes(), type=list[BundledFile])


def bundled_tapes(symbols: Sequence[str] = ()) -> list[Tape]:
    """Tapes of the bundled symbols (all of them when none is named), quote and trade bars joined."""
    files = [entry for entry in manifest() if not symbols or entry.symbol in symbols]
    extents = {entry.symbol: entry for entry in reversed(files)}
    return [_tape(one, extents[one.symbol]) for one in joined([entry.series() for entry in files])]


def _tape(series: AnySeries, extent: BundledFile) -> Tape:
    return Tape(series, extent.first_at, extent.ends_at, extent.loop)


def tape_of(series: Series | JoinedSeries, loop: bool | None = None) -> Tape:
    """A tape of any series; reads it once to find its end.

    Args:
        series: what to play.
        loop: None = only when the market never closes and the series is shorter than a week.

    Raises:
        DataProblem: at the row that cannot be used.
    """
    ends_at = series.first_at
    for event in series:
        ends_at = event.ends_at if isinstance(event, Bar) else event.at
    tape = Tape(series, series.first_at, ends_at, loop=bool(loop))
    if loop is None and tape.never_closes and ends_at - series.first_at < WEEK:
        return replace(tape, loop=True)
    return tape
