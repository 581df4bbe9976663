"""Asks about one order until it is known what became of it; what an answer proves, `resolve` says."""

from __future__ import annotations

from collections.abc import Sequence

from trading.domain import reports as rp
from trading.domain.doubt import NEGATIVES_NEEDED
from trading.domain.order import Order, OrderStatus
from trading.engine.pace import Pace
from trading.engine.resolve import Desk, Inquiry
from trading.engine.settings import EngineSettings
from trading.ports import Broker


async def resolved(
    order: Order,
    broker: Broker,
    desk: Desk,
    settings: EngineSettings,
    pace: Pace,
    sent_s: float | None = None,
) -> Sequence[rp.BrokerReport]:
    """Ask until there is evidence or a proof, however long that takes. When it takes longer than it may, a
    person is asked beside that; once they have said that it is not there, nobody asks any more."""
    inquiry = Inquiry(order, broker, desk, settings, sent_s)
    is_told = False
    await pace.turn()
    while (reports := await inquiry.look()) is None:
        if inquiry.is_overdue and not is_told:
            desk.report(inquiry.unresolved())
            is_told = True
        await desk.clock.sleep_s(inquiry.pause_s)
        await pace.turn()
        now = desk.book.order(order.order_id)
        if now is not None and now.status is OrderStatus.NOT_PLACED:
            return []
    return reports


async def resolved_at_once(
    order: Order, broker: Broker, desk: Desk, settings: EngineSettings, pace: Pace
) -> Sequence[rp.BrokerReport]:
    """As many questions as a proof needs, without a pause: what a venue that hides nothing knows now. Nothing
    when it is asked as often as it may be: then it is asked beside the work."""
    inquiry = Inquiry(order, broker, desk, settings)
    for _ in range(NEGATIVES_NEEDED):
        if not pace.takes():
            return []
        if (reports := await inquiry.look()) is not None:
            return reports
    return []
