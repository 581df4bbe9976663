"""What the judge knows of prices that jumped over a stop while the desk was away (C-7). Plain data only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.sim.oracle_collar import Collars, leaves_now, symbol_of
from tests.sim.oracle_stakes import LaneOrder, Stakes

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]
ANSWERS = {"AnswerGuard", "SetExits"}


class Gaps:
    """Which policy was chosen for what is held, which stop was jumped over, and what came of it."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self._collars, self._order, self._lane = Collars(), Stakes(), LaneOrder()
        self._near: set[str] = set()  # positions whose price this life has seen on the near side of the stop
        self._old: set[str] = set()  # those that were held when this life began
        self._anchors: dict[str, Row] = {}  # gaps that are to get a new stop
        self._left: set[str] = set()
        self._moved: set[str] = set()  # whose stop a gap has moved in this life
        self._fired: set[str] = set()  # whose stop has fired while the desk was there, or by a person's word

    def row(self, row: Row, oracle: Oracle) -> Iterator[str]:
        """Take a row of the day in; sentences about what must never have been so."""
        yield from self._collars.row(row, oracle)
        yield from self._order.row(row, oracle)
        yield from self._lane.row(row, oracle)
        match row["what"]:
            case "boot":
                self._near.clear()
                self._moved.clear()
                self._old = {name for name, held in oracle.positions.items() if held}
            case "quote" if "bid" in row:
                self._seen(row["symbol"], row["bid"], row["ask"], oracle)
            case "bar":
                self._near |= self._old  # a bar does not say in which order its prices came
            case "event":
                yield from self._event(row["event"], oracle)
            case "commit":
                yield from self._commit(oracle)
            case _:
                pass

    def _seen(self, symbol: str, bid: Decimal, ask: Decimal, oracle: Oracle) -> None:
        for name in self._old - self._near:
            stop = _stop(oracle, name)
            if symbol_of(name) != symbol or stop is None:
                continue
            if bid > stop if oracle.positions[name] > 0 else ask < stop:
                self._near.add(name)

    def _event(self, event: Row, oracle: Oracle) -> Iterator[str]:
        name = event.get("position_id", "")
        match event["type"]:
            case "GapFound":
                yield from self._found(event, oracle)
            case "GapSettled":
                if name not in self.asked:
                    yield f"the gap of {name} was settled, and nobody had asked"
                if not ANSWERS & set(oracle.confirmed.values()):
                    yield f"nobody said {event['outcome']} about the gap of {name}"
                self.asked.discard(name)
                self._near.add(name)  # from here on it is as a person has said
                self._moved.add(name)
                if event["outcome"] == "left":
                    self._left.add(name)
                elif event["outcome"] == "exit":
                    self._fired.add(name)
            case "PositionClosed":
                self.asked.discard(name)
                self._old.discard(name)
                self._left.discard(name)  # what an entry opens there in the same breath brings its own stop
            case "PlanSet" if name in self._anchors:
                yield from self._anchored(event, self._anchors.pop(name), oracle)
            case "PlanSet" | "BracketSet":
                if event["type"] == "PlanSet" and not event.get("by") and event.get("cause") != "gap":
                    self._moved.discard(name)  # an addition's own stop, which may have been passed meanwhile
                # What is said anew, or moved by the desk that is there, is no stop of the time before.
                if name in self._old and event.get("reason") not in ("start", "gap", "resize"):
                    self._near.add(name)
            case "ExitTriggered" if event["leg"] == "sl" and self._is_there(name):
                self._fired.add(name)  # its exit may have to wait for room, until the next life
            case "OrderIntended":
                yield from self._sent(event["order"], oracle)
            case _:
                pass

    def _found(self, event: Row, oracle: Oracle) -> Iterator[str]:
        name, stop, price = event["position_id"], event["stop"], event["price"]
        chosen = (oracle.plans.get(name) or {}).get("gap") or "exit"
        distance = (oracle.brackets.get(name) or {}).get("risk_per_unit")
        is_asked = chosen == "limit" and event["policy"] == "ask"
        if is_asked:
            yield from self._collars.spent(event, oracle)
        is_possible = chosen != "reanchor" or event["policy"] != "exit" or not distance
        if event["policy"] != chosen and not is_asked and not (chosen == "reanchor" and is_possible):
            yield f"{name} was to {chosen} when its stop is jumped over, and the desk says {event['policy']}"
        if stop != _stop(oracle, name) or (price > stop if oracle.positions[name] > 0 else price < stop):
            yield f"{name} is said to have jumped over {stop} at {price}, its stop is {_stop(oracle, name)}"
        if event["away_s"] is not None and name in self._moved:
            yield f"{name} got its stop in this life, and is said to have jumped over it meanwhile"
        if event["policy"] == "ask":
            self.asked.add(name)
        elif event["policy"] == "reanchor":
            self._anchors[name] = event
        else:
            self._near.add(name)
        if event["policy"] in ("ask", "reanchor"):
            self._fired.discard(name)  # whatever it has sent on its way: this stands now

    def _anchored(self, event: Row, gap: Row, oracle: Oracle) -> Iterator[str]:
        """As far from the price as the first stop was from the entry, to the tick."""
        name, stop = event["position_id"], event["plan"]["stop"]
        sign = 1 if oracle.positions[name] > 0 else -1
        distance = (oracle.brackets.get(name) or {}).get("risk_per_unit")
        tick = oracle.ticks.get(symbol_of(name), Decimal(1))
        away = sign * (gap["price"] - stop["value"]) if stop is not None else None
        if away is None or (distance and abs(away - distance) > tick):
            yield f"{name} was to get a stop {distance} from {gap['price']}, and got {stop}"
        self._near.add(name)
        self._moved.add(name)

    def _sent(self, order: Row, oracle: Oracle) -> Iterator[str]:
        """An exit that a stop sends. One that went out while the desk was there, and never arrived, is sent
        anew in whatever life: that is no gap. Nor is one that a person has said to send, in whatever life."""
        name = order["position_id"]
        if order["role"] != "stop":
            return
        if name in self.asked:
            yield f"{order['order_id']} went out although a person is asked about the gap of {name}"
        chosen = (oracle.plans.get(name) or {}).get("gap") or "exit"
        if not leaves_now(order) or chosen in ("exit", "limit") or self._is_there(name):
            if leaves_now(order):
                self._fired.add(name)
            return
        yield f"{order['order_id']} left behind a gap, and {name} was to {chosen}"

    def _is_there(self, name: str) -> bool:
        """Whether what its stop does now is no matter of a gap."""
        return name not in self._old or name in self._near | self._fired

    def _commit(self, oracle: Oracle) -> Iterator[str]:
        for name in self._anchors:
            yield f"{name} was to get a new stop, and got none"
        self._anchors.clear()
        for name in self._left:
            if oracle.plans[name]["stop"] is not None:
                yield f"{name} was to be left without its stop, and its plan still has it"
        self._left.clear()


def _stop(oracle: Oracle, name: str) -> Decimal | None:
    bracket = oracle.brackets.get(name)
    legs = bracket["legs"] if bracket else ()
    return next((leg["price"] for leg in legs if leg["kind"] == "stop" and not leg["is_done"]), None)
