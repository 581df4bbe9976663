"""Prices of Alpaca over REST, from a local server that speaks its data interface."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest

from tests.contract.market_data_contract import MarketDataContract, Stage
from tests.fakes.alpaca_server import KEY, SECRET, venue
from tests.fakes.alpaca_words import asset
from tests.fakes.binance_server import until
from trading.brokers.alpaca_profile import AlpacaMarket, AlpacaSite
from trading.brokers.alpaca_wire import AlpacaKeys
from trading.clock import SystemClock
from trading.domain.market import Quote
from trading.entropy import SeededEntropy
from trading.feeds import alpaca_prices
from trading.feeds.alpaca_prices import AlpacaPrices
from trading.feeds.feed import MarketEvent
from trading.feeds.market import Market

D = Decimal
COIN = asset("BTC/USD", "crypto", min_trade_increment="0.001", min_order_size="0.001", price_increment="0.01")
pytestmark = pytest.mark.wire


class Desk:
    """A market that follows one of Alpaca's, and all that it has said."""

    def __init__(self, market: AlpacaMarket) -> None:
        self.clock = SystemClock()
        self.server = venue(self.clock.now, COIN, asset("AAPL"))
        self.symbol = "ALPACA-PAPER:BTC/USD" if market is AlpacaMarket.COINS else "ALPACA-PAPER:AAPL"
        self.heard: list[MarketEvent] = []
        self.kind = market
        self.market = Market([], self.clock, SeededEntropy(1))
        self.market.subscribe(self.heard.append)

    async def open(self) -> Desk:
        await self.server.start()
        minute = self.clock.now().replace(second=0, microsecond=0)
        for name in ("AAPL", "BTC/USD"):
            self.server.exchange.quote(name, D("99.99"), D("100"))
            self.server.candles[name] = [
                {"t": f"{minute - timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ}", "o": 100.1, "h": 101, "l": 99.5,
                 "c": 100.25, "v": 12}
                for n in range(9, -1, -1)
            ]  # fmt: skip
        site = AlpacaSite("paper", self.server.rest, self.server.socket)
        rest, place = self.server.rest, "ALPACA-PAPER"
        sockets = rest.replace("http", "ws")
        self.feed = AlpacaPrices(self.kind, site, rest, place, self.clock, "alpaca paper", sockets)
        self.task = asyncio.create_task(self.market.listen(self.feed))
        self.feed.use(AlpacaKeys(KEY, SECRET))
        await until(lambda: self.market.instrument(self.symbol) is not None)
        await until(lambda: self.market.last(self.symbol) is not None)
        return self

    async def shut(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.server.stop()

    def quotes(self) -> list[Quote]:
        return [one for one in self.heard if isinstance(one, Quote)]


@pytest.fixture(params=[AlpacaMarket.SHARES, AlpacaMarket.COINS])
async def desk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(alpaca_prices, "POLL_S", 0.02)
    monkeypatch.setattr(alpaca_prices, "CLOCK_S", 0.02)
    made = await Desk(request.param).open()
    yield made
    await made.shut()


class TestAlpacaPrices(MarketDataContract):
    """The contract of market data."""

    @pytest.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        desk = await Desk(AlpacaMarket.COINS).open()
        yield Stage(desk.market, desk.symbol, desk.clock.now(), bars=9)
        await desk.shut()


async def test_prices_are_exact_and_under_their_own_place(desk: Desk) -> None:
    last = desk.market.last(desk.symbol)
    assert last is not None and (str(last.bid), str(last.ask)) == ("99.99", "100.0")
    assert last.bid_size == D(2) and last.source == "alpaca paper"
    assert [one.symbol for one in desk.market.search(desk.symbol)] == [desk.symbol]
    assert (desk.feed.age_s or 0) < 5


async def test_the_minutes_of_before_are_there_in_order(desk: Desk) -> None:
    await until(lambda: len(desk.market.bars(desk.symbol, 100)) >= 9)
    bars = desk.market.bars(desk.symbol, 100)
    assert [bar.at for bar in bars] == sorted(bar.at for bar in bars)
    assert bars[0].high == D(101) and str(bars[0].close) == "100.25"
    assert all(bar.ends_at <= datetime.now(UTC) for bar in bars)


async def test_shares_trade_when_the_venues_clock_says_so_and_coins_always(desk: Desk) -> None:
    assert desk.market.is_open(desk.symbol, desk.clock.now())
    desk.server.is_open = False
    if desk.kind is AlpacaMarket.COINS:
        assert desk.market.is_open(desk.symbol, desk.clock.now())
    else:
        await until(lambda: not desk.market.is_open(desk.symbol, desk.clock.now()))


async def test_holidays_and_short_days_of_the_calendar_are_in_the_session(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(alpaca_prices, "CALENDAR_S", 0.02)
    monkeypatch.setattr(alpaca_prices, "POLL_S", 0.02)
    desk = await Desk(AlpacaMarket.SHARES).open()
    try:
        start = desk.clock.now().date() + timedelta(days=3)
        monday = start + timedelta(days=-start.weekday() % 7)
        desk.server.closed = {monday}
        desk.server.short = {monday + timedelta(days=1): "13:00"}
        instrument = desk.market.instrument
        await until(lambda: (one := instrument(desk.symbol)) is not None and len(one.session.days) == 2)
        one = instrument(desk.symbol)
        assert one is not None
        opening = one.session.next_open(datetime.combine(monday - timedelta(days=2), time(12), UTC))
        assert opening.date() == monday + timedelta(days=1)
        closing = one.session.closes_at(opening)
        assert closing is not None and closing - opening == timedelta(hours=3.5)
    finally:
        await desk.shut()


async def test_half_a_quote_is_no_price(desk: Desk) -> None:
    name = desk.symbol.partition(":")[2]
    desk.server.exchange.prices[name] = (D(0), D(100))
    await asyncio.sleep(0.1)
    count = len(desk.quotes())
    desk.server.exchange.prices[name] = (D(101), D("101.5"))
    await until(lambda: len(desk.quotes()) > count)
    assert all(one.bid > 0 for one in desk.quotes())


async def test_a_venue_that_gives_nothing_is_lost_and_found_again(desk: Desk) -> None:
    told: list[bool] = []
    desk.market.subscribe_status(lambda status: told.append(status.alive))
    await desk.server.stop()
    await until(lambda: told == [False])
    await desk.server.start()
    await until(lambda: told == [False, True], 30)


async def test_a_price_off_the_stream_is_told_at_once(desk: Desk) -> None:
    name = desk.symbol.partition(":")[2]
    await until(lambda: name in desk.server.market.wanted)
    await desk.server.market.tell(name, 100.01, 100.02)
    await until(lambda: any(one.source == "alpaca paper stream" for one in desk.quotes()))
    told = next(one for one in desk.quotes() if one.source == "alpaca paper stream")
    assert (told.symbol, str(told.bid), told.ask_size) == (desk.symbol, "100.01", D(3))


async def test_a_wrong_price_of_the_stream_moves_nothing_where_the_other_way_says_the_right_one(
    desk: Desk,
) -> None:
    name = desk.symbol.partition(":")[2]
    await until(lambda: name in desk.server.market.wanted)
    for _ in range(5):
        await desk.server.market.tell(name, 50.0, 50.01)
    desk.server.exchange.quote(name, D("100.05"), D("100.06"))
    await until(lambda: desk.quotes()[-1].bid == D("100.05"))
    assert all(one.bid > 99 for one in desk.quotes())


async def test_prices_go_on_while_the_stream_is_gone_and_it_is_begun_anew(desk: Desk) -> None:
    name = desk.symbol.partition(":")[2]
    await until(lambda: name in desk.server.market.wanted)
    await desk.server.market.close()
    desk.server.exchange.quote(name, D("100.10"), D("100.11"))
    await until(lambda: desk.quotes()[-1].bid == D("100.10"))
    await until(lambda: desk.server.market.connections == 2 and name in desk.server.market.wanted)
