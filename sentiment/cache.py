"""Answers young enough to be given again: five minutes, half a minute where there was nothing to tell."""

from __future__ import annotations

from datetime import datetime, timedelta

from trading.domain.opinion import Stance

FRESH = timedelta(minutes=5)
FRESH_NEUTRAL = timedelta(seconds=30)
"""Nothing to tell is asked again sooner, and not with every press."""
KEPT_MAX = 1_000

Key = tuple[str, str, tuple[str, ...]]
"""Symbol, question, and which sources in which order."""


class Cache:
    """The newest answers, the oldest of them forgotten first."""

    def __init__(self) -> None:
        self._kept: dict[Key, Stance] = {}

    def get(self, key: Key, now: datetime) -> Stance | None:
        """A young answer; one from the future (the clock was set back) is none."""
        stance = self._kept.get(key)
        if stance is None:
            return None
        fresh = FRESH if stance.is_given else FRESH_NEUTRAL
        if timedelta() <= now - stance.asked_at < fresh:
            return stance
        del self._kept[key]
        return None

    def put(self, key: Key, stance: Stance) -> None:
        """Keep an answer."""
        self._kept.pop(key, None)
        self._kept[key] = stance
        while len(self._kept) > KEPT_MAX:
            del self._kept[next(iter(self._kept))]
