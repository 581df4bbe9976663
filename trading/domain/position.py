"""A position: quantity, exact cost, and what guards it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.exits import ExitPlan
from trading.domain.ids import AccountId, CommandId, OrderId, PositionId
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, ZERO, Price, Quantity
from trading.domain.order import Role

UNPROTECTED = "unprotected:"
"""How the cause of a flatten begins that nobody typed: no stop stood for too long."""


class Guard(StrEnum):
    """Who watches the exits, best first. What the desk watches dies with its process."""

    BRACKET = "bracket"  # a group at the venue that came there with the entry, in the same order
    VENUE = "venue"  # one group at the venue, of which it lets only the position's quantity trade
    ATTACHED = "attached"  # orders at the venue that it keeps to the position's size by itself
    PAIR = "pair"  # reduce-only orders at the venue; the desk reduces the others when one of them fills
    STOP = "stop"  # the stop rests at the venue, the desk watches the rest
    BOT = "bot"  # the desk watches everything
    NONE = "none"


class LegKind(StrEnum):
    """What a leg does to the position."""

    TARGET = "target"
    STOP = "stop"
    TRAIL = "trail"
    TIME = "time"


class Leg(Struct, frozen=True, gc=False):
    """One exit with its price from the fill. `name`: `tp1`, `sl`, `trail`, `time`."""

    name: str
    kind: LegKind
    quantity: Quantity
    price: Price | None = None
    share: Decimal | None = None
    order_id: OrderId | None = None  # the order that serves it now or served it last
    is_done: bool = False
    trail_distance: Decimal | None = None
    trail_percent: Decimal | None = None  # of the best price; instead of trail_distance
    activation_price: Price | None = None


class Bracket(Struct, frozen=True, gc=False):
    """A position's exits in prices. `risk_per_unit` is |entry − first stop|, what 1 R means."""

    legs: tuple[Leg, ...] = ()
    guard: Guard = Guard.NONE
    group: str = ""
    risk_per_unit: Decimal | None = None
    best_price: Price | None = None  # high-water mark of the trail (low-water for shorts)
    break_even_after: int | None = None
    is_break_even: bool = False
    exit_at: datetime | None = None
    watched: tuple[str, ...] = ()  # legs that the desk watches although the guard has others rest

    def leg(self, name: str) -> Leg | None:
        """The leg of that name."""
        return next((leg for leg in self.legs if leg.name == name), None)

    def rests(self, leg: Leg) -> bool:
        """Whether the leg is an order at the venue (as far as the venue took it), not a level of ours."""
        if leg.kind is LegKind.TIME or self.guard in (Guard.BOT, Guard.NONE):
            return False
        return leg.name not in self.watched

    @property
    def targets(self) -> tuple[Leg, ...]:
        """The take-profit legs in order."""
        return tuple(leg for leg in self.legs if leg.kind is LegKind.TARGET)

    @property
    def stop_price(self) -> Price | None:
        """Where the fixed stop stands now."""
        stop = self.leg("sl")
        return stop.price if stop and not stop.is_done else None


class Swap(Struct, frozen=True, gc=False):
    """An exit that must wait: what rests in its way is canceled first, and not before the venue has confirmed
    that is the exit sent. Written down before anything is asked, so that a crash cannot forget it.

    `cause` is a leg's name or a command id; `exit_id` is None until the exit went out.
    """

    cancels: tuple[OrderId, ...]
    role: Role
    cause: str
    quantity: Quantity
    at: datetime
    exit_id: OrderId | None = None


class Dust(Struct, frozen=True, gc=False):
    """What is held is too little for the venue to trade. `worth`: what it was worth (quote currency) when an
    exit for all of it was refused."""

    worth: Decimal
    at: datetime


class Vain(Struct, frozen=True, gc=False):
    """The venue has refused an exit because it holds nothing that could be reduced, and the book says
    otherwise. `quantity`: what the book held then (signed): once that has moved, it says nothing any more.
    `times`: tries in a row, each of them decided after the refusal of the one before."""

    quantity: Quantity
    at: datetime
    times: int = 1


