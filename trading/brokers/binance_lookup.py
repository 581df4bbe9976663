"""Where an order is: its market, and the newest of its chain. Binance finds none without its symbol."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from trading.brokers.binance_line import ORDER
from trading.brokers.binance_orders import NAME, our_name, wire_name
from trading.brokers.ccxt_line import Declined, Line
from trading.brokers.ccxt_names import Names
from trading.brokers.limits import Lane
from trading.domain.ids import ClientOrderId
from trading.ports import BrokerSilent


class Lookup:
    """Questions about one account's orders. `symbols` grows with whatever is seen of it."""

    def __init__(
        self,
        line: Line,
        names: Names,
        symbols: dict[str, None],
        symbol_of: Callable[[ClientOrderId], str | None],
    ) -> None:
        self._line = line
        self._names = names
        self._symbols = symbols
        self._symbol_of = symbol_of

    def market(self, symbol: str) -> str:
        return self._line.markets.market(symbol)

    def learn(self, row: dict[str, Any]) -> None:
        self._names.note(row["symbol"], row["orderId"], row["clientOrderId"])
        cid, place = our_name(row["clientOrderId"])
        symbol = self._line.markets.symbol(row["symbol"])
        self._names.see(cid, symbol, place)
        self._symbols.setdefault(symbol)

    def older(self, row: dict[str, Any]) -> tuple[str, ...]:
        return self._names.known[our_name(row["clientOrderId"])[0]].older

    async def newest(self, client_order_id: ClientOrderId, lane: Lane) -> dict[str, Any] | None:
        """The newest order of a chain, from wherever it may trade. An order that has ended unfilled may have
        been exchanged for another whose answer was lost: that one is looked for, too."""
        await self._line.load_markets(lane)
        if not NAME.fullmatch(client_order_id):
            return None
        known = self._names.known.get(client_order_id)
        told = known.symbol if known else self._symbol_of(client_order_id)
        symbols = [told] if told else list(self._symbols)
        if not symbols:
            raise BrokerSilent("Nobody knows in which market this order would trade, and Binance needs that.")
        for symbol in symbols:
            row = await self._chain(client_order_id, symbol, known.place if known else 1, lane)
            if row is not None:
                return row
        return None

    async def _chain(
        self, client_order_id: ClientOrderId, symbol: str, place: int, lane: Lane
    ) -> dict[str, Any] | None:
        newest: dict[str, Any] | None = None
        while True:
            asked = {"symbol": self.market(symbol), "origClientOrderId": wire_name(client_order_id, place)}
            try:
                row: dict[str, Any] = await self._line.ask(lane, ORDER, asked)
            except Declined as no:
                if no.refusal.code not in ("absent", "unknown_symbol"):
                    raise BrokerSilent(no.refusal.sentence) from no
                return newest
            self.learn(row)
            known = self._names.known[client_order_id]
            if newest is not None and str(newest["orderId"]) not in known.older:
                known.older = (*known.older, str(newest["orderId"]))
            newest = row
            if row["status"] != "CANCELED" or Decimal(row["executedQty"]):
                return newest
            place += 1
