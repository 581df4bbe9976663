"""How long commits take: orders wait for a slow disk, and whoever runs the desk must hear of it (B13)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from trading.ports import Clock

SEEN_S = 30.0
"""For so long a slow commit counts after its end."""


class CommitTimes:
    """The commit that runs, and the slowest of the last half minute. One at a time: there is one writer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began_s: float | None = None
        self._ended: deque[tuple[float, float]] = (
            deque()
        )  # when, and how long it took; only falling durations

    @contextmanager
    def timed(self) -> Iterator[None]:
        """One commit."""
        self._began_s = self._clock.elapsed_s()
        try:
            yield
        finally:
            now_s = self._clock.elapsed_s()
            took_s, self._began_s = now_s - self._began_s, None
            # What was faster before it says nothing any more.
            while self._ended and self._ended[-1][1] <= took_s:
                self._ended.pop()
            self._ended.append((now_s, took_s))

    @property
    def slowest_s(self) -> float:
        """Seconds of the slowest one, one that has not come back yet included."""
        now_s = self._clock.elapsed_s()
        while self._ended and now_s - self._ended[0][0] > SEEN_S:
            self._ended.popleft()
        running_s = now_s - self._began_s if self._began_s is not None else 0.0
        return max(running_s, self._ended[0][1] if self._ended else 0.0)
