"""The chats of a running desk: the terminal, and Telegram when it has a token; each behind its own pace.

What a chat has to hear is the notifier's business; here it is only told which chats there are.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.conversation.claim import Claim
from bot.conversation.group_rules import move_rule
from bot.conversation.inbox import Received
from bot.conversation.incoming import Incoming
from bot.conversation.people import Channel, ChannelKind, People
from bot.conversation.quarantine import Quarantine
from bot.conversation.screen import Screen
from bot.conversation.surroundings import Surroundings
from bot.conversation.words import say
from bot.main.wiring import OWNER
from bot.notifications.boards import Boards
from bot.notifications.budget import TELEGRAM as PACE
from bot.notifications.courier import Courier
from bot.notifications.notifier import Notifier
from bot.platforms.console import Console
from bot.platforms.console_front import front_for
from bot.settings_model import Settings
from db.store import Store
from trading.engine.loop import Engine
from trading.feeds.feed import Feed
from trading.ports import Clock, Entropy, JournalUnavailable, Registers

if TYPE_CHECKING:
    from bot.platforms.telegram_front import Telegram
    from bot.platforms.web import Route

TELEGRAM = "telegram"

Answer = Callable[[Incoming], Awaitable[list[Screen]]]
"""The conversation, as chats call it."""


def build_console(settings: Settings, clock: Clock, entropy: Entropy, feed: Feed, answer: Answer) -> Console:
    """The chat in the terminal."""
    from bot.conversation.grammar import complete

    def words(before: str) -> Sequence[str]:
        return complete(before, [one.symbol for one in feed.instruments()])

    return Console(
        front_for(Path(settings.home), words),
        answer,
        clock.now,
        session=entropy.token(4).hex(),
        exports=settings.home / "exports",
        person=str(OWNER),
    )


@dataclass(frozen=True)
class Desk:
    """What a chat's edge is connected to."""

    engine: Engine
    store: Store
    registers: Registers
    people: People
    notifier: Notifier
    boards: Boards
    answer: Answer
    around: Surroundings
    say: Callable[[str, str], None]
    """Tell the operator: code and level of a notice without facts."""


class TelegramChat:
    """Telegram, its pace and its people, put together for one desk."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        # python-telegram-bot takes a tenth of a second to import: desks without a token never pay it.
        from bot.platforms.telegram_encode import parts
        from bot.platforms.telegram_front import Telegram, TelegramHooks, TelegramOptions
        from bot.platforms.telegram_link import Link
        from bot.platforms.telegram_out import TelegramMessenger

        self._desk = desk
        self._tasks: set[asyncio.Task[None]] = set()
        around, store = desk.around, desk.store
        link = Link(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_base_url)
        own = TelegramMessenger(link)
        own.shown.order_told = desk.notifier.cards.shown
        self.courier = Courier(
            own,
            around.clock,
            PACE,
            around.telemetry,
            moved=self._moved,
            pieces=lambda screen: len(parts(screen)),
        )
        self.claim = Claim(
            desk.people, store.registers, around.clock, around.entropy, person=OWNER, platform=TELEGRAM
        )
        self._quarantine = Quarantine(desk.engine, desk.engine.report, lambda: desk.engine.book, around.clock)
        self.front: Telegram = Telegram(
            link,
            own,
            self.courier,
            desk.answer,
            desk.people,
            store.inbox,
            around,
            TelegramHooks(self._conflict, self._set_aside, self._moved),
            TelegramOptions(
                settings.telegram_webhook_url,
                settings.telegram_webhook_secret.get_secret_value(),
                settings.telegram_poll_timeout,
            ),
            self.claim,
        )

    @property
    def routes(self) -> Sequence[Route]:
        """What Telegram calls, when it brings its messages itself."""
        return [self.front.webhook.route] if self.front.webhook is not None else []

    async def opened(self, *, has_terminal: bool) -> list[Screen]:
        """Have the notifier tell every private chat, now and from now on. Returns what the terminal must show
        so that somebody can make the desk their own; without one it stands in the log and on stderr."""
        for channel in self._desk.people.channels():
            self.channel_changed(channel)
        code = await self.claim.start()
        if not code:
            return []
        sentence = say("claim.shown", bot=say("claim.your_bot"), code=code)
        if not has_terminal:
            self._desk.around.telemetry.log("warning", "telegram_claim", send_to_your_bot=code)
            sys.stderr.write(sentence + "\n")
        return [Screen.of(sentence)]

    def channel_changed(self, channel: Channel) -> None:
        """A chat is new, is back, or nobody is there any more."""
        if channel.platform != TELEGRAM or channel.kind is not ChannelKind.PRIVATE:
            return
        self._desk.notifier.open(
            channel.name, self.courier, channel.chat, channel.person, edits=True, is_gone=not channel.is_alive
        )

    def _conflict(self, is_on: bool) -> None:
        self._desk.say(
            "telegram_conflict" if is_on else "telegram_conflict_over", "error" if is_on else "success"
        )

    async def _set_aside(self, received: Received, user: str) -> None:
        await self._quarantine.set_aside(received, self._desk.people.person(TELEGRAM, user))

    def gone(self, chat: str) -> None:
        """Nobody hears a chat any more: its news waits until somebody writes there again."""
        task = asyncio.create_task(self._lost(TELEGRAM, chat), name="chat-gone")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _lost(self, platform: str, chat: str) -> None:
        try:
            await self._desk.people.lost(platform, chat)
        except JournalUnavailable:
            self._desk.around.telemetry.log("warning", "telegram_chat_not_kept")

    async def _moved(self, old: str, new: str) -> None:
        await move_rule(self._desk.registers, TELEGRAM, old, new)
        await self._desk.boards.moved(TELEGRAM, old, new)
