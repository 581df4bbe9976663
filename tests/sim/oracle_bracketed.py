"""Exits that go to the venue with their entry: when they must, what they must be, when they guard anything.

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
    from tests.sim.oracle_known import Known

Row = Mapping[str, Any]
ALIVE = {"submitting", "in_doubt", "working", "partial"}
WHOLE = (None, Decimal(100))


class Bracketed:
    """Which entries carry exits, and what the venue has said of waking them."""

    def __init__(self) -> None:
        self._takes_them = self._grows = False
        self._alone: dict[str, str] = {}  # entries that were to carry exits, in the decision under way
        self._levels: dict[str, Decimal] = {}  # where exits that came with an entry stand, by the journal
        self._changed: set[str] = set()  # orders that do not stand where they were placed
        self._filled: dict[str, str] = {}  # the order that filled last, by position
        self._ending: set[str] = set()  # orders whose end the desk has asked for

    def seen(self, oracle: Oracle, row: Row) -> Iterator[str]:
        """Take a row of the day in, before the judge does."""
        if row["what"] == "commit":
            for name in self._alone.values():
                yield f"{name} went out alone, and could have carried its exits"
            self._alone.clear()
        if row["what"] != "event":
            return
        event = row["event"]
        match event["type"]:
            case "VenueConnected":
                exits = event.get("exits") or {}
                self._takes_them, self._grows = bool(exits.get("bracket")), bool(exits.get("bracket_grows"))
            case "OrderIntended" if event["order"].get("parent"):
                self._alone.pop(event["order"]["parent"], None)
                yield from self._along(oracle, event["order"])
            case "OrderIntended":
                yield from self._beside(oracle, event["order"])
                if event["cause"] == "overshoot":
                    yield from self._back(oracle, event["order"])
            case "OrderFilled":
                self._filled[event["position_id"]] = event["order_id"]
            case "OrderReplaced":
                self._changed.add(event["order_id"])
                if event["order_id"] in self._levels:
                    self._levels[event["order_id"]] = event["stop_price"] or event["limit_price"]
            case "ReplaceRequested":
                yield from self._moved(oracle, event)
            case "CancelRequested":
                self._ending.add(event["order_id"])
                yield from self._given_up(oracle, event)
            case "PlanSet":
                yield from self._planned(oracle, event)
            case _:
                pass

    def _along(self, oracle: Oracle, order: Row) -> Iterator[str]:
        name, entry = order["order_id"], oracle.by_cid.get(order["parent"])
        if entry is None or not entry.is_entry or entry.status != "submitting":
            yield f"{name} is to go along with {order['parent']}, which is no entry that is about to leave"
            return
        if not self._takes_them:
            yield f"{name} is to go along with its entry at a venue that takes none"
        if oracle.positions[order["position_id"]]:
            yield f"{name} is to sleep although {order['position_id']} is held already"
        if (order["quantity"], order["side"]) == (entry.quantity, entry.order["side"]):
            yield f"{name} is on the side of its entry"
        if order["quantity"] != entry.quantity:
            yield f"{name} is to wake for {order['quantity']} of {entry.quantity}"
        price = entry.order["limit_price"] or entry.order["stop_price"] or entry.order["reference_price"]
        level = order["stop_price"] if order["role"] == "stop" else order["limit_price"]
        is_below = (order["role"] == "stop") == (entry.sign > 0)
        if level is None or ((level >= price) if is_below else (level <= price)):
            yield f"{name} is to wake at {level} when its entry fills at {price}: it would close it at once"
        else:
            self._levels[name] = level
        twins = [
            one
            for one in oracle.orders.values()
            if one.order.get("parent") == order["parent"] and one.order["role"] == order["role"]
        ]
        if twins:
            yield f"{name} goes along beside {[one.order['order_id'] for one in twins]}"

    def _beside(self, oracle: Oracle, order: Row) -> Iterator[str]:
        """No second order takes the place of one that came with the entry, is awake, and stands."""
        if order["role"] not in ("stop", "target") or leaves_now(order):
            return
        for one in self._of(oracle, order["position_id"]):
            same = (one.order["role"], one.order["leg"]) == (order["role"], order["leg"])
            is_there = one.status in ("working", "partial") and one.order["order_id"] not in self._ending
            if same and is_there and not self.is_asleep(oracle, one.order):
                yield f"{order['order_id']} stands beside {one.order['order_id']}, which came along"

    def _back(self, oracle: Oracle, order: Row) -> Iterator[str]:
        """What an exit has sold that came with its entry was bought before, told or not."""
        last = oracle.orders.get(self._filled.get(order["position_id"], ""))
        if last is None or not last.order.get("parent"):
            return  # what another exit has sold beyond what was known is the venue's word for more
        for one in self._of(oracle, order["position_id"]):
            entry = self.entry_of(oracle, one.order)
            cid = one.order["parent"]
            untold = [key for key in oracle.venue_fills if key[0] == cid and key not in oracle.booked]
            if untold and entry is not None and entry.status in ALIVE:
                yield f"{order['order_id']} trades back what {untold} of its entry had bought"
                return

    def _moved(self, oracle: Oracle, event: Row) -> Iterator[str]:
        """An entry goes nowhere where one of its exits would close it."""
        entry = oracle.orders[event["order_id"]]
        price = event["limit_price"] or event["stop_price"]
        if not entry.is_entry or price is None or entry.filled:
            return
        for one in self._of(oracle, entry.order["position_id"]):
            level = self._levels.get(one.order["order_id"])
            if self.entry_of(oracle, one.order) is not entry or one.status not in ALIVE or level is None:
                continue
            is_below = (one.order["role"] == "stop") == (entry.sign > 0)
            if (level >= price) if is_below else (level <= price):
                yield f"{event['order_id']} is moved to {price}, and {one.order['order_id']} waits at {level}"

    def _given_up(self, oracle: Oracle, event: Row) -> Iterator[str]:
        """What sleeps behind an entry that waits guards what is to come."""
        order = oracle.orders[event["order_id"]].order
        entry = self.entry_of(oracle, order)
        if entry is None or entry.filled or entry.order["order_id"] in self._ending:
            return  # what it guards is not to come any more
        if event["cause"] == "flat" and entry.status in ALIVE:
            yield f"{event['order_id']} was given up while {entry.order['order_id']} waits"

    def _of(self, oracle: Oracle, position_id: str) -> list[Known]:
        """The exits of a position that came with an entry."""
        known = (one for one in oracle.orders.values() if one.order["position_id"] == position_id)
        return [one for one in known if one.order.get("parent")]

    def _planned(self, oracle: Oracle, event: Row) -> Iterator[str]:
        """A plan for the first entry of a position says whether its exits can go along."""
        plan, position_id = event["plan"], event["position_id"]
        known = [one for one in oracle.orders.values() if one.order["position_id"] == position_id]
        live = [one for one in known if one.status in ALIVE]
        if not self._takes_them or len(live) != 1 or oracle.positions[position_id]:
            return
        (entry,) = live
        is_first = entry.is_entry and entry.status == "submitting"
        if not is_first or entry.order["command_id"] != event["cause"]:
            return
        targets = plan["targets"]
        fits = plan["stop"] is not None and plan["trail"] is None and len(targets) <= 1
        if fits and all(one["share"] in WHOLE for one in targets):
            self._alone[entry.order["client_order_id"]] = entry.order["order_id"]
        yield from ()

    def is_asleep(self, oracle: Oracle, order: Row) -> bool:
        """Whether an exit waits for its entry, and guards nothing until then."""
        entry = self.entry_of(oracle, order)
        if entry is None:
            return False
        return not entry.filled if self._grows else entry.status != "filled"

    def entry_of(self, oracle: Oracle, order: Row) -> Known | None:
        """The entry that an exit went along with."""
        return oracle.by_cid.get(order["parent"]) if order.get("parent") else None

    def at_end(self, oracle: Oracle) -> Iterator[str]:
        """Nothing sleeps behind an entry that is over, what sleeps stands where the plan says, and of each
        exit there is one."""
        count: Counter[tuple[str, str]] = Counter()
        for cid in oracle.open_at_venue:
            order = oracle.taken[cid]
            known = oracle.by_cid.get(cid)
            if order["role"] not in ("stop", "target") or order["type"] not in ("stop", "limit"):
                continue
            if not self._takes_them or known is None or order.get("collar") is not None:
                continue
            count[order["position_id"], f"{order['role']} {order['leg']}"] += 1
            entry = self.entry_of(oracle, order)
            if entry is None or not self.is_asleep(oracle, order):
                continue
            if entry.status not in ALIVE:
                yield f"{order['order_id']} sleeps behind {entry.order['order_id']}, which is {entry.status}"
                continue
            waits_at = entry.order["limit_price"]
            level = self._levels.get(order["order_id"])
            is_below = (order["role"] == "stop") == (entry.sign > 0)
            is_known = waits_at is not None and level is not None
            is_there = entry.order["order_id"] not in self._changed
            if is_known and is_there and ((level >= waits_at) if is_below else (level <= waits_at)):
                yield f"{order['order_id']} sleeps at {level}, its entry waits at {waits_at}"
            stop = (oracle.plans.get(order["position_id"]) or {}).get("stop")
            at = oracle.cover.prices.get(cid)
            if (
                order["role"] == "stop"
                and stop is not None
                and stop["kind"] == "price"
                and at != stop["value"]
            ):
                yield f"{order['order_id']} sleeps at {at}, and its plan says {stop['value']}"
        for (position_id, what), number in count.items():
            if number > 1:
                yield f"{number} orders stand for the same {what} of {position_id}"
