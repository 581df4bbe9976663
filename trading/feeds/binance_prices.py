"""Prices of Binance spot: the words of its streams and of the same over REST."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from trading.brokers.binance_line import CANDLES, PRICES
from trading.brokers.binance_markets import market_of
from trading.brokers.limits import Lane
from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.feeds.streamed_prices import StreamedPrices, Told, bar_of
from trading.frames import FRAMES


class BinancePrices(StreamedPrices):
    """A `Feed` of one side of Binance."""

    intervals: ClassVar[Mapping[str, Any]] = {name: name for name in FRAMES}

    async def _rest_quotes(self, wanted: Sequence[Instrument]) -> Iterable[Told]:
        names = json.dumps([market_of(one) for one in wanted], separators=(",", ":"))
        rows = await self._line.ask(Lane.QUERY, PRICES, {"symbols": names})
        return [
            (row["symbol"], (row["bidPrice"], row["bidQty"], row["askPrice"], row["askQty"]))
            for row in (rows if isinstance(rows, list) else [rows])
        ]

    async def _rest_bars(self, symbol: str, frame: str, count: int, span: timedelta) -> list[Bar | None]:
        asked = {"symbol": market_of(self._known[symbol]), "interval": frame, "limit": str(count)}
        rows = await self._line.ask(Lane.QUERY, CANDLES, asked)
        return [
            bar_of(symbol, _instant(int(row[0]) / 1000), span, row[1:5], row[5], self.name) for row in rows
        ]

    def _address(self, urls: Mapping[str, Any]) -> str:
        return f"{urls['spot']}/0"

    def _stream_name(self, instrument: Instrument) -> str:
        return f"{market_of(instrument).lower()}@bookTicker"

    def _request(self, is_wanted: bool, names: Sequence[str], number: int) -> dict[str, Any]:
        return {"method": "SUBSCRIBE" if is_wanted else "UNSUBSCRIBE", "params": list(names), "id": number}

    def _quotes_of(self, frame: Any) -> Iterable[Told]:
        if not isinstance(frame, dict) or "b" not in frame or "a" not in frame:
            return ()
        return [(str(frame.get("s", "")), (frame["b"], frame.get("B"), frame["a"], frame.get("A")))]


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
