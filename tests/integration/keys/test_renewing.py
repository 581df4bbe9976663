"""A session goes on with another key: orders before and after, the stream, and whoever listens to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from bot.main.renewing import Renewable
from bot.main.sites import Session
from tests.contract.binance_under_test import BinanceUnderTest
from tests.contract.venue_under_test import approved, buy
from tests.fakes.binance_faults import Fault
from tests.fakes.binance_server import until
from trading.domain.ids import ClientOrderId
from trading.domain.reports import Accepted, CanceledReported, FillReported, Rejected, StreamReport
from trading.ports import BrokerSilent

pytestmark = pytest.mark.wire


class Renewed:
    """A local Binance, a session whose key can be exchanged, and whoever listens as the engine does."""

    def __init__(self) -> None:
        self.spot = BinanceUnderTest()
        self.heard: list[StreamReport] = []
        self.broke: list[str] = []

    async def begin(self) -> None:
        await self.spot.server.start()
        self.first = self.spot.connected()
        self.renewable = Renewable(self.first)
        self.session: Session = self.renewable
        self.task = asyncio.create_task(self._listen())
        await until(lambda: self.spot.server.streams.listeners == 1)

    async def _listen(self) -> None:
        while True:
            try:
                async for report in self.session.reports():
                    self.heard.append(report)
            except BrokerSilent as silent:
                self.broke.append(str(silent))
                await asyncio.sleep(0.01)

    async def finish(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.session.close()
        await self.spot.server.stop()

    @property
    def filled(self) -> list[str]:
        return [one.client_order_id for one in self.heard if isinstance(one, FillReported)]


@pytest.fixture
async def desk() -> AsyncIterator[Renewed]:
    made = Renewed()
    await made.begin()
    yield made
    await made.finish()


async def test_what_begins_after_a_key_was_exchanged_goes_out_with_the_new_one(desk: Renewed) -> None:
    spot = desk.spot
    spot.server.quote("BTCUSD", "99", "100")
    taken = await desk.session.submit(approved(buy(spot, "a", "1", limit="90")))
    assert isinstance(taken, Accepted)
    spot.server.faults.plan(Fault.KEY)
    refused = await desk.session.submit(approved(buy(spot, "b", "1")))
    assert isinstance(refused, Rejected) and refused.code == "key", "the old key was revoked"
    await desk.renewable.renew(spot.connected())
    await until(lambda: spot.server.streams.listeners == 1 and bool(desk.broke))
    assert "exchanged" in desk.broke[0]
    assert isinstance(await desk.session.submit(approved(buy(spot, "c", "1"))), Accepted)
    await until(lambda: desk.filled == ["c"])
    assert isinstance(await desk.session.cancel(ClientOrderId("a")), CanceledReported)
    snapshot = await desk.session.snapshot()
    assert snapshot.orders == () and snapshot.positions["BTC/USD"] == Decimal(1)
    found = await desk.session.find(ClientOrderId("c"))
    assert found is not None and found.status == "filled"
    assert len(await desk.session.history(spot.now().replace(year=2018))) > 0
    assert (await desk.session.probe()).may_trade and desk.session.profile is desk.first.profile


async def test_a_line_that_breaks_by_itself_is_told_as_that(desk: Renewed) -> None:
    await desk.spot.server.streams.close(1)
    await until(lambda: bool(desk.broke))
    assert "exchanged" not in desk.broke[0]
