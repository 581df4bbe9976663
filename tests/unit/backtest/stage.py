"""Bars and plans made by hand, for everything that is played over the past."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from trading.backtest.ticks import Floats, Prices, Ticks
from trading.domain.instrument import Instrument, InstrumentKind
from trading.strategies.strategy import Plan

FIRST_MS = 1_700_000_000_000
MINUTE_MS = 60_000

COIN = Instrument("SOL/USD", InstrumentKind.SPOT, "SOL", "USD", Decimal("0.01"), Decimal("0.000001"), "USD")
FUTURE = Instrument(
    "ES",
    InstrumentKind.FUTURE,
    "ES",
    "USD",
    Decimal("0.25"),
    Decimal(1),
    "USD",
    quantity_min=Decimal(1),
    multiplier=Decimal(50),
    margin_fraction=Decimal("0.06"),
)

Row = tuple[int, int, int, int]
"""Open, high, low, close in ticks."""


def ticks(
    rows: Sequence[Row],
    instrument: Instrument = COIN,
    *,
    asks: Sequence[Row] | None = None,
    at_ms: Sequence[int] | None = None,
) -> Ticks:
    """One-minute bars."""
    opens = np.array(
        at_ms if at_ms is not None else [FIRST_MS + MINUTE_MS * i for i in range(len(rows))], dtype=np.int64
    )
    bid = _prices(rows)
    ask = bid if asks is None else _prices(asks)
    return Ticks(instrument, 60, opens, opens + MINUTE_MS, bid, ask, np.full(len(rows), np.nan))


def _prices(rows: Sequence[Row]) -> Prices:
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 4)
    return Prices(*(np.ascontiguousarray(table[:, place]) for place in range(4)))


def plan(
    count: int,
    entry: Mapping[int, int],
    *,
    stop: Mapping[int, float] | None = None,
    target: Mapping[int, float] | None = None,
    trail: Mapping[int, float] | None = None,
    exit_at: Sequence[int] = (),
    exit_by_ms: Mapping[int, int] | None = None,
) -> Plan:
    """What is wanted at which bar."""
    sides = np.zeros(count, dtype=np.int8)
    leave = np.zeros(count, dtype=np.bool_)
    for index, side in entry.items():
        sides[index] = side
    for index in exit_at:
        leave[index] = True
    by = None
    if exit_by_ms is not None:
        by = np.zeros(count, dtype=np.int64)
        for index, ms in exit_by_ms.items():
            by[index] = ms
    return Plan(
        0,
        sides,
        leave,
        _levels(count, stop),
        _levels(count, target),
        None if trail is None else _levels(count, trail),
        by,
    )


def _levels(count: int, levels: Mapping[int, float] | None) -> Floats:
    found = np.full(count, np.nan)
    for index, level in (levels or {}).items():
        found[index] = level
    return found


def flat(price: int) -> Row:
    """A bar in which nothing happens."""
    return (price, price, price, price)
