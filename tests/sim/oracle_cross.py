"""Exits that went beyond what is held (I9). Plain data only.

That may only come of an order of the same side that counts as not placed: the venue had hidden it for
longer than it promises, so that the desk had its proof, or a person's word for it was wrong. An exit must be
placed anew then, and an entry moves what the venue holds as much as an exit does, while nothing tells of it.
What went beyond must not stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sim.oracle_once_more import OnceMore

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle
    from tests.sim.oracle_known import Known

Row = Mapping[str, Any]
ZERO = Decimal(0)


class Crossed:
    """Positions whose exits went beyond them, with no entry since."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self.once_more = OnceMore()

    def filled(self, oracle: Oracle, order: Row, before: Decimal, after: Decimal) -> Iterator[str]:
        """The venue filled an exit: `before` was held, `after` is."""
        if before * after >= 0 and abs(after) < abs(before):
            return
        position_id, beyond = order["position_id"], abs(after)
        if before * after > 0:
            beyond -= abs(before)
        hidden = {
            cid
            for cid, one in oracle.taken.items()
            if (one["symbol"], one["side"]) == (order["symbol"], order["side"])
            and oracle.doubts.was_hidden(cid)
        }
        fills = (fill["quantity"] for (cid, _), fill in oracle.venue_fills.items() if cid in hidden)
        if sum(fills, ZERO) < beyond:
            yield f"exit {order['order_id']} took {order['symbol']} from {before} to {after}"
        if before * after <= 0:
            self._names.add(position_id)

    def booked(self, known: Known, event: Row) -> None:
        """A fill was booked. After one of an entry, what is held was wanted."""
        if known.is_entry:
            self._names.discard(event["position_id"])

    def stays(self, position: Row) -> Iterator[str]:
        """What is still held in the quiet, of which nothing is on its way out."""
        if position["position_id"] in self._names:
            yield f"{position['position_id']} went beyond flat, and {position['quantity']} is still held"
