"""Whether this process is still the one that may write, and therefore the one that may send.

Every append checks the lease in its own transaction. What was committed long before it leaves (a queue, a
disk that hung, a machine that slept) is sent only after another look: whoever has taken over meanwhile has
asked the venue what became of it, and may have heard that it never came (RELIABILITY B08, K05, C04).
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from trading.engine.memory import Memory
from trading.ports import Clock, Journal, JournalUnavailable, StaleWriter

KNOWN_S = 1.0
"""So long a lease that was seen counts as held, where the venue's fence is longer."""
AT_ONCE_S = 0.005
"""The same for venues that have no fence: what is sent in the same breath as its commit."""


def unseen_s(fence_s: float) -> float:
    """How long after another process has taken over the one before may still send what it has committed: it
    saw its lease so long before. `fence_s`: how long the venue may still take what was sent, seconds."""
    return min(KNOWN_S, fence_s)


class Look(NamedTuple):
    """An instant on both clocks: the one that never jumps stands still while a machine sleeps."""

    elapsed_s: float
    at: datetime


class Lease:
    """`look` before an append, `seen` after it succeeded, `must_hold` before anything leaves."""

    def __init__(self, journal: Journal, memory: Memory, clock: Clock) -> None:
        self._journal = journal
        self._memory = memory
        self._clock = clock
        self._seen = self.look()

    def look(self) -> Look:
        """Now."""
        return Look(self._clock.elapsed_s(), self._clock.now())

    def seen(self, look: Look) -> None:
        """At that instant, or later, the store called this process its writer."""
        self._seen = look

    async def must_hold(self, fence_s: float) -> str:
        """Empty when something may leave now; a sentence when nobody can say. `fence_s`: how long the venue
        may still take what was sent.

        Raises StaleWriter when another process has taken over.
        """
        now = self.look()
        asleep_s = abs((now.at - self._seen.at).total_seconds())
        if max(now.elapsed_s - self._seen.elapsed_s, asleep_s) <= max(unseen_s(fence_s), AT_ONCE_S):
            return ""
        try:
            newest = await self._journal.epoch()
        except JournalUnavailable as problem:
            return str(problem)
        if newest != self._memory.epoch:
            raise StaleWriter(
                f"Writer number {newest} has taken over from number {self._memory.epoch}: this one must stop."
            )
        self._seen = now
        return ""
