"""Our own loop on Discord's gateway: heartbeats, sessions that are resumed, a way back after every break.

Events are handed over in order; whoever takes them writes them down before he answers. discord.py's own
client beats from a thread on the wall clock and answers before anything is stored; here time is a port.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import aiohttp
import discord
import msgspec

from bot.conversation.messenger import Refused, TooFast, Undelivered, Unreachable
from bot.conversation.surroundings import Surroundings
from bot.platforms.discord_link import CONNECT_S, USER_AGENT, Link

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 0, 1, 2, 6, 7
INVALID_SESSION, HELLO, ACK = 9, 10, 11
QUERY = "?v=10&encoding=json"
HELLO_S = 20.0
RETRY_S, RETRY_MAX_S = 1.0, 60.0
IDENTIFY_PAUSE_S = 5.0
LOST = 1006
"""What a connection that broke without a word is called."""
ZOMBIE = 4000
TOKEN_WRONG = 4004
_FATAL = {
    4004: "Discord does not know this token",
    4010: "Discord does not take this shard",
    4011: "Discord wants more than one shard for this bot",
    4012: "Discord does not speak this version any more",
    4013: "Discord does not know these intents",
    4014: "Discord has not granted these intents",
}
_NEW_SESSION = frozenset({4007, 4009})

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

Take = Callable[[str, dict[str, Any]], None]
"""Hears of each event: its name and what it says. Never waits."""


def intents() -> int:
    """What we ask to hear: servers (coming, going), direct messages, and words that call the bot. None of it
    is privileged."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    wanted.guild_messages = True
    wanted.dm_messages = True
    return int(wanted.value)


class Socket(Protocol):
    """A websocket."""

    async def send(self, text: str) -> None:
        """A frame out. Raises Unreachable once it is closed."""
        ...

    async def receive(self) -> str | int:
        """The next frame, or the code with which the other side ended it."""
        ...

    async def close(self, code: int) -> None:
        """End it."""
        ...


class Dialler(Protocol):
    """Opens websockets."""

    async def dial(self, url: str) -> Socket:
        """Connect. Raises Unreachable."""
        ...

    async def close(self) -> None:
        """No more."""
        ...


class HttpDialler:
    """Websockets of aiohttp."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def dial(self, url: str) -> Socket:
        """Connect. Raises Unreachable."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession()
        failure: Unreachable
        try:
            async with asyncio.timeout(4 * CONNECT_S):
                opened = await self._session.ws_connect(
                    url, headers={"User-Agent": USER_AGENT}, max_msg_size=0, autoclose=False
                )
                return _HttpSocket(opened)
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            failure = Unreachable(type(error).__name__)
        raise failure

    async def close(self) -> None:
        """No more."""
        if self._session is not None:
            await self._session.close()
            self._session = None


class _HttpSocket:
    def __init__(self, opened: aiohttp.ClientWebSocketResponse) -> None:
        self._opened = opened

    async def send(self, text: str) -> None:
        try:
            await self._opened.send_str(text)
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise Unreachable(type(error).__name__) from None

    async def receive(self) -> str | int:
        frame = await self._opened.receive()
        if frame.type is aiohttp.WSMsgType.TEXT:
            return str(frame.data)
        return self._opened.close_code or LOST

    async def close(self, code: int) -> None:
        await self._opened.close(code=code)


