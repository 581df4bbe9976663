"""What a strategy reads: bars in view with indicators beside them, the whole past or a live tail of it.

The live tail holds the newest bars only; its indicators are streams that were opened at the series' anchor,
so that a strategy sees the same numbers on both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import isfinite
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from trading.indicators.arrays import NotFinite, Values
from trading.indicators.streams import Row, Spec, Stream, computed
from trading.strategies.bars import Columns, instant
from trading.strategies.hours import DAY_MS


class LateBar(ValueError):
    """A bar that is not newer than the newest: what was decided without it stays decided."""

    def __init__(self, at_ms: int) -> None:
        super().__init__(f"The bar of {instant(at_ms):%Y-%m-%d %H:%M} UTC came too late or twice.")


class Series(Protocol):
    """Bars in view, oldest first; the values of an indicator stand beside them, one a bar."""

    @property
    def bars(self) -> Columns: ...

    @property
    def symbols(self) -> tuple[str, ...]:
        """One, or those that are stacked: then prices have a column for each, and instants are a column."""
        ...

    @property
    def before(self) -> int | NDArray[np.int64]:
        """How many bars from the anchor on lie before the first in view."""
        ...

    def values(self, spec: Spec) -> tuple[Values, ...]:
        """An indicator's values; NaN until there is enough history."""
        ...

    def longer(self, frame_s: int) -> Series | None:
        """The same symbol in a longer frame; None when there is none."""
        ...


def column_of(bars: Columns, name: str) -> NDArray[Any]:
    """A column by name; a `session` is a day of UTC."""
    found: NDArray[Any] = bars.at_ms // DAY_MS if name == "session" else getattr(bars, name)
    return found


class Whole:
    """All bars from the anchor on; each indicator is computed once. `wanted` notes what was asked for."""

    def __init__(self, bars: Columns, frames: Mapping[int, Columns] | None = None) -> None:
        self.bars = bars
        self.symbols = (bars.symbol,)
        self.before = 0
        self.wanted: set[Spec] = set()
        self._values: dict[Spec, tuple[Values, ...]] = {}
        self._longer = {frame_s: Whole(one) for frame_s, one in (frames or {}).items()}

    def values(self, spec: Spec) -> tuple[Values, ...]:
        """An indicator's values over all bars."""
        if spec not in self._values:
            self.wanted.add(spec)
            self._values[spec] = computed(spec, lambda name: column_of(self.bars, name))
        return self._values[spec]

    def longer(self, frame_s: int) -> Whole | None:
        """The same symbol in a longer frame."""
        return self._longer.get(frame_s)


class _Tail:
    """The newest `most` values of a column, always as one contiguous view."""

    __slots__ = ("_end", "_held", "_most")

    def __init__(self, values: NDArray[Any], most: int) -> None:
        kept = values[-most:]
        self._most, self._end = most, len(kept)
        self._held = np.empty(4 * most + 16, dtype=values.dtype)
        self._held[: self._end] = kept

    def add(self, value: float) -> None:
        if self._end == len(self._held):
            self._held[: self._most] = self._held[-self._most :]
            self._end = self._most
        self._held[self._end] = value
        self._end += 1

    def newest(self) -> int:
        return int(self._held[self._end - 1])

    def view(self) -> NDArray[Any]:
        return self._held[max(self._end - self._most, 0) : self._end]


