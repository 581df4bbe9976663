"""The same desk on a SQLite file and on PostgreSQL: trade, die, come back, and the tables agree."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from db.store import Store, open_store
from tests.fakes.pit import BTC, OWNER, PAPER
from tests.fakes.postgres import postgres_server, postgres_url
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.tape import FileTape
from trading.clock import SystemClock
from trading.domain import commands as cm
from trading.domain.book import same
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind, Target
from trading.domain.ids import CommandId
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.engine.loop import Engine
from trading.engine.reconcile import connect
from trading.engine.settings import EngineSettings
from trading.entropy import SeededEntropy
from trading.ports import Denied, Taken

__all__ = ["postgres_server", "postgres_url"]

EXITS = ExitPlan(
    targets=(Target(Level(LevelKind.PERCENT, Decimal(2))),), stop=Level(LevelKind.PERCENT, Decimal(1))
)


class Life:
    """One life of a desk on a real database and a venue with a tape."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder
        self.clock = SystemClock()

    async def begin(self) -> Life:
        """Open everything and reconcile."""
        self.store: Store = await open_store(self.url)
        self.engine = Engine(self.store.journal, self.clock, b"k" * 32, EngineSettings(snapshot_every=10))
        self.engine.memory.epoch = await self.store.journal.next_epoch()
        await self.engine.load()
        self.task = asyncio.create_task(self.engine.run())
        venue = PaperVenue(
            PAPER, {"BTC/USD": BTC}.get, SeededEntropy(1), tape=FileTape(self.folder / "venue.tape")
        )
        self.broker = PaperBroker(PAPER, venue, self.clock)
        if self.engine.book.account(PAPER) is None:
            command = cm.OpenAccount(
                CommandId("open"), OWNER, PAPER, "paper", "paper", "USD", Decimal(10_000)
            )
            assert isinstance(await self.engine.submit(command), Taken)
        await connect(self.engine, PAPER, self.broker)
        return self

    async def price(self, value: str) -> None:
        """A quote for the venue and for us; then everything that follows from it."""
        price = Price(Decimal(value))
        quote = Quote("BTC/USD", price, price, self.clock.now())
        self.broker.on_market(quote)
        self.engine.on_quote(quote)
        await self.settled()

    async def settled(self) -> None:
        """Until nothing is on its way; the venue's own reports need a turn each."""
        for _ in range(200):
            await asyncio.sleep(0.002)
            if self.engine.is_idle and not self.broker.drain():
                return

    async def buy(self, key: str, dollars: str) -> Taken | Denied:
        """Buy at the market with the usual exits."""
        command = cm.OpenPosition(
            CommandId(key),
            OWNER,
            PAPER,
            cm.Seen(BTC, self.engine.book.marks.get("BTC/USD")),
            True,
            Size(SizeKind.SPEND, Decimal(dollars)),
            exits=EXITS,
            confirmed=("duplicate",),
        )
        answer = await self.engine.submit(command)
        await asyncio.sleep(0.01)
        return answer

    async def end(self) -> None:
        """Die without a word."""
        await self.settled()
        await self.engine.outbox.close()
        await self.engine.memory.rest()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        self.broker.venue.close()
        await self.store.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.pg)])
async def life(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Life]:
    """A desk that has just opened."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'desk.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    yield await Life(url, tmp_path).begin()


async def held(life: Life) -> Decimal:
    """What the book holds, once nothing moves any more."""
    for _ in range(100):
        await asyncio.sleep(0.005)
        position = life.engine.book.current_position(PAPER, "BTC/USD")
        if life.engine.is_idle and position is not None and position.quantity:
            return position.quantity
    return Decimal(0)


async def test_a_desk_comes_back_with_what_it_held(life: Life) -> None:
    await life.price("100")
    assert isinstance(await life.buy("one", "1000"), Taken)
    assert await held(life) == Decimal(10)
    await life.end()
    again = await Life(life.url, life.folder).begin()
    try:
        assert await held(again) == Decimal(10)
        repeated = await again.buy("one", "1000")
        assert isinstance(repeated, Taken) and repeated.repeated
        fills = await again.store.ledger.fills([PAPER])
        assert [(row.side, row.quantity, row.price, row.fee) for row in fills] == [
            ("buy", Decimal(10), Decimal(100), Decimal(1))
        ]
        rebuilt = Engine(again.store.journal, again.clock, b"k" * 32, EngineSettings())
        await rebuilt.load()
        assert same(rebuilt.book, again.engine.book)
    finally:
        await again.end()


async def test_a_hundred_commands_at_once_are_each_decided_once(life: Life) -> None:
    try:
        await life.price("100")
        limits = [("orders_per_10_s_max", Decimal(1000)), ("orders_per_minute_max", Decimal(1000))]
        for name, value in limits:
            command = cm.SetLimit(CommandId(name), OWNER, PAPER, name, value)
            assert isinstance(await life.engine.submit(command), Taken)
        answers = await asyncio.gather(*(life.buy(f"b{number % 50}", "10") for number in range(100)))
        assert sum(isinstance(a, Taken) and not a.repeated for a in answers) == 50
        assert sum(isinstance(a, Taken) and a.repeated for a in answers) == 50
        await life.settled()
        totals = await life.store.ledger.totals([PAPER])
        assert sum(totals.values()) == 0
    finally:
        await life.end()
