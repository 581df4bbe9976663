"""The paper venue, wired for the contract: time by hand, market by hand, a line that can be made bad."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from trading.brokers.fills import FillRules
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_faults import Fault, Faults
from trading.brokers.paper_venue import PaperVenue
from trading.domain.ids import AccountId
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.reports import BrokerReport
from trading.entropy import SeededEntropy
from trading.ports import VenueProfile

T = TypeVar("T")
ACCOUNT = AccountId("paper-1")
BTC = Instrument(
    symbol="BTC/USD",
    kind=InstrumentKind.SPOT,
    base="BTC",
    quote="USD",
    tick_size=Decimal("0.01"),
    lot_size=Decimal("0.001"),
    quantity_min=Decimal("0.001"),
    notional_min=Decimal(5),
)


class HandClock:
    """Time that moves when somebody moves it; who sleeps moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def elapsed_s(self) -> float:
        return (self.time - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()

    async def sleep_s(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    async def sleep_until(self, at: datetime) -> None:
        self.time = max(self.time, at)
        await asyncio.sleep(0)


class TravellingBroker(PaperBroker):
    """Something may happen while the next request travels."""

    on_the_way: Callable[[], None] | None = None

    async def _request(self, act: Callable[[datetime], T], *, is_order: bool = False) -> T:
        happening, self.on_the_way = self.on_the_way, None
        if happening is not None:
            happening()
        return await super()._request(act, is_order=is_order)


class PaperUnderTest:
    """`VenueUnderTest` for the paper venue."""

    def __init__(
        self,
        profile: VenueProfile,
        venue_type: type[PaperVenue] = PaperVenue,
        broker_type: type[TravellingBroker] = TravellingBroker,
        rules: FillRules | None = None,
    ) -> None:
        self.account = ACCOUNT
        self.instrument = BTC
        self.cash = Decimal(10_000)
        self.clock = HandClock()
        self.faults = Faults()
        self.venue = venue_type(
            ACCOUNT,
            lambda symbol: BTC if symbol == BTC.symbol else None,
            SeededEntropy(1),
            cash=self.cash,
            profile=profile,
            rules=rules or FillRules(touch_share=Decimal(1)),
        )
        self.broker = broker_type(ACCOUNT, self.venue, self.clock, faults=self.faults)

    async def quote(self, bid: str, ask: str, size: str | None = None) -> None:
        self.clock.time += timedelta(seconds=1)
        self.show(bid, ask, size)

    def show(self, bid: str, ask: str, size: str | None = None) -> None:
        depth = None if size is None else Quantity(Decimal(size))
        price = Quote(
            BTC.symbol, Price(Decimal(bid)), Price(Decimal(ask)), self.clock.time, depth, depth, "test"
        )
        self.broker.on_market(price)

    async def reports(self) -> list[BrokerReport]:
        return self.broker.drain()

    def lose_request(self) -> None:
        self.faults.plan(Fault.LOST_BEFORE)

    def lose_answer(self) -> None:
        self.faults.plan(Fault.LOST_AFTER)

    def crowd(self, after_s: float | None) -> None:
        self.faults.busy_s = after_s
        self.faults.plan(Fault.BUSY)

    def delay_answer(self) -> None:
        self.faults.plan(Fault.LATE)

    def repeat_fills(self) -> None:
        self.faults.repeats_fills = True

    def during_next_request(self, bid: str, ask: str) -> None:
        self.broker.on_the_way = lambda: self.show(bid, ask)

    async def let_pass(self, seconds: float) -> None:
        self.clock.time += timedelta(seconds=seconds)
        self.broker.wake()

    def now(self) -> datetime:
        return self.clock.time
