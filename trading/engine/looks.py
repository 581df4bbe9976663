"""Rings when a position wants to be looked at again: an exit that waits too long, a gap that must be told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from trading.domain.book import Book
from trading.domain.decide.swap import next_look_at
from trading.domain.ids import PositionId
from trading.domain.position import Position
from trading.domain.reports import TimeCame
from trading.ports import Clock


class Looks:
    """A timer for each position that waits for one. What is due and has rung rings no more: from then on
    evidence goes on with it.

    Args: as of `Pauses`.
    """

    def __init__(
        self,
        clock: Clock,
        book: Callable[[], Book],
        report: Callable[[TimeCame], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._clock = clock
        self._book = book
        self._report = report
        self._failed = failed
        self._timers: dict[PositionId, tuple[datetime, asyncio.Task[None]]] = {}
        self._since = clock.now()

    def watch(self, names: Iterable[PositionId]) -> None:
        """Set, move or drop the timers of these positions."""
        book, now = self._book(), self._clock.now()
        # In the future: the clock was set back, and so much of this life is certain.
        self._since = min(self._since, now)
        for name in names:
            position = book.position(name)
            due_at = next_look_at(book, position, now, self._since) if position is not None else None
            known = self._timers.get(name)
            if known is not None and (known[0] == due_at or due_at is None):
                if due_at is None:
                    self._drop(name)
                continue
            self._drop(name)
            if due_at is not None and position is not None:
                task = asyncio.create_task(self._ring(position, due_at), name=f"look:{name}")
                task.add_done_callback(self._over)
                self._timers[name] = (due_at, task)

    def watch_all(self) -> None:
        """Every position that lives: after a load."""
        self._since = self._clock.now()
        book = self._book()
        self.watch(p.position_id for name in book.account_ids() for p in book.live_positions(name))

    def close(self) -> None:
        """Drop all timers: the next start sets them anew."""
        for name in list(self._timers):
            self._drop(name)

    def _drop(self, name: PositionId) -> None:
        known = self._timers.pop(name, None)
        if known is not None:
            known[1].cancel()

    async def _ring(self, position: Position, due_at: datetime) -> None:
        await self._clock.sleep_until(due_at)
        self._report(TimeCame(position.account, self._clock.now(), position.position_id, is_look=True))

    def _over(self, finished: asyncio.Task[None]) -> None:
        if not finished.cancelled() and (error := finished.exception()) is not None:
            self._failed(error)
