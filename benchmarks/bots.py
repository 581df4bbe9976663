"""A candle closes for 10,000 bots that work, on 200 symbols: each sees it, thinks, and what it has learned is
written down; meanwhile somebody else sends orders (the price of each comes with it).

500 accounts with 20 bots each, 50 bots in every symbol, all five kinds; a journal on the disk. Counted are
seconds of a core, the longest step of the loop, and how long others' orders take from the line to the
broker's hands.

Run: python -m benchmarks.bots
"""

from __future__ import annotations

import asyncio
import gc
import json
import random
import statistics
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from benchmarks._desk import BenchDesk, instrument, scratch
from benchmarks.profiles import Steps
from trading.automations.table import AUTOMATIONS
from trading.domain import commands as cm
from trading.domain.automation import BOTS_MAX, BotStatus
from trading.domain.events import Refusal
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.parameters import validated, written
from trading.ports import Denied
from trading.running.runner import Runner
from trading.running.stepping import state_bytes

SYMBOLS = 200
OTHER = "OTHER/USD"
BOTS = 10_000
CLOSES = 8
ORDERS = 60
FRAME = timedelta(minutes=5)
BUDGET_S = 1.0
LATE_MS = 25
PAUSE_S = 0.005
SETTINGS: dict[str, dict[str, str]] = {
    "momentum": {"channel": "20"},
    "dip": {"drop_percent": "5"},
    "scalper": {},
    "dca": {"safeties": "1"},
    "grid": {"cells": "2"},
}
"""Few orders at the beginning: what is counted is a candle, not the way to it."""


class BotsDesk(BenchDesk):
    """A desk with bots at work on all of its accounts, and one account without any."""

    runner: Runner

    async def fill(self, bots: int) -> None:
        """Begin them all."""
        self.symbols = [f"C{number}/USD" for number in range(SYMBOLS)]
        self.price = dict.fromkeys(self.symbols, Decimal(100))
        for symbol in self.symbols:
            self.quote(symbol)
        self.other = await self.account("others", fills=True)
        per_account = BOTS_MAX
        kinds = list(SETTINGS)
        for number in range(bots // per_account):
            account = AccountId(f"b{number}")
            await self.account(account)
            commands = []
            for one in range(per_account):
                symbol = self.symbols[(number * per_account + one) % SYMBOLS]
                commands.append(self._begin(account, symbol, kinds[one % len(kinds)], one))
            answers = await asyncio.gather(*(self.engine.submit(command) for command in commands))
            assert not any(isinstance(answer, Denied) for answer in answers)
        self.runner = Runner(
            self.engine,
            lambda: self.engine.book,
            self.clock,
            lambda symbol: 3_600.0,
            lambda symbol, at: True,
            lambda account: True,
        )
        self.engine.committed(self.runner.wake)

    def _begin(self, account: AccountId, symbol: str, kind: str, one: int) -> cm.StartBot:
        machine, listed, budget = AUTOMATIONS[kind], instrument(symbol), Decimal(2_000)
        settings = validated(machine, SETTINGS[kind])
        assert not isinstance(settings, Refusal)
        return cm.StartBot(
            CommandId(f"{account}:{one}"),
            PersonId(account),
            account,
            cm.Seen(listed, self.engine.book.marks.get(symbol)),
            kind,
            f"{kind}-{one}",
            written(settings),
            budget,
            state_bytes(machine.begin(settings, budget, listed, self.clock.now())),
        )

    def close_candle(self, number: int, chance: random.Random) -> None:
        """A bar of every symbol, and its last price."""
        begin = self.clock.now().replace(second=0, microsecond=0) + number * FRAME
        for symbol in self.symbols:
            opened = self.price[symbol]
            ended = (opened * Decimal(f"{1 + chance.uniform(-0.002, 0.002):.6f}")).quantize(Decimal("0.01"))
            self.price[symbol] = ended
            self.quote(symbol, str(ended))
            top, bottom = Price(max(opened, ended)), Price(min(opened, ended))
            bar = Bar(symbol, begin, begin + FRAME, Price(opened), top, bottom, Price(ended))
            self.runner.on_bar(bar)

    def at_work(self) -> int:
        """How many are."""
        found = 0
        for name in self.engine.book.account_ids():
            account = self.engine.book.account(name)
            bots = account.bots.every if account is not None else ()
            found += sum(bot.status is BotStatus.ACTIVE for bot in bots)
        return found

    async def order(self, key: str) -> float:
        """How long an order of somebody else takes to the broker's hands."""
        quote = self.quote(OTHER)
        began = perf_counter()
        answer = await self.engine.submit(self.buy(AccountId("others"), key, quote))
        assert not isinstance(answer, Denied), answer
        while key not in self.other.handed:
            self.other.noted.clear()
            await self.other.noted.wait()
        return self.other.handed[key] - began


async def measured(bots: int = BOTS, closes: int = CLOSES) -> dict[str, Any]:
    """Begin them, let them lay what they lay at once, then close candles."""
    chance, steps = random.Random(7), Steps()
    with scratch() as folder:
        desk = BotsDesk(Path(folder))
        await desk.open()
        await desk.fill(bots)
        for _ in range(3):
            await desk.runner.pulse()
            await desk.idle()
        alone = [await desk.order(f"a{number}") for number in range(ORDERS)]
        # As on a desk that has started (bot.main.collecting).
        gc.collect()
        gc.freeze()
        spent: list[float] = []
        waited: list[float] = []
        latency: list[float] = []
        for number in range(closes):
            steps.longest = 0.0
            began = process_time()
            desk.close_candle(number, chance)
            round_ = asyncio.create_task(desk.runner.pulse())
            while not round_.done():
                latency.append(await desk.order(f"c{number}:{len(latency)}"))
                await asyncio.sleep(PAUSE_S)
            await round_
            spent.append(process_time() - began)
            waited.append(steps.longest * 1000)
            await desk.idle()
            await desk.runner.pulse()
            await desk.idle()
        works = desk.at_work()
        await desk.close()
    cpu, late = statistics.median(spent[1:]), percentile_99(latency) * 1000
    return {
        "bots at work": works,
        "candle close, s of a core": {"p50": round(cpu, 3), "first": round(spent[0], 3), "asked": BUDGET_S},
        "longest step of the loop, ms": {"p50": round(statistics.median(waited[1:]), 1)},
        "others' orders meanwhile, ms": {
            "orders": len(latency),
            "p50": round(statistics.median(latency) * 1000, 1),
            "p99": round(late, 1),
            "asked": LATE_MS,
        },
        "the same without bots, ms": {
            "p50": round(statistics.median(alone) * 1000, 1),
            "p99": round(percentile_99(alone) * 1000, 1),
        },
        "met": cpu <= BUDGET_S and late <= LATE_MS,
    }


def percentile_99(seconds: Sequence[float]) -> float:
    """The value that one in a hundred exceeds."""
    return sorted(seconds)[min(len(seconds) * 99 // 100, len(seconds) - 1)]


def measure() -> dict[str, Any]:
    """All of it."""
    return asyncio.run(measured())


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
