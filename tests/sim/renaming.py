"""Venues that give an order a new name when it is changed, and speak of it by their own names since then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from trading.domain.ids import ClientOrderId, VenueOrderId
from trading.domain.reports import BrokerReport, CanceledReported, FillReported, Replaced, StreamReport
from trading.ports import VenueOrder

if TYPE_CHECKING:
    from tests.sim.world import World

REPLACED = "replaced"
Said = TypeVar("Said", BrokerReport, StreamReport)
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


class Renaming:
    """The chain of names of each order that was changed, oldest first, with when each began."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chains: dict[ClientOrderId, list[tuple[datetime, VenueOrderId]]] = {}
        self._ends: list[CanceledReported] = []
        self._ours: dict[str, ClientOrderId] = {}

    def changed(self, report: Replaced) -> Replaced:
        """The venue has changed an order as it was asked to: it stands under a new name, and the old ends."""
        world, cid, now = self._world, report.client_order_id, report.at
        if not world.recipe.personality.renames:
            return report
        found = world.venue.find(cid)
        assert found is not None, "it was changed just now"
        chain = self._chains.setdefault(cid, [(ALWAYS, VenueOrderId(found.venue_order_id))])
        old, new = chain[-1][1], VenueOrderId(f"{chain[0][1]}+{len(chain)}")
        chain.append((now, new))
        self._ours |= {old: cid, new: cid}
        world.fire("X27")
        end = CanceledReported(report.account, ClientOrderId(old), REPLACED, now, None, old)
        self._ends.append(end)
        world.told(end)
        return replace(report, venue_order_id=new)

    def called(self, report: Said) -> Said:
        """What the stream or the history says of an order, under the name that it had then."""
        if not isinstance(report, FillReported | CanceledReported):
            return report
        chain = self._chains.get(report.client_order_id)
        if chain is None:
            return report
        name = next(name for since, name in reversed(chain) if since <= report.at)
        return replace(report, client_order_id=ClientOrderId(name), venue_order_id=name)

    def is_name(self, client_order_id: ClientOrderId) -> bool:
        """Whether this is no id of ours."""
        return any(client_order_id == str(name) for chain in self._chains.values() for _, name in chain)

    def ours(self, name: str) -> ClientOrderId:
        """Our id of what the venue calls so; what was given when it is none of its names."""
        return self._ours.get(name, ClientOrderId(name))

    def ends(self, since: datetime) -> list[CanceledReported]:
        """The ends of older names, for the history."""
        return [end for end in self._ends if end.at >= since]

    def found(self, order: VenueOrder) -> VenueOrder:
        """The answer to a question by our id: the order under its newest name."""
        chain = self._chains.get(order.client_order_id)
        if chain is None:
            return order
        *older, newest = (name for _, name in chain)
        return replace(order, venue_order_id=newest, older_venue_ids=tuple(older))

    def listed(self, order: VenueOrder) -> VenueOrder:
        """An order in a list of the venue's, which has forgotten our id."""
        chain = self._chains.get(order.client_order_id)
        if chain is None:
            return order
        name = chain[-1][1]
        return replace(order, client_order_id=ClientOrderId(name), venue_order_id=name)
