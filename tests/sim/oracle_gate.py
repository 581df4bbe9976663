"""The judge of the gate: what a person may not get through by mistake, counted anew from plain data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]

PRICE_AGE = timedelta(seconds=120)
"""What a desk believes without a limit of its own."""
RATE_MAX = 10
RATE_WINDOW = timedelta(seconds=10)
"""Entries of an account that may be decided in any ten seconds (docs/orders.md, the gate)."""
WRITTEN_S = 6.0
"""What a full inbox and a slow disk add until an entry that was decided is written down."""
TWIN_WINDOW = timedelta(seconds=9)
TWIN_PERCENT = Decimal("0.9")
"""A little less than the gate's own bounds: the instants and sizes in between are nobody's promise."""


class GateJudge:
    """Says what was decided although it should have been refused."""

    def __init__(self) -> None:
        self._forbidden: dict[str, str] = {}
        self._sure: dict[str, bool] = {}
        self._quoted: dict[str, datetime] = {}
        self._price_age: dict[str, timedelta] = {}
        self._entries: dict[str, list[tuple[float, Row]]] = defaultdict(list)
        self._at_s = 0.0  # virtual time, which nobody sets back

    def row(self, row: Row) -> None:
        """What the market said, what people pressed (`sure`: it may be the same order again), and of which
        commands nothing may come."""
        what = row["what"]
        self._at_s = float(row.get("t_s", 0.0))
        if what == "quote":
            self._quoted[row["symbol"]] = row["at"]
        elif what == "bar":
            self._quoted[row["symbol"]] = row["ends_at"]
        elif what == "confirmed":
            self._sure[row["command"]] = row.get("sure", True)
        elif what == "forbidden":
            self._forbidden[row["command"]] = row["why"]

    def limited(self, event: Row) -> None:
        """Somebody has changed a limit."""
        if event["name"] == "price_age_s_max":
            self._price_age[event["account"]] = timedelta(seconds=float(event["value"])) or PRICE_AGE

    def intended(self, event: Row) -> list[str]:
        """An order was decided: what is wrong with that."""
        order = event["order"]
        command, name = order["command_id"], order["order_id"]
        found = []
        if command in self._forbidden and order["role"] in ("entry", "close"):
            found.append(f"{name} was decided, and {command} {self._forbidden[command]}")
        if order["role"] != "entry":
            return found
        age = event["at"] - self._quoted.get(order["symbol"], event["at"])
        if age > self._price_age.get(event["account"], PRICE_AGE):
            found.append(f"{name} was decided on a price that was {age.total_seconds():.0f} s old")
        before = self._entries[event["account"]]
        # Near by the desk's clock and in truth: a clock that is set back makes old entries younger than new.
        since_s = self._at_s - RATE_WINDOW.total_seconds() - WRITTEN_S
        recent = [one for at_s, one in before if at_s > since_s and event["at"] - one["at"] < RATE_WINDOW]
        if len(recent) >= RATE_MAX:
            found.append(f"{name} is entry {len(recent) + 1} in ten seconds")
        if not self._sure.get(command, True) and any(self._is_twin(one, event) for one in recent):
            found.append(f"{name} is the same order again, and nobody said that it is meant twice")
        before.append((self._at_s, event))
        return found

    def _is_twin(self, one: Row, other: Row) -> bool:
        first, second = one["order"], other["order"]
        if other["at"] - one["at"] >= TWIN_WINDOW or first["side"] != second["side"]:
            return False
        apart = abs(first["quantity"] - second["quantity"]) * 100
        return bool(first["symbol"] == second["symbol"] and apart <= first["quantity"] * TWIN_PERCENT)
