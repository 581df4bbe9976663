"""A chat with a whole desk in virtual time: real engine, paper venue, journal, dialogue; prices by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from bot.conversation.dialogue import Dialogue
from bot.conversation.handling import DeskFacts, Prefs, Tools
from bot.conversation.incoming import Incoming
from bot.conversation.key_desk import KeyDesk
from bot.conversation.key_links import KeyLinks
from bot.conversation.layout import as_text
from bot.conversation.news import News
from bot.conversation.painting import Painter
from bot.conversation.screen import Button, Screen
from bot.conversation.venues import Venues
from bot.handlers.table import HANDLERS
from db.vault import KEY_SIZE, SqlVault
from sentiment.regime import PriceRegimes
from tests.fakes.pit import BTC, PAPER, Pit, in_pit
from trading.brokers.paper_faults import Faults
from trading.domain.commands import OpenAccount
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.market import Bar, Quote
from trading.entropy import SeededEntropy
from trading.gauge import Gauge
from trading.ports import Opinion, Taken
from trading.profiles.roster import Profiles

T = TypeVar("T")

CHAT = "chat"
PEOPLE = {"ann": PersonId("owner"), "bob": PersonId("bob")}
ETH = Instrument(
    "ETH/USD",
    InstrumentKind.SPOT,
    "ETH",
    "USD",
    Decimal("0.01"),
    Decimal("0.0001"),
    "USD",
    notional_min=Decimal(1),
    collar_percent=Decimal(3),
)


class PitMarket:
    """The pit's instruments and prices as the conversation sees them. `ranges` are average true ranges."""

    def __init__(self, pit: Pit) -> None:
        self.pit = pit
        self.ranges: dict[str, Decimal] = {}
        self.past: dict[str, list[Bar]] = {}
        self.notes: dict[str, str] = {}
        self.stale_s = 120.0

    def instrument(self, symbol: str) -> Instrument | None:
        return self.pit.instruments.get(symbol)

    def search(self, text: str) -> Sequence[Instrument]:
        return [one for one in self.pit.instruments.values() if text in (one.symbol, one.base)]

    def last(self, symbol: str) -> Quote | None:
        return self.pit.engine.book.marks.get(symbol)

    def stale_after_s(self, symbol: str) -> float:
        return self.stale_s

    def is_open(self, symbol: str, at: datetime) -> bool:
        return self.pit.instruments[symbol].session.is_open(at)

    def bars(self, symbol: str, count: int) -> Sequence[Bar]:
        return self.past.get(symbol, [])[-count:]

    def note(self, symbol: str) -> str:
        return self.notes.get(symbol, "")


class Chat:
    """One chat on top of a pit. Everything that is said, both ways, is kept as text."""

    def __init__(self, pit: Pit) -> None:
        self.pit = pit
        self.market = PitMarket(pit)
        self.said: list[str] = []
        self.buttons: list[Button] = []
        """Buttons of all cards, newest card first."""
        self.messages = 0
        self.account = PAPER
        self.auto_confirm = False
        self.prefs = Prefs()
        self.gauge = Gauge(self.market, pit.clock)
        self.painter: Painter | None = None
        self.entropy = SeededEntropy(7)
        self.news: News | None = None
        self.opinion: Opinion | None = None
        self.venues: Venues | None = None
        self.profiles: Profiles | None = None
        self.research: Any = None
        self.keys: KeyDesk | None = None
        self.key_links: KeyLinks | None = None
        self.task: asyncio.Task[None] | None = None
        """Whatever runs beside the chat."""

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
                live_allowed=pit.engine.settings.live_allowed,
            ),
            atr=self.market.ranges.get,
            identify=lambda incoming: PEOPLE.get(incoming.person),
            defaults=self.prefs,
            news=self.news,
            painter=self.painter,
            measures=self.gauge,
            vault=SqlVault(pit.store.writer, pit.store.reader, SeededEntropy(8), [bytes(KEY_SIZE)]),
            opinion=self.opinion,
            venues=self.venues,
            regimes=PriceRegimes(self.market, pit.clock),
            profiles=self.profiles,
            research=self.research,
            keys=self.keys,
            key_links=self.key_links,
        )

    # ------------------------------------------------------------ talking

    async def screens(self, text: str = "", *, action: str = "", by: str = "ann") -> list[Screen]:
        """What answers a line or a press."""
        self.messages += 1
        incoming = Incoming(
            "console", CHAT, str(self.messages), by, self.pit.clock.now(), text=text, action=action
        )
        screens = await dialogue_of(self).answer(incoming)
        for screen in screens:
            self.show(screen)
        await self.pit.settle()
        return screens

    async def say(self, text: str, *, by: str = "ann") -> str:
        """Type a line; what it is answered with, as text."""
        self.said.append(f"> {text}")
        return "\n".join(_drawn(screen) for screen in await self.screens(text, by=by))

    async def press(self, label: str, *, by: str = "ann", nth: int = 0) -> str:
        """Press the newest button of that label (`nth` older ones are passed over)."""
        self.said.append(f"> [{label}]")
        found = [button for button in self.buttons if button.label == label]
        return "\n".join(_drawn(s) for s in await self.screens(action=found[nth].action.id, by=by))

    async def hold(self, line: str) -> None:
        """Type a line and press through all its cards, off the record."""
        before, self.auto_confirm = list(self.said), True
        await self.screens(line)
        self.said, self.auto_confirm = before, False

    def show(self, screen: Screen) -> None:
        """Write down what is shown."""
        self.said.append(_drawn(screen))
        self.buttons = [*screen.all_buttons, *self.buttons]

    @property
    def transcript(self) -> str:
        """Everything that was said, as text."""
        return "\n".join(self.said) + "\n"

    # ------------------------------------------------------------ people, events

    async def join(self, name: str) -> None:
        """Give another person an account of their own."""
        command = OpenAccount(
            CommandId(f"open:{name}"), PEOPLE[name], AccountId(name), "paper", "paper", "USD", Decimal(10_000)
        )
        assert isinstance(await self.pit.engine.submit(command), Taken)

    def intended(self) -> list[str]:
        """Every order that was written down, in words: `sell 0.1 stop`."""
        orders = [event.order for event in self.pit.named("OrderIntended")]
        return [f"{o.side} {o.quantity.normalize()} {o.role}" for o in orders]

    def held(self, symbol: str = "BTC/USD") -> Decimal:
        """What is held, signed."""
        position = self.pit.position(symbol)
        return position.quantity if position else Decimal(0)


def dialogue_of(chat: Chat) -> Dialogue:
    """The dialogue on this chat's desk."""
    return Dialogue(chat.tools, HANDLERS, auto_confirm=chat.auto_confirm)


def _drawn(screen: Screen) -> str:
    """A screen with its buttons, as a terminal shows it."""
    rows = ["  ".join(f"[{button.label}]" for button in row) for row in screen.buttons]
    return "\n".join([as_text(screen), *rows])


def in_chat(scene: Callable[[Chat], Awaitable[T]], *, bare: bool = False, faults: Faults | None = None) -> T:
    """Play a scene with Bitcoin at 7,400 / 7,401 and Ether at 300 / 301. `faults`: of its line."""

    async def played(pit: Pit) -> T:
        await pit.quote("7400", "7401")
        await pit.quote("300", "301", symbol="ETH/USD")
        return await scene(Chat(pit))

    return in_pit(played, bare=bare, faults=faults, instruments=(BTC, ETH), waits_for_open=False)
