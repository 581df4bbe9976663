"""A whole desk trades shares at the local Alpaca: real engine, real adapter, real wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from db.store import memory_store
from tests.fakes.alpaca_faults import Fault
from tests.fakes.alpaca_server import KEY, SECRET, venue
from tests.fakes.alpaca_words import asset
from tests.unit.domain.test_bracket import plan
from trading.brokers.alpaca import AlpacaBroker
from trading.brokers.alpaca_profile import AlpacaMarket, AlpacaSite
from trading.brokers.alpaca_wire import AlpacaKeys
from trading.clock import SystemClock
from trading.domain import commands as cm
from trading.domain.exits import ExitPlan, Size, SizeKind
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.instrument import Session
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.domain.position import Position
from trading.engine.loop import Engine
from trading.engine.reconcile import connect
from trading.ports import StoredEvent, Taken

D = Decimal
ANN, SHARES = PersonId("ann"), AccountId("shares")
PATIENCE_S = 30.0
pytestmark = pytest.mark.wire


class Floor:
    """Desk and venue, with one market that a test moves for both."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.server = venue(self.clock.now, asset("AAPL"))
        self.engine = Engine(memory_store().journal, self.clock, b"k" * 32)
        self.events: list[Any] = []
        self.grown = asyncio.Event()
        self.commands = 0

    async def open(self) -> Floor:
        """Everything runs, the account is connected, the share stands at 100."""
        await self.server.start()
        site = AlpacaSite("paper", self.server.rest, self.server.socket)
        keys = AlpacaKeys(KEY, SECRET)
        self.broker = AlpacaBroker(SHARES, AlpacaMarket.SHARES, site, keys, self.clock, deadline_s=1.0)
        listed = await self.broker.instrument("AAPL")
        assert listed is not None
        self.share = replace(listed, session=Session())  # the test runs at any hour
        self.engine.contract = {"AAPL": self.share}.get
        self.engine.memory.epoch = await self.engine.journal.next_epoch()
        await self.engine.load()
        self.engine.committed(self.heard)
        self.task = asyncio.create_task(self.engine.run())
        opened = cm.OpenAccount(CommandId("open"), ANN, SHARES, "alpaca", "paper", "USD", D(10_000))
        assert isinstance(await self.engine.submit(opened), Taken)
        await connect(self.engine, SHARES, self.broker)
        while not self.server.stream.listeners:
            await self.clock.sleep_s(0.01)
        await self.quote("99.99", "100")
        return self

    async def shut(self) -> None:
        """The desk ends, then the venue."""
        self.task.cancel()
        await self.engine.outbox.close()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.broker.close()
        await self.server.stop()

    def heard(self, stored: Sequence[StoredEvent]) -> None:
        self.events += [one.event for one in stored]
        self.grown.set()

    async def until(self, happened: Callable[[], object]) -> None:
        """Wait until the desk has written down what makes it so."""
        async with asyncio.timeout(PATIENCE_S):
            while not happened():
                self.grown.clear()
                await self.grown.wait()

    async def quote(self, bid: str, ask: str) -> None:
        """The market moves, at the venue and on the desk's feed."""
        self.server.exchange.quote("AAPL", D(bid), D(ask))
        await self.server.stream.flush()
        self.engine.on_quote(Quote("AAPL", Price(D(bid)), Price(D(ask)), self.clock.now()))

    async def buy(self, exits: ExitPlan) -> None:
        """Shares for 1,000 dollars."""
        self.commands += 1
        seen = cm.Seen(self.share, self.engine.book.marks.get("AAPL"), None)
        size, name = Size(SizeKind.SPEND, D(1000)), CommandId(f"test:{self.commands}")
        bought = cm.OpenPosition(name, ANN, SHARES, seen, True, size, exits=exits, confirmed=("duplicate",))
        assert isinstance(await self.engine.submit(bought), Taken)

    @property
    def position(self) -> Position | None:
        """What the book holds, None when it is flat."""
        held = self.engine.book.current_position(SHARES, "AAPL")
        return held if held is not None and held.quantity else None

    def resting(self) -> list[tuple[str, Decimal | None, Decimal | None]]:
        """The orders that wait at the venue: kind, stop, quantity."""
        return [(one.type, one.stop, one.qty) for one in self.server.exchange.orders.values() if one.is_open]

    def named(self, name: str) -> list[Any]:
        """The events of one class."""
        return [one for one in self.events if type(one).__name__ == name]


@pytest.fixture
async def floor() -> AsyncIterator[Floor]:
    floor = await Floor().open()
    yield floor
    await floor.shut()


async def test_a_stop_rests_at_the_venue_as_soon_as_the_entry_has_filled_and_closes_it(floor: Floor) -> None:
    await floor.buy(plan(stop="5%"))
    await floor.until(lambda: floor.resting() == [("stop", D(95), D(10))])
    await floor.quote("94", "94.01")
    await floor.until(lambda: floor.named("PositionClosed"))
    assert floor.position is None and floor.server.exchange.positions == {}
    assert floor.server.exchange.cash == 10_000 - 1000 + 940


async def test_a_close_by_hand_frees_the_shares_from_their_stop_first(floor: Floor) -> None:
    await floor.buy(plan(stop="5%"))
    await floor.until(floor.resting)
    held = floor.position
    assert held is not None
    seen = cm.Seen(floor.share, floor.engine.book.marks.get("AAPL"), None)
    whole = Size(SizeKind.POSITION, D(100))
    await floor.engine.submit(
        cm.ClosePosition(CommandId("close"), ANN, SHARES, held.position_id, whole, seen)
    )
    await floor.until(lambda: floor.named("PositionClosed"))
    assert floor.resting() == [] and floor.server.exchange.positions == {}


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.TAKEN_504])
async def test_an_entry_whose_answer_was_lost_is_found_guarded_and_never_bought_twice(
    floor: Floor, fault: Fault
) -> None:
    asked = floor.broker.submit

    async def on_a_bad_line(order: Any) -> Any:
        floor.broker.submit = asked  # type: ignore[method-assign]  # only the first request
        floor.server.faults.plan.append(fault)
        return await asked(order)

    floor.broker.submit = on_a_bad_line  # type: ignore[method-assign]  # the line is bad for this one
    await floor.buy(plan(stop="5%"))
    await floor.until(lambda: floor.resting() == [("stop", D(95), D(10))])
    bought = [one for one in floor.server.bodies if one.get("side") == "buy"]
    assert len(bought) == 1
    assert floor.position is not None and floor.position.quantity == 10
