"""The door to the small books that are not history: questions that wait, settings, facts about the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from trading.domain.ids import PersonId


class Pending(Struct, frozen=True):
    """A question with buttons that waits for one press of one person in one chat."""

    nonce: str
    person: PersonId
    chat: str
    body: bytes
    expires_at: datetime


class Registers(Protocol):
    """Small books that are not history."""

    async def put_pending(self, pending: Pending) -> None: ...

    async def pending(self, nonce: str) -> Pending | None:
        """The question behind a nonce, expired or not; None when there never was one (or it was pruned)."""
        ...

    async def drop_pending(
        self, nonces: Sequence[str], *, expired_before: datetime | None = None
    ) -> None: ...

    async def settings(self, person: PersonId) -> Mapping[str, str]: ...

    async def put_setting(self, person: PersonId, name: str, value: str | None) -> None: ...

    async def meta(self, name: str) -> str | None:
        """A fact about this desk (its key, its schema, when it was made)."""
        ...

    async def put_meta(self, name: str, value: str) -> None: ...
