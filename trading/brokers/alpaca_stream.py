"""Alpaca's trade updates as they come. It has no memory: what was missed is in the account's history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import aiohttp
import msgspec

from trading.brokers.alpaca_profile import AlpacaSite
from trading.brokers.alpaca_wire import AlpacaKeys
from trading.brokers.alpaca_words import WireUpdate, read
from trading.ports import BrokerSilent

DEADLINE_S: Final = 10.0
HEARTBEAT_S: Final = 10.0
"""A ping goes out this often; a line that does not answer within half of it is dead."""


class _Frame(msgspec.Struct):
    stream: str
    data: msgspec.Raw = msgspec.Raw(b"{}")


class _Word(msgspec.Struct):
    status: str = ""


async def updates(
    session: Callable[[], aiohttp.ClientSession],
    site: AlpacaSite,
    keys: AlpacaKeys,
    deadline_s: float = DEADLINE_S,
) -> AsyncIterator[WireUpdate | None]:
    """Key, listen, then whatever happens. None: a sign of life; the first is that we are heard.

    One session only is served (RELIABILITY X21): a second one ends the first. Raises BrokerSilent at the end.
    """
    try:
        async with asyncio.timeout(deadline_s):
            socket = await session().ws_connect(site.stream, heartbeat=HEARTBEAT_S)
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise BrokerSilent("Alpaca's stream could not be reached.") from error
    try:
        await _begin(socket, keys, deadline_s)
        yield None
        while True:
            frame = await _frame(socket)
            if frame.stream == "trade_updates":
                yield read(WireUpdate, frame.data)
            else:
                yield None
    finally:
        await socket.close()


async def _begin(socket: aiohttp.ClientWebSocketResponse, keys: AlpacaKeys, deadline_s: float) -> None:
    hello = {"action": "authenticate", "data": {"key_id": keys.key, "secret_key": keys.secret}}
    listen = {"action": "listen", "data": {"streams": ["trade_updates"]}}
    try:
        async with asyncio.timeout(deadline_s):
            await _send(socket, hello)
            while (frame := await _frame(socket)).stream != "authorization":
                pass
            if read(_Word, frame.data).status != "authorized":
                raise BrokerSilent("Alpaca's stream refuses the key.")
            await _send(socket, listen)
            while (await _frame(socket)).stream != "listening":
                pass
    except TimeoutError as error:
        raise BrokerSilent("Alpaca's stream did not let us in in time.") from error


async def _send(socket: aiohttp.ClientWebSocketResponse, message: dict[str, Any]) -> None:
    try:
        await socket.send_str(msgspec.json.encode(message).decode())
    except (aiohttp.ClientError, OSError) as error:
        raise BrokerSilent("Alpaca's stream broke.") from error


async def _frame(socket: aiohttp.ClientWebSocketResponse) -> _Frame:
    """The next frame: JSON, in text or in binary."""
    message = await socket.receive()
    if message.type is aiohttp.WSMsgType.TEXT:
        return read(_Frame, message.data.encode())
    if message.type is aiohttp.WSMsgType.BINARY:
        return read(_Frame, message.data)
    raise BrokerSilent(f"Alpaca has ended the stream ({socket.close_code or 'no word why'}).")
