"""Tells people what happened: one teller per chat, each reading the journal from its own cursor.

At least once: a cursor moves after the message is out, and each message carries the codes of its events, so
that what is told twice after a crash is recognised.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from bot.conversation.handling import PREFS, Prefs, prefs_from
from bot.conversation.messenger import Messenger
from bot.conversation.screen import Screen
from bot.conversation.wording import Wording
from bot.notifications.policy import DEFAULT_POLICY, Policy
from bot.notifications.scene import no_note
from bot.notifications.teller import Channel, Cursors, Sources, Teller, Trouble, unheard
from trading.domain.book import Book
from trading.domain.ids import PersonId
from trading.ports import Clock, Journal, Registers, StoredEvent

OWNER = PersonId("owner")
"""Who sits at a desk that knows only one person."""


class Books(Cursors, Registers, Protocol):
    """The registers with their cursors."""


class Stores(Protocol):
    """The stores that telling reads."""

    @property
    def journal(self) -> Journal:
        """What happened."""
        ...

    @property
    def registers(self) -> Books:
        """How far it was told, and how each person reads."""
        ...


class Notifier:
    """Wakes the tellers of all chats. `wake` is what `Engine.committed` takes."""

    def __init__(self, sources: Sources, channels: Sequence[Channel] = ()) -> None:
        self._sources = sources
        self._tellers = [Teller(channel, sources) for channel in channels]

    @classmethod
    def for_chat(
        cls,
        stores: Stores,
        clock: Clock,
        messenger: Messenger,
        chat: str,
        *,
        book: Callable[[], Book],
        note: Callable[[str], str] = no_note,
        person: PersonId = OWNER,
        defaults: Prefs = PREFS,
        policy: Policy | None = None,
        trouble: Trouble = unheard,
    ) -> Notifier:
        """The notifier of a desk with one person and one chat.

        Args:
            book: the published book (`lambda: engine.book`).
            note: what screens must say about a symbol's price (`market.note`).
            defaults: how the person reads who has set nothing.
        """
        sources = Sources(
            stores.journal, stores.registers, clock, book, note, policy or DEFAULT_POLICY, trouble
        )

        async def wording() -> Wording:
            prefs = prefs_from(await stores.registers.settings(person), defaults)
            return Wording(prefs.language, prefs.zone, prefs.number_format)

        return cls(sources, [Channel(f"tell:{chat}", messenger, chat, person, wording)])

    def wake(self, stored: Sequence[StoredEvent] = ()) -> None:
        """These were committed; without events: look again."""
        for teller in self._tellers:
            teller.wake(stored)

    def announce(self, made: Callable[[Wording], Screen]) -> None:
        """Tell everybody something that is not in the journal."""
        for teller in self._tellers:
            teller.announce(made)

    async def run(self) -> None:
        """Tell for ever; chats do not wait for each other."""
        async with asyncio.TaskGroup() as tasks:
            for teller in self._tellers:
                tasks.create_task(teller.run(), name=f"teller:{teller.channel.name}")

    async def flush(self) -> None:
        """Tell now what is there; what cannot be delivered is told after the next start."""
        await asyncio.gather(*(teller.flush() for teller in self._tellers))

    async def skip_to_now(self) -> None:
        """Tell only what comes from now on."""
        await asyncio.gather(*(teller.skip() for teller in self._tellers))
