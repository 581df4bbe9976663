"""An account of Alpaca among other places: its symbols say where they trade (`ALPACA:AAPL`); the wire not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from trading.brokers.alpaca import AlpacaBroker
from trading.domain.ids import ClientOrderId
from trading.domain.instrument import Instrument
from trading.domain.place import bare, placed
from trading.domain.reports import BrokerReport, FillReported, StreamReport
from trading.ports import VenueOrder, VenueSnapshot


class PlacedAlpaca(AlpacaBroker):
    """`trading.ports.Broker` for one market of one account, under the name of its place."""

    def __init__(self, place: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._place = place
        self._heard_s: float | None = None

    @property
    def stream_age_s(self) -> float | None:
        """How long the account's stream has said nothing; None before it said anything."""
        return None if self._heard_s is None else self._clock.elapsed_s() - self._heard_s

    async def instrument(self, symbol: str) -> Instrument | None:
        """As Alpaca lists it, under its place."""
        found = await super().instrument(bare(symbol))
        return None if found is None else replace(found, symbol=placed(self._place, found.symbol))

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """What became of an order."""
        found = await super().find(client_order_id)
        return None if found is None else self._order(found)

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        """Fills and ends."""
        return [self._report_of(one) for one in await super().history(since)]

    async def snapshot(self) -> VenueSnapshot:
        """Positions, open orders, cash."""
        seen = await super().snapshot()
        positions = {placed(self._place, symbol): held for symbol, held in seen.positions.items()}
        return replace(seen, positions=positions, orders=tuple(self._order(one) for one in seen.orders))

    async def reports(self) -> AsyncIterator[StreamReport]:
        """What happens from now on."""
        async for report in super().reports():
            self._heard_s = self._clock.elapsed_s()
            yield self._report_of(report)

    def _order(self, order: VenueOrder) -> VenueOrder:
        return replace(order, symbol=placed(self._place, order.symbol))

    def _report_of(self, report: Any) -> Any:
        if isinstance(report, FillReported) and report.symbol:
            return replace(report, symbol=placed(self._place, report.symbol))
        return report
