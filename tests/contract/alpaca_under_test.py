"""The Alpaca adapter, wired for the contract: the local server, time by hand, a line that can be made bad."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from tests.contract.paper_under_test import HandClock
from tests.contract.venue_under_test import GATE
from tests.fakes.alpaca_faults import Fault
from tests.fakes.alpaca_server import KEY, SECRET, venue
from tests.fakes.alpaca_words import asset
from trading.brokers.alpaca import AlpacaBroker
from trading.brokers.alpaca_profile import AlpacaMarket, AlpacaSite
from trading.brokers.alpaca_wire import AlpacaKeys
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import (
    BrokerReport,
    CanceledReported,
    FillReported,
    LinkAlive,
    LinkBack,
    Replaced,
    StreamReport,
)
from trading.domain.risk import Approved, approve
from trading.ports import Broker, Probe, VenueOrder, VenueProfile, VenueSnapshot

ACCOUNT = AccountId("alpaca-1")
THOUSAND = Decimal(1000)
COIN = asset("BTC/USD", "crypto", min_trade_increment="0.001", min_order_size="0.001", price_increment="0.01")
DEADLINE_S = 2.0


class AlpacaUnderTest:
    """`VenueUnderTest` for Alpaca. Shares go in thousands, so that the contract's 0.4 is 400 of them."""

    def __init__(
        self,
        market: AlpacaMarket,
        broker_type: type[AlpacaBroker] = AlpacaBroker,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.account = ACCOUNT
        self.market = market
        self.cash = Decimal(10_000)
        self.clock = HandClock()
        self.scale = Decimal(1) if market is AlpacaMarket.COINS else THOUSAND
        self.symbol = COIN["symbol"] if market is AlpacaMarket.COINS else "AAPL"
        self.server = venue(self.clock.now, COIN, asset("AAPL"), cash=str(self.cash * self.scale))
        self.broker_type = broker_type
        self.deadline_s = deadline_s
        self.told: list[StreamReport] = []
        self.heard = 0
        self.grown = asyncio.Event()

    async def begin(self) -> AlpacaUnderTest:
        """Start the server, connect, and listen."""
        await self.server.start()
        site = AlpacaSite("paper", self.server.rest, self.server.socket)
        self.alpaca = self.broker_type(
            ACCOUNT, self.market, site, AlpacaKeys(KEY, SECRET), self.clock, deadline_s=self.deadline_s
        )
        instrument = await self.alpaca.instrument(self.symbol)
        assert instrument is not None
        self.instrument = instrument
        self.broker: Broker = InThousands(self.alpaca) if self.scale > 1 else self.alpaca
        self.listening = asyncio.create_task(self._listen())
        await self._hear(1)
        return self

    async def end(self) -> None:
        """Hang up on both sides."""
        self.listening.cancel()
        await asyncio.gather(self.listening, return_exceptions=True)
        await self.alpaca.close()
        await self.server.stop()

    async def _listen(self) -> None:
        async for report in self.broker.reports():
            self.told.append(report)
            self.heard += 1
            self.grown.set()

    async def _hear(self, count: int) -> None:
        async with asyncio.timeout(5):
            while self.heard < count:
                self.grown.clear()
                await self.grown.wait()

    # ------------------------------------------------------------ the market and the line

    async def quote(self, bid: str, ask: str, size: str | None = None) -> None:
        self.clock.time += timedelta(seconds=1)
        self.show(bid, ask, size)
        await self.server.stream.flush()

    def show(self, bid: str, ask: str, size: str | None = None) -> None:
        depth = None if size is None else Decimal(size) * self.scale
        self.server.exchange.quote(self.symbol, Decimal(bid), Decimal(ask), depth)

    async def reports(self) -> list[BrokerReport]:
        await self.server.stream.flush()
        await self._hear(self.server.stream.frames + 1)  # the first says that we are heard
        told, self.told = self.told, []
        return [one for one in told if not isinstance(one, LinkAlive | LinkBack)]

    async def let_pass(self, seconds: float) -> None:
        self.clock.time += timedelta(seconds=seconds)

    def now(self) -> datetime:
        return self.clock.time

    def lose_request(self) -> None:
        self.server.faults.plan.append(Fault.LOST)

    def lose_answer(self) -> None:
        self.server.faults.plan.append(Fault.CUT)

    def crowd(self, after_s: float | None) -> None:
        self.server.faults.busy_s = after_s
        self.server.faults.plan.append(Fault.BUSY)

    def delay_answer(self) -> None:
        self.server.faults.plan.append(Fault.LATE)

    def repeat_fills(self) -> None:
        self.server.faults.repeats = True

    def during_next_request(self, bid: str, ask: str) -> None:
        self.server.faults.travel = lambda: self.show(bid, ask)


class InThousands:
    """A broker whose unit is a thousand shares."""

    def __init__(self, inner: Broker) -> None:
        self._inner = inner

    @property
    def profile(self) -> VenueProfile:
        return self._inner.profile

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        return self._smaller(await self._inner.submit(self._larger(order)))

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        return await self._inner.submit_group([self._larger(one) for one in orders])

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        return self._smaller(await self._inner.cancel(client_order_id))

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        larger = Quantity(quantity * THOUSAND)
        return self._smaller(await self._inner.replace(client_order_id, larger, limit_price, stop_price))

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        found = await self._inner.find(client_order_id)
        return None if found is None else self._order(found)

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        return [self._smaller(one) for one in await self._inner.history(since)]

    async def snapshot(self) -> VenueSnapshot:
        seen = await self._inner.snapshot()
        positions = {symbol: Quantity(held / THOUSAND) for symbol, held in seen.positions.items()}
        orders = tuple(self._order(one) for one in seen.orders)
        return VenueSnapshot(seen.at, positions, orders, seen.cash / THOUSAND)

    async def probe(self) -> Probe:
        return await self._inner.probe()

    async def reports(self) -> AsyncIterator[StreamReport]:
        async for report in self._inner.reports():
            yield report if isinstance(report, LinkAlive | LinkBack) else self._smaller(report)

    @staticmethod
    def _larger(order: Approved[Order]) -> Approved[Order]:
        item = order.item
        return approve(replace(item, quantity=Quantity(item.quantity * THOUSAND)), GATE)

    @staticmethod
    def _order(order: VenueOrder) -> VenueOrder:
        quantity, filled = Quantity(order.quantity / THOUSAND), Quantity(order.filled / THOUSAND)
        return replace(order, quantity=quantity, filled=filled)

    @staticmethod
    def _smaller(report: BrokerReport) -> BrokerReport:
        match report:
            case FillReported():
                return replace(
                    report, quantity=Quantity(report.quantity / THOUSAND), fee=report.fee / THOUSAND
                )
            case CanceledReported(filled=filled) if filled is not None:
                return replace(report, filled=Quantity(filled / THOUSAND))
            case Replaced():
                return replace(report, quantity=Quantity(report.quantity / THOUSAND))
            case _:
                return report
