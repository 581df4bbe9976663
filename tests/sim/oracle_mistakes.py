"""The judge's part about prices that never were: nothing may leave at one (X48). Plain data, as all of it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]


class Mistakes:
    """Which prices were told by mistake, and who believed one."""

    def __init__(self) -> None:
        self._never: set[tuple[str, Decimal]] = set()

    def row(self, row: Row) -> list[str]:
        """What is wrong with this row."""
        if row["what"] == "badtick":
            self._never |= {(row["symbol"], price) for price in row["prices"]}
        elif row["what"] == "event" and row["event"]["type"] == "ExitTriggered" and self._never:
            event = row["event"]
            symbol = event["position_id"].split("/", 1)[1].rsplit("/", 1)[0]
            if (symbol, event["price"]) in self._never:
                return [f"{event['position_id']} left at {event['price']}, a price that never was"]
        return []
