"""The judge of refused cancels: a refusal proves nothing, the desk must find out what became of the order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.sim.oracle_again import Again
from tests.sim.oracle_vain import InVain

Row = Mapping[str, Any]

ANSWER_S = 15.0
"""A desk that asks knows it by then, as long as nothing is wrong meanwhile."""
TROUBLE = ("X", "N", "B", "K", "C")
"""Faults after which nobody can say how long a question takes."""
BUSY, BUSY_S = "X06", 25.0
"""A venue that wants no requests may want none for so long; a desk that obeys meets it only once."""
BUSY_MAX_S = 60.0
"""One that does not say for how long is left alone for two seconds, then twice as long each time in a row, at
most so long."""
TRIED_S = 50.0
"""A cancel that the venue has refused is asked for again within so long: the longest pause (30 s), and what
answers may take."""
OVER = {"OrderCanceled", "OrderExpired", "OrderRejected", "OrderNotPlaced", "OrderFilled"}


class Busy:
    """For how long a desk leaves a venue alone that wants no requests. Which of them are in a row is not seen
    from here: those that the longest pause lies between may be."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self._last_s = 0.0

    def met(self, at_s: float) -> float:
        """The venue says so again; for how many seconds it may be left alone."""
        is_next = at_s - self._last_s <= BUSY_MAX_S + BUSY_S
        self._in_a_row, self._last_s = (self._in_a_row + 1 if is_next else 1), at_s
        return max(BUSY_S, min(2.0 ** min(self._in_a_row, 16), BUSY_MAX_S))


class Refusals:
    """Orders that the venue had ended when it refused to cancel them, until the journal says so too."""

    def __init__(self) -> None:
        self._again, self._vain = Again(), InVain()
        self._since_s: dict[str, float] = {}
        self._busy, self._busy_until_s = Busy(), 0.0
        self._cids: dict[str, str] = {}
        self._ended: set[str] = set()  # at the venue, by the name on the wire
        self._over: set[str] = set()  # in the journal
        self._refused_s: dict[str, float] = {}  # when the venue last refused to end an order
        self._died_s: float | None = None  # since when no desk runs
        self._now_s = 0.0

    @property
    def dead_s(self) -> float:
        """How long no desk has run by now."""
        return 0.0 if self._died_s is None else self._now_s - self._died_s

    def is_tried(self, cid: str) -> bool:
        """Whether the venue itself keeps an order that the desk wants ended: it has refused that a moment
        ago, and the desk is not due to ask again (or is not there)."""
        return self._now_s - self._refused_s.get(cid, -TRIED_S) - self.dead_s < TRIED_S

    def row(self, row: Row) -> Iterator[str]:
        """Takes everything in; says what should be known by now and is not."""
        what, at_s = row["what"], row.get("t_s")
        self._now_s = row.get("t_s", self._now_s)
        if what == "refused":
            self._refused_s[row["cid"]] = self._now_s
        elif what == "boot":
            self._died_s = None
        elif what == "crash" and row["which"] != "overtaken":
            self._died_s = self._now_s
        yield from self._again.row(row)
        yield from self._vain.row(row)
        if what == "event":
            self._event(row["event"], at_s)
        elif what == "venue" and row["type"] == "Ended":
            self._ended.add(row["client_order_id"])
        elif what in ("crash", "boot") or (what == "fault" and row["fault"].startswith(TROUBLE)):
            self._since_s.clear()
            if at_s is not None and row.get("fault") == BUSY:
                self._busy_until_s = max(self._busy_until_s, at_s + self._busy.met(at_s))
        if not self._since_s or at_s is None:
            return
        for order_id in [name for name, since_s in self._since_s.items() if at_s - since_s > ANSWER_S]:
            del self._since_s[order_id]
            yield f"a cancel of {order_id} was refused; {ANSWER_S:.0f} s later nobody knew that it is over"

    def _event(self, event: Row, at_s: float | None) -> None:
        kind = event["type"]
        if kind == "OrderIntended":
            self._cids[event["order"]["order_id"]] = event["order"]["client_order_id"]
        elif kind in OVER:
            self._over.add(event["order_id"])
            self._since_s.pop(event["order_id"], None)
        elif kind == "CancelFailed" and at_s is not None:
            order_id = event["order_id"]
            # A venue that wants no requests answers no question either, until its time is over.
            is_busy = "too many requests" in event["reason"].lower()
            if not is_busy and self._cids.get(order_id) in self._ended and order_id not in self._over:
                self._since_s.setdefault(order_id, max(at_s, self._busy_until_s))
