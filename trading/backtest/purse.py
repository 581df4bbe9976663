"""The capital of a run: what it is worth, what of it is spoken for, and how large an entry may be.

The same sums that the desk's gate and the paper venue make (`trading.domain.risk`, `paper_checks`); a test
holds the fast path against both.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, Protocol

from trading.backtest.conditions import Conditions
from trading.brokers.fills import BASIS_POINTS
from trading.domain.decide.entry import MAX_KEPT_BACK_PERCENT
from trading.domain.events import Refusal
from trading.domain.exits import SizeKind
from trading.domain.instrument import Instrument
from trading.domain.money import ZERO, Price, Quantity, percent_of
from trading.domain.sizing import quantity_for_entry


class Wish(NamedTuple):
    """An entry that is wanted: the price that it is judged by, and where its stop would stand. `venue_price`:
    what the venue sees when it is asked, where that is another one (an open, and not the last close)."""

    is_long: bool
    price: Price
    stop: Price | None
    venue_price: Price | None = None


class Stake(Protocol):
    """What one symbol has of the capital: held or waiting."""

    instrument: Instrument
    is_long: bool
    quantity: Decimal
    """Unsigned; zero when nothing is held."""
    entry_price: Decimal
    waiting: Decimal
    """Notional of an entry that waits for the open, at the price that it was judged by."""

    def mid_at(self, ms: int, order: int) -> Decimal:
        """The mid of the newest bar that has closed by then; at one instant, symbols close in their order."""
        ...


class Purse:
    """Cash that all symbols of a run share."""

    def __init__(self, conditions: Conditions, stakes: list[Stake]) -> None:
        self._conditions = conditions
        self._stakes = stakes
        self.settled = conditions.cash
        """Cash after all that has been realised and all fees, as if nothing were held."""

    def quantity_of(self, stake: Stake, wish: Wish, ms: int, order: int) -> Quantity | Refusal:
        """How much an entry decided at `ms` buys or sells short, or why it does not go out."""
        is_long, price = wish.is_long, wish.price
        instrument, rules = stake.instrument, self._conditions.rules
        equity, free, available = self._worth(ms, order)
        size = self._conditions.size
        spendable = ZERO
        if size.kind is SizeKind.MAX:
            spendable = max(free - percent_of(free, MAX_KEPT_BACK_PERCENT), ZERO)
        quantity = quantity_for_entry(
            size, instrument, price, equity=equity, spendable=spendable, stop_price=wish.stop
        )
        if isinstance(quantity, Refusal):
            return quantity
        notional = instrument.notional(price, quantity).value
        margin = notional * instrument.margin_fraction
        if margin > free:
            return Refusal("funds", "")
        is_paid = is_long and not instrument.is_future
        if wish.venue_price is not None:
            notional = instrument.notional(wish.venue_price, quantity).value
        need = notional if is_paid else notional * instrument.margin_fraction
        if need + notional * rules.taker_bps / BASIS_POINTS > available:
            return Refusal("insufficient_funds", "")
        return quantity

    def _worth(self, ms: int, order: int) -> tuple[Decimal, Decimal, Decimal]:
        """Equity, what the gate lets entries use, and what the venue does."""
        equity = free = available = self.settled
        for other in self._stakes:
            if other.waiting:
                free -= other.waiting
                instrument = other.instrument
                is_paid = other.is_long and not instrument.is_future
                available -= other.waiting if is_paid else other.waiting * instrument.margin_fraction
            if not other.quantity:
                continue
            instrument = other.instrument
            fraction = instrument.margin_fraction
            cost = instrument.notional(other.entry_price, other.quantity).value
            now = instrument.notional(other.mid_at(ms, order), other.quantity).value
            gained = now - cost if other.is_long else cost - now
            equity += gained
            free -= cost * fraction
            if not other.is_long or fraction < 1:
                free += min(gained, ZERO)
            is_paid = other.is_long and not instrument.is_future
            available -= cost if is_paid else cost * fraction
        return equity, free, available
