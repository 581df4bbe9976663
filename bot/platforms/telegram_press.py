"""What a pressed button does to its card: the waiting sign ends at once, the card shows what came of it.

An alert keeps its words, a card of somebody else stays as it is, and what takes long says so meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.conversation.incoming import Incoming
from bot.conversation.messenger import Manner, MessageGone, MessageRef, Messenger, NotShown, Undelivered
from bot.conversation.screen import Kind, Screen, gap, italic, line
from bot.conversation.words import say
from bot.platforms.telegram_decode import PLATFORM, Arrived
from bot.platforms.telegram_out import Card, TelegramMessenger

QUICK_S = 0.15
"""An answer that takes longer is announced on the card."""

_NO = ".no"

Answer = Callable[[Incoming], Awaitable[Sequence[Screen]]]
"""The conversation: answers in screens."""


class Pressing:
    """Answers presses.

    Args:
        answer: the conversation.
        messenger: the way out, with its pace and its repeats.
        own: Telegram's own, for what goes round the pace: the waiting sign of a button.
    """

    def __init__(
        self, answer: Answer, messenger: Messenger, own: TelegramMessenger, quick_s: float = QUICK_S
    ) -> None:
        self._answer = answer
        self._messenger = messenger
        self._own = own
        self._quick_s = quick_s

    async def press(self, arrived: Arrived, incoming: Incoming) -> None:
        """Carry out one press. Raises Undelivered for what could not be shown."""
        card = self._own.shown.card(arrived.chat, arrived.card_ref)
        if card is not None and card.person and card.person != arrived.user:
            await self.acknowledge(arrived, say("chat.not_yours", arrived.language))
            return
        work = asyncio.ensure_future(self._answer(incoming))
        try:
            await asyncio.wait({work}, timeout=self._quick_s)
            if work.done() and _is_aside(work.result()):
                await self.acknowledge(arrived, _words(work.result()[0]))
                return
            async with asyncio.TaskGroup() as both:
                both.create_task(self.acknowledge(arrived))
                both.create_task(self._show(arrived, incoming, card, work))
        except BaseExceptionGroup as group:
            raise group.exceptions[0] from None
        finally:
            work.cancel()

    async def acknowledge(self, arrived: Arrived, alert: str = "") -> None:
        """End the button's waiting sign; that it fails changes nothing (T17)."""
        try:
            await self._own.answer_press(arrived.press_id, alert)
        except Undelivered:
            return

    async def _show(
        self,
        arrived: Arrived,
        incoming: Incoming,
        card: Card | None,
        work: asyncio.Future[Sequence[Screen]],
    ) -> None:
        if not work.done() and _acts(incoming):
            await self._say_sending(arrived, card)
        screens = await work
        manner = Manner(reply_to=incoming.card_id if arrived.is_group else "")
        rest = list(screens)
        if not await self._edited(arrived, incoming, card, screens[0]):
            await self._send(arrived, screens[0], manner)
        for screen in rest[1:]:
            await self._send(arrived, screen, manner)

    async def _say_sending(self, arrived: Arrived, card: Card | None) -> None:
        """The card without its buttons: what was pressed is on its way."""
        waiting = line(italic(say("chat.sending", arrived.language)))
        blocks = (*card.screen.blocks, gap(), waiting) if card is not None else (waiting,)
        try:
            await self._messenger.edit(_ref(arrived, card), Screen(blocks))
        except Undelivered:
            return

    async def _edited(self, arrived: Arrived, incoming: Incoming, card: Card | None, screen: Screen) -> bool:
        """Whether the card shows the answer now; else it goes out as a message of its own."""
        if screen.documents:
            return False
        is_alert = card is not None and card.screen.kind in (Kind.ALERT, Kind.BOARD)
        if not _acts(incoming):
            # What is not known here may be an alert from before a restart: nothing is written over it.
            if card is None or is_alert or screen.kind in (Kind.REFUSAL, Kind.ASIDE):
                return False
        elif is_alert:
            assert card is not None
            await self._edit(card.ref, card.screen.without_buttons(), arrived)
            return False
        return await self._edit(_ref(arrived, card), screen, arrived)

    async def _edit(self, ref: MessageRef, screen: Screen, arrived: Arrived) -> bool:
        try:
            await self._messenger.edit(ref, screen)
        except (MessageGone, NotShown):
            return False
        self._bind(ref, screen, arrived)
        return True

    async def _send(self, arrived: Arrived, screen: Screen, manner: Manner) -> None:
        ref = await self._messenger.send(arrived.chat, screen, manner)
        self._bind(ref, screen, arrived)

    def _bind(self, ref: MessageRef, screen: Screen, arrived: Arrived) -> None:
        self._own.shown.put(ref, screen, arrived.user if arrived.is_group else "")


def _acts(incoming: Incoming) -> bool:
    """Whether the button may change something: it carries a nonce, and does not decline."""
    return ":" not in incoming.action


def _ref(arrived: Arrived, card: Card | None) -> MessageRef:
    return card.ref if card is not None else MessageRef(PLATFORM, arrived.chat, arrived.card_ref)


def _is_aside(screens: Sequence[Screen]) -> bool:
    return bool(screens) and screens[0].kind is Kind.ASIDE


def _words(screen: Screen) -> str:
    return " ".join(block.text for block in screen.blocks if hasattr(block, "text"))
