"""A local server that speaks Alpaca's trading API: REST and trade updates (protocols: alpaca)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from aiohttp import web

from tests.fakes.alpaca_exchange import NOT_FOUND, Exchange
from tests.fakes.alpaca_faults import Fault, Faults
from tests.fakes.alpaca_market_stream import MarketStream
from tests.fakes.alpaca_stream import Stream
from tests.fakes.alpaca_words import Refused, Resting, stamp, text

KEY, SECRET = "PKLOCAL0000000000001", "local-secret"
Answer = Callable[[web.Request], Any]


class AlpacaServer:
    """`asked` are the requests that arrived, as `METHOD path`; `bodies` what came with orders."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.faults = Faults()
        self.stream = Stream(KEY, SECRET, self.faults)
        self.market = MarketStream(KEY, SECRET)
        self.asked: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.account: dict[str, Any] = {"status": "ACTIVE", "trading_blocked": False}
        self.is_open = True
        self.closed: set[date] = set()  # holidays
        self.short: dict[date, str] = {}  # when a short day ends
        self.candles: dict[str, list[dict[str, Any]]] = {}  # by symbol, oldest first
        self._runner: web.AppRunner | None = None
        self._hung = asyncio.Event()
        self.port = 0
        exchange.tell = self.stream.tell

    async def start(self) -> None:
        """Listen on loopback."""
        app = web.Application()
        routes: list[tuple[str, str, Answer]] = [
            ("GET", "/v2/account", self._account),
            ("GET", "/v2/account/activities/FILL", self._activities),
            ("GET", "/v2/positions", self._positions),
            ("GET", "/v2/positions/{symbol}", self._position),
            ("POST", "/v2/orders", self._submit),
            ("GET", "/v2/orders", self._orders),
            ("GET", "/v2/orders:by_client_order_id", self._by_client_id),
            ("GET", "/v2/orders/{id}", self._order),
            ("PATCH", "/v2/orders/{id}", self._replace),
            ("DELETE", "/v2/orders/{id}", self._cancel),
            ("GET", "/v2/assets", self._assets),
            ("GET", "/v2/assets/{symbol:.+}", self._asset),
            ("GET", "/v2/clock", self._clock),
            ("GET", "/v2/calendar", self._calendar),
            ("GET", "/v2/stocks/quotes/latest", self._latest),
            ("GET", "/v2/stocks/bars", self._bars),
            ("GET", "/v1beta3/crypto/us/latest/quotes", self._latest),
            ("GET", "/v1beta3/crypto/us/bars", self._bars),
        ]
        for method, path, answer in routes:
            app.router.add_route(method, path, self._guarded(answer))
        app.router.add_get("/stream", self.stream.serve)
        for path in ("/v2/iex", "/v1beta3/crypto/us"):
            app.router.add_get(path, self.market.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuse connections from now on."""
        self._hung.set()
        await self.stream.kick()
        await self.market.close()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def rest(self) -> str:
        """Where the REST side is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket(self) -> str:
        """Where the stream is."""
        return f"ws://127.0.0.1:{self.port}/stream"

    # ------------------------------------------------------------ the way in and out

    def _guarded(self, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.asked.append(f"{request.method} {request.path}")
            body = await request.read()
            keys = (request.headers.get("APCA-API-KEY-ID"), request.headers.get("APCA-API-SECRET-KEY"))
            if keys != (KEY, SECRET):
                is_live = str(keys[0]).startswith("AK")
                status, word = (403, "forbidden.") if is_live else (401, "unauthorized.")
                return self._json({"message": word}, status)
            fault = self.faults.next()
            if fault is Fault.LOST:
                return self._cut(request)
            if fault is Fault.DOWN:
                return web.Response(
                    status=503, text="<html>Service Unavailable</html>", content_type="text/html"
                )
            if fault is Fault.BUSY:
                return self._busy()
            if body:
                self.bodies.append(json.loads(body))
            answered = self._carried_out(answer, request)
            await self.stream.flush()
            return await self._delivered(fault, request, answered)

        return handle

    def _carried_out(self, answer: Answer, request: web.Request) -> web.Response:
        try:
            told = answer(request)
        except Refused as refused:
            return self._json(refused.body, refused.status)
        return web.Response(status=204) if told is None else self._json(told, 200)

    async def _delivered(
        self, fault: Fault | None, request: web.Request, answer: web.Response
    ) -> web.StreamResponse:
        match fault:
            case Fault.CUT:
                return self._cut(request)
            case Fault.HALF:
                whole = answer.body if isinstance(answer.body, bytes) else b"{}"
                torn = web.StreamResponse(headers={"Content-Length": str(len(whole) + 1)})
                await torn.prepare(request)
                await torn.write(whole[: len(whole) // 2])
                return self._cut(request)
            case Fault.HANG:
                await self._hung.wait()
            case Fault.LATE:
                await asyncio.sleep(self.faults.late_s)
            case Fault.TAKEN_504:
                return web.Response(status=504, text="upstream request timeout")
            case Fault.ODD:
                return web.Response(status=200, text='{"id": 7', content_type="application/json")
            case _:
                pass
        return answer

    @staticmethod
    def _cut(request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    def _busy(self) -> web.Response:
        answer = self._json({"code": 42910000, "message": "rate limit exceeded"}, 429)
        if self.faults.busy_s is not None:
            answer.headers["Retry-After"] = f"{self.faults.busy_s:g}"
        return answer

    def _json(self, told: Any, status: int) -> web.Response:
        answer = web.json_response(told, status=status)
        answer.headers["X-Request-ID"] = f"request-{len(self.asked)}"
        answer.headers["X-RateLimit-Limit"] = "200"
        return answer

    # ------------------------------------------------------------ orders

    def _submit(self, request: web.Request) -> Any:
        return self.exchange.submit(self.bodies[-1]).told()

    def _replace(self, request: web.Request) -> Any:
        return self.exchange.replace(self.exchange.find(request.match_info["id"]), self.bodies[-1]).told()

    def _cancel(self, request: web.Request) -> Any:
        self.exchange.cancel(self.exchange.find(request.match_info["id"]))
        return None

    def _order(self, request: web.Request) -> Any:
        order_id = request.match_info["id"]
        if self._is_lagging():
            raise Refused(404, NOT_FOUND, f"order not found for {order_id}")
        return self.exchange.find(order_id).told()

    def _by_client_id(self, request: web.Request) -> Any:
        cid = request.query.get("client_order_id", "")
        order = None if self._is_lagging() else self.exchange.by_cid.get(cid)
        if order is None:
            raise Refused(404, NOT_FOUND, f"order not found for {cid}")
        return order.told()

    def _orders(self, request: web.Request) -> Any:
        if self._is_lagging():
            return []
        query = request.query
        is_nested = query.get("nested") == "true"
        chosen = [one for one in self.exchange.orders.values() if self._is_asked_for(one, query, is_nested)]
        chosen.sort(key=lambda one: one.created, reverse=query.get("direction", "desc") == "desc")
        limit = min(int(query.get("limit", "50")), 500)
        return [one.told(is_nested) for one in chosen[:limit]]

    @staticmethod
    def _is_asked_for(order: Resting, query: Any, is_nested: bool) -> bool:
        status = query.get("status", "open")
        if status != "all" and order.is_open != (status == "open"):
            return False
        if is_nested and order.parent is not None:
            return False
        after, until = query.get("after"), query.get("until")
        if after is not None and order.created <= datetime.fromisoformat(after):
            return False
        return until is None or order.created < datetime.fromisoformat(until)

    def _is_lagging(self) -> bool:
        self.faults.lag -= 1
        return self.faults.lag >= 0

    # ------------------------------------------------------------ the account

    def _account(self, request: web.Request) -> Any:
        cash = text(self.exchange.cash)
        return {"id": "account-1", "currency": "USD", "cash": cash, "equity": cash, "buying_power": cash,
                "account_blocked": False, "trade_suspended_by_user": False, "shorting_enabled": True,
                "crypto_status": "ACTIVE", "multiplier": "1", **self.account}  # fmt: skip

    def _positions(self, request: web.Request) -> Any:
        return [self._told_position(symbol) for symbol in self.exchange.positions]

    def _position(self, request: web.Request) -> Any:
        for symbol in self.exchange.positions:
            if request.match_info["symbol"] in (symbol, symbol.replace("/", "")):
                return self._told_position(symbol)
        raise Refused(404, NOT_FOUND, "position does not exist")

    def _told_position(self, symbol: str) -> dict[str, Any]:
        held, listed = self.exchange.positions[symbol], self.exchange.assets[symbol]
        return {"asset_id": listed["id"], "symbol": symbol.replace("/", ""), "exchange": listed["exchange"],
                "asset_class": listed["class"], "qty": text(held), "qty_available": text(held),
                "side": "long" if held > 0 else "short"}  # fmt: skip

    def _activities(self, request: web.Request) -> Any:
        query = request.query
        after = datetime.fromisoformat(query.get("after", "1970-01-01T00:00:00Z"))
        rows = [
            one for one in self.exchange.activities
            if datetime.fromisoformat(one["transaction_time"][:26] + "+00:00") > after
        ]  # fmt: skip
        if query.get("direction", "desc") == "desc":
            rows.reverse()
        names = [one["id"] for one in rows]
        start = names.index(query["page_token"]) + 1 if query.get("page_token") in names else 0
        return rows[start : start + min(int(query.get("page_size", "100")), 100)]

    def _assets(self, request: web.Request) -> Any:
        kind = request.query.get("asset_class")
        return [one for one in self.exchange.assets.values() if kind in (None, one["class"])]

    def _asset(self, request: web.Request) -> Any:
        symbol = request.match_info["symbol"]
        for name, listed in self.exchange.assets.items():
            if symbol in (name, name.replace("/", "")):
                return listed
        raise Refused(404, NOT_FOUND, f"asset not found for {symbol}")

    def _latest(self, request: web.Request) -> Any:
        """Prices are JSON numbers here, not texts."""
        quotes = {}
        for symbol in request.query["symbols"].split(","):
            if symbol in self.exchange.prices:
                bid, ask = self.exchange.prices[symbol]
                now = stamp(self.exchange.now())
                quotes[symbol] = {"t": now, "bp": float(bid), "bs": 2, "ap": float(ask), "as": 3}
        return {"quotes": quotes}

    def _bars(self, request: web.Request) -> Any:
        query, found = request.query, {}
        for symbol in query["symbols"].split(","):
            rows = [one for one in self.candles.get(symbol, []) if one["t"] >= query.get("start", "")]
            found[symbol] = rows[::-1] if query.get("sort") == "desc" else rows
        return {"bars": found, "next_page_token": None}

    def _clock(self, request: web.Request) -> Any:
        now = self.exchange.now()
        opens, closes = now + timedelta(hours=18), now + timedelta(hours=4)
        ends = {"next_open": stamp(opens), "next_close": stamp(closes)}
        return {"timestamp": stamp(now), "is_open": self.is_open, **ends}

    def _calendar(self, request: web.Request) -> Any:
        """Days on which shares trade; a holiday is not in it."""
        today = self.exchange.now().date().isoformat()
        first, last = (date.fromisoformat(request.query.get(name, today)) for name in ("start", "end"))
        every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [
            {"date": day.isoformat(), "open": "09:30", "close": self.short.get(day, "16:00"),
             "session_open": "0400", "session_close": "2000"}
            for day in every if day.weekday() < 5 and day not in self.closed
        ]  # fmt: skip


def venue(now: Callable[[], datetime], *assets: dict[str, Any], cash: str = "10000") -> AlpacaServer:
    """A server with a fresh account."""
    return AlpacaServer(Exchange(now, Decimal(cash), *assets))
