"""What the test rooms of spot exchanges have in common: a local server, its faults, what a stream told."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from tests.fakes.binance_faults import Fault
from trading.domain.reports import Accepted, BrokerReport, LinkAlive, LinkBack, StreamReport
from trading.ports import BrokerSilent


class SpotRoom:
    """A venue for one case. The room of each exchange sets these up and says how its time passes."""

    server: Any  # of the exchange's own kind, as are its clock and its adapter
    clock: Any
    broker: Any
    market: str
    heard: list[StreamReport]
    broke: int
    _read: int

    async def told(self) -> None:
        """Wait until the stream has told everything that has left the venue."""
        raise NotImplementedError

    async def _listen(self) -> None:
        while True:
            try:
                async for report in self.broker.reports():
                    self.heard.append(report)
            except BrokerSilent:
                self.broke += 1
                await asyncio.sleep(0.005)

    def _now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)

    async def reports(self) -> list[BrokerReport]:
        await self.told()
        new, self._read = self.heard[self._read :], len(self.heard)
        return [one for one in new if not isinstance(one, Accepted | LinkAlive | LinkBack)]

    def now(self) -> datetime:
        at: datetime = self.clock.time
        return at

    def lose_request(self) -> None:
        self.server.faults.plan(Fault.LOST)

    def lose_answer(self) -> None:
        self.server.faults.plan(Fault.CUT)

    def crowd(self, after_s: float | None) -> None:
        self.server.faults.retry_after_s = after_s
        self.server.faults.plan(Fault.BUSY)

    def delay_answer(self) -> None:
        self.server.faults.plan(Fault.LATE)

    def repeat_fills(self) -> None:
        self.server.streams.repeats = 2

    def during_next_request(self, bid: str, ask: str) -> None:
        self.server.faults.on_the_way = lambda: self.server.quote(self.market, bid, ask)
