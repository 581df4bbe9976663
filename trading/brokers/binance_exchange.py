"""ccxt's Binance behind the adapter: where it points, and its stream of the account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from trading.brokers.binance_errors import heard
from trading.brokers.binance_profile import RECEIVE_WINDOW_MS
from trading.brokers.ccxt_wire import Credentials, Endpoint, Manner, Wire, opened_wire, raw_class


async def opened(credentials: Credentials, endpoint: Endpoint, now_ms: Callable[[], int]) -> Wire:
    """A fresh exchange."""
    return await opened_wire(MANNER, credentials, endpoint, now_ms)


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
    class BinanceWire(raw_class(module.binance, heard)):  # type: ignore[misc]  # ccxt has no types
        def handle_message(self, client: Any, message: Any) -> None:
            event = message.get("event") if isinstance(message, dict) else None
            if isinstance(event, dict):
                self.on_frame(event)
            else:
                super().handle_message(client, message)

        def _address(self) -> str:
            return str(self.urls["api"]["ws"]["ws-api"]["spot"])

        async def subscribe(self, token: str = "") -> None:
            self._pulsing()
            await self.authenticate({"type": "spot"})

    return BinanceWire


MANNER: Final = Manner(
    _wire_class,
    {
        "defaultType": "spot",
        "fetchMarkets": {"types": ["spot"]},
        "fetchMargins": False,
        "recvWindow": RECEIVE_WINDOW_MS,
    },
    _point,
    has_sandbox=True,
)
