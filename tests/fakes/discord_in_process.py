"""A way into the server without sockets: requests and a gateway inside one event loop, in virtual time.

Everything but TCP is the same: routes, rules, limits, sessions, faults.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from bot.conversation.messenger import MaybeDelivered, Unreachable
from bot.platforms.discord_gateway import Socket
from bot.platforms.discord_link import File, Reply
from tests.fakes.discord_faults import LostConnection
from tests.fakes.discord_gateway import Connection
from tests.fakes.discord_rest import Request
from tests.fakes.discord_server import DiscordServer


class InProcessWire:
    """Requests, handed over. What is sent and what comes back goes through JSON as on a real line."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server
        self.headers: list[Mapping[str, str]] = []

    async def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: Any,
        files: Sequence[File],
        within_s: float,
    ) -> Reply:
        """Hand the request over. Raises Unreachable, MaybeDelivered."""
        self.headers.append(headers)
        bare, _, query = path.partition("?")
        sent = msgspec.json.decode(msgspec.json.encode(body)) if body is not None else None
        ask = Request(method, bare, headers.get("Authorization", ""), dict(parse_qsl(query)), sent)
        ask.files = [(file.name, file.body) for file in files]
        try:
            answer = await self._server.ask(ask)
        except LostConnection as lost:
            raise (MaybeDelivered("lost") if lost.was_heard else Unreachable("lost")) from None
        raw = msgspec.json.encode(answer.body) if answer.body is not None else b""
        return Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, raw)

    async def close(self) -> None:
        """Nothing to close."""


class InProcessDialler:
    """Opens the gateway."""

    def __init__(self, server: DiscordServer) -> None:
        self._server = server

    async def dial(self, url: str) -> Socket:
        """Connect. Raises Unreachable."""
        if self._server.faults.outage or self._server.gateway.outage:
            raise Unreachable("closed")
        return InProcessSocket(self._server)

    async def close(self) -> None:
        """Nothing to close."""


class InProcessSocket:
    """The client's end of a gateway connection."""

    def __init__(self, server: DiscordServer) -> None:
        self._frames: asyncio.Queue[str | int] = asyncio.Queue()
        self._is_open = True
        self._connection: Connection = server.gateway.connect(_Line(self._frames))

    async def send(self, text: str) -> None:
        """A frame out. Raises Unreachable."""
        if not (self._is_open and self._connection.is_open):
            raise Unreachable("closed")
        self._connection.received(text)

    async def receive(self) -> str | int:
        """The next frame, or the code of the end."""
        return await self._frames.get()

    async def close(self, code: int) -> None:
        """Hang up."""
        if self._is_open:
            self._is_open = False
            self._connection.gone(code)
            self._frames.put_nowait(code)


class _Line:
    def __init__(self, frames: asyncio.Queue[str | int]) -> None:
        self._frames = frames

    def send(self, text: str) -> None:
        """To the client."""
        self._frames.put_nowait(text)

    def close(self, code: int) -> None:
        """The gateway hangs up."""
        self._frames.put_nowait(code)
