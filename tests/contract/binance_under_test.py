"""The Binance adapter, wired for the contract: the real ccxt, a local server, time and market by hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.contract.paper_under_test import HandClock
from tests.contract.spot_room import SpotRoom
from tests.fakes.binance_server import KEY, SECRET, BinanceServer, until
from trading.brokers.binance import BinanceBroker
from trading.brokers.binance_profile import BINANCE_SPOT
from trading.brokers.ccxt_wire import Credentials, Endpoint
from trading.domain.ids import AccountId
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.reports import LinkAlive, StreamReport
from trading.ports import VenueProfile

ACCOUNT = AccountId("binance-1")
MARKET = "BTCUSD"
BTC = Instrument(
    symbol="BTC/USD",
    kind=InstrumentKind.SPOT,
    base="BTC",
    quote="USD",
    tick_size=Decimal("0.01"),
    lot_size=Decimal("0.001"),
    quantity_min=Decimal("0.001"),
    notional_min=Decimal(5),
    shortable=False,
)


class BinanceUnderTest(SpotRoom):
    """`VenueUnderTest` over loopback. Fees are taken in the quote currency here, as from an account that pays
    them so, and the cases count in it; what Binance takes in other assets has tests of its own.

    What the stream says besides fills and ends (that orders were accepted, that the line is alive) is kept in
    `heard` and left out of `reports`, which other venues do not say.
    """

    server: BinanceServer

    def __init__(
        self,
        profile: VenueProfile = BINANCE_SPOT,
        broker_type: type[BinanceBroker] = BinanceBroker,
        deadline_s: float = 10.0,
        **more: Any,
    ) -> None:
        self.account = ACCOUNT
        self.instrument = BTC
        self.cash = Decimal(10_000)
        self.clock = HandClock()
        self.server = BinanceServer(self._now_ms)
        self.server.engine.balances = {"USD": self.cash}
        self.server.engine.commission = "quote"
        self.heard: list[StreamReport] = []
        self.broke, self.market = 0, MARKET
        self._profile = profile
        self._broker_type = broker_type
        self._deadline_s = deadline_s
        self._more = more
        self._listening: asyncio.Task[None] | None = None
        self._read = 0

    async def begin(self) -> None:
        """Open the venue, and follow its stream."""
        await self.server.start()
        self.broker = self.connected()
        self._listening = asyncio.create_task(self._listen())
        await until(lambda: self.server.streams.listeners > 0, 20)
        await self.broker.snapshot()

    def connected(self, **more: Any) -> BinanceBroker:
        """One more session on the same account, which remembers nothing."""
        sockets = self.server.base.replace("http", "ws")
        endpoint = Endpoint("live", self.server.base, sockets, self._deadline_s)
        options: dict[str, Any] = {"currency": "USD", "symbols": (BTC.symbol,)} | self._more | more
        return self._broker_type(
            ACCOUNT,
            Credentials(KEY, SECRET),
            self.clock,
            endpoint=endpoint,
            profile=self._profile,
            **options,
        )

    async def finish(self) -> None:
        """Hang up and close."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
        await self.broker.close()
        await self.server.stop()

    # ------------------------------------------------------------ what the cases use

    async def quote(self, bid: str, ask: str, size: str | None = None) -> None:
        self.clock.time += timedelta(seconds=1)
        self.server.quote(MARKET, bid, ask, size)

    async def told(self) -> None:
        """Wait until the stream has told everything that has left the venue."""
        streams = self.server.streams
        streams.user({"e": "balanceUpdate", "E": self._now_ms(), "a": "USD", "d": "0", "T": self._now_ms()})
        await until(lambda: sum(isinstance(one, LinkAlive) for one in self.heard) >= streams.balances)

    async def let_pass(self, seconds: float) -> None:
        self.clock.time += timedelta(seconds=seconds)


@contextlib.asynccontextmanager
async def binance(*args: Any, **more: Any) -> AsyncIterator[BinanceUnderTest]:
    """A venue for one case."""
    venue = BinanceUnderTest(*args, **more)
    try:
        await venue.begin()
        yield venue
    finally:
        await venue.finish()
