"""Whether what is held was read before an exit went once more after doubt (RELIABILITY C-4). Plain data.

Where exits are orders like any other, a second one opens the other side when the first was there after all:
a proof of absence, and a person's word, may be wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]
ZERO = Decimal(0)


class OnceMore:
    """Exits of positions of which an earlier exit counts as not placed."""

    def __init__(self) -> None:
        self._binds = True  # the venue lets no exit go beyond its position
        self._looks = 0
        self._held: Row = {}
        self._waiting: dict[
            str, int
        ] = {}  # by name on the wire: how often had been looked when it was decided

    def row(self, row: Row, oracle: Oracle) -> Iterator[str]:
        """Takes everything in; says what went out unseen."""
        match row["what"]:
            case "promises":
                self._binds = row.get("reduce_only", True)
            case "looked":
                self._looks, self._held = self._looks + 1, row.get("held", {})
            case "event" if row["event"]["type"] == "OrderIntended" and not self._binds:
                order = row["event"]["order"]
                if order["role"] != "entry" and _has_doubted(order, oracle):
                    self._waiting[order["client_order_id"]] = self._looks
            case "send" if row["cid"] in self._waiting:
                order = oracle.by_cid[row["cid"]].order
                if _has_doubted(order, oracle):
                    yield from self._sent(order, self._waiting[row["cid"]])
            case _:
                pass

    def _sent(self, order: Row, looks: int) -> Iterator[str]:
        if self._looks == looks:
            yield f"exit {order['order_id']} went once more, and nobody had looked what is held"
            return
        held = self._held.get(order["symbol"], ZERO) * (1 if order["side"] == "sell" else -1)
        if held < order["quantity"]:
            yield f"exit {order['order_id']} went once more for {order['quantity']}, and {held} was held"


def _has_doubted(order: Row, oracle: Oracle) -> bool:
    """Whether an exit of the same position counts as not placed now."""
    return any(
        one.status == "not_placed" and not one.is_entry and one.order["position_id"] == order["position_id"]
        for one in oracle.orders.values()
    )
