"""Alpaca's stream of quotes: key, subscription, and what comes; begun anew for ever."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import aiohttp
import msgspec
from msgspec import Struct, field

from trading.brokers.alpaca_wire import AlpacaKeys
from trading.ports import Clock

CONNECT_S: Final = 8.0
HEARTBEAT_S: Final = 10.0
PAUSE_S: Final = 0.5
PAUSE_MAX_S: Final = 60.0
"""One connection an account: the next one is refused as long as the one before is not seen to be gone."""
LONG_S: Final = 60.0


class Told(Struct):
    """One frame's message: `q` is a quote; others are words about the connection, trades, bars."""

    kind: str = field(name="T")
    symbol: str = field(name="S", default="")
    bid: Decimal = field(name="bp", default=Decimal(0))
    ask: Decimal = field(name="ap", default=Decimal(0))
    bid_size: Decimal = field(name="bs", default=Decimal(0))
    ask_size: Decimal = field(name="as", default=Decimal(0))
    msg: str | None = None


class AlpacaQuotes:
    """Follows the quotes of what is wanted.

    Args:
        address: of the stream, its feed included (`wss://…/v2/iex`).
        wanted: what is to be followed now, as the venue calls it.
        take: hears every quote.
    """

    def __init__(
        self, address: str, clock: Clock, wanted: Callable[[], set[str]], take: Callable[[Told], None]
    ) -> None:
        self._address = address
        self._clock = clock
        self._wanted = wanted
        self._take = take
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._asked: set[str] = set()

    async def run(self, keys: AlpacaKeys) -> None:
        """Until canceled. Raises nothing: while it is gone, whoever asks goes on asking."""
        pause_s = PAUSE_S
        async with aiohttp.ClientSession() as session:
            while True:
                began_s = self._clock.elapsed_s()
                with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError, msgspec.MsgspecError):
                    await self._one_life(session, keys)
                lasted = self._clock.elapsed_s() - began_s > LONG_S
                pause_s = PAUSE_S if lasted else min(pause_s * 2, PAUSE_MAX_S)
                await self._clock.sleep_s(pause_s)

    async def follow(self) -> None:
        """Ask for what is wanted and was not asked for on this connection; leave what is wanted no more."""
        socket, wanted = self._socket, self._wanted()
        if socket is None or socket.closed:
            return
        for action, names in (("subscribe", wanted - self._asked), ("unsubscribe", self._asked - wanted)):
            if names:
                with contextlib.suppress(ConnectionError):
                    await socket.send_json({"action": action, "quotes": sorted(names)})
        self._asked = wanted

    async def hang_up(self) -> None:
        """End the connection; the next begins by itself."""
        socket, self._socket = self._socket, None
        if socket is not None:
            with contextlib.suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(1):
                    await socket.close()

    async def _one_life(self, session: aiohttp.ClientSession, keys: AlpacaKeys) -> None:
        async with asyncio.timeout(CONNECT_S):
            socket = await session.ws_connect(self._address, heartbeat=HEARTBEAT_S, max_msg_size=0)
            hello: dict[str, Any] = {"action": "auth", "key": keys.key, "secret": keys.secret}
            await socket.send_json(hello)
            if not await _is_let_in(socket):
                await socket.close()
                return
        self._socket, self._asked = socket, set()
        try:
            await self.follow()
            while (told := await _frame(socket)) is not None:
                for one in told:
                    if one.kind == "q":
                        self._take(one)
        finally:
            await self.hang_up()


async def _is_let_in(socket: aiohttp.ClientWebSocketResponse) -> bool:
    while (told := await _frame(socket)) is not None:
        if any(one.kind == "error" for one in told):
            return False
        if any((one.kind, one.msg) == ("success", "authenticated") for one in told):
            return True
    return False


async def _frame(socket: aiohttp.ClientWebSocketResponse) -> list[Told] | None:
    """A list of messages; None at the end of the connection."""
    message = await socket.receive()
    if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
        return None
    return msgspec.json.decode(message.data, type=list[Told])