class Pulled(Struct, frozen=True, gc=False):
    """Legs that another hand has ended at the venue. The desk watches their levels and does not place them
    while a person is asked whether they come back; unanswered they do, at `until`."""

    legs: tuple[str, ...]
    asked_at: datetime
    until: datetime


class Gap(Struct, frozen=True, gc=False):
    """The price has jumped over the stop, and a person is asked what is to be done. Until they answer the
    stop sleeps: nobody guards the position. `stop` and `price` are those of `at`; `reminders` were told."""

    stop: Price
    price: Price
    at: datetime
    remind_at: datetime
    reminders: int = 0


class Position(Struct, frozen=True, gc=False):
    """What an account holds in one symbol, from flat to flat.

    `quantity` is signed (long > 0). `cost` is signed and exact: Σ price × quantity × multiplier of what
    is still held (RULINGS 10). `realised` excludes fees; `fees` is their sum.
    A position exists from its first entry order on (quantity 0 = not yet filled).
    """

    position_id: PositionId
    account: AccountId
    symbol: str
    quantity: Quantity = Quantity(ZERO)
    cost: Decimal = ZERO
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    plan: ExitPlan = ExitPlan()
    atr: Decimal | None = None
    bracket: Bracket | None = None
    order_ids: tuple[OrderId, ...] = ()  # orders that are open; done ones leave
    order_count: int = 0
    tag: str = "manual"
    command_id: CommandId = CommandId("")  # what opened it: the cause from which its exits' ids grow
    uncovered_since: datetime | None = None
    entry_quantity: Quantity = Quantity(ZERO)  # Σ of entry fills, unsigned
    entry_cost: Decimal = ZERO  # Σ of their cost, unsigned
    last_exit: str = ""  # what took the last piece: tp1, sl, trail, close …
    stop_at_entry: Price | None = None
    swap: Swap | None = None
    dust: Dust | None = None
    pulled: Pulled | None = None
    bare_from: datetime | None = None  # from when on the time runs in which its stop must stand
    unprotected_s: Decimal = ZERO  # how long it was without its stop so far, gaps that are over
    is_given_up: bool = False  # it was without its stop for longer than the account allows
    gap: Gap | None = None
    out_at: Price | None = None  # the stop that was jumped over and that a person has said to carry out
    jumped: Price | None = None  # the stop that was jumped over, and whose exits leave within a collar
    vain: Vain | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything is held."""
        return self.quantity != 0

    @property
    def is_long(self) -> bool:
        """Whether it gains when the price rises."""
        return self.quantity > 0

    def average_price(self, instrument: Instrument) -> Decimal | None:
        """For display: exact cost per unit and multiplier."""
        if not self.quantity:
            return None
        return self.cost / (self.quantity * instrument.multiplier)

    def unrealised(self, instrument: Instrument, price: Decimal) -> Decimal:
        """What closing everything at `price` would realise, before fees, in the instrument's currency."""
        return self.quantity * price * instrument.multiplier - self.cost


def cost_share(cost: Decimal, quantity: Decimal, part: Decimal) -> Decimal:
    """The cost that leaves with `part` of `quantity`: rounded to 10⁻¹², all of it with the last piece.

    What stays keeps at least nine digits of its cost: a crumb of a cheap token is worth less than 10⁻¹²,
    and the price that its exits are counted from must not drown in the rounding.
    """
    held = abs(quantity)
    if part >= held:
        return cost
    rest = cost * (held - part) / held
    places = min(-12, rest.adjusted() - 9)
    return (cost * part / held).quantize(Decimal(1).scaleb(places))


def share_of(quantity: Decimal, percent: Decimal) -> Decimal:
    """`percent` of an unsigned quantity, unrounded."""
    return quantity * percent / HUNDRED
