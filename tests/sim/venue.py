"""The paper venue with a personality: what it does with a client order id that it has seen before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from trading.brokers.paper_venue import PaperVenue
from trading.domain.ids import ClientOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import BrokerReport, CanceledReported, Rejected, Replaced, ReplaceRefused
from trading.ports import VenueOrder

TURNED_DOWN = "turned_down"
"""Why the venue ended an order that it had accepted a moment before, and calls it rejected now."""


class SimVenue(PaperVenue):
    """Where client order ids are unique among open orders only, or not at all, a second order with the same
    id is a second order. It stands on the tape under a name of its own, so that the judge sees both."""

    renamed: Callable[[Replaced], Replaced]
    """Who gives changed orders new names."""

    def submit(self, order: Order, now: datetime) -> BrokerReport:
        """As any venue of its kind."""
        report = super().submit(self._as_taken(order), now)
        return report if report.client_order_id == order.client_order_id else _named(report, order)

    def submit_group(self, orders: Sequence[Order], now: datetime) -> list[BrokerReport]:
        """As any venue of its kind."""
        reports = super().submit_group([self._as_taken(order) for order in orders], now)
        return [_named(report, order) for report, order in zip(reports, orders, strict=True)]

    def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
        now: datetime,
    ) -> Replaced | ReplaceRefused:
        """As the port says; some venues give what they change a new name."""
        report = super().replace(client_order_id, quantity, limit_price, stop_price, now)
        return self.renamed(report) if isinstance(report, Replaced) else report

    def turn_down(self, client_order_id: ClientOrderId, now: datetime) -> Rejected | None:
        """Reject what was accepted, if it still waits."""
        work = self._state.open.get(client_order_id)
        if work is None or work.filled:
            return None
        self._matcher.end(work, "canceled", TURNED_DOWN, now)
        self._state.outbox.pop()
        return self._no_more(client_order_id, now)

    def end_by_itself(self, client_order_id: ClientOrderId, now: datetime) -> None:
        """Nobody asked: the venue's own rules ended it."""
        work = self._state.open.get(client_order_id)
        if work is not None:
            self._matcher.end(work, "canceled", "venue", now)
            self._state.outbox.pop()

    def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """As the port says; what was turned down is told as rejected."""
        found = super().find(client_order_id)
        if found is not None and self._state.works[client_order_id].reason == TURNED_DOWN:
            return replace(found, status="rejected")
        return found

    def history(self, since: datetime) -> list[BrokerReport]:
        """As the port says; what was turned down is told as rejected."""
        return [
            self._no_more(one.client_order_id, one.at)
            if isinstance(one, CanceledReported) and one.reason == TURNED_DOWN
            else one
            for one in super().history(since)
        ]

    def _no_more(self, client_order_id: ClientOrderId, at: datetime) -> Rejected:
        sentence = "The order was accepted and turned down afterwards."
        return Rejected(self._account, client_order_id, TURNED_DOWN, sentence, at)

    def _as_taken(self, order: Order) -> Order:
        scope, cid = self.profile.cid_scope, order.client_order_id
        known = self.find(cid)
        if known is None or scope == "forever" or (scope == "open_only" and known.status == "working"):
            return order
        count = 2
        while self.find(ClientOrderId(f"{cid}~{count}")) is not None:
            count += 1
        return replace(order, client_order_id=ClientOrderId(f"{cid}~{count}"))


def _named(report: BrokerReport, order: Order) -> BrokerReport:
    return replace(report, client_order_id=order.client_order_id)
