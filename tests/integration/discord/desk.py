"""A whole desk whose chat is Discord: the pit, the conversation, the front end, the local Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from bot.conversation.claim import Claim
from bot.conversation.dialogue import Dialogue
from bot.conversation.handling import DeskFacts, Tools
from bot.conversation.inbox import Received
from bot.conversation.incoming import Incoming
from bot.conversation.joining import Joining
from bot.conversation.linking import Linking
from bot.conversation.news import News
from bot.conversation.people import People
from bot.conversation.quarantine import Quarantine
from bot.conversation.screen import Screen
from bot.conversation.surroundings import Surroundings
from bot.handlers.table import HANDLERS
from bot.main.discord_chat import Suggesting
from bot.platforms.discord_front import Discord, DiscordHooks, DiscordOptions, Line
from bot.platforms.discord_link import Link
from bot.platforms.discord_out import DiscordMessenger
from db.inbox import SqlInbox
from db.people import SqlPeople
from tests.fakes.discord_in_process import InProcessDialler, InProcessWire
from tests.fakes.discord_limits import DiscordLimits
from tests.fakes.discord_people import Act, DiscordPerson
from tests.fakes.discord_server import DiscordServer
from tests.fakes.pit import BTC, OWNER, Pit, in_pit
from tests.integration.telegram.desk import Heard
from tests.journeys.chat import ETH, PitMarket
from trading.domain.instrument import Instrument
from trading.entropy import SeededEntropy
from trading.ports import JournalUnavailable

T = TypeVar("T")


class Traded:
    """The instruments of this pit, as the suggestions want them."""

    def instruments(self) -> Sequence[Instrument]:
        """Bitcoin and Ether."""
        return (BTC, ETH)


class DiscordDesk:
    """One desk with one life at a time; `die` and `live` are a crash and the start after it."""

    def __init__(self, pit: Pit, server: DiscordServer, options: DiscordOptions | None = None) -> None:
        self.pit = pit
        self.server = server
        self.options = options or DiscordOptions()
        self.market = PitMarket(pit)
        self.entropy = SeededEntropy(7)
        self.heard = Heard()
        self.conflicts: list[bool] = []
        self.quarantined: list[str] = []
        self.answered: list[Incoming] = []
        self.slow_s = 0.0
        """How long the conversation takes before it answers."""
        self.shared: People | None = None
        """Who is who, where other platforms share it."""
        self.linking: Linking | None = None
        self.news: News | None = None
        self.joining: Joining | None = None
        self.unavailable = JournalUnavailable

    # ------------------------------------------------------------ life

    async def live(self) -> DiscordDesk:
        """Start the front end and wait until it listens."""
        await self.build()
        self.task = asyncio.create_task(self.front.run(), name="discord")
        await self.pit.settle()
        return self

    async def build(self) -> None:
        """The parts, anew over the same store."""
        store, clock = self.pit.store, self.pit.clock
        if self.shared is not None:
            self.people = self.shared
        else:
            self.people = People(SqlPeople(store.writer, store.reader))
            await self.people.load()
        self.inbox = SqlInbox(store.writer)
        self.claim = Claim(
            self.people, store.registers, clock, self.entropy, person=OWNER, platform="discord"
        )
        await self.claim.start()
        self.wire = InProcessWire(self.server)
        self.link = Link(self.server.token, self.wire, clock)
        self.messenger = DiscordMessenger(self.link, self.entropy)
        suggesting = Suggesting(self.people, lambda: self.pit.engine.book, store.registers, Traded())
        self.front = Discord(
            Line(self.link, InProcessDialler(self.server)),
            self.messenger,
            self.messenger,
            self.answer,
            self.people,
            self.inbox,
            Surroundings(clock, self.entropy, self.heard),
            DiscordHooks(self.conflicts.append, self.set_aside, suggesting),
            self.options,
            *([self.linking] if self.linking is not None else []),
            *([self.joining] if self.joining is not None else []),
            self.claim,
        )
        self.dialogue = Dialogue(self.tools, HANDLERS)

    async def die(self) -> None:
        """The process ends without a word; nothing is written down any more."""
        self.inbox.flush = _nothing  # type: ignore[method-assign]  # a dead process flushes nothing
        self.task.cancel()
        await self.front.serving.stop()
        await asyncio.gather(self.task, return_exceptions=True)

    @property
    def tools(self) -> Tools:
        pit = self.pit
        return Tools(
            desk=pit.engine,
            book=lambda: pit.engine.book,
            market=self.market,
            ledger=pit.store.ledger,
            registers=pit.store.registers,
            clock=pit.clock,
            entropy=self.entropy,
            facts=DeskFacts(
                version="1.0",
                feed="replay",
                fee_bps=Decimal(10),
                journal_read=pit.store.journal.read,
                raise_cools=pit.engine.settings.raise_cools,
            ),
            atr=self.market.ranges.get,
            identify=self.people.identify,
            linking=self.linking,
            joining=self.joining,
            news=self.news,
        )

    async def answer(self, incoming: Incoming) -> Sequence[Screen]:
        """The conversation, as slow as the test wants it."""
        self.answered.append(incoming)
        if self.slow_s:
            await self.pit.clock.sleep_s(self.slow_s)
        return await self.dialogue.answer(incoming)

    async def set_aside(self, received: Received, user: str) -> None:
        self.quarantined.append(received.update_id)
        quarantine = Quarantine(
            self.pit.engine, self.pit.engine.report, lambda: self.pit.engine.book, self.pit.clock
        )
        await quarantine.set_aside(received, self.people.person("discord", user))

    # ------------------------------------------------------------ looking

    async def settle(self, seconds: float = 0.0) -> None:
        """Let what can happen now happen; with `seconds`, let so much time pass first."""
        if seconds:
            await self.pit.clock.sleep_s(seconds)
        await self.pit.settle()

    async def done(self, act: Act, seconds: float = 0.0) -> Act:
        """The same act, once what can happen now has happened."""
        await self.settle(seconds)
        return act

    async def owner(self, name: str = "Ann") -> DiscordPerson:
        """A person who has claimed the desk in a direct message."""
        person = self.server.person(name)
        person.say(self.claim.code)
        await self.settle()
        assert self.people.person("discord", person.id) == OWNER, person.transcript()
        return person

    def intents(self) -> int:
        """How many orders were ever written down."""
        return len(self.pit.named("OrderIntended"))


async def _nothing(*_: Any) -> None:
    return


def on_discord(
    scene: Callable[[DiscordDesk], Awaitable[T]],
    *,
    options: DiscordOptions | None = None,
    limits: DiscordLimits | None = None,
    starts: bool = True,
) -> T:
    """Play a scene in virtual time: Bitcoin at 7,400 / 7,401, and no limits unless they are given."""

    async def played(pit: Pit) -> T:
        await pit.quote("7400", "7401")
        await pit.quote("300", "301", symbol="ETH/USD")
        server = DiscordServer(pit.clock, limits=limits or DiscordLimits.none())
        desk = DiscordDesk(pit, server, options)
        if starts:
            await desk.live()
        try:
            return await scene(desk)
        finally:
            if hasattr(desk, "task"):
                await desk.die()
            server.gateway.hang_up()

    return in_pit(played, instruments=(BTC, ETH), waits_for_open=False)
