"""A local server that speaks Binance's spot REST and websockets (protocols: ccxt, chapter 3).

It checks key, signature, clock and filters, matches against the quote that a test has set, and fails in all
the ways in which the real one does. Amounts are exact decimal texts, as there.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.fakes.binance_engine import BinanceEngine
from tests.fakes.binance_faults import Faults
from tests.fakes.binance_rows import Listed, Refused
from tests.fakes.binance_stream import BinanceStreams

KEY, SECRET = "the-key", "the-secret"
Answer = Callable[[Mapping[str, str]], Any]
WEIGHTS = {"openOrders": 80, "account": 20, "myTrades": 20, "allOrders": 20, "order": 4}


async def until(is_so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for what sockets bring."""
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - what another socket does has no event here
            await asyncio.sleep(0.002)


def wall_ms() -> int:
    """The machine's clock."""
    return int(time.time() * 1000)


class BinanceServer:
    """One account on loopback. `rights` is what the key may do; `asked` are the requests seen, in order."""

    def __init__(self, now_ms: Callable[[], int] = wall_ms) -> None:
        self.now_ms = now_ms
        self.skew_ms = 0
        self.streams = BinanceStreams(KEY, SECRET, self.now)
        self.engine = BinanceEngine(self.now, self.streams.user)
        self.faults = Faults()
        self.rights = {"enableWithdrawals": False, "enableSpotAndMarginTrading": True, "ipRestrict": True}
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.used_weight = 0
        self._minute = 0
        self.invisible = 0  # so many of the next queries do not see what is there
        self.candles: list[list[Any]] = []
        self.rest_says: dict[str, tuple[str, str]] = {}  # another bid and ask than the stream's
        self.base = ""
        self.port = 0
        self._runner: web.AppRunner | None = None
        for name, base, quote, lot in (
            ("BTCUSD", "BTC", "USD", "0.001"),
            ("BTCUSDT", "BTC", "USDT", "0.00001"),
            ("ETHUSD", "ETH", "USD", "0.0001"),
        ):
            self.engine.list_symbol(Listed(name, base, quote, lot=Decimal(lot)))

    def now(self) -> int:
        """The venue's clock, in milliseconds."""
        return self.now_ms() + self.skew_ms

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_get("/ws/{place}", self.streams.serve_market)
        app.router.add_get("/ws-api/v3", self.streams.serve_api)
        for version in ("/api/v3", "/sapi/v1"):
            app.router.add_route("*", version + "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.base = f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        """Nobody listens any more; `start` opens the same port again."""
        if self._runner is not None:
            await self.streams.close(0)
            await self._runner.cleanup()

    def quote(self, name: str, bid: str, ask: str, depth: str | None = None) -> None:
        """The market stands there."""
        size = None if depth is None else Decimal(depth)
        self.engine.quote(name, Decimal(bid), Decimal(ask), size)
        at, much = self.now(), depth or "100"
        book = {"u": at, "s": name, "b": bid, "B": much, "a": ask, "A": much}
        candle = {"t": at - at % 60_000, "T": at - at % 60_000 + 59_999, "s": name, "i": "1m", "x": False}
        prices = {"o": bid, "c": bid, "h": ask, "l": bid, "v": "1", "n": 1, "q": bid}
        kline = {"e": "kline", "E": at, "s": name, "k": {**candle, **prices}}
        self.streams.market(name, {"bookTicker": book, "kline_1m": kline, "ticker": self._ticker(name)})

    def count(self, method: str, path: str) -> int:
        """How often something was asked."""
        return sum((method, path) == (how, what) for how, what, _ in self.asked)

    # ------------------------------------------------------------ the door

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        path, body = request.match_info["path"], (await request.read()).decode()
        text = request.query_string or body
        params = dict(parse_qsl(text, keep_blank_values=True))
        self.asked.append((request.method, path, params))
        minute = self.now() // 60_000
        if minute != self._minute:
            self._minute, self.used_weight = minute, 0
        self.used_weight += WEIGHTS.get(path, 1)

        async def act() -> web.Response:
            return self._answered(request, path, text, params)

        return await self.faults.around(request, act)

    def _answered(
        self, request: web.Request, path: str, text: str, params: Mapping[str, str]
    ) -> web.Response:
        headers = {
            "X-MBX-USED-WEIGHT": str(self.used_weight),
            "X-MBX-USED-WEIGHT-1M": str(self.used_weight),
            "X-MBX-ORDER-COUNT-10S": "1",
        }
        public = self._public().get((request.method, path))
        try:
            if public is not None:
                return web.json_response(public(params), headers=headers)
            private = self._private().get((request.method, path))
            if private is None:
                raise Refused(-1, f"No such door: {request.method} {path}", 404)
            self._check(request, text, params)
            return web.json_response(private(params), headers=headers)
        except Refused as no:
            return web.json_response(no.body, status=no.status, headers=headers)

    def _check(self, request: web.Request, text: str, params: Mapping[str, str]) -> None:
        if request.headers.get("X-MBX-APIKEY") != KEY:
            raise Refused(-2015, "Invalid API-key, IP, or permissions for action.", 401)
        signed, _, signature = text.rpartition("&signature=")
        expected = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signature, expected):
            raise Refused(-1022, "Signature for this request is not valid.")
        age, window = self.now() - int(params["timestamp"]), int(params.get("recvWindow", "5000"))
        if age > window or age < -1000:
            raise Refused(-1021, "Timestamp for this request is outside of the recvWindow.")

    def _public(self) -> dict[tuple[str, str], Answer]:
        return {
            ("GET", "ping"): lambda _: {},
            ("GET", "time"): lambda _: {"serverTime": self.now()},
            ("GET", "exchangeInfo"): self._exchange_info,
            ("GET", "ticker/24hr"): lambda asked: self._ticker(asked["symbol"]),
            ("GET", "ticker/price"): self._price,
            ("GET", "ticker/bookTicker"): self._best,
            ("GET", "klines"): self._klines,
        }

    def _private(self) -> dict[tuple[str, str], Answer]:
        engine = self.engine
        return {
            ("GET", "account"): lambda _: engine.account(),
            ("GET", "account/apiRestrictions"): lambda _: {
                "createTime": 1,
                "enableReading": True,
                **self.rights,
            },
            ("POST", "order"): self._placed,
            ("GET", "order"): self._order,
            ("DELETE", "order"): self._canceled,
            ("PUT", "order/amend/keepPriority"): self._amended,
            ("POST", "order/cancelReplace"): engine.cancel_replace,
            ("POST", "orderList/oco"): self._oco,
            ("GET", "openOrders"): self._open_orders,
            ("GET", "allOrders"): self._all_orders,
            ("GET", "myTrades"): self._my_trades,
        }

    # ------------------------------------------------------------ answers

    def _exchange_info(self, _: Mapping[str, str]) -> Any:
        limits = [("REQUEST_WEIGHT", "MINUTE", 1, 6000), ("ORDERS", "SECOND", 10, 100)]
        return {
            "timezone": "UTC",
            "serverTime": self.now(),
            "rateLimits": [
                {"rateLimitType": kind, "interval": span, "intervalNum": many, "limit": most}
                for kind, span, many, most in limits
            ],
            "exchangeFilters": [],
            "symbols": [symbol.told() for symbol in self.engine.symbols.values()],
        }

    def _ticker(self, name: str) -> dict[str, Any]:
        symbol = self.engine.symbols[name]
        bid, ask, at = f"{symbol.bid:f}", f"{symbol.ask:f}", self.now()
        return {
            "e": "24hrTicker", "E": at, "s": name, "c": bid, "b": bid, "B": "1", "a": ask, "A": "1",
            "symbol": name, "lastPrice": bid, "bidPrice": bid, "bidQty": "1", "askPrice": ask, "askQty": "1",
            "openTime": at - 86_400_000, "closeTime": at, "volume": "1", "quoteVolume": bid, "count": 1,
            "C": at, "O": at - 86_400_000, "h": ask, "l": bid, "o": bid, "v": "1", "q": bid, "n": 1,
        }  # fmt: skip

    def _best(self, asked: Mapping[str, str]) -> Any:
        names = json.loads(asked["symbols"]) if "symbols" in asked else [asked["symbol"]]
        if any(name not in self.engine.symbols for name in names):
            raise Refused(-1121, "Invalid symbol.")
        rows = []
        for name in names:
            symbol = self.engine.symbols[name]
            bid, ask = self.rest_says.get(name) or (f"{symbol.bid:f}", f"{symbol.ask:f}")
            rows.append({"symbol": name, "bidPrice": bid, "bidQty": "1", "askPrice": ask, "askQty": "1"})
        return rows if "symbols" in asked else rows[0]

    def _price(self, asked: Mapping[str, str]) -> Any:
        if asked["symbol"] not in self.engine.symbols:
            raise Refused(-1121, "Invalid symbol.")
        return {"symbol": asked["symbol"], "price": f"{self.engine.symbols[asked['symbol']].bid:f}"}

    def _klines(self, asked: Mapping[str, str]) -> Any:
        if asked["symbol"] not in self.engine.symbols:
            raise Refused(-1121, "Invalid symbol.")
        since = int(asked.get("startTime", "0"))
        return [row for row in self.candles if row[0] >= since][: int(asked.get("limit", "500"))]

    def _placed(self, asked: Mapping[str, str]) -> Any:
        return self.engine.place(asked).answered()

    def _order(self, asked: Mapping[str, str]) -> Any:
        if self.invisible:
            self.invisible -= 1
            raise Refused(-2013, "Order does not exist.")
        return self.engine.order(asked).told()

    def _canceled(self, asked: Mapping[str, str]) -> Any:
        row, name = self.engine.cancel(asked)
        return row.canceled(name)

    def _amended(self, asked: Mapping[str, str]) -> Any:
        row = self.engine.amend(asked)
        told = {"symbol": row.symbol, "orderId": row.id, "clientOrderId": row.client_id}
        more = {"origQty": f"{row.quantity:.8f}", "qty": f"{row.quantity:.8f}", "status": row.status}
        return {"transactTime": self.now(), "executionId": 1, "amendedOrder": {**told, **more}}

    def _oco(self, asked: Mapping[str, str]) -> Any:
        rows = self.engine.place_oco(asked)
        named = [{"symbol": row.symbol, "orderId": row.id, "clientOrderId": row.client_id} for row in rows]
        return {
            "orderListId": rows[0].list_id,
            "contingencyType": "OCO",
            "listStatusType": "EXEC_STARTED",
            "listOrderStatus": "EXECUTING",
            "listClientOrderId": asked.get("listClientOrderId", ""),
            "transactionTime": self.now(),
            "symbol": rows[0].symbol,
            "orders": named,
            "orderReports": [row.answered() for row in rows],
        }

    def _open_orders(self, asked: Mapping[str, str]) -> Any:
        return [row.told() for row in self.engine.rows if row.is_open and self._is_meant(row.symbol, asked)]

    def _all_orders(self, asked: Mapping[str, str]) -> Any:
        if self.invisible:
            self.invisible -= 1
            return []
        since, first = int(asked.get("startTime", "0")), int(asked.get("orderId", "0"))
        rows = [row for row in self.engine.rows if self._is_meant(row.symbol, asked)]
        rows = [row for row in rows if row.at >= since and row.id >= first]
        return [row.told() for row in rows][: int(asked.get("limit", "500"))]

    def _my_trades(self, asked: Mapping[str, str]) -> Any:
        since, first = int(asked.get("startTime", "0")), int(asked.get("fromId", "0"))
        trades = [one for one in self.engine.trades if self._is_meant(one.symbol, asked)]
        trades = [one for one in trades if one.at >= since and one.id >= first]
        if "orderId" in asked:
            trades = [one for one in trades if str(one.order_id) == asked["orderId"]]
        return [one.told() for one in trades][: int(asked.get("limit", "500"))]

    @staticmethod
    def _is_meant(symbol: str, asked: Mapping[str, str]) -> bool:
        return asked.get("symbol") in (None, symbol)


__all__ = ["KEY", "SECRET", "Answer", "BinanceServer", "Faults", "Listed", "Refused", "until"]
