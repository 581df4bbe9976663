"""The chats that ring: Telegram and Discord, each when it has a token, under the supervisor.

Neither can stop trading: a token that is refused ends its own front end and is said to the operator.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.conversation.people import Channel
from bot.conversation.screen import Screen
from bot.conversation.words import say
from bot.main.chats import TELEGRAM, TelegramChat
from bot.main.discord_chat import DISCORD, DiscordChat
from bot.main.observing import Observing
from bot.main.phone import Desk
from bot.main.shutting import ShutDown, Step
from bot.main.supervising import Kind, Supervisor
from bot.platforms.web import Route
from bot.settings_model import Settings
from trading.feeds.feed import Feed
from trading.ports import JournalUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    Chat = TelegramChat | DiscordChat


class Phones:
    """All chat platforms of one desk."""

    def __init__(
        self,
        settings: Settings,
        desk: Desk,
        feed: Feed,
        supervisor: Supervisor,
        shut: ShutDown,
        eyes: Observing,
    ) -> None:
        self._settings = settings
        self._desk = desk
        self._feed = feed
        self._supervisor = supervisor
        self._shut = shut
        self._eyes = eyes
        self._chats: dict[str, Chat] = {}

    async def open(
        self, messengers: dict[str, Any], routes: Sequence[Route] = (), *, has_terminal: bool
    ) -> list[Screen]:
        """Open those that have a token, and the web server with `routes`, which Telegram's webhook may need;
        returns what the operator must know to claim the desk."""
        if self._settings.telegram_bot_token.get_secret_value():
            telegram = TelegramChat(self._settings, self._desk)
            self._chats[TELEGRAM] = telegram
            routes = [*routes, *telegram.routes]
        if self._settings.discord_bot_token.get_secret_value():
            self._chats[DISCORD] = DiscordChat(self._settings, self._desk, self._feed)
        if self._settings.signals_url:
            # Loaded only where somebody may send: the web server's library is slow to come.
            from bot.main.signal_desk import SignalDesk

            desk = self._desk
            signals = SignalDesk(desk.tools, desk.store.inbox, desk.engine.report, desk.around.telemetry)
            routes = [*routes, signals.route]
            self._supervisor.add("signals", Kind.FRONT, signals.run)
        if self._settings.serves_web:
            server = self._eyes.web(routes)
            self._supervisor.add("web", Kind.WEB, server.run, cure=say("supervise.cure.web"))
        if not self._chats:
            return []
        self._desk.people.listen(self._changed)
        self._desk.notifier.listen_gone(self._gone)
        for name, chat in self._chats.items():
            messengers[name] = chat.courier
            self._supervisor.add(name, Kind.FRONT, chat.front.run, cure=say(f"supervise.cure.{name}"))
            self._shut.add(Step.INTAKE, chat.front.close_intake)
        self._shut.add(Step.FRONTS, partial(self._supervisor.stop, Kind.BOARD, Kind.FRONT))
        first: list[Screen] = []
        for chat in self._chats.values():
            self._shut.add(Step.FRONTS, chat.courier.close)
            first += await chat.opened(has_terminal=has_terminal)
        linking = self._desk.doors.linking
        linking.platforms, linking.leaves = tuple(self._chats), self._leaves
        with suppress(JournalUnavailable):
            await linking.start()
            await self._desk.doors.joining.start()
        return first

    async def _leaves(self, channel: Channel, sentence: str) -> None:
        """A private chat is its person's no longer."""
        chat = self._chats.get(channel.platform)
        if chat is not None:
            await chat.leaves(channel, sentence)

    def _changed(self, channel: Channel) -> None:
        """A chat is new, is back, or nobody is there any more."""
        chat = self._chats.get(channel.platform)
        if chat is not None:
            chat.channel_changed(channel)

    def _gone(self, name: str) -> None:
        """Nobody hears a chat any more (`platform:chat`)."""
        platform, _, chat = name.partition(":")
        if platform in self._chats:
            self._chats[platform].gone(chat)
