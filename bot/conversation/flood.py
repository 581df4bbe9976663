"""How much one person may send in a while: counted in memory, before anything is written or read (M09)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from msgspec import Struct

KEYS_MAX = 10_000


class Pace(Struct, frozen=True):
    """`burst` at once, then `per_s` each second."""

    burst: float
    per_s: float


class Buckets:
    """A token bucket for each key; the one that was not used for longest is forgotten first, and is full when
    it comes back.

    Args:
        elapsed_s: seconds that no jump of the wall clock touches.
    """

    def __init__(self, pace: Pace, elapsed_s: Callable[[], float], keys_max: int = KEYS_MAX) -> None:
        self._pace = pace
        self._elapsed_s = elapsed_s
        self._keys_max = keys_max
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> bool:
        """Whether one more is within the pace; it counts only then."""
        now = self._elapsed_s()
        left, at = self._left.get(key, (self._pace.burst, now))
        left = min(self._pace.burst, left + (now - at) * self._pace.per_s)
        is_within = left >= 1
        self._left[key] = (left - 1 if is_within else left, now)
        self._left.move_to_end(key)
        if len(self._left) > self._keys_max:
            self._left.popitem(last=False)
        return is_within
