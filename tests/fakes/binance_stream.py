"""The websockets of the local Binance: market streams, and the user data stream of the websocket API."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web


class BinanceStreams:
    """Frames leave in the order in which they were told; a test may lose, repeat or shuffle them.

    `lost`, `repeated`: how many of the next frames of the user stream; `held` keeps them back until `let_go`.
    `told` counts what has left on user streams, `balances` how many of them told balances.
    """

    def __init__(self, key: str, secret: str, now: Callable[[], int]) -> None:
        self.key, self.secret, self.now = key, secret, now
        self.lost = 0
        self.repeats = 1
        self.is_holding = False
        self.held: list[dict[str, Any]] = []
        self.told = 0
        self.balances = 0
        self.subscriptions = 0
        self.refuses = ""
        self._users: dict[web.WebSocketResponse, int] = {}
        self._markets: dict[web.WebSocketResponse, set[str]] = {}
        self._requests: dict[web.WebSocketResponse, web.Request] = {}
        self._sending: dict[web.WebSocketResponse, asyncio.Queue[dict[str, Any]]] = {}

    # ------------------------------------------------------------ what a test does

    def user(self, event: dict[str, Any]) -> None:
        """An event of the account: to everybody who has subscribed."""
        if self.is_holding:
            self.held.append(event)
            return
        if self.lost and event["e"] == "executionReport":
            self.lost -= 1
            return
        times = self.repeats if event["e"] == "executionReport" else 1
        for socket, place in self._users.items():
            for _ in range(times):
                self._sending[socket].put_nowait({"subscriptionId": place, "event": event})
                self.told += 1
                self.balances += event["e"] in ("outboundAccountPosition", "balanceUpdate")

    def let_go(self, order: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] | None = None) -> None:
        """Send what was held, in another order if the test wants one."""
        self.is_holding = False
        held, self.held = self.held, []
        for event in order(held) if order else held:
            self.user(event)

    def market(self, symbol: str, events: dict[str, dict[str, Any]]) -> None:
        """Prices, by the stream's name (`bookTicker`)."""
        for socket, wanted in self._markets.items():
            for name, event in events.items():
                if f"{symbol.lower()}@{name}" in wanted:
                    self._sending[socket].put_nowait(event)

    def terminate(self) -> None:
        """The venue ends the subscriptions and leaves the connections as they are."""
        for socket in list(self._users):
            event = {"e": "eventStreamTerminated", "E": self.now()}
            self._sending[socket].put_nowait({"subscriptionId": self._users[socket], "event": event})
            del self._users[socket]

    async def close(self, code: int = WSCloseCode.INTERNAL_ERROR) -> None:
        """The connections end: 1011 as it happens there, or cut without a word (0)."""
        for socket in list(self._sending):
            if code:
                await socket.close(code=code)
            else:
                request = self._requests[socket]
                if request.transport is not None:
                    request.transport.abort()

    @property
    def listeners(self) -> int:
        """How many have subscribed to the account."""
        return len(self._users)

    @property
    def wanted(self) -> set[str]:
        """The market streams that anybody follows."""
        return set().union(*self._markets.values())

    # ------------------------------------------------------------ the doors

    async def serve_market(self, request: web.Request) -> web.WebSocketResponse:
        """`/ws/N`."""
        return await self._serve(request, self._on_market)

    async def serve_api(self, request: web.Request) -> web.WebSocketResponse:
        """`/ws-api/v3`."""
        return await self._serve(request, self._on_api)

    async def _serve(
        self, request: web.Request, answer: Callable[[web.WebSocketResponse, dict[str, Any]], dict[str, Any]]
    ) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sending[socket], self._requests[socket] = asyncio.Queue(), request
        pump = asyncio.create_task(self._pump(socket, self._sending[socket]))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._sending[socket].put_nowait(answer(socket, json.loads(message.data)))
        finally:
            pump.cancel()
            self._users.pop(socket, None)
            self._markets.pop(socket, None)
            del self._sending[socket], self._requests[socket]
        return socket

    @staticmethod
    async def _pump(socket: web.WebSocketResponse, queue: asyncio.Queue[dict[str, Any]]) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await socket.send_json(await queue.get())

    def _on_market(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> dict[str, Any]:
        wanted = self._markets.setdefault(socket, set())
        if asked["method"] == "SUBSCRIBE":
            wanted.update(asked["params"])
        else:
            wanted.difference_update(asked["params"])
        return {"result": None, "id": asked["id"]}

    def _on_api(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> dict[str, Any]:
        def refused(code: int, text: str) -> dict[str, Any]:
            return {"id": asked["id"], "status": 400, "error": {"code": code, "msg": text}}

        if asked["method"] == "time":
            return {"id": asked["id"], "status": 200, "result": {"serverTime": self.now()}}
        if asked["method"] != "userDataStream.subscribe.signature":
            return refused(-1099, "Unknown method.")
        params = {name: str(value) for name, value in asked["params"].items()}
        signature = params.pop("signature", "")
        text = "&".join(f"{name}={params[name]}" for name in sorted(params))
        if params.get("apiKey") != self.key or self.refuses:
            return refused(-2015, "Invalid API-key, IP, or permissions for action.")
        if not hmac.compare_digest(
            signature, hmac.new(self.secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        ):
            return refused(-1022, "Signature for this request is not valid.")
        if abs(self.now() - int(params["timestamp"])) > int(params.get("recvWindow", "5000")):
            return refused(-1021, "Timestamp for this request is outside of the recvWindow.")
        place = self.subscriptions
        self.subscriptions += 1
        self._users[socket] = place
        return {"id": asked["id"], "status": 200, "result": {"subscriptionId": place}}
