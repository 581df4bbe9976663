"""The contract of market data, kept by the player, by files and by live prices."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from tests.contract.market_data_contract import MarketDataContract, Stage
from tests.fakes.kraken_public import KrakenPublic
from tests.unit.feeds.stage import TRADE_HEADER, StandingClock, minute_rows, written
from tests.unit.feeds.test_feeds_ccxt import feed_at, until
from trading.clock import SystemClock
from trading.entropy import SeededEntropy
from trading.feeds.bundle import bundled_tapes
from trading.feeds.files import open_series
from trading.feeds.market import Market
from trading.feeds.player import Player
from trading.feeds.replaying import FileFeed

THURSDAY = datetime(2026, 11, 19, 15, 0, 20, tzinfo=UTC)


class TestPlayer(MarketDataContract):
    """Bundled series played as live."""

    @pytest.fixture(params=["BTC/USD", "ES", "ESH4", "EUR/USD", "SPY", "AAPL"])
    def stage(self, request: pytest.FixtureRequest) -> Stage:
        clock = StandingClock(THURSDAY)
        market = Market([Player(bundled_tapes(), clock)], clock, SeededEntropy(1))
        return Stage(market, request.param, THURSDAY, bars=500)


class TestFiles(MarketDataContract):
    """Files in a replay."""

    @pytest.fixture
    def stage(self, tmp_path: Path) -> Stage:
        path = written(tmp_path, "BTC_USD.csv", TRADE_HEADER, *minute_rows(30))
        feed = FileFeed([open_series(path)])
        clock = StandingClock(THURSDAY)
        market = Market([feed], clock, SeededEntropy(1))
        for step in feed.steps():
            clock.at = step[0]
            feed.tell(market, step)
        return Stage(market, "BTC/USD", clock.at, bars=30)


@pytest.mark.wire
class TestCcxt(MarketDataContract):
    """Live public prices."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        fake, clock = KrakenPublic(), SystemClock()
        minute = int(clock.now().timestamp()) // 60 * 60
        fake.candles = [
            [minute - 60 * n, "52000", "52010", "51990", "52005", "52001", "1.2", 3] for n in range(9, -1, -1)
        ]
        server = TestServer(fake.app)
        await server.start_server()
        # Polled once, so that the last price stands still while it is looked at.
        market = Market([feed_at(server, poll_s=3_600)], clock, SeededEntropy(1))
        running = asyncio.ensure_future(market.run())
        await until(market, lambda: market.last("BTC/USD") is not None)
        yield Stage(market, "BTC/USD", clock.now(), bars=9)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await server.close()
