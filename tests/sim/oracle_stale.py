"""What the judge knows of prices that have stopped while a stop is watched by the desk alone (C-7, X47).

Plain data only. Judged on days on which who asks is told: then the desk asks each second, and what an answer
shows is acted on. What is not seen to for another reason (an exit on its way, a question to a person, a full
disk, a machine that slept) says so by its own events, and time counts anew from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]
STOPPED_S = 5.0
"""A price that is older has stopped."""
PAUSE_S = 5.0
"""Longer than from one question to the next, and than what the first look after that takes."""
ACTED_S = 10.0
"""So long an answer may lie beyond a stop of which nothing is heard."""
ASLEEP, SLEEP_S = "C04", 45.0
"""The machine sleeps, so long at most and until something is written down again."""


class Stale:
    """When each symbol's price was heard, asked for and answered, and since when nothing else happened."""

    def __init__(self) -> None:
        self._heard_s: dict[str, float] = {}
        self._asked_s: dict[str, float] = {}
        self._answers: dict[str, Row] = {}
        self._stirred_s: dict[str, float] = {}  # positions, by the newest event about them
        self._beyond_s: dict[str, float] = {}  # positions, since when answers lie beyond their stop
        self._began_s = 0.0
        self._is_there = True

    def row(self, row: Row, oracle: Oracle) -> Iterator[str]:
        """Take a row of the day in; sentences about prices that nobody asked for."""
        at_s = float(row.get("t_s", 0.0))
        match row["what"]:
            case "boot" | "crash" | "fault" if row["what"] != "fault" or row["fault"][0] in "BCK":
                if row["what"] != "fault" or row["fault"] == "K02":
                    self._is_there = row["what"] == "boot"
                self._begin(row, at_s)
            case "older":
                self._is_there = False  # it says so and ends
            case "quote":
                self._heard_s[row["symbol"]] = at_s
            case "asks":
                self._asked_s[row["symbol"]] = at_s
            case "answered":
                self._answers[row["symbol"]] = row
                self._compared(row, at_s, oracle)
            case "event":
                self._stirred(row["event"], at_s, oracle)
            case "unheard" if self._is_there:
                yield from self._unheard(row["symbol"], at_s, oracle)
            case _:
                pass

    def _begin(self, row: Row, at_s: float) -> None:
        self._beyond_s.clear()
        if row["what"] != "fault":
            self._began_s = at_s  # who sleeps is overtaken, and the next life is awake
        else:
            self._began_s = max(self._began_s, at_s + SLEEP_S if row["fault"] == ASLEEP else at_s)

    def _stirred(self, event: Row, at_s: float, oracle: Oracle) -> None:
        known = oracle.orders.get(event.get("order_id", ""))
        intended = event.get("order", {})
        name = event.get("position_id") or (known.order if known else intended).get("position_id", "")
        self._stirred_s[name] = at_s
        self._began_s = min(self._began_s, at_s)
        self._beyond_s.pop(name, None)

    def _compared(self, answer: Row, at_s: float, oracle: Oracle) -> None:
        for name, stop in _watched(answer["symbol"], oracle):
            is_long = oracle.positions[name] > 0
            if answer["bid"] <= stop if is_long else answer["ask"] >= stop:
                self._beyond_s.setdefault(name, at_s)
            else:
                self._beyond_s.pop(name, None)

    def _unheard(self, symbol: str, at_s: float, oracle: Oracle) -> Iterator[str]:
        for name, stop in _watched(symbol, oracle):
            heard_s = self._heard_s.get(symbol, at_s)
            since_s = max(max(heard_s, self._began_s) + STOPPED_S, self._stirred_s.get(name, 0.0))
            asked_s = max(since_s, self._asked_s.get(symbol, 0.0))
            if at_s - asked_s > PAUSE_S:
                yield f"the price of {symbol} has stopped, {name} is watched, and nobody asks for it"
                self._began_s = at_s
            beyond_s = max(self._beyond_s.get(name, at_s), self._began_s)
            if at_s - beyond_s > ACTED_S:
                text = f"answers lay beyond the stop {stop} of {name} for {at_s - beyond_s:.0f} s"
                yield f"{text}, and nothing was done"
                self._beyond_s.pop(name)


def _watched(symbol: str, oracle: Oracle) -> Iterator[tuple[str, Decimal]]:
    """Positions in the symbol whose stop is watched by the desk alone and waits for nothing but a price."""
    for name, held in oracle.positions.items():
        bracket = oracle.brackets.get(name)
        if not held or bracket is None or bracket["guard"] != "bot" or f"/{symbol}/" not in name:
            continue
        excused = {*oracle.rests.dust} | oracle.pulls.gaps.asked
        if name in excused or oracle.held[symbol] * held <= 0 or symbol in oracle.looks.frozen:
            continue
        if any(one.left and not one.is_entry for one in oracle.orders.values() if _is_of(one.order, name)):
            continue
        for leg in bracket["legs"]:
            if leg["kind"] == "stop" and not leg["is_done"]:
                yield name, leg["price"]


def _is_of(order: Row, name: str) -> bool:
    return bool(order["position_id"] == name)
