"""What is done about a position whose stop does not come, as its account wants it. Plain data only.

Imports nothing of the product (as `oracle.py`). What passes is counted in virtual seconds: the wall clock of
the desk's machine, which somebody may set, is no measure of how long a stop was missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sim.oracle_doubted import Doubted
from tests.sim.oracle_dust import symbol_of
from tests.sim.oracle_swaps import Swaps

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]
ALLOWED_S = 10.0
"""After so long without its stop a position is closed, unless the account says otherwise."""
LATE_S = 8.0
TICK_S = 0.001
HINDERED = {"B02", "B03", "B04", "B10", "C01", "C04", "K04", "K05"}
"""Faults that keep the desk from doing what is due: time counts anew from then on."""
OVER = {"PositionCovered", "PositionClosed", "PositionDust"}


class Bare:
    """Positions of which the desk says that no stop guards them, and what it does about them."""

    def __init__(self) -> None:
        self._doubted, self._swaps = Doubted(), Swaps()
        self._told: dict[str, datetime] = {}  # since when, by the journal
        self._told_s: dict[str, float] = {}  # the same by virtual time
        self._bare_s: dict[str, float] = {}  # counted anew where nobody could have done anything
        self._given_up: set[str] = set()
        self._closes: set[str] = set()  # given up in this decision, and to be closed for it
        self._asked: set[str] = set()  # a person is asked whether the stop is to come back
        self._lasted_s: dict[str, Decimal] = defaultdict(Decimal)
        self._allowed_s = ALLOWED_S

    def seen(self, oracle: Oracle, row: Row) -> Iterator[str]:
        """Take a row of the day in."""
        yield from self._doubted.seen(oracle, row)
        yield from self._swaps.seen(oracle, row)
        match row["what"]:
            case "event":
                yield from self._event(row["event"], float(row.get("t_s", 0)))
            case "commit":
                yield from self._overdue(oracle, float(row.get("t_s", 0)))
            case "boot":
                self._bare_s.clear()
            case "fault" if row["fault"] in HINDERED:
                self._bare_s.clear()
            case _:
                pass

    def _event(self, event: Row, at_s: float) -> Iterator[str]:
        kind, name = event["type"], event.get("position_id", "")
        match kind:
            case "PositionUncovered":
                self._told[name] = min(self._told.get(name, event["at"]), event["at"])
                self._told_s.setdefault(name, at_s)
            case "PlanSet" if not _wants_stop(event["plan"]):
                self._forget(name)
            case "StopPulled":
                self._asked.add(name)
            case "GapFound" if event["policy"] == "ask":
                self._asked.add(name)
            case "PullSettled" | "GapSettled":
                self._asked.discard(name)
                self._bare_s.pop(name, None)
            case "LimitChanged" if event["name"] == "unprotected_s_max":
                self._allowed_s = float(event["value"])
            case "StopMissing":
                yield from self._gave_up(event, at_s)
            case "FlattenStarted":
                self._closes -= {*event["position_ids"]}
            case _ if kind in OVER:
                if name in self._told and kind != "PositionClosed":
                    lasted = event["at"] - self._told[name]
                    self._lasted_s[name] += max(Decimal(str(lasted.total_seconds())), Decimal(0))
                self._forget(name)
                if kind == "PositionClosed":
                    self._asked.discard(name)
            case _:
                pass

    def at_end(self, final: Row) -> Iterator[str]:
        """How long each position that lives was without its stop, gaps that are over."""
        for position in final["positions"]:
            name, said = position["position_id"], position["unprotected_s"]
            if said < self._lasted_s[name]:
                yield f"{name} was without its stop for {self._lasted_s[name]} s, the desk counts {said}"

    def _forget(self, name: str) -> None:
        self._told.pop(name, None)
        self._told_s.pop(name, None)
        self._bare_s.pop(name, None)
        self._given_up.discard(name)

    def _gave_up(self, event: Row, at_s: float) -> Iterator[str]:
        """No stop stood for too long, says the desk: that must be so, once, and as the account wants it."""
        name = event["position_id"]
        waited_s = at_s - self._told_s.get(name, at_s + 1)
        is_early = waited_s < (self._allowed_s or ALLOWED_S) - TICK_S
        if name in self._given_up or name in self._asked or is_early:
            yield f"{name} is given up for its stop after {waited_s} s"
        if event["closes"] is not (self._allowed_s > 0):
            yield f"{name} is given up, and closed or kept against what the account wants"
        self._given_up.add(name)
        if event["closes"]:
            self._closes.add(name)

    def _overdue(self, oracle: Oracle, at_s: float) -> Iterator[str]:
        """Whoever says that nothing guards a position does what the account wants about it, in time."""
        for name in sorted(self._closes):
            yield f"{name} is given up, and nothing closes it"
        self._closes.clear()
        excused = self._given_up | self._asked | {*oracle.rests.dust}
        for name in self._told:
            if name in excused or symbol_of(name) in oracle.looks.frozen:
                continue
            if oracle.held[symbol_of(name)] * oracle.positions[name] <= 0:
                self._bare_s.pop(name, None)  # of what the venue does not hold nothing can be closed
                continue
            since_s = self._bare_s.setdefault(name, at_s)
            if at_s - since_s > (self._allowed_s or ALLOWED_S) + LATE_S:
                self._given_up.add(name)
                yield f"{name} had no stop for {at_s - since_s:.1f} s, and nothing was done about it"


def _wants_stop(plan: Row) -> bool:
    return plan["stop"] is not None or bool(plan["trail"] and plan["trail"]["activation"] is None)
