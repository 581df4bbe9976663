"""Rings when a pause is over, so that its end is written down and told.

Nothing is opened from here: an entry is judged by the instant of its own decision. A ring that never comes
costs a message, not a trade.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from trading.domain.book import Book
from trading.domain.ids import DESK, AccountId
from trading.domain.reports import PauseEnded
from trading.ports import Clock


class Pauses:
    """A timer for each pause of the book.

    Args:
        book: the published book, also after it was loaded anew.
        report: takes the ring.
        failed: hears when a timer breaks: then nothing may be decided any more.
        again_s: after so many seconds a pause that still stands is rung for again.
    """

    def __init__(
        self,
        clock: Clock,
        book: Callable[[], Book],
        report: Callable[[PauseEnded], None],
        failed: Callable[[BaseException], None],
        again_s: float,
    ) -> None:
        self._clock = clock
        self._book = book
        self._report = report
        self._failed = failed
        self._again_s = again_s
        self._timers: dict[AccountId, tuple[datetime, asyncio.Task[None]]] = {}

    def watch(self, names: Iterable[AccountId]) -> None:
        """Set, move or drop the timers of these accounts (`desk` for the desk)."""
        for name in names:
            until = self._book().halt_of(name).until
            known = self._timers.get(name)
            if known is not None and known[0] == until:
                continue
            if known is not None:
                known[1].cancel()
                del self._timers[name]
            if until is not None:
                task = asyncio.create_task(self._ring(name, until), name=f"pause:{name}")
                task.add_done_callback(self._over)
                self._timers[name] = (until, task)

    def watch_all(self) -> None:
        """Every account of the book, and the desk: after a load."""
        self.watch((AccountId(DESK), *self._book().account_ids()))

    def close(self) -> None:
        """Drop all timers: the next start sets them anew."""
        for _, task in self._timers.values():
            task.cancel()
        self._timers.clear()

    async def _ring(self, name: AccountId, until: datetime) -> None:
        while True:
            await self._clock.sleep_until(until)
            self._report(PauseEnded(name, until, self._clock.now()))
            # A clock that was set back between the ring and its decision: the pause stands again.
            await self._clock.sleep_s(self._again_s)

    def _over(self, finished: asyncio.Task[None]) -> None:
        if not finished.cancelled() and (error := finished.exception()) is not None:
            self._failed(error)
