"""Planted bugs in what a venue's adapter says that is held and that waits."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace as changed

from tests.contract.paper_under_test import TravellingBroker
from trading.brokers.paper_venue import PaperVenue
from trading.domain.money import Quantity
from trading.domain.order import Order
from trading.domain.reports import BrokerReport
from trading.domain.risk import Approved
from trading.ports import VenueSnapshot


class UnsignedPositions(PaperVenue):
    """Drops the side of a position."""

    def snapshot(self, now: datetime) -> VenueSnapshot:
        told = super().snapshot(now)
        return changed(told, positions={symbol: Quantity(abs(q)) for symbol, q in told.positions.items()})


class HoldsWhatItHeld(PaperVenue):
    """Tells positions as they were when somebody last asked."""

    _told: VenueSnapshot | None = None

    def snapshot(self, now: datetime) -> VenueSnapshot:
        newest = super().snapshot(now)
        told, self._told = self._told or newest, newest
        return changed(newest, positions=told.positions)


class ListsWhatItHasAnswered(TravellingBroker):
    """Lists only orders whose answers have arrived."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        self._known = {*getattr(self, "_known", ())}
        answer = await super().submit(order)
        self._known.add(order.item.client_order_id)
        return answer

    async def snapshot(self) -> VenueSnapshot:
        seen = await super().snapshot()
        known = getattr(self, "_known", ())
        return changed(seen, orders=tuple(one for one in seen.orders if one.client_order_id in known))
