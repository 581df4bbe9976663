"""What the judge knows of the order in which jumps are seen to after a start: what stands to lose most goes
first, whatever its symbol, among what is decided together and what waits to be sent (C-7). Plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]


FAR_MORE = 2
"""So many times as much must be at stake: it is counted by the price at which a jump was written down, which
may have moved until its exit is queued."""


class Stakes:
    """The jumps that one commit tells of, in its order."""

    def __init__(self) -> None:
        self._multipliers: dict[str, Decimal] = {}
        self._least: Decimal | None = None
        self._has_filled = False  # what is held was another when the order was made

    def row(self, row: Row, oracle: Oracle) -> Iterator[str]:
        """Take a row of the day in; sentences about jumps that were to be seen to later."""
        match row["what"]:
            case "venue" if row["type"] == "Listed":
                one = row["instrument"]
                self._multipliers[one["symbol"]] = one["multiplier"]
            case "commit" | "boot" | "crash":
                self._least, self._has_filled = None, False
            case "event" if row["event"]["type"] == "OrderFilled":
                self._has_filled = True
            case "event" if row["event"]["type"] == "GapFound" and row["event"]["away_s"] is not None:
                yield from self._found(row["event"], oracle)
            case _:
                pass

    def _found(self, event: Row, oracle: Oracle) -> Iterator[str]:
        name = event["position_id"]
        stake = stake_of(event, oracle, self._multipliers)
        if self._least is not None and stake > self._least and not self._has_filled:
            yield f"{name} stands to lose {stake:.2f}, and another jump was seen to before it"
        self._least = stake


def stake_of(jump: Row, oracle: Oracle, multipliers: Mapping[str, Decimal]) -> Decimal:
    """Notional times breach."""
    name, price, stop = jump["position_id"], jump["price"], jump["stop"]
    symbol = name.split("/", 1)[1].rsplit("/", 1)[0]
    held = abs(oracle.positions[name]) * multipliers.get(symbol, Decimal(1))
    return Decimal(held * price * abs(price - stop) / stop)


class LaneOrder:
    """First exits behind jumps that wait to be sent while a cancel of their account is on its way: when the
    venue has let go of that, the one that stands to lose most goes next."""

    def __init__(self) -> None:
        self._multipliers: dict[str, Decimal] = {}
        self._jumped: dict[str, Decimal] = {}  # positions, by the jumps of the decision that is being written
        self._new: dict[str, Decimal] = {}  # exits by their names on the wire, decided and not taken in yet
        self._waiting: dict[str, Decimal] = {}
        self._were_there: dict[str, Decimal] = {}  # those that waited when the newest cancel was let go of

    def row(self, row: Row, oracle: Oracle) -> Iterator[str]:
        """Take a row of the day in; sentences about exits that were to go later."""
        match row["what"]:
            case "venue" if row["type"] == "Listed":
                self._multipliers[row["instrument"]["symbol"]] = row["instrument"]["multiplier"]
            case "event":
                self._event(row["event"], oracle)
            case "commit":
                self._jumped.clear()
            case "published":
                self._waiting |= self._new
                self._new.clear()
            case "boot" | "crash":
                for known in (self._jumped, self._new, self._waiting, self._were_there):
                    known.clear()
            case "let_go":
                self._were_there = dict(self._waiting)
            case "send":
                yield from self._sent(row["cid"], oracle)
            case _:
                pass

    def _event(self, event: Row, oracle: Oracle) -> None:
        if event["type"] == "GapFound" and event["policy"] in ("exit", "limit"):
            self._jumped[event["position_id"]] = stake_of(event, oracle, self._multipliers)
        elif event["type"] == "OrderIntended" and event["order"]["role"] == "stop":
            stake = self._jumped.pop(event["order"]["position_id"], None)
            if stake is not None and event["order"].get("collar") is not None:
                self._new[event["order"]["client_order_id"]] = stake
        elif event["type"] in ("OrderRejected", "CancelRequested"):
            self._forget(oracle.orders[event["order_id"]].order["client_order_id"])

    def _sent(self, cid: str, oracle: Oracle) -> Iterator[str]:
        stake = self._waiting.get(cid)
        self._forget(cid)
        more = [one for one, at_stake in self._were_there.items() if stake and at_stake > FAR_MORE * stake]
        if more and not oracle.looks.has_two_lives:
            sent, waits = (oracle.by_cid[one].order["order_id"] for one in (cid, more[0]))
            yield f"{sent} went out while {waits} waited, which stands to lose more"

    def _forget(self, cid: str) -> None:
        self._waiting.pop(cid, None)
        self._were_there.pop(cid, None)
