"""A candle closes for 10,000 subscriptions of profiles: judged, stored as scorecards, and acted on.

200 symbols and 200 profiles of 50 symbols each, 50 settings on every symbol: whatever was on offer has its
scorecard of the candle written. Counted are seconds of a core, and the longest step of the loop, in which
nobody else is served.

Run: python -m benchmarks.profiles
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from time import process_time, thread_time
from typing import Any

import numpy as np

from benchmarks.fanout import EACH, tuned
from db.store import open_store
from trading.candles.candle_clock import CandleClock
from trading.clock import SystemClock
from trading.domain.book import Book
from trading.domain.commands import Command
from trading.domain.events import Refusal
from trading.domain.exits import Size, SizeKind
from trading.domain.ids import AccountId, PersonId
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.domain.money import Price
from trading.parameters import ParameterHistory, Revision, written
from trading.ports import Denied, Taken
from trading.profiles.parts import Parts
from trading.profiles.profile import Mode, TradingProfile, Voice
from trading.profiles.runner import Runner

SYMBOLS = 200
HISTORY = 600
CLOSES = 6
FRAME = timedelta(minutes=5)
BUDGET_S = 1.0
SLICE_MS = 25


class Nowhere:
    """A desk, a market and a ledger that take everything and trade nothing."""

    def __init__(self, past: dict[str, list[Bar]]) -> None:
        self.past = past
        self.commands = 0

    async def submit(self, command: Command) -> Taken | Denied:
        self.commands += 1
        return Denied(command.command_id, (Refusal("benchmark", "Nothing is traded here."),))

    def instrument(self, symbol: str) -> Instrument | None:
        return None

    def last(self, symbol: str) -> Quote | None:
        return None

    def bars(self, symbol: str, count: int) -> Sequence[Bar]:
        return self.past[symbol][-count:]


def past_of(symbol: str, seed: int, begin: datetime) -> list[Bar]:
    """A walk of five-minute bars that ends now."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.standard_normal(HISTORY + CLOSES) * 0.002))
    found = []
    before = 100.0
    for index, value in enumerate(close.tolist()):
        opened, ended = Price(Decimal(f"{before:.4f}")), Price(Decimal(f"{value:.4f}"))
        at = begin + index * FRAME
        found.append(Bar(symbol, at, at + FRAME, opened, max(opened, ended), min(opened, ended), ended))
        before = value
    return found


def profiles(symbols: Sequence[str], now: datetime) -> list[TradingProfile]:
    """Every setting of the fan-out's workload on every symbol: four profiles of fifty symbols for each."""
    chosen = [(name, tuned(name, number)) for name, count in EACH.items() for number in range(count)]
    found = []
    for number, (name, settings) in enumerate(chosen):
        history = ParameterHistory((Revision(1, written(settings), "ann", now),))
        for part in range(0, len(symbols), 50):
            found.append(
                TradingProfile(
                    f"a{number}/profile-{part}",
                    PersonId("ann"),
                    AccountId(f"a{number}"),
                    f"p{number}-{part}",
                    name,
                    300,
                    Size(SizeKind.SPEND, Decimal(100)),
                    tuple(symbols[part : part + 50]),
                    Mode.AUTOMATIC,
                    True,
                    opinion=Voice.OFF,
                    history=history,
                )
            )
    return found


class Steps:
    """How long each step of the loop takes, in seconds of its thread: nobody else is served meanwhile."""

    def __init__(self) -> None:
        self.longest = 0.0
        run = asyncio.Handle._run

        def timed(handle: asyncio.Handle) -> None:
            began = thread_time()
            run(handle)
            self.longest = max(self.longest, thread_time() - began)

        asyncio.Handle._run = timed  # type: ignore[assignment, method-assign]  # the loop calls it for every step


async def measured() -> dict[str, Any]:
    symbols = [f"S{number:03}/USD" for number in range(SYMBOLS)]
    now = datetime.now(UTC)
    begin = datetime.fromtimestamp(now.timestamp() // 300 * 300, UTC) - (HISTORY + CLOSES) * FRAME
    whole = {symbol: past_of(symbol, seed, begin) for seed, symbol in enumerate(symbols)}
    desk: Any = Nowhere({symbol: bars[:HISTORY] for symbol, bars in whole.items()})
    clock, steps = SystemClock(), Steps()
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(f"sqlite:///{Path(folder) / 'desk.db'}")
        candles = CandleClock(clock, lambda symbol, at: True)
        parts = Parts(desk, Book, desk, store.ledger, store.registers, store.profiles, clock, candles)
        every = profiles(symbols, now)
        runner = Runner(parts, lambda: every)
        began = process_time()
        await runner.start()
        await runner.round()
        opening = process_time() - began
        # As on a desk that has started (bot.main.collecting).
        gc.collect()
        gc.freeze()
        spent, waited = [], []
        for index in range(HISTORY, HISTORY + CLOSES):
            for bars in whole.values():
                candles.heard(bars[index])
            steps.longest = 0.0
            began = process_time()
            await runner.round()
            await asyncio.gather(*runner._acting)
            spent.append(process_time() - began)
            waited.append(steps.longest)
        rows = sum([len(await store.profiles.kept(one.profile_id, limit=10_000)) for one in every])
        await runner.close()
        await store.close()
    # The first candle opens every indicator on its history.
    return {
        "subscriptions": sum(len(one.symbols) for one in every),
        "scorecards of six candles": rows,
        "following all symbols, s": round(opening, 2),
        "first candle, s": round(spent[0], 2),
        "candle close, s": {"p50": round(statistics.median(spent[1:]), 3), "asked": BUDGET_S},
        "longest stretch without others, ms": {
            "first": round(waited[0] * 1000, 1),
            "p50": round(statistics.median(waited[1:]) * 1000, 1),
            "asked": SLICE_MS,
        },
        "commands": desk.commands,
        "met": statistics.median(spent[1:]) <= BUDGET_S and statistics.median(waited[1:]) * 1000 <= SLICE_MS,
    }


def measure() -> dict[str, Any]:
    """All of it."""
    return asyncio.run(measured())


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
