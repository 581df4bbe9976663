"""A local server that speaks Kraken's spot REST and websockets (protocols: ccxt, chapter 4).

It checks key, signature and the growing numbers of requests, and matches against the quote of a test.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.fakes.binance_faults import Fault, Faults
from tests.fakes.binance_server import wall_ms
from tests.fakes.kraken_engine import KrakenEngine
from tests.fakes.kraken_rows import OPEN, Order, Pair, Refused, seconds
from tests.fakes.kraken_stream import KrakenStreams

KEY = "kraken-key"
SECRET = base64.b64encode(b"the secret of a local Kraken").decode()
RIGHTS = (
    "query-funds", "query-open-trades", "query-closed-trades", "modify-trades", "close-trades",
    "create-ws-token",
)  # fmt: skip
PAGE = 50
Answer = Callable[[Mapping[str, str]], Any]


class KrakenFaults(Faults):
    """The same ways to fail, in Kraken's words: its refusals come with HTTP 200."""

    def refusal(self, fault: Fault) -> web.Response:
        """A coded no."""
        said = {
            Fault.CLOCK: "EAPI:Invalid nonce",
            Fault.KEY: "EAPI:Invalid key",
            Fault.MAINTENANCE: "EService:Market in cancel_only mode",
        }
        return web.json_response({"error": [said[fault]]})

    def unknown(self, fault: Fault) -> web.Response:
        """The venue says that it does not know itself."""
        text = "EService:Unavailable" if fault is Fault.UNKNOWN else "EService:Deadline elapsed"
        return web.json_response({"error": [text]})

    def empty(self) -> web.Response:
        """An answer that says nothing of an order."""
        return web.json_response({"error": [], "result": {}})

    def busy(self, fault: Fault) -> web.Response:
        """Too many: by the counter of calls, or at the door with the time to wait."""
        if self.retry_after_s is not None:
            return web.Response(status=429, text="{}", headers={"Retry-After": f"{self.retry_after_s:g}"},
                                content_type="application/json")  # fmt: skip
        word = "EAPI:Rate limit exceeded" if fault is Fault.BUSY else "EGeneral:Temporary lockout"
        return web.json_response({"error": [word]})


