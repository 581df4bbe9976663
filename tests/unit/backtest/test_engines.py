"""The fast path against the live desk's own code: every fill the same, on whatever market."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.backtest.stage import COIN, FIRST_MS, FUTURE, MINUTE_MS, Row, plan, ticks
from trading.backtest.conditions import Conditions, equal_share
from trading.backtest.event import event_played
from trading.backtest.fast import played
from trading.backtest.reading import bundled_ticks
from trading.backtest.ticks import Ticks
from trading.brokers.fills import FillRules
from trading.domain.exits import Size, SizeKind
from trading.domain.instrument import Instrument
from trading.feeds.bundle import manifest
from trading.parameters import defaults
from trading.strategies.strategy import Context, Plan
from trading.strategies.table import STRATEGIES

D = Decimal
SIZES = [
    Size(SizeKind.EQUITY, D(95)),
    Size(SizeKind.EQUITY, D(30)),
    Size(SizeKind.SPEND, D(3000)),
    Size(SizeKind.RISK, D(1)),
    Size(SizeKind.MAX),
]
RULES = [
    FillRules(),
    FillRules(D(2), D(5), slippage_bps=D(7)),
    FillRules(D(0), D(0), touch_probability=1.0),
]


def _same(series: Sequence[Ticks], plans: Sequence[Plan], conditions: Conditions) -> int:
    fast, event = played(series, plans, conditions), event_played(series, plans, conditions)
    assert fast.fills == event.fills
    assert fast.trips == event.trips
    assert fast.held == event.held
    assert fast.refused == event.refused
    return len(fast.fills)


def _market(chance: Random, count: int, instrument: Instrument = COIN) -> Ticks:
    """A price that walks, jumps and pauses; perhaps with a spread."""
    price, minute = chance.randint(150, 400), 0
    rows: list[Row] = []
    asks: list[Row] = []
    at_ms = []
    has_spread = chance.random() < 0.5
    for _ in range(count):
        opened = max(40, price + chance.choice((0, 0, 0, -1, 2, -25, 30)))
        closed = max(40, opened + chance.randint(-12, 12))
        high = max(opened, closed) + chance.randint(0, 15)
        low = max(20, min(opened, closed) - chance.randint(0, 15))
        rows.append((opened, high, low, closed))
        spread = chance.randint(0, 4)
        asks.append((opened + spread, high + spread, low + spread, closed + spread))
        at_ms.append(FIRST_MS + minute * MINUTE_MS)
        minute += chance.choice((1, 1, 1, 2, 30))
        price = closed
    return ticks(rows, instrument, asks=asks if has_spread else None, at_ms=at_ms)


def _plan(chance: Random, series: Ticks) -> Plan:
    """Entries both ways with levels near the price, some of them wrong; leaving by word and by time."""
    entry: dict[int, int] = {}
    stop: dict[int, float] = {}
    target: dict[int, float] = {}
    trail: dict[int, float] = {}
    by: dict[int, int] = {}
    size = float(series.instrument.tick_size)
    for index in range(len(series)):
        side = chance.choice((0, 0, 1, -1))
        if not side:
            continue
        close = float(series.bid.close[index])
        entry[index] = side
        if chance.random() < 0.5:
            stop[index] = (close - side * chance.choice((chance.uniform(-2, 25), 3, 10))) * size
        if chance.random() < 0.5:
            target[index] = (close + side * chance.choice((chance.uniform(-2, 25), 3, 10))) * size
        if chance.random() < 0.3:
            trail[index] = chance.uniform(0, 20) * size
        if chance.random() < 0.3:
            by[index] = int(series.at_ms[index]) + chance.randint(1, 12 * MINUTE_MS)
    leaving = [index for index in range(len(series)) if chance.random() < 0.25]
    return plan(len(series), entry, stop=stop, target=target, trail=trail, exit_at=leaving, exit_by_ms=by)


SEEDS = st.integers(0, 1 << 32)
COUNTS = st.integers(2, 60)


@settings(max_examples=150, deadline=None)
@given(SEEDS, COUNTS, st.sampled_from(SIZES), st.sampled_from(RULES))
def test_one_symbol_fills_the_same_on_any_market(seed: int, count: int, size: Size, rules: FillRules) -> None:
    chance = Random(seed)
    series = _market(chance, count)
    _same([series], [_plan(chance, series)], Conditions(D(10_000), size, rules))


@settings(max_examples=60, deadline=None)
@given(
    SEEDS,
    COUNTS,
    st.sampled_from(
        [Size(SizeKind.CONTRACTS, D(3)), Size(SizeKind.EQUITY, D(80)), Size(SizeKind.RISK, D(1))]
    ),
)
def test_a_future_fills_the_same_on_any_market(seed: int, count: int, size: Size) -> None:
    chance = Random(seed)
    series = _market(chance, count, FUTURE)
    _same([series], [_plan(chance, series)], Conditions(D(20_000), size, RULES[1]))


@settings(max_examples=80, deadline=None)
@given(SEEDS, COUNTS, st.sampled_from(SIZES), st.sampled_from(RULES))
def test_symbols_that_share_a_capital_fill_the_same(
    seed: int, count: int, size: Size, rules: FillRules
) -> None:
    chance = Random(seed)
    series = [
        _market(chance, chance.randint(2, count), replace(COIN, symbol=symbol, base=symbol[:3]))
        for symbol in ("SOL/USD", "ETH/USD", "BTC/USD")
    ]
    wanted = [_plan(chance, one) for one in series]
    _same(series, wanted, Conditions(D(10_000), size, rules))


@pytest.mark.parametrize("name", sorted(STRATEGIES))
@pytest.mark.parametrize("symbol", sorted({entry.symbol for entry in manifest()}))
def test_every_strategy_fills_the_same_on_every_bundled_series(symbol: str, name: str) -> None:
    strategy = STRATEGIES[name]
    (series,) = bundled_ticks([symbol])
    series = series.between(max(len(series) - 3000, 0), len(series))
    wanted = strategy.plan(series.columns(), defaults(strategy), Context())
    size = Size(SizeKind.RISK, D(1)) if series.instrument.is_future else equal_share(1)
    _same([series], [wanted], Conditions(D(1_000_000), size, RULES[1]))


def test_all_bundled_series_on_one_capital_fill_the_same() -> None:
    strategy = STRATEGIES["pullback"]
    series = [one.between(0, min(len(one), 1500)) for one in bundled_ticks() if not one.instrument.is_future]
    wanted = [strategy.plan(one.columns(), defaults(strategy), Context()) for one in series]
    assert _same(series, wanted, Conditions(D(100_000), equal_share(len(series)))) > 20
