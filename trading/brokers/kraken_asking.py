"""Questions to Kraken about orders and fills, by our names and by its ids. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from trading.brokers.ccxt_line import Declined, Door, Line
from trading.brokers.ccxt_names import Names
from trading.brokers.kraken_line import CLOSED_ORDERS, OPEN_ORDERS, ORDERS, TRADES
from trading.brokers.kraken_orders import can_be_said, wire_name
from trading.brokers.kraken_reports import OPEN, Teller, instant, name_of
from trading.brokers.limits import Lane
from trading.domain.ids import ClientOrderId
from trading.domain.reports import BrokerReport, FillReported
from trading.ports import BrokerSilent

PAGE: Final = 50
PAGES_MAX: Final = 200
MOMENT: Final = timedelta(seconds=1)


class Asking:
    """Raises BrokerSilent when there is no answer, also when a key is refused."""

    def __init__(self, line: Line, teller: Teller, names: Names) -> None:
        self._line = line
        self._teller = teller
        self._names = names

    async def newest(
        self, client_order_id: ClientOrderId, lane: Lane
    ) -> tuple[str, Mapping[str, Any]] | None:
        """Kraken's id and row of an order: among those that wait first, for it only ever goes from there to
        those that are done. What others have made without a name is called by Kraken's id."""
        await self._line.load_markets(lane)
        name = wire_name(client_order_id)
        if not can_be_said(client_order_id):
            row = await self.row(name, lane)
            return None if row is None else (name, row)
        for door, key in ((OPEN_ORDERS, "open"), (CLOSED_ORDERS, "closed")):
            rows = (await self.asked(lane, door, {"cl_ord_id": name}))[key]
            found = [(order_id, row) for order_id, row in rows.items() if row.get("cl_ord_id") == name]
            if found:
                order_id, row = max(found, key=lambda one: float(one[1]["opentm"]))
                self._names.note("", order_id, name)
                return order_id, row
        return None

    async def row(self, order_id: str, lane: Lane = Lane.QUERY) -> Mapping[str, Any] | None:
        """An order by Kraken's id, None when it knows none."""
        rows = await self.asked(lane, ORDERS, {"txid": order_id})
        row: Mapping[str, Any] | None = rows.get(order_id)
        if row is not None:
            self._names.note("", order_id, name_of(order_id, row))
        return row

    async def history(self, since: datetime, asked: Mapping[ClientOrderId, None]) -> list[BrokerReport]:
        """Fills and ends since then, oldest first. `asked` holds those whose end we have asked for."""
        await self._line.load_markets(Lane.QUERY)
        start = f"{(since - MOMENT).timestamp():.6f}"
        ended = await self._pages(CLOSED_ORDERS, "closed", {"start": start, "closetime": "close"})
        for order_id, row in ended.items():
            self._names.note("", order_id, name_of(order_id, row))
        trades = await self._pages(TRADES, "trades", {"start": start})
        recent = {key: row for key, row in trades.items() if instant(row["time"]) >= since}
        await self._name_all([row["ordertxid"] for row in recent.values()])
        told: list[BrokerReport] = []
        for trade_id, row in recent.items():
            name = self._names.name("", row["ordertxid"]) or row["ordertxid"]
            told.append(self._teller.fill(trade_id, row, name))
        for order_id, row in ended.items():
            at = instant(row["closetm"])
            if at < since or row["status"] in (*OPEN, "closed"):
                continue
            name = name_of(order_id, row)
            was_asked = self._teller.accepted(name, order_id, at).client_order_id in asked
            reason = "requested" if was_asked else "unsaid"
            told.append(self._teller.ended(name, order_id, row["vol_exec"], at, row["status"], reason))
        return sorted(told, key=lambda one: (one.at, not isinstance(one, FillReported)))

    async def asked(self, lane: Lane, door: Door, params: Mapping[str, Any]) -> Any:
        """A question; a refusal of it is no answer."""
        try:
            return await self._line.ask(lane, door, params)
        except Declined as no:
            raise BrokerSilent(no.refusal.sentence) from no

    async def _name_all(self, order_ids: list[str]) -> None:
        missing = [one for one in dict.fromkeys(order_ids) if self._names.name("", one) is None]
        for place in range(0, len(missing), PAGE):
            rows = await self.asked(Lane.QUERY, ORDERS, {"txid": ",".join(missing[place : place + PAGE])})
            for order_id, row in rows.items():
                self._names.note("", order_id, name_of(order_id, row))

    async def _pages(self, door: Door, key: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """All rows: the newest come first, so what happens meanwhile is met twice and never missed."""
        found: dict[str, Any] = {}
        for page in range(PAGES_MAX):
            rows = (await self.asked(Lane.QUERY, door, {**params, "ofs": str(page * PAGE)}))[key]
            found |= rows
            if len(rows) < PAGE:
                return found
        raise BrokerSilent("Kraken has more of the past than can be read at once.")
