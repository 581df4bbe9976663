"""The ccxt exchange behind the adapter: made lazily, pointed where it shall speak, its retries taken away.

What is used of ccxt is the wire: signing, requests, error classes, the websocket with its subscription. Its
unified orders are not: they drop what they do not know, and their numbers are floats.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

import aiohttp
from msgspec import Struct

from trading.brokers.binance_errors import heard
from trading.brokers.binance_profile import RECEIVE_WINDOW_MS

PING_S: Final = 15.0
DEADLINE_S: Final = 8.0


class Endpoint(Struct, frozen=True):
    """Where Binance is. `environment` as in `Probe`; empty addresses: ccxt's own for it."""

    environment: str = "paper"
    rest: str = ""  # up to and without `/api/v3`
    websocket: str = ""
    deadline_s: float = DEADLINE_S  # of each request


class Credentials(Struct, frozen=True, repr_omit_defaults=True):
    """A key and its secret, for as long as the connection lives."""

    key: str
    secret: str

    def __repr__(self) -> str:
        return "Credentials(***)"


class Wire(Protocol):
    """The part of a ccxt exchange that the adapter uses."""

    on_frame: Callable[[dict[str, Any]], None]
    on_pulse: Callable[[], None]
    on_headers: Callable[[Mapping[str, str]], None]
    urls: dict[str, Any]

    async def request(self, path: str, api: list[str], method: str, params: dict[str, Any]) -> Any: ...
    async def subscribe(self) -> None: ...
    async def ended(self) -> None: ...
    async def drop(self) -> None: ...
    def set_skew(self, ahead_ms: int) -> None: ...
    async def close(self) -> None: ...


async def opened(credentials: Credentials, endpoint: Endpoint, now_ms: Callable[[], int]) -> Wire:
    """A fresh exchange; the import costs most of a second, so it happens in a thread and only here."""
    module = await asyncio.to_thread(importlib.import_module, "ccxt.pro")
    made = _wire_class(module)(
        {
            "apiKey": credentials.key,
            "secret": credentials.secret,
            "timeout": int(endpoint.deadline_s * 1000),
            "number": str,
            "enableRateLimit": False,
            "options": {
                "defaultType": "spot",
                "fetchMarkets": {"types": ["spot"]},
                "fetchMargins": False,
                "maxRetriesOnFailure": 0,
                "recvWindow": RECEIVE_WINDOW_MS,
            },
        }
    )
    made.now_ms = now_ms
    # It would write keys and signatures into a log that is set to tell everything.
    made.logger.setLevel(logging.WARNING)
    made.streaming = {**made.streaming, "keepAlive": int(PING_S * 1000)}
    if endpoint.environment == "paper" and not endpoint.rest:
        made.set_sandbox_mode(True)
    _point(made.urls["api"], endpoint)
    # aiohttp sends a DELETE once more by itself when a kept connection turns out to be dead.
    made.open()
    made.session._retry_connection = False
    wire: Wire = made
    return wire


def _point(urls: dict[str, Any], endpoint: Endpoint) -> None:
    if endpoint.rest:
        for name in ("public", "private", "v1"):
            urls[name] = f"{endpoint.rest}/api/v3"
        for name in [one for one in urls if one.startswith("sapi")]:
            urls[name] = f"{endpoint.rest}/sapi/v1"
    if endpoint.websocket:
        urls["ws"]["spot"] = f"{endpoint.websocket}/ws"
        urls["ws"]["ws-api"]["spot"] = f"{endpoint.websocket}/ws-api/v3"


def _wire_class(module: Any) -> Any:
    """ccxt's Binance with raw frames, raw refusals, and our clock."""
    from ccxt.base.errors import BaseError

    class BinanceWire(module.binance):  # type: ignore[misc]  # ccxt has no types
        now_ms: Callable[[], int]
        on_frame: Callable[[dict[str, Any]], None] = staticmethod(lambda _: None)
        on_pulse: Callable[[], None] = staticmethod(lambda: None)
        on_headers: Callable[[Mapping[str, str]], None] = staticmethod(lambda _: None)

        def nonce(self) -> int:
            return self.now_ms() - int(self.options.get("timeDifference") or 0)

        def on_rest_response(self, code: int, *more: Any) -> Any:
            self.on_headers(more[3])
            return super().on_rest_response(code, *more)

        def handle_errors(self, code: int, *more: Any) -> Any:
            try:
                return super().handle_errors(code, *more)
            except BaseError as error:
                error.venue_word = heard(code, more[5], more[3])
                raise

        def handle_message(self, client: Any, message: Any) -> None:
            event = message.get("event") if isinstance(message, dict) else None
            if isinstance(event, dict):
                self.on_frame(event)
            else:
                super().handle_message(client, message)

        def _socket(self) -> Any:
            return self.client(self.urls["api"]["ws"]["ws-api"]["spot"])

        async def subscribe(self) -> None:
            client = self._socket()
            take = type(client).handle_message.__get__(client)

            def with_pulse(message: Any) -> None:
                if message.type in (aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG):
                    self.on_pulse()
                take(message)

            client.handle_message = with_pulse
            await self.authenticate({"type": "spot"})

        async def ended(self) -> None:
            await self._socket().future("ended")

        async def drop(self) -> None:
            client = self.clients.pop(self.urls["api"]["ws"]["ws-api"]["spot"], None)
            if client is not None:
                await client.close()

        def set_skew(self, ahead_ms: int) -> None:
            self.options["timeDifference"] = ahead_ms

    return BinanceWire
