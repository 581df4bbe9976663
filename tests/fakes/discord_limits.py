"""How often a bot may ask: one bucket a route and its channel, one for all, and the count of wrong ones."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass

from trading.ports import Clock

INVALID_MAX, INVALID_S = 10_000, 600.0


@dataclass(frozen=True)
class Pace:
    """So many requests in so many seconds."""

    count: int
    period_s: float


@dataclass(frozen=True)
class DiscordLimits:
    """What a bot may do. `bucket`: for each route and channel; `whole`: for all but interactions."""

    bucket: Pace = Pace(5, 5.0)
    whole: Pace = Pace(50, 1.0)

    @classmethod
    def none(cls) -> DiscordLimits:
        """For tests of something else."""
        return cls(Pace(1_000_000, 1.0), Pace(1_000_000, 1.0))


@dataclass(slots=True)
class Verdict:
    """Whether a request is let through, with the headers that say how things stand."""

    headers: dict[str, str]
    retry_after_s: float = 0.0
    is_global: bool = False


@dataclass(slots=True)
class _Bucket:
    used: int
    until_s: float


class Limiter:
    """Counts requests as Discord does: fixed windows that begin with the first request in them."""

    def __init__(self, limits: DiscordLimits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self.refused = 0
        self._invalid: deque[float] = deque()

    def ask(self, route: str, major: str, *, is_exempt: bool) -> Verdict:
        """Count a request. `is_exempt`: interactions do not count for the whole bot."""
        now = self._clock.elapsed_s()
        if not is_exempt:
            whole = self._taken("", self.limits.whole, now)
            if whole.used > self.limits.whole.count:
                self.refused += 1
                return Verdict({"X-RateLimit-Global": "true"}, whole.until_s - now, True)
        pace = self.limits.bucket
        held = self._taken(f"{route}:{major}", pace, now)
        left = max(0, pace.count - held.used)
        after = max(0.0, held.until_s - now)
        headers = {
            "X-RateLimit-Limit": str(pace.count),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": f"{self._clock.now().timestamp() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
        }
        if held.used > pace.count:
            self.refused += 1
            return Verdict(headers, after)
        return Verdict(headers)

    def count_invalid(self) -> None:
        """An answer 401, 403 or 429 went out."""
        self._invalid.append(self._clock.elapsed_s())

    @property
    def invalid(self) -> int:
        """How many wrong requests the last ten minutes have seen: 10,000 end in a ban."""
        since = self._clock.elapsed_s() - INVALID_S
        while self._invalid and self._invalid[0] < since:
            self._invalid.popleft()
        return len(self._invalid)

    def _taken(self, key: str, pace: Pace, now: float) -> _Bucket:
        held = self._buckets.get(key)
        if held is None or now >= held.until_s:
            held = self._buckets[key] = _Bucket(0, now + pace.period_s)
        held.used += 1
        return held
