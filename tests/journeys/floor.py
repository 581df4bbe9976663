"""A whole desk in virtual time, with a person who types and presses: engine, journal, paper venue, dialogue.

Only the market is set by hand.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.conversation.dialogue import Dialogue
from bot.conversation.handling import DeskFacts, Prefs
from bot.conversation.incoming import Incoming
from bot.conversation.layout import as_text
from bot.conversation.screen import Button, Kind, Screen
from bot.main.wiring import PAPER, Memory, build_dialogue, build_engine, open_paper_account
from db.store import Store, memory_store
from trading.brokers.paper import PaperBroker
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_FULL
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.domain.order import Order
from trading.domain.position import Position
from trading.engine.loop import Engine
from trading.engine.reconcile import connect
from trading.engine.settings import EngineSettings
from trading.entropy import SeededEntropy
from trading.feeds.catalogue import instrument_for
from trading.feeds.feed import Sink
from trading.feeds.market import Market
from trading.ports import StoredEvent, VenueProfile
from trading.virtual_time import VirtualClock, VirtualLoop, run

START = datetime(2018, 4, 4, 14, 0, tzinfo=UTC)  # a Wednesday, New York 10:00
SYMBOLS = ("BTC/USD", "ETH/USD", "SOL/USD", "SOL/EUR", "ES")
STALE_S = 120.0


class HandFeed:
    """A feed whose prices the test says. `notes` are what screens must say about a price."""

    name = "hand"
    gives_bars = False

    def __init__(self) -> None:
        self.known = tuple(instrument_for(symbol) for symbol in SYMBOLS)
        self.notes: dict[str, str] = {}

    def instruments(self) -> Sequence[Instrument]:
        return self.known

    def want(self, symbol: str, sink: Sink) -> None:
        pass

    def stale_after_s(self, symbol: str) -> float:
        return STALE_S

    def is_open(self, symbol: str, at: datetime) -> bool:
        return True

    def note(self, symbol: str) -> str:
        return self.notes.get(symbol, "")

    async def run(self, sink: Sink) -> None:
        pass


class Floor:
    """The desk and the owner at its terminal."""

    def __init__(self, loop: VirtualLoop, *, profile: VenueProfile, prefs: Prefs, is_pressed: bool) -> None:
        self.loop = loop
        self.clock = VirtualClock(loop, START)
        self.entropy = SeededEntropy(1)
        self.feed = HandFeed()
        self.market = Market([self.feed], self.clock, self.entropy.fork("market"))
        self.store: Store = memory_store()
        self.venue = PaperVenue(
            PAPER,
            self.market.instrument,
            self.entropy.fork("venue"),
            profile=profile,
            is_open=self.feed.is_open,
        )
        self.prefs = prefs
        self.is_pressed = is_pressed
        self.cards: list[Screen] = []
        self.events: list[StoredEvent] = []
        self.lives = 0
        self.messages = 0

    async def start(self) -> Floor:
        """Begin a life of the desk on what the store and the venue hold."""
        self.lives += 1
        memory = Memory(self.store.journal, self.store.ledger, self.store.registers)
        life = self.entropy.fork(f"life {self.lives}")
        self.engine: Engine
        self.engine, _ = await build_engine(memory, self.clock, life, EngineSettings())
        self.engine.contract = self.market.instrument
        self.engine.committed(self.events.extend)
        self.writer = asyncio.create_task(self.engine.run(), name="engine")
        self.dialogue: Dialogue = build_dialogue(
            self.engine,
            memory,
            self.market,
            self.clock,
            life.fork("nonces"),
            DeskFacts(version="1.0", feed="hand"),
            prefs=self.prefs,
            auto_confirm=self.is_pressed,
        )
        self.broker = PaperBroker(PAPER, self.venue, self.clock)
        await open_paper_account(self.engine, Decimal(10_000))
        await connect(self.engine, PAPER, self.broker)
        await self.settle()
        return self

    async def die(self) -> None:
        """The process ends without a word."""
        self.writer.cancel()
        await asyncio.gather(self.writer, return_exceptions=True)
        await self.engine.outbox.close()

    # ------------------------------------------------------------ the market

    async def quote(self, symbol: str, bid: str, ask: str = "") -> None:
        """A price of now, for everybody who listens."""
        price = Quote(
            symbol, Price(Decimal(bid)), Price(Decimal(ask or bid)), self.clock.now(), source="hand"
        )
        self.market.take(price)
        self.broker.on_market(price)
        self.engine.on_quote(price)
        await self.settle()

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        await self.clock.sleep_s(seconds)
        await self.settle()

    async def settle(self) -> None:
        """Let everything that can happen now happen."""
        await self.loop.quiet()
        if self.writer.done():
            self.writer.result()

    # ------------------------------------------------------------ the person

    async def say(self, text: str, *, message_id: str = "", sent_ago_s: float = 0, **more: Any) -> Screen:
        """Type a line; the last screen of the answer."""
        self.messages += 1
        at = self.clock.now() - timedelta(seconds=sent_ago_s)
        return await self.hear(self._incoming(message_id or f"m{self.messages}", at, text=text, **more))

    async def press(self, label: str, card: Screen | None = None, **more: Any) -> Screen:
        """Press the button of that label on a card, or on the newest one that has it."""
        self.messages += 1
        found = button(card, label) if card is not None else self._newest(label)
        incoming = self._incoming(
            f"m{self.messages}", self.clock.now(), action=found.action.id, label=label, **more
        )
        return await self.hear(incoming)

    async def hear(self, incoming: Incoming) -> Screen:
        """Answer what came in."""
        screens = await self.dialogue.answer(incoming)
        self.cards.extend(screens)
        await self.settle()
        return screens[-1]

    def _incoming(self, message_id: str, at: datetime, **more: Any) -> Incoming:
        told = {"platform": "console", "chat": "terminal", "person": "owner", **more}
        return Incoming(message_id=message_id, at=at, **told)

    def _newest(self, label: str) -> Button:
        for card in reversed(self.cards):
            for one in card.all_buttons:
                if one.label == label:
                    return one
        raise AssertionError(f"no card has a button {label!r}")

    # ------------------------------------------------------------ what came of it

    @property
    def orders(self) -> list[Order]:
        """All orders so far, by number."""
        return sorted(self.engine.book.orders.values(), key=lambda order: order.number)

    @property
    def entries(self) -> list[Order]:
        """Orders that open or enlarge."""
        return [order for order in self.orders if order.is_entry]

    def held(self, symbol: str = "BTC/USD") -> Decimal:
        """The signed quantity that the account holds."""
        position = self.position(symbol)
        return position.quantity if position is not None else Decimal(0)

    def position(self, symbol: str = "BTC/USD") -> Position | None:
        """The newest position in the symbol."""
        return self.engine.book.current_position(PAPER, symbol)

    def names(self) -> list[str]:
        """What was journaled since the start, by event."""
        return [type(stored.event).__name__ for stored in self.events]

    async def bought(self, line: str = "/buy BTC 1000 tp 2% sl 1%") -> None:
        """A line, pressed and filled at the market's price."""
        card = await self.say(line)
        await self.press(card.all_buttons[0].label, card)
        quote = self.market.last("BTC/USD")
        assert quote is not None
        await self.wait(1)
        await self.quote("BTC/USD", str(quote.bid), str(quote.ask))


