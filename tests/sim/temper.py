"""The session with a venue that has moods: what a request meets, and how the stream tells what happened."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from tests.sim.personality import Spell
from trading.brokers.paper import PaperBroker
from trading.domain.ids import ClientOrderId
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, Side
from trading.domain.reports import (
    Accepted,
    BrokerReport,
    CancelRefused,
    CancelTaken,
    FillReported,
    Rejected,
    ReplaceRefused,
    StreamReport,
)
from trading.domain.risk import Approved
from trading.ports import BrokerBusy, BrokerSilent, VenueOrder, VenueSnapshot

if TYPE_CHECKING:
    from tests.sim.world import World

JITTER_S = 0.6
"""A stream that shuffles holds frames back for up to so long."""
TURNS_DOWN_S = 4.0


class TemperedBroker(PaperBroker):
    """One session with a venue whose personality the seed has drawn."""

    def __init__(self, world: World, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._world = world
        self._moods = world.moods
        self._personality = world.recipe.personality
        self._left_alone_until_s = 0.0
        """So long this session was told to knock no more."""

    async def submit(self, order: Approved[Order]) -> BrokerReport:
        """As the port says, unless the venue does not want it."""
        refused = self._refused([order])
        if refused:
            return refused[0]
        slip = self._world.slips.next(order.item)
        instead = self._world.slips.before(slip, order.item)
        if instead is not None:
            return instead
        answer = await super().submit(order)
        self._took([answer])
        return self._world.slips.after(slip, order.item, answer)

    async def submit_group(self, orders: Sequence[Approved[Order]]) -> Sequence[BrokerReport]:
        """As the port says, unless the venue does not want them."""
        refused = self._refused(orders)
        if refused:
            return refused
        answers = await super().submit_group(orders)
        self._took(answers)
        return answers

    async def cancel(self, client_order_id: ClientOrderId) -> BrokerReport:
        """As the port says."""
        why = self._reached() or self._not_now()
        if why:
            self._world.note("refused", {"cid": client_order_id})
            return CancelRefused(self.account, client_order_id, why, self._clock.now())
        if self._moods.chance(self._personality.takes_cancels):
            # The request is taken; the order ends a moment later, if nothing comes first.
            later_s = self._moods.wait_s(TURNS_DOWN_S)
            self._world.later(later_s, partial(self._world.end, client_order_id))
            return CancelTaken(self.account, client_order_id, self._clock.now())
        return await super().cancel(client_order_id)

    async def replace(
        self,
        client_order_id: ClientOrderId,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
    ) -> BrokerReport:
        """As the port says."""
        why = self._reached() or self._not_now()
        if why:
            return ReplaceRefused(self.account, client_order_id, why, self._clock.now())
        return await super().replace(client_order_id, quantity, limit_price, stop_price)

    async def find(self, client_order_id: ClientOrderId) -> VenueOrder | None:
        """As the port says."""
        self._asks()
        found = await super().find(client_order_id)
        return None if found is None else self._world.naming.found(found)

    async def history(self, since: datetime) -> Sequence[BrokerReport]:
        """As the port says."""
        self._asks()
        naming = self._world.naming
        told = [naming.called(report) for report in await super().history(since)]
        ends = naming.ends(since)
        return sorted([*told, *ends], key=lambda report: report.at) if ends else told

    async def snapshot(self) -> VenueSnapshot:
        """As the port says."""
        self._asks()
        seen = await super().snapshot()
        return replace(seen, orders=tuple(self._world.naming.listed(one) for one in seen.orders))

    async def reports(self) -> AsyncIterator[StreamReport]:
        """Frames are lost, repeated, shuffled, or held back while the connection stays open."""
        async for report in super().reports():
            frames: list[StreamReport] = [report]
            if self._personality.shuffles and self._world.has_trouble:
                await self._clock.sleep_s(self._moods.wait_s(JITTER_S))
                frames = self._shuffled([report, *self.drain()])
            for frame in frames:
                for told in self._frames(self._world.naming.called(frame)):
                    yield told

    def _tell(self, reports: Iterable[BrokerReport]) -> None:
        """The stream goes to whoever is connected now, not to a session of an earlier process."""
        current = self._world.broker
        if current is not None and current.inner is not self and isinstance(current.inner, TemperedBroker):
            current.inner.hear(reports)
        else:
            super()._tell(reports)

    def hear(self, reports: Iterable[BrokerReport]) -> None:
        """What another session has caused."""
        super()._tell(reports)

    # ------------------------------------------------------------ requests

    def _reached(self) -> str:
        """A request has arrived. Returns why it is refused for now, empty when it is not."""
        self._moods.count()
        if self._world.loop.time() < self._left_alone_until_s:
            self._moods.ban("requests although it had said for how long it wants none")
        if self._moods.meets(Spell.MAINTENANCE):
            raise BrokerSilent("The server is in maintenance (503).")
        if self._moods.meets(Spell.CROWDED):
            after_s = self._moods.after_s()
            # Without a word a venue may expect a second of peace; the desk takes two, then twice as long.
            self._left_alone_until_s = self._world.loop.time() + (1.0 if after_s is None else after_s)
            raise BrokerBusy("Too many requests.", after_s)
        return "the key may not do this" if self._moods.meets(Spell.REVOKED) else ""

    def _not_now(self) -> str:
        """Why a cancel or a change is refused for now (X25), empty when it is not."""
        return "not now" if self._moods.chance(self._personality.refuses_changes) else ""

    def _asks(self) -> None:
        """A question has arrived; while it is refused nobody knows anything."""
        if self._reached() or self._moods.meets(Spell.DEAF):
            raise BrokerSilent("The question was not answered.")

    def _refused(self, orders: Sequence[Approved[Order]]) -> list[BrokerReport]:
        """What the venue says no to, with certainty; empty when it takes the orders."""
        why, code = self._reached(), "refused"
        if not why and self._moods.meets(Spell.HALTED):
            why, code = "Trading is halted.", "halted"
        has_stop = any(one.item.stop_price is not None for one in orders)
        if not why and has_stop and self._moods.chance(self._personality.refuses_stops):
            why, code = "Stops are not taken at this price.", "stop_refused"
        if not why and self._personality.refuses_passed and any(self._is_passed(one.item) for one in orders):
            why, code = "The price is beyond the stop already.", "stop_passed"
        now = self._clock.now()
        return [Rejected(self.account, one.item.client_order_id, code, why, now) for one in orders if why]

    def _is_passed(self, order: Order) -> bool:
        """Whether a stop would be triggered as it gets there (X33)."""
        quote = self._world.quotes.get(order.symbol)
        stop = order.stop_price
        if stop is None or quote is None or order.is_entry:
            return False
        return quote.bid <= stop if order.side is Side.SELL else quote.ask >= stop

    def _took(self, answers: Sequence[BrokerReport]) -> None:
        """Some of what was accepted is turned down a moment later."""
        for answer in answers:
            if not isinstance(answer, Accepted):
                continue
            if self._moods.chance(self._personality.turns_down):
                later_s = self._moods.wait_s(TURNS_DOWN_S)
                self._world.later(later_s, partial(self._world.turn_down, answer.client_order_id))

    # ------------------------------------------------------------ the stream

    def _shuffled(self, frames: list[StreamReport]) -> list[StreamReport]:
        if len(frames) < 2:
            return frames
        left, mixed = list(frames), []
        while left:
            mixed.append(left.pop(self._moods.pick(len(left))))
        return mixed

    def _frames(self, report: StreamReport) -> list[StreamReport]:
        """One frame as it comes: not at all, once, or several times with other fields."""
        if self._moods.meets(Spell.FROZEN):
            return []
        if self._moods.chance(self._personality.frames_lost):
            self._world.fire("X18")
            return []
        if not isinstance(report, FillReported):
            return [report]
        most = self._personality.repeats_max
        count = 1 + self._moods.pick(most) if most > 1 and self._world.has_trouble else 1
        if count > 1:
            self._world.fire("X14")
        later = timedelta(milliseconds=3)
        # One that has a name of the venue's only keeps it.
        name = report.venue_order_id if self._world.naming.is_name(report.client_order_id) else None
        again = (replace(report, venue_order_id=name, at=report.at + n * later) for n in range(1, count))
        return [report, *again]
