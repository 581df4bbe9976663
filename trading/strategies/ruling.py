"""How rules become a plan: each rule is an array of yes and no, an entry is where all of them say yes.

`plan` and `explain` of every strategy read the same arrays, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trading.strategies.bars import Columns
from trading.strategies.strategy import Context, Plan, Scorecard, Verdict

DIGITS = 12
"""Significant digits of a number on a scorecard."""


class Rule(Struct, frozen=True, eq=False):
    """One rule over all bars, judged for the side that is on offer there, with the numbers it compared."""

    name: str
    passed: NDArray[np.bool_]
    numbers: Mapping[str, NDArray[np.float64] | float]


class Reading(Struct, frozen=True, eq=False):
    """What a strategy has read out of its bars: the side on offer at each, its rules, exits and levels."""

    first: int
    side: NDArray[np.int8]
    rules: tuple[Rule, ...]
    exit: NDArray[np.bool_]
    stop: NDArray[np.float64]
    target: NDArray[np.float64]
    trail: NDArray[np.float64] | None = None
    exit_by_ms: NDArray[np.int64] | None = None


def permitted(bars: Columns, side: NDArray[np.int8], context: Context, first: int) -> tuple[Rule, ...]:
    """The rules that bind every strategy: enough history, the sides that are allowed, no blackout."""
    count = len(bars)
    warm = np.arange(count) >= first
    open_sides = {"both": (1, -1), "long": (1,), "short": (-1,), "none": ()}[context.direction]
    after = bars.closes_ms()
    clear = np.ones(count, dtype=np.bool_)
    for begin, end in context.blackouts:
        clear &= (after < begin) | (after >= end)
    return (
        Rule("warm_up", warm, {"bars": np.arange(1.0, count + 1), "needed": float(first + 1)}),
        Rule("direction", np.isin(side, open_sides), {"side": side.astype(np.float64)}),
        Rule("blackout", clear, {}),
    )


def planned(reading: Reading) -> Plan:
    """An entry where a side is on offer and every rule agrees; levels stand there only."""
    agreed = reading.side != 0
    for rule in reading.rules:
        agreed &= rule.passed
    warm = np.arange(len(agreed)) >= reading.first
    return Plan(
        reading.first,
        np.where(agreed, reading.side, 0).astype(np.int8),
        reading.exit & warm,
        np.where(agreed, reading.stop, np.nan),
        np.where(agreed, reading.target, np.nan),
        None if reading.trail is None else np.where(agreed, reading.trail, np.nan),
        None if reading.exit_by_ms is None else np.where(agreed, reading.exit_by_ms, 0),
    )


def explained(name: str, version: int, bars: Columns, reading: Reading, index: int) -> Scorecard:
    """What each rule said at one bar."""
    side = int(reading.side[index])
    verdicts = tuple(
        Verdict(
            rule.name,
            bool(rule.passed[index]),
            {key: _written(value, index) for key, value in rule.numbers.items()},
            "" if rule.passed[index] else rule.name,
        )
        for rule in reading.rules
    )
    decided = side != 0 and all(one.passed for one in verdicts)
    at_ms = int(bars.at_ms[index])
    return Scorecard(name, version, bars.symbol, bars.frame_s, at_ms, side, verdicts, decided)


def _written(value: NDArray[np.float64] | float, index: int) -> str:
    number = float(value[index]) if isinstance(value, np.ndarray) else value
    return f"{number:.{DIGITS}g}" if np.isfinite(number) else ""
