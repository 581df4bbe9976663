"""For how long positions were without their stop, counted anew from the journal. Plain data only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sim.oracle_collar import leaves_now

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle
    from tests.sim.oracle_known import Known

Row = Mapping[str, Any]
WITHIN_S = 16.0
"""Ten seconds until people must hear of it, and what a full disk may take until that is written down."""
AGAIN_S = 2.0


def is_at(stop: Decimal, price: Decimal, tick: Decimal, *, is_long: bool) -> bool:
    """Whether a price has come to a stop, give or take a tick."""
    return price <= stop + tick if is_long else price >= stop - tick


class Cover:
    """Since when each position has been without its stop, as far as the desk could know."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[datetime, float]] = {}  # by the journal and by virtual time
        self._told: set[str] = set()  # positions of which the desk says that nothing guards them
        self._refused: dict[tuple[str, str, int], datetime] = {}
        self._stops: dict[str, Decimal] = {}
        self._filled_by: dict[str, str] = {}  # the role of the order that filled last
        self._at: datetime | None = None  # of the newest event
        self.prices: dict[str, Decimal | None] = {}  # where the venue has the stop of an order

    def seen(self, oracle: Oracle, row: Row) -> Iterator[str]:
        """Take a row of the day in."""
        match row["what"]:
            case "venue":
                self._venue(row)
            case "event":
                yield from self._event(oracle, row["event"])
            case "commit" if self._at is not None:
                yield from self._commit(oracle, self._at, float(row.get("t_s", 0)))
            case "boot":
                self._since.clear()  # a dead desk tells nothing: time counts from its next life on
            case "fault" if row["fault"] == "C04":
                self._since.clear()  # nor does a machine that sleeps
            case _:
                pass

    def _event(self, oracle: Oracle, event: Row) -> Iterator[str]:
        kind, position_id = event["type"], event.get("position_id", "")
        if kind not in ("OrderFilled", "Noticed"):  # those two carry somebody else's instant
            self._at = event.get("at", self._at)
        if kind == "OrderFilled":
            self._filled_by[position_id] = oracle.orders[event["order_id"]].order["role"]
        elif kind == "BracketSet":
            if event["bracket"]["guard"] != "bot":
                # What was refused to a watch that is over says nothing about the next one.
                self._refused = {key: at for key, at in self._refused.items() if key[0] != position_id}
            stop = next((leg["price"] for leg in event["bracket"]["legs"] if leg["kind"] == "stop"), None)
            before = self._stops.pop(position_id, None)
            if stop is not None:
                self._stops[position_id] = stop
            is_resize = event["reason"] in ("resize", "start") or (
                event["reason"] == "fill" and self._filled_by.get(position_id) != "entry"
            )
            sign = 1 if oracle.positions[position_id] > 0 else -1
            if is_resize and before is not None and stop is not None and sign * stop < sign * before:
                yield f"{position_id} had its stop at {before}, and a resize loosened it to {stop}"
        elif kind in ("OrderIntended", "OrderRejected"):
            yield from self._sent(oracle, event, kind)
        elif kind == "PositionUncovered":
            self._told.add(position_id)
        elif kind in ("PositionCovered", "PositionClosed"):
            self._told.discard(position_id)
            if kind == "PositionClosed":
                self._stops.pop(position_id, None)

    def _sent(self, oracle: Oracle, event: Row, kind: str) -> Iterator[str]:
        """Where the desk watches, an exit that was refused is not sent again at every tick."""
        is_new = kind == "OrderIntended"
        order = event["order"] if is_new else oracle.orders[event["order_id"]].order
        if not leaves_now(order) or order["role"] not in ("stop", "target", "trail"):
            return
        key = (order["position_id"], order["role"], order["leg"])
        bracket = oracle.brackets.get(order["position_id"])
        if bracket is None or bracket["guard"] != "bot":
            return  # nor does the first one of a watch repeat what was refused to a swap before it
        if not is_new:
            self._refused[key] = order["intended_at"]
            return
        refused_at = self._refused.get(key)
        if refused_at is None:
            return
        # Behind it: the wall clock was set back meanwhile, and says nothing about how long that was.
        if 0 <= (event["at"] - refused_at).total_seconds() < AGAIN_S:
            yield f"{order['order_id']} repeats at {event['at']} what was refused since {refused_at}"

    def _venue(self, row: Row) -> None:
        if row["type"] == "Taken":
            self.prices[row["order"]["client_order_id"]] = row["order"].get("stop_price")
        elif row["type"] == "Changed":
            self.prices[row["client_order_id"]] = row.get("stop_price")

    def _commit(self, oracle: Oracle, at: datetime, at_s: float) -> Iterator[str]:
        """What is written now, at an instant of the journal. So long must have passed by both clocks: the
        journal's stands while a disk is full, and may be set forward."""
        for position_id, held in oracle.positions.items():
            if not held or position_id in self._told or self._is_guarded(oracle, position_id, held):
                self._since.pop(position_id, None)
                continue
            since, since_s = self._since.setdefault(position_id, (at, at_s))
            if (at - since).total_seconds() > WITHIN_S and at_s - since_s > WITHIN_S:
                del self._since[position_id]
                yield f"{position_id} holds {held} without a stop since {since}, and at {at} nobody was told"

    def _is_guarded(self, oracle: Oracle, position_id: str, held: Decimal) -> bool:
        """Whether nothing is wanted, the desk watches, or a stop stands for all that is not leaving."""
        plan, bracket = oracle.plans.get(position_id), oracle.brackets.get(position_id)
        if position_id in oracle.rests.dust:
            return True
        is_asleep = position_id in oracle.pulls.gaps.asked
        if plan is None or plan["stop"] is None or (is_asleep and plan["trail"] is not None):
            return True
        if not is_asleep and bracket is not None and bracket["guard"] == "bot":
            return True
        if position_id in oracle.pulls.open:
            return True  # a hand ended it, a person is asked, and until then the desk watches
        exits = [
            one
            for one in oracle.orders.values()
            if one.order["position_id"] == position_id and not one.is_entry
        ]
        leaving = sum((one.left for one in exits if leaves_now(one.order)), Decimal(0))
        if leaving >= abs(held):
            return True
        return any(
            one.status in ("working", "partial")
            and (one.order.get("attached") or one.left + leaving >= abs(held) or _is_all(oracle, one))
            for one in exits
            if one.order["role"] in ("stop", "trail")
            and not leaves_now(one.order)
            and not oracle.along.is_asleep(oracle, one.order)
        )


def _is_all(oracle: Oracle, stop: Known) -> bool:
    """Whether a stop that its venue sizes by itself stands for all that is held there: a hand of which the
    desk hears nothing may have taken the rest, and more of a stop there cannot be."""
    held = oracle.held[stop.order["symbol"]]
    return bool(stop.order.get("parent")) and held * stop.sign < 0 and stop.left >= abs(held)
