"""News to be read again: what stands in the rows of telling, in one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.conversation.news import NewsItem
from bot.conversation.screen import Line, line
from bot.conversation.wording import Wording
from bot.notifications.alerts import alert, joins
from bot.notifications.event_code import event_code
from bot.notifications.scene import Scene, no_note
from trading.delivery import Deliveries, Delivery
from trading.domain.book import Book
from trading.domain.ids import PersonId
from trading.ports import StoredEvent


class NewsStand:
    """The port `News` over the rows of telling."""

    def __init__(
        self, deliveries: Deliveries, book: Callable[[], Book], note: Callable[[str], str] = no_note
    ) -> None:
        self._deliveries = deliveries
        self._book = book
        self._note = note

    async def newest(
        self, person: PersonId, wording: Wording, *, limit: int, skip: int = 0
    ) -> Sequence[NewsItem]:
        """What a person was told or would have been, newest first."""
        scene = Scene(wording, self._book(), self._note)
        pairs = _without_followers(await self._deliveries.of_person(person, limit=limit, skip=skip))
        return [
            NewsItem(
                event_code(stored),
                stored.event.at,
                row.topic,
                row.state.value,
                _headline(stored, scene),
                row.told_at,
            )
            for row, stored in pairs
        ]


def _without_followers(pairs: Sequence[tuple[Delivery, StoredEvent]]) -> list[tuple[Delivery, StoredEvent]]:
    """A closing stands in the message of the fill that brought it."""
    kept = []
    for at, pair in enumerate(pairs):
        older = pairs[at + 1][1] if at + 1 < len(pairs) else None
        if older is None or older.stream != pair[1].stream or not joins(pair[1], older):
            kept.append(pair)
    return kept


def _headline(stored: StoredEvent, scene: Scene) -> Line:
    """The first line of its message, as it would be told now; its kind when that is over."""
    made = alert([stored], scene)
    first = made.screen.blocks[0] if made is not None else None
    return first if isinstance(first, Line) else line(type(stored.event).__name__)
