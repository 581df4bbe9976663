"""Fans events out into rows, one for each chat that must hear of it, in the commit that moves the cursor.

There is one fan on a desk, and it waits for no chat: what a chat still has to hear stands in its rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from bot.notifications.alerts import TABLE, is_news
from bot.notifications.policy import Policy, hears
from bot.notifications.unread import Unread
from bot.notifications.waiting import Doubted
from trading.delivery import Deliveries, Delivery, State
from trading.domain.book import Book
from trading.domain.ids import PersonId, StreamId
from trading.ports import Clock, Journal, JournalUnavailable, StoredEvent

READER = "fan"
"""The fan's name in the cursors: never change it."""
OLD_READER = "tell:terminal"
"""Up to version 0.1 the terminal had a cursor of its own: a desk that comes from there goes on behind it."""
NOBODY = ""
"""The channel of a row whose person has no chat."""

Trouble = Callable[[str], None]
"""Told what went wrong, for the log; never raises."""
Told = Callable[[str, StoredEvent, bool], None]
"""A chat has to hear of an event: channel, event, whether an earlier attempt may have arrived."""


class Cursors(Protocol):
    """How far each reader has read each stream (in the registers)."""

    async def cursors(self, reader: str) -> Mapping[StreamId, int]:
        """How far `reader` has read each stream."""
        ...


class Fan:
    """Reads the journal once, for everybody.

    Args:
        channels: the names of a person's chats.
        people: everybody who has one.
        told: called for each row once it is durable, and for each unfinished row at a start.
    """

    def __init__(
        self,
        journal: Journal,
        cursors: Cursors,
        deliveries: Deliveries,
        clock: Clock,
        book: Callable[[], Book],
        policy: Policy,
        *,
        channels: Callable[[PersonId], Sequence[str]],
        people: Callable[[], Collection[PersonId]],
        told: Told,
        trouble: Trouble,
    ) -> None:
        self._cursors = cursors
        self._deliveries = deliveries
        self._clock = clock
        self._book = book
        self._policy = policy
        self._channels = channels
        self._people = people
        self._told = told
        self._trouble = trouble
        self._unread = Unread(journal, {}, policy.unread_max)
        self._doubted = Doubted()
        self._kept: dict[StreamId, int] = {}
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._is_open = False

    def wake(self, stored: Sequence[StoredEvent] = ()) -> None:
        """These were committed; without events: look again."""
        self._unread.push(stored)
        self._woken.set()

    async def run(self) -> None:
        """Fan out for ever."""
        while True:
            self._woken.clear()
            if await self.round():
                await self._woken.wait()
            else:
                # The store answers no more: what was read is read again when it does.
                await self._clock.sleep_s(self._policy.cursor_every_s)

    async def round(self) -> bool:
        """Fan out everything that is there now; False when the store takes nothing."""
        async with self._turn:
            try:
                await self._open()
                batch: list[StoredEvent] = []
                async for stored in self._unread.events():
                    batch.append(stored)
                    if len(batch) >= self._policy.fan_max:
                        await self._out(batch)
                        batch = []
                await self._out(batch)
            except JournalUnavailable as problem:
                self._trouble(f"fan: {problem}")
                self._unread.rewind(self._kept)
                return False
        return True

    async def skip(self) -> None:
        """Begin with what comes from now on."""
        async with self._turn:
            await self._open()
            await self._unread.skip()
            await self._keep([])

    # ------------------------------------------------------------ inside

    async def _open(self) -> None:
        if self._is_open:
            return
        kept = dict(await self._cursors.cursors(READER)) or dict(await self._cursors.cursors(OLD_READER))
        self._kept = kept
        self._unread.read.update(kept)
        self._doubted.begin(self._book())
        for delivery, stored in await self._deliveries.unfinished():
            self._told(delivery.channel, stored, delivery.state is State.SENDING)
        self._is_open = True

    async def _out(self, batch: Sequence[StoredEvent]) -> None:
        """One transaction: the rows of these events, and the cursor behind them."""
        rows: list[Delivery] = []
        fresh: list[tuple[str, StoredEvent]] = []
        book = self._book()
        for stored in batch:
            if TABLE[type(stored.event)] is not None and is_news(stored, self._doubted.scene(book)):
                for row in self._rows(stored, book):
                    rows.append(row)
                    if row.state is State.WAITING:
                        fresh.append((row.channel, stored))
            self._doubted.note(stored)
        lag = sum(seq - self._kept.get(stream, 0) for stream, seq in self._read(batch).items())
        if rows or lag >= self._policy.cursor_lag_max:
            await self._keep(rows, batch)
        for channel, stored in fresh:
            self._told(channel, stored, False)

    def _rows(self, stored: StoredEvent, book: Book) -> list[Delivery]:
        rows = []
        now = self._clock.now()
        for person in hears(stored, book, self._people()):
            names = self._channels(person)
            for name in names or (NOBODY,):
                state = State.WAITING if name else State.KEPT
                # Two people without a chat would share the empty name.
                channel = name or f"{NOBODY}:{person}"
                rows.append(Delivery(channel, stored.stream, stored.seq, person, now, state=state))
        return rows

    def _read(self, batch: Sequence[StoredEvent]) -> dict[StreamId, int]:
        """How far the journal is read once this batch is out."""
        read = dict(self._unread.read)
        for stored in batch:
            read[stored.stream] = max(read.get(stored.stream, 0), stored.seq)
        return read

    async def _keep(self, rows: Sequence[Delivery], batch: Sequence[StoredEvent] = ()) -> None:
        read = self._read(batch)
        moved = {stream: seq for stream, seq in read.items() if seq > self._kept.get(stream, 0)}
        await self._deliveries.fan_out(rows, READER, moved)
        self._kept.update(moved)
