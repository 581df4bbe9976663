"""What the price index is made of: ladders of fixed levels, and trailing stops by their best price.

Prices are signed here: those of the other direction come negated, so that one rule serves both. Entries
that were removed stay in place until they surface or outnumber the living.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Hashable
from decimal import Decimal
from heapq import heapify, heappop, heappush
from typing import Final

FAR: Final = Decimal("Infinity")
CHUNK: Final = 512
SPARE: Final = 64  # dead entries that a ladder or heap may carry before it is rebuilt


class Peak:
    """Trailing stops that share one best price. Better is always greater."""

    __slots__ = ("absolute", "alive", "best", "into", "percent", "top")

    def __init__(self, best: Decimal) -> None:
        self.best = best
        self.percent: list[tuple[Decimal, int]] = []  # (fraction, seq)
        self.absolute: list[tuple[Decimal, int]] = []  # (distance, seq)
        self.alive = 0
        self.top = -FAR  # the highest stop
        self.into: Peak | None = None  # where its members went when it was merged


class Watch:
    """What is known of one key."""

    __slots__ = ("best", "distance", "is_percent", "key", "kind", "peak", "price", "seq")

    def __init__(self, key: Hashable, seq: int, kind: str, price: Decimal) -> None:
        self.key = key
        self.seq = seq
        self.kind = kind  # above, below, long, short
        self.price = price
        self.peak: Peak | None = None
        self.distance = price
        self.is_percent = False
        self.best = price


class Ladder:
    """Fixed levels in one direction: those at or under the reach fire (signed prices).

    A sorted list in chunks, the nearest level at the very end: a hit is a pop, an insertion moves one chunk.
    """

    __slots__ = ("_chunks", "_dead", "_firsts", "_live", "_size")

    def __init__(self, live: dict[int, Watch]) -> None:
        self._live = live
        self._chunks: list[list[tuple[Decimal, int]]] = []  # (-level, seq), rising
        self._firsts: list[tuple[Decimal, int]] = []
        self._size = 0
        self._dead = 0

    def __len__(self) -> int:
        return self._size

    def add(self, level: Decimal, seq: int) -> None:
        entry, chunks = (-level, seq), self._chunks
        self._size += 1
        if not chunks:
            chunks.append([entry])
            self._firsts.append(entry)
            return
        at = max(bisect_right(self._firsts, entry) - 1, 0)
        chunk = chunks[at]
        insort(chunk, entry)
        self._firsts[at] = chunk[0]
        if len(chunk) > 2 * CHUNK:
            chunks.insert(at + 1, chunk[CHUNK:])
            self._firsts.insert(at + 1, chunk[CHUNK])
            del chunk[CHUNK:]

    def forget(self) -> None:
        """One of the entries is no longer live."""
        self._dead += 1
        if self._dead > SPARE and self._dead * 2 > self._size:
            entries = [entry for chunk in self._chunks for entry in chunk if entry[1] in self._live]
            self._chunks = [entries[at : at + CHUNK] for at in range(0, len(entries), CHUNK)]
            self._firsts = [chunk[0] for chunk in self._chunks]
            self._size, self._dead = len(entries), 0

    def nearest(self) -> Decimal:
        while self._chunks:
            level, seq = self._chunks[-1][-1]
            if seq in self._live:
                return -level
            self._pop()
            self._dead -= 1
        return FAR

    def take(self, reach: Decimal) -> list[tuple[Decimal, int]]:
        """Remove and return the live (level, seq) that `reach` arrives at."""
        hits = []
        while (level := self.nearest()) <= reach:
            hits.append((level, self._pop()))
        return hits

    def _pop(self) -> int:
        chunk = self._chunks[-1]
        seq = chunk.pop()[1]
        self._size -= 1
        if not chunk:
            self._chunks.pop()
            self._firsts.pop()
        return seq


class Trails:
    """Trailing stops of one direction, by peak (signed prices)."""

    __slots__ = ("_live", "_negated", "_serial", "_tops", "peaks")

    def __init__(self, live: dict[int, Watch]) -> None:
        self._live = live
        self.peaks: list[Peak] = []  # best price falling: only the last can be lifted without a merge
        self._negated: list[Decimal] = []  # -best of each, for bisect
        self._tops: list[tuple[Decimal, int, Peak]] = []  # (-top, serial, peak) of all but the last
        self._serial = 0

    @property
    def lift(self) -> Decimal:
        """The price above which a peak moves."""
        return self.peaks[-1].best if self.peaks else FAR

    def trigger(self) -> Decimal:
        """The highest stop of all."""
        if not self.peaks:
            return -FAR
        last = self.peaks[-1]
        tops = self._tops
        while tops and not self._is_current(tops[0]):
            heappop(tops)
        return max(last.top, -tops[0][0]) if tops else last.top

    def add(self, watch: Watch, best: Decimal) -> None:
        at = bisect_left(self._negated, -best)
        if at < len(self.peaks) and self.peaks[at].best == best:
            peak = self.peaks[at]
        else:
            peak = Peak(best)
            if at == len(self.peaks) and self.peaks:
                self._push(self.peaks[-1])
            self.peaks.insert(at, peak)
            self._negated.insert(at, -best)
        heappush(peak.percent if watch.is_percent else peak.absolute, (watch.distance, watch.seq))
        peak.alive += 1
        watch.peak = peak
        self._settle(peak)

    def forget(self, watch: Watch) -> None:
        peak = self.peak_of(watch)
        peak.alive -= 1
        if not peak.alive:
            self._drop(peak)
            return
        if len(peak.percent) + len(peak.absolute) > 2 * peak.alive + SPARE:
            peak.percent = [entry for entry in peak.percent if entry[1] in self._live]
            peak.absolute = [entry for entry in peak.absolute if entry[1] in self._live]
            heapify(peak.percent)
            heapify(peak.absolute)
        self._settle(peak)

    def raise_to(self, price: Decimal) -> None:
        """A new best price: everything below it moves there."""
        peaks = self.peaks
        if not peaks or price <= peaks[-1].best:
            return
        peak = peaks.pop()
        self._negated.pop()
        while peaks and peaks[-1].best <= price:
            peak = self._merged(peak, peaks.pop())
            self._negated.pop()
        peak.best = price
        peaks.append(peak)
        self._negated.append(-price)
        self._settle(peak)

    def take(self, reach: Decimal) -> list[tuple[Decimal, int]]:
        """Remove and return (stop, seq) of all whose stop is at or above `reach`."""
        hits: list[tuple[Decimal, int]] = []
        while self.peaks and self.trigger() >= reach:
            last = self.peaks[-1]
            peak = last if last.top >= reach else self._tops[0][2]
            self._take_from(peak, reach, hits)
        return hits

    def peak_of(self, watch: Watch) -> Peak:
        peak = watch.peak
        assert peak is not None
        while peak.into is not None:
            if peak.into.into is not None:
                peak.into = peak.into.into
            peak = peak.into
        watch.peak = peak
        return peak

    def _take_from(self, peak: Peak, reach: Decimal, hits: list[tuple[Decimal, int]]) -> None:
        live, best = self._live, peak.best
        for heap, unit in ((peak.percent, abs(best)), (peak.absolute, 1)):
            while heap:
                distance, seq = heap[0]
                stop = best - unit * distance
                if seq in live:
                    if stop < reach:
                        break
                    hits.append((stop, seq))
                    peak.alive -= 1
                heappop(heap)
        if peak.alive:
            self._settle(peak)
        else:
            self._drop(peak)

    def _settle(self, peak: Peak) -> None:
        """Find the peak's highest stop again, and make it known unless the peak is the last."""
        live, top = self._live, -FAR
        for heap in (peak.percent, peak.absolute):
            while heap and heap[0][1] not in live:
                heappop(heap)
        if peak.percent:
            top = peak.best - abs(peak.best) * peak.percent[0][0]
        if peak.absolute:
            top = max(top, peak.best - peak.absolute[0][0])
        if top != peak.top:
            peak.top = top
            if peak is not self.peaks[-1]:
                self._push(peak)

    def _push(self, peak: Peak) -> None:
        self._serial += 1
        heappush(self._tops, (-peak.top, self._serial, peak))
        if len(self._tops) > 2 * len(self.peaks) + SPARE:
            self._tops = [(-one.top, at, one) for at, one in enumerate(self.peaks[:-1])]
            heapify(self._tops)

    def _is_current(self, entry: tuple[Decimal, int, Peak]) -> bool:
        peak = entry[2]
        return peak.alive > 0 and peak.into is None and peak.top == -entry[0]

    def _drop(self, peak: Peak) -> None:
        at = bisect_left(self._negated, -peak.best)
        del self.peaks[at], self._negated[at]

    def _merged(self, one: Peak, other: Peak) -> Peak:
        small, large = (one, other) if one.alive <= other.alive else (other, one)
        for source, target in ((small.percent, large.percent), (small.absolute, large.absolute)):
            for entry in source:
                if entry[1] in self._live:
                    heappush(target, entry)
        large.alive += small.alive
        small.alive, small.into = 0, large
        small.percent, small.absolute = [], []
        return large
