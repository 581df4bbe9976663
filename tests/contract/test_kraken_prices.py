"""Prices of Kraken off the stream and over REST, from a local server that speaks both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from tests.contract.market_data_contract import MarketDataContract, Stage
from tests.fakes.binance_faults import Fault
from tests.fakes.binance_server import until
from tests.fakes.kraken_server import KrakenServer
from trading.brokers.ccxt_wire import Credentials, Endpoint
from trading.brokers.kraken_exchange import opened
from trading.brokers.kraken_line import Line
from trading.brokers.kraken_markets import Markets
from trading.brokers.limits import Budget
from trading.clock import SystemClock
from trading.domain.market import Quote
from trading.entropy import SeededEntropy
from trading.feeds import streamed_prices
from trading.feeds.feed import MarketEvent
from trading.feeds.kraken_prices import KrakenPrices
from trading.feeds.market import Market

D = Decimal
BTC, PAIR = "KRAKEN:BTC/USD", "XXBTZUSD"
pytestmark = pytest.mark.wire


class Desk:
    """A market that follows one local Kraken, and all that it has said."""

    def __init__(self) -> None:
        self.clock = SystemClock()
        self.server = KrakenServer()
        self.heard: list[MarketEvent] = []
        self.market = Market([], self.clock, SeededEntropy(1))
        self.market.subscribe(self.heard.append)

    async def open(self) -> Desk:
        await self.server.start()
        self.server.quote(PAIR, "64000.10", "64000.20")
        minute = int(self.clock.now().timestamp()) // 60 * 60
        self.server.candles = [
            [minute - 60 * n, "64000", "64010", "63990", "64005", "64001", "1.5", 12]
            for n in range(9, -1, -1)
        ]
        endpoint = Endpoint("live", self.server.base, self.server.base.replace("http", "ws"), 3.0)

        def now_ms() -> int:
            return int(self.clock.now().timestamp() * 1000)

        self.line = Line(
            lambda: opened(Credentials("", ""), endpoint, now_ms),
            self.clock,
            Budget(self.clock),
            Markets("KRAKEN:"),
            3.0,
        )
        self.feed = KrakenPrices(self.line, self.clock, "kraken", "USD")
        self.task = asyncio.create_task(self.market.listen(self.feed))
        await until(lambda: self.market.last(BTC) is not None)
        await until(lambda: "BTC/USD" in self.server.streams.wanted)
        return self

    async def shut(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.line.close()
        await self.server.stop()

    def quotes(self) -> list[Quote]:
        return [one for one in self.heard if isinstance(one, Quote) and one.symbol == BTC]


@pytest.fixture
async def desk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(streamed_prices, "CHECK_S", 0.02)
    made = await Desk().open()
    yield made
    await made.shut()


class TestKrakenPrices(MarketDataContract):
    """The contract of market data."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        desk = await Desk().open()
        yield Stage(desk.market, BTC, desk.clock.now(), bars=9)
        await desk.shut()


async def test_assets_have_the_names_that_everybody_knows(desk: Desk) -> None:
    assert [one.symbol for one in desk.market.search("btc")] == [BTC]
    instrument = desk.market.instrument(BTC)
    assert instrument is not None and (instrument.tick_size, instrument.lot_size) == (D("0.01"), D("0.001"))
    assert (instrument.quantity_min, instrument.notional_min) == (D("0.001"), D(5))


async def test_a_price_off_the_stream_is_told_at_once_and_exactly(desk: Desk) -> None:
    desk.server.quote(PAIR, "64100.1", "64100.2")
    await until(lambda: desk.quotes()[-1].bid == D("64100.1"))
    assert "kraken stream" in {one.source for one in desk.quotes()}


async def test_rest_goes_on_while_the_stream_is_gone(desk: Desk) -> None:
    await desk.server.streams.close()
    desk.server.quote(PAIR, "64200.1", "64200.2")
    await until(lambda: desk.quotes()[-1].bid == D("64200.1"))
    assert desk.quotes()[-1].source == "kraken rest"


async def test_a_stream_that_says_something_else_for_good_is_not_believed(desk: Desk) -> None:
    desk.server.quote(PAIR, "64100", "64100.2")
    await until(lambda: desk.quotes()[-1].bid == D(64100))
    desk.server.rest_says[PAIR] = ("50000", "50001")
    await until(lambda: desk.quotes()[-1].bid == D(50000))


async def test_prices_that_nobody_gives_are_told_as_lost_and_found_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed_prices, "STALE_S", 0.05)
    told: list[bool] = []
    desk.market.subscribe_status(lambda status: told.append(status.alive))
    desk.server.faults.plan(*[Fault.LOST] * 6)
    await desk.server.streams.close()
    await until(lambda: False in told)
    await until(lambda: told[-1], 30)
