"""A venue that says "too many requests" hears nothing until its time is over (RELIABILITY X06).

Whoever knocks on during a ban is banned for longer, or for good. So there is one restraint for each venue,
for the questions and orders of all accounts there; it is told by every answer, and nothing passes it by. When
the time is over exits, cancels and changes of what stands go first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from trading.domain import reports as rp
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import THROTTLED, Order
from trading.domain.risk import Approved
from trading.engine.pace import Pace
from trading.ports import Broker, BrokerBusy, Clock, Probe, VenueOrder, VenueProfile, VenueSnapshot

T = TypeVar("T")

MARGIN_S = 0.1
"""So much longer than it was told a venue is left alone: its clock decides, and an answer travels."""
FIRST_S = 0.5
"""So long after the end of a ban only what reduces risk goes out."""
PAUSE_S = 2.0
"""How long a venue is left alone that does not say for how long; twice as long each time in a row."""
PAUSE_MAX_S = 60.0
TOLD_S = 10.0
"""Whoever is kept waiting for longer hears of it."""


class Restraint:
    """Until when one venue wants to hear nothing, on the clock that never jumps."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s = 0.0
        self._in_a_row = 0
        self.pace = Pace(clock)
        """Who may look at an order there."""
        self.is_told = False
        """Whether people know of the ban that runs."""

    def wait_s(self, *, is_urgent: bool = False) -> float:
        """Seconds until something may go out; 0 when it may now. `is_urgent`: it reduces risk."""
        if not self._until_s:
            return 0.0
        first_s = 0.0 if is_urgent else FIRST_S
        return max(self._until_s + first_s - self._clock.elapsed_s(), 0.0)

    async def opened(self, *, is_urgent: bool) -> None:
        """Wait for as long as it takes."""
        while wait_s := self.wait_s(is_urgent=is_urgent):
            await self._clock.sleep_s(wait_s)

    def refused(self, after_s: float | None) -> None:
        """The venue has said "too many requests", and how long it wants to be left alone (None: not)."""
        now_s = self._clock.elapsed_s()
        if self._until_s <= now_s:
            # Two requests that were on their way together are one lesson.
            self._in_a_row += 1
            self.is_told = False
        if after_s is None:
            after_s = min(PAUSE_S * 2 ** min(self._in_a_row - 1, 16), PAUSE_MAX_S)
        self._until_s = max(self._until_s, now_s + after_s + MARGIN_S)

    def answered(self) -> None:
        """The venue has taken a request."""
        if self._in_a_row and not self.wait_s():
            self._in_a_row = 0
            self._until_s = 0.0


class RestrainedBroker:
    """A broker behind its venue's restraint: what comes too early never leaves, which is certain.

    Args:
        told: hears once of each ban that lasts, with its seconds.
    """

    def __init__(self, inner: Broker, restraint: Restraint, told: Callable[[float], None]) -> None:
        self.inner = inner
        self.restraint = restraint
        self._told = told

    @property
    def profile(self) -> VenueProfile:
        """What this venue promises."""
        return self.inner.profile

    async def submit(self, order: Approved[Order]) -> rp.BrokerReport:
        """As the port says."""
        is_urgent = not order.item.is_entry
        return self._heard(await self._passed(lambda: self.inner.submit(order), is_urgent=is_urgent))

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[rp.BrokerReport]:
        """As the port says."""
        is_urgent = not orders[0].item.is_entry
        answers = await self._passed(lambda: self.inner.submit_group(orders), is_urgent=is_urgent)
        for answer in answers:
            self._heard(answer)
        return answers

    async def cancel(self, client_order_id: ClientOrderId) -> rp.BrokerReport:
        """As the port says."""
        return await self._passed(lambda: self.inner.cancel(client_order_id), is_urgent=True)

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> rp.BrokerReport:
        """As the port says."""
        terms = (quantity, limit_price, stop_price)
        return await self._passed(lambda: self.inner.replace(client_order_id, *terms), is_urgent=True)

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """As the port says."""
        return await self._passed(lambda: self.inner.find(client_order_id))

    async def history(self, since: datetime) -> Sequence[rp.BrokerReport]:
        """As the port says."""
        return await self._passed(lambda: self.inner.history(since))

    async def snapshot(self) -> VenueSnapshot:
        """As the port says."""
        return await self._passed(self.inner.snapshot)

    async def probe(self) -> Probe:
        """As the port says."""
        return await self._passed(self.inner.probe)

    async def reports(self) -> AsyncIterator[rp.StreamReport]:
        """As the port says; a stream is not begun during a ban."""
        await self.restraint.opened(is_urgent=False)
        async for report in self.inner.reports():
            yield report

    async def _passed(self, call: Callable[[], Awaitable[T]], *, is_urgent: bool = False) -> T:
        wait_s = self.restraint.wait_s(is_urgent=is_urgent)
        if wait_s:
            raise BrokerBusy("the venue wants no requests for now", wait_s)
        try:
            answer = await call()
        except BrokerBusy as busy:
            if not busy.is_ours:
                self._refused(busy.after_s)
            raise
        self.restraint.answered()
        return answer

    def _heard(self, answer: rp.BrokerReport) -> rp.BrokerReport:
        """A venue may say it as a refusal, too."""
        if isinstance(answer, rp.Rejected) and answer.code == THROTTLED:
            self._refused(None)
        return answer

    def _refused(self, after_s: float | None) -> None:
        self.restraint.refused(after_s)
        wait_s = self.restraint.wait_s(is_urgent=True)
        if wait_s >= TOLD_S and not self.restraint.is_told:
            self.restraint.is_told = True
            self._told(wait_s)


def told_to(account: AccountId, venue: str, seconds: float, at: datetime) -> rp.Noted:
    """What people hear of a ban."""
    facts = {"venue": venue, "seconds": str(round(seconds))}
    return rp.Noted(account, "venue_busy", "operation", "warning", facts, at)
