"""Whether the desk watches the level of a stop that may not stand (C-6). Plain data only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sim.oracle_dust import symbol_of

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]
WITHIN_S = 6.0
"""So long prices may lie beyond such a stop until something is written down, whatever it is: what a slow disk
takes, and the next price that confirms one that has leapt."""
HINDERS = ("B02", "B03", "B04", "B10", "K", "C", "X47")
"""Faults that keep the desk from hearing a price or from writing down what it decides: time counts anew."""
AWAY_S = {"C04": 45.0, "K02": 20.0}
"""Faults behind which nobody is there: the machine sleeps, or a message has ended the desk. So long at most,
and until something is written down again."""
EXITS = {"close", "time", "flatten"}
SAYS_NOTHING = {"RequestSent", "PositionUncovered"}


class Doubted:
    """Positions of which nothing was written down since their stop came into doubt."""

    def __init__(self) -> None:
        self._stops: dict[
            str, tuple[str, Decimal]
        ] = {}  # by position: its stop in doubt, and where it stands
        self._leaving: dict[str, set[str]] = {}  # by position: what is to end so that an exit can leave
        self._beyond_s: dict[str, float] = {}  # since when prices lie beyond it
        self._away_until_s = 0.0

    def seen(self, oracle: Oracle, row: Row) -> Iterator[str]:
        """Take a row of the day in."""
        match row["what"]:
            case "event":
                self._away_until_s = 0.0
                self._event(oracle, row["event"])
            case "quote" if "bid" in row:
                yield from self._priced(oracle, row, float(row.get("t_s", 0)))
            case "boot" | "crash":
                self._stops.clear()
                self._beyond_s.clear()
                self._away_until_s = 0.0
            case "fault" if row["fault"].startswith(HINDERS):
                self._beyond_s.clear()
                away_until_s = float(row.get("t_s", 0)) + AWAY_S.get(row["fault"], 0.0)
                self._away_until_s = max(self._away_until_s, away_until_s)
            case _:
                pass

    def _event(self, oracle: Oracle, event: Row) -> None:
        kind, known = event["type"], oracle.orders.get(event.get("order_id", ""))
        name = known.order["position_id"] if known is not None else event.get("position_id", "")
        if kind in SAYS_NOTHING:
            return
        if kind == "SwapBegun":
            self._leaving[name] = set(event["cancels"])
        elif kind == "SwapEnded":
            self._leaving.pop(name, None)
        self._stops.pop(name, None)
        self._beyond_s.pop(name, None)
        if kind == "OrderInDoubt" and known is not None and known.order["role"] == "stop":
            bracket = oracle.brackets.get(name)
            stop = known.order.get("stop_price")
            if bracket is None or bracket["guard"] == "bot" or stop is None:
                return
            if _is_wanted(bracket, stop):
                self._stops[name] = event["order_id"], stop

    def _priced(self, oracle: Oracle, row: Row, at_s: float) -> Iterator[str]:
        for name, (order_id, stop) in list(self._stops.items()):
            if symbol_of(name) != row["symbol"]:
                continue
            held = oracle.positions[name]
            is_beyond = row["bid"] < stop if held > 0 else row["ask"] > stop
            # Who has asked for its end already, to make room for an exit, has nothing left to write down.
            is_excused = at_s < self._away_until_s or order_id in self._leaving.get(name, ())
            # What a hand has closed is not there to leave.
            is_excused |= oracle.held[row["symbol"]] * held <= 0
            # What is on its way out already, all of it, is not sent a second time.
            is_excused |= _leaves_whole(oracle, name, held)
            if not held or not is_beyond or is_excused or row["symbol"] in oracle.looks.frozen:
                self._beyond_s.pop(name, None)
            elif at_s - self._beyond_s.setdefault(name, at_s) > WITHIN_S:
                del self._stops[name]
                yield f"the stop of {name} at {stop} is in doubt, was passed, and nobody has looked at it"


def _leaves_whole(oracle: Oracle, name: str, held: Decimal) -> bool:
    """Whether nobody knows of an exit of the whole position if it has arrived."""
    return any(
        one.status == "in_doubt" and one.order["role"] in EXITS and one.order["quantity"] >= abs(held)
        for one in oracle.orders.values()
        if one.order["position_id"] == name
    )


def _is_wanted(bracket: Row, stop: Decimal) -> bool:
    """Whether a stop of what is held now stands there: a hand may have turned the position round."""
    legs = (one for one in bracket["legs"] if one["kind"] == "stop" and not one["is_done"])
    return any(one["price"] == stop for one in legs)
