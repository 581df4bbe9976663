"""The stream of market data of the local Alpaca: one connection an account, quotes of what is followed."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import WSMsgType, web


class MarketStream:
    """`wanted` is what anybody follows; `repeats_wrong` says another price than the exchange for a symbol."""

    def __init__(self, key: str, secret: str) -> None:
        self._key, self._secret = key, secret
        self._sockets: list[web.WebSocketResponse] = []
        self.wanted: set[str] = set()
        self.connections = 0

    async def tell(self, symbol: str, bid: float, ask: float) -> None:
        """A quote to whoever follows the symbol."""
        row = {"T": "q", "S": symbol, "bp": bid, "bs": 2, "ap": ask, "as": 3, "t": "2026-01-05T15:00:00Z"}
        for socket in list(self._sockets):
            if symbol in self.wanted and not socket.closed:
                await socket.send_str(json.dumps([row]))

    async def close(self) -> None:
        """The connection ends."""
        for socket in list(self._sockets):
            await socket.close()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """`/v2/iex` and `/v1beta3/crypto/us`."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await self._say(socket, {"T": "success", "msg": "connected"})
        try:
            async for message in socket:
                if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    break
                await self._hear(socket, json.loads(message.data))
        finally:
            if socket in self._sockets:
                self._sockets.remove(socket)
                self.wanted = set()
        return socket

    async def _hear(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        match asked["action"]:
            case "auth":
                if (asked["key"], asked["secret"]) != (self._key, self._secret):
                    await self._say(socket, {"T": "error", "code": 402, "msg": "auth failed"})
                elif self._sockets:
                    await self._say(socket, {"T": "error", "code": 406, "msg": "connection limit exceeded"})
                else:
                    self._sockets.append(socket)
                    self.connections += 1
                    await self._say(socket, {"T": "success", "msg": "authenticated"})
            case "subscribe" | "unsubscribe" if socket in self._sockets:
                names = set(asked["quotes"])
                self.wanted = self.wanted | names if asked["action"] == "subscribe" else self.wanted - names
                await self._say(socket, {"T": "subscription", "quotes": sorted(self.wanted)})
            case _:
                await self._say(socket, {"T": "error", "code": 401, "msg": "not authenticated"})

    @staticmethod
    async def _say(socket: web.WebSocketResponse, row: dict[str, Any]) -> None:
        await socket.send_str(json.dumps([row]))
