"""A Discord on this machine: REST and gateway over one aiohttp server, or without sockets through `ask`.

Made from the wire facts (protocols/discord.md), driven by discord.py's own Client in the tests.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Self

import msgspec
from aiohttp import WSMsgType, web

from tests.fakes.discord_faults import DiscordFaults, LostConnection
from tests.fakes.discord_gateway import INTERVAL_S, Gateway
from tests.fakes.discord_limits import DiscordLimits, Limiter
from tests.fakes.discord_people import DiscordPerson
from tests.fakes.discord_places import GUILD_TEXT, PUBLIC_THREAD, DiscordChannel, DiscordGuild
from tests.fakes.discord_rest import Answer, Request, Rest
from tests.fakes.discord_world import DiscordWorld
from trading.clock import SystemClock
from trading.ports import Clock

# Built from parts, so that no search for leaked secrets finds one here.
TOKEN = ".".join(("MTA1NDIyNzYwMDAwMDAwMDAwMA", "GexAmp", "lOcAlLoCaLlOcAlLoCaLlOcAlLoCaLlOcAl01"))
_API = "/api/v10"


@dataclass(slots=True)
class Call:
    """A request and how it was answered; status 0 when the line broke."""

    ask: Request
    status: int


class DiscordServer:
    """One application's Discord.

    Args:
        limits: how often the bot may ask.
        interval_s: between heartbeats.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        token: str = TOKEN,
        limits: DiscordLimits | None = None,
        interval_s: float = INTERVAL_S,
    ) -> None:
        self.token = token
        self.world = DiscordWorld(clock or SystemClock(), token)
        self.gateway = Gateway(self.world, lambda: self.gateway_url, interval_s=interval_s)
        self.limiter = Limiter(limits or DiscordLimits(), self.world.clock)
        self.rest = Rest(self.world, self.limiter, lambda: self.gateway_url)
        self.faults = DiscordFaults()
        self.calls: list[Call] = []
        self._port = 0
        self._runner: web.AppRunner | None = None

    # ------------------------------------------------------------ people and places

    def person(self, name: str) -> DiscordPerson:
        """Somebody with an account, who can open a direct chat with the bot."""
        return DiscordPerson(self.world, self.world.user(name))

    def guild(self, name: str, owner: DiscordPerson, *members: DiscordPerson) -> DiscordGuild:
        """A server with one channel, with the bot in it."""
        everybody = (owner, *members)
        made = DiscordGuild(self.world.snowflake(), name, owner.user, {one.id: one.user for one in everybody})
        self.world.guilds[made.id] = made
        self.channel(made, "general")
        self.world.dispatch("GUILD_CREATE", made.body(self.world.bot), 1)
        return made

    def channel(self, guild: DiscordGuild, name: str) -> DiscordChannel:
        """One more channel of a server."""
        made = DiscordChannel(self.world.snowflake(), GUILD_TEXT, name, guild)
        self.world.channels[made.id] = made
        guild.channels.append(made)
        return made

    def thread(self, parent: DiscordChannel, name: str) -> DiscordChannel:
        """A thread under a channel."""
        assert parent.guild is not None
        made = DiscordChannel(self.world.snowflake(), PUBLIC_THREAD, name, parent.guild, parent=parent.id)
        self.world.channels[made.id] = made
        parent.guild.channels.append(made)
        self.world.dispatch("THREAD_CREATE", made.body(self.world.bot), 1)
        return made

    def remove_bot(self, guild: DiscordGuild) -> None:
        """The bot is thrown out of a server."""
        guild.has_bot = False
        self.world.dispatch("GUILD_DELETE", {"id": guild.id}, 1)

    def delete(self, channel: DiscordChannel) -> None:
        """A channel or a thread is gone."""
        channel.is_deleted = True
        is_thread = channel.type == PUBLIC_THREAD
        event = "THREAD_DELETE" if is_thread else "CHANNEL_DELETE"
        self.world.dispatch(event, channel.body(self.world.bot), 1)

    def revoke_token(self) -> None:
        """The token is worth nothing from now on."""
        self.world.token = self.token + "-reset"
        self.gateway.hang_up(4004)

    def called(self, method: str, path: str = "") -> list[Call]:
        """Requests of a method whose path holds that."""
        return [one for one in self.calls if one.ask.method == method and path in one.ask.path]

    # ------------------------------------------------------------ without sockets

    async def ask(self, request: Request) -> Answer:
        """One request. Raises LostConnection."""
        if self.faults.outage == "closed":
            raise LostConnection(was_heard=False)
        fault = self.faults.of(request)
        if fault is not None and fault.kind == "lost_before":
            self.calls.append(Call(request, 0))
            raise LostConnection(was_heard=False)
        if self.faults.outage:
            answer = Answer(int(self.faults.outage), None)
        elif fault is not None and fault.kind != "lost_after":
            answer = self.faults.answer(fault)
        else:
            answer = self.rest.answer(request)
        if fault is not None and fault.kind == "lost_after":
            self.calls.append(Call(request, 0))
            raise LostConnection(was_heard=True)
        if answer.status == 200 and answer.body is None:
            answer.status = 204
        self.calls.append(Call(request, answer.status))
        return answer

    # ------------------------------------------------------------ over HTTP

    @property
    def api_url(self) -> str:
        """What stands where `https://discord.com/api/v10` would."""
        return f"http://127.0.0.1:{self._port}{_API}"

    @property
    def gateway_url(self) -> str:
        """What stands where `wss://gateway.discord.gg` would."""
        return f"ws://127.0.0.1:{self._port}/gateway/"

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_get("/gateway/", self._websocket)
        app.router.add_route("*", _API + "/{path:.*}", self._http)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = int(self._runner.addresses[0][1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self.gateway.hang_up(1001)
        assert self._runner is not None
        await self._runner.cleanup()

    async def _http(self, request: web.Request) -> web.StreamResponse:
        ask = Request(
            request.method,
            "/" + request.match_info["path"],
            request.headers.get("Authorization", ""),
            dict(request.query),
        )
        if request.content_type == "application/json":
            raw = await request.read()
            ask.body = msgspec.json.decode(raw) if raw else None
        elif request.content_type.startswith("multipart/"):
            await _multipart(request, ask)
        try:
            answer = await self.ask(ask)
        except LostConnection:
            assert request.transport is not None
            request.transport.abort()
            return web.Response(status=500)
        # Exactly application/json, without a charset: clients look at the whole header.
        headers = answer.headers | {"Via": "1.1 google"}
        if answer.body is None:
            return web.Response(status=answer.status, headers=headers)
        headers["Content-Type"] = "application/json"
        return web.Response(status=answer.status, body=msgspec.json.encode(answer.body), headers=headers)

    async def _websocket(self, request: web.Request) -> web.StreamResponse:
        if self.gateway.outage or self.faults.outage:
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=0)
        await socket.prepare(request)
        line = _SocketLine(socket)
        connection = self.gateway.connect(line)
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    connection.received(frame.data)
                elif frame.type is WSMsgType.BINARY:
                    connection.close(4002)
        finally:
            connection.gone(socket.close_code or 1006)
            await line.rest()
        return socket


class _SocketLine:
    """A websocket of aiohttp as the gateway uses it: frames in order, written by one task."""

    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._frames: asyncio.Queue[str | int] = asyncio.Queue()
        self._task = asyncio.create_task(self._write())

    def send(self, text: str) -> None:
        """A frame."""
        self._frames.put_nowait(text)

    def close(self, code: int) -> None:
        """The end, behind what was said before."""
        self._frames.put_nowait(code)

    async def rest(self) -> None:
        """Write nothing more."""
        self._task.cancel()

    async def _write(self) -> None:
        while True:
            frame = await self._frames.get()
            if isinstance(frame, int):
                await self._socket.close(code=frame)
                return
            if not self._socket.closed:
                await self._socket.send_str(frame)


async def _multipart(request: web.Request, ask: Request) -> None:
    values: dict[str, Any] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            ask.files.append((value.filename, value.file.read()))
            value.file.close()
        else:
            values[name] = value
    ask.body = json.loads(values.get("payload_json", "{}"))
