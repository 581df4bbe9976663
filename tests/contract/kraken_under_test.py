"""The Kraken adapter, wired for the contract: the real ccxt, a local server, time and market by hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.contract.binance_under_test import BTC
from tests.contract.paper_under_test import HandClock
from tests.contract.spot_room import SpotRoom
from tests.fakes.binance_server import until
from tests.fakes.kraken_server import KEY, SECRET, KrakenServer
from trading.brokers.ccxt_wire import Credentials, Endpoint
from trading.brokers.kraken import KrakenBroker
from trading.brokers.limits import Budget
from trading.domain.ids import AccountId
from trading.domain.reports import LinkAlive, StreamReport

ACCOUNT = AccountId("kraken-1")
PAIR = "XXBTZUSD"


class KrakenUnderTest(SpotRoom):
    """`VenueUnderTest` over loopback. What the stream says besides fills and ends is kept in `heard` and left
    out of `reports`, which other venues do not say."""

    server: KrakenServer

    def __init__(
        self, broker_type: type[KrakenBroker] = KrakenBroker, deadline_s: float = 10.0, **more: Any
    ) -> None:
        self.account = ACCOUNT
        self.instrument = BTC
        self.cash = Decimal(10_000)
        self.clock = HandClock()
        self.server = KrakenServer(self._now_ms)
        self.server.engine.balances = {"ZUSD": self.cash}
        self.heard: list[StreamReport] = []
        self.broke, self.market = 0, PAIR
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

    def connected(self, **more: Any) -> KrakenBroker:
        """One more session on the same account, which remembers nothing. Its requests have higher numbers:
        time has passed."""
        self.clock.time += timedelta(seconds=1)
        sockets = self.server.base.replace("http", "ws")
        endpoint = Endpoint("live", self.server.base, sockets, self._deadline_s)
        # A wide budget: what Kraken's own counter allows has tests of its own.
        budget = Budget(self.clock, in_flight_max=1)
        options: dict[str, Any] = {"budget": budget} | self._more | more
        return self._broker_type(ACCOUNT, Credentials(KEY, SECRET), self.clock, endpoint=endpoint, **options)

    async def clock_sleep(self) -> None:
        """Let the sockets do what they do."""
        await asyncio.sleep(0.002)

    def connected_names_forgotten(self) -> None:
        """The session forgets which order is called how, as after a restart."""
        self.broker._names._ids.clear()

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
        self.server.quote(PAIR, bid, ask, size)

    async def told(self) -> None:
        """Wait until the stream has told everything that has left the venue."""
        before = sum(isinstance(one, LinkAlive) for one in self.heard)
        self.server.streams.beat()
        await until(lambda: sum(isinstance(one, LinkAlive) for one in self.heard) > before)

    async def let_pass(self, seconds: float) -> None:
        self.clock.time += timedelta(seconds=seconds)
        self.server.engine.pass_time()


@contextlib.asynccontextmanager
async def kraken(*args: Any, **more: Any) -> AsyncIterator[KrakenUnderTest]:
    """A venue for one case."""
    venue = KrakenUnderTest(*args, **more)
    try:
        await venue.begin()
        yield venue
    finally:
        await venue.finish()
