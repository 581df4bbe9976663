"""The durable inbox: what a chat sent is written down before the platform hears that it arrived."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from trading.chats import Received
from trading.ports import JournalUnavailable

__all__ = ["KEPT_S", "TRIES_MAX", "Inbox", "JournalUnavailable", "Received"]

TRIES_MAX = 3
"""What so many starts have taken up again and never finished is what ended them: it is set aside."""
KEPT_S = 48 * 3_600
"""Done updates are remembered twice as long as Telegram would send them again."""


class Inbox(Protocol):
    """What every platform's edge writes to first (RELIABILITY C-2, step 1). Raises JournalUnavailable."""

    async def store(self, updates: Sequence[Received]) -> Sequence[Received]:
        """Write down, in one commit, those that are not known yet; returns them, in order."""
        ...

    def done(self, platform: str, update_ids: Iterable[str]) -> None:
        """These were answered. Written down with the next commit: a crash before it means once more, and what
        an update causes carries its own id."""
        ...

    async def flush(self) -> None:
        """Write down at once what `done` has heard."""
        ...

    async def waiting(self, platform: str) -> Sequence[Received]:
        """What was stored and never finished, the oldest first: to be asked for once, at a start."""
        ...

    async def counted(self, platform: str, update_ids: Sequence[str]) -> None:
        """These are taken up again now: their tries are raised by one, and that is committed before anybody
        reads them (RULINGS 21)."""
        ...

    async def set_aside(self, platform: str, update_ids: Sequence[str]) -> None:
        """Never take these up again; they are kept to be looked at."""
        ...

    async def prune(self, before: datetime) -> int:
        """Forget what was done before that instant; returns how many."""
        ...
