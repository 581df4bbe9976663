"""Fills what a series lacks from a source, asks for nothing twice, and keeps what came before a break."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Protocol

from msgspec import Struct

from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.feeds.catalogue import instrument_for
from trading.feeds.history.cache import Added, HistoryCache
from trading.feeds.history.candles import Key, candles_of
from trading.feeds.history.holes import Hole, between, holes
from trading.feeds.history.shelf import Shelf, Silence
from trading.strategies.bars import instant

KEPT_EVERY = 20_000
"""So many bars are gathered before a file is written anew."""


class BarSource(Protocol):
    """Where past bars come from: an exchange's public candles, a venue's adapter."""

    name: str

    def bars(self, symbol: str, frame_s: int, since_ms: int, until_ms: int) -> AsyncIterator[Sequence[Bar]]:
        """Closed bars that open from `since_ms` on and before `until_ms`, in pages, oldest first.
        Raises FeedLost."""
        ...


class Filled(Struct, frozen=True):
    """What filling has done: bars that were missing before and after, those that came, those that a source
    said otherwise (left as they were), and since when the source has bars at all (0: it gave none)."""

    missing: int
    came: int
    left: int
    differing: int = 0
    reaches_ms: int = 0


def lacking(
    shelf: Shelf | None, at_ms: Sequence[int], key: Key, since_ms: int, until_ms: int, source: str
) -> list[Hole]:
    """The stretches to ask for: before the first bar, between bars, behind the last one; not those of which
    this source had nothing."""
    import numpy as np

    instrument, stamps = _market(key, since_ms), np.array(at_ms, dtype=np.int64)
    if not len(stamps):
        found = between(since_ms, until_ms, key.frame_s, instrument)
    else:
        found = between(since_ms, int(stamps[0]), key.frame_s, instrument)
        found += holes(stamps, key.frame_s, instrument)
        found += between(int(stamps[-1]) + key.frame_s * 1000, until_ms, key.frame_s, instrument)
    silent = [one for one in (shelf.silences if shelf else ()) if one.source == source]
    return [
        hole
        for hole in found
        if not any(one.begins_ms <= hole.begins_ms and hole.ends_ms <= one.ends_ms for one in silent)
    ]


def _market(key: Key, at_ms: int) -> Instrument:
    return instrument_for(key.symbol, at=instant(at_ms))


async def fill(
    cache: HistoryCache,
    key: Key,
    source: BarSource,
    since_ms: int,
    until_ms: int,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Filled:
    """Ask `source` for what is missing of `[since_ms, until_ms)`.

    `told` hears how much of how many milliseconds is done. What came is kept even when the source breaks.

    Raises:
        FeedLost, DataProblem.
    """
    wanted = lacking(
        cache.shelf(key),
        cache.read(key, since_ms, until_ms).at_ms.tolist(),
        key,
        since_ms,
        until_ms,
        source.name,
    )
    missing = sum(one.missing for one in wanted)
    of = sum(one.ends_ms - one.begins_ms for one in wanted)
    done, added, reaches = 0, Added(), 0
    waiting: list[Bar] = []
    for hole in wanted:
        try:
            async for page in source.bars(key.symbol, key.frame_s, hole.begins_ms, hole.ends_ms):
                waiting += page
                first_ms, last_ms = candles_of(page[:1]).at_ms[0], candles_of(page[-1:]).at_ms[0]
                reaches = min(reaches or int(first_ms), int(first_ms))
                told(done + int(last_ms) - hole.begins_ms, of)
                if len(waiting) >= KEPT_EVERY:
                    added, waiting = _sum(added, cache.add(key, candles_of(waiting), source.name)), []
        finally:
            added, waiting = _sum(added, cache.add(key, candles_of(waiting), source.name)), []
        done += hole.ends_ms - hole.begins_ms
        told(done, of)
    after = lacking(
        cache.shelf(key),
        cache.read(key, since_ms, until_ms).at_ms.tolist(),
        key,
        since_ms,
        until_ms,
        source.name,
    )
    # Only where the source reaches does nothing mean that there is nothing.
    silent = [one for one in after if reaches and one.begins_ms >= reaches]
    cache.note_silence(key, [Silence(source.name, one.begins_ms, one.ends_ms) for one in silent])
    left = sum(one.missing for one in after)
    return Filled(missing, added.new, left, added.differing, reaches)


def _sum(one: Added, other: Added) -> Added:
    return Added(
        one.new + other.new,
        one.same + other.same,
        one.differing + other.differing,
        one.replaced + other.replaced,
    )
