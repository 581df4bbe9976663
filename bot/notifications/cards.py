"""Where the cards of orders stand: a fill that comes while its author still looks takes the card's place.

A card is known a moment after its order, because the platform has to show it first; a fill may be faster.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable

from bot.conversation.messenger import MessageRef
from trading.delivery import Card, Deliveries
from trading.ports import Clock, JournalUnavailable

KNOWN_MAX = 2_000
WAIT_S = 1.5
"""How long a fill waits for the card of the press that caused it."""


class Cards:
    """Remembers cards, in memory and in the store, and lets a fill wait for one."""

    def __init__(self, deliveries: Deliveries, clock: Clock, trouble: Callable[[str], None]) -> None:
        self._deliveries = deliveries
        self._clock = clock
        self._trouble = trouble
        self._known: OrderedDict[tuple[str, str], Card] = OrderedDict()
        self._awaited: dict[tuple[str, str], asyncio.Event] = {}
        self._writing: set[asyncio.Task[None]] = set()

    def shown(self, ref: MessageRef, subject: str) -> None:
        """This message shows how an order stands."""
        card = Card(f"{ref.platform}:{ref.chat}", subject, ref.message_id, self._clock.now())
        key = (card.channel, subject)
        self._known[key] = card
        if len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)
        if key in self._awaited:
            self._awaited[key].set()
        task = asyncio.create_task(self._keep(card), name="card")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _keep(self, card: Card) -> None:
        try:
            await self._deliveries.put_card(card)
        except JournalUnavailable as problem:
            self._trouble(f"card: {problem}")

    async def of(self, channel: str, subject: str, *, waits: bool) -> Card | None:
        """The card of an order in this chat; with `waits`, one that is about to be shown counts too."""
        key = (channel, subject)
        if key not in self._known and waits:
            event = self._awaited.setdefault(key, asyncio.Event())
            try:
                await self._until(event)
            finally:
                self._awaited.pop(key, None)
        if key in self._known:
            return self._known[key]
        try:
            return await self._deliveries.card(channel, subject)
        except JournalUnavailable:
            return None

    async def _until(self, event: asyncio.Event) -> None:
        timer = asyncio.ensure_future(self._clock.sleep_s(WAIT_S))
        rung = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait((timer, rung), return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            rung.cancel()
