"""Time as the machine tells it: the only file that may read the wall clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime

NAP_MAX_S = 10.0


class SystemClock:
    """`trading.ports.Clock` on the machine's clocks."""

    def now(self) -> datetime:
        """The wall clock, aware UTC; it may jump when the machine is set right."""
        return datetime.now(UTC)

    def elapsed_s(self) -> float:
        """Seconds on the monotonic clock; only differences mean anything."""
        return time.monotonic()

    async def sleep_s(self, seconds: float) -> None:
        """Wait on the monotonic clock; zero or less gives the others one turn."""
        await asyncio.sleep(max(0.0, seconds))

    async def sleep_until(self, at: datetime) -> None:
        """Return once `now() >= at`.

        Sleeps in naps: the monotonic clock stands still while a laptop is closed and knows nothing of a
        wall clock that was set, so a single long wait could end hours late.
        """
        await asyncio.sleep(0)
        while (left_s := (at - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - time is the event
            await asyncio.sleep(min(left_s, NAP_MAX_S))
