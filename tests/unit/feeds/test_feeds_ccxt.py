"""Live public prices: a real ccxt exchange against a local server, and an exchange that is not there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

from tests.fakes.kraken_public import KrakenPublic
from tests.unit.feeds.stage import Ear, StandingClock
from trading.clock import SystemClock
from trading.domain.market import Bar
from trading.entropy import SeededEntropy
from trading.feeds.catalogue import instrument_for
from trading.feeds.ccxt_public import FRAME_HISTORY, CcxtFeed, Exchange
from trading.feeds.market import Market
from trading.feeds.problems import FeedLost

pytestmark = pytest.mark.wire
HOUR_MS = 3_600_000


@pytest.fixture
async def kraken() -> AsyncIterator[tuple[KrakenPublic, TestServer]]:
    fake = KrakenPublic()
    server = TestServer(fake.app)
    await server.start_server()
    yield fake, server
    await server.close()


def pointed_at(base: str) -> Callable[[], Awaitable[Exchange]]:
    """Opens ccxt's own Kraken with its public address moved to `base`."""

    async def opened() -> Exchange:
        import ccxt.async_support

        made: Exchange = ccxt.async_support.kraken({"enableRateLimit": False, "timeout": 2_000})
        made.urls["api"]["public"] = base  # type: ignore[attr-defined]  # ccxt's way to move an address
        return made

    return opened


def feed_at(server: TestServer, **options: float) -> CcxtFeed:
    base = str(server.make_url("")).rstrip("/")
    return CcxtFeed("kraken", SystemClock(), SeededEntropy(1), opened=pointed_at(base), **options)  # type: ignore[arg-type]  # seconds only


async def until(market: Market, holds: Callable[[], bool]) -> None:
    """Return once it holds; looks whenever the market says something."""
    said = asyncio.Event()
    ends = market.subscribe(lambda _event: said.set()), market.subscribe_status(lambda _status: said.set())
    async with asyncio.timeout(10):
        while not holds():
            await said.wait()
            said.clear()
    for end in ends:
        end()


async def test_prices_and_contracts_come_from_the_exchange(kraken: tuple[KrakenPublic, TestServer]) -> None:
    fake, server = kraken
    fake.candles = [
        [1_700_000_000, "52000.1", "52010.0", "51990.0", "52005.5", "52001", "1.25", 3],
        [1_700_000_060, "52005.5", "52005.5", "52005.5", "52005.5", "52005", "0", 0],
        [99_999_999_900, "1", "1", "1", "1", "1", "1", 1],
    ]
    market = Market([feed_at(server, poll_s=0.005)], SystemClock(), SeededEntropy(1))
    running = asyncio.ensure_future(market.run())
    try:
        await until(market, lambda: market.last("BTC/USD") is not None)
        bitcoin = market.instrument("BTC/USD")
        assert bitcoin is not None
        assert (str(bitcoin.tick_size), bitcoin.lot_size) == ("0.1", Decimal("0.00000001"))
        assert (bitcoin.quantity_min, bitcoin.notional_min) == (Decimal("0.0001"), Decimal("0.5"))
        quote = market.last("BTC/USD")
        assert quote is not None
        assert (str(quote.bid), str(quote.ask)) == ("52609.6", "52610.1")
        assert quote.source == "ccxt:kraken"
        assert [str(bar.close) for bar in market.bars("BTC/USD", 10)] == ["52005.5", "52005.5"]
        assert [one.symbol for one in market.search("eth")] == ["ETH/USD"]
        assert market.note("BTC/USD") == ""
        assert market.is_open("BTC/USD", quote.at)
        fake.prices["XXBTZUSD"] = ("52700.0", "52700.1")
        await until(market, lambda: str(getattr(market.last("BTC/USD"), "bid", "")) == "52700.0")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_price_that_is_asked_for_is_the_price_of_now(kraken: tuple[KrakenPublic, TestServer]) -> None:
    fake, server = kraken
    market = Market([feed_at(server, poll_s=60)], SystemClock(), SeededEntropy(1))
    assert await market.ask("BTC/USD") is None  # nobody has reached the exchange yet
    running = asyncio.ensure_future(market.run())
    try:
        await until(market, lambda: market.last("BTC/USD") is not None)
        fake.prices["XXBTZUSD"] = ("52700.0", "52700.1")
        quote, before = await market.ask("BTC/USD"), market.last("BTC/USD")
        assert quote is not None and before is not None
        assert (str(quote.bid), str(before.bid)) == ("52700.0", "52609.6")
        assert quote.at > before.at
        assert await market.ask("NOBODY/USD") is None
        await server.close()
        assert await market.ask("BTC/USD") is None  # neither that price nor any other
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_bars_of_longer_frames_are_asked_for_when_somebody_wants_them(
    kraken: tuple[KrakenPublic, TestServer],
) -> None:
    fake, server = kraken
    fake.candles = [
        [1_700_002_800, "52000.1", "52010.0", "51990.0", "52005.5", "52001", "1.25", 3],
        [1_700_006_400, "52005.5", "52008", "52005.5", "52008", "52005", "0", 0],
        [99_999_999_900, "1", "1", "1", "1", "1", "1", 1],
    ]
    market = Market([feed_at(server, poll_s=0.005)], SystemClock(), SeededEntropy(1))
    running = asyncio.ensure_future(market.run())
    hour = timedelta(hours=1)
    try:
        await until(market, lambda: market.last("BTC/USD") is not None)
        assert market.older("BTC/USD", hour) is None
        await until(market, lambda: bool(market.older("BTC/USD", hour)))
        found = market.older("BTC/USD", hour)
        assert [(str(bar.close), bar.ends_at - bar.at) for bar in found or ()] == [
            ("52005.5", hour),
            ("52008.0", hour),
        ]
        assert market.follows("BTC/USD") and not market.follows("XYZ/USD")
        # No exchange has bars of seven minutes, and nobody knows this symbol.
        assert market.older("BTC/USD", timedelta(minutes=7)) == ()
        assert market.older("XYZ/USD", hour) is None
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_hiccup_is_tried_again_and_an_outage_is_said(kraken: tuple[KrakenPublic, TestServer]) -> None:
    fake, server = kraken
    feed = feed_at(server, poll_s=0.005)
    market = Market([feed], SystemClock(), SeededEntropy(1))
    running = asyncio.ensure_future(market.run())
    try:
        fake.fail = 2
        await until(market, lambda: market.last("ETH/USD") is not None)
        assert market.status()[0].alive
        fake.fail = 10**6
        await until(market, lambda: not market.status()[0].alive)
        status = market.status()[0]
        assert "kraken cannot be reached" in status.said
        assert "the desk goes on" in status.said
        assert "feed lost since" in market.note("BTC/USD")
        assert market.last("BTC/USD") is not None
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_an_exchange_that_cannot_be_reached_leaves_the_desk_alone() -> None:
    opened = pointed_at("http://127.0.0.1:9")
    market = Market(
        [CcxtFeed("kraken", SystemClock(), SeededEntropy(1), opened=opened, poll_s=0.001)],
        SystemClock(),
        SeededEntropy(1),
    )
    running = asyncio.ensure_future(market.run())
    try:
        await until(market, lambda: not market.status()[0].alive)
        assert "check the network" in market.status()[0].said
        assert market.last("BTC/USD") is None
        assert not market.search("btc")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_an_unknown_exchange_is_refused_with_the_nearest_names() -> None:
    class Deaf:
        def take(self, event: object) -> None: ...
        def recall(self, symbol: str, bars: object, quote: object) -> None: ...

    with pytest.raises(FeedLost, match="say --feed ccxt:kraken") as caught:
        await CcxtFeed("krakn", SystemClock(), SeededEntropy(1)).run(Deaf())
    assert caught.value.final


