"""How often one venue is asked about single orders, all of them together: it bans for requests, whatever they
are about (RELIABILITY I14).

A look is two or three requests. A venue whose answers prove an absence at once is asked three times without a
pause about each order that is in doubt, and any other one every few seconds: fifty orders at once would be
hundreds of requests within seconds.
"""

from __future__ import annotations

from collections import deque

from trading.ports import Clock

LOOKS_MAX = 60
"""So many looks at orders may begin within `SPAN_S`: less than half of what venues allow. A desk that
was just started again knows nothing of the looks of the life before it, and all else goes on beside them."""
SPAN_S = 10.0


class Pace:
    """Who may look at an order now. In turn: whoever asked first goes first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._turns: deque[float] = deque(maxlen=LOOKS_MAX)

    async def turn(self) -> None:
        """Wait for a turn; where few are sought that is now."""
        wait_s = self._wait_s()
        self._turns.append(self._clock.elapsed_s() + wait_s)
        if wait_s:
            await self._clock.sleep_s(wait_s)

    def takes(self) -> bool:
        """Take a turn, if there is one now: whoever holds up a start waits for none."""
        if self._wait_s():
            return False
        self._turns.append(self._clock.elapsed_s())
        return True

    @property
    def room(self) -> int:
        """How many may look now."""
        now_s = self._clock.elapsed_s()
        return LOOKS_MAX - sum(at_s + SPAN_S > now_s for at_s in self._turns)

    def _wait_s(self) -> float:
        if len(self._turns) < LOOKS_MAX:
            return 0.0
        return max(self._turns[0] + SPAN_S - self._clock.elapsed_s(), 0.0)
