"""One desk on Telegram and Discord at once, with both phones ringing, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.conversation.joining import Joining
from bot.conversation.linking import Linking
from bot.conversation.messenger import Messenger
from bot.conversation.people import Channel, ChannelKind, People
from bot.conversation.screen import Screen
from bot.main.discord_chat import PACE
from bot.main.phone import changed_roles, menu_of
from bot.notifications.budget import TELEGRAM
from bot.notifications.courier import Courier
from bot.notifications.newsstand import NewsStand
from bot.notifications.notifier import Notifier
from bot.platforms import discord_encode, telegram_encode
from db.people import SqlPeople
from tests.fakes.discord_limits import DiscordLimits
from tests.fakes.discord_people import DiscordPerson
from tests.fakes.discord_server import DiscordServer
from tests.fakes.pit import BTC, OWNER, PAPER, Pit, in_pit
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_people import TelegramPerson
from tests.fakes.telegram_server import TelegramServer
from tests.integration.discord.desk import DiscordDesk
from tests.integration.telegram.desk import TelegramDesk
from tests.journeys.chat import ETH
from trading.domain import commands as cm
from trading.domain.commands import HaltState
from trading.domain.ids import CommandId
from trading.ports import StoredEvent


class PhonesDesk:
    """What `bot.main` puts together for two platforms; `die` and `live` are a crash and the start after."""

    def __init__(self, pit: Pit) -> None:
        self.pit = pit
        self.on_telegram = TelegramDesk(pit, TelegramServer(pit.clock, limits=FloodLimits.none()))
        self.on_discord = DiscordDesk(pit, DiscordServer(pit.clock, limits=DiscordLimits.none()))
        self.tasks: list[asyncio.Task[Any]] = []

    # ------------------------------------------------------------ life

    async def live(self) -> None:
        """A life over the same store."""
        pit = self.pit
        self.people = People(SqlPeople(pit.store.writer, pit.store.reader))
        await self.people.load()
        entropy = self.on_telegram.entropy
        self.linking = Linking(self.people, pit.store.registers, pit.engine, pit.clock, entropy)
        self.joining = Joining(
            self.people, pit.store.registers, pit.engine, lambda: pit.engine.book, pit.clock
        )
        self.on_telegram.menu_of = menu_of(lambda: pit.engine.book)
        pit.engine.committed(self._committed)
        for desk in (self.on_telegram, self.on_discord):
            desk.joining = self.joining
            desk.shared, desk.linking = self.people, self.linking
            desk.news = NewsStand(pit.store.deliveries, lambda: pit.engine.book, lambda symbol: "")
            await desk.live()
        self.notifier = Notifier(pit.store, pit.clock, book=lambda: pit.engine.book)
        self.couriers: dict[str, Messenger] = {
            "telegram": self._courier(self.on_telegram, TELEGRAM, telegram_encode.parts),
            "discord": self._courier(self.on_discord, PACE, discord_encode.parts),
        }
        self.people.listen(self._changed)
        self.notifier.listen_gone(self._gone)
        for channel in self.people.channels():
            self._changed(channel)
        pit.engine.committed(self.notifier.wake)
        self.tasks = [asyncio.create_task(self.notifier.run(), name="notifier")]
        self.linking.platforms, self.linking.leaves = ("telegram", "discord"), self._leaves
        await self.linking.start()
        await self.joining.start()
        await self.settle()

    def _committed(self, events: Sequence[StoredEvent]) -> None:
        for person in changed_roles(events):
            if self.on_telegram.front.menus is not None:
                self.on_telegram.front.menus.changed(person)

    def _courier(
        self, desk: TelegramDesk | DiscordDesk, pace: Any, parts: Callable[[Screen], list[Any]]
    ) -> Courier:
        return Courier(
            desk.messenger, self.pit.clock, pace, desk.heard, pieces=lambda screen: len(parts(screen))
        )

    async def die(self) -> None:
        """The process ends without a word."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.on_telegram.die()
        await self.on_discord.die()

    def _changed(self, channel: Channel) -> None:
        if channel.kind is not ChannelKind.PRIVATE:
            return
        if self.people.channel(channel.platform, channel.chat) is None:
            self.notifier.close(channel.name)
            return
        self.notifier.open(
            channel.name,
            self.couriers[channel.platform],
            channel.chat,
            channel.person,
            edits=True,
            is_gone=not channel.is_alive,
        )

    def _gone(self, name: str) -> None:
        platform, _, chat = name.partition(":")
        self.tasks.append(asyncio.create_task(self._lost(platform, chat), name="lost"))

    async def _lost(self, platform: str, chat: str) -> None:
        await self.people.lost(platform, chat)

    async def _leaves(self, channel: Channel, sentence: str) -> None:
        await self.notifier.forget(channel.name)
        await self.couriers[channel.platform].send(channel.chat, Screen.of(sentence))

    # ------------------------------------------------------------ what people do

    async def settle(self, seconds: float = 0.0) -> None:
        """Let what can happen now happen; with `seconds`, let so much time pass first."""
        if seconds:
            await self.pit.clock.sleep_s(seconds)
        await self.pit.settle()

    async def code(self, ann: TelegramPerson) -> str:
        """The code that `/link` shows on Telegram."""
        ann.say("/link")
        await self.settle()
        found = [line for line in words(ann).splitlines() if line.startswith("/link ")]
        return found[-1].removeprefix("/link ")

    async def news(self, reason: str, state: HaltState = HaltState.REDUCE_ONLY) -> None:
        """Something urgent that nobody typed: a job halts the account."""
        account = self.pit.engine.book.accounts[PAPER]
        await self.pit.engine.submit(
            cm.SetHalt(CommandId(f"job:{reason}"), account.owner, account.account, state, reason)
        )
        await self.settle()


def words(person: TelegramPerson | DiscordPerson) -> str:
    """All that this phone shows in the chat with the bot."""
    return "\n".join(person.transcript())


def on_both(
    scene: Callable[[PhonesDesk, TelegramPerson, DiscordPerson], Awaitable[None]], *, links: bool = True
) -> None:
    """Play a scene: Ann has claimed the desk on Telegram, and (with `links`) is linked on Discord."""

    async def played(pit: Pit) -> None:
        await pit.quote("7400", "7401")
        await pit.quote("300", "301", symbol="ETH/USD")
        desk = PhonesDesk(pit)
        await desk.live()
        try:
            ann = await desk.on_telegram.owner()
            ann_too = desk.on_discord.server.person("Ann")
            if links:
                ann_too.say(await desk.code(ann))
                await desk.settle(30)
                assert desk.people.person("discord", ann_too.id) == OWNER, ann_too.transcript()
            await scene(desk, ann, ann_too)
        finally:
            await desk.die()
            desk.on_discord.server.gateway.hang_up()

    in_pit(played, instruments=(BTC, ETH), waits_for_open=False)