# ---------------------------------------------------------------- frames are followed


class Pages:
    """An exchange that has every hour since 2020 and gives few of them at once."""

    id, has, timeframes, precisionMode = "paged", {"fetchOHLCV": True}, {"1h": "1h"}, 2

    def __init__(self, clock: StandingClock, at_once: int) -> None:
        self.clock, self.at_once = clock, at_once
        self.asked: list[int | None] = []

    async def fetch_ohlcv(
        self, symbol: str, timeframe: str, since: int | None, limit: int
    ) -> list[list[Any]]:
        self.asked.append(since)
        now_ms = int(self.clock.now().timestamp() * 1000)
        last = now_ms // HOUR_MS
        count = min(limit, self.at_once)
        first = last - count + 1 if since is None else -(-since // HOUR_MS)
        hours = range(first, min(first + count, last + 1))
        return [[hour * HOUR_MS, 1, 2, 1, 1 + hour % 2, 5] for hour in hours]


@pytest.mark.parametrize("at_once", [1_000, 300, 720])
async def test_a_frame_is_asked_page_by_page_and_goes_on_with_each_bar_that_closes(at_once: int) -> None:
    clock = StandingClock(datetime(2026, 1, 5, 10, 30, tzinfo=UTC))
    exchange = Pages(clock, at_once)
    feed = CcxtFeed("paged", clock, SeededEntropy(1))
    feed._known = {"BTC/USD": instrument_for("BTC/USD")}
    feed._older["BTC/USD", "1h"] = None

    async def recall() -> list[Bar]:
        await feed._recall(exchange, Ear())  # type: ignore[arg-type]  # the part of an exchange that is asked
        return list(feed.older("BTC/USD", timedelta(hours=1)) or ())

    found = await recall()
    # The one that runs is given as well, and is no closed bar yet.
    assert len(found) >= FRAME_HISTORY - 1 and found[-1].ends_at == datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
    assert all(one.ends_at == other.at for one, other in pairwise(found))
    pages = len(exchange.asked)
    assert pages <= 4
    assert await recall() == found and len(exchange.asked) == pages, "nothing new can be there"
    clock.at += timedelta(minutes=31)
    later = await recall()
    assert (
        later[-1].ends_at == datetime(2026, 1, 5, 11, 0, tzinfo=UTC)
        and later[:-1] == found[-len(later) + 1 :]
    )
    assert len(exchange.asked) == pages + 1


async def test_an_hour_without_a_trade_is_not_asked_for_without_end() -> None:
    clock = StandingClock(datetime(2026, 1, 5, 10, 30, tzinfo=UTC))
    exchange = Pages(clock, 1_000)
    feed = CcxtFeed("paged", clock, SeededEntropy(1))
    feed._known = {"BTC/USD": instrument_for("BTC/USD")}
    feed._older["BTC/USD", "1h"] = None
    await feed._recall(exchange, Ear())  # type: ignore[arg-type]  # the part of an exchange that is asked
    asleep = exchange.clock = StandingClock(clock.at)
    clock.at = asleep.at + timedelta(hours=2)
    for _ in range(60):
        await feed._recall(exchange, Ear())  # type: ignore[arg-type]  # the part of an exchange that is asked
        clock.at += timedelta(seconds=2)
    assert len(exchange.asked) <= 1 + 2 * 12
