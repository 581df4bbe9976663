"""The chats of a running desk: the terminal, and Telegram when it has a token; each behind its own pace.

What a chat has to hear is the notifier's business; here it is only told which chats there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.conversation.group_rules import move_rule
from bot.conversation.handling import Tools, prefs_from
from bot.conversation.incoming import Incoming
from bot.main.phone import Answer, Desk, Phone, changed_roles, menu_of
from bot.main.wiring import OWNER
from bot.notifications.budget import TELEGRAM as PACE
from bot.notifications.courier import Courier
from bot.platforms.console import Console
from bot.platforms.console_front import front_for
from bot.settings_model import Settings
from trading.feeds.feed import Feed
from trading.ports import Clock, Entropy, StoredEvent

if TYPE_CHECKING:
    from bot.platforms.telegram_front import Telegram
    from bot.platforms.web import Route

TELEGRAM = "telegram"


def build_console(
    settings: Settings, clock: Clock, entropy: Entropy, feed: Feed, answer: Answer, tools: Tools | None = None
) -> Console:
    """The chat in the terminal."""
    from bot.conversation.grammar import complete

    def words(before: str) -> Sequence[str]:
        return complete(before, [one.symbol for one in feed.instruments()])

    async def language() -> str:
        return prefs_from(await tools.registers.settings(OWNER), tools.defaults).language if tools else ""

    return Console(
        front_for(Path(settings.home), words),
        answer,
        clock.now,
        session=entropy.token(4).hex(),
        exports=settings.home / "exports",
        person=str(OWNER),
        language=language,
    )


class TelegramChat(Phone):
    """Telegram, its pace and its people, put together for one desk."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        # python-telegram-bot takes a tenth of a second to import: desks without a token never pay it.
        from bot.platforms.telegram_encode import parts
        from bot.platforms.telegram_front import Telegram, TelegramHooks, TelegramOptions
        from bot.platforms.telegram_link import Link
        from bot.platforms.telegram_out import TelegramMessenger

        super().__init__(TELEGRAM, desk)
        around, store = desk.around, desk.store
        link = Link(settings.telegram_bot_token.get_secret_value(), settings.telegram_api_base_url)
        own = TelegramMessenger(link)
        own.shown.order_told = desk.shown
        self.courier = Courier(
            own,
            around.clock,
            PACE,
            around.telemetry,
            moved=self._moved,
            pieces=lambda screen: len(parts(screen)),
        )
        self.front: Telegram = Telegram(
            link,
            own,
            self.courier,
            desk.answer,
            desk.people,
            store.inbox,
            around,
            TelegramHooks(self.conflict, self.set_aside, self._moved, menu_of(lambda: desk.engine.book)),
            TelegramOptions(
                settings.telegram_webhook_url,
                settings.telegram_webhook_secret.get_secret_value(),
                settings.telegram_poll_timeout,
            ),
            desk.doors.linking,
            desk.doors.joining,
            self.claim,
        )
        desk.engine.committed(self._committed)

    def _committed(self, events: Sequence[StoredEvent]) -> None:
        """Whoever has another role from now on is shown another menu."""
        for person in changed_roles(events):
            if self.front.menus is not None:
                self.front.menus.changed(person)

    @property
    def routes(self) -> Sequence[Route]:
        """What Telegram calls, when it brings its messages itself."""
        return [self.front.webhook.route] if self.front.webhook is not None else []

    async def _moved(self, old: str, new: str) -> None:
        await move_rule(self.desk.registers, TELEGRAM, old, new)
        await self.desk.boards.moved(TELEGRAM, old, new)


def hello(now: datetime) -> Incoming:
    """What the desk says to itself first, as its owner at the terminal: that makes the first screen."""
    return Incoming(
        platform="console", chat="terminal", message_id="hello", person=str(OWNER), at=now, text="/start"
    )
