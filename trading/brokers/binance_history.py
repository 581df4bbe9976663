"""What has happened at Binance: fills and ends of orders out of `myTrades` and `allOrders`, oldest first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from trading.brokers.binance_line import ALL_ORDERS, CANDLES, ORDER, TRADES
from trading.brokers.binance_markets import market_of
from trading.brokers.binance_orders import our_name
from trading.brokers.binance_reports import OPEN, Teller, end_reason, instant
from trading.brokers.ccxt_line import Declined, Line
from trading.brokers.ccxt_markets import exact
from trading.brokers.ccxt_names import Names
from trading.brokers.limits import Lane
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO
from trading.domain.reports import BrokerReport, CanceledReported, FillReported
from trading.ports import BrokerSilent

PAGE: Final = 1000
BEFORE: Final = timedelta(hours=24)
"""Orders are listed by when they were made, and may have ended much later: so far back they are looked at."""


class History:
    """The past of one account."""

    def __init__(self, line: Line, teller: Teller, names: Names) -> None:
        self._line = line
        self._teller = teller
        self._names = names
        self._prices: dict[tuple[str, int], Decimal] = {}

    async def since(self, instrument: Instrument, since: datetime, asked: Any) -> list[BrokerReport]:
        """Of one symbol. `asked` holds those whose end we have asked for."""
        market = market_of(instrument)
        rows = await self._pages(ALL_ORDERS, market, since - BEFORE, "orderId", "orderId")
        newest: dict[str, int] = {}
        for row in rows:
            self._names.note(market, row["orderId"], row["clientOrderId"])
            cid, place = our_name(row["clientOrderId"])
            newest[cid] = max(place, newest.get(cid, 1))
        told: list[BrokerReport] = []
        for trade in await self._pages(TRADES, market, since, "id", "fromId"):
            if instant(trade["time"]) >= since:
                name = await self._name(market, trade["orderId"])
                told.append(self._teller.fill(trade, name, *await self.fees(trade, instrument)))
        for row in rows:
            cid, place = our_name(row["clientOrderId"])
            at = instant(row["updateTime"])
            if at < since or row["status"] in (*OPEN, "FILLED", "REJECTED") or place < newest[cid]:
                continue
            told.append(self._teller.canceled(row, row["clientOrderId"], end_reason(row, cid in asked), at))
        return told

    async def fees(self, trade: Mapping[str, Any], instrument: Instrument) -> tuple[Decimal, Decimal]:
        """The fee in the quote currency, and in units of what was traded. What was taken in a third asset
        (BNB) counts at that asset's price at the beginning of the minute of the fill: whoever asks later
        gets the same. An asset without such a price pays nothing here, and is missing from its own balance:
        a fill is told whatever its fee was."""
        paid, asset = exact(trade["commission"]), trade["commissionAsset"]
        if asset == instrument.quote or not paid:
            return paid, ZERO
        if asset == instrument.base:
            return ZERO, paid
        pair = self._line.markets.pair(asset, instrument.quote)
        known = self._line.markets.instrument(pair) if pair else None
        if known is None:
            return ZERO, ZERO
        return paid * await self._price(market_of(known), int(trade["time"])), ZERO

    async def _price(self, market: str, at_ms: int) -> Decimal:
        minute = at_ms - at_ms % 60_000
        if (market, minute) not in self._prices:
            asked = {"symbol": market, "interval": "1m", "startTime": minute, "limit": 1}
            try:
                rows = await self._line.ask(Lane.QUERY, CANDLES, asked)
            except Declined as no:
                raise BrokerSilent(f"The price of {market} cannot be had.") from no
            if not rows:
                raise BrokerSilent(f"The price of {market} cannot be had.")
            if len(self._prices) > PAGE:
                self._prices.clear()
            self._prices[(market, minute)] = exact(rows[0][1])
        return self._prices[(market, minute)]

    async def _name(self, market: str, order_id: Any) -> str:
        name = self._names.name(market, order_id)
        if name is None:
            row = await self._asked(ORDER, {"symbol": market, "orderId": order_id})
            name = str(row["clientOrderId"])
            self._names.note(market, order_id, name)
        return name

    async def _pages(
        self, door: Any, market: str, since: datetime, number: str, first: str
    ) -> list[dict[str, Any]]:
        """All rows since then: the first page by time, the others by number, so that rows of one instant
        cannot fall between two pages."""
        since_ms = max(int(since.timestamp() * 1000), 0)
        asked: dict[str, Any] = {"symbol": market, "startTime": since_ms, "limit": PAGE}
        rows: list[dict[str, Any]] = []
        while True:
            page = await self._asked(door, asked)
            rows += page
            if len(page) < PAGE:
                return rows
            asked = {"symbol": market, first: int(page[-1][number]) + 1, "limit": PAGE}

    async def _asked(self, door: Any, params: dict[str, Any]) -> Any:
        try:
            return await self._line.ask(Lane.QUERY, door, params)
        except Declined as no:
            raise BrokerSilent(no.refusal.sentence) from no


def oldest_first(reports: list[BrokerReport]) -> list[BrokerReport]:
    """By when it happened; at the same instant a fill comes before the end that it caused."""

    def place(report: BrokerReport) -> tuple[datetime, bool, str, int]:
        if isinstance(report, FillReported):
            market, _, number = report.fill_id.rpartition("-")
            return report.at, False, market, int(number)
        return report.at, isinstance(report, CanceledReported), "", 0

    return sorted(reports, key=place)
