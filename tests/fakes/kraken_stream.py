"""The websockets (v2) of the local Kraken: prices, and executions of the account for who has a token."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

Answer = Callable[[web.WebSocketResponse, dict[str, Any]], dict[str, Any]]


class KrakenStreams:
    """Frames leave in the order in which they were told; a test may lose, repeat or shuffle them.

    `lost`, `repeats`: of the frames with fills; `is_holding` keeps all back until `let_go`. `beats` counts
    heartbeats that have left.
    """

    def __init__(self) -> None:
        self.tokens: set[str] = set()
        self.lost = 0
        self.repeats = 1
        self.is_holding = False
        self.held: list[dict[str, Any]] = []
        self.beats = 0
        self.subscriptions = 0
        self.refuses = ""
        self._users: set[web.WebSocketResponse] = set()
        self._markets: dict[web.WebSocketResponse, set[str]] = {}
        self._requests: dict[web.WebSocketResponse, web.Request] = {}
        self._sending: dict[web.WebSocketResponse, asyncio.Queue[dict[str, Any]]] = {}
        self._sequence = 0

    # ------------------------------------------------------------ what a test does

    def user(self, row: dict[str, Any]) -> None:
        """An execution: to everybody who has subscribed."""
        if self.is_holding:
            self.held.append(row)
            return
        is_fill = row["exec_type"] == "trade"
        if self.lost and is_fill:
            self.lost -= 1
            return
        for socket in self._users:
            for _ in range(self.repeats if is_fill else 1):
                self._sequence += 1
                frame = {"channel": "executions", "type": "update", "data": [row], "sequence": self._sequence}
                self._sending[socket].put_nowait(frame)

    def let_go(self, order: Callable[[list[dict[str, Any]]], list[dict[str, Any]]] | None = None) -> None:
        """Send what was held, in another order if the test wants one."""
        self.is_holding = False
        held, self.held = self.held, []
        for row in order(held) if order else held:
            self.user(row)

    def beat(self) -> None:
        """A heartbeat to everybody who has subscribed to the account."""
        for socket in self._users:
            self._sending[socket].put_nowait({"channel": "heartbeat"})
            self.beats += 1

    def market(self, symbol: str, row: dict[str, Any]) -> None:
        """A price."""
        for socket, wanted in self._markets.items():
            if symbol in wanted:
                frame = {"channel": "ticker", "type": "update", "data": [row]}
                self._sending[socket].put_nowait(frame)

    async def close(self, code: int = WSCloseCode.INTERNAL_ERROR) -> None:
        """The connections end: 1011, or cut without a word (0)."""
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
        """The symbols whose prices anybody follows."""
        return set().union(*self._markets.values())

    # ------------------------------------------------------------ the doors

    async def serve_market(self, request: web.Request) -> web.WebSocketResponse:
        """`ws.kraken.com/v2`."""
        return await self._serve(request, self._on_market)

    async def serve_account(self, request: web.Request) -> web.WebSocketResponse:
        """`ws-auth.kraken.com/v2`."""
        return await self._serve(request, self._on_account)

    async def _serve(self, request: web.Request, answer: Answer) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._sending[socket], self._requests[socket] = queue, request
        queue.put_nowait({"channel": "status", "type": "update", "data": [{"system": "online"}]})
        pump = asyncio.create_task(self._pump(socket, queue))
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    asked = json.loads(message.data)
                    is_ping = asked["method"] == "ping"
                    queue.put_nowait({"method": "pong"} if is_ping else answer(socket, asked))
        finally:
            pump.cancel()
            self._users.discard(socket)
            self._markets.pop(socket, None)
            del self._sending[socket], self._requests[socket]
        return socket

    @staticmethod
    async def _pump(socket: web.WebSocketResponse, queue: asyncio.Queue[dict[str, Any]]) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                await socket.send_json(await queue.get())

    def _on_market(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> dict[str, Any]:
        wanted, params = self._markets.setdefault(socket, set()), asked["params"]
        if params["channel"] != "ticker":
            return self._refused(asked, "Channel not supported")
        if asked["method"] == "subscribe":
            wanted.update(params["symbol"])
        else:
            wanted.difference_update(params["symbol"])
        return {"method": asked["method"], "success": True, "result": params, "req_id": asked.get("req_id")}

    def _on_account(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> dict[str, Any]:
        params = asked.get("params", {})
        if self.refuses or params.get("token") not in self.tokens:
            return self._refused(asked, self.refuses or "ESession:Invalid session")
        if asked["method"] != "subscribe" or params["channel"] != "executions":
            return self._refused(asked, "Unsupported event")
        self.subscriptions += 1
        self._users.add(socket)
        result = {"channel": "executions", "maxratecount": 125, "snap_orders": params.get("snap_orders")}
        return {"method": "subscribe", "success": True, "result": result, "req_id": asked["req_id"]}

    @staticmethod
    def _refused(asked: dict[str, Any], text: str) -> dict[str, Any]:
        return {"method": asked["method"], "success": False, "error": text, "req_id": asked.get("req_id")}
