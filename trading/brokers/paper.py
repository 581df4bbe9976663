"""The paper venue behind the Broker port: latency by the clock, reports as a stream, a bad line for tests."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from trading.brokers.paper_faults import Fault, Faults
from trading.brokers.paper_venue import PaperVenue
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.market import Bar, Print, Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.domain.reports import BrokerReport, FillReported, StreamReport
from trading.domain.risk import Approved
from trading.ports import BrokerBusy, BrokerSilent, Clock, Probe, VenueOrder, VenueProfile, VenueSnapshot

REPORTS_MAX = 10_000
T = TypeVar("T")


class PaperBroker:
    """`trading.ports.Broker` on a `PaperVenue`.

    Reports are taken either through `reports()` (live) or through `drain()` (virtual time, after every
    call and every `on_market`), not through both. When nobody takes them and the bound is reached, the
    stream ends with BrokerSilent once what it holds is read: then `history` tells the rest.
    """

    def __init__(
        self,
        account: AccountId,
        venue: PaperVenue,
        clock: Clock,
        *,
        faults: Faults | None = None,
        reports_max: int = REPORTS_MAX,
    ) -> None:
        self.account = account
        self.venue = venue
        self._clock = clock
        self._faults = faults
        self._reports: deque[BrokerReport] = deque()
        self._reports_max = reports_max
        self._end = ""  # why the stream ends once what it holds is read
        self._grown = asyncio.Event()

    @property
    def profile(self) -> VenueProfile:
        """What this venue promises."""
        return self.venue.profile

    # ------------------------------------------------------------ the market

    def on_market(self, event: Quote | Print | Bar) -> None:
        """Let the venue see a price; what it causes goes to the stream."""
        self._tell(self.venue.on_market(event))

    def on_bar_open(self, bar: Bar) -> None:
        """At `bar.at`, in replay."""
        reports = self.venue.on_bar_open(bar)
        if reports:
            self._tell(reports)

    def on_bar_close(self, bar: Bar) -> None:
        """At `bar.ends_at`, in replay."""
        reports = self.venue.on_bar_close(bar)
        if reports:
            self._tell(reports)

    def wake(self) -> None:
        """Let time pass at the venue without a price: expiries, orders whose latency is over."""
        self._tell(self.venue.wake(self._clock.now()))

    def has_work(self, symbol: str) -> bool:
        """Whether the venue needs this symbol's prices for an order."""
        return self.venue.has_work(symbol)

    def drain(self) -> list[BrokerReport]:
        """All reports since the last call, at once: for virtual time."""
        reports = list(self._reports)
        self._reports.clear()
        return reports

    def cut(self) -> None:
        """For tests: the stream breaks, and what it held is lost."""
        self._reports.clear()
        self._end = "The stream broke."
        self._grown.set()

    # ------------------------------------------------------------ the port

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        """Accepted or Rejected; fills follow in the reports."""
        return await self._request(lambda now: self.venue.submit(order.item, now), is_order=True)

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        """All or none of a group."""
        items = [order.item for order in orders]
        return await self._request(lambda now: self.venue.submit_group(items, now), is_order=True)

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        """CanceledReported or CancelRefused. A fill may win the race while the request travels."""
        return await self._request(lambda now: self.venue.cancel(client_order_id, now))

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        """Replaced or ReplaceRefused."""
        return await self._request(
            lambda now: self.venue.replace(client_order_id, quantity, limit_price, stop_price, now)
        )

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """What became of an order; the paper venue sees at once, so None is certain."""
        return await self._request(lambda now: self.venue.find(client_order_id))

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        """Fills, ends and group reductions since then, oldest first."""
        return await self._request(lambda now: self.venue.history(since))

    async def snapshot(self) -> VenueSnapshot:
        """Positions, open orders, cash."""
        return await self._request(self.venue.snapshot)

    async def probe(self) -> Probe:
        """Always paper."""
        return Probe(environment="paper", may_trade=True, may_withdraw=False)

    async def reports(self) -> AsyncIterator[StreamReport]:
        """What happens from now on."""
        while True:
            while self._reports:
                yield self._reports.popleft()
            if self._end:
                reason, self._end = self._end, ""
                raise BrokerSilent(reason)
            self._grown.clear()
            await self._grown.wait()

    # ------------------------------------------------------------ inside

    async def _request(self, act: Callable[[datetime], T], *, is_order: bool = False) -> T:
        """Carry one request there and its answer back.

        An order is handed over at once and becomes active at the venue after the latency; a cancel or a
        change takes effect when it arrives.
        """
        latency_s = self.venue.rules.latency_s
        fault = self._faults.next() if self._faults else Fault.NONE
        if fault is Fault.LOST_BEFORE:
            raise BrokerSilent("The request was lost on its way.")
        if fault is Fault.BUSY and self._faults:
            raise BrokerBusy("Too many requests.", self._faults.busy_s)
        if latency_s and not is_order:
            await self._clock.sleep_s(latency_s)
        answer = act(self._clock.now())
        self._tell(self.venue.drain())
        if latency_s and is_order:
            await self._clock.sleep_s(latency_s)
            self.wake()
        if fault is Fault.LATE and self._faults:
            await self._clock.sleep_s(self._faults.late_s)
        if fault is Fault.LOST_AFTER:
            raise BrokerSilent("The answer was lost on its way.")
        return answer

    def _tell(self, reports: Iterable[BrokerReport]) -> None:
        for report in reports:
            if self._faults is not None:
                if self._faults.hides_reports:
                    continue
                if self._faults.repeats_fills and isinstance(report, FillReported):
                    self._keep(report)
            self._keep(report)

    def _keep(self, report: BrokerReport) -> None:
        if len(self._reports) >= self._reports_max:
            self._end = "More reports than could be held; history() has them all."
        else:
            self._reports.append(report)
        self._grown.set()
