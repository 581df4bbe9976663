"""Fills under names that nobody here knows: of another hand, or of an order of ours whose new name was not
told (RELIABILITY X27). The venue is asked what it calls ours before a fill is called another hand's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from trading.domain.book import Book
from trading.domain.ids import ClientOrderId, FillId
from trading.domain.naming import is_being_renamed, may_be_called_otherwise, our_id
from trading.domain.order import Order
from trading.domain.reports import BrokerReport, FillReported
from trading.engine.resolve import visibility_s
from trading.engine.settings import EngineSettings
from trading.ports import Broker, BrokerSilent, Clock

NAMED_WITHIN_S = 60.0
"""How long, from the first answer on, a fill waits for an order that is being changed. Not for ever, nor for
one that the venue does not show any longer than it may hide it: its absence cannot be proven while what the
fill has moved is not explained."""


class Knowing(Protocol):
    """What is needed of the engine."""

    clock: Clock
    book: Book


class Unclear(Struct, frozen=True):
    """Fills that are not called another hand's yet, and the orders of ours that have made some of them."""

    fills: tuple[FillReported, ...] = ()
    orders: tuple[ClientOrderId, ...] = ()


class Strangers:
    """Asks an account's venue what it calls our orders, when it tells fills under names that nobody knows."""

    def __init__(self, engine: Knowing, broker: Broker, settings: EngineSettings) -> None:
        self._engine = engine
        self._broker = broker
        self._settings = settings
        self._since_s: dict[FillId, float] = {}

    async def sought(self, history: Iterable[BrokerReport]) -> Unclear:
        """What of `history` may be of an order of ours that the book knows under other names."""
        fills: list[FillReported] = []
        ours: dict[ClientOrderId, None] = {}
        called: dict[ClientOrderId, Sequence[str] | None] = {}
        before, self._since_s = self._since_s, {}
        for fill in history:
            if not isinstance(fill, FillReported):
                continue
            owners = self._owners(fill)
            for order in owners:
                cid = order.client_order_id
                if cid not in called:
                    # Who does not answer for one of them is not asked about the next.
                    called[cid] = None if None in called.values() else await self._names(cid)
            found = [one.client_order_id for one in owners if _is_it(called[one.client_order_id], fill)]
            if found or any(called[one.client_order_id] is None for one in owners):
                ours.update(dict.fromkeys(found))
                fills.append(fill)
            elif owners:
                most_s = max(self._waits_s(one, called[one.client_order_id]) for one in owners)
                now_s = self._engine.clock.elapsed_s()
                since_s = self._since_s[fill.fill_id] = before.get(fill.fill_id, now_s)
                if now_s - since_s < most_s:
                    fills.append(fill)
        return Unclear(tuple(fills), tuple(ours))

    def _waits_s(self, order: Order, names: Sequence[str] | None) -> float:
        """How long a fill waits for this order, under none of whose `names` it is told."""
        if not names:
            account = self._engine.book.account(order.account)
            return min(visibility_s(self._broker.profile, order, account), NAMED_WITHIN_S)
        return NAMED_WITHIN_S if is_being_renamed(order) else 0.0

    def _owners(self, fill: FillReported) -> list[Order]:
        """The orders of ours that may have made a fill of which no order is known."""
        book, account = self._engine.book, fill.account
        cid = our_id(book, account, fill.client_order_id, fill.venue_order_id)
        if book.order_of_client_id(cid) is not None:
            return []
        return may_be_called_otherwise(book, account, fill.symbol, fill.side)

    async def _names(self, cid: ClientOrderId) -> Sequence[str] | None:
        """What the venue calls an order; nothing when it does not show it; None when it does not answer."""
        try:
            async with asyncio.timeout(self._settings.ask_timeout_s):
                found = await self._broker.find(cid)
        except (BrokerSilent, TimeoutError):
            return None
        return found.venue_names if found is not None else ()


def _is_it(names: Sequence[str] | None, fill: FillReported) -> bool:
    return names is not None and fill.venue_order_id in names
