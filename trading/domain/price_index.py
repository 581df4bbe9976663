"""Which watched levels of one instrument a price touches: a tick costs what it hits, not what is watched.

Fixed levels lie in two sorted ladders. Trailing stops are kept by peak: all whose best price is the same
share one peak and rise together, and inside a peak the smallest distance is the highest stop, so that a
new high moves one number. A new high that overtakes older, higher peaks merges them, the smaller into the
larger; each stop takes part in at most log2(n) such merges in its life.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from decimal import Decimal

from trading.domain.money import HUNDRED, Price
from trading.domain.watched import FAR, Ladder, Trails, Watch


class PriceIndex:
    """The watched levels of one instrument, seen by one kind of price (feed bids to one, asks to another).

    Keys are any hashable; watching a key again moves it. Nothing is rounded: comparisons are exact.
    """

    __slots__ = (
        "_above",
        "_below",
        "_high_edge",
        "_live",
        "_long",
        "_low_edge",
        "_next",
        "_next_above",
        "_next_below",
        "_seqs",
        "_short",
    )

    def __init__(self) -> None:
        self._live: dict[int, Watch] = {}
        self._seqs: dict[Hashable, int] = {}
        self._next = 0
        self._above = Ladder(self._live)
        self._below = Ladder(self._live)
        self._long = Trails(self._live)
        self._short = Trails(self._live)
        self._low_edge = self._next_below = -FAR
        self._high_edge = self._next_above = FAR

    def __len__(self) -> int:
        return len(self._live)

    def __contains__(self, key: object) -> bool:
        return key in self._seqs

    def add_above(self, key: Hashable, price: Decimal) -> None:
        """Fire `key` once the price is at or above `price`."""
        watch = self._watch(key, "above", price)
        self._above.add(price, watch.seq)
        self._find_edges()

    def add_below(self, key: Hashable, price: Decimal) -> None:
        """Fire `key` once the price is at or below `price`."""
        watch = self._watch(key, "below", price)
        self._below.add(-price, watch.seq)
        self._find_edges()

    def add_trail(
        self,
        key: Hashable,
        is_long: bool,
        distance: Decimal,
        is_percent: bool,
        best: Decimal,
        activation: Decimal | None = None,
    ) -> None:
        """Fire `key` once the price has come back by `distance` from its best price.

        Args:
            is_long: whether best means highest (guards a long position) or lowest.
            distance: in quote currency, or in per cent of the best price when `is_percent`.
            best: the best price so far; it only gets better.
            activation: the price from which on it trails; None, or one that `best` has reached, is at once.
        """
        watch = self._watch(key, "long" if is_long else "short", best)
        watch.is_percent = is_percent
        watch.distance = distance / HUNDRED if is_percent else distance
        waits = activation is not None and (best < activation if is_long else best > activation)
        if waits and activation is not None:
            self._ladder(watch).add(activation if is_long else -activation, watch.seq)
        else:
            self._trails(watch).add(watch, best if is_long else -best)
        self._find_edges()

    def remove(self, key: Hashable) -> bool:
        """Stop watching; False when it was not watched."""
        seq = self._seqs.pop(key, None)
        if seq is None:
            return False
        watch = self._live.pop(seq)
        if watch.peak is not None:
            self._trails(watch).forget(watch)
        else:
            self._ladder(watch).forget()
        self._find_edges()
        return True

    def tick(self, price: Decimal) -> list[Hashable]:
        """The keys that this price fires, removed from the index: deepest hit first, then the oldest."""
        if self._low_edge < price < self._high_edge:
            return []
        return [key for key, _ in self._touch(price, price)]

    def touched(self, low: Decimal, high: Decimal) -> list[Hashable]:
        """The same for a range whose inner order is unknown.

        Trailing stops are tested where they stood before; then the range's best price moves them.
        """
        if low > self._low_edge and high < self._high_edge:
            return []
        return [key for key, _ in self._touch(low, high)]

    def fired(self, low: Decimal, high: Decimal, *, lifts: bool = True) -> Sequence[tuple[Hashable, Price]]:
        """Like `touched`, each key with the level that it fired at.

        Without `lifts` trailing stops are only tested: no best price moves and none begins to trail.
        """
        if low > self._low_edge and high < self._high_edge:
            return ()
        return self._touch(low, high, lifts)

    def best_of(self, key: Hashable) -> Price | None:
        """The best price that a trailing stop has seen (its own when it waits); None for other keys."""
        watch = self._known(key)
        if watch is None or watch.kind in ("above", "below"):
            return None
        if watch.peak is None:
            return Price(watch.best)
        best = self._trails(watch).peak_of(watch).best
        return Price(best if watch.kind == "long" else -best)

    def stop_of(self, key: Hashable) -> Price | None:
        """The level at which `key` fires now, unrounded; None when unknown or still waiting to trail."""
        watch = self._known(key)
        if watch is None:
            return None
        if watch.kind in ("above", "below"):
            return Price(watch.price)
        if watch.peak is None:
            return None
        best = self._trails(watch).peak_of(watch).best
        stop = best - (abs(best) * watch.distance if watch.is_percent else watch.distance)
        return Price(stop if watch.kind == "long" else -stop)

    def _touch(self, low: Decimal, high: Decimal, lifts: bool = True) -> list[tuple[Hashable, Price]]:
        hits: list[tuple[Decimal, int, Decimal]] = []  # (minus depth, seq, level)
        woken: list[tuple[Watch, Decimal]] = []
        if high >= self._next_above:
            self._take_levels(self._above, high, hits, woken)
        if low <= self._next_below:
            self._take_levels(self._below, -low, hits, woken)
        if self._long.peaks:
            hits += [(low - stop, seq, stop) for stop, seq in self._long.take(low)]
        if self._short.peaks:
            hits += [(-high - stop, seq, -stop) for stop, seq in self._short.take(-high)]
        if lifts:
            self._long.raise_to(high)
            self._short.raise_to(-low)
        for watch, level in woken:
            if lifts:
                self._trails(watch).add(watch, high if watch.kind == "long" else -low)
            else:
                self._ladder(watch).add(level, watch.seq)
        if len(hits) > 1:
            hits.sort()
        fired = []
        for _, seq, level in hits:
            key = self._live.pop(seq).key
            del self._seqs[key]
            fired.append((key, Price(level)))
        self._find_edges()
        return fired

    def _take_levels(
        self,
        ladder: Ladder,
        reach: Decimal,
        hits: list[tuple[Decimal, int, Decimal]],
        woken: list[tuple[Watch, Decimal]],
    ) -> None:
        for level, seq in ladder.take(reach):
            watch = self._live[seq]
            if watch.kind in ("above", "below"):
                hits.append((level - reach, seq, watch.price))
            else:
                woken.append((watch, level))

    def _watch(self, key: Hashable, kind: str, price: Decimal) -> Watch:
        self.remove(key)
        self._next += 1
        watch = Watch(key, self._next, kind, price)
        self._live[self._next] = watch
        self._seqs[key] = self._next
        return watch

    def _known(self, key: Hashable) -> Watch | None:
        seq = self._seqs.get(key)
        return None if seq is None else self._live[seq]

    def _trails(self, watch: Watch) -> Trails:
        return self._long if watch.kind == "long" else self._short

    def _ladder(self, watch: Watch) -> Ladder:
        return self._above if watch.kind in ("above", "long") else self._below

    def _find_edges(self) -> None:
        """Between the edges (exclusive) nothing can happen, not even a better best price."""
        long, short = self._long, self._short
        low = self._next_below = -self._below.nearest()
        high = self._next_above = self._above.nearest()
        if long.peaks:
            low, high = max(low, long.trigger()), min(high, long.lift)
        if short.peaks:
            low, high = max(low, -short.lift), min(high, -short.trigger())
        self._low_edge, self._high_edge = low, high
