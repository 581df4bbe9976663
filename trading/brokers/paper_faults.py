"""Switches with which a test makes the paper venue's line bad. Off, and free of cost, everywhere else."""

from __future__ import annotations

from collections import deque
from enum import StrEnum


class Fault(StrEnum):
    """What happens to one request on its way."""

    NONE = "none"
    LOST_BEFORE = "lost_before"  # the request never arrives
    LOST_AFTER = "lost_after"  # it is carried out and the answer is lost
    LATE = "late"  # the answer comes, `late_s` later
    BUSY = "busy"  # too many requests: it is not carried out, and the venue says so


class Faults:
    """What the next requests meet, in order; afterwards the line is good again.

    `repeats_fills` tells every fill twice. `hides_reports` tells none on the stream (history knows them).
    """

    def __init__(self, *plan: Fault, late_s: float = 5.0, repeats_fills: bool = False) -> None:
        self._plan = deque(plan)
        self.late_s = late_s
        self.busy_s: float | None = None  # what BUSY says: how long the venue wants to hear nothing
        self.repeats_fills = repeats_fills
        self.hides_reports = False

    def plan(self, *faults: Fault) -> None:
        """Add to what the next requests meet."""
        self._plan.extend(faults)

    def next(self) -> Fault:
        """What this request meets."""
        return self._plan.popleft() if self._plan else Fault.NONE
