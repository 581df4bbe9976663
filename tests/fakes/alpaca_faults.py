"""What can go wrong between a client and Alpaca: switches of the local server, all off at first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import StrEnum


class Fault(StrEnum):
    """What happens to one request."""

    LOST = "lost"  # the line is cut before the venue reads it
    CUT = "cut"  # it is carried out, and the line is cut
    HALF = "half"  # it is carried out, and the line is cut in the middle of the answer
    HANG = "hang"  # it is carried out, and nobody ever answers
    LATE = "late"  # it is carried out, and the answer takes its time
    DOWN = "down"  # 503 with a page; nothing is carried out
    TAKEN_504 = "taken_504"  # it is carried out, and the proxy in front gives up
    BUSY = "busy"  # 429; nothing is carried out
    ODD = "odd"  # it is carried out, and the answer is no order


class Faults:
    """`plan` is met by the next requests, one by one."""

    def __init__(self) -> None:
        self.plan: deque[Fault] = deque()
        self.late_s = 0.05
        self.busy_s: float | None = None
        self.travel: Callable[[], None] | None = None  # happens while the next request is on its way
        self.lag = 0  # so many questions about orders are answered as if there were none
        self.repeats = False  # every update is told twice
        self.drops = 0  # so many updates are not told
        self.swaps = False  # updates are told two by two, the later first
        self.is_down = False  # every request meets 503

    def next(self) -> Fault | None:
        """What this request meets."""
        travel, self.travel = self.travel, None
        if travel is not None:
            travel()
        if self.is_down:
            return Fault.DOWN
        return self.plan.popleft() if self.plan else None
