"""A decision in the making: events taken into the staged book as they are decided, effects, the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct

from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain.apply import apply
from trading.domain.book import Account, Book
from trading.domain.dust import is_stuck
from trading.domain.freezing import holds_none
from trading.domain.ids import AccountId, CommandId, OrderId, PersonId, client_order_id
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import Order, OrderStatus, OrderType, Role, Side
from trading.domain.position import Position
from trading.domain.request import RequestKind
from trading.domain.risk import Approved, approve

EVERYBODY = ""
NOBODY = PersonId("")
AGAIN_AFTER = timedelta(seconds=10)
"""How long a cancel that failed rests while the venue says nothing of its order; twice as long each time."""
AGAIN_AFTER_MAX = timedelta(seconds=60)
UNANSWERED = (OrderStatus.SUBMITTING, OrderStatus.IN_DOUBT)


class Context(Struct, frozen=True):
    """What a decision may know beside the book: the instant, the desk's key for client order ids, the
    operator's switch for live trading, the contract behind a symbol that was never traded here, and how long
    a limit waits before it allows more (zero: not at all)."""

    now: datetime
    key: bytes
    live_allowed: bool = False
    contract: Callable[[str], Instrument | None] = lambda symbol: None
    raise_cools: timedelta = timedelta()


class Deciding:
    """The accumulating decision. `book` is staged; every event is applied to it the moment it is decided,
    so that later choices of the same message see it."""

    __slots__ = (
        "anew_for",
        "book",
        "by",
        "context",
        "effects",
        "events",
        "facts",
        "now",
        "refusals",
        "standing",
    )

    def __init__(
        self, book: Book, context: Context, *, anew_for: str | None = None, by: PersonId = NOBODY
    ) -> None:
        self.by = by  # who wants it; nobody when a venue, a price or a timer caused it
        self.anew_for = anew_for  # whose cancels go out again although they failed: a command's, EVERYBODY's
        self.standing: set[OrderId] = set()  # orders that the venue has just said to stand
        self.book = book
        self.context = context
        self.now = context.now
        self.events: list[ev.Event] = []
        self.effects: list[fx.Effect] = []
        self.facts: dict[str, Any] = {}
        self.refusals: tuple[ev.Refusal, ...] = ()

    def emit(self, event: ev.Event) -> None:
        """Decide that `event` is so."""
        apply(self.book, event)
        self.events.append(event)

    def then(self, effect: fx.Effect) -> None:
        """Have `effect` carried out once the events are durable."""
        self.effects.append(effect)

    def deny(
        self, account: AccountId, command_id: CommandId, verb: str, symbol: str, *refusals: ev.Refusal
    ) -> None:
        """Refuse a command; journaled, so that `/why` can answer."""
        self.refusals = refusals
        if self.book.account(account) is not None:
            self.emit(ev.CommandDenied(account, command_id, verb, symbol, refusals, self.now, self.by))

    # ------------------------------------------------------------ reading what must exist

    def account(self, account: AccountId) -> Account:
        """The account; its existence was checked when the command was taken."""
        found = self.book.account(account)
        assert found is not None, f"no account {account}"
        return found

    def position(self, position: Position) -> Position:
        """The newest state of a position."""
        found = self.book.position(position.position_id)
        assert found is not None
        return found

    def order(self, order: Order) -> Order:
        """The newest state of an order."""
        found = self.book.order(order.order_id)
        assert found is not None
        return found

    def position_of(self, order: Order) -> Position:
        """The newest state of the position that an order belongs to."""
        found = self.book.position(order.position_id)
        assert found is not None
        return found

    def instrument_of(self, position: Position) -> Instrument:
        """The contract of a position."""
        found = self.book.instrument(position.account, position.symbol)
        assert found is not None, f"no instrument {position.symbol}"
        return found

    # ------------------------------------------------------------ orders

    def list_instrument(self, account: AccountId, instrument: Instrument) -> None:
        """Make sure that the account's stream knows the contract that its orders rely on."""
        if self.book.instrument(account, instrument.symbol) != instrument:
            self.emit(ev.InstrumentListed(account, instrument, self.now))

    def new_order(
        self,
        position: Position,
        role: Role,
        side: Side,
        order_type: OrderType,
        quantity: Quantity,
        **more: Any,
    ) -> Order:
        """A new order of a position; its ids grow from the position and from what opened it."""
        number = position.order_count + 1
        word = "entry" if role is Role.ENTRY else "exit"
        order_id = OrderId(f"{position.position_id}/{word}-{number}")
        cause = more.get("command_id") or position.command_id
        return Order(
            order_id=order_id,
            client_order_id=client_order_id(self.context.key, position.account, cause, order_id, 1),
            account=position.account,
            position_id=position.position_id,
            symbol=position.symbol,
            side=side,
            type=order_type,
            quantity=quantity,
            role=role,
            reduce_only=role is not Role.ENTRY,
            intended_at=self.now,
            number=self.account(position.account).order_count + 1,
            **more,
        )

    def intend(
        self,
        order: Order,
        cause: str,
        gate: ev.GateDecision | None = None,
        seconded_by: PersonId = NOBODY,
    ) -> Approved[Order]:
        """Write an order down. Exits pass the gate by being reduce-only; entries bring their verdict, and who
        has agreed to them."""
        if gate is None:
            assert order.reduce_only, "only exits may pass without a verdict"
            gate = self.exit_gate(order)
        self.emit(ev.OrderIntended(order.account, order, gate, cause, self.now, self.by, seconded_by))
        return approve(order, gate)

    def exit_gate(self, order: Order) -> ev.GateDecision:
        """The gate's decision for an order that can only reduce: its quantity is covered by what is held,
        or by the entry with which it goes and behind which it sleeps."""
        position = self.book.position(order.position_id)
        assert position is not None
        entry = self.book.order_of_client_id(order.parent) if order.parent else None
        held = position.quantity if entry is None else entry.quantity * entry.side.sign
        assert held * order.side.sign < 0, "an exit goes against its position"
        assert order.quantity <= abs(held), "an exit is never larger than its position"
        quote = self.book.marks.get(order.symbol)
        return ev.GateDecision(
            decision_id=f"{order.order_id}#{order.attempt}",
            price=quote.mid if quote else None,
            price_at=quote.at if quote else None,
            source=quote.source if quote else "",
            limits_version=self.account(order.account).limits_version,
            checks=(ev.Check("reduce_only", True, str(order.quantity), str(abs(held))),),
        )

    def ask_cancel(self, order: Order, cause: str, *, is_new: bool = False) -> None:
        """Request the end of an open order, once. When that failed the venue is being asked: it goes out
        again when it has said that the order stands, or after a pause (X25). One that is new was not wanted
        meanwhile, so that nobody is asking any more: it goes out."""
        if not order.is_open or order.is_canceling or (not is_new and self._is_vain(order, cause)):
            return
        self.emit(ev.CancelRequested(order.account, order.order_id, cause, self.now, self.by))
        self.then(fx.Cancel(order.account, order.order_id, order.client_order_id))

    def _is_vain(self, order: Order, cause: str) -> bool:
        """Whether a cancel has failed a moment ago and nothing new is known since."""
        failed = order.request(RequestKind.CANCEL)
        if failed is None or failed.answered_at is None or not order.is_cancel_failed:
            return False
        if order.is_entry:
            return False  # what must not fill any more is asked for each time
        if self.anew_for in (EVERYBODY, cause) or order.order_id in self.standing:
            return False
        pause = min(AGAIN_AFTER * (1 << min(failed.attempt - 1, 3)), AGAIN_AFTER_MAX)
        # A failure that seems to lie ahead was before the clock was set back.
        return timedelta() <= self.now - failed.answered_at < pause

    def ask_replace(
        self,
        order: Order,
        quantity: Quantity,
        limit_price: Price | None,
        stop_price: Price | None,
        cause: str,
    ) -> None:
        """Request a change of a working order; one at a time. An order that has filled as much as it is known
        to have, and may be larger by a change that nobody answered, is asked about and not changed again:
        each new wish would put the answer off."""
        if not order.is_open or order.is_changing or order.is_canceling or not order.remaining:
            return
        event = ev.ReplaceRequested(
            order.account, order.order_id, quantity, limit_price, stop_price, cause, self.now, self.by
        )
        self.emit(event)
        self.then(
            fx.Replace(
                order.account, order.order_id, order.client_order_id, quantity, limit_price, stop_price
            )
        )

    def exits_in_flight(self, position: Position) -> list[Order]:
        """Open orders that reduce the position."""
        return [o for o in self.book.orders_of(position) if not o.is_entry]

    def is_gone(self, position: Position) -> bool:
        """Whether the venue is known to hold nothing of the position: an exit would only be refused."""
        account = self.account(position.account)
        return holds_none(account.frozen, account.ignored, position.symbol, position.quantity)

    def is_dust(self, position: Position) -> bool:
        """Whether what is held is known to be too little for the venue to trade."""
        return is_stuck(position, self.instrument_of(position), self.book.marks.get(position.symbol))

    def cannot_leave(self, position: Position) -> bool:
        """Whether an exit would only be refused: nothing is there to close, or too little."""
        return self.is_gone(position) or self.is_dust(position)

    def free_to_exit(self, position: Position) -> Quantity:
        """What no exit order has spoken for yet: where the venue enforces no group, exits may together
        never exceed the position (RULINGS 16)."""
        taken = self.spoken_for(position) + self.may_be_gone(position)
        return Quantity(max(self.in_lots(position) - taken, ZERO))

    def may_be_gone(self, position: Position) -> Decimal:
        """What an entry that goes the other way may have taken out already: a late fill has turned the
        position round, and what an entry on its way or in doubt has filled since is not known yet."""
        return sum(
            (
                order.remaining
                for order in self.book.open_orders(position.account)
                if order.is_entry and order.symbol == position.symbol and reduces(order, position)
                if order.type is OrderType.MARKET or order.status in UNANSWERED
            ),
            ZERO,
        )

    def in_lots(self, position: Position) -> Quantity:
        """What orders can trade of what is held, unsigned: its whole lots. A venue that takes its fee in
        units leaves more than that (X30)."""
        return self.instrument_of(position).quantity_down(abs(position.quantity))

    def spoken_for(self, position: Position) -> Decimal:
        """What exit orders may still take out, also when changes are carried out that are on their way. One
        that was meant for what was held before the position turned round takes nothing out of that."""
        exits = (o for o in self.exits_in_flight(position) if reduces(o, position))
        return sum((o.remaining_at_most for o in exits), ZERO)


def reduces(order: Order, position: Position) -> bool:
    """Whether the order goes against what is held."""
    return order.side.sign * position.quantity < 0
