"""What a strategy is: closed bars and settings in; entries, exits, levels and the reasons for them out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trading.parameters import Parameter, Settings
from trading.strategies.bars import Columns
from trading.strategies.scorecard import Scorecard as Scorecard
from trading.strategies.scorecard import Verdict as Verdict

Direction = Literal["both", "long", "short", "none"]


class Context(Struct, frozen=True, eq=False):
    """What a strategy may know beside its bars.

    `blackouts`: stretches [begin, end) in which nothing may be entered, in milliseconds since 1970 UTC.
    `direction`: which sides may be entered, whatever the bars say. `frames`: bars of longer frames of the
    same symbol, by seconds; a strategy reads only those that had closed by then.
    """

    blackouts: tuple[tuple[int, int], ...] = ()
    direction: Direction = "both"
    frames: Mapping[int, Columns] = {}


class Plan(Struct, frozen=True, eq=False):
    """One value a bar, decided at that bar's close and acted on at the next open.

    `first`: index of the first bar that may speak. `entry`: +1 buy, -1 sell short, 0 nothing. `exit`: leave
    what is held. `stop`, `target`: levels for an entry decided here, NaN for none. `trail`: distance of a
    trailing stop in quote currency. `exit_by_ms`: leave at the first open at or after this instant, 0 for
    none.
    """

    first: int
    entry: NDArray[np.int8]
    exit: NDArray[np.bool_]
    stop: NDArray[np.float64]
    target: NDArray[np.float64]
    trail: NDArray[np.float64] | None = None
    exit_by_ms: NDArray[np.int64] | None = None

    def upto(self, count: int) -> Plan:
        """What it says of the first `count` bars."""
        return Plan(
            self.first,
            self.entry[:count],
            self.exit[:count],
            self.stop[:count],
            self.target[:count],
            None if self.trail is None else self.trail[:count],
            None if self.exit_by_ms is None else self.exit_by_ms[:count],
        )


class Strategy(Protocol):
    """A strategy: pure, and the same live and over the past. Cutting off the future changes nothing that it
    said before."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int:
        """Grows whenever the same bars and settings would give another plan."""
        ...

    @property
    def parameters(self) -> tuple[Parameter, ...]: ...

    @property
    def summary(self) -> str:
        """One sentence of what it does."""
        ...

    def warm_up(self, settings: Settings) -> int:
        """How many bars come before the first that may speak."""
        ...

    def plan(self, bars: Columns, settings: Settings, context: Context) -> Plan:
        """What to do after each bar."""
        ...

    def explain(self, bars: Columns, settings: Settings, context: Context, index: int) -> Scorecard:
        """What each rule said at one bar, from the numbers that `plan` uses: an entry stands there exactly
        when it is decided here."""
        ...