class Tail:
    """The newest `most` bars of one symbol and frame, live: opened on the bars since the anchor, then told
    each closed bar."""

    def __init__(self, history: Columns, specs: frozenset[Spec], most: int) -> None:
        assert most >= 1, "a tail holds at least the newest bar"
        self.symbols, self._frame_s, self._most = (history.symbol,), history.frame_s, most
        self._count = len(history)
        self._at_ms = _Tail(history.at_ms, most)
        self._columns = [_Tail(getattr(history, name), most) for name in Row._fields[:5]]
        self._streams: dict[Spec, tuple[Stream, list[_Tail]]] = {}
        for spec in specs:
            whole = computed(spec, lambda name: column_of(history, name))
            stream = Stream.opened(spec, lambda name: column_of(history, name))
            self._streams[spec] = (stream, [_Tail(one, most) for one in whole])
        self._longer: dict[int, Tail] = {}
        self._bars: Columns | None = None
        self._views: dict[Spec, tuple[Values, ...]] = {}

    def streams(self) -> list[tuple[Stream, str]]:
        """Its streams, each with its symbol."""
        return [(stream, self.symbols[0]) for stream, _ in self._streams.values()]

    @property
    def count(self) -> int:
        """How many bars it has seen since its anchor."""
        return self._count

    def serves(self, specs: Collection[Spec], most: int) -> bool:
        """Whether it holds these indicators and so many bars."""
        return most <= self._most and all(spec in self._streams for spec in specs)

    def missing_before(self, at_ms: int) -> int:
        """How many bars lie between the newest and one that opens at `at_ms`; a market may have rested."""
        return max((at_ms - self._at_ms.newest()) // (self._frame_s * 1000) - 1, 0) if self._count else 0

    def instants(self) -> bytes:
        """When the bars in view opened, as one value to compare."""
        return self._at_ms.view().tobytes()

    def joins(self, longer: Tail) -> None:
        """Another frame of the same symbol, which is told its own bars."""
        self._longer[longer._frame_s] = longer

    def add(self, at_ms: int, row: Row) -> None:
        """One more closed bar, which opened at `at_ms`; its session is the day of UTC. Raises NotFinite and
        LateBar, and is then as before."""
        row = row._replace(session=at_ms // DAY_MS)
        for value in row:
            if not isfinite(value):
                raise NotFinite(self._count, value)
        if self._count and at_ms <= self._at_ms.newest():
            raise LateBar(at_ms)
        self._at_ms.add(at_ms)
        for column, value in zip(self._columns, row, strict=False):
            column.add(value)
        for stream, tails in self._streams.values():
            for tail, value in zip(tails, stream.update(row), strict=True):
                tail.add(value)
        self._count += 1
        self._bars = None
        self._views = {}

    @property
    def before(self) -> int:
        """How many bars lie before the first in view."""
        return self._count - len(self._at_ms.view())

    @property
    def bars(self) -> Columns:
        """The bars in view."""
        if self._bars is None:
            views = [column.view() for column in self._columns]
            self._bars = Columns(self.symbols[0], self._frame_s, self._at_ms.view(), *views)
        return self._bars

    def values(self, spec: Spec) -> tuple[Values, ...]:
        """An indicator's values beside the bars in view. It must be among those that were opened."""
        if spec not in self._views:
            self._views[spec] = tuple(tail.view() for tail in self._streams[spec][1])
        return self._views[spec]

    def longer(self, frame_s: int) -> Tail | None:
        """The same symbol in a longer frame."""
        return self._longer.get(frame_s)


class Stacked:
    """Live tails of several symbols whose bars in view opened at the same instants, side by side: prices and
    indicators have a row a bar and a column a symbol, so that one pass judges all of them."""

    def __init__(self, tails: Sequence[Tail]) -> None:
        first = tails[0].bars
        assert all(np.array_equal(tail.bars.at_ms, first.at_ms) for tail in tails), "the same instants"
        self._tails = tails
        self.symbols = tuple(tail.symbols[0] for tail in tails)
        self.before = np.array([[tail.before for tail in tails]], dtype=np.int64)
        columns = [np.column_stack([getattr(tail.bars, name) for tail in tails]) for name in Row._fields[:5]]
        self.bars = Columns("", first.frame_s, first.at_ms.reshape(-1, 1), *columns)
        self._values: dict[Spec, tuple[Values, ...]] = {}
        self._longer: dict[int, Stacked | None] = {}

    def values(self, spec: Spec) -> tuple[Values, ...]:
        """An indicator's values, a column a symbol."""
        if spec not in self._values:
            outputs = zip(*(tail.values(spec) for tail in self._tails), strict=True)
            self._values[spec] = tuple(np.column_stack(one) for one in outputs)
        return self._values[spec]

    def longer(self, frame_s: int) -> Stacked | None:
        """The same symbols in a longer frame; None when one of them has none."""
        if frame_s not in self._longer:
            found = [other for tail in self._tails if (other := tail.longer(frame_s)) is not None]
            self._longer[frame_s] = Stacked(found) if len(found) == len(self._tails) else None
        return self._longer[frame_s]
