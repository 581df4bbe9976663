"""The door to what is noted about the journal outside of its database."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from trading.domain.ids import StreamId


class Anchored(Struct, frozen=True):
    """How far the journal was known to reach at an instant: last sequence number and hash of every stream."""

    at: datetime
    heads: dict[StreamId, tuple[int, str]]


class Anchor(Protocol):
    """A note outside of the database, so that one that was put back to an earlier day is noticed (B07)."""

    async def read(self) -> Anchored | None:
        """What was noted last; None when nothing was."""
        ...

    async def write(self, anchored: Anchored, *, goes_back: bool = False) -> None:
        """Note it durably. A head that is older than the noted one stays out, unless `goes_back`.

        Raises JournalUnavailable.
        """
        ...
