"""What a person was told, to be read again later: `/inbox`. The port of whoever keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from bot.conversation.screen import Line
from bot.conversation.wording import Wording
from trading.domain.ids import PersonId


class NewsItem(Struct, frozen=True):
    """One piece of news. `state` as in `trading.delivery.State`; `told_at` when it went out."""

    code: str
    at: datetime
    topic: str
    state: str
    headline: Line
    told_at: datetime | None = None


class News(Protocol):
    """The kept news of everybody."""

    async def newest(
        self, person: PersonId, wording: Wording, *, limit: int, skip: int = 0
    ) -> Sequence[NewsItem]:
        """What a person was told or would have been, newest first."""
        ...
