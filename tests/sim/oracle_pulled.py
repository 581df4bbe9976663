"""What the judge knows of stops that another hand has ended at the venue (X36). Plain data only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.sim.oracle_collar import leaves_now
from tests.sim.oracle_gaps import Gaps
from tests.sim.oracle_stale import Stale

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]
LATE_S = 16.0
"""What a full disk may take until an answer that is due is written down."""
LEGS = {"stop": "sl", "trail": "trail"}
WANTED_S = 10.0
"""A stop that the venue ends sooner than that after it was asked for is not wanted there."""


class Asked(NamedTuple):
    """A question about a position's stop."""

    since: datetime
    until: datetime
    legs: tuple[str, ...]


class Pulls:
    """Who ended what, what was asked about it, and what came of that."""

    def __init__(self) -> None:
        self.open: dict[str, Asked] = {}
        self.gaps, self.stale = Gaps(), Stale()
        self._by_hand: set[str] = set()
        self._by_venue: set[str] = set()
        self._stays: set[str] = set()  # whose stop the venue has ended for the first time in a while
        self._gave_up: set[str] = set()
        self._own: set[str] = set()  # orders whose end the desk has asked for
        self._must_ask: dict[str, str] = {}
        self._must_forget: dict[str, tuple[str, ...]] = {}
        self._due: dict[str, datetime] = {}
        self._at: datetime | None = None

    def row(self, row: Row, oracle: Oracle) -> Iterator[str]:
        """Take a row of the day in; sentences about what must never have been so."""
        match row["what"]:
            case "venue" if row["type"] == "Ended" and row["reason"] == "venue":
                self._by_venue.add(row["client_order_id"])
            case "pulled":
                self._by_hand.add(row["cid"])
            case "boot":
                self._due.clear()  # a dead desk acts for nobody: time counts from its next life on
            case "event":
                yield from self._event(row["event"], oracle)
            case "commit":
                yield from self._commit(oracle)
            case _:
                pass

    def _event(self, event: Row, oracle: Oracle) -> Iterator[str]:
        kind, position_id = event["type"], event.get("position_id", "")
        if kind not in ("OrderFilled", "Noticed"):  # those two carry somebody else's instant
            self._at = event.get("at", self._at)
        match kind:
            case "CancelRequested":
                self._own.add(event["order_id"])
            case "OrderCanceled":
                self._ended(event, oracle)
            case "OrderRejected":
                self._stays.discard(oracle.orders[event["order_id"]].order["position_id"])
            case "BracketSet" if event["reason"] == "venue_refused" and position_id in self._stays:
                self._gave_up.add(position_id)
            case "StopPulled":
                self._must_ask.pop(event["order_id"], None)
                if event["order_id"] in self._own:
                    yield f"{event['order_id']} was ended by the desk itself, which asks who did it"
                self.open[position_id] = Asked(event["at"], event["until"], tuple(event["legs"]))
            case "PullSettled":
                yield from self._settled(event, oracle)
            case "PositionClosed":
                self.open.pop(position_id, None)
            case "OrderIntended":
                yield from self._placed(event["order"])
            case _:
                pass

    def _ended(self, event: Row, oracle: Oracle) -> None:
        """What guards a position has ended, and what must follow in the same breath: a hand's deed is asked
        about, what the venue has ended once is placed again (X35)."""
        order = oracle.orders[event["order_id"]].order
        leg, position_id, cid = LEGS.get(order["role"]), order["position_id"], order["client_order_id"]
        if order["role"] == "target" and cid in self._by_venue:
            self._stays.discard(position_id)  # what else the venue ended with it is a reason of its own
        bracket = oracle.brackets.get(position_id)
        is_ours = event["order_id"] in self._own or leaves_now(order)
        if leg is None or is_ours or bracket is None or bracket["guard"] == "bot":
            return
        wanted = [one["name"] for one in bracket["legs"] if not one["is_done"]]
        if not oracle.positions[position_id] or leg not in wanted:
            return
        if cid in self._by_hand:
            self._must_ask[event["order_id"]] = position_id
        elif cid in self._by_venue and (event["at"] - order["intended_at"]).total_seconds() >= WANTED_S:
            self._stays.add(position_id)
        elif cid in self._by_venue:
            self._stays.discard(position_id)  # what it does not want there is a reason of its own, too

    def _settled(self, event: Row, oracle: Oracle) -> Iterator[str]:
        position_id, outcome = event["position_id"], event["outcome"]
        asked = self.open.pop(position_id, None)
        if asked is None:
            yield f"the stop of {position_id} was settled, and nobody had asked"
            return
        is_early = asked.since <= event["at"] < asked.until
        if not event["by"] and (outcome != "back" or is_early):
            yield f"{position_id}: nobody had answered by {event['at']}, and it was called {outcome}"
        if event["by"] and not {"AnswerGuard", "SetExits"} & set(oracle.confirmed.values()):
            yield f"{position_id}: nobody said {outcome}"
        if outcome == "left":
            self._must_forget[position_id] = asked.legs

    def _placed(self, order: Row) -> Iterator[str]:
        asked = self.open.get(order["position_id"])
        if asked and not leaves_now(order) and LEGS.get(order["role"]) in asked.legs:
            yield f"{order['order_id']} was placed again while a person was asked whether it should be"

    def _commit(self, oracle: Oracle) -> Iterator[str]:
        for order_id in self._must_ask:
            yield f"a hand ended {order_id}, which guarded a position, and nobody was asked"
        self._must_ask.clear()
        for position_id in self._stays & self._gave_up:
            yield f"the venue has ended the stop of {position_id} once, and the desk does not place it again"
        self._stays.clear()
        self._gave_up.clear()
        for position_id, legs in self._must_forget.items():
            plan = oracle.plans[position_id]
            if ("sl" in legs and plan["stop"] is not None) or ("trail" in legs and plan["trail"] is not None):
                yield f"{position_id} was to be left without {legs}, and its plan still has them"
        self._must_forget.clear()
        for position_id, asked in self.open.items():
            if self._at is None or self._at < asked.until or not oracle.positions[position_id]:
                continue
            since = self._due.setdefault(position_id, self._at)
            if (self._at - since).total_seconds() > LATE_S:
                del self._due[position_id]
                yield f"{position_id}: nobody had answered by {asked.until}; at {self._at} nothing was done"

    def at_end(self, final: Row) -> Iterator[str]:
        """No question outlives its time; one that was asked by a clock that ran ahead lasts until then."""
        for position in final["positions"]:
            asked = self.open.get(position["position_id"])
            if position["quantity"] and asked and asked.until < final["quiet_since"]:
                yield f"{position['position_id']} was to be settled at {asked.until}, and nothing was done"
