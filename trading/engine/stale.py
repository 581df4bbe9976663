"""Asks for prices that have stopped while a stop depends on nothing else: each second, until one comes
(RELIABILITY C-7, X47). On a price that has stopped nothing leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Protocol

from trading.domain.book import Book
from trading.domain.market import Quote
from trading.engine.triggers import Triggers
from trading.ports import Clock

FRESH_S = 5.0
"""A price counts as stopped no sooner than after so long, however fast its feed is."""
ASKS_MAX = 8
"""So many questions are under way at once."""


class Desk(Protocol):
    """What is needed of the engine. The book may be loaded anew meanwhile."""

    clock: Clock
    book: Book
    triggers: Triggers


class StalePrices:
    """Looks each second at the symbols in which a stop is watched by the desk alone.

    How long a price has stood is counted on the clock that never jumps, from when it was heard, whether
    anything was watched then or not; a price of before the start has stopped from the beginning. An answer
    counts when it is younger than what is known.

    Args:
        ask: the source's price of now, asked for; None when it does not say.
        hear: takes the answer as any price that comes by itself.
        stale_after_s: by symbol, how old a price may be to be believed (`MarketData.stale_after_s`).
        is_open: whether the symbol's market trades at an instant; where it does not, no price is missing.
        every_s, deadline_s: between two looks; how long a question may take.
    """

    def __init__(
        self,
        desk: Desk,
        ask: Callable[[str], Awaitable[Quote | None]],
        hear: Callable[[Quote], None],
        stale_after_s: Callable[[str], float],
        is_open: Callable[[str, datetime], bool],
        *,
        every_s: float = 1.0,
        deadline_s: float = 3.0,
    ) -> None:
        self._desk = desk
        self._ask = ask
        self._hear = hear
        self._stale_after_s = stale_after_s
        self._is_open = is_open
        self._every_s = every_s
        self._deadline_s = deadline_s
        self._heard: dict[str, tuple[Quote | None, float]] = {}
        self._asking: set[str] = set()

    async def run(self) -> None:
        """For ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._desk.clock.sleep_s(self._every_s)
                for symbol in self.due():
                    self._asking.add(symbol)
                    tasks.create_task(self._asked(symbol), name=f"asks-price:{symbol}")

    def due(self) -> list[str]:
        """Symbols to be asked about now; each only once its last question is over."""
        now_s, at = self._desk.clock.elapsed_s(), self._desk.clock.now()
        watched = list(self._watched())
        self._heard = {one: self._newest(one, now_s) for one in (*self._desk.book.marks, *watched)}
        found = (
            symbol
            for symbol in watched
            if symbol not in self._asking and self._has_stopped(symbol, now_s) and self._is_open(symbol, at)
        )
        return list(found)[: max(ASKS_MAX - len(self._asking), 0)]

    def _watched(self) -> Iterator[str]:
        yield from dict.fromkeys(position.symbol for position, _ in self._desk.triggers.stops())

    def _newest(self, symbol: str, now_s: float) -> tuple[Quote | None, float]:
        """The newest price, and since when it is known to be."""
        quote, known = self._desk.book.marks.get(symbol), self._heard.get(symbol)
        return (quote, now_s) if known is None or known[0] is not quote else known

    def _has_stopped(self, symbol: str, now_s: float) -> bool:
        quote, heard_s = self._heard[symbol]
        if quote is None or quote.is_of_before:
            return True
        return now_s - heard_s > max(self._stale_after_s(symbol), FRESH_S)

    async def _asked(self, symbol: str) -> None:
        try:
            async with asyncio.timeout(self._deadline_s):
                quote = await self._ask(symbol)
        except TimeoutError:
            quote = None
        finally:
            self._asking.discard(symbol)
        known = self._desk.book.marks.get(symbol)
        if quote is not None and (known is None or quote.at > known.at):
            self._hear(quote)
