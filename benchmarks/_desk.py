"""A desk on a real file for the workloads; its broker only notes when it was handed what."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from db.store import Store, open_store
from trading.clock import SystemClock
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind, Target
from trading.domain.ids import AccountId, ClientOrderId, CommandId, FillId, PersonId, VenueOrderId
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType
from trading.domain.risk import Approved
from trading.engine.loop import Engine
from trading.engine.settings import EngineSettings
from trading.ports import Probe, VenueOrder, VenueProfile, VenueSnapshot

LIMITLESS = Decimal(10) ** 12
PLAN = ExitPlan(
    targets=(Target(Level(LevelKind.PERCENT, Decimal(5))),), stop=Level(LevelKind.PERCENT, Decimal(2))
)


def instrument(symbol: str) -> Instrument:
    """A spot pair like any other."""
    base = symbol.partition("/")[0]
    return Instrument(symbol, InstrumentKind.SPOT, base, "USD", Decimal("0.01"), Decimal("0.00000001"), "USD")


class NotingBroker:
    """Takes everything at once and remembers when; `fills` makes it fill each market order on arrival."""

    def __init__(self, account: AccountId, clock: SystemClock, *, guards: bool, fills: bool) -> None:
        self.account = account
        self.handed: dict[str, float] = {}
        self.canceled: dict[str, float] = {}
        self.replaced: dict[str, float] = {}
        self.price = Price(Decimal(100))
        self.noted = asyncio.Event()
        self.answers_after_s = 0.0
        """How long a request waits for its answer."""
        self._clock = clock
        self._fills = fills
        self._held: dict[str, Quantity] = {}
        self._reports: asyncio.Queue[rp.BrokerReport] = asyncio.Queue()
        self._profile = VenueProfile("bench", "forever", 0, 0, guards, guards, guards, True, 0)

    def forget(self) -> None:
        """Keep no instants: what a workload notes is not what the desk keeps."""
        self.handed.clear()
        self.canceled.clear()
        self.replaced.clear()

    @property
    def profile(self) -> VenueProfile:
        """Guards exits or not, as asked."""
        return self._profile

    async def submit(self, order: Approved[Order]) -> rp.BrokerReport:
        """Note the instant."""
        item = order.item
        self.handed[item.command_id or item.order_id] = perf_counter()
        self.noted.set()
        if self.answers_after_s:
            await asyncio.sleep(self.answers_after_s)
        now = self._clock.now()
        cid = item.client_order_id
        if self._fills and item.type is OrderType.MARKET:
            fill = rp.FillReported(
                self.account,
                cid,
                FillId(f"f{cid}"),
                item.quantity,
                self.price,
                Decimal(0),
                rp.Liquidity.TAKER,
                now,
            )
            held = self._held.get(item.symbol, Quantity(Decimal(0)))
            self._held[item.symbol] = Quantity(held + item.side.sign * item.quantity)
            self._reports.put_nowait(fill)
        return rp.Accepted(self.account, cid, VenueOrderId(f"v{cid}"), now)

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[rp.BrokerReport]:
        """One by one."""
        return [await self.submit(order) for order in orders]

    async def cancel(self, client_order_id: ClientOrderId) -> rp.BrokerReport:
        """Note the instant."""
        self.canceled[client_order_id] = perf_counter()
        return rp.CanceledReported(self.account, client_order_id, "requested", self._clock.now())

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> rp.BrokerReport:
        """Note the instant."""
        self.replaced[client_order_id] = perf_counter()
        now = self._clock.now()
        return rp.Replaced(self.account, client_order_id, quantity, limit_price, stop_price, "", now)

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """Not asked here."""
        return None

    async def history(self, since: datetime) -> Sequence[rp.BrokerReport]:
        """Not asked here."""
        return []

    async def snapshot(self) -> VenueSnapshot:
        """What it has filled; it keeps no open orders."""
        held = {symbol: quantity for symbol, quantity in self._held.items() if quantity}
        return VenueSnapshot(self._clock.now(), held, (), Decimal(0))

    async def probe(self) -> Probe:
        """Paper."""
        return Probe("paper", True, False)

    async def reports(self) -> AsyncIterator[rp.BrokerReport]:
        """Fills."""
        while True:
            yield await self._reports.get()


class BenchDesk:
    """An engine on a file."""

    def __init__(self, folder: Path, settings: EngineSettings | None = None) -> None:
        self.folder = folder
        self.clock = SystemClock()
        self._settings = settings or EngineSettings()

    async def open(self) -> BenchDesk:
        """Open the store and start the engine."""
        self.store: Store = await open_store(f"sqlite:///{self.folder / 'desk.db'}")
        self.engine = Engine(self.store.journal, self.clock, b"k" * 32, self._settings)
        self.engine.memory.epoch = await self.store.journal.next_epoch()
        await self.engine.load()
        self.task = asyncio.create_task(self.engine.run())
        return self

    async def account(self, name: str, *, guards: bool = True, fills: bool = False) -> NotingBroker:
        """A rich account with its broker."""
        account = AccountId(name)
        if self.engine.book.account(account) is None:
            command = cm.OpenAccount(
                CommandId(f"open:{name}"), PersonId(name), account, "paper", "paper", "USD", LIMITLESS
            )
            await self.engine.submit(command)
            for limit in ("order_notional_max", "position_notional_max", "gross_exposure_max"):
                await self._limit(account, limit, LIMITLESS)
            for limit in ("orders_per_10_s_max", "orders_per_minute_max"):
                await self._limit(account, limit, LIMITLESS)
            await self._limit(account, "duplicate_window_s", Decimal(0))
        broker = NotingBroker(account, self.clock, guards=guards, fills=fills)
        self.engine.outbox.attach(account, broker, self.clock.now())
        self.engine.report(rp.BrokerConnected(account, "paper", guards, self.clock.now()))
        await self.idle()
        return broker

    async def _limit(self, account: AccountId, name: str, value: Decimal) -> None:
        command = cm.SetLimit(CommandId(f"limit:{account}:{name}"), PersonId(account), account, name, value)
        await self.engine.submit(command)

    def quote(self, symbol: str, price: str = "100") -> Quote:
        """A fresh price."""
        value = Price(Decimal(price))
        quote = Quote(symbol, value, value, self.clock.now(), source="bench")
        self.engine.on_quote(quote)
        return quote

    def buy(
        self, account: AccountId, key: str, quote: Quote, *, plan: ExitPlan = PLAN, limit: str = ""
    ) -> cm.OpenPosition:
        """A buy of 100 dollars."""
        from trading.domain.exits import PriceSpec, PriceSpecKind

        spec = PriceSpec(PriceSpecKind.ABSOLUTE, Decimal(limit)) if limit else None
        return cm.OpenPosition(
            CommandId(key),
            PersonId(account),
            account,
            cm.Seen(instrument(quote.symbol), quote),
            True,
            Size(SizeKind.SPEND, Decimal(100)),
            OrderType.LIMIT if limit else OrderType.MARKET,
            spec,
            exits=plan,
        )

    async def idle(self) -> None:
        """Until nothing is on its way."""
        while not self.engine.is_idle:  # noqa: ASYNC110 - the engine has no such event, and needs none
            await asyncio.sleep(0.0005)

    async def close(self) -> None:
        """End."""
        await self.engine.outbox.close()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.store.close()


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder on the disk that the desk would use."""
    return tempfile.TemporaryDirectory(prefix="openoutcry-bench-")


def row(name: str, seconds: Sequence[float], limit: str = "", *, unit: str = "ms") -> dict[str, float]:
    """Print median and p99 of a series; returns them in the unit."""
    factor = {"ms": 1e3, "us": 1e6, "s": 1.0}[unit]
    ordered = sorted(value * factor for value in seconds)
    p50 = statistics.median(ordered)
    p99 = ordered[min(len(ordered) * 99 // 100, len(ordered) - 1)]
    print(f"{name:52} p50 {p50:9.3f} {unit}   p99 {p99:9.3f} {unit}   {limit}")
    return {"p50": p50, "p99": p99}
