"""The broker of the desk under the knife: the local venue over HTTP, every call with a deadline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

import aiohttp

from tests.integration.venue_wire import (
    ANSWER,
    NEWS,
    PROFILE,
    Answer,
    Cancel,
    Change,
    Find,
    History,
    Look,
    News,
    Request,
    Submit,
    encode,
)
from trading.clock import SystemClock
from trading.domain.ids import ClientOrderId
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import BrokerReport
from trading.domain.risk import Approved
from trading.ports import BrokerSilent, Probe, VenueOrder, VenueProfile, VenueSnapshot

DEADLINE_S = 1.0
AGAIN_S = 0.02


class HttpBroker:
    """`trading.ports.Broker` over loopback. Whatever goes wrong on the way is silence: nobody knows."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE_S))
        self._reports: asyncio.Queue[BrokerReport] = asyncio.Queue()
        self._clock = SystemClock()

    @property
    def profile(self) -> VenueProfile:
        """What this venue promises."""
        return PROFILE

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        """As the port says."""
        return (await self._call(Submit((order.item,)))).reports[0]

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        """As the port says."""
        return (await self._call(Submit(tuple(one.item for one in orders)))).reports

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        """As the port says."""
        return (await self._call(Cancel(client_order_id))).reports[0]

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        """As the port says."""
        return (await self._call(Change(client_order_id, quantity, limit_price, stop_price))).reports[0]

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """As the port says."""
        return (await self._call(Find(client_order_id))).found

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        """As the port says."""
        return (await self._call(History(since))).reports

    async def snapshot(self) -> VenueSnapshot:
        """As the port says."""
        seen = (await self._call(Look())).snapshot
        if seen is None:
            raise BrokerSilent("The venue showed nothing.")
        return seen

    async def probe(self) -> Probe:
        """Always paper."""
        return Probe(environment="paper", may_trade=True, may_withdraw=False)

    async def reports(self) -> AsyncIterator[BrokerReport]:
        """What happens from now on."""
        while True:
            yield await self._reports.get()

    async def listen(self, heard: Callable[[Quote], None], first: News) -> None:
        """Follow the stream for ever: quotes to `heard`, reports to the port."""
        place = first.place
        while True:
            try:
                news = await self.news(place)
            except BrokerSilent:
                await self._clock.sleep_s(AGAIN_S)
                continue
            place = news.place
            for report in news.reports:
                self._reports.put_nowait(report)
            for quote in news.quotes:
                heard(quote)
            await self._clock.sleep_s(AGAIN_S / 4)

    async def news(self, after: int = -1) -> News:
        """What happened behind a place of the stream; without one, where it stands."""
        try:
            async with self._session.get(f"{self._base}/news", params={"after": str(after)}) as answer:
                return NEWS.decode(await answer.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BrokerSilent("The stream was cut.") from error

    async def close(self) -> None:
        """Hang up."""
        await self._session.close()

    async def _call(self, request: Request) -> Answer:
        try:
            async with self._session.post(f"{self._base}/call", data=encode(request)) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BrokerSilent("The answer did not come.") from error
        if not body:
            raise BrokerSilent("The answer was empty.")
        return ANSWER.decode(body)
