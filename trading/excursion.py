"""How far the price went a position's way and against it while it was held: MFE and MAE.

Sweeney, "Maximum Adverse Excursion" (1997). Prices between fills are not journaled, so this is answered from
what was noted while the position was open (`trading.extremes`), from the bars that the market still remembers
where those say all of it, and not at all where neither does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, Protocol

from msgspec import Struct

from trading.domain.ids import AccountId
from trading.domain.market import Bar
from trading.domain.money import ZERO
from trading.row import ClosedRow

UNHEARD_MAX = timedelta(minutes=5)
"""A stretch of a position's life in which no price was heard and that is let pass: a start, a short break."""


class Path(Struct, frozen=True, array_like=True):
    """How far the price has gone while a position was held: highest and lowest, in quote currency per unit,
    and the stretch that they are of. `is_broken`: somewhere in it too long nothing was heard."""

    highest: Decimal
    lowest: Decimal
    since: datetime
    until: datetime
    is_broken: bool = False

    def with_price(self, low: Decimal, high: Decimal, at: datetime, until: datetime) -> Path:
        """With the extremes of a stretch that begins at `at` and ends at `until`."""
        return Path(
            max(self.highest, high),
            min(self.lowest, low),
            self.since,
            max(self.until, until),
            self.is_broken or at - self.until > UNHEARD_MAX,
        )

    def tells(self, row: ClosedRow) -> bool:
        """Whether it is of the whole life of a round trip."""
        is_whole = self.since <= row.opened_at and row.closed_at - self.until <= UNHEARD_MAX
        return is_whole and not self.is_broken


class Paths(Protocol):
    """What was noted while positions were open."""

    async def paths_of(self, account: AccountId) -> Mapping[str, Path]:
        """Of an account's positions, by their ids: all that are open, and the newest of those that were."""
        ...

    def open_path(self, position_id: str) -> Path | None:
        """Of a position that is open, so far; None where nothing was noted of it."""
        ...


class Excursion(NamedTuple):
    """The largest moves from the average entry price, unsigned, in money for the whole quantity: `best` the
    position's way (MFE), `worst` against it (MAE). Before fees. What happened in bars that were not wholly
    inside the holding time is not known, so both may have been larger, never smaller."""

    best: Decimal
    worst: Decimal


def excursion_of(row: ClosedRow, bars: Sequence[Bar], path: Path | None = None) -> Excursion | None:
    """MFE and MAE from the bars of its symbol, oldest first, and what was noted while it was held; None when
    neither is of its whole life.

    Counted are the average entry and exit price, the highs and lows of bars that begin at or after its first
    fill and end at or before its last, and those of the path.
    """
    is_covered = bool(bars) and bars[0].at <= row.opened_at and _reach(bars) >= row.closed_at
    if not is_covered and (path is None or not path.tells(row)):
        return None
    highest = max(row.entry_price, row.exit_price)
    lowest = min(row.entry_price, row.exit_price)
    if path is not None:
        highest, lowest = max(highest, path.highest), min(lowest, path.lowest)
    for at in range(bisect_left(bars, row.opened_at, key=_begin), len(bars)):
        bar = bars[at]
        if bar.ends_at > row.closed_at:
            break
        highest, lowest = max(highest, bar.high), min(lowest, bar.low)
    up, down = highest - row.entry_price, row.entry_price - lowest
    best, worst = (up, down) if row.is_long else (down, up)
    scale = row.quantity * row.multiplier
    return Excursion(max(best, ZERO) * scale, max(worst, ZERO) * scale)


def _begin(bar: Bar) -> datetime:
    return bar.at


def _reach(bars: Sequence[Bar]) -> datetime:
    """Until when the bars say something: the bar that runs now is not closed yet, and not among them."""
    last = bars[-1]
    return last.ends_at + (last.ends_at - last.at)
