"""Prices of Kraken spot: the words of its stream (v2) and of the same over REST."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from trading.brokers.kraken_line import CANDLES, PRICES
from trading.brokers.limits import Lane
from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.feeds.streamed_prices import StreamedPrices, Told, bar_of


class KrakenPrices(StreamedPrices):
    """A `Feed` of Kraken. Numbers of its stream are JSON numbers, whose shortest text is what was sent."""

    intervals: ClassVar[Mapping[str, Any]] = {"1m": 1, "5m": 5, "15m": 15, "1h": 60, "4h": 240, "1d": 1440}

    async def _rest_quotes(self, wanted: Sequence[Instrument]) -> Iterable[Told]:
        names = ",".join(self._line.markets.market(one.symbol) for one in wanted)
        rows = await self._line.ask(Lane.QUERY, PRICES, {"pair": names})
        return [(name, (row["b"][0], row["b"][2], row["a"][0], row["a"][2])) for name, row in rows.items()]

    async def _rest_bars(self, symbol: str, frame: str, count: int, span: timedelta) -> list[Bar | None]:
        asked = {"pair": self._line.markets.market(symbol), "interval": str(self.intervals[frame])}
        told = await self._line.ask(Lane.QUERY, CANDLES, asked)
        rows: list[Any] = next((found for name, found in told.items() if name != "last"), [])
        return [
            bar_of(symbol, datetime.fromtimestamp(int(row[0]), UTC), span, row[1:5], row[6], self.name)
            for row in rows[-count:]
        ]

    def _address(self, urls: Mapping[str, Any]) -> str:
        return str(urls["publicV2"])

    def _stream_name(self, instrument: Instrument) -> str:
        return f"{instrument.base}/{instrument.quote}"

    def _request(self, is_wanted: bool, names: Sequence[str], number: int) -> dict[str, Any]:
        params: dict[str, Any] = {"channel": "ticker", "symbol": list(names)}
        if is_wanted:
            params |= {"event_trigger": "bbo", "snapshot": True}
        return {"method": "subscribe" if is_wanted else "unsubscribe", "params": params, "req_id": number}

    def _quotes_of(self, frame: Any) -> Iterable[Told]:
        if not isinstance(frame, dict) or frame.get("channel") != "ticker":
            return ()
        keys = ("bid", "bid_qty", "ask", "ask_qty")
        return [
            (str(row.get("symbol", "")), [None if row.get(key) is None else str(row[key]) for key in keys])
            for row in frame.get("data") or ()
        ]
