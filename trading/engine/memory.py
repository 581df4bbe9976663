"""Where the book comes from at a start, and how far it is known to be durable."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from msgspec import json

from trading.domain.apply import apply
from trading.domain.book import AccountPart, Book
from trading.domain.commands import HaltState
from trading.domain.halting import DeskPart, Halt
from trading.domain.ids import DESK, AccountId, StreamId
from trading.engine.settings import EngineSettings
from trading.ports import Journal, JournalUnavailable, Snapshot, StoredEvent

_PART = json.Decoder(AccountPart)
_DESK = json.Decoder(DeskPart)
_encode = json.Encoder(decimal_format="string").encode


class Memory:
    """Sequence numbers of every stream, loading, and snapshots that bound the next load."""

    def __init__(self, journal: Journal, settings: EngineSettings) -> None:
        self.journal = journal
        self.settings = settings
        self.seqs: dict[StreamId, int] = {}
        self.epoch = 0
        self.last_at: dict[StreamId, datetime] = {}
        """When the last event of each stream was written, as found by the last load."""
        self._since: dict[StreamId, int] = {}
        self._saving: asyncio.Task[None] | None = None

    async def load(self, book: Book) -> int:
        """Fill an empty book: newest snapshot of each stream, then the events after it."""
        # A save that goes on would pair the old book with the new numbers.
        await self._end_saving()
        heads = await self.journal.heads()
        snapshots = await self.journal.snapshots()
        replayed = 0
        since: dict[StreamId, int] = {}
        for stream, (head, _) in sorted(heads.items()):
            snapshot = snapshots.get(stream)
            after = 0
            if snapshot is not None and snapshot.seq <= head:
                _restore(book, snapshot)
                after = snapshot.seq
            staged = book.staged()
            async for stored in self.journal.read(stream, after):
                apply(staged, stored.event)
                replayed += 1
                # Published now and then, so that the overlay stays small on a long history.
                if replayed % 1_000 == 0:
                    book.publish(staged)
                    staged = book.staged()
            book.publish(staged)
            await self._look_at_end(stream, head)
            since[stream] = head - after
        # Only now: a load that failed half way has to be seen as one that is still to be done.
        self.seqs.update((stream, head) for stream, (head, _) in heads.items())
        self._since.update(since)
        return replayed

    async def rest(self) -> None:
        """Wait for a snapshot that is being saved: nothing of it may be cut off while the store closes."""
        if self._saving is not None:
            await asyncio.gather(self._saving, return_exceptions=True)

    async def _end_saving(self) -> None:
        if self._saving is not None:
            self._saving.cancel()
            await asyncio.gather(self._saving, return_exceptions=True)
            self._saving = None

    async def _look_at_end(self, stream: StreamId, head: int) -> None:
        async for stored in self.journal.read(stream, head - 1):
            self.last_at[stream] = stored.event.at

    def advance(self, stored: Sequence[StoredEvent]) -> None:
        """These are durable now."""
        for event in stored:
            self.seqs[event.stream] = event.seq
            self._since[event.stream] = self._since.get(event.stream, 0) + 1

    def maybe_snapshot(self, book: Book) -> None:
        """Save streams that have grown enough, beside the work of the loop."""
        if self._saving is not None and not self._saving.done():
            return
        due = self._due()
        if due:
            self._saving = asyncio.create_task(self.save(book, due), name="snapshot")

    def _due(self) -> list[StreamId]:
        """The streams that have grown most, once all together have grown enough: what a start would have
        to replay is bounded, however many accounts there are."""
        total = sum(self._since.values())
        if total < self.settings.snapshot_every:
            return []
        due = []
        for stream, grown in sorted(self._since.items(), key=lambda item: -item[1]):
            due.append(stream)
            total -= grown
            if total * 2 <= self.settings.snapshot_every:
                break
        return due

    async def save(self, book: Book, streams: Sequence[StreamId] | None = None) -> None:
        """Save a snapshot of these streams (all that have grown since their last). Failing costs only
        time at the next start, so a store that cannot write is left alone."""
        if streams is None:
            streams = [s for s, n in self._since.items() if n]
        for stream in streams:
            seq = self.seqs[stream]
            body = body_of(book, stream)
            try:
                link = await self._hash_at(stream, seq)
                await self.journal.save_snapshot(Snapshot(stream, seq, link, body))
            except JournalUnavailable:
                return
            self._since[stream] = self.seqs[stream] - seq

    async def _hash_at(self, stream: StreamId, seq: int) -> str:
        async for stored in self.journal.read(stream, seq - 1):
            return stored.hash
        raise AssertionError(f"{stream} has no event {seq}, but it was committed")


def body_of(book: Book, stream: StreamId) -> bytes:
    """A stream's part of the published book."""
    if stream == DESK:
        return _encode(book.desk)
    return _encode(book.part(AccountId(stream)))


def _restore(book: Book, snapshot: Snapshot) -> None:
    if snapshot.stream == DESK:
        book.desk_part = desk_part_of(snapshot.body)
        return
    book.restore(_PART.decode(snapshot.body))


def desk_part_of(body: bytes) -> DeskPart:
    """What a snapshot of the desk's stream holds. Before pauses and maintenance it was a pair of state and
    reason: who halted and since when stands only in the journal then."""
    if body.startswith(b"["):
        state, reason = json.decode(body, type=tuple[HaltState, str])
        return DeskPart(Halt(state, reason))
    return _DESK.decode(body)
