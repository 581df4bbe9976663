"""What a bot knows of itself: its life, its orders, what it holds, what it has earned. Values only.

A state survives JSON exactly: encoded, decoded and stepped on, it does what it would have done.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.automations.event import OrderFilled, Wish
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, ZERO, Price
from trading.domain.order import OrderType, Side

ORDERS_KEPT = 40
"""Orders that are over and still remembered, so that what the venue says of them late or twice is known."""


class Life(StrEnum):
    """Whether a bot works. In ERROR and STOPPED it opens and closes nothing; its guard stays."""

    ACTIVE = "active"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ERROR = "error"


class Reason(Struct, frozen=True):
    """Why a bot stands where it stands."""

    code: str
    sentence: str


class OrderKind(StrEnum):
    """A plain order, the guard of all that is held, or the closing of all that is held."""

    PLAIN = "plain"
    GUARD = "guard"
    CLOSE = "close"


class BotOrder(Struct, frozen=True):
    """An order of the bot with what became of it. `slot` is what it serves, `lot` what its fills are booked
    to; `opens` whether it enters or leaves. `final`: what it traded in all, once the venue has said that."""

    tag: str
    slot: str
    kind: OrderKind
    lot: str
    opens: bool
    side: Side
    type: OrderType = OrderType.MARKET
    quantity: Decimal = ZERO
    limit: Price | None = None
    stop: Price | None = None
    filled: Decimal = ZERO
    fill_ids: tuple[str, ...] = ()
    is_canceling: bool = False
    has_ended: bool = False
    final: Decimal | None = None

    @property
    def remaining(self) -> Decimal:
        """What may still fill, in base units."""
        most = self.quantity if self.final is None else min(self.final, self.quantity)
        return max(most - self.filled, ZERO)

    @property
    def is_open(self) -> bool:
        """Whether fills of it are still expected."""
        if self.kind is OrderKind.PLAIN:
            return self.remaining > ZERO and not (self.has_ended and self.final is None)
        return not self.has_ended


class Lot(Struct, frozen=True):
    """What one part of the bot holds: units (long > 0), what they were traded for, their fees, and what they
    take from the budget (`reserved`, and `reserved_fee` for fees: a short takes what its order said, however
    well it was filled).

    `realised` is what this round trip has brought so far, after fees.
    """

    quantity: Decimal = ZERO
    cost: Decimal = ZERO
    fee: Decimal = ZERO
    reserved: Decimal = ZERO
    reserved_fee: Decimal = ZERO
    realised: Decimal = ZERO


class Statistic(Struct, frozen=True):
    """What a bot has done. Money in the currency of settlement, after fees; `held_ms` counts finished
    stretches in which something was held."""

    round_trips: int = 0
    wins: int = 0
    losses_in_row: int = 0
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    best: Decimal | None = None
    worst: Decimal | None = None
    fills: int = 0
    held_ms: int = 0
    held_since: datetime | None = None


class Guarding(Struct, frozen=True):
    """The guard that stands."""

    tag: str
    below: Price | None = None
    above: Price | None = None


class BotState(Struct, frozen=True):
    """What every bot knows.

    `waits`: what may not be tried again before an instant, by slot. `serials`: the number of the newest order
    of each slot. `closing`: why all that is held is being closed (empty: it is not). `early`: exits that were
    told before the entries that they close. `dust`: what venues keep of a purchase and no order can sell.
    """

    version: int
    instrument: Instrument
    budget: Decimal
    fee_percent: Decimal
    began_at: datetime
    life: Life = Life.ACTIVE
    reason: Reason | None = None
    wish: Wish | None = None
    bid: Price | None = None
    ask: Price | None = None
    seen_at: datetime | None = None
    bar_at: datetime | None = None
    orders: dict[str, BotOrder] = {}
    serials: dict[str, int] = {}
    lots: dict[str, Lot] = {}
    guard: Guarding | None = None
    waits: dict[str, datetime] = {}
    refusals: int = 0
    closing: str = ""
    early: tuple[OrderFilled, ...] = ()
    statistic: Statistic = Statistic()
    dust: Decimal = ZERO
    dust_cost: Decimal = ZERO

    @property
    def held(self) -> Decimal:
        """Units that the bot holds, long > 0, without dust."""
        return sum((lot.quantity for lot in self.lots.values()), ZERO)

    @property
    def is_flat(self) -> bool:
        """Whether nothing is held, in no part of it."""
        return not self.lots

    @property
    def open_orders(self) -> tuple[BotOrder, ...]:
        """Plain orders that may still fill, oldest first."""
        return tuple(o for o in self.orders.values() if o.kind is OrderKind.PLAIN and o.is_open)

    @property
    def may_spend(self) -> Decimal:
        """The budget, less what has been lost: what is gone is not spent again; gains are not added."""
        return self.budget + min(self.statistic.realised, ZERO)

    @property
    def committed(self) -> Decimal:
        """What of the budget is bound, in what is held and in orders that would open more, with fees."""
        held = sum((lot.reserved + lot.reserved_fee for lot in self.lots.values()), self.dust_cost)
        for order in self.orders.values():
            if order.opens and order.limit is not None and order.is_open:
                held += with_fee(self.charge(order.limit, order.remaining), self.fee_percent)
        return held

    def charge(self, price: Decimal, quantity: Decimal) -> Decimal:
        """What so much binds: its notional, of a future the margin."""
        notional = self.instrument.notional(price, quantity).value
        return notional * self.instrument.margin_fraction if self.instrument.is_future else notional

    def unrealised(self) -> Decimal:
        """What closing everything now would bring beside what is realised: at bid or ask, after fees."""
        total = ZERO
        for lot in self.lots.values():
            price = self.bid if lot.quantity > ZERO else self.ask
            if price is None:
                continue
            worth = self.instrument.notional(price, abs(lot.quantity)).value
            gain = worth - lot.cost if lot.quantity > ZERO else lot.cost - worth
            total += gain - lot.fee - worth * self.fee_percent / HUNDRED
        return total


def with_fee(notional: Decimal, fee_percent: Decimal) -> Decimal:
    """A notional and the fee on it."""
    return notional * (HUNDRED + fee_percent) / HUNDRED
