"""An exchange of ccxt behind an adapter: made lazily, pointed where it shall speak, its retries taken away.

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

from trading.brokers.ccxt_errors import VenueWord

PING_S: Final = 15.0
DEADLINE_S: Final = 8.0
Hearing = Callable[[int, Any, dict[str, str]], VenueWord]


class Endpoint(Struct, frozen=True):
    """Where a venue is. `environment` as in `Probe`; empty addresses: ccxt's own for it."""

    environment: str = "paper"
    rest: str = ""  # up to and without the version (`/api/v3`, `/0`)
    websocket: str = ""
    deadline_s: float = DEADLINE_S  # of each request


class Credentials(Struct, frozen=True, repr_omit_defaults=True):
    """A key and its secret, for as long as the connection lives."""

    key: str
    secret: str

    def __repr__(self) -> str:
        return "Credentials(***)"


class Wire(Protocol):
    """The part of a ccxt exchange that an adapter uses."""

    on_frame: Callable[[dict[str, Any]], None]
    on_pulse: Callable[[], None]
    on_headers: Callable[[Mapping[str, str]], None]
    urls: dict[str, Any]

    async def call(self, path: str, api: list[str], method: str, params: dict[str, Any]) -> Any: ...
    async def subscribe(self, token: str = "") -> None: ...
    async def ended(self) -> None: ...
    async def drop(self) -> None: ...
    def set_skew(self, ahead_ms: int) -> None: ...
    async def close(self) -> None: ...


class Manner(Struct, frozen=True):
    """How one venue is spoken to: the class of its wire, ccxt's options, and where addresses go."""

    wire_class: Callable[[Any], Any]
    options: Mapping[str, Any]
    point: Callable[[dict[str, Any], Endpoint], None]
    has_sandbox: bool = False


async def opened_wire(
    manner: Manner, credentials: Credentials, endpoint: Endpoint, now_ms: Callable[[], int]
) -> Wire:
    """A fresh exchange; the import costs most of a second, so it happens in a thread and only here."""
    module = await asyncio.to_thread(importlib.import_module, "ccxt.pro")
    made = manner.wire_class(module)(
        {
            "apiKey": credentials.key,
            "secret": credentials.secret,
            "timeout": int(endpoint.deadline_s * 1000),
            "number": str,
            "enableRateLimit": False,
            "options": {"maxRetriesOnFailure": 0, **manner.options},
        }
    )
    made.now_ms = now_ms
    # It would write keys and signatures into a log that is set to tell everything.
    made.logger.setLevel(logging.WARNING)
    made.streaming = {**made.streaming, "keepAlive": int(PING_S * 1000)}
    if manner.has_sandbox and endpoint.environment == "paper" and not endpoint.rest:
        made.set_sandbox_mode(True)
    manner.point(made.urls["api"], endpoint)
    # aiohttp sends a DELETE once more by itself when a kept connection turns out to be dead.
    made.open()
    made.session._retry_connection = False
    wire: Wire = made
    return wire


def raw_class(exchange: Any, heard: Hearing) -> Any:
    """An exchange of ccxt with raw frames, raw refusals, and our clock."""
    from ccxt.base.errors import BaseError

    class RawWire(exchange):  # type: ignore[misc]  # ccxt has no types
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

        async def call(self, path: str, api: list[str], method: str, params: dict[str, Any]) -> Any:
            return await self.request(path, api, method, params)

        def _address(self) -> str:
            raise NotImplementedError

        def _pulsing(self) -> Any:
            """The socket of the account, which says when it was pinged or ponged."""
            client = self.client(self._address())
            take = type(client).handle_message.__get__(client)

            def with_pulse(message: Any) -> None:
                if message.type in (aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG):
                    self.on_pulse()
                take(message)

            client.handle_message = with_pulse
            return client

        async def ended(self) -> None:
            await self.client(self._address()).future("ended")

        async def drop(self) -> None:
            client = self.clients.pop(self._address(), None)
            if client is not None:
                await client.close()

        def set_skew(self, ahead_ms: int) -> None:
            self.options["timeDifference"] = ahead_ms

    return RawWire
