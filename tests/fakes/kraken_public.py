"""A local server that speaks the public part of Kraken's spot REST (protocols: ccxt, chapter 4)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

ASSETS = {
    "XXBT": {
        "aclass": "currency",
        "altname": "XBT",
        "decimals": 10,
        "display_decimals": 5,
        "status": "enabled",
    },
    "XETH": {
        "aclass": "currency",
        "altname": "ETH",
        "decimals": 10,
        "display_decimals": 5,
        "status": "enabled",
    },
    "ZUSD": {
        "aclass": "currency",
        "altname": "USD",
        "decimals": 4,
        "display_decimals": 2,
        "status": "enabled",
    },
}


def _pair(name: str, base: str, decimals: int, least: str, status: str = "online") -> dict[str, Any]:
    return {
        "altname": f"{name}USD",
        "wsname": f"{name}/USD",
        "aclass_base": "currency",
        "base": base,
        "aclass_quote": "currency",
        "quote": "ZUSD",
        "lot": "unit",
        "cost_decimals": 5,
        "pair_decimals": decimals,
        "lot_decimals": 8,
        "lot_multiplier": 1,
        "leverage_buy": [2],
        "leverage_sell": [2],
        "fees": [[0, 0.26]],
        "fees_maker": [[0, 0.16]],
        "fee_volume_currency": "ZUSD",
        "margin_call": 80,
        "margin_stop": 40,
        "ordermin": least,
        "costmin": "0.5",
        "tick_size": "0.1",
        "status": status,
    }


PAIRS = {"XXBTZUSD": _pair("XBT", "XXBT", 1, "0.0001"), "XETHZUSD": _pair("ETH", "XETH", 2, "0.002")}


class KrakenPublic:
    """Prices that a test sets; `fail` answers that many requests with 503; `asked` are the paths seen."""

    def __init__(self) -> None:
        self.prices = {"XXBTZUSD": ("52609.6", "52610.1"), "XETHZUSD": ("2931.11", "2931.12")}
        self.candles: list[list[Any]] = []
        self.fail = 0
        self.asked: list[str] = []
        self.app = web.Application()
        self.app.router.add_get("/0/public/{what}", self._answer)

    async def _answer(self, request: web.Request) -> web.Response:
        what = request.match_info["what"]
        self.asked.append(what)
        if self.fail > 0:
            self.fail -= 1
            return web.Response(status=503, text="Service Unavailable")
        result: dict[str, Any] = {}
        match what:
            case "Assets":
                result = ASSETS
            case "AssetPairs":
                result = PAIRS
            case "Ticker":
                names = request.query["pair"].split(",")
                result = {name: self._ticker(*self.prices[name]) for name in names}
            case "OHLC":
                result = {request.query["pair"]: self.candles, "last": 0}
            case _:
                return web.json_response({"error": ["EGeneral:Unknown method"]})
        return web.json_response({"error": [], "result": result})

    @staticmethod
    def _ticker(bid: str, ask: str) -> dict[str, Any]:
        day = ["52000.0", "52000.0"]
        return {
            "a": [ask, "1", "1.500"],
            "b": [bid, "3", "3.250"],
            "c": [bid, "0.0008"],
            "v": ["1920.8", "7954.0"],
            "p": day,
            "t": [23329, 80463],
            "l": day,
            "h": day,
            "o": "52280.4",
        }
