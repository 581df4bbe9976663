"""Rings when a pause is over, and when a limit that is raised has cooled off, so that it is written down and
told.

Nothing is opened from here: an entry is judged by the instant of its own decision. A ring that never comes
costs a message, not a trade: what is not written down leaves the lower limit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime

from trading.domain.book import Book
from trading.domain.ids import DESK, AccountId
from trading.domain.reports import PauseEnded, RaiseDue
from trading.ports import Clock


class Pauses:
    """A timer for what ends or comes next on each account of the book.

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
        report: Callable[[PauseEnded | RaiseDue], None],
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
            until = self._next(name)
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
            for due in self._due(name, until):
                self._report(due)
            # A clock that was set back between the ring and its decision: the pause stands again.
            await self._clock.sleep_s(self._again_s)

    def _next(self, name: AccountId) -> datetime | None:
        """When something ends or comes that nobody says; None for never."""
        book = self._book()
        until, account = book.halt_of(name).until, book.account(name)
        if account is None or not account.raises:
            return until
        return min([one.due for one in account.raises] + ([until] if until is not None else []))

    def _due(self, name: AccountId, until: datetime) -> list[PauseEnded | RaiseDue]:
        """What that is."""
        book, now = self._book(), self._clock.now()
        account = book.account(name)
        raised = [one for one in account.raises if one.due == until] if account is not None else []
        found: list[PauseEnded | RaiseDue] = [RaiseDue(name, one.name, until, now) for one in raised]
        if not found or book.halt_of(name).until == until:
            found.append(PauseEnded(name, until, now))
        return found

    def _over(self, finished: asyncio.Task[None]) -> None:
        if not finished.cancelled() and (error := finished.exception()) is not None:
            self._failed(error)
