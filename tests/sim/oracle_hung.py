"""Exits that hang on a position: what the desk may ask of them, and what the venue must make of them.

Plain data only; imports nothing of the product (as `oracle.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sim.oracle_collar import leaves_now

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]
LEGS = {"stop", "target", "trail"}
ALIVE = {"submitting", "in_doubt", "working", "partial"}


class Hung:
    """Orders that the venue keeps as large as their position."""

    def __init__(self) -> None:
        self._prices: dict[str, tuple[Any, Any]] = {}  # limit and stop, by order, as the journal knows them
        self._ending: set[str] = set()  # orders whose end the desk has asked for
        self._lots: dict[str, Decimal] = {}

    def seen(self, oracle: Oracle, row: Row) -> Iterator[str]:
        """Take a row of the day in, before the judge does."""
        if row["what"] == "venue" and row["type"] == "Listed":
            self._lots[row["instrument"]["symbol"]] = row["instrument"]["lot_size"]
        if row["what"] != "event":
            return
        event = row["event"]
        match event["type"]:
            case "OrderIntended":
                yield from self._intended(oracle, event["order"])
            case "CancelRequested":
                self._ending.add(event["order_id"])
            case "OrderReplaced" if event["order_id"] in self._prices:
                self._prices[event["order_id"]] = (event["limit_price"], event["stop_price"])
            case "ReplaceRequested" if event["order_id"] in self._prices:
                yield from self._asked(oracle, event)
            case _:
                pass

    def _intended(self, oracle: Oracle, order: Row) -> Iterator[str]:
        order_id, position_id, role = order["order_id"], order["position_id"], order["role"]
        hangs = bool(order.get("attached"))
        if role not in LEGS or leaves_now(order):
            if hangs:
                yield f"{order_id} hangs on {position_id}, and guards nothing"
            return
        bracket = oracle.brackets.get(position_id)
        guard = bracket["guard"] if bracket is not None else "none"
        if hangs != (guard == "attached"):
            yield f"{order_id} {'hangs' if hangs else 'does not hang'} on what is guarded by {guard}"
        if not hangs:
            return
        self._prices[order_id] = (order["limit_price"], order["stop_price"])
        held = abs(oracle.positions[position_id])
        if held - order["quantity"] >= self._lots.get(order["symbol"], held):
            yield f"{order_id} hangs on {held} for {order['quantity']}: it would take everything"
        twins = [
            one.order["order_id"]
            for one in oracle.orders.values()
            if one.status in ALIVE and one.order.get("attached") and one.order["position_id"] == position_id
            if (one.order["role"], one.order["leg"]) == (role, order["leg"])
            if one.order["order_id"] not in self._ending
        ]
        if twins:
            yield f"{order_id} hangs on {position_id} although {twins} does already"

    def _asked(self, oracle: Oracle, event: Row) -> Iterator[str]:
        """Only its price is the desk's to change."""
        order_id, known = event["order_id"], oracle.orders[event["order_id"]]
        if event["quantity"] != known.quantity:
            yield f"{order_id} hangs on its position, and is to be {event['quantity']}, not {known.quantity}"
        elif (event["limit_price"], event["stop_price"]) == self._prices[order_id]:
            yield f"a change of {order_id}, which hangs on its position, changes nothing"

    def at_end(self, oracle: Oracle) -> Iterator[str]:
        """What stands at the venue is as large as what is held, and there is one of each."""
        count: Counter[tuple[Any, ...]] = Counter()
        for cid, left in oracle.open_at_venue.items():
            order = oracle.taken[cid]
            if not order.get("attached"):
                continue
            count[order["position_id"], order["role"], order["leg"]] += 1
            held = abs(oracle.held[order["symbol"]])
            if not 0 <= held - left < self._lots[order["symbol"]]:
                yield f"{order['order_id']} hangs on {held} at the venue, and stands for {left}"
        for (position_id, role, _), number in count.items():
            if number > 1:
                yield f"{number} orders of the same {role} hang on {position_id}"
