"""A desk in memory for these tests: real decisions on a real book, fills at named prices."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.conversation.layout import as_text
from bot.conversation.wording import Wording
from bot.notifications.alerts import Alert, alert, group_of, is_news, joins
from bot.notifications.scene import Scene
from trading.domain import commands as cm
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.book import Book
from trading.domain.decide import Context, Message, decide
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind, Target
from trading.domain.ids import AccountId, CommandId, FillId, PersonId, StreamId, VenueOrderId
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.engine.batch import cause_of
from trading.ports import StoredEvent

START = datetime(2018, 4, 4, 1, 0, tzinfo=UTC)
ACCOUNT = AccountId("paper")
OWNER = PersonId("owner")
BTC = Instrument(
    "BTC/USD",
    InstrumentKind.SPOT,
    "BTC",
    "USD",
    tick_size=Decimal("0.01"),
    lot_size=Decimal("0.0001"),
    collar_percent=Decimal(50),
)
STOP_AND_TARGETS = ExitPlan(
    targets=(
        Target(Level(LevelKind.R, Decimal(2)), Decimal(50)),
        Target(Level(LevelKind.R, Decimal(3)), Decimal(50)),
    ),
    stop=Level(LevelKind.PERCENT, Decimal(1)),
)


class Desk:
    """Accounts, orders and positions as the engine would have them; each message is decided at once."""

    def __init__(self, *, guards: bool = True) -> None:
        self.book = Book()
        self.now = START
        self.journal: list[StoredEvent] = []
        self._fills = 0
        self._commands = 0
        self.do(
            cm.OpenAccount(
                CommandId("desk:open:paper"), OWNER, ACCOUNT, "paper", "paper", "USD", Decimal(10_000)
            )
        )
        self.do(rp.BrokerConnected(ACCOUNT, "paper", guards, self.now))
        self.price("10000")

    def open_account(self, name: str, owner: PersonId) -> None:
        """Somebody else has an account too."""
        self.do(
            cm.OpenAccount(
                CommandId(f"desk:open:{name}"), owner, AccountId(name), "paper", "paper", "USD", Decimal(0)
            )
        )

    def price(self, text: str) -> None:
        """The market is at this price now."""
        at = Price(Decimal(text))
        self.book.marks[BTC.symbol] = Quote(BTC.symbol, at, at, self.now)

    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.now += timedelta(seconds=seconds)

    def do(self, message: Message) -> list[StoredEvent]:
        """Decide one message; the events that were written down."""
        staged = self.book.staged()
        d = decide(staged, message, Context(self.now, b"key"))
        self.book.publish(staged)
        correlation, causation = cause_of(message, d)
        return [self.write(event, correlation, causation) for event in d.events]

    def write(self, event: ev.Event, correlation: str = "x", causation: str = "job:x") -> StoredEvent:
        """Put an event into the journal as it is."""
        stream = StreamId(event.account)
        seq = sum(1 for stored in self.journal if stored.stream == stream) + 1
        stored = StoredEvent(stream, seq, event, correlation, causation, "")
        self.journal.append(stored)
        return stored

    def _command_id(self, source: str) -> CommandId:
        self._commands += 1
        return CommandId(f"{source}:{self._commands}")

    @property
    def seen(self) -> cm.Seen:
        """The market as a command sees it."""
        return cm.Seen(BTC, self.book.marks[BTC.symbol])

    def buy(
        self,
        quantity: str = "0.1",
        exits: ExitPlan = STOP_AND_TARGETS,
        *,
        is_long: bool = True,
        source: str = "console:terminal",
    ) -> list[StoredEvent]:
        """Order at market, accepted by the venue, not filled yet."""
        size = Size(SizeKind.BASE, Decimal(quantity))
        self.book.marks[BTC.symbol] = Quote(BTC.symbol, self.mark, self.mark, self.now)
        return self.do(
            cm.OpenPosition(
                self._command_id(source),
                OWNER,
                ACCOUNT,
                self.seen,
                is_long,
                size,
                exits=exits,
                confirmed=("duplicate",),
            )
        )

    @property
    def mark(self) -> Price:
        """The newest price."""
        return self.book.marks[BTC.symbol].bid

    def orders(self) -> list[Order]:
        """Everything that may still fill."""
        return list(self.book.open_orders(ACCOUNT))

    def accept(self, order: Order) -> list[StoredEvent]:
        """The venue has it."""
        report = rp.Accepted(ACCOUNT, order.client_order_id, VenueOrderId("v"), self.now)
        return self.do(report)

    def accept_all(self) -> None:
        """The venue has everything."""
        for order in self.orders():
            self.accept(order)

    def fill(
        self, order: Order, price: str, quantity: str | None = None, fee: str = "0.5"
    ) -> list[StoredEvent]:
        """A fill of (the rest of) an order."""
        self._fills += 1
        now = self.book.order(order.order_id)
        assert now is not None
        size = Quantity(Decimal(quantity)) if quantity else now.remaining
        return self.do(
            rp.FillReported(
                ACCOUNT,
                order.client_order_id,
                FillId(f"f{self._fills}"),
                size,
                Price(Decimal(price)),
                Decimal(fee),
                rp.Liquidity.TAKER,
                self.now,
            )
        )

    def bought(
        self, quantity: str = "0.1", price: str = "10000", exits: ExitPlan = STOP_AND_TARGETS
    ) -> list[StoredEvent]:
        """A position with its exits standing at the venue; the events of its fill."""
        self.buy(quantity, exits)
        found = self.fill(self.orders()[0], price)
        self.accept_all()
        return found

    def leg(self, name: str) -> Order:
        """The open order of an exit (`tp1`, `sl`)."""
        role, number = ("stop", 0) if name == "sl" else ("target", int(name[2:]))
        return next(o for o in self.orders() if o.role.value == role and o.leg == number)

    def scene(self, **more: object) -> Scene:
        """For telling something now."""
        return Scene(Wording(), self.book, **more)  # type: ignore[arg-type]  # passed on as they are


def news(desk: Desk, stored: list[StoredEvent]) -> list[StoredEvent]:
    """Those that somebody needs to hear."""
    return [one for one in stored if is_news(one, desk.scene())]


def told(desk: Desk, stored: list[StoredEvent]) -> Alert:
    """The message of these events' first news, with what merges into it."""
    first, *others = news(desk, stored)
    name, members = group_of(first, desk.scene()), [first]
    for one in others:
        if joins(one, members[-1]) or (name and group_of(one, desk.scene()) == name):
            members.append(one)
    found = alert(members, desk.scene())
    assert found is not None
    return found


def text(made: Alert) -> str:
    """As the terminal shows it."""
    return as_text(made.screen)
