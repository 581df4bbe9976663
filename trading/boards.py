"""Messages that stand at the top of a chat and edit themselves, as values, and where they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from trading.domain.ids import PersonId


class Board(Struct, frozen=True):
    """One board: whose accounts it shows, in which chat (`platform:chat`), and as which message.

    `message` is empty while none stands there; `is_pinned` says that this message was pinned once, so that
    a person who unpins it is not contradicted. `at`: since when it stands as it is told here.
    """

    channel: str
    kind: str
    person: PersonId
    at: datetime
    message: str = ""
    is_pinned: bool = False


class BoardStore(Protocol):
    """Where boards survive a restart. Raises JournalUnavailable."""

    async def boards(self) -> Sequence[Board]:
        """All of them, the oldest first."""
        ...

    async def put_board(self, board: Board) -> None:
        """It stands like this from now on: one row for each chat and kind."""
        ...

    async def drop_board(self, channel: str, kind: str) -> None:
        """It stands no more."""
        ...
