"""A desk for the tests of screens: real decisions, journal and dialogue; a market that is set by hand.

Its venue takes everything and fills market orders at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.dialogue import Dialogue
from bot.conversation.handling import DeskFacts, Prefs, Tools
from bot.conversation.incoming import Incoming
from bot.conversation.layout import as_text
from bot.conversation.painting import Painter
from bot.conversation.screen import Screen
from bot.handlers.table import HANDLERS
from db.store import memory_store
from trading.domain import effects as fx
from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.commands import Command, OpenAccount, OpenPosition, Seen
from trading.domain.decide import Context, Message, decide
from trading.domain.events import Event
from trading.domain.exits import ExitPlan, Size, SizeKind
from trading.domain.ids import AccountId, CommandId, FillId, PersonId, StreamId, VenueOrderId
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.domain.money import Price
from trading.domain.order import Order, OrderType
from trading.domain.reports import Liquidity
from trading.engine.batch import cause_of
from trading.entropy import SeededEntropy
from trading.excursion import Paths
from trading.feeds.catalogue import instrument_for
from trading.ports import Append, Denied, Entry, Taken

START = datetime(2018, 4, 4, 1, 0, tzinfo=UTC)  # a Wednesday
PAPER = AccountId("paper")
OWNER = PersonId("owner")
FEE = Decimal("0.001")


class HandClock:
    """Stands still until somebody moves it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def elapsed_s(self) -> float:
        return (self.at - START).total_seconds()

    async def sleep_s(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def sleep_until(self, at: datetime) -> None:
        self.at = max(self.at, at)


class HandMarket:
    """Instruments and prices as the test sets them."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.instruments: dict[str, Instrument] = {}
        self.quotes: dict[str, Quote] = {}
        self.notes: dict[str, str] = {}
        self.past: dict[str, list[Bar]] = {}

    def instrument(self, symbol: str) -> Instrument | None:
        return self.instruments.get(symbol)

    def search(self, text: str) -> Sequence[Instrument]:
        return [i for i in self.instruments.values() if text in (i.symbol, i.base, "")]

    def last(self, symbol: str) -> Quote | None:
        return self.quotes.get(symbol)

    def stale_after_s(self, symbol: str) -> float:
        return 120.0

    def is_open(self, symbol: str, at: datetime) -> bool:
        return self.instruments[symbol].session.is_open(at)

    def bars(self, symbol: str, count: int) -> Sequence[Bar]:
        return self.past.get(symbol, [])[-count:]

    def note(self, symbol: str) -> str:
        return self.notes.get(symbol, "")


class Stage:
    """The whole desk. `say` types a line and gives back what is shown."""

    def __init__(self, *, guards: bool = True) -> None:
        self.clock = HandClock()
        self.market = HandMarket(self.clock)
        self.store = memory_store()
        self.book = Book()
        self.seqs: dict[StreamId, int] = {}
        self.answers: dict[str, Taken | Denied] = {}
        self.guards = guards
        self.numbers = 0
        self.takes_exits = True
        self.prefs = Prefs()
        self.painter: Painter | None = None
        self.paths: Paths | None = None
        self.facts = DeskFacts(version="1.0", feed="replay", folder="data", journal_heads=self.heads)
        self.last_heads: dict[str, tuple[int, str]] = {}

    async def opened(self) -> Stage:
        """With an account of 10,000 USD, BTC at 7,400 and the E-mini at 2,600."""
        await self.submit(
            OpenAccount(CommandId("open"), OWNER, PAPER, "paper", "paper", "USD", Decimal(10_000), "Paper")
        )
        await self.take(rp.BrokerConnected(PAPER, "paper", self.guards, self.clock.at))
        await self.take(rp.DayTurned(PAPER, "2018-04-04", Decimal(10_000), self.clock.at))
        self.price("BTC/USD", "7400", "7401")
        self.price("ES", "2600", "2600.25")
        return self

    def heads(self) -> dict[str, tuple[int, str]]:
        return {stream: (seq, "ab" * 32) for stream, seq in self.seqs.items()}

    def price(self, symbol: str, bid: str, ask: str = "") -> None:
        """A quote of now."""
        self.market.instruments.setdefault(symbol, instrument_for(symbol))
        quote = Quote(symbol, Price(Decimal(bid)), Price(Decimal(ask or bid)), self.clock.at, source="test")
        self.market.quotes[symbol] = quote
        self.book.marks[symbol] = quote

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.clock.at += timedelta(**span)

    # ------------------------------------------------------------ the desk

    async def submit(self, command: Command) -> Taken | Denied:
        known = self.answers.get(command.command_id)
        if known is not None:
            return replace(known, repeated=True)
        answer = await self.take(command)
        self.answers[command.command_id] = answer
        return answer

    async def take(self, message: Message) -> Taken | Denied:
        """Decide, write down, publish, carry out."""
        staged = self.book.staged()
        d = decide(staged, message, Context(self.clock.at, b"key", raise_cools=self.facts.raise_cools))
        correlation, causation = cause_of(message, d)
        await self.write(d.events, correlation, causation)
        self.book.publish(staged)
        for effect in d.effects:
            await self.carry(effect)
        command_id = CommandId(getattr(message, "command_id", ""))
        return Denied(command_id, d.refusals) if d.refusals else Taken(command_id, d.facts)

    async def write(self, events: Sequence[Event], correlation: str, causation: str) -> None:
        by_stream: dict[StreamId, list[Entry]] = {}
        for event in events:
            by_stream.setdefault(StreamId(event.account), []).append(Entry(event, correlation, causation))
        appends = [Append(s, self.seqs.get(s, 0), tuple(e)) for s, e in by_stream.items()]
        if appends:
            await self.store.journal.append(appends, 0)
        for stream, entries in by_stream.items():
            self.seqs[stream] = self.seqs.get(stream, 0) + len(entries)

    # ------------------------------------------------------------ the venue

    async def carry(self, effect: fx.Effect) -> None:
        match effect:
            case fx.Submit():
                for approved in effect.orders:
                    await self.accept(approved.item)
            case fx.Cancel():
                await self.take(
                    rp.CanceledReported(effect.account, effect.client_order_id, "requested", self.clock.at)
                )
            case fx.Replace():
                await self.take(
                    rp.Replaced(
                        effect.account,
                        effect.client_order_id,
                        effect.quantity,
                        effect.limit_price,
                        effect.stop_price,
                        "requested",
                        self.clock.at,
                    )
                )
            case _:
                pass

    async def accept(self, order: Order) -> None:
        if not self.takes_exits and order.type is not OrderType.MARKET:
            return
        self.numbers += 1
        venue_id = VenueOrderId(f"v{self.numbers}")
        await self.take(rp.Accepted(order.account, order.client_order_id, venue_id, self.clock.at))
        if order.type is OrderType.MARKET:
            quote = self.market.quotes[order.symbol]
            await self.fill(order, quote.ask if order.side.sign > 0 else quote.bid)

    async def fill(self, order: Order, price: Price) -> None:
        """All of an order at one price; the venue ends the rest of its group when the position is flat."""
        self.numbers += 1
        fee = order.quantity * price * self.market.instruments[order.symbol].multiplier * FEE
        await self.take(
            rp.FillReported(
                order.account,
                order.client_order_id,
                FillId(f"f{self.numbers}"),
                order.quantity,
                price,
                fee,
                Liquidity.TAKER,
                self.clock.at,
            )
        )
        position = self.book.position(order.position_id)
        if position is not None and not position.is_open and order.group:
            for other in self.book.orders_of(position):
                await self.take(
                    rp.CanceledReported(other.account, other.client_order_id, "oco", self.clock.at)
                )

    # ------------------------------------------------------------ the chat

    @property
    def tools(self) -> Tools:
        return Tools(
            desk=self,
            book=lambda: self.book,
            market=self.market,
            ledger=self.store.ledger,
            registers=self.store.registers,
            clock=self.clock,
            entropy=SeededEntropy(self.numbers),
            facts=self.facts,
            atr=lambda symbol: None,
            identify=lambda incoming: OWNER if incoming.person == "ann" else None,
            defaults=self.prefs,
            painter=self.painter,
            paths=self.paths,
        )

    async def screens(self, text: str = "", *, action: str = "", yes: bool = False) -> list[Screen]:
        """What is answered to a line or a press."""
        self.numbers += 1
        incoming = Incoming(
            "console", "chat", str(self.numbers), "ann", self.clock.at, text=text, action=action
        )
        return await Dialogue(self.tools, HANDLERS, auto_confirm=yes).answer(incoming)

    async def screen(self, text: str) -> Screen:
        """The one screen that answers a line."""
        (found,) = await self.screens(text)
        return found

    async def say(self, text: str, *, yes: bool = False) -> str:
        """All screens that answer a line, as text."""
        return "\n".join(as_text(screen) for screen in await self.screens(text, yes=yes))

    async def press(self, screen: Screen, label: str) -> str:
        """Press a button of a screen."""
        (found,) = [button for button in screen.all_buttons if button.label == label]
        return "\n".join(as_text(one) for one in await self.screens(action=found.action.id))

    # ------------------------------------------------------------ shortcuts

    async def buy(self, symbol: str = "BTC/USD", quantity: str = "0.1", **exits: object) -> None:
        """A long position, without the chat."""
        self.numbers += 1
        seen = Seen(self.market.instruments[symbol], self.market.quotes[symbol])
        plan = exits.pop("plan", ExitPlan())
        assert isinstance(plan, ExitPlan)
        command = OpenPosition(
            CommandId(f"console:chat:{self.numbers}"),
            OWNER,
            PAPER,
            seen,
            bool(exits.pop("is_long", True)),
            Size(SizeKind.BASE, Decimal(quantity)),
            exits=plan,
            **exits,  # type: ignore[arg-type]  # tests pass fields of the command
        )
        answer = await self.submit(command)
        assert isinstance(answer, Taken), answer
