"""The keeper of boards, put together: how people read, what groups may see, what people watch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.conversation.boarding import chat_of
from bot.conversation.group_rules import GroupRule
from bot.conversation.handling import Prefs, prefs_from
from bot.conversation.messenger import BoardMessenger
from bot.conversation.people import People
from bot.conversation.watching import watchlist_of
from bot.conversation.wording import Wording
from bot.notifications.board_views import Prices
from bot.notifications.boards import Boards
from bot.notifications.trouble import PAST_MAX
from db.store import Store
from trading.domain.book import Book
from trading.domain.ids import DESK, PersonId, StreamId
from trading.ports import Clock, StoredEvent
from trading.telemetry import Telemetry


def build_boards(
    store: Store,
    messengers: Mapping[str, BoardMessenger],
    clock: Clock,
    book: Callable[[], Book],
    prices: Prices,
    people: People,
    defaults: Prefs,
    telemetry: Telemetry,
) -> Boards:
    """All boards of a desk; `messengers` grows as its phones open."""

    async def wording(person: PersonId) -> Wording:
        prefs = prefs_from(await store.registers.settings(person), defaults)
        return Wording(prefs.language, prefs.zone, prefs.number_format)

    async def readable(channel: str) -> bool:
        kept = await store.registers.settings(PersonId(f"group:{chat_of(channel)}"))
        return kept.get("groups") != GroupRule.SILENT

    async def watchlist(person: PersonId) -> tuple[str, ...]:
        return watchlist_of(await store.registers.settings(person))

    def is_group(name: str) -> bool:
        platform, _, chat = chat_of(name).partition(":")
        channel = people.channel(platform, chat)
        return channel is not None and channel.kind.value == "group"

    boards = Boards(
        store.boards,
        messengers,
        clock,
        book,
        prices,
        wording,
        is_group=is_group,
        readable=readable,
        telemetry=telemetry,
    )

    async def past() -> Sequence[StoredEvent]:
        streams = [StreamId(name) for name in book().account_ids()]
        return list(reversed(await store.ledger.newest([*streams, DESK], limit=PAST_MAX)))

    boards.watchlist = watchlist
    boards.past = past
    return boards
