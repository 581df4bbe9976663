"""What a venue keeps to itself, and a clock that somebody sets: what proofs of absence must survive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trading.brokers.paper_faults import Fault
from trading.domain.ids import ClientOrderId
from trading.domain.order import Order
from trading.domain.reports import StreamReport
from trading.engine.resolve import visibility_s

if TYPE_CHECKING:
    from tests.sim.world import World

LONGER_MAX_S = 40.0


class Hiding:
    """Which orders no question sees yet. A venue may hide what is young, as it promises; some hide an order
    whose answer was lost for longer than that."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._net = world.entropy.fork("hiding")
        self._draw = world.entropy.fork("doubts")
        self._shown_s: dict[ClientOrderId, float] = {}
        self._overhidden: set[ClientOrderId] = set()
        self._promise()

    def _promise(self) -> None:
        """Tell the judge what the venue promises."""
        profile = self._world.recipe.profile
        spans_s = (profile.fence_s, profile.visibility_s, profile.visibility_conditional_s)
        budget_s = self._world.recipe.doubt_budget_s
        promised: dict[str, Any] = {"spans_s": spans_s, "budget_s": budget_s}
        promised["reduce_only"] = profile.reduce_only
        promised["is_written"] = not self._world.recipe.people
        self._world.note("promises", promised)

    def taken(self, order: Order) -> None:
        """The venue has an order now."""
        world, cid = self._world, order.client_order_id
        self._shown_s[cid] = world.loop.time() + visibility_s(world.recipe.profile, order)
        if not world.has_trouble or world.faults.newest is not Fault.LOST_AFTER:
            return
        if self._draw.fraction() < world.recipe.hides_longer:
            self._shown_s[cid] += 10 + LONGER_MAX_S * self._draw.fraction()
            world.loop.call_at(self._shown_s[cid], world.note, "shown", {"cid": cid})
            self._overhidden.add(cid)
            world.loop.call_soon(world.note, "overhidden", {"cid": cid})

    def is_hidden(self, client_order_id: ClientOrderId) -> bool:
        """Whether this question does not see the order yet. One that is hidden for longer than the venue
        promises is hidden under each of its names (X07, X27): what nobody has told proves nothing."""
        ours = self._world.naming.ours(client_order_id)
        client_order_id = ours if ours in self._overhidden else client_order_id
        if self._world.loop.time() >= self._shown_s.get(client_order_id, 0.0):
            return False
        if client_order_id not in self._overhidden and self._net.fraction() >= 0.7:
            return False
        self._world.fire("X07")
        return True

    def is_withheld(self, report: StreamReport) -> bool:
        """Whether the stream says nothing of it: a venue that hides an order does so everywhere."""
        cid = self._world.naming.ours(getattr(report, "client_order_id", ""))
        return cid in self._overhidden and self._world.loop.time() < self._shown_s[cid]
