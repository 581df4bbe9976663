"""What one reader has not read yet: events as they are committed, the journal when it has fallen behind."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence

from trading.domain.ids import StreamId
from trading.ports import Journal, StoredEvent


class Unread:
    """Gives each event of each stream once, in the order of its stream.

    Args:
        read: how far each stream was read before; streams that are not named begin at their first event.
        kept_max: how many committed events wait here; a reader that is slower reads the journal again.
    """

    def __init__(self, journal: Journal, read: dict[StreamId, int], kept_max: int) -> None:
        self.read = read
        self._journal = journal
        self._kept_max = kept_max
        self._pushed: deque[StoredEvent] = deque()
        self._is_behind = True

    def push(self, stored: Sequence[StoredEvent]) -> None:
        """These were committed just now."""
        if self._is_behind:
            return
        if len(self._pushed) + len(stored) > self._kept_max:
            self._pushed.clear()
            self._is_behind = True
        else:
            self._pushed.extend(stored)

    async def events(self) -> AsyncIterator[StoredEvent]:
        """Everything that is there now. An event counts as read once the next one is asked for."""
        while self._is_behind or self._pushed:
            while self._pushed:
                stored = self._pushed.popleft()
                known = self.read.get(stored.stream, 0)
                if stored.seq > known + 1:
                    self._pushed.clear()
                    self._is_behind = True
                elif stored.seq == known + 1:
                    yield stored
                    self.read[stored.stream] = stored.seq
            if self._is_behind:
                # Before the heads are asked for: what is committed from now on is pushed again.
                self._is_behind = False
                async for stored in self._from_journal():
                    yield stored

    async def _from_journal(self) -> AsyncIterator[StoredEvent]:
        try:
            for stream, (head, _) in sorted((await self._journal.heads()).items()):
                if head > self.read.get(stream, 0):
                    async for stored in self._journal.read(stream, self.read.get(stream, 0)):
                        yield stored
                        self.read[stream] = stored.seq
        except BaseException:
            self._is_behind = True
            raise

    def rewind(self, read: Mapping[StreamId, int]) -> None:
        """Go back to there: what was given out since then came to nothing, and is read again."""
        self.read.clear()
        self.read.update(read)
        self._pushed.clear()
        self._is_behind = True

    async def skip(self) -> None:
        """Count everything that is written as read."""
        self.read.update({stream: head for stream, (head, _) in (await self._journal.heads()).items()})
