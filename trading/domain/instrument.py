"""What can be traded: tick, lot, minimum, multiplier, sessions. The only place where prices get rounded."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from trading.domain.money import Money, Price, Quantity, rounded_down, rounded_nearest, rounded_up

_DAY = timedelta(days=1)
_CLOSED_MAX = 32
"""So many days in a row a market with hours may be closed at most."""


class InstrumentKind(StrEnum):
    """How ownership and settlement work."""

    SPOT = "spot"
    EQUITY = "equity"
    FUTURE = "future"
    TOKEN = "token"


class SessionSpan(Struct, frozen=True):
    """One weekly stretch of open market in the exchange's zone. `weekday` 0 = Monday; `closes` may be
    earlier than `opens`, then it is on the next day; equal means 24 hours."""

    weekday: int
    opens: time
    closes: time


class SessionDay(Struct, frozen=True):
    """A date on which a market keeps other hours than its week says: a short day, or a holiday (no hours)."""

    on: date
    opens: time | None = None
    closes: time | None = None


class Session(Struct, frozen=True):
    """The trading week of an instrument. No spans = never closed. `days` go before the week."""

    zone: str = "UTC"
    spans: tuple[SessionSpan, ...] = ()
    days: tuple[SessionDay, ...] = ()

    def is_open(self, at: datetime) -> bool:
        """Whether the market is open at the aware instant `at`."""
        return not self.spans or any(start <= at < end for start, end in self._around(at))

    def next_open(self, at: datetime) -> datetime:
        """The first instant at or after `at` at which the market is open."""
        if self.is_open(at):
            return at
        for offset in range(_CLOSED_MAX):
            starts = [s for s, _ in self._around(at + timedelta(days=offset)) if s >= at]
            if starts:
                return min(starts)
        raise AssertionError("a session with spans opens within a month")

    def closes_at(self, at: datetime) -> datetime | None:
        """When the stretch that holds `at` ends; None when never closed or closed now.

        Stretches that touch (Monday's 24 hours and Tuesday's) count as one only up to the day's end.
        """
        return next((end for start, end in self._around(at) if start <= at < end), None)

    def _around(self, at: datetime) -> list[tuple[datetime, datetime]]:
        zone = _zone(self.zone)
        today = at.astimezone(zone).date()
        found = []
        for offset in (-1, 0, 1):
            day = today + timedelta(days=offset)
            for opens, closes in self._hours(day):
                end_day = day + timedelta(days=1) if closes <= opens else day
                found.append((datetime.combine(day, opens, zone), datetime.combine(end_day, closes, zone)))
        return found

    def _hours(self, day: date) -> list[tuple[time, time]]:
        other = next((one for one in self.days if one.on == day), None)
        if other is not None:
            if other.opens is None or other.closes is None:
                return []
            return [(other.opens, other.closes)]
        return [(span.opens, span.closes) for span in self.spans if span.weekday == day.weekday()]


class Hours:
    """A session that is asked at every price: what it says is worked out once for each stretch."""

    __slots__ = ("_is_open", "_session", "_since", "_until")

    def __init__(self, session: Session) -> None:
        self._session = session
        self._is_open = not session.spans
        self._since: datetime | None = None
        self._until: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Whether the market is open at `at`."""
        if not self._session.spans:
            return True
        if self._since is None or self._until is None or not self._since <= at < self._until:
            self._is_open = self._session.is_open(at)
            self._since = at
            self._until = self._session.closes_at(at) if self._is_open else self._session.next_open(at)
        return self._is_open

    def is_open_during(self, start: datetime, end: datetime) -> bool:
        """Whether the market is open at any instant of `[start, end)`; a bar of a day always has one."""
        if self.is_open(start) or end - start >= _DAY:
            return True
        assert self._until is not None
        return self._until < end


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


class Instrument(Struct, frozen=True):
    """One tradable thing at one venue.

    Units: `tick_size` in quote currency per unit, `lot_size` and `quantity_min` in base units,
    `notional_min` in quote currency, `multiplier` quote currency per point and contract (1 elsewhere),
    `margin_fraction` of the notional that must be held (1 = fully paid).
    `settlement` is the currency in which the account is charged; paper takes USDT and USDC as USD.
    """

    symbol: str
    kind: InstrumentKind
    base: str
    quote: str
    tick_size: Decimal
    lot_size: Decimal
    settlement: str = ""
    quantity_min: Decimal = Decimal(0)
    notional_min: Decimal = Decimal(0)
    multiplier: Decimal = Decimal(1)
    margin_fraction: Decimal = Decimal(1)
    shortable: bool = True
    session: Session = Session()
    description: str = ""
    collar_percent: Decimal = Decimal(10)
    """How far from the fresh mid an order's price may lie (RELIABILITY C-8: 3 % majors, 10 % others)."""

    @property
    def currency(self) -> str:
        """The currency in which fills of this instrument are booked."""
        return self.settlement or self.quote

    @property
    def is_future(self) -> bool:
        """Whether a position is margined and settled in cash, instead of paid for."""
        return self.kind is InstrumentKind.FUTURE

    @property
    def tick_value(self) -> Money:
        """What one tick is worth per unit (12.50 USD for the E-mini)."""
        return Money(self.tick_size * self.multiplier, self.currency)

    def notional(self, price: Decimal, quantity: Decimal) -> Money:
        """Price times quantity times multiplier: the one crossing from prices to money."""
        return Money(price * quantity * self.multiplier, self.currency)

    def is_too_small(self, quantity: Decimal, price: Decimal) -> bool:
        """Whether so much, signed or not, is less than the venue trades at all."""
        size = abs(quantity)
        return (
            size < max(self.quantity_min, self.lot_size) or size * price * self.multiplier < self.notional_min
        )

    def price_down(self, value: Decimal) -> Price:
        """`value` on the tick grid, not above it."""
        return Price(rounded_down(value, self.tick_size))

    def price_up(self, value: Decimal) -> Price:
        """`value` on the tick grid, not below it."""
        return Price(rounded_up(value, self.tick_size))

    def price_nearest(self, value: Decimal) -> Price:
        """`value` on the nearest tick."""
        return Price(rounded_nearest(value, self.tick_size))

    def quantity_down(self, value: Decimal) -> Quantity:
        """`value` in whole lots, never more than asked."""
        return Quantity(rounded_down(value, self.lot_size))
