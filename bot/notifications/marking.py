"""Writes down how far telling has come: what waits together shares one commit; no message waits long."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from trading.delivery import Deliveries, Delivery
from trading.ports import JournalUnavailable


class Marks:
    """Group commit for rows of telling.

    A store that cannot write costs no message: it is told all the same, and perhaps again after a restart.
    """

    def __init__(self, deliveries: Deliveries, trouble: Callable[[str], None]) -> None:
        self._deliveries = deliveries
        self._trouble = trouble
        self._waiting: list[Delivery] = []
        self._writing: asyncio.Task[None] | None = None

    def put(self, rows: Sequence[Delivery]) -> asyncio.Task[None]:
        """Have these written; the task that is returned ends when they are, or cannot be."""
        self._waiting.extend(rows)
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write(), name="marks")
        return self._writing

    async def rest(self) -> None:
        """Until everything is written."""
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            rows, self._waiting = self._waiting, []
            try:
                await self._deliveries.mark(rows)
            except JournalUnavailable as problem:
                self._trouble(f"marks: {problem}")
