"""What waits to go out for one account: as it was decided, but for exits behind a jump over a stop, of which
the one that stands to lose most goes first (RELIABILITY C-7)."""

from __future__ import annotations

import asyncio
from collections import deque
from decimal import Decimal
from heapq import heappop, heappush
from typing import Generic, TypeVar

from trading.domain import effects as fx
from trading.domain.book import Book
from trading.domain.money import ZERO
from trading.domain.order import Order, Role
from trading.engine.comeback import stake_of, stop_of

T = TypeVar("T")


class Lane(Generic[T]):
    """A queue for one reader. Exits behind jumps change places among themselves and with nothing else. No one
    waits for a price that may come: symbols hear of their first one at different instants, and what is on its
    way when a larger loss shows itself is not called back."""

    def __init__(self) -> None:
        self._places: deque[tuple[float, T] | None] = deque()  # None: for whichever jump comes first by then
        self._jumps: list[tuple[Decimal, int, tuple[float, T]]] = []
        self._count = 0
        self._filled = asyncio.Event()

    def put(self, at_s: float, what: T, stake: Decimal = ZERO) -> None:
        """Have it wait. `stake`: what an exit behind a jump stands to lose; zero for all else."""
        if stake:
            self._count += 1
            heappush(self._jumps, (-stake, self._count, (at_s, what)))
            self._places.append(None)
        else:
            self._places.append((at_s, what))
        self._filled.set()

    async def get(self) -> tuple[float, T]:
        """What goes next, and when it was put here; waits until there is something."""
        while not self._places:
            self._filled.clear()
            await self._filled.wait()
        place = self._places.popleft()
        return heappop(self._jumps)[2] if place is None else place


def stake_in(book: Book, effect: fx.Effect) -> Decimal:
    """Notional times breach of an exit whose stop the price has jumped over, by the price of now; zero for
    whatever else is to be done."""
    if not isinstance(effect, fx.Submit):
        return ZERO
    order: Order = effect.orders[0].item
    if order.role is not Role.STOP or not order.leaves_now:
        return ZERO
    position, quote = book.position(order.position_id), book.marks.get(order.symbol)
    if position is None or quote is None or position.jumped is None or position.jumped != stop_of(position):
        return ZERO
    return stake_of(book, position, quote)
