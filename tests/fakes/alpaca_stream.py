"""The stream of trade updates: who may listen, and what is told (protocols: alpaca, 4)."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from tests.fakes.alpaca_faults import Faults

FOREVER_S = 30.0


class Stream:
    """One session per account: a second one ends the first. Frames are binary, with JSON in them."""

    def __init__(self, key: str, secret: str, faults: Faults) -> None:
        self._key, self._secret = key, secret
        self._faults = faults
        self._waits: list[dict[str, Any]] = []
        self._outgoing: list[dict[str, Any]] = []
        self._let_in: list[web.WebSocketResponse] = []
        self.listeners: list[web.WebSocketResponse] = []
        self.is_binary = True
        self.refuses = False  # nobody is let in
        self.sessions = 0
        self.frames = 0  # sent to whoever listens, since the newest session began

    def tell(self, data: dict[str, Any]) -> None:
        """Put an update in the line, as far as the line is good."""
        faults = self._faults
        if faults.drops:
            faults.drops -= 1
            return
        for _ in range(2 if faults.repeats and "execution_id" in data else 1):
            self._waits.append(data)
        if faults.swaps and len(self._waits) < 2:
            return
        self._outgoing += reversed(self._waits) if faults.swaps else self._waits
        self._waits = []

    async def flush(self) -> None:
        """Send what is in the line to whoever listens; who does not listen has missed it."""
        told, self._outgoing = self._outgoing, []
        for data in told:
            await self.send({"stream": "trade_updates", "data": data})

    async def mark(self) -> None:
        """A frame that tells nothing: whoever reads it has read all before it."""
        await self.flush()
        await self.send({"stream": "listening", "data": {"streams": ["trade_updates"]}})

    async def send(self, message: dict[str, Any]) -> None:
        """A frame to every listener."""
        self.frames += 1
        for socket in list(self.listeners):
            await self._send(socket, message)

    async def kick(self) -> None:
        """End every session."""
        for socket in list(self.listeners):
            await socket.close(code=WSCloseCode.POLICY_VIOLATION)
        self.listeners.clear()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """GET /stream."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        try:
            async for message in socket:
                if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                    break
                await self._hear(socket, json.loads(message.data))
        finally:
            if socket in self.listeners:
                self.listeners.remove(socket)
        return socket

    async def _hear(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
        data = message.get("data", {})
        match message.get("action"):
            case "authenticate":
                is_right = (data.get("key_id"), data.get("secret_key")) == (self._key, self._secret)
                is_right = is_right and not self.refuses
                status = "authorized" if is_right else "unauthorized"
                await self._send(
                    socket,
                    {"stream": "authorization", "data": {"status": status, "action": "authenticate"}},
                )
                if not is_right:
                    await socket.close()
                else:
                    self._let_in.append(socket)
            case "listen" if socket in self._let_in:
                await self.kick()
                self.sessions, self.frames = self.sessions + 1, 0
                await self._send(socket, {"stream": "listening", "data": {"streams": data.get("streams")}})
                self.listeners.append(socket)
            case _:
                await self._send(socket, {"stream": "error", "data": {"error": "unauthorized"}})

    async def _send(self, socket: web.WebSocketResponse, message: dict[str, Any]) -> None:
        encoded = json.dumps(message)
        if socket.closed:
            return
        if self.is_binary:
            await socket.send_bytes(encoded.encode())
        else:
            await socket.send_str(encoded)
