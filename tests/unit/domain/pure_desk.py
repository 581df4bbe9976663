"""Deciding by hand, without an engine: the test is the venue, the clock and the market."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from tests.unit.domain.contracts import BTC, NOW, OWNER, PAPER
from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.book import Account, Book
from trading.domain.decide import Context, Deciding, Message, decide
from trading.domain.decide.waiting import waits
from trading.domain.exits import ExitPlan, Size, SizeKind
from trading.domain.ids import CommandId, FillId, OrderId, VenueOrderId
from trading.domain.instrument import Instrument
from trading.domain.ladder import ExitSupport
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity, plain
from trading.domain.order import Order, OrderStatus
from trading.domain.position import Bracket, Position

D = Decimal
KEY = b"k" * 32


class PureDesk:
    """A book with one paper account of 10,000 USD, and whoever decides on it.

    `guards` says whether the venue holds brackets; `exits`, where given, what else it holds of them. What
    every decision makes is kept in `events` and `effects` (of all decisions) and `last` (the newest).
    """

    def __init__(
        self,
        *,
        guards: bool = False,
        cash: str = "10000",
        instrument: Instrument = BTC,
        exits: ExitSupport | None = None,
    ) -> None:
        self.book = Book()
        self.now = NOW
        self.instrument = instrument
        self.events: list[ev.Event] = []
        self.effects: list[fx.Effect] = []
        self.commands = self.fills = 0
        self.atr: Decimal | None = D(50)
        self.live_allowed = False
        self.raise_cools = timedelta()
        self.tell(cm.OpenAccount(CommandId("open"), OWNER, PAPER, "paper", "paper", "USD", D(cash)))
        self.last = self.tell(rp.BrokerConnected(PAPER, "paper", guards, self.now, exits))

    def tell(self, message: Message) -> Deciding:
        """Have one message decided, and take what follows into the book."""
        staged = self.book.staged()
        made = decide(
            staged, message, Context(self.now, KEY, self.live_allowed, raise_cools=self.raise_cools)
        )
        self.book.publish(staged)
        self.events += made.events
        self.effects += made.effects
        self.last = made
        return made

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def price(self, bid: str, ask: str = "") -> Quote:
        """The market's newest quote."""
        symbol = self.instrument.symbol
        quote = Quote(symbol, Price(D(bid)), Price(D(ask or bid)), self.now, source="test")
        self.book.marks[symbol] = quote
        return quote

    # ------------------------------------------------------------ commands

    def command_id(self) -> CommandId:
        """A new one."""
        self.commands += 1
        return CommandId(f"test:1:{self.commands}")

    def seen(self) -> cm.Seen:
        """The market as a handler would have seen it."""
        return cm.Seen(self.instrument, self.book.marks.get(self.instrument.symbol), self.atr)

    def order_command(self, size: str = "0.1", *, long: bool = True, **more: Any) -> cm.OpenPosition:
        """A wish to buy or short `size` units."""
        return cm.OpenPosition(
            more.pop("command_id", None) or self.command_id(),
            more.pop("person", OWNER),
            more.pop("account", PAPER),
            more.pop("seen", None) or self.seen(),
            long,
            more.pop("sized", None) or Size(SizeKind.BASE, D(size)),
            exits=more.pop("exits", None) or ExitPlan(),
            confirmed=more.pop("confirmed", ("duplicate",)),
            **more,
        )

    def buy(self, size: str = "0.1", **more: Any) -> Deciding:
        """Buy (or short with `long=False`)."""
        return self.tell(self.order_command(size, **more))

    def do(self, kind: Any, **fields: Any) -> Deciding:
        """Any other command, ids filled in."""
        who = {"person": OWNER, "account": PAPER} | fields
        return self.tell(kind(command_id=self.command_id(), **who))

    def close(self, percent: str = "100", **more: Any) -> Deciding:
        """Close a share of the position, or `sized`."""
        return self.do(
            cm.ClosePosition,
            position_id=self.position.position_id,
            size=more.pop("sized", None) or Size(SizeKind.POSITION, D(percent)),
            seen=self.seen(),
            **more,
        )

    def exits(self, **parts: Any) -> Deciding:
        """Change the position's exits."""
        return self.do(cm.SetExits, position_id=self.position.position_id, seen=self.seen(), **parts)

    def ask_cancel(self, *orders: Order) -> Deciding:
        """A person cancels these."""
        return self.do(cm.CancelOrders, order_ids=tuple(order.order_id for order in orders))

    # ------------------------------------------------------------ what the venue says

    def accept(self, *orders: Order) -> None:
        """The venue has them."""
        for order in orders:
            venue_id = VenueOrderId(f"V-{order.order_id}")
            self.tell(rp.Accepted(PAPER, order.client_order_id, venue_id, self.now))

    def fill(
        self, order: Order, quantity: str = "", price: str = "6700", fee: str = "0", fill_id: str = ""
    ) -> Deciding:
        """The venue filled it (all that remains, or `quantity`)."""
        self.fills += 1
        name = FillId(fill_id or f"F{self.fills}")
        size = Quantity(D(quantity) if quantity else self.order(order).remaining)
        liquidity = rp.Liquidity.TAKER
        return self.tell(
            rp.FillReported(
                PAPER, order.client_order_id, name, size, Price(D(price)), D(fee), liquidity, self.now
            )
        )

    def cancel(self, order: Order, reason: str = "requested", filled: str = "") -> Deciding:
        """The venue ended it; `filled` as it says."""
        size = Quantity(D(filled)) if filled else None
        return self.tell(rp.CanceledReported(PAPER, order.client_order_id, reason, self.now, size))

    def reject(self, order: Order, code: str = "no_reason", reason: str = "No reason given.") -> Deciding:
        """The venue refused it."""
        return self.tell(rp.Rejected(PAPER, order.client_order_id, code, reason, self.now))

    def silence(self, order: Order) -> Deciding:
        """Nobody answered."""
        return self.tell(rp.Silent(PAPER, order.client_order_id, "no answer in time", self.now))

    def touched(self, leg: str, bid: str, ask: str = "") -> Deciding:
        """The market touched a watched level."""
        quote = self.price(bid, ask)
        return self.tell(rp.PriceTouched(PAPER, self.position.position_id, leg, quote, self.now))

    def look(self, *over: rp.Wait) -> Deciding:
        """A timer of the newest position rings: what is `over` is over, and what began long enough ago."""
        spans = tuple(
            span
            for span in waits(self.book, self.position)
            if span.wait in over or self.now - span.since >= span.lasts
        )
        return self.tell(rp.TimeCame(PAPER, self.now, self.position.position_id, is_look=True, over=spans))

    def restart(self) -> Deciding:
        """A session begins anew on the same book."""
        account = self.account
        guards = account.exits.is_whole
        return self.tell(rp.BrokerConnected(PAPER, "paper", guards, self.now, account.exits))

    def rose(self, best: str) -> Deciding:
        """A watched trail saw a new best price."""
        return self.tell(rp.TrailRose(PAPER, self.position.position_id, Price(D(best)), self.now))

    # ------------------------------------------------------------ looking

    @property
    def account(self) -> Account:
        """The account now."""
        found = self.book.account(PAPER)
        assert found is not None
        return found

    @property
    def position(self) -> Position:
        """The newest position."""
        found = self.book.current_position(PAPER, self.instrument.symbol)
        assert found is not None
        return found

    @property
    def bracket(self) -> Bracket:
        """The newest position's bracket."""
        assert self.position.bracket is not None
        return self.position.bracket

    def order(self, order: Order | OrderId) -> Order:
        """The newest state of an order."""
        found = self.book.order(order if isinstance(order, str) else order.order_id)
        assert found is not None
        return found

    @property
    def orders(self) -> list[Order]:
        """All open orders."""
        return list(self.book.open_orders(PAPER))

    def open_role(self, role: str) -> Order:
        """The one open order of a role."""
        (found,) = [order for order in self.orders if order.role.value == role]
        return found

    def status(self, order: Order) -> OrderStatus:
        """An order's newest status."""
        return self.order(order).status

    def named(self, name: str, *, of_last: bool = False) -> list[Any]:
        """The events of one class."""
        events = self.last.events if of_last else self.events
        return [event for event in events if type(event).__name__ == name]

    @property
    def said(self) -> list[str]:
        """The classes of the newest decision's events."""
        return [type(event).__name__ for event in self.last.events]

    @property
    def sent(self) -> list[str]:
        """The newest decision's effects in short: `submit sell market 0.1`, `cancel exit-2`, …"""
        return [line for effect in self.last.effects for line in told(effect)]

    @property
    def refused(self) -> list[str]:
        """The codes of the newest decision's refusals."""
        return [refusal.code for refusal in self.last.refusals]

    @property
    def sentence(self) -> str:
        """The newest decision's first refusal in words."""
        return self.last.refusals[0].sentence


def told(effect: fx.Effect) -> list[str]:
    """An effect in a few words."""
    match effect:
        case fx.Submit():
            return [in_words(approved.item) for approved in effect.orders]
        case fx.Cancel():
            return [f"cancel {effect.order_id.rsplit('/', 1)[-1]}"]
        case fx.Replace():
            prices = _prices(effect.limit_price, effect.stop_price)
            return [f"replace {effect.order_id.rsplit('/', 1)[-1]} {plain(effect.quantity)}{prices}"]
        case fx.Resolve():
            return ["resolve"]
        case fx.CheckFlat():
            return ["check flat"]
        case fx.Compare():
            return ["compare"]


def in_words(order: Order) -> str:
    """`sell stop 0.1 stop 6600`."""
    prices = _prices(order.limit_price, order.stop_price)
    return f"{order.side.value} {order.type.value} {plain(order.quantity)}{prices}"


def _prices(limit: Price | None, stop: Price | None) -> str:
    told_limit = f" limit {plain(limit)}" if limit is not None else ""
    return told_limit + (f" stop {plain(stop)}" if stop is not None else "")
