"""A candle closes: 10,000 subscriptions of strategies over 200 symbols, beside what their indicators cost.

Every symbol has 50 subscriptions that all differ in their settings, the same 50 on each. The floor is telling
each shared indicator its bar, and nothing else. What the same would cost from whole arrays, as most desks do
it, is measured on a few of them.

Everything is counted in seconds of a core, so that a busy machine does not count.

Run: python -m benchmarks.fanout
"""

from __future__ import annotations

import gc
import json
import random
import statistics
from decimal import Decimal
from time import process_time

import numpy as np

from trading.domain.events import Refusal
from trading.indicators.streams import Row, Stream
from trading.parameters import Settings, validated
from trading.strategies.bars import Columns
from trading.strategies.fanout import Closed, Fanout, Subscription
from trading.strategies.strategy import Context
from trading.strategies.table import STRATEGIES

SYMBOLS = 200
HISTORY = 1_500
CLOSES = 12
FRAME_S = 300
BUDGET_S = 1.0
PART_MS = 25
"""What others may wait for meanwhile."""
EACH = {"pipeline": 14, "mean_reversion": 14, "trend_following": 14, "overnight_range": 4, "pullback": 4}


def history(symbol: str, seed: int, count: int) -> Columns:
    """A walk of five-minute bars."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.standard_normal(count) * 0.002))
    opened = np.concatenate([[100.0], close[:-1]])
    high = np.maximum(opened, close) * (1 + np.abs(rng.standard_normal(count)) * 0.001)
    low = np.minimum(opened, close) * (1 - np.abs(rng.standard_normal(count)) * 0.001)
    at_ms = 1_704_067_200_000 + np.arange(count, dtype=np.int64) * FRAME_S * 1000
    return Columns(symbol, FRAME_S, at_ms, opened, high, low, close, rng.random(count) * 10)


def tuned(name: str, number: int) -> Settings:
    """Settings of their own for each of the strategies on one symbol."""
    raw: dict[str, dict[str, object]] = {
        "pipeline": {"rsi_from": 40 + number % 5, "near_atr": Decimal(2) + Decimal(number) / 4},
        "mean_reversion": {"length": (15, 20, 30)[number % 3], "rsi_low": 25 + number},
        "trend_following": {"channel": (20, 30, 55)[number % 3], "adx_least": 15 + number},
        "overnight_range": {
            "zone": ("America/New_York", "Europe/Berlin")[number % 2],
            "target_ranges": 1 + number,
        },
        "pullback": {"rsi_below": 35 + number},
    }
    settings = validated(STRATEGIES[name], raw[name])
    assert not isinstance(settings, Refusal), settings
    return settings


def subscriptions(symbols: list[str]) -> list[Subscription]:
    chosen = [(name, tuned(name, number)) for name, count in EACH.items() for number in range(count)]
    return [
        Subscription(f"{symbol}/{index}", STRATEGIES[name], settings, symbol, FRAME_S)
        for symbol in symbols
        for index, (name, settings) in enumerate(chosen)
    ]


def rows(bars: Columns, index: int) -> Row:
    one, high, low, close, volume = (
        float(column[index]) for column in (bars.open, bars.high, bars.low, bars.close, bars.volume)
    )
    return Row(one, high, low, close, volume, 0)


def measure() -> dict[str, object]:
    symbols = [f"S{number:03}/USD" for number in range(SYMBOLS)]
    whole = {symbol: history(symbol, seed, HISTORY + CLOSES) for seed, symbol in enumerate(symbols)}
    asked = subscriptions(symbols)
    began = process_time()
    past = {(symbol, FRAME_S): bars.upto(HISTORY) for symbol, bars in whole.items()}
    fanout = Fanout(asked, past)
    opening = process_time() - began
    gc.collect()
    spent, longest, floor, candidates = [], [], [], 0
    streams = [stream for tail in fanout.tails() for stream in tail.streams()]
    twins: list[tuple[Stream, str]] = [(stream.copy(), symbol) for stream, symbol in streams]
    for index in range(HISTORY, HISTORY + CLOSES):
        closed = [
            Closed(symbol, FRAME_S, int(bars.at_ms[index]), rows(bars, index))
            for symbol, bars in whole.items()
        ]
        parts, found = [], []
        each = fanout.in_parts(closed)
        began = process_time()
        while (part := next(each, None)) is not None:
            found += part
            parts.append(process_time() - began)
            began = process_time()
        spent.append(sum(parts))
        longest.append(max(parts))
        candidates += sum(len(one.keys) for one in found)
        by_symbol = {bar.symbol: bar.row for bar in closed}
        began = process_time()
        for stream, symbol in twins:
            stream.update(by_symbol[symbol])
        floor.append(process_time() - began)
    sample = random.Random(1).sample(asked, 100)
    began = process_time()
    for one in sample:
        one.strategy.plan(whole[one.symbol].upto(500), one.settings, Context())
    arrays = (process_time() - began) / len(sample) * len(asked)
    middle, least = statistics.median(spent), statistics.median(floor)
    return {
        "subscriptions": len(asked),
        "streams": len(twins),
        "candle close, s": {"p50": round(middle, 3), "max": round(max(spent), 3), "asked": BUDGET_S},
        "longest part of it, ms": {"p50": round(statistics.median(longest) * 1000, 1), "asked": PART_MS},
        "floor: its streams alone, s": round(least, 4),
        "times the floor": round(middle / least, 1),
        "the same from arrays of 500 bars, s": round(arrays, 2),
        "candidates": candidates,
        "opening on stored bars, s": round(opening, 2),
        "met": middle <= BUDGET_S and statistics.median(longest) * 1000 <= PART_MS,
    }


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
