"""ccxt's Kraken behind the adapter: where it points, its answers unwrapped, and its stream of the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from trading.brokers.ccxt_stream import PULSE
from trading.brokers.ccxt_wire import Credentials, Endpoint, Manner, Wire, opened_wire, raw_class
from trading.brokers.kraken_errors import TOO_MANY, heard

SIGNS_OF_LIFE: Final = ("heartbeat", "status")


async def opened(credentials: Credentials, endpoint: Endpoint, now_ms: Callable[[], int]) -> Wire:
    """A fresh exchange."""
    return await opened_wire(MANNER, credentials, endpoint, now_ms)


def _point(urls: dict[str, Any], endpoint: Endpoint) -> None:
    if endpoint.rest:
        urls["public"] = urls["private"] = endpoint.rest
    if endpoint.websocket:
        urls["ws"]["publicV2"] = f"{endpoint.websocket}/v2"
        urls["ws"]["privateV2"] = f"{endpoint.websocket}/auth/v2"


def _wire_class(module: Any) -> Any:
    from ccxt.base.errors import ExchangeError, RateLimitExceeded

    class KrakenWire(raw_class(module.kraken, heard)):  # type: ignore[misc]  # ccxt has no types
        _requests = 0

        def nonce(self) -> int:
            # Not by the venue's clock, which is known to the second: the next session's must be larger.
            return int(self.now_ms())

        def handle_errors(self, code: int, *more: Any) -> Any:
            if code == TOO_MANY:
                # Said at the door, before Kraken's own words.
                error = RateLimitExceeded("too many requests")
                error.venue_word = heard(code, more[5], more[3])
                raise error
            return super().handle_errors(code, *more)

        async def call(self, path: str, api: list[str], method: str, params: dict[str, Any]) -> Any:
            told = await self.request(path, api, method, params)
            return told["result"]

        def _address(self) -> str:
            return str(self.urls["api"]["ws"]["privateV2"])

        async def subscribe(self, token: str = "") -> None:
            self._pulsing()
            self._requests += 1
            asked = {
                "method": "subscribe",
                "params": {
                    "channel": "executions", "token": token, "snap_orders": False, "snap_trades": False,
                },
                "req_id": self._requests,
            }  # fmt: skip
            name = f"subscribed {self._requests}"
            await self.watch(self._address(), name, asked, name)

        def handle_message(self, client: Any, message: Any) -> None:
            if not isinstance(message, dict):
                super().handle_message(client, message)
            elif message.get("channel") == "executions":
                for row in message.get("data") or ():
                    self.on_frame(row)
            elif message.get("method") == "subscribe" and "req_id" in message:
                name = f"subscribed {message['req_id']}"
                if message.get("success"):
                    client.resolve(message, name)
                else:
                    client.reject(ExchangeError(str(message.get("error"))), name)
            else:
                if message.get("channel") in SIGNS_OF_LIFE or message.get("method") == "pong":
                    self.on_frame(PULSE)
                super().handle_message(client, message)

    return KrakenWire


MANNER: Final = Manner(_wire_class, {}, _point)
