"""Answers young enough to be given again: five minutes, one where there was nothing to tell."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from trading.domain.ids import PersonId
from trading.domain.opinion import Stance
from trading.opinions import Proposal

FRESH = timedelta(minutes=5)
FRESH_NEUTRAL = timedelta(seconds=60)
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


Wish = tuple[PersonId, str, tuple[str, ...]]
"""Whose sentence, the sentence, and which sources in which order."""
PROPOSAL_KEPT = timedelta(minutes=2)
PROPOSALS_MAX = 200


class Proposals:
    """Sentences that are being read, or were a moment ago: pressing again asks nobody again."""

    def __init__(self) -> None:
        self._kept: dict[Wish, tuple[datetime, asyncio.Task[Proposal]]] = {}

    def get(self, wish: Wish, now: datetime) -> asyncio.Task[Proposal] | None:
        """Its reading, under way or done; None when there is none that is young."""
        kept = self._kept.get(wish)
        if kept is None or not timedelta() <= now - kept[0] < PROPOSAL_KEPT:
            return None
        return None if kept[1].cancelled() else kept[1]

    def drop(self, wish: Wish) -> None:
        """It came to nothing, and that was told: the next time it is asked about anew."""
        self._kept.pop(wish, None)

    def put(self, wish: Wish, task: asyncio.Task[Proposal], now: datetime) -> None:
        """Keep one."""
        self._kept.pop(wish, None)
        self._kept[wish] = (now, task)
        while len(self._kept) > PROPOSALS_MAX:
            _, oldest = self._kept.pop(next(iter(self._kept)))
            oldest.cancel()

    def tasks(self) -> set[asyncio.Task[Proposal]]:
        """What may be under way."""
        return {task for _, task in self._kept.values()}
