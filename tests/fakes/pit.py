"""A whole desk in virtual time, without chat: engine, journal in memory, paper venue, prices by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from db.store import Store, memory_store
from trading.brokers.fills import FillRules
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_faults import Faults
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_BARE, PAPER_FULL
from trading.brokers.tape import MemoryTape, Tape
from trading.domain import commands as cm
from trading.domain.exits import ExitPlan, Size, SizeKind
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.market import Bar, Quote
from trading.domain.money import Price, Quantity
from trading.domain.position import Position
from trading.engine.loop import Engine
from trading.engine.reconcile import connect
from trading.engine.settings import EngineSettings
from trading.entropy import SeededEntropy
from trading.ports import Denied, StoredEvent, Taken, VenueProfile
from trading.virtual_time import VirtualClock, VirtualLoop, run

T = TypeVar("T")

START = datetime(2018, 4, 4, tzinfo=UTC)
PAPER = AccountId("paper")
OWNER = PersonId("owner")
BTC = Instrument(
    "BTC/USD",
    InstrumentKind.SPOT,
    "BTC",
    "USD",
    Decimal("0.01"),
    Decimal("0.00000001"),
    "USD",
    notional_min=Decimal(1),
    collar_percent=Decimal(3),
)


class Pit:
    """Where orders are shouted: everything that a test needs to trade by hand."""

    def __init__(
        self,
        loop: VirtualLoop,
        *,
        bare: bool = False,
        rules: FillRules | None = None,
        faults: Faults | None = None,
        settings: EngineSettings | None = None,
        cash: Decimal = Decimal(10_000),
        instruments: tuple[Instrument, ...] = (BTC,),
        waits_for_open: bool = True,
        tape: Tape | None = None,
        profile: VenueProfile | None = None,
    ) -> None:
        self.loop = loop
        self.clock = VirtualClock(loop, START)
        self.store: Store = memory_store()
        self.instruments = {one.symbol: one for one in instruments}
        self.cash = cash
        self.tape = tape or MemoryTape(keeps=True)
        self.rules = rules or FillRules()
        self.profile = profile or (PAPER_BARE if bare else PAPER_FULL)
        self.waits_for_open = waits_for_open
        self.faults = faults
        self.settings = settings or EngineSettings()
        self.commands = 0
        self.events: list[StoredEvent] = []
        self.venue = self.new_venue()
        self.engine = Engine(self.store.journal, self.clock, b"k" * 32, self.settings)
        self.task: asyncio.Task[None] | None = None

    def new_venue(self) -> PaperVenue:
        """The venue as it comes back from its tape."""
        return PaperVenue(
            PAPER,
            self.instruments.get,
            SeededEntropy(1),
            cash=self.cash,
            profile=self.profile,
            rules=self.rules,
            waits_for_open=self.waits_for_open,
            tape=self.tape,
        )

    async def open(self) -> Pit:
        """Start the engine, open the account, connect the venue."""
        await self.start()
        if self.engine.book.account(PAPER) is None:
            command = cm.OpenAccount(CommandId("open"), OWNER, PAPER, "paper", "paper", "USD", self.cash)
            assert isinstance(await self.engine.submit(command), Taken)
        await connect(self.engine, PAPER, self.broker)
        await self.settle()
        return self

    async def start(self) -> None:
        """A new life of the process on the same store and the same venue."""
        self.engine = Engine(self.store.journal, self.clock, b"k" * 32, self.settings)
        self.engine.contract = self.instruments.get
        self.engine.memory.epoch = await self.store.journal.next_epoch()
        await self.engine.load()
        self.engine.committed(self.events.extend)
        self.broker = PaperBroker(PAPER, self.venue, self.clock, faults=self.faults, reports_max=100_000)
        self.task = asyncio.create_task(self.engine.run(), name="engine")

    async def die(self) -> None:
        """End the process without a word; venue and store stay."""
        assert self.task is not None
        self.task.cancel()
        await self.engine.outbox.close()
        await asyncio.gather(self.task, return_exceptions=True)

    async def settle(self) -> None:
        """Let everything that can happen now happen."""
        await self.loop.quiet()
        if self.task is not None and self.task.done():
            self.task.result()

    # ------------------------------------------------------------ prices

    async def quote(self, bid: str, ask: str = "", symbol: str = "BTC/USD") -> None:
        """A quote now, to the venue and to us."""
        quote = Quote(symbol, Price(Decimal(bid)), Price(Decimal(ask or bid)), self.clock.now())
        self.broker.on_market(quote)
        self.engine.on_quote(quote)
        for report in self.broker.drain():
            self.engine.report(report)
        await self.settle()

    async def bar(self, o: str, h: str, lo: str, c: str, symbol: str = "BTC/USD", volume: str = "") -> None:
        """A minute from now on; afterwards it is its end."""
        at = self.clock.now()
        bar = Bar(
            symbol,
            at,
            at + timedelta(minutes=1),
            Price(Decimal(o)),
            Price(Decimal(h)),
            Price(Decimal(lo)),
            Price(Decimal(c)),
            Quantity(Decimal(volume)) if volume else None,
        )
        self.broker.on_bar_open(bar)
        await self.drain()
        await self.clock.sleep_until(bar.ends_at)
        self.broker.on_bar_close(bar)
        self.engine.on_bar(bar)
        await self.drain()

    async def drain(self) -> None:
        """Pass on what the venue has to say."""
        for report in self.broker.drain():
            self.engine.report(report)
        await self.settle()

    # ------------------------------------------------------------ commands

    def command_id(self) -> CommandId:
        """A new one."""
        self.commands += 1
        return CommandId(f"test:1:{self.commands}")

    def seen(self, symbol: str = "BTC/USD", atr: str = "") -> cm.Seen:
        """The market as a handler would have seen it."""
        return cm.Seen(
            self.instruments[symbol],
            self.engine.book.marks.get(symbol),
            Decimal(atr) if atr else None,
        )

    async def buy(self, spend: str = "1000", *, long: bool = True, **more: Any) -> Taken | Denied:
        """Buy for `spend` dollars (or `size`)."""
        command = cm.OpenPosition(
            more.pop("command_id", None) or self.command_id(),
            OWNER,
            PAPER,
            more.pop("seen", None) or self.seen(more.pop("symbol", "BTC/USD")),
            long,
            more.pop("size", None) or Size(SizeKind.SPEND, Decimal(spend)),
            exits=more.pop("exits", None) or ExitPlan(),
            confirmed=more.pop("confirmed", ("duplicate",)),
            **more,
        )
        answer = await self.engine.submit(command)
        await self.settle()
        return answer

    async def close(self, percent: str = "100", symbol: str = "BTC/USD", **more: Any) -> Taken | Denied:
        """Close a share of the position."""
        position = self.position(symbol)
        assert position is not None
        command = cm.ClosePosition(
            self.command_id(),
            OWNER,
            PAPER,
            position.position_id,
            more.pop("size", None) or Size(SizeKind.POSITION, Decimal(percent)),
            self.seen(symbol),
            **more,
        )
        answer = await self.engine.submit(command)
        await self.settle()
        return answer

    async def do(self, kind: Callable[..., cm.Command], **fields: Any) -> Taken | Denied:
        """Any other command, ids filled in."""
        answer = await self.engine.submit(
            kind(command_id=self.command_id(), person=OWNER, account=PAPER, **fields)
        )
        await self.settle()
        return answer

    # ------------------------------------------------------------ looking

    def position(self, symbol: str = "BTC/USD") -> Position | None:
        """The newest position of the symbol."""
        return self.engine.book.current_position(PAPER, symbol)

    def named(self, name: str) -> list[Any]:
        """The events of one class, in order."""
        return [stored.event for stored in self.events if type(stored.event).__name__ == name]

    def names(self) -> list[str]:
        """The classes of all events, in order."""
        return [type(stored.event).__name__ for stored in self.events]


def in_pit(scene: Callable[[Pit], Awaitable[T]], **more: Any) -> T:
    """Play a scene in a fresh pit, in virtual time."""

    async def main(loop: VirtualLoop) -> T:
        pit = await Pit(loop, **more).open()
        try:
            return await scene(pit)
        finally:
            await pit.die()

    return run(main)
