"""The desk on the local Telegram with its phone ringing: notifier and courier beside the front end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.notifications.budget import TELEGRAM
from bot.notifications.courier import Courier
from bot.notifications.notifier import Notifier
from bot.platforms.telegram_encode import parts
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_people import TelegramPerson
from tests.integration.telegram.desk import TelegramDesk, on_telegram
from trading.chats import Channel


class Telling:
    """What `bot.main.chats` puts together, on a desk in virtual time."""

    def __init__(self, desk: TelegramDesk) -> None:
        self.desk = desk
        pit = desk.pit
        self.courier = Courier(
            desk.messenger, pit.clock, TELEGRAM, desk.heard, pieces=lambda screen: len(parts(screen))
        )
        self.notifier = Notifier(pit.store, pit.clock, book=lambda: pit.engine.book)
        desk.messenger.shown.order_told = self.notifier.cards.shown
        desk.people.listen(self.changed)
        self.notifier.listen_gone(self.gone)
        pit.engine.committed(self.notifier.wake)
        for channel in desk.people.channels():
            self.changed(channel)
        self.tasks: list[asyncio.Task[None]] = [asyncio.create_task(self.notifier.run(), name="notifier")]

    def changed(self, channel: Channel) -> None:
        self.notifier.open(
            channel.name,
            self.courier,
            channel.chat,
            channel.person,
            edits=True,
            is_gone=not channel.is_alive,
        )

    def gone(self, name: str) -> None:
        async def lost() -> None:
            await self.desk.people.lost(*name.split(":", 1))

        self.tasks.append(asyncio.create_task(lost(), name="lost"))

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.courier.close()


def ringing(
    scene: Callable[[TelegramDesk, Telling, TelegramPerson], Awaitable[None]],
    *,
    limits: FloodLimits | None = None,
) -> None:
    """Play a scene in which Ann owns the desk and her phone rings."""

    async def played(desk: TelegramDesk) -> None:
        telling = Telling(desk)
        ann = await desk.owner()
        await desk.settle(30)
        try:
            await scene(desk, telling, ann)
        finally:
            await telling.end()

    on_telegram(played, limits=limits)
