"""A whole desk whose chat is Telegram: the pit, the conversation, the front end, the local Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from bot.conversation.boarding import NO_BOARDS, Boards
from bot.conversation.claim import Claim
from bot.conversation.dialogue import Dialogue
from bot.conversation.group_rules import move_rule
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
from bot.conversation.verbs_document import MenuOf
from bot.handlers.table import HANDLERS
from bot.platforms.telegram_front import Telegram, TelegramHooks, TelegramOptions
from bot.platforms.telegram_link import Link
from bot.platforms.telegram_out import TelegramMessenger
from db.inbox import SqlInbox
from db.people import SqlPeople
from tests.fakes.pit import BTC, OWNER, Pit, in_pit
from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_in_process import InProcessRequest
from tests.fakes.telegram_people import TelegramPerson
from tests.fakes.telegram_server import TelegramServer
from tests.journeys.chat import ETH, PitMarket
from trading.entropy import SeededEntropy
from trading.ports import JournalUnavailable

T = TypeVar("T")


class Heard:
    """Telemetry that is kept, to be looked at."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.counts: dict[str, int] = {}

    def log(self, level: str, what: str, **facts: object) -> None:
        self.lines.append(f"{level} {what} {facts}")

    def count(self, name: str, n: int = 1, **labels: str) -> None:
        self.counts[name] = self.counts.get(name, 0) + n

    def took(self, name: str, seconds: float, **labels: str) -> None:
        return

    def level(self, name: str, value: float, **labels: str) -> None:
        return


class TelegramDesk:
    """One desk with one life at a time; `die` and `live` are a crash and the start after it."""

    def __init__(self, pit: Pit, server: TelegramServer, options: TelegramOptions | None = None) -> None:
        self.pit = pit
        self.server = server
        self.options = options or TelegramOptions(poll_timeout_s=10)
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
        self.menu_of: MenuOf | None = None
        self.boards: Boards = NO_BOARDS
        """What stands at the top of chats; set before the front end is built."""
        self.breaks: Callable[[Incoming], None] | None = None
        """Called with what came in, before it is answered: may raise."""
        self.lives = 0
        self.unavailable = JournalUnavailable

    # ------------------------------------------------------------ life

    async def live(self) -> TelegramDesk:
        """Start the front end and wait until it polls."""
        await self.build()
        self.task = asyncio.create_task(self.front.run(), name="telegram")
        await self.pit.settle()
        return self

    async def build(self) -> None:
        """The parts, anew over the same store."""
        self.lives += 1
        store = self.pit.store
        if self.shared is not None:
            self.people = self.shared
        else:
            self.people = People(SqlPeople(store.writer, store.reader))
            await self.people.load()
        self.inbox = SqlInbox(store.writer)
        self.claim = Claim(
            self.people, store.registers, self.pit.clock, self.entropy, person=OWNER, platform="telegram"
        )
        await self.claim.start()
        self.link = Link(self.server.token, "in-process", InProcessRequest(self.server))
        self.messenger = TelegramMessenger(self.link)
        self.front = Telegram(
            self.link,
            self.messenger,
            self.messenger,
            self.answer,
            self.people,
            self.inbox,
            Surroundings(self.pit.clock, self.entropy, self.heard),
            TelegramHooks(self.conflicts.append, self.set_aside, self.moved, self.menu_of),
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
            boards=self.boards,
        )

    async def answer(self, incoming: Incoming) -> Sequence[Screen]:
        """The conversation, as slow and as broken as the test wants it."""
        self.answered.append(incoming)
        if self.breaks is not None:
            self.breaks(incoming)
        if self.slow_s:
            await self.pit.clock.sleep_s(self.slow_s)
        return await self.dialogue.answer(incoming)

    async def set_aside(self, received: Received, user: str) -> None:
        self.quarantined.append(received.update_id)
        quarantine = Quarantine(
            self.pit.engine, self.pit.engine.report, lambda: self.pit.engine.book, self.pit.clock
        )
        await quarantine.set_aside(received, self.people.person("telegram", user))

    async def moved(self, old: str, new: str) -> None:
        await move_rule(self.pit.store.registers, "telegram", old, new)

    # ------------------------------------------------------------ looking

    async def settle(self, seconds: float = 0.0) -> None:
        """Let what can happen now happen; with `seconds`, let so much time pass first."""
        if seconds:
            await self.pit.clock.sleep_s(seconds)
        await self.pit.settle()

    async def owner(self, name: str = "Ann") -> TelegramPerson:
        """A person who has claimed the desk."""
        person = self.server.person(name)
        person.start()
        await self.settle()
        person.say(self.claim.code)
        await self.settle()
        assert self.people.person("telegram", str(person.id)) == OWNER, person.transcript()
        return person

    def intents(self) -> int:
        """How many orders were ever written down."""
        return len(self.pit.named("OrderIntended"))


async def _nothing(*_: Any) -> None:
    return


def on_telegram(
    scene: Callable[[TelegramDesk], Awaitable[T]],
    *,
    options: TelegramOptions | None = None,
    limits: FloodLimits | None = None,
    starts: bool = True,
) -> T:
    """Play a scene in virtual time: Bitcoin at 7,400 / 7,401, and no flood limits unless they are given."""

    async def played(pit: Pit) -> T:
        await pit.quote("7400", "7401")
        await pit.quote("300", "301", symbol="ETH/USD")
        server = TelegramServer(pit.clock, limits=limits or FloodLimits.none())
        desk = TelegramDesk(pit, server, options)
        if starts:
            await desk.live()
        try:
            return await scene(desk)
        finally:
            if hasattr(desk, "task"):
                await desk.die()

    return in_pit(played, instruments=(BTC, ETH), waits_for_open=False)