Story = Callable[[Floor], Coroutine[Any, Any, None]]


def play(
    story: Story,
    *,
    profile: VenueProfile = PAPER_FULL,
    prefs: Prefs | None = None,
    is_pressed: bool = False,
) -> None:
    """Tell a story on a floor where BTC stands at 7,400, ETH at 400, SOL at 20 and the E-mini at 2,600."""

    async def main(loop: VirtualLoop) -> None:
        floor = Floor(loop, profile=profile, prefs=prefs or Prefs(), is_pressed=is_pressed)
        await floor.start()
        for symbol, bid, ask in (
            ("BTC/USD", "7400", "7401"),
            ("ETH/USD", "400", "400.1"),
            ("SOL/USD", "20", "20.01"),
            ("SOL/EUR", "16", "16.01"),
            ("ES", "2600", "2600.25"),
        ):
            await floor.quote(symbol, bid, ask)
        await story(floor)
        await floor.die()

    run(main)


def text(screen: Screen) -> str:
    """The words of a screen."""
    return as_text(screen)


def labels(screen: Screen) -> list[str]:
    """What its buttons say."""
    return [one.label for one in screen.all_buttons]


def button(screen: Screen, label: str) -> Button:
    """Its button of that label."""
    found = [one for one in screen.all_buttons if one.label == label]
    assert found, f"no button {label!r} among {labels(screen)}"
    return found[0]


def refuses(screen: Screen) -> bool:
    """Whether it says no and asks nothing."""
    return screen.kind in (Kind.REFUSAL, Kind.ASIDE) and not screen.all_buttons