class KrakenServer:
    """One account on loopback. `rights` is what the key may do; `asked` are the requests seen, in order."""

    def __init__(self, now_ms: Callable[[], int] = wall_ms) -> None:
        self.now_ms = now_ms
        self.skew_ms = 0
        self.streams = KrakenStreams()
        self.engine = KrakenEngine(self.now, self.streams.user)
        self.faults: Faults = KrakenFaults()
        self.rights = list(RIGHTS)
        self.addresses = ["127.0.0.1"]
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.invisible = 0  # so many of the next questions about orders do not see what is there
        self.candles: list[list[Any]] = []
        self.rest_says: dict[str, tuple[str, str]] = {}  # another bid and ask than the stream's
        self.last_nonce = 0
        self.base = ""
        self.port = 0
        self._tokens = itertools.count(1)
        self._runner: web.AppRunner | None = None
        self.assets = {"XXBT": "XBT", "XETH": "ETH", "ZUSD": "USD"}
        self.engine.list_pair(Pair("XXBTZUSD", "XBTUSD", "BTC/USD", "XXBT", "ZUSD"))
        self.engine.list_pair(Pair("XETHZUSD", "ETHUSD", "ETH/USD", "XETH", "ZUSD", lot_decimals=4))

    def now(self) -> int:
        """The venue's clock, in milliseconds."""
        return self.now_ms() + self.skew_ms

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_get("/v2", self.streams.serve_market)
        app.router.add_get("/auth/v2", self.streams.serve_account)
        app.router.add_route("*", "/0/{side}/{path}", self._serve)
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

    def quote(self, key: str, bid: str, ask: str, depth: str | None = None) -> None:
        """The market stands there."""
        self.engine.quote(key, Decimal(bid), Decimal(ask), None if depth is None else Decimal(depth))
        symbol = self.engine.pairs[key].ws
        row = {"symbol": symbol, "bid": float(bid), "bid_qty": 1.0, "ask": float(ask), "ask_qty": 1.0}
        self.streams.market(symbol, row)

    def count(self, path: str) -> int:
        """How often something was asked."""
        return sum(path == what for _, what, _ in self.asked)

    # ------------------------------------------------------------ the door

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        side, path = request.match_info["side"], request.match_info["path"]
        body = (await request.read()).decode()
        if request.content_type == "application/json" and body:
            params = {name: str(value) for name, value in json.loads(body).items()}
        else:
            params = dict(parse_qsl(request.query_string or body, keep_blank_values=True))
        self.asked.append((request.method, path, params))

        async def act() -> web.Response:
            return self._answered(request, side, path, body, params)

        return await self.faults.around(request, act)

    def _answered(
        self, request: web.Request, side: str, path: str, body: str, params: Mapping[str, str]
    ) -> web.Response:
        answer = (self._private() if side == "private" else self._public()).get(path)
        try:
            if answer is None:
                raise Refused("EGeneral:Unknown method")
            if side == "private":
                self._check(request, body, params)
            return web.json_response({"error": [], "result": answer(params)})
        except Refused as no:
            return web.json_response({"error": no.errors})

    def _check(self, request: web.Request, body: str, params: Mapping[str, str]) -> None:
        if request.headers.get("API-Key") != KEY:
            raise Refused("EAPI:Invalid key")
        hashed = hashlib.sha256((params["nonce"] + body).encode()).digest()
        signed = hmac.new(base64.b64decode(SECRET), request.path.encode() + hashed, hashlib.sha512).digest()
        if not hmac.compare_digest(request.headers.get("API-Sign", ""), base64.b64encode(signed).decode()):
            raise Refused("EAPI:Invalid signature")
        if int(params["nonce"]) <= self.last_nonce:
            raise Refused("EAPI:Invalid nonce")
        self.last_nonce = int(params["nonce"])

    def _public(self) -> dict[str, Answer]:
        return {
            "Time": lambda _: {"unixtime": self.now() // 1000, "rfc1123": "a date"},
            "Assets": lambda _: {
                key: {"aclass": "currency", "altname": name, "decimals": 10, "display_decimals": 5,
                      "status": "enabled"}
                for key, name in self.assets.items()
            },
            "AssetPairs": lambda _: {key: pair.told() for key, pair in self.engine.pairs.items()},
            "Ticker": self._ticker,
            "OHLC": self._candles,
        }  # fmt: skip

    def _private(self) -> dict[str, Answer]:
        engine = self.engine
        return {
            "BalanceEx": lambda _: engine.balance_ex(),
            "GetApiKeyInfo": self._key_info,
            "GetWebSocketsToken": self._token,
            "AddOrder": self._added,
            "CancelOrder": lambda asked: {"count": engine.cancel(asked)},
            "AmendOrder": lambda asked: {"amend_id": engine.amend(asked)},
            "OpenOrders": lambda asked: {"open": self._orders(asked, lambda one: one.is_open)},
            "ClosedOrders": self._closed,
            "QueryOrders": self._by_id,
            "TradesHistory": self._trades,
        }

    # ------------------------------------------------------------ answers

    def _key_info(self, _: Mapping[str, str]) -> Any:
        return {"apiKeyName": "desk", "apiKey": KEY, "nonce": str(self.last_nonce), "nonceWindow": 0,
                "permissions": self.rights, "iban": "", "validUntil": "0", "queryFrom": "0", "queryTo": "0",
                "createdTime": "1", "modifiedTime": "1", "ipAllowlist": self.addresses,
                "lastUsed": "1"}  # fmt: skip

    def _token(self, _: Mapping[str, str]) -> Any:
        if "create-ws-token" not in self.rights:
            raise Refused("EGeneral:Permission denied")
        token = f"token-{next(self._tokens)}"
        self.streams.tokens.add(token)
        return {"token": token, "expires": 900}

    def _added(self, asked: Mapping[str, str]) -> Any:
        if "modify-trades" not in self.rights:
            raise Refused("EGeneral:Permission denied")
        order = self.engine.add(asked)
        told = {"descr": {"order": f"{asked['type']} {asked['volume']} {asked['pair']}"}}
        return told if order is None else {**told, "txid": [order.id]}

    def _orders(self, asked: Mapping[str, str], is_meant: Callable[[Order], bool]) -> dict[str, Any]:
        if self.invisible:
            self.invisible -= 1
            return {}
        name = asked.get("cl_ord_id")
        found = [one for one in self.engine.orders if is_meant(one) and name in (None, one.name)]
        return {one.id: one.told() for one in found}

    def _closed(self, asked: Mapping[str, str]) -> Any:
        since = float(asked.get("start", "0"))
        rows = self._orders(asked, lambda one: not one.is_open and seconds(one.closed) > since)
        return {"closed": self._page(rows, asked), "count": len(rows)}

    def _by_id(self, asked: Mapping[str, str]) -> Any:
        ids = asked["txid"].split(",")
        return self._orders({}, lambda one: one.id in ids)

    def _trades(self, asked: Mapping[str, str]) -> Any:
        since = float(asked.get("start", "0"))
        rows = {one.id: one.told() for one in self.engine.trades if seconds(one.at) > since}
        return {"trades": self._page(rows, asked), "count": len(rows)}

    @staticmethod
    def _page(rows: dict[str, Any], asked: Mapping[str, str]) -> dict[str, Any]:
        first = int(asked.get("ofs", "0"))
        return dict(list(reversed(rows.items()))[first : first + PAGE])

    def _ticker(self, asked: Mapping[str, str]) -> Any:
        found = {}
        for name in asked["pair"].split(","):
            pair = self.engine.pair(name)
            bid, ask = self.rest_says.get(pair.key) or (f"{pair.bid:f}", f"{pair.ask:f}")
            found[pair.key] = {"a": [ask, "1", "1.000"], "b": [bid, "1", "1.000"], "c": [bid, "0.1"],
                               "v": ["1", "1"], "p": [bid, bid], "t": [1, 1], "l": [bid, bid],
                               "h": [ask, ask], "o": bid}  # fmt: skip
        return found

    def _candles(self, asked: Mapping[str, str]) -> Any:
        return {self.engine.pair(asked["pair"]).key: self.candles, "last": 0}


__all__ = ["KEY", "OPEN", "SECRET", "KrakenServer", "Pair", "Refused"]
