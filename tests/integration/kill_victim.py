"""A real desk core on real files that trades until somebody kills it. Run: python -m … FOLDER SEED LIFE

Before it submits a command it notes it in `asked.jsonl`, synced, as a chat platform would keep a message;
after a start it first submits the last ones again, as a platform would redeliver them.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from decimal import Decimal
from pathlib import Path

from db.store import open_store
from tests.fakes.pit import BTC, OWNER, PAPER
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.tape import FileTape
from trading.clock import SystemClock
from trading.domain import commands as cm
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind, Target
from trading.domain.ids import CommandId
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.engine.loop import Engine
from trading.engine.reconcile import connect
from trading.engine.settings import EngineSettings
from trading.entropy import SeededEntropy

ASKED = "asked.jsonl"
REDELIVERED = 5
UNBOUND = Decimal(10) ** 9


class Core:
    """Engine, store and venue on the files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = SystemClock()

    async def begin(self) -> Core:
        """Open, load, reconcile: the ordinary start, and nothing else."""
        self.store = await open_store(f"sqlite:///{self.folder / 'desk.db'}")
        self.engine = Engine(self.store.journal, self.clock, b"k" * 32, EngineSettings(snapshot_every=50))
        self.engine.memory.epoch = await self.store.journal.next_epoch()
        await self.engine.load()
        self.task = asyncio.create_task(self.engine.run())
        tape = FileTape(self.folder / "venue.tape")
        self.venue = PaperVenue(PAPER, {"BTC/USD": BTC}.get, SeededEntropy(1), cash=UNBOUND, tape=tape)
        self.broker = PaperBroker(PAPER, self.venue, self.clock)
        if self.engine.book.account(PAPER) is None:
            await self._open_account()
        await connect(self.engine, PAPER, self.broker)
        return self

    async def _open_account(self) -> None:
        command = cm.OpenAccount(CommandId("open"), OWNER, PAPER, "paper", "paper", "USD", UNBOUND)
        await self.engine.submit(command)
        for name in ("orders_per_10_s_max", "orders_per_minute_max", "gross_exposure_max"):
            await self.engine.submit(cm.SetLimit(CommandId(name), OWNER, PAPER, name, UNBOUND))
        await self.engine.submit(
            cm.SetLimit(CommandId("position"), OWNER, PAPER, "position_notional_max", UNBOUND)
        )

    def price(self, value: Decimal) -> None:
        """A quote for the venue and for us."""
        quote = Quote("BTC/USD", Price(value), Price(value), self.clock.now())
        self.broker.on_market(quote)
        self.engine.on_quote(quote)

    async def settled(self, most_s: float = 10.0) -> bool:
        """Wait until nothing is on its way."""
        until = self.clock.elapsed_s() + most_s
        while self.clock.elapsed_s() < until:
            await asyncio.sleep(0.005)
            if self.engine.is_idle:
                await asyncio.sleep(0.01)
                if self.engine.is_idle:
                    return True
        return False

    async def end(self) -> None:
        """Stop in order."""
        await self.engine.outbox.close()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.venue.close()
        await self.store.close()


def command_of(asked: dict[str, str], core: Core) -> cm.Command | None:
    """The command of a noted line; None when what it is about is gone."""
    seen = cm.Seen(BTC, core.engine.book.marks.get("BTC/USD"))
    if asked["kind"] == "buy":
        exits = ExitPlan(
            targets=(Target(Level(LevelKind.PERCENT, Decimal(1)), Decimal(50)),),
            stop=Level(LevelKind.PERCENT, Decimal("0.5")),
        )
        return cm.OpenPosition(
            CommandId(asked["id"]),
            OWNER,
            PAPER,
            seen,
            True,
            Size(SizeKind.SPEND, Decimal(asked["size"])),
            exits=exits,
            confirmed=("duplicate",),
        )
    position = core.engine.book.current_position(PAPER, "BTC/USD")
    if position is None or not position.is_open:
        return None
    size = Size(SizeKind.POSITION, Decimal(asked["size"]))
    return cm.ClosePosition(CommandId(asked["id"]), OWNER, PAPER, position.position_id, size, seen)


async def trade(folder: Path, seed: int, life: int) -> None:
    """Redeliver, then trade until the end comes from outside."""
    chance = random.Random(seed * 1000 + life)
    core = await Core(folder).begin()
    print("ready", flush=True)
    price = Decimal(1000)
    core.price(price)
    path = folder / ASKED
    if path.exists():
        lines = [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]
        for asked in lines[-REDELIVERED:]:
            command = command_of(asked, core)
            if command is not None:
                await core.engine.submit(command)
    with path.open("a") as notes:
        number = 0
        while True:
            number += 1
            price = max(Decimal(500), price + Decimal(chance.randrange(-400, 401)) / 100)
            core.price(price)
            if chance.random() < 0.5:
                kind = "buy" if chance.random() < 0.7 else "close"
                size = str(chance.randrange(10, 500)) if kind == "buy" else str(chance.choice((25, 50, 100)))
                asked = {"id": f"chat:{life}:{number}", "kind": kind, "size": size}
                notes.write(json.dumps(asked) + "\n")
                notes.flush()
                os.fsync(notes.fileno())
                command = command_of(asked, core)
                if command is not None:
                    await core.engine.submit(command)
            await asyncio.sleep(chance.random() * 0.004)


if __name__ == "__main__":
    asyncio.run(trade(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
