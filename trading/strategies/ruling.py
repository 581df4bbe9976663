"""How rules become a plan: each rule is an array of yes and no, an entry is where all of them say yes.

`plan`, `explain` and what is decided live read the same arrays, so that they cannot disagree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trading.indicators.arrays import Values
from trading.parameters import Parameter, Settings
from trading.strategies.bars import Columns
from trading.strategies.series import Series, Whole
from trading.strategies.strategy import Context, Plan, Scorecard, Verdict

DIGITS = 12
"""Significant digits of a number on a scorecard."""
Flags = NDArray[np.bool_]
Sides = NDArray[np.int8]
_OPEN = {"both": (1, -1), "long": (1,), "short": (-1,), "none": ()}


class Rule(Struct, frozen=True, eq=False):
    """One rule over all bars, judged for the side that is on offer there, with the numbers it compared."""

    name: str
    passed: Flags
    numbers: Mapping[str, NDArray[np.float64] | float]


class Reading(Struct, frozen=True, eq=False):
    """What a strategy has read out of its bars: the side on offer at each, its rules, exits and levels.

    A rule must say no wherever no side is on offer.
    """

    side: Sides
    rules: tuple[Rule, ...]
    exit: Flags
    stop: Values
    target: Values
    trail: Values | None = None
    exit_by_ms: NDArray[np.int64] | None = None


class Ruled(ABC):
    """A strategy that is made of rules: it says how it reads its bars, the rest is the same for all."""

    name: str
    version: int
    summary: str
    parameters: tuple[Parameter, ...]

    @abstractmethod
    def warm_up(self, settings: Settings) -> int:
        """How many bars come before the first that may speak."""

    def memory(self, settings: Settings, frame_s: int) -> int:
        """How many bars, the newest included, it looks at beside the values of its indicators."""
        return 1

    def frames(self, settings: Settings) -> tuple[int, ...]:
        """The longer frames that it reads, in seconds."""
        return ()

    @abstractmethod
    def read(self, series: Series, settings: Settings, context: Context) -> Reading:
        """Its rules over the bars in view."""

    def plan(self, bars: Columns, settings: Settings, context: Context) -> Plan:
        """What to do after each bar."""
        series = Whole(bars, context.frames)
        first = self.warm_up(settings)
        return planned(self.read(series, settings, context), first, np.arange(len(bars)) >= first)

    def explain(self, bars: Columns, settings: Settings, context: Context, index: int) -> Scorecard:
        """What each rule said at one bar, counted from 0."""
        series = Whole(bars, context.frames)
        return self.card(series, self.read(series, settings, context), index)

    def card(self, series: Series, reading: Reading, index: int, lane: int = 0) -> Scorecard:
        """What each rule said at one bar in view; `lane` is the symbol's place where several are stacked."""
        bars = series.bars
        verdicts = tuple(_verdict(rule, index, lane) for rule in reading.rules)
        side = int(picked(reading.side, index, lane))
        decided = side != 0 and all(one.passed for one in verdicts)
        at_ms = int(picked(bars.at_ms, index, lane))
        return Scorecard(
            self.name, self.version, series.symbols[lane], bars.frame_s, at_ms, side, verdicts, decided
        )


def permitted(series: Series, side: Sides, context: Context, first: int) -> tuple[Rule, ...]:
    """The rules that bind every strategy: enough history, the sides that are allowed, no blackout."""
    bars = series.bars
    after = bars.closes_ms()
    count = np.arange(1, len(bars) + 1).reshape(after.shape) + series.before
    clear = np.ones_like(after, dtype=np.bool_)
    for begin, end in context.blackouts:
        clear &= (after < begin) | (after >= end)
    allowed = side == 0
    for one in _OPEN[context.direction]:
        allowed |= side == one
    return (
        Rule("warm_up", count > first, {"bars": count.astype(np.float64), "needed": float(first + 1)}),
        Rule("direction", allowed, {"side": side.astype(np.float64)}),
        Rule("blackout", clear, {}),
    )


def planned(reading: Reading, first: int, warm: Flags) -> Plan:
    """An entry where a side is on offer and every rule agrees; levels stand there only."""
    agreed = reading.side != 0
    for rule in reading.rules:
        agreed &= rule.passed
    return Plan(
        first,
        np.where(agreed, reading.side, 0).astype(np.int8),
        reading.exit & warm,
        np.where(agreed, reading.stop, np.nan),
        np.where(agreed, reading.target, np.nan),
        None if reading.trail is None else np.where(agreed, reading.trail, np.nan),
        None if reading.exit_by_ms is None else np.where(agreed, reading.exit_by_ms, 0),
    )


def shifted(values: Values) -> Values:
    """The value of the bar before; NaN where there is none in view."""
    before = np.full_like(values, np.nan)
    before[1:] = values[:-1]
    return before


def crossed(values: Values, level: Values) -> Flags:
    """Whether values lie on another side of the level than one bar before, touching counted as below. False
    while one of the two is not known."""
    above = values > level
    known = np.isfinite(values) & np.isfinite(level)
    found = np.zeros_like(values, dtype=np.bool_)
    found[1:] = (above[1:] != above[:-1]) & known[1:] & known[:-1]
    return found


def toward(side: Sides, up: Flags, down: Flags) -> Flags:
    """`up` where a buy is on offer, `down` where a sale is, no where neither is."""
    return ((side > 0) & up) | ((side < 0) & down)


def picked(values: NDArray[Any], index: int, lane: int = 0) -> Any:
    """One value of a column: that of a lane where symbols are stacked, unless it is the same for all."""
    row = values[index]
    return row if row.ndim == 0 else row[lane if len(row) > 1 else 0]


def _verdict(rule: Rule, index: int, lane: int) -> Verdict:
    passed = bool(picked(rule.passed, index, lane))
    numbers = {key: _written(value, index, lane) for key, value in rule.numbers.items()}
    return Verdict(rule.name, passed, numbers, "" if passed else rule.name)


def _written(value: NDArray[np.float64] | float, index: int, lane: int) -> str:
    number = float(picked(value, index, lane)) if isinstance(value, np.ndarray) else value
    return f"{number:.{DIGITS}g}" if np.isfinite(number) else ""
