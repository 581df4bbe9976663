"""Rings when a position wants to be looked at again: an exit that waits too long, a gap that must be told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from typing import Any

from trading.domain.book import Book
from trading.domain.decide.waiting import goes_on, next_instant, waits
from trading.domain.ids import PositionId
from trading.domain.position import Position
from trading.domain.reports import Span, TimeCame, Wait
from trading.ports import Clock

AGAIN_S = 2.0
"""What is over and still waits rings again so much later: evidence goes on with it meanwhile."""
TICK_S = 0.001
"""A timer may ring so much too early."""

Begun = dict[Wait, tuple[Span, float]]
"""The spans that run for a position, each with when it began in this life, on the clock that never jumps."""


class Looks:
    """Timers for each position that waits for something. An instant that a person was told is waited for on
    the wall clock, and rings once; a span begins when this life first sees it, and nobody who sets the clock
    makes it shorter or longer.

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
        self._begun: dict[PositionId, Begun] = {}
        self._instants: dict[PositionId, tuple[datetime, asyncio.Task[None]]] = {}
        self._spans: dict[PositionId, tuple[float, asyncio.Task[None]]] = {}

    def watch(self, names: Iterable[PositionId]) -> None:
        """Set, move or drop the timers of these positions."""
        book = self._book()
        for name in names:
            position = book.position(name)
            self._watch_instant(name, position)
            self._watch_spans(name, position)

    def watch_all(self) -> None:
        """Every position that lives: after a load."""
        book = self._book()
        self.watch(p.position_id for name in book.account_ids() for p in book.live_positions(name))

    def close(self) -> None:
        """Drop all timers: the next start sets them anew."""
        for _, task in (*self._instants.values(), *self._spans.values()):
            task.cancel()
        self._instants.clear()
        self._spans.clear()

    # ------------------------------------------------------------ inside

    def _watch_instant(self, name: PositionId, position: Position | None) -> None:
        due_at = next_instant(position, self._clock.now()) if position is not None else None
        known = self._instants.get(name)
        if known is not None and known[0] == due_at:
            return
        if known is not None:
            known[1].cancel()
            del self._instants[name]
        if due_at is not None and position is not None:
            self._instants[name] = (due_at, self._started(self._ring_at(position, due_at), name))

    def _watch_spans(self, name: PositionId, position: Position | None) -> None:
        now_s = self._elapsed_s()
        begun = self._begin(name, position, now_s)
        due_s = min((_ends_s(*one) for one in begun.values()), default=None)
        known = self._spans.get(name)
        pending_s = known[0] if known is not None and not known[1].done() else None
        if due_s is not None and due_s <= now_s:
            if pending_s is not None and pending_s <= now_s + AGAIN_S:
                return  # what happens meanwhile does not put it off
            has_rung = known is not None and pending_s is None and known[0] >= due_s
            due_s = now_s + AGAIN_S if has_rung else now_s
        if pending_s is not None and pending_s == due_s:
            return
        if known is not None:
            known[1].cancel()
            del self._spans[name]
        if due_s is not None and position is not None:
            self._spans[name] = (due_s, self._started(self._ring_in(position, due_s - now_s), name))

    def _begin(self, name: PositionId, position: Position | None, now_s: float) -> Begun:
        """Note what begins, and forget what is over."""
        before = self._begun.get(name, {})
        begun: Begun = {}
        for span in waits(self._book(), position) if position is not None else ():
            known = before.get(span.wait)
            goes = known is not None and goes_on(known[0], span)
            begun[span.wait] = (span, known[1] if known is not None and goes else now_s)
        if begun:
            self._begun[name] = begun
        else:
            self._begun.pop(name, None)
        return begun

    def _elapsed_s(self) -> float:
        return self._clock.elapsed_s()

    def _started(self, ring: Coroutine[Any, Any, None], name: PositionId) -> asyncio.Task[None]:
        task = asyncio.create_task(ring, name=f"look:{name}")
        task.add_done_callback(self._over)
        return task

    async def _ring_at(self, position: Position, due_at: datetime) -> None:
        await self._clock.sleep_until(due_at)
        self._report(TimeCame(position.account, self._clock.now(), position.position_id, is_look=True))

    async def _ring_in(self, position: Position, seconds: float) -> None:
        await self._clock.sleep_s(seconds)
        begun, now_s = self._begun.get(position.position_id, {}), self._elapsed_s()
        over = tuple(one[0] for one in begun.values() if _ends_s(*one) <= now_s + TICK_S)
        now = self._clock.now()
        self._report(TimeCame(position.account, now, position.position_id, is_look=True, over=over))

    def _over(self, finished: asyncio.Task[None]) -> None:
        if not finished.cancelled() and (error := finished.exception()) is not None:
            self._failed(error)


def _ends_s(span: Span, began_s: float) -> float:
    return began_s + span.lasts.total_seconds()
