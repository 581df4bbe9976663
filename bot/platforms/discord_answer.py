"""How an answer is shown: where it was asked, to whom it belongs, and elsewhere when that is over.

In a server only the person who asked sees the answer; a card that lives (an order on its way) stands in the
direct chat as a message of the bot, because an interaction's token ends after 15 minutes (RULINGS 34).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from msgspec.structs import replace

from bot.conversation.flood import Buckets, Pace
from bot.conversation.inbox import JournalUnavailable
from bot.conversation.incoming import Incoming
from bot.conversation.messenger import (
    ChatGone,
    Manner,
    MessageGone,
    MessageRef,
    Messenger,
    NotShown,
    Undelivered,
)
from bot.conversation.people import Channel, ChannelKind, People
from bot.conversation.screen import Kind, Screen, gap, italic, line
from bot.conversation.surroundings import Surroundings
from bot.conversation.words import say
from bot.platforms.discord_decode import PLATFORM, Arrived
from bot.platforms.discord_link import TokenOver
from bot.platforms.discord_out import DiscordMessenger, Replies, Shown

QUICK_S = 0.15
"""An acting press that takes longer is announced on its card."""
KNOCK_PACE = Pace(1, 1 / 600)
"""How often somebody whose direct chat is closed hears of it, and how often it is tried again."""

Answer = Callable[[Incoming], Awaitable[Sequence[Screen]]]
"""The conversation: answers in screens."""


class Answering:
    """Shows what the conversation answers.

    Args:
        answer: the conversation.
        messenger: the way out, with its pace and its repeats (the courier).
        own: Discord's own messenger.
    """

    def __init__(
        self,
        answer: Answer,
        messenger: Messenger,
        own: DiscordMessenger,
        people: People,
        around: Surroundings,
        quick_s: float = QUICK_S,
    ) -> None:
        self._answer = answer
        self._messenger = messenger
        self._own = own
        self._people = people
        self._around = around
        self._quick_s = quick_s
        self._knocks = Buckets(KNOCK_PACE, around.clock.elapsed_s)

    # ------------------------------------------------------------ lines

    async def said(self, arrived: Arrived, incoming: Incoming, replies: Replies | None) -> None:
        """Carry out a line, typed as words or filled into a command. Raises Undelivered."""
        screens = await self._answer(incoming)
        await self.show(arrived, screens, replies)
        if arrived.is_group and replies is not None:
            await self._knock(arrived, replies)

    async def show(self, arrived: Arrived, screens: Sequence[Screen], replies: Replies | None) -> None:
        """Show screens where they were asked for. Raises Undelivered."""
        for number, screen in enumerate(screens):
            if replies is None:
                await self._send(arrived, arrived.chat, screen)
                continue
            try:
                ids = await (replies.edit(screen) if not number else replies.more(screen))
            except TokenOver:
                await self._elsewhere(arrived, screen)
            except NotShown:
                await replies.edit(Screen.of(say("chat.not_shown", arrived.language), kind=Kind.REFUSAL))
            else:
                await self._stands(arrived, ids, screen, replies)

    async def _stands(self, arrived: Arrived, ids: str, screen: Screen, replies: Replies) -> None:
        ref = MessageRef(PLATFORM, arrived.chat, ids)
        self._own.cards.put(ref, screen, is_lasting=not replies.is_hidden)
        if replies.is_hidden and screen.subject:
            await self._live_card(arrived, screen)

    async def _send(self, arrived: Arrived, chat: str, screen: Screen) -> None:
        try:
            await self._messenger.send(chat, screen)
        except NotShown:
            await self._messenger.send(
                chat, Screen.of(say("chat.not_shown", arrived.language), kind=Kind.REFUSAL)
            )

    # ------------------------------------------------------------ the direct chat

    def direct_chats(self, user: str, *, alive: bool = True) -> list[Channel]:
        """The direct chats of a user whom the desk knows."""
        person = self._people.person(PLATFORM, user)
        return [
            one
            for one in (self._people.channels(person) if person is not None else ())
            if one.platform == PLATFORM and one.kind is ChannelKind.PRIVATE and one.is_alive is alive
        ]

    async def _live_card(self, arrived: Arrived, screen: Screen) -> None:
        """The order's card as a message of the bot, which its fill can edit hours later."""
        for channel in self.direct_chats(arrived.user)[:1]:
            try:
                await self._messenger.send(channel.chat, screen.without_buttons())
            except ChatGone:
                await self._people.lost(PLATFORM, channel.chat)
            except Undelivered as failure:
                self._around.telemetry.count("discord_live_cards_lost", reason=type(failure).__name__)

    async def _elsewhere(self, arrived: Arrived, screen: Screen) -> None:
        """The interaction takes no more: the answer goes into the direct chat (D01)."""
        if not arrived.is_group:
            await self._send(arrived, arrived.chat, screen)
            return
        for channel in self.direct_chats(arrived.user)[:1]:
            await self._send(arrived, channel.chat, screen)

    async def _knock(self, arrived: Arrived, replies: Replies) -> None:
        """Somebody whose direct chat is closed asks in a server: say so there, and try it again (D07)."""
        person = self._people.person(PLATFORM, arrived.user)
        if person is None or self.direct_chats(arrived.user) or not self._knocks.take(arrived.user):
            return
        try:
            chat = await self._own.direct(arrived.user)
            await self._messenger.send(
                chat, Screen.of(say("discord.knock", arrived.language)), Manner(is_silent=True)
            )
            now = self._around.clock.now()
            channel = Channel(PLATFORM, chat, person, ChannelKind.PRIVATE, arrived.name, now)
            await self._people.reached(channel)
        except ChatGone:
            await replies.more(Screen.of(say("discord.dm_closed", arrived.language), kind=Kind.REFUSAL))
        except (Undelivered, JournalUnavailable) as failure:
            self._around.telemetry.count("discord_knocks_failed", reason=type(failure).__name__)

    # ------------------------------------------------------------ presses

    async def pressed(self, arrived: Arrived, incoming: Incoming, replies: Replies) -> None:
        """Carry out a press. Raises Undelivered for what could not be shown."""
        if arrived.card_owner and arrived.card_owner != arrived.user:
            await replies.more(
                Screen.of(say("chat.not_yours", arrived.language), kind=Kind.ASIDE), is_aside=True
            )
            return
        card = self._own.cards.card(arrived.chat, arrived.card)
        work = asyncio.ensure_future(self._answer(incoming))
        patience = asyncio.ensure_future(self._around.clock.sleep_s(self._quick_s))
        try:
            await asyncio.wait((work, patience), return_when=asyncio.FIRST_COMPLETED)
            if not work.done() and _acts(incoming):
                await self._say_sending(arrived, card, replies)
            screens = await work
        finally:
            patience.cancel()
            work.cancel()
        if screens and screens[0].kind is Kind.ASIDE:
            await replies.more(screens[0], is_aside=True)
            return
        try:
            await self._show_press(arrived, incoming, replies, card, screens)
        except TokenOver:
            for screen in screens:
                await self._elsewhere(arrived, screen)

    async def _show_press(
        self,
        arrived: Arrived,
        incoming: Incoming,
        replies: Replies,
        card: Shown | None,
        screens: Sequence[Screen],
    ) -> None:
        rest = list(screens)
        if await self._edited(arrived, incoming, replies, card, screens[0]):
            rest.pop(0)
        for screen in rest:
            ids = await replies.more(screen)
            await self._stands(arrived, ids, screen, replies)

    async def _edited(
        self, arrived: Arrived, incoming: Incoming, replies: Replies, card: Shown | None, screen: Screen
    ) -> bool:
        """Whether the card shows the answer now; else it goes out as a message of its own."""
        if screen.documents:
            return False
        keeps = card is not None and card.screen.kind in (Kind.ALERT, Kind.BOARD)
        if not _acts(incoming):
            # What is not known here and answers no command may be an alert from before a restart.
            is_unknown = card is None and not arrived.card_owner
            if is_unknown or keeps or screen.kind in (Kind.REFUSAL, Kind.ASIDE):
                return False
        elif keeps:
            assert card is not None
            if card.screen.kind is Kind.ALERT:
                await self._edit(card, card.screen.without_buttons(), replies)
            return False
        ids = await self._edit(card, screen, replies)
        if ids:
            await self._stands(arrived, ids, screen, replies)
        return bool(ids)

    async def _edit(self, card: Shown | None, screen: Screen, replies: Replies) -> str:
        """The ids of the messages that show the screen now; empty when the card cannot."""
        try:
            if card is not None and "+" in card.ref.message_id and not replies.is_hidden:
                await self._own.edit(card.ref, screen)
                return card.ref.message_id
            return await replies.edit(screen)
        except TokenOver:
            raise
        except (MessageGone, NotShown):
            return ""

    async def _say_sending(self, arrived: Arrived, card: Shown | None, replies: Replies) -> None:
        """The card without its buttons: what was pressed is on its way."""
        waiting = line(italic(say("chat.sending", arrived.language)))
        blocks = (*card.screen.blocks, gap(), waiting) if card is not None else (waiting,)
        kind = card.screen.kind if card is not None else Kind.ANSWER
        try:
            await replies.edit(replace(Screen(blocks), kind=kind))
        except Undelivered:
            return


def _acts(incoming: Incoming) -> bool:
    """Whether the button may change something: it carries a nonce."""
    return ":" not in incoming.action
