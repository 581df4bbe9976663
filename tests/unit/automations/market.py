"""A small market for bots: it fills their orders along bars by the rules of trading/brokers/fills.py.

Within a bar: first the open (orders that came since the last bar meet it, resting ones as after a gap), then
the range, stops before limits. What a bot asks for during a bar takes part from the next bar on, cancels and
the guard at once. Fees are those of the rules.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from trading.automations import command as cm
from trading.automations import event as ev
from trading.automations.machine import Machine
from trading.automations.state import BotState
from trading.brokers.fills import (
    FillRules,
    Strike,
    Terms,
    at_arrival,
    at_point,
    fee_of,
    in_range,
    order_inside,
)
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.market import Bar
from trading.domain.money import ZERO, Price, Quantity
from trading.domain.order import OrderType, Side
from trading.domain.reports import Liquidity
from trading.parameters import validated

D = Decimal
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

COIN = Instrument(
    "COIN/USD",
    InstrumentKind.SPOT,
    "COIN",
    "USD",
    D("0.01"),
    D("0.001"),
    "USD",
    notional_min=D(5),
    shortable=False,
)
PERP = Instrument(
    "PERP/USD", InstrumentKind.FUTURE, "PERP", "USD", D("0.01"), D("0.001"), "USD", notional_min=D(5)
)


def thawed(machine: Machine[Any], state: BotState) -> BotState:
    """The state after a restart: written as JSON and read again."""
    text = msgspec.json.encode(state)
    json.loads(text)
    return msgspec.json.decode(text, type=machine.state)


@dataclass
class Waiting:
    """An order that the market holds."""

    place: cm.Place
    is_new: bool = True
    filled: Decimal = ZERO

    @property
    def terms(self) -> Terms:
        """What decides its price."""
        return Terms(self.place.side is Side.BUY, self.place.type, self.place.limit, self.place.stop)


@dataclass
class Market:
    """One bot in its market. `line` collects what filled in the bar that is on, as `buy 1@100`;
    orders with `refuses` in their tag are refused."""

    machine: Machine[Any]
    state: Any
    fee: FillRules = field(default_factory=FillRules)
    orders: dict[str, Waiting] = field(default_factory=dict)
    guard: cm.Guard | None = None
    closing: str = ""
    held: Decimal = ZERO
    cash: Decimal = ZERO
    number: int = 0
    now: datetime = BEGIN
    line: list[str] = field(default_factory=list)
    notes: list[cm.Note] = field(default_factory=list)
    ends: list[cm.StopSelf] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    refuses: str = ""

    @property
    def instrument(self) -> Instrument:
        """What is traded."""
        instrument: Instrument = self.state.instrument
        return instrument

    def tell(self, event: ev.BotEvent) -> None:
        """Have the bot hear an event, and carry out what it wants."""
        self.state, commands = self.machine.step(self.state, event)
        for command in commands:
            self._do(command)

    def _do(self, command: cm.BotCommand) -> None:
        match command:
            case cm.Place():
                assert command.tag not in self.tags, f"{command.tag} was placed twice"
                self.tags.append(command.tag)
                if self.refuses and self.refuses in command.tag:
                    self.tell(ev.OrderRefused(command.tag, "It was not in the mood.", self.now))
                    return
                self.orders[command.tag] = Waiting(command)
                self.tell(ev.OrderTaken(command.tag, self.now))
            case cm.Cancel():
                self._end(command.tag)
            case cm.Guard():
                self.guard = command
            case cm.CloseAll():
                assert command.tag not in self.tags, f"{command.tag} was placed twice"
                self.tags.append(command.tag)
                self.closing = command.tag
                for tag in list(self.orders):
                    self._end(tag)
            case cm.Note():
                self.notes.append(command)
            case cm.StopSelf():
                self.ends.append(command)

    def _end(self, tag: str) -> None:
        waiting = self.orders.pop(tag, None)
        if waiting is not None:
            self.tell(ev.OrderEnded(tag, self.now, Quantity(waiting.filled)))

    def fill(self, tag: str, side: Side, price: Decimal, quantity: Decimal, liquidity: Liquidity) -> None:
        """Trade so much of an order, and tell the bot."""
        self.number += 1
        fee = fee_of(self.instrument, Price(price), Quantity(quantity), liquidity, self.fee)
        self.held += side.sign * quantity
        self.cash -= side.sign * self.instrument.notional(price, quantity).value + fee
        self.line.append(f"{side.value} {quantity.normalize():f}@{price.normalize():f}")
        waiting = self.orders.get(tag)
        if waiting is not None:
            waiting.filled += quantity
            if waiting.filled >= waiting.place.quantity:
                del self.orders[tag]
        self.tell(ev.OrderFilled(tag, f"f{self.number}", Price(price), Quantity(quantity), fee, self.now))

    def _strike(self, tag: str, waiting: Waiting, strike: Strike | None) -> None:
        if strike is None or strike.price is None or tag not in self.orders:
            return
        quantity = waiting.place.quantity - waiting.filled
        if waiting.place.reduce_only:
            quantity = min(quantity, max(-self.held * waiting.place.side.sign, D(0)))
        if quantity > 0:
            self.fill(tag, waiting.place.side, strike.price, quantity, strike.liquidity)

    def _guarded(self, low: Decimal, high: Decimal, opened: Decimal | None) -> None:
        """The guard, when the price has come to it: at the open if that lies beyond, else at its level."""
        guard = self.guard
        if guard is None or not self.held:
            return
        long = self.held > 0
        level = guard.below if long else guard.above
        if level is None or (low > level if long else high < level):
            return
        price = level if opened is None else opened
        side = Side.SELL if long else Side.BUY
        self.fill(guard.tag, side, price, abs(self.held), Liquidity.TAKER)

    def price(self, price: str | Decimal) -> None:
        """A bar in which nothing moves."""
        self.bar(price, price, price, price)

    def bar(
        self, opened: str | Decimal, high: str | Decimal, low: str | Decimal, close: str | Decimal
    ) -> None:
        """One bar of a minute."""
        at_open, top, bottom, last = (Price(D(one)) for one in (opened, high, low, close))
        self.line = []
        begun = self.now
        self._open(at_open)
        self.tell(ev.PriceSeen(at_open, at_open, self.now))
        active = {tag for tag, waiting in self.orders.items() if not waiting.is_new}
        self.now = begun + MINUTE
        self._guarded(bottom, top, None)
        for tag in sorted(active, key=lambda one: self._place_of(one, at_open)):
            waiting = self.orders.get(tag)
            if waiting is not None:
                self._strike(tag, waiting, in_range(waiting.terms, bottom, top, touch_fills=False))
        self.tell(ev.BarClosed(Bar(self.instrument.symbol, begun, self.now, at_open, top, bottom, last)))

    def _place_of(self, tag: str, opened: Price) -> tuple[int, Decimal]:
        waiting = self.orders.get(tag)
        return (2, D(0)) if waiting is None else order_inside(waiting.terms, opened)

    def _open(self, opened: Price) -> None:
        """What the open fills."""
        if self.closing and self.held:
            tag, self.closing = self.closing, ""
            side = Side.SELL if self.held > 0 else Side.BUY
            self.fill(tag, side, opened, abs(self.held), Liquidity.TAKER)
        self._guarded(opened, opened, opened)
        for tag, waiting in list(self.orders.items()):
            if tag not in self.orders:
                continue
            if waiting.is_new:
                waiting.is_new = False
                self._strike(tag, waiting, at_arrival(waiting.terms, opened))
            else:
                self._strike(tag, waiting, at_point(waiting.terms, opened, is_gap=True, touch_fills=False))


def begun(machine: Machine[Any], budget: str, instrument: Instrument = COIN, **raw: object) -> Market:
    """A bot with these settings, at the start of its market."""
    settings = validated(machine, raw)
    assert isinstance(settings, dict), settings
    return Market(machine, machine.begin(settings, D(budget), instrument, BEGIN))


def limits(
    market: Market, kind: OrderType = OrderType.LIMIT
) -> dict[str, tuple[str, Decimal | None, Decimal]]:
    """What rests: side, limit and what is left of it, by tag."""
    return {
        tag: (one.place.side.value, one.place.limit, one.place.quantity - one.filled)
        for tag, one in market.orders.items()
        if one.place.type is kind
    }
