"""What may not last while nothing is wrong: an end unheard of, a refused wish, room made and not given back.

Plain data only; imports nothing of the product.

Every span begins anew with whatever keeps a desk from asking or from writing down: that the desk is slow then
proves nothing. On a calm day with one kind of trouble it is the sharpest judge there is.

Two hindrances last: an older version that is started where a newer one has traded only says so and ends, so
that no desk runs until the next start; and a venue that wants no requests is obeyed as long as that is so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tests.sim.oracle_asks import BUSY, Busy
from tests.sim.oracle_collar import leaves_now
from tests.sim.oracle_dust import symbol_of

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle
    from tests.sim.oracle_known import Known

Row = Mapping[str, Any]

LOOK_S = 45.0
"""A desk that looks at its venue by timer knows by then what its stream has not told."""
AGAIN_S = 20.0
"""What was refused is asked for again so long after its pause (two seconds, doubled each time that the same
was asked for, whatever life of the desk has asked), which is what answers may take."""
PAUSE_MAX_S = 30.0
ASLEEP, SLEEP_S = "C04", 45.0
"""So long a machine sleeps at most."""
ENDED = "K02"
"""A message ends the desk: nobody is there until it is started again, or writes."""
HINDERS = ("X06", "X08", "X43", "X46", "X49", "X50", "N", "B02", "B03", "B10", "K", "C")
"""Faults that keep an order or a question from its answer, or the answer from being written down."""
OVER = {"OrderCanceled", "OrderExpired", "OrderRejected", "OrderNotPlaced"}
FAILED = {"CancelFailed": "cancel", "ReplaceFailed": "replace"}
ASKED = {"CancelRequested": "cancel", "ReplaceRequested": "replace"}
NEVER_S = float("inf")


class Lasting:
    """Since when what must not last has been so, in seconds of virtual time without hindrance."""

    def __init__(self) -> None:
        self._ended_s: dict[str, float] = {}  # orders that the venue has ended, by the name on the wire
        self._refused_s: dict[tuple[str, str], float] = {}  # wishes, by order and kind
        self._asked: dict[tuple[str, str], int] = defaultdict(int)  # so often, by order and kind
        self._busy, self._busy_until_s, self._asleep_until_s = Busy(), 0.0, 0.0
        self._closing: set[str] = (
            set()
        )  # positions that a flatten closes until it is proven; `all` by a panic
        self._swapped: set[str] = set()  # positions whose swap ends in the commit that is being told

    @property
    def _hindered_until_s(self) -> float:
        return max(self._busy_until_s, self._asleep_until_s)

    def row(self, row: Row, oracle: Oracle) -> Iterator[tuple[str, str]]:
        """Takes everything in; invariants and what has lasted too long."""
        what, at_s = row["what"], float(row.get("t_s", 0))
        if what == "venue" and row["type"] in ("Ended", "Filled"):
            cid = row["client_order_id"] if row["type"] == "Ended" else row["report"]["client_order_id"]
            self._ended_s[cid] = at_s
        elif what in ("crash", "older"):
            self._begin_anew(NEVER_S)
        elif what == "boot" or (what == "fault" and row["fault"].startswith(HINDERS)):
            # Whatever else goes wrong meanwhile: it sleeps, or is obeyed, for as long as that lasts.
            if what == "boot":
                self._asleep_until_s = at_s  # who sleeps is overtaken, and the next life is awake
            elif row["fault"] == ASLEEP:
                self._asleep_until_s = at_s + SLEEP_S
            elif row["fault"] == BUSY:
                self._busy_until_s = max(at_s + self._busy.met(at_s), self._busy_until_s)
            is_ended = what == "fault" and row["fault"] == ENDED
            self._begin_anew(NEVER_S if is_ended else max(at_s, self._hindered_until_s))
        elif what == "event":
            self._is_back(at_s)
            self._event(row["event"], at_s)
        elif what == "commit":
            yield from self._not_put_back(oracle)
        elif what == "quote":
            yield from self._unheard(at_s, oracle)
            yield from self._not_asked_again(at_s, oracle)

    def _begin_anew(self, at_s: float) -> None:
        self._ended_s = dict.fromkeys(self._ended_s, at_s)
        self._refused_s = dict.fromkeys(self._refused_s, at_s)

    def _is_back(self, at_s: float) -> None:
        """Who writes is there: what waited for a desk that a message had ended counts from here."""
        for cid, since_s in self._ended_s.items():
            self._ended_s[cid] = at_s if since_s == NEVER_S else since_s
        for wish, since_s in self._refused_s.items():
            self._refused_s[wish] = at_s if since_s == NEVER_S else since_s

    def _event(self, event: Row, at_s: float) -> None:
        kind, order_id = event["type"], event.get("order_id", "")
        if kind == "FlattenStarted":
            self._closing.update(event["position_ids"], ("all",) if event["is_panic"] else ())
        elif kind == "FlatProven":
            self._closing.clear()
        elif kind == "PositionClosed":
            self._closing.discard(event["position_id"])
        elif kind == "SwapEnded":
            self._swapped.add(event["position_id"])
        if kind in FAILED:
            self._refused_s[order_id, FAILED[kind]] = max(at_s, self._hindered_until_s)
        elif kind in OVER or kind in ASKED:
            if kind in ASKED:
                self._asked[order_id, ASKED[kind]] += 1
            self._refused_s.pop((order_id, "cancel"), None)
            self._refused_s.pop((order_id, "replace"), None)

    # ------------------------------------------------------------ what lasts too long

    def _not_put_back(self, oracle: Oracle) -> Iterator[tuple[str, str]]:
        """A stop that made room for an exit comes back with the end of that, in the same commit; but while
        everything is being closed none may rest, for it would bar the exit that is sent again."""
        for position_id in sorted(self._swapped):
            is_spared = symbol_of(position_id) in oracle.looks.frozen or position_id in oracle.rests.dust
            is_spared |= not self._closing.isdisjoint((position_id, "all"))
            # A stop that was jumped over sleeps until a person has answered, and one that was pulled waits.
            is_spared |= position_id in oracle.pulls.gaps.asked or position_id in oracle.pulls.open
            if oracle.positions[position_id] and not is_spared and not _has_exit(oracle, position_id):
                yield "I8", f"{position_id} made room for an exit, and its stop did not come back"
        self._swapped.clear()

    def _unheard(self, at_s: float, oracle: Oracle) -> Iterator[tuple[str, str]]:
        for cid, since_s in list(self._ended_s.items()):
            known = oracle.by_cid.get(cid)
            if known is None or not _stands(known) or cid in oracle.open_at_venue:
                del self._ended_s[cid]
            elif at_s - since_s > LOOK_S:
                del self._ended_s[cid]
                if not oracle.doubts.may_be_there(cid):
                    name = known.order["order_id"]
                    yield "I7", f"{name} had ended at the venue for {LOOK_S:.0f} s, and the desk did not know"

    def _not_asked_again(self, at_s: float, oracle: Oracle) -> Iterator[tuple[str, str]]:
        for (order_id, kind), since_s in list(self._refused_s.items()):
            known = oracle.orders[order_id]
            cid = known.order["client_order_id"]
            if not _stands(known) or cid not in oracle.open_at_venue:
                del self._refused_s[order_id, kind]
                continue
            times = max(self._asked[order_id, "cancel"], self._asked[order_id, "replace"])
            pause_s = min(2.0 ** min(times, 16), PAUSE_MAX_S)
            if at_s - since_s <= pause_s + AGAIN_S:
                continue
            del self._refused_s[order_id, kind]
            if kind == "cancel" and known.is_entry:
                yield "I7", f"a cancel of {order_id} was refused, it stands, and nobody has asked again"
            elif kind == "replace" and _is_elsewhere(known, oracle):
                yield "I8", f"a change of the stop {order_id} was refused, and nobody has asked again"


def _has_exit(oracle: Oracle, position_id: str) -> bool:
    """Whether no stop is wanted, the desk watches, or an order that ends the position lives, or may live by a
    change that nobody has answered: how large it is others judge, for a position that grows is always a
    moment behind."""
    plan, bracket = oracle.plans.get(position_id), oracle.brackets.get(position_id)
    if plan is None or plan["stop"] is None or (bracket is not None and bracket["guard"] == "bot"):
        return True
    return any(
        one.left_at_most and (leaves_now(one.order) or one.order["role"] in ("stop", "trail", "close"))
        for one in oracle.orders.values()
        if one.order["position_id"] == position_id and not one.is_entry
    )


def _stands(known: Known) -> bool:
    return known.status in ("working", "partial")


def _is_elsewhere(known: Known, oracle: Oracle) -> bool:
    """Whether a stop stands where its bracket does not want it."""
    order = known.order
    bracket = oracle.brackets.get(order["position_id"])
    if order["role"] != "stop" or bracket is None or not oracle.positions[order["position_id"]]:
        return False
    planned = [leg["price"] for leg in bracket["legs"] if leg["kind"] == "stop"]
    return bool(planned) and oracle.cover.prices.get(order["client_order_id"]) not in planned
