"""A session at a venue whose key can be exchanged while it is used.

What begins afterwards goes out with the new key; what is under way ends as a broken line does, and the engine
settles it by its own means.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime

from bot.main.sites import Session
from trading.domain.ids import ClientOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import BrokerReport, StreamReport
from trading.domain.risk import Approved
from trading.ports import BrokerSilent, Probe, VenueOrder, VenueProfile, VenueSnapshot


class Renewable:
    """`Session` around another one."""

    def __init__(self, inner: Session) -> None:
        self._now = inner
        self._changed = asyncio.Event()

    async def renew(self, fresh: Session) -> None:
        """Go on with this one; the one of before hangs up."""
        old, self._now = self._now, fresh
        self._changed.set()
        self._changed = asyncio.Event()
        await old.close()

    async def close(self) -> None:
        """Hang up."""
        await self._now.close()

    # ------------------------------------------------------------ as it is now

    @property
    def profile(self) -> VenueProfile:
        """That of the venue, whatever the key."""
        return self._now.profile

    @property
    def stream_age_s(self) -> float | None:
        """Of the stream that is heard now."""
        return self._now.stream_age_s

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        """Through the session of now."""
        return await self._now.submit(order)

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        """Through the session of now."""
        return await self._now.submit_group(orders)

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        """Through the session of now."""
        return await self._now.cancel(client_order_id)

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        """Through the session of now."""
        return await self._now.replace(client_order_id, quantity, limit_price, stop_price)

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """Through the session of now."""
        return await self._now.find(client_order_id)

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        """Through the session of now."""
        return await self._now.history(since)

    async def snapshot(self) -> VenueSnapshot:
        """Through the session of now."""
        return await self._now.snapshot()

    async def probe(self) -> Probe:
        """Through the session of now."""
        return await self._now.probe()

    async def reports(self) -> AsyncIterator[StreamReport]:
        """Of the session of now; raises BrokerSilent when it broke or was exchanged: whoever listens does so
        again."""
        changed = self._changed
        told = aiter(self._now.reports())
        exchanged = asyncio.ensure_future(changed.wait())
        try:
            while True:
                coming = asyncio.ensure_future(anext(told))
                try:
                    await asyncio.wait({coming, exchanged}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    if not coming.done():
                        coming.cancel()
                        with suppress(asyncio.CancelledError, BrokerSilent, StopAsyncIteration):
                            await coming
                if coming.cancelled() or changed.is_set():
                    raise BrokerSilent("The key of this account was exchanged.")
                try:
                    report = coming.result()
                except StopAsyncIteration:
                    return
                yield report
        finally:
            exchanged.cancel()
