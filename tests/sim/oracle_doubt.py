"""Whether doubt ended as it may: what the venue promised, what it answered, what people said, what froze.

Imports nothing of the product (as `oracle.py`). Plain data in, sentences out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sim.oracle_dust import symbol_of
from tests.sim.oracle_exposure import Exposure
from tests.sim.oracle_looks import disagreed
from tests.sim.oracle_mistakes import Versions

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle
    from tests.sim.oracle_known import Known

Row = Mapping[str, Any]
ZERO = Decimal(0)

ANSWERS_ENOUGH = 10
"""So many good answers in a row, and nobody may be asked what became of the order."""
GAP_S = 6.0
"""Answers further apart than this do not stand in a row."""
STOPS = ("stop", "stop_limit", "trailing_stop")
ANSWERS_NEEDED = 3
ASKED_S = 45.0
"""So much later than it is due a person is asked at the latest: a question may take two deadlines, and a
start its own."""
TOLD_S = 12.0
"""Longer than an answer may take that the desk still takes for one: who has looked at the position since has
seen a fill of before."""


class Doubts:
    """What the walk knows of doubt."""

    def __init__(self) -> None:
        self.exposure = Exposure()
        self._spans_s = (0.0, 0.0, 0.0)  # fence, visibility, visibility of stops, as the venue promises
        self._learned_s = {False: 0.0, True: 0.0}  # by whether it is about stops
        self._overhidden: set[str] = set()
        self._shown: set[str] = set()  # of those
        self._worded: set[str] = set()  # a person said that these are not there
        self._absent_cids: set[str] = set()  # counted as not placed at some time
        self._frozen: dict[str, int] = defaultdict(int)
        self._came_back: list[str] = []  # orders that should have frozen entries, and have not yet
        self._first_s: dict[str, float] = {}
        self._last_s: dict[str, float] = {}
        self._good: dict[str, int] = defaultdict(int)
        self._now_s = 0.0
        self._sent_s: dict[str, float] = {}
        self._answered: dict[str, int] = defaultdict(int)  # questions about an order, in this life
        self._is_watched = True
        self._filled_s: dict[str, float] = {}  # when the venue made an order's first fill
        self._apart_s: dict[str, float] = {}  # symbols of which the book says something else, and since when
        self._has_moved = False  # what is held, or what is written of it, may be another since the last row
        self._disk_s = -TOLD_S  # when the disk was last in trouble, or the machine woke up
        self._is_asleep = False
        self._budget_s = 0.0
        self._versions = Versions()
        self._booted_s = -1e9
        self._doubted: dict[str, None] = {}  # orders that a person was not asked about yet
        self._is_clock_true = True
        self._lives_on = False  # the life before, beside the one that begins

    # ------------------------------------------------------------ the world

    @property
    def lives_s(self) -> float:
        """How long the newest life has lived by now."""
        return self._now_s - self._booted_s

    def beside(self, row: Row, oracle: Oracle) -> None:
        """Promises, answers, and what the world did to the desk."""
        self._compare(row, oracle)
        self._now_s = row.get("t_s", self._now_s)
        self._sleeps(row)
        for sentence in self._versions.row(row):
            oracle.say("I16", sentence)
        match row["what"]:
            case "send":
                self._sent_s[row["cid"]] = self._now_s
            case "venue" if row["type"] == "Filled":
                self._filled_s.setdefault(row["report"]["client_order_id"], self._now_s)
            case "fault" if row["fault"].startswith("B"):
                self._disk_s = self._now_s
            case "fault" if row["fault"].startswith("C"):
                self._is_clock_true = False
            case "promises":
                self._spans_s, self._budget_s = row["spans_s"], row["budget_s"]
            case "overhidden":
                self._overhidden.add(row["cid"])
            case "shown":
                self._shown.add(row["cid"])
            case "crash":
                self._lives_on = row["which"] == "overtaken"
            case "boot":
                self._booted_s = self._now_s
                self._first_s.clear()
                self._good.clear()
                if not self._lives_on:
                    # One that was overtaken writes, and knows what it has asked, until the other one does.
                    self._answered.clear()
            case "unanswered":
                self._good.clear()
                self._overdue(oracle)
            case "unwatched":
                self._is_watched = (
                    False  # real processes: nobody notes what they ask, the proof alone is judged
                )
            case "asked":
                self._asked(row["cid"], row["s"], oracle)
                self._overdue(oracle)
            case _:
                pass

    def _compare(self, row: Row, oracle: Oracle) -> None:
        """Since when a position tells of a fill that the book does not know: two that nobody has heard of may
        make up for each other, and then it tells of none."""
        for symbol, held in oracle.held.items() if self._has_moved else ():
            if _booked(oracle, symbol) == held:
                self._apart_s.pop(symbol, None)
            else:
                self._apart_s.setdefault(symbol, self._now_s)
        self._has_moved = row["what"] in ("venue", "commit")

    def _sleeps(self, row: Row) -> None:
        """A proof that was whole when the machine fell asleep is written down when it wakes up, and what the
        position tells since comes after it."""
        if row["what"] == "fault" and row["fault"] == "C04":
            self._is_asleep = True
        elif row["what"] == "event" and self._is_asleep:
            self._disk_s, self._is_asleep = self._now_s, False

    def _asked(self, cid: str, at_s: float, oracle: Oracle) -> None:
        """A question about an order was answered: does the answer prove anything?"""
        known = oracle.by_cid.get(cid)
        if known is None:
            return
        self._answered[cid] += 1
        first_s = self._first_s.setdefault(cid, at_s)
        is_known = not self._is_asleep and _is_explained(
            known, oracle
        )  # who sleeps takes in what it wrote later
        if at_s - self._last_s.get(cid, at_s) > GAP_S or not is_known:
            self._good[cid] = 0
        self._last_s[cid] = at_s
        if at_s - first_s >= self._spans_s[0] + self._visible_s(known):
            self._good[cid] += 1

    def _overdue(self, oracle: Oracle) -> None:
        """Who asks a venue about an order for longer than that may take must have asked a person, however
        often the desk has begun anew since it was sent. A clock that was set, or a disk that cannot take the
        question, is an excuse."""
        if not self._is_clock_true or self._now_s - self._disk_s < ASKED_S:
            return
        for cid in list(self._doubted):
            known = oracle.by_cid[cid]
            if known.status != "in_doubt":
                del self._doubted[cid]
                continue
            certain_s = self._spans_s[0] + self._visible_s(known)
            since_s = self._now_s - self._sent_s.get(cid, self._now_s)
            if since_s > max(self._budget_s, certain_s) + ASKED_S and (
                self._now_s - self._booted_s > certain_s + ASKED_S
            ):
                del self._doubted[cid]
                oracle.say("I7", f"{cid} is in doubt since {since_s:.0f} s, and nobody was asked")

    def _visible_s(self, known: Known) -> float:
        plain_s = max(self._spans_s[1], self._learned_s[False])
        is_stop = known.order["type"] in STOPS
        return max(plain_s, self._spans_s[2], self._learned_s[True]) if is_stop else plain_s

    def is_hidden(self, cid: str) -> bool:
        """Whether no question sees the order although the venue promised that it would."""
        return cid in self._overhidden and cid not in self._shown

    def may_be_there(self, cid: str) -> bool:
        """Whether an order that counts as not placed may be at the venue without the desk's fault."""
        return cid in self._overhidden or cid in self._worded

    def was_hidden(self, cid: str) -> bool:
        """Whether an order that was hidden counted as not placed, by a proof or by a person's word."""
        return cid in self._absent_cids and self.may_be_there(cid)

    # ------------------------------------------------------------ the journal

    def intended(self, new: Known, gate: Row, oracle: Oracle) -> None:
        """An order was decided."""
        if not new.is_entry:
            return
        order_id, command = new.order["order_id"], new.order["command_id"]
        for one in oracle.orders.values():
            if one.order["client_order_id"] in self._worded and one.order["command_id"] == command:
                oracle.say("I1", f"{command} made a second entry, {order_id}, after it was not there")
        standing = sorted(cause for cause, count in self._frozen.items() if count)
        if standing:
            oracle.say("I13", f"{order_id} was decided while entries were frozen ({', '.join(standing)})")
        for sentence in self.exposure.entry(new, gate, oracle.orders.values()):
            oracle.say("I13", sentence)

    def event(self, event: Row, oracle: Oracle) -> None:
        """Something was written down."""
        kind = event["type"]
        if kind == "EntriesFrozen":
            self._frozen[event["cause"]] += 1
            if event["cause"] == "turned_up":
                self._came_back.clear()
        elif kind == "OrderInDoubt":
            self._doubted[oracle.orders[event["order_id"]].order["client_order_id"]] = None
        elif kind == "EntriesThawed":
            self._frozen[event["cause"]] -= 1
        elif kind in ("OrderFilled", "OrderAccepted"):
            known = oracle.orders[event["order_id"]]
            if known.status == "not_placed" and not self._frozen["turned_up"]:
                self._came_back.append(event["order_id"])
        elif kind in ("DoubtEscalated", "DoubtAnswered", "OrderNotPlaced", "VisibilityRaised"):
            self._doubt(event, oracle.orders[event["order_id"]], oracle)

    def _doubt(self, event: Row, known: Known, oracle: Oracle) -> None:
        cid = known.order["client_order_id"]
        match event["type"]:
            case "DoubtEscalated":
                self._doubted.pop(cid, None)
                if self._good[cid] >= ANSWERS_ENOUGH and cid not in self._overhidden:
                    text = (
                        f"a person was asked about {event['order_id']} after {self._good[cid]} good answers"
                    )
                    oracle.say("I7", text)
            case "DoubtAnswered" if not event["is_there"]:
                if known.status != "in_doubt":
                    oracle.say("I6", f"{event['order_id']} went from {known.status} to not_placed by a word")
                self._worded.add(cid)
                self._absent_cids.add(cid)
                known.status, known.wanted = "not_placed", None
            case "OrderNotPlaced":
                self._absent_cids.add(cid)
                self._absent(event, known, oracle)
            case "VisibilityRaised":
                self._learned_s[event["is_conditional"]] = float(event["visibility_s"])
            case _:
                pass

    def _absent(self, event: Row, known: Known, oracle: Oracle) -> None:
        """The proof must be one: three answers, the first when the venue could take it no more, the last when
        it could hide it no more, both by what the venue itself promises."""
        order_id, proof = event["order_id"], event["evidence"]
        if not event["proof"] or not proof or len(proof["negatives"]) < 3:
            oracle.say("I5", f"{order_id} was declared absent without a proof")
            return
        entry = oracle.along.entry_of(oracle, known.order)
        if entry is not None and entry.status == "not_placed":
            known = entry  # they were one request, and it is the entry that is proven absent
        after = [float(one["after_s"]) for one in proof["negatives"]]
        if after[0] < self._spans_s[0] or after[-1] - after[0] < self._visible_s(known) - 0.001:
            oracle.say("I5", f"{order_id} was declared absent by answers after {after} s, which is too early")
        cid = known.order["client_order_id"]
        has_filled = any(one == cid for one, _ in oracle.venue_fills)
        if has_filled and proof["held"] != _booked(oracle, known.order["symbol"]):
            oracle.say("I5", f"{order_id} was declared absent, and the position had told of its fill")
        self._seen_by_us(cid, known, oracle)

    def _seen_by_us(self, cid: str, known: Known, oracle: Oracle) -> None:
        """The same by what the world saw, whatever the proof says: how many questions were answered, how long
        ago the order left, for how long the venue's position has told of it."""
        order_id = known.order["order_id"]
        if not self._is_watched:
            return
        if self._answered[cid] < ANSWERS_NEEDED:
            text = f"{order_id} was declared absent, and {self._answered[cid]} questions had been answered"
            oracle.say("I5", text)
        waited_s = self._now_s - self._sent_s.get(cid, -1e9)
        if waited_s < self._spans_s[0] + self._visible_s(known) - 0.001:
            oracle.say("I5", f"{order_id} was declared absent {waited_s:.1f} s after it had left")
        apart_s = self._apart_s.get(known.order["symbol"], self._now_s)
        told_s = self._now_s - max(self._filled_s.get(cid, self._now_s), self._disk_s, apart_s)
        is_alone = not oracle.looks.foreign  # else the difference may be another hand's
        if told_s > TOLD_S and is_alone and not _is_explained(known, oracle):
            text = f"{order_id} was declared absent, and for {told_s:.0f} s the position had told of its fill"
            oracle.say("I5", text)

    def at_end(self, oracle: Oracle, final: Row) -> None:
        """What must not stand in the quiet."""
        for order_id in self._came_back:
            oracle.say("I5", f"{order_id} counted as not placed, was at the venue, and entries went on")
        unclear = disagreed(final["account"])  # there the fate of an order cannot be proven
        is_sought = any(
            one.status == "in_doubt" and one.order["symbol"] in unclear for one in oracle.orders.values()
        )
        for cause in ("sends", "unanswered"):
            if self._frozen[cause] and not is_sought:
                oracle.say("I7", f"the venue answers, and entries are still frozen ({cause})")


def _booked(oracle: Oracle, symbol: str) -> Decimal:
    """What the journal says that is held of a symbol, on whatever account."""
    held = (one for name, one in oracle.positions.items() if symbol_of(name) == symbol)
    return sum(held, ZERO)


def _is_explained(known: Known, oracle: Oracle) -> bool:
    symbol = known.order["symbol"]
    return _booked(oracle, symbol) == oracle.held[symbol]
