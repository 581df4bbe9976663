"""The line between the desk and the paper venue: what can go wrong on the way of one request."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from tests.sim.process import Process
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_faults import Fault, Faults
from trading.domain.ids import ClientOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderStatus
from trading.domain.reports import BrokerReport, StreamReport
from trading.domain.risk import Approved
from trading.entropy import SeededEntropy
from trading.ports import BrokerSilent, Probe, VenueOrder, VenueProfile, VenueSnapshot

if TYPE_CHECKING:
    from tests.sim.world import World

T = TypeVar("T")


LATE_FROM_S = 8.0
"""The desk waits no longer for an answer (`EngineSettings.send_timeout_s`)."""
FAILED_QUESTIONS = {"find": "X08", "history": "X08", "snapshot": "X43"}


def fault_id(about: str, fault: Fault, late_s: float) -> str:
    """What the catalogue calls this fault of this request."""
    if fault is Fault.LATE:
        return "N05" if late_s > LATE_FROM_S else "N06"
    if about in FAILED_QUESTIONS:
        return FAILED_QUESTIONS[about]
    if fault is Fault.LOST_BEFORE:
        return "X01"
    if fault is Fault.BUSY:
        return "X06"
    return "X02" if about == "submit" else "N03"


class SeededFaults(Faults):
    """What each request meets, drawn from the seed; nothing once the faults are off."""

    def __init__(
        self,
        entropy: SeededEntropy,
        chances: dict[Fault, float],
        *,
        repeats_fills: bool,
        fire: Callable[[str], None],
    ) -> None:
        super().__init__(late_s=9.0, repeats_fills=repeats_fills)
        self._entropy = entropy
        self._chances = chances
        self.untold: set[str] = set()  # orders of a hand of which the desk's key hears nothing
        self._fire = fire
        self.newest = Fault.NONE
        self.about = ""
        """Which request is about to leave."""
        self._planned: dict[str, deque[Fault]] = defaultdict(deque)

    def next(self) -> Fault:
        """What this request meets."""
        planned = self._planned.get(self.about)
        if planned:
            self.late_s = 9.0
            self.newest = planned.popleft()
            self._fire(fault_id(self.about, self.newest, self.late_s))
            return self.newest
        draw = self._entropy.fraction()
        self.newest = Fault.NONE
        for fault, chance in self._chances.items():
            if draw < chance:
                self.newest = fault
                self.late_s = 0.5 + 12 * self._entropy.fraction()
                self._fire(fault_id(self.about, fault, self.late_s))
                return fault
            draw -= chance
        return Fault.NONE

    def plan_for(self, about: str, fault: Fault, times: int) -> None:
        """The next requests of this kind meet it, whatever the draws say."""
        self._planned[about].extend([fault] * times)

    def off(self) -> None:
        """From now on the line is good."""
        self._chances = {}
        self._planned.clear()
        self.hides_reports = False
        self.repeats_fills = False


class SimBroker:
    """The paper broker behind crash points; requests may arrive after their answer was given up, and new
    orders may stay invisible for as long as the venue's profile admits."""

    def __init__(self, process: Process, inner: PaperBroker) -> None:
        self._process = process
        self._world: World = process.world
        self.inner = inner

    @property
    def profile(self) -> VenueProfile:
        """What this venue promises."""
        return self.inner.profile

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        """As the port says."""
        self._begin("submit", [order])
        await self._maybe_straggle([order])
        self._world.faults.about = "submit"
        answer = await self.inner.submit(order)
        self._process.hook("submit:after")
        return answer

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        """As the port says."""
        self._begin("group", orders)
        await self._maybe_straggle(orders)
        self._world.faults.about = "submit"
        answers = await self.inner.submit_group(orders)
        self._process.hook("group:after")
        return answers

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        """As the port says."""
        self._process.hook("cancel:before")
        self._world.note("touched", {"cid": client_order_id})
        self._world.faults.about = "change"
        try:
            answer = await self.inner.cancel(client_order_id)
        finally:
            self._world.note("let_go", {})
        self._process.hook("cancel:after")
        return answer

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        """As the port says."""
        self._process.hook("replace:before")
        self._world.note("touched", {"cid": client_order_id})
        self._world.faults.about = "change"
        answer = await self.inner.replace(client_order_id, quantity, limit_price, stop_price)
        self._process.hook("replace:after")
        return answer

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """As the port says; an order that is younger than the visibility may not be seen yet."""
        self._process.hook("find")
        self._world.faults.about = "find"
        try:
            found = await self.inner.find(client_order_id)
        except BrokerSilent:
            self._world.note("unanswered", {})
            raise
        self._process.must_live("find's answer")
        self._world.note("asked", {"cid": client_order_id, "s": self._world.loop.time()})
        return None if self._world.hiding.is_hidden(client_order_id) else found

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        """As the port says; what is younger than the visibility may not be seen yet."""
        self._process.hook("history")
        self._world.faults.about = "history"
        try:
            told = await self.inner.history(since)
        except BrokerSilent:
            self._world.note("unanswered", {})
            raise
        self._process.must_live("history's answer")
        known = [report for report in told if report.client_order_id not in self._world.faults.untold]
        return [report for report in known if not self._world.hiding.is_hidden(report.client_order_id)]

    async def snapshot(self) -> VenueSnapshot:
        """As the port says."""
        self._process.hook("snapshot:venue")
        self._world.faults.about = "snapshot"
        try:
            seen = await self.inner.snapshot()
        except BrokerSilent:
            self._world.note("unanswered", {})
            raise
        self._world.note("looked", {"at": seen.at, "held": dict(seen.positions)})
        shown = tuple(one for one in seen.orders if not self._is_unseen(one.client_order_id))
        return replace(seen, orders=shown)

    def _is_unseen(self, client_order_id: ClientOrderId) -> bool:
        """Lists are late like questions; what the venue has confirmed to us stands in them."""
        engine = self._process.engine
        order = engine.book.order_of_client_id(client_order_id) if engine is not None else None
        is_sought = order is not None and order.status is OrderStatus.IN_DOUBT
        return is_sought and self._world.hiding.is_hidden(client_order_id)

    async def probe(self) -> Probe:
        """As the port says."""
        self._process.must_live("probe")
        return await self.inner.probe()

    async def reports(self) -> AsyncIterator[StreamReport]:
        """As the port says."""
        try:
            async for report in self.inner.reports():
                if getattr(report, "client_order_id", "") in self._world.faults.untold:
                    continue
                self._process.hook("report")
                if not self._world.hiding.is_withheld(report):
                    yield report
        except BrokerSilent:
            self._world.note("broke", {})
            raise

    def _begin(self, name: str, orders: Sequence[Approved[Order]]) -> None:
        self._process.hook(f"{name}:before")
        for approved in orders:
            order = approved.item
            self._world.note(
                "send",
                {
                    "cid": order.client_order_id,
                    "entry": order.is_entry,
                    "account": order.account,
                    "at": self._world.desk_clock.now(),
                },
            )

    async def _maybe_straggle(self, orders: Sequence[Approved[Order]]) -> None:
        """The line swallows the request, gives up on the answer, and hands it over later all the same."""
        delay_s = self._world.straggles_s(self.profile)
        if not delay_s:
            return
        items = [approved.item for approved in orders]
        self._world.later(delay_s, _deliver(self._world, items))
        await self._world.clock.sleep_s(min(delay_s, 1.0))
        self._process.hook("straggler")
        raise BrokerSilent("The answer did not come.")


def _deliver(world: World, items: Sequence[Order]) -> Callable[[], None]:
    def arrive() -> None:
        now = world.clock.now()
        if len(items) == 1:
            world.venue.submit(items[0], now)
        else:
            world.venue.submit_group(items, now)
        world.pass_on()

    return arrive
