"""What a series lacks is known, asked for once, and kept as far as it came."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aiohttp.test_utils import TestServer

from tests.fakes.hand_clock import HandClock
from tests.fakes.kraken_public import KrakenPublic
from tests.unit.history.stage import FIRST_MS, MINUTE_MS, candles
from trading.clock import SystemClock
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.entropy import SeededEntropy
from trading.feeds.catalogue import instrument_for
from trading.feeds.history.cache import HistoryCache
from trading.feeds.history.candles import Key
from trading.feeds.history.ccxt_bars import CcxtBars
from trading.feeds.history.filling import fill
from trading.feeds.history.holes import between, holes
from trading.feeds.problems import FeedLost
from trading.strategies.bars import instant, millis

KEY = Key("BTC/USDT", 300)
STEP = 5 * MINUTE_MS
COIN = instrument_for("BTC/USDT")
STOCK = instrument_for("SPY")


def bar(ms: int, price: str = "100.5") -> Bar:
    value = Price(Decimal(price))
    return Bar("BTC/USDT", instant(ms), instant(ms + STEP), value, value, value, value)


class Shop:
    """A source with these bars; `lost_after` pages it breaks."""

    name = "shop"

    def __init__(self, places: Sequence[int], lost_after: int = 1_000) -> None:
        self.stock = [FIRST_MS + place * STEP for place in places]
        self.asked: list[tuple[int, int]] = []
        self._left = lost_after

    async def bars(
        self, symbol: str, frame_s: int, since_ms: int, until_ms: int
    ) -> AsyncIterator[Sequence[Bar]]:
        self.asked.append(((since_ms - FIRST_MS) // STEP, (until_ms - FIRST_MS) // STEP))
        found = [bar(ms) for ms in self.stock if since_ms <= ms < until_ms]
        for begin in range(0, len(found), 3):
            if self._left == 0:
                raise FeedLost("The line is cut.")
            self._left -= 1
            yield found[begin : begin + 3]


async def filled(cache: HistoryCache, shop: Shop, begin: int, end: int) -> tuple[int, int, int]:
    done = await fill(cache, KEY, shop, FIRST_MS + begin * STEP, FIRST_MS + end * STEP)
    return done.missing, done.came, done.left


async def test_only_what_is_missing_is_asked_for(tmp_path: Path) -> None:
    cache, shop = HistoryCache(tmp_path), Shop(range(0, 40))
    cache.add(KEY, candles(20).taken(np.array([5, 6, 7, 10, 11])), "file")
    assert await filled(cache, shop, 0, 15) == (10, 10, 0)
    assert shop.asked == [(0, 5), (8, 10), (12, 15)]
    assert await filled(cache, shop, 0, 15) == (0, 0, 0)
    assert len(shop.asked) == 3
    shelf = cache.shelf(KEY)
    assert shelf is not None and {run.source for run in shelf.runs} == {"shop", "file"}
    assert holes(cache.read(KEY).at_ms, 300, COIN) == []


async def test_what_a_source_has_not_is_asked_once(tmp_path: Path) -> None:
    cache, shop = HistoryCache(tmp_path), Shop([0, 1, 2, 5, 6, 7])
    assert await filled(cache, shop, 0, 8) == (8, 6, 2)
    assert await filled(cache, shop, 0, 8) == (0, 0, 0)
    assert len(shop.asked) == 1


async def test_before_a_source_begins_nothing_is_known(tmp_path: Path) -> None:
    cache, shop = HistoryCache(tmp_path), Shop([5, 6, 7])
    assert await filled(cache, shop, 0, 8) == (8, 3, 5)
    shelf = cache.shelf(KEY)
    assert shelf is not None and shelf.silences == ()


async def test_what_came_before_a_break_is_kept(tmp_path: Path) -> None:
    cache = HistoryCache(tmp_path)
    with pytest.raises(FeedLost):
        await filled(cache, Shop(range(20), lost_after=2), 0, 20)
    assert len(cache.read(KEY)) == 6
    assert await filled(cache, Shop(range(20)), 0, 20) == (14, 14, 0)


async def test_progress_is_told_and_never_goes_back(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    cache, shop = HistoryCache(tmp_path), Shop(range(30))
    await fill(cache, KEY, shop, FIRST_MS, FIRST_MS + 30 * STEP, lambda done, of: told.append((done, of)))
    assert told == sorted(told) and told[-1][0] == told[-1][1] == 30 * STEP


# ---------------------------------------------------------------- where a market rests


def at(text: str) -> int:
    return millis(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_nights_weekends_and_holidays_of_a_stock_are_no_holes() -> None:
    # 2024-05-24 is a Friday before Memorial Day: the next bar is on Tuesday.
    friday, tuesday = at("2024-05-24T19:55"), at("2024-05-28T13:30")
    assert holes(np.array([friday, tuesday]), 300, STOCK) == []
    missing = holes(np.array([friday, at("2024-05-28T13:45")]), 300, STOCK)
    assert [(one.begins_ms, one.missing) for one in missing] == [(tuesday, 3)]


def test_an_early_close_is_no_hole() -> None:
    # 2024-07-03 ends at 13:00 in New York, and the 4th is a holiday.
    assert holes(np.array([at("2024-07-03T16:55"), at("2024-07-05T13:30")]), 300, STOCK) == []


def test_days_of_a_stock_lack_only_trading_days() -> None:
    days = np.array([at("2024-05-24T13:30"), at("2024-05-30T13:30")])
    assert [one.missing for one in holes(days, 86_400, STOCK)] == [2]


def test_a_market_that_never_closes_lacks_every_bar() -> None:
    assert [one.missing for one in between(FIRST_MS, FIRST_MS + 7 * STEP, 300, COIN)] == [7]
    assert between(FIRST_MS, FIRST_MS, 300, COIN) == []


# ---------------------------------------------------------------- an exchange


@pytest.mark.wire
async def test_an_exchange_fills_through_ccxt(tmp_path: Path) -> None:
    fake = KrakenPublic()
    fake.candles = [
        [1_700_000_100 + 300 * place, "52000.1", "52010.0", "51990.0", "52005.5", "52001", "1.25", 3]
        for place in range(6)
    ]
    server = TestServer(fake.app)
    await server.start_server()

    async def opened() -> Any:
        import ccxt.async_support

        made = ccxt.async_support.kraken({"enableRateLimit": False, "timeout": 2_000})
        made.urls["api"]["public"] = str(server.make_url("")).rstrip("/")
        return made

    source = CcxtBars("kraken", SystemClock(), SeededEntropy(1), opened=opened, wait_s=0.001)
    fake.fail = 1
    cache, key = HistoryCache(tmp_path), Key("BTC/USD", 300)
    begin = 1_700_000_100_000
    done = await fill(cache, key, source, begin, begin + 6 * STEP)
    assert (done.missing, done.came, done.left) == (6, 6, 0)
    assert cache.read(key).open[0] == 520_001
    shelf = cache.shelf(key)
    assert shelf is not None and shelf.runs[0].source == "ccxt:kraken"
    with pytest.raises(FeedLost, match="has no QQQ/ZZZ"):
        await fill(cache, Key("QQQ/ZZZ", 300), source, begin, begin + STEP)
    with pytest.raises(FeedLost, match="has no candles of 7m"):
        await fill(cache, Key("BTC/USD", 420), source, begin, begin + 420_000)
    await source.close()
    await server.close()


class Still:
    """An exchange whose newest candle has not closed."""

    def __init__(self) -> None:
        self.id = "still"
        self.has = {"fetchOHLCV": True}
        self.timeframes = {"5m": "5m"}

    async def load_markets(self) -> dict[str, Any]:
        return {"BTC/USDT": {}}

    async def fetch_ohlcv(self, symbol: str, timeframe: str, since: int, limit: int) -> list[list[Any]]:
        rows: list[list[Any]] = [[FIRST_MS + place * STEP, 1.5, 2.0, 1.0, 1.5, None] for place in range(4)]
        rows[1] = [FIRST_MS + STEP, 1.5, None, 1.0, 1.5, 2.0]
        return [one for one in rows if one[0] >= since]

    async def close(self) -> None:
        return None


async def test_a_candle_that_grows_or_cannot_be_is_not_taken(tmp_path: Path) -> None:
    async def opened() -> Any:
        return Still()

    clock = HandClock(instant(FIRST_MS) + timedelta(minutes=17))
    source = CcxtBars("still", clock, SeededEntropy(1), opened=opened)
    cache = HistoryCache(tmp_path)
    await fill(cache, KEY, source, FIRST_MS, FIRST_MS + 4 * STEP)
    assert cache.read(KEY).at_ms.tolist() == [FIRST_MS, FIRST_MS + 2 * STEP]
