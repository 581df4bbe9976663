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
            if event["leg"] == "time":
                return []  # the clock has sent it, whatever the price
            symbol = event["position_id"].split("/", 1)[1].rsplit("/", 1)[0]
            if (symbol, event["price"]) in self._never:
                return [f"{event['position_id']} left at {event['price']}, a price that never was"]
        return []


DEEDS = ("event", "send")


class Versions:
    """Which version runs (K06). One that is older than what has run before may only say so and end."""

    def __init__(self) -> None:
        self._is_older = False
        self._runs_older = False  # also where no newer one has written, so that it may
        self._has_newer_written = False  # one that died before it wrote anything left nothing to misread
        self._is_overtaken = False  # the life before lives on beside what is started now
        self._has_written = False  # anybody, since what was started last

    def row(self, row: Mapping[str, Any]) -> list[str]:
        """Take a row of the day in."""
        what = row["what"]
        if what == "crash":
            # Who dies before it has written anything has taken nothing over: the life before goes on.
            goes_on = self._is_overtaken and not self._has_written
            self._is_overtaken = goes_on or row["which"] == "overtaken"
        self._has_written = what == "event" or (self._has_written and what != "boot")
        if what in ("boot", "older"):
            # An older one takes nothing over: the life that it found goes on, and what is done then is its.
            self._runs_older = what == "older" and not self._is_overtaken
            self._is_older = self._runs_older and self._has_newer_written
        self._has_newer_written |= what == "event" and not self._runs_older
        if self._is_older and what in DEEDS:
            return [f"an older version of the desk did something: {what}"]
        return []
