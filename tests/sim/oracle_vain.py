"""The judge of exits that are sent over and over although nothing is there to be closed. Plain data only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]

TRIES = 8
"""So many exits of a position may be tried in vain,"""
WITHIN_S = 30.0
"""within so long, while nothing fills in it: a desk that knows what it was told asks what is held instead."""
NOTHING_THERE = "reduce_only"
BY_ITSELF = {"stop", "trail", "target", "time"}
"""Whose exits the desk sends by itself; a person may close as often as they like."""


class InVain:
    """When exits at once were decided after the venue had said that it holds nothing of their position."""

    def __init__(self) -> None:
        self._refused: set[str] = set()  # positions of which the newest word is that
        self._tried_s: dict[str, list[float]] = {}

    def row(self, row: Row) -> Iterator[str]:
        """Takes everything in; says what was tried too often."""
        if row["what"] != "event" or "t_s" not in row:
            return
        event, at_s = row["event"], row["t_s"]
        match event["type"]:
            case "OrderRejected" if event["code"] == NOTHING_THERE and "/exit-" in event["order_id"]:
                self._refused.add(event["order_id"].rsplit("/", 1)[0])
            case "OrderFilled":
                self._refused.discard(event["position_id"])
                self._tried_s.pop(event["position_id"], None)
            case "OrderIntended":
                yield from self._sent(event["order"], at_s)
            case _:
                pass

    def _sent(self, order: Row, at_s: float) -> Iterator[str]:
        position = order["position_id"]
        leaves_now = order["type"] == "market" or order.get("collar") is not None
        if position not in self._refused or order["role"] not in BY_ITSELF or not leaves_now:
            return
        tried = [one for one in self._tried_s.get(position, ()) if at_s - one < WITHIN_S]
        if at_s in tried:
            return  # several targets that leave together are one try
        self._tried_s[position] = [*tried, at_s]
        if len(tried) == TRIES:
            yield f"{position} was left {TRIES + 1} times in vain, and nothing was there to be closed"
