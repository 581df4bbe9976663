"""What the judge knows of swaps: how long an exit may wait that a stop has made room for, and how long no one
may hear that no stop stands meanwhile (C-6). Plain data only; spans are virtual seconds. Judged on days that
are written down: on drawn ones too much else may be in the way, which the other judges of cover know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]
PATIENCE_S = 2.0
"""So long the exit may wait for its fill before it is to be taken back."""
GUARDED_S = 10.0
"""So long a position counts as guarded while it is without its stop."""
LATE_S = 6.0
"""What a full inbox and a slow disk add."""
STANDING = ("working", "partial")


class Swaps:
    """Swaps that run, by position: since when, and their exit with when it was decided."""

    def __init__(self) -> None:
        self._begun_s: dict[str, float] = {}
        self._wanted: dict[str, tuple[str, str]] = {}  # role and cause of the exit that is to come
        self._exits: dict[str, tuple[str, float]] = {}
        self._is_written = self._is_down = False
        self._bare: set[str] = set()  # positions of which it was told that no stop stands

    def seen(self, oracle: Oracle, row: Row) -> Iterator[str]:
        """Take a row of the day in; sentences about what waits for too long."""
        at_s = float(row.get("t_s", 0.0))
        match row["what"]:
            case "boot" | "crash" | "fault" if row["what"] != "fault" or row["fault"][0] in "BCK":
                # Time counts anew where nobody could have done anything, and not while no desk runs.
                self._is_down = row["what"] == "crash" or (self._is_down and row["what"] != "boot")
                self._begun_s = dict.fromkeys(self._begun_s, at_s)
                self._exits = {name: (one, at_s) for name, (one, _) in self._exits.items()}
            case "promises":
                self._is_written = row.get("is_written", False)
            case "event" if self._is_written:
                self._event(row["event"], at_s)
            case "quote" | "commit" | "looked" if not self._is_down:
                yield from self._overdue(oracle, at_s)
            case _:
                pass

    def _event(self, event: Row, at_s: float) -> None:
        name = event.get("position_id", "")
        match event["type"]:
            case "SwapBegun":
                self._begun_s[name] = at_s
                self._wanted[name] = (event["role"], event["cause"])
                self._exits.pop(name, None)
            case "SwapEnded" | "PositionClosed":
                self._begun_s.pop(name, None)
                self._exits.pop(name, None)
                self._bare.discard(name)
            case "PositionUncovered":
                self._bare.add(name)
            case "PositionCovered":
                self._bare.discard(name)
            case "OrderIntended":
                order = event["order"]
                name = order["position_id"]
                if self._wanted.get(name) == (order["role"], event["cause"]) and name in self._begun_s:
                    self._exits.setdefault(name, (order["order_id"], at_s))
            case "CancelRequested":
                self._exits = {one: held for one, held in self._exits.items() if held[0] != event["order_id"]}
            case _:
                pass

    def _overdue(self, oracle: Oracle, at_s: float) -> Iterator[str]:
        for name, (order_id, since_s) in list(self._exits.items()):
            known = oracle.orders[order_id]
            if known.status in STANDING and at_s - since_s > PATIENCE_S + LATE_S:
                yield f"{order_id} waits for {at_s - since_s:.1f} s where the stop of {name} has made room"
                del self._exits[name]
        for name, since_s in list(self._begun_s.items()):
            if name in self._bare or _is_guarded(name, oracle):
                self._begun_s[name] = at_s  # counted from when no stop stands
            elif at_s - since_s > GUARDED_S + LATE_S:
                yield f"{name} is without its stop for {at_s - since_s:.1f} s, and nobody was told"
                del self._begun_s[name]


def _is_guarded(name: str, oracle: Oracle) -> bool:
    """Whether a stop stands, the desk watches one, or there is nothing to guard."""
    bracket = oracle.brackets.get(name)
    if not oracle.positions[name] or name in oracle.rests.dust:
        return True
    if bracket is None or bracket["guard"] == "bot":
        return True
    return any(
        one.status in STANDING and one.order["stop_price"] is not None
        for one in oracle.orders.values()
        if one.order["position_id"] == name
    )