class Gateway:
    """Listens until it is cancelled.

    Args:
        url: where to connect; empty asks Discord (`GET /gateway/bot`).
        take: hears of each event.
    """

    def __init__(
        self, link: Link, dialler: Dialler, around: Surroundings, take: Take, *, url: str = ""
    ) -> None:
        self._link = link
        self._dialler = dialler
        self._around = around
        self._take = take
        self._url = url
        self._session_id = ""
        self._resume_url = ""
        self._seq: int | None = None
        self._failures = 0
        self._is_acknowledged = True
        self.is_listening = asyncio.Event()
        """Set while events come in."""

    async def run(self) -> None:
        """Connect, again and again. Raises Refused for what no second try can change."""
        try:
            while True:
                await self._pause()
                await self._once()
        finally:
            self.is_listening.clear()
            await self._dialler.close()

    async def _pause(self) -> None:
        if self._failures:
            pause_s = min(RETRY_MAX_S, RETRY_S * 2 ** min(self._failures - 1, 8))
            await self._around.clock.sleep_s(pause_s * (0.5 + self._around.entropy.fraction() / 2))

    async def _once(self) -> None:
        """One connection from hello to its end."""
        socket: Socket | None = None
        try:
            socket = await self._dialler.dial(await self._address())
            code = await self._listen(socket)
        except Refused:
            raise
        except TooFast as failure:
            await self._around.clock.sleep_s(failure.retry_after_s)
            code = LOST
        except (Undelivered, TimeoutError):
            code = LOST
        finally:
            self.is_listening.clear()
            if socket is not None:
                await socket.close(ZOMBIE)
        self._failures += 1
        if code in _FATAL:
            raise Refused(_FATAL[code])
        if code in _NEW_SESSION:
            self._forget()
        self._around.telemetry.count("discord_gateway_broken", code=str(code))
        if self._failures == 2:
            self._around.telemetry.log("warning", "discord_gateway_unreachable", code=code)

    async def _address(self) -> str:
        if self._session_id:
            return self._resume_url.rstrip("/") + "/" + QUERY
        if self._url:
            return self._url.rstrip("/") + "/" + QUERY
        found = await self._link.call("GET", "/gateway/bot")
        limit = found.get("session_start_limit", {})
        if not int(limit.get("remaining", 1)):
            # A client that identifies too often has its token reset by Discord.
            raise TooFast(float(limit.get("reset_after", 60_000)) / 1000, is_whole_bot=True)
        return str(found.get("url", "")).rstrip("/") + "/" + QUERY

    def _forget(self) -> None:
        self._session_id, self._seq = "", None

    # ------------------------------------------------------------ one connection

    async def _listen(self, socket: Socket) -> int:
        async with asyncio.timeout(HELLO_S):
            hello = await socket.receive()
        if isinstance(hello, int):
            return hello
        first = _frame(hello)
        if first.get("op") != HELLO:
            return LOST
        self._is_acknowledged = True
        beating = asyncio.create_task(
            self._beat(socket, float(first["d"]["heartbeat_interval"]) / 1000), name="discord-heartbeat"
        )
        try:
            await socket.send(self._greeting())
            while True:
                given = await socket.receive()
                if isinstance(given, int):
                    return given
                code = await self._frame(socket, _frame(given))
                if code:
                    return code
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)

    def _greeting(self) -> str:
        if self._session_id:
            given = {"token": self._link.token, "session_id": self._session_id, "seq": self._seq}
            return _encode({"op": RESUME, "d": given}).decode()
        properties = {"os": "linux", "browser": "openoutcry", "device": "openoutcry"}
        hello = {"token": self._link.token, "intents": intents(), "properties": properties}
        return _encode({"op": IDENTIFY, "d": hello}).decode()

    async def _frame(self, socket: Socket, frame: dict[str, Any]) -> int:
        """What a frame means; the code with which to go on anew, or 0."""
        match frame.get("op"):
            case 0:
                self._event(frame)
            case 1:
                await socket.send(self._pulse())
            case 7:
                return ZOMBIE
            case 9:
                if not frame.get("d"):
                    self._forget()
                    await self._around.clock.sleep_s(1 + 4 * self._around.entropy.fraction())
                return ZOMBIE
            case 11:
                self._is_acknowledged = True
            case _:
                pass
        return 0

    def _event(self, frame: dict[str, Any]) -> None:
        name, said = str(frame.get("t", "")), frame.get("d")
        if isinstance(frame.get("s"), int):
            self._seq = frame["s"]
        if not isinstance(said, dict):
            return
        if name == "READY":
            self._session_id = str(said.get("session_id", ""))
            self._resume_url = str(said.get("resume_gateway_url", "")) or self._url
        if name in ("READY", "RESUMED"):
            self._failures = 0
            self.is_listening.set()
            self._around.telemetry.log("info", "discord_listening", how=name.lower())
        self._take(name, said)

    # ------------------------------------------------------------ the pulse

    def _pulse(self) -> str:
        return _encode({"op": HEARTBEAT, "d": self._seq}).decode()

    async def _beat(self, socket: Socket, interval_s: float) -> None:
        """A beat each interval; one that was not answered until the next means that nobody is there."""
        await self._around.clock.sleep_s(interval_s * self._around.entropy.fraction())
        while True:
            if not self._is_acknowledged:
                self._around.telemetry.count("discord_gateway_zombie")
                await socket.close(ZOMBIE)
                return
            self._is_acknowledged = False
            try:
                await socket.send(self._pulse())
            except Undelivered:
                return
            await self._around.clock.sleep_s(interval_s)


def _frame(text: str) -> dict[str, Any]:
    try:
        found = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
