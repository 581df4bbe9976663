"""Makes histories of an account as the desk would write them: the same seed gives the same events."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from trading.domain import events as ev
from trading.domain.apply import apply
from trading.domain.book import Book
from trading.domain.ids import (
    AccountId,
    ClientOrderId,
    CommandId,
    FillId,
    OrderId,
    PersonId,
    PositionId,
    StreamId,
    VenueOrderId,
)
from trading.domain.instrument import Instrument, InstrumentKind
from trading.domain.ledger import deposit, fill_effect
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderStatus, OrderType, Role, Side
from trading.domain.position import Bracket, Guard, Leg, LegKind, Position
from trading.domain.reports import Liquidity
from trading.ports import Append, Entry, KeyUse

START = datetime(2026, 1, 5, 14, 30, tzinfo=UTC)

INSTRUMENTS = (
    Instrument("BTC/USD", InstrumentKind.SPOT, "BTC", "USD", Decimal("0.01"), Decimal("0.00000001")),
    Instrument("ES", InstrumentKind.FUTURE, "ES", "USD", Decimal("0.25"), Decimal(1), multiplier=Decimal(50)),
    Instrument(
        "WIF/SOL", InstrumentKind.TOKEN, "WIF", "SOL", Decimal("1e-18"), Decimal("1e-9"), settlement="SOL"
    ),
)


class History:
    """One account's life: `next_events` is what one decision writes. Keeps its own book to stay truthful."""

    def __init__(self, seed: int, account: str = "ann-paper") -> None:
        self.random = random.Random(seed)
        self.account = AccountId(account)
        self.book = Book()
        self.at = START
        self.seq = 0
        self.step = 0
        self._fill = 0
        self._open: list[OrderId] = []

    def opening(self) -> list[ev.Event]:
        """The account with its cash and contracts."""
        account, at = self.account, self.at
        made: list[ev.Event] = [
            ev.AccountOpened(account, PersonId("ann"), "paper", "paper", "USD", "", CommandId("open"), at),
            ev.CashMoved(account, "deposit", deposit(Decimal("100000.00"), "USD"), at),
            *(ev.InstrumentListed(account, instrument, at) for instrument in INSTRUMENTS),
            ev.VenueConnected(account, "paper", True, at),
        ]
        return self._taken(made)

    def next_events(self) -> list[ev.Event]:
        """What happens next: an entry, an exit, or word from the venue about an open order."""
        if self.step == 0:
            self.step = 1
            return self.opening()
        self.step += 1
        self.at += timedelta(microseconds=self.random.randrange(1, 5_000_000))
        self._open = [o for o in self._open if (order := self.book.order(o)) and order.is_open]
        if not self._open or self.random.random() < 0.3:
            return self._taken(self._intent())
        return self._taken(self._word(self.random.choice(self._open)))

    def entries(self, count: int) -> Iterator[list[Entry]]:
        """That many decisions, as entries."""
        for _ in range(count):
            cause = f"console:{self.account}:{self.step}"
            yield [Entry(event, cause, cause) for event in self.next_events()]

    def appends(self, count: int) -> Iterator[Append]:
        """That many decisions, each with the command key that it uses up."""
        for entries in self.entries(count):
            key = KeyUse(CommandId(entries[0].causation_id), f"print{self.step}", b'{"facts":{}}')
            yield Append(StreamId(self.account), self.seq, tuple(entries), (key,))
            self.seq += len(entries)

    def _taken(self, events: list[ev.Event]) -> list[ev.Event]:
        for event in events:
            apply(self.book, event)
        return events

    def _price(self, instrument: Instrument) -> Price:
        return Price(instrument.tick_size * self.random.randrange(10**6, 10**7))

    def _intent(self) -> list[ev.Event]:
        instrument = self.random.choice(INSTRUMENTS)
        symbol = instrument.symbol
        current = self.book.current_position(self.account, symbol)
        price = self._price(instrument)
        is_exit = current is not None and current.is_open and self.random.random() < 0.7
        if current is not None and (current.is_open or current.order_ids):
            position_id, number = current.position_id, current.order_count + 1
        else:
            count = self.book.position_count(self.account, symbol) + 1
            position_id, number = PositionId(f"{self.account}/{symbol}/{count}"), 1
        quantity = Quantity(instrument.lot_size * self.random.randrange(1, 1000))
        side = self.random.choice((Side.BUY, Side.SELL))
        role = Role.ENTRY
        if current is not None and current.is_open:
            side = Side.BUY if current.is_long else Side.SELL
        if is_exit:
            assert current is not None
            quantity, side = Quantity(abs(current.quantity)), side.opposite
            role = self.random.choice((Role.STOP, Role.CLOSE, Role.TRAIL))
        leg = "exit" if is_exit else "entry"
        order = Order(
            OrderId(f"{position_id}/{leg}-{number}"),
            ClientOrderId(f"C{self.step:08d}{self.account}"),
            self.account,
            position_id,
            symbol,
            side,
            OrderType.LIMIT,
            quantity,
            role,
            limit_price=price,
            reduce_only=is_exit,
            tag="grid" if self.step % 7 == 0 else "manual",
            command_id=CommandId(f"console:{self.account}:{self.step}"),
            intended_at=self.at,
            reference_price=price,
        )
        self._open.append(order.order_id)
        gate = ev.GateDecision(
            f"g{self.step}", price, self.at, "tape", 1, (ev.Check("collar", True, "0.1", "3"),)
        )
        made: list[ev.Event] = [ev.OrderIntended(self.account, order, gate, order.command_id, self.at)]
        if not is_exit:
            legs = (Leg("sl", LegKind.STOP, quantity, price), Leg("tp1", LegKind.TARGET, quantity, price))
            bracket = Bracket(legs, Guard.BOT)
            made.append(ev.BracketSet(self.account, position_id, bracket, "command", self.at))
        return made

    def _word(self, order_id: OrderId) -> list[ev.Event]:
        order = self.book.order(order_id)
        assert order is not None
        account, at, roll = self.account, self.at, self.random.random()
        if order.status is OrderStatus.SUBMITTING:
            if roll < 0.05:
                return [ev.OrderRejected(account, order_id, "funds", "Not enough cash.", at)]
            if roll < 0.1:
                return [ev.OrderInDoubt(account, order_id, "no answer in 5 s", at)]
            return [ev.OrderAccepted(account, order_id, VenueOrderId(f"V{self.step}"), at)]
        if order.status is OrderStatus.IN_DOUBT and roll < 0.5:
            return [ev.OrderNotPlaced(account, order_id, "not in history", at)]
        if roll < 0.1:
            return [ev.CancelRequested(account, order_id, "person", at)]
        if roll < 0.15:
            return [ev.CancelFailed(account, order_id, "too late", at)]
        if roll < 0.25:
            return [ev.OrderCanceled(account, order_id, "requested", at)]
        if roll < 0.28:
            return [ev.OrderExpired(account, order_id, at)]
        if roll < 0.33:
            request = (order.quantity, order.limit_price, order.stop_price)
            return [
                ev.ReplaceRequested(account, order_id, *request, "person", at),
                ev.OrderReplaced(account, order_id, *request, "requested", at),
            ]
        return self._filled(order)

    def _filled(self, order: Order) -> list[ev.Event]:
        position = self.book.position(order.position_id)
        instrument = self.book.instrument(self.account, order.symbol)
        assert position is not None
        assert instrument is not None
        lots = int(order.remaining / instrument.lot_size)
        part = self.random.randrange(1, lots + 1) if self.random.random() < 0.5 else lots
        quantity = Quantity(instrument.lot_size * part)
        price = self._price(instrument)
        fee = (quantity * price * instrument.multiplier / 1000).quantize(Decimal("1e-12"))
        effect = fill_effect(position, instrument, order.side, quantity, price, fee)
        self._fill += 1
        fill = ev.OrderFilled(
            self.account,
            order.order_id,
            order.position_id,
            FillId(f"F{self._fill}"),
            quantity,
            price,
            fee,
            instrument.currency,
            Liquidity.MAKER,
            effect.realised,
            effect.bookings,
            self.at,
        )
        anchored = self._anchored(position, instrument) if order.is_entry else []
        return [fill, *anchored, *self._closing(position, fill, effect.quantity)]

    def _anchored(self, position: Position, instrument: Instrument) -> list[ev.Event]:
        """What 1 R means from now on; two of three entries have a stop."""
        if self._fill % 3 == 0:
            return []
        risk = instrument.tick_size * (100 + self._fill)
        bracket = replace(position.bracket or Bracket(), risk_per_unit=risk)
        return [ev.BracketSet(self.account, position.position_id, bracket, "fill", self.at)]

    def _closing(self, position: Position, fill: ev.OrderFilled, quantity: Decimal) -> list[ev.Event]:
        if quantity:
            return []
        realised, fees = position.realised + fill.realised, position.fees + fill.fee
        return [
            ev.PositionClosed(
                self.account,
                position.position_id,
                position.symbol,
                "close",
                realised,
                fees,
                fill.currency,
                self.at,
            )
        ]
