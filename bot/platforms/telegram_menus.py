"""Each person's own menu of commands in their private chat: what their roles let them do. Only a hint.

Whoever may do everything needs none of their own: the menu of all private chats is theirs. What a menu leaves
out may be typed all the same, and is refused where it is decided.
"""

from __future__ import annotations

import asyncio

from bot.conversation.messenger import TooFast, Undelivered
from bot.conversation.people import Channel, ChannelKind, People
from bot.conversation.surroundings import Surroundings
from bot.conversation.verbs_document import Menu, MenuOf
from bot.platforms.telegram_decode import PLATFORM
from bot.platforms.telegram_out import TelegramCalls

TRIES_MAX = 3
"""A menu that Telegram does not take is left as it is: it decides nothing."""


class Menus:
    """The menus of the people of one desk.

    Args:
        whole: what everybody is shown who has no menu of their own.
    """

    def __init__(
        self, calls: TelegramCalls, people: People, menu_of: MenuOf, whole: Menu, around: Surroundings
    ) -> None:
        self._calls = calls
        self._people = people
        self._menu_of = menu_of
        self._around = around
        self._whole = tuple(whole)
        self._shown: dict[str, tuple[tuple[str, str], ...]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_over = False
        people.listen(lambda channel: self.changed(channel.person))

    async def everybody(self) -> None:
        """Show all of them; at a start, when nobody knows what an earlier life has shown."""
        for channel in list(self._people.channels()):
            await self._show(channel)

    def changed(self, person: str) -> None:
        """Somebody may do more, or less, from now on, or has another chat."""
        if self._is_over:
            return
        task = asyncio.create_task(self._again(person), name="telegram-menu")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give up what is under way."""
        self._is_over = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _again(self, person: str) -> None:
        for channel in list(self._people.channels()):
            if channel.person == person:
                await self._show(channel)

    async def _show(self, channel: Channel) -> None:
        if channel.platform != PLATFORM or channel.kind is not ChannelKind.PRIVATE or not channel.is_alive:
            return
        menu = tuple(self._menu_of(channel.person))
        if menu == self._shown.get(channel.chat, self._whole):
            return
        for _ in range(TRIES_MAX):
            try:
                await self._calls.set_commands(list(menu), "chat", channel.chat)
            except TooFast as failure:
                await self._around.clock.sleep_s(failure.retry_after_s)
            except Undelivered as failure:
                self._around.telemetry.count("telegram_menus_lost", reason=type(failure).__name__)
                return
            else:
                self._shown[channel.chat] = menu
                return
