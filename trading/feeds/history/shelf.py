"""What the cache's index says of each series: its files, whose bars they are, and what a source had not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from trading.feeds.history.candles import Ints, Key

RUNS_SHOWN = 200
"""Sources that take turns bar by bar are told as so many stretches at most."""


class Run(Struct, frozen=True):
    """Bars in a row that one source gave."""

    source: str
    first_ms: int
    last_ms: int
    bars: int


class YearFile(Struct, frozen=True):
    """One file: the bars that open in one year (UTC)."""

    year: int
    file: str
    bytes: int
    crc: int
    bars: int
    runs: tuple[Run, ...]


class Silence(Struct, frozen=True):
    """A stretch that a source was asked about and had nothing of: nobody asks it again."""

    source: str
    begins_ms: int
    ends_ms: int


class Shelf(Struct, frozen=True):
    """One series in the cache."""

    key: Key
    files: tuple[YearFile, ...] = ()
    silences: tuple[Silence, ...] = ()

    @property
    def bars(self) -> int:
        """How many there are."""
        return sum(one.bars for one in self.files)

    @property
    def first_ms(self) -> int:
        """When the first bar opens."""
        return self.files[0].runs[0].first_ms

    @property
    def last_ms(self) -> int:
        """When the last bar opens."""
        return self.files[-1].runs[-1].last_ms

    @property
    def runs(self) -> list[Run]:
        """Whose bars they are, stretch by stretch."""
        found: list[Run] = []
        for run in (run for one in self.files for run in one.runs):
            if found and found[-1].source == run.source:
                before = found[-1]
                found[-1] = Run(run.source, before.first_ms, run.last_ms, before.bars + run.bars)
            else:
                found.append(run)
        return found


def runs_of(at_ms: Ints, sources: Ints, names: Sequence[str]) -> tuple[Run, ...]:
    """Stretches of one source each."""
    edges = np.flatnonzero(np.diff(sources)) + 1
    begins, ends = [0, *edges.tolist()], [*edges.tolist(), len(at_ms)]
    if len(begins) > RUNS_SHOWN:
        mixed = "+".join(sorted({names[int(one)] for one in sources}))
        return (Run(mixed, int(at_ms[0]), int(at_ms[-1]), len(at_ms)),)
    return tuple(
        Run(names[int(sources[begin])], int(at_ms[begin]), int(at_ms[end - 1]), end - begin)
        for begin, end in zip(begins, ends, strict=True)
    )
