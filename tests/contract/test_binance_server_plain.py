"""The local Binance is spoken to by plain ccxt, without a line of the desk's own adapter (RULINGS 43)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import ccxt.pro
import pytest
from ccxt.base import errors

from tests.fakes.binance_faults import Fault
from tests.fakes.binance_server import KEY, SECRET, BinanceServer, until

pytestmark = pytest.mark.wire
PAIR = "BTC/USDT"


def client(server: BinanceServer, **more: Any) -> Any:
    exchange = ccxt.pro.binance(
        {
            "apiKey": KEY,
            "secret": SECRET,
            "timeout": 2000,
            "enableRateLimit": False,
            "options": {
                "defaultType": "spot",
                "fetchMarkets": {"types": ["spot"]},
                "fetchMargins": False,
                "warnOnFetchOpenOrdersWithoutSymbol": False,
            },
            **more,
        }
    )
    exchange.has["fetchCurrencies"] = False
    for name in ("public", "private", "v1"):
        exchange.urls["api"][name] = f"{server.base}/api/v3"
    for name in [one for one in exchange.urls["api"] if one.startswith("sapi")]:
        exchange.urls["api"][name] = f"{server.base}/sapi/v1"
    sockets = server.base.replace("http", "ws")
    exchange.urls["api"]["ws"]["spot"] = f"{sockets}/ws"
    exchange.urls["api"]["ws"]["ws-api"]["spot"] = f"{sockets}/ws-api/v3"
    return exchange


@pytest.fixture
async def server() -> AsyncIterator[BinanceServer]:
    made = BinanceServer()
    await made.start()
    made.engine.balances = {"USDT": Decimal(10_000), "BTC": Decimal(1)}
    made.quote("BTCUSDT", "49999", "50000")
    yield made
    await made.stop()


@pytest.fixture
async def exchange(server: BinanceServer) -> AsyncIterator[Any]:
    made = client(server)
    yield made
    await made.close()


async def test_markets_have_the_steps_of_the_filters(exchange: Any) -> None:
    market = (await exchange.load_markets())[PAIR]
    assert market["precision"] == {"amount": 1e-05, "price": 0.01} | {
        name: market["precision"][name] for name in market["precision"] if name not in ("amount", "price")
    }
    assert market["limits"]["cost"]["min"] == 5


async def test_an_order_fills_and_the_balance_follows(exchange: Any) -> None:
    made = await exchange.create_order(PAIR, "market", "buy", 0.1)
    assert (made["status"], made["filled"], made["average"]) == ("closed", 0.1, 50_000)
    held = await exchange.fetch_balance()
    assert held["BTC"]["total"] == pytest.approx(1.0999)
    assert held["USDT"]["free"] == 5_000
    (trade,) = await exchange.fetch_my_trades(PAIR)
    assert (trade["price"], trade["fee"]) == (50_000, {"cost": 0.0001, "currency": "BTC"})


async def test_an_order_waits_is_found_by_its_name_and_is_canceled(exchange: Any) -> None:
    made = await exchange.create_order(PAIR, "limit", "buy", 0.1, 40_000, {"clientOrderId": "mine"})
    found = await exchange.fetch_order(None, PAIR, {"clientOrderId": "mine"})
    assert (found["id"], found["status"], found["clientOrderId"]) == (made["id"], "open", "mine")
    assert [one["id"] for one in await exchange.fetch_open_orders(PAIR)] == [made["id"]]
    ended = await exchange.cancel_order(None, PAIR, {"clientOrderId": "mine"})
    assert ended["status"] == "canceled"
    assert await exchange.fetch_open_orders(PAIR) == []


async def test_a_name_is_free_again_once_its_order_is_done(exchange: Any) -> None:
    params = {"clientOrderId": "mine"}
    await exchange.create_order(PAIR, "limit", "buy", 0.1, 40_000, params)
    with pytest.raises(errors.InvalidOrder, match="Duplicate order sent"):
        await exchange.create_order(PAIR, "limit", "buy", 0.1, 40_000, params)
    await exchange.cancel_order(None, PAIR, params)
    assert (await exchange.create_order(PAIR, "market", "buy", 0.1, None, params))["status"] == "closed"


async def test_a_list_of_two_ends_the_other_at_the_first_fill(server: BinanceServer, exchange: Any) -> None:
    await exchange.load_markets()
    asked = {
        "symbol": "BTCUSDT",
        "side": "SELL",
        "quantity": "1",
        "aboveType": "LIMIT_MAKER",
        "abovePrice": "51000",
        "belowType": "STOP_LOSS",
        "belowStopPrice": "49000",
    }
    made = await exchange.privatePostOrderListOco(asked)
    assert [one["status"] for one in made["orderReports"]] == ["NEW", "NEW"]
    server.quote("BTCUSDT", "51001", "51002")
    states = {
        row["type"]: row["status"] for row in await exchange.fetch_orders(PAIR) for row in [row["info"]]
    }
    assert states == {"LIMIT_MAKER": "FILLED", "STOP_LOSS": "EXPIRED"}


async def test_a_stop_that_is_passed_already_is_refused(exchange: Any) -> None:
    with pytest.raises(errors.InvalidOrder, match="trigger immediately"):
        await exchange.create_order(PAIR, "market", "sell", 0.1, None, {"stopLossPrice": 50_500})


@pytest.mark.parametrize(
    ("fault", "error", "exists"),
    [
        (Fault.LOST, errors.ExchangeNotAvailable, False),
        (Fault.UNSAID, errors.ExchangeNotAvailable, True),
        (Fault.CUT, errors.ExchangeError, True),
        (Fault.HANG, errors.RequestTimeout, True),
        (Fault.UNKNOWN, errors.OperationFailed, True),
        (Fault.TIMEOUT, errors.RequestTimeout, True),
        (Fault.GATEWAY, errors.ExchangeNotAvailable, True),
        (Fault.BUSY, errors.DDoSProtection, False),
        (Fault.BANNED, errors.DDoSProtection, False),
        (Fault.CLOCK, errors.InvalidNonce, False),
    ],
)
async def test_what_create_order_raises_and_whether_the_order_exists(
    server: BinanceServer, fault: Fault, error: type[Exception], exists: bool
) -> None:
    exchange = client(server)
    exchange.timeout = 300
    try:
        await exchange.load_markets()
        server.faults.plan(fault)
        with pytest.raises(error):
            await exchange.create_order(PAIR, "limit", "buy", 0.1, 40_000)
        assert bool(server.engine.rows) is exists
    finally:
        await exchange.close()


async def test_a_wrong_secret_is_refused(server: BinanceServer) -> None:
    exchange = client(server, secret="another")
    try:
        with pytest.raises(errors.AuthenticationError, match="-1022"):
            await exchange.fetch_balance()
    finally:
        await exchange.close()


async def test_a_retrying_client_posts_twice_which_is_why_ours_never_does(
    server: BinanceServer, exchange: Any
) -> None:
    await exchange.load_markets()
    exchange.options["maxRetriesOnFailure"] = 3
    server.faults.plan(Fault.UNKNOWN)
    with pytest.raises(errors.InvalidOrder, match="Duplicate"):
        await exchange.create_order(PAIR, "limit", "buy", 0.1, 40_000, {"clientOrderId": "mine"})
    assert server.count("POST", "order") == 2


async def test_the_user_stream_tells_fills_and_comes_back_after_1011(
    server: BinanceServer, exchange: Any
) -> None:
    await exchange.load_markets()
    watching = asyncio.ensure_future(exchange.watch_my_trades(PAIR))
    await until(lambda: server.streams.listeners == 1)
    await exchange.create_order(PAIR, "market", "buy", 0.1)
    (trade,) = await asyncio.wait_for(watching, 5)
    assert (trade["amount"], trade["price"], trade["side"]) == (0.1, 50_000, "buy")
    watching = asyncio.ensure_future(exchange.watch_my_trades(PAIR))
    await asyncio.sleep(0.01)
    await server.streams.close()
    with pytest.raises((errors.NetworkError, errors.ExchangeError)):
        await asyncio.wait_for(watching, 5)
    watching = asyncio.ensure_future(exchange.watch_my_trades(PAIR))
    await until(lambda: server.streams.subscriptions == 2)
    await exchange.create_order(PAIR, "market", "sell", 0.1)
    assert (await asyncio.wait_for(watching, 5))[-1]["side"] == "sell"


async def test_prices_come_as_streams(server: BinanceServer, exchange: Any) -> None:
    await exchange.load_markets()
    watching = asyncio.ensure_future(exchange.watch_bids_asks([PAIR]))
    await until(lambda: "btcusdt@bookTicker" in server.streams.wanted)
    server.quote("BTCUSDT", "50100", "50101")
    told = await asyncio.wait_for(watching, 5)
    assert (told[PAIR]["bid"], told[PAIR]["ask"]) == (50_100, 50_101)
