"""What the judge knows of the order in which jumps are seen to after a start: what stands to lose most goes
first, whatever its symbol, among what is decided together (C-7). Plain data only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sim.oracle import Oracle

Row = Mapping[str, Any]


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
        name, price, stop = event["position_id"], event["price"], event["stop"]
        symbol = name.split("/", 1)[1].rsplit("/", 1)[0]
        held = abs(oracle.positions[name]) * self._multipliers.get(symbol, Decimal(1))
        stake = held * price * abs(price - stop) / stop
        if self._least is not None and stake > self._least and not self._has_filled:
            yield f"{name} stands to lose {stake:.2f}, and another jump was seen to before it"
        self._least = stake
