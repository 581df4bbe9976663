"""Exact money: prices, quantities, money with its currency, and rounding by name.

Binary floating point does not belong here; it enters a price only through `Instrument` rounding.
"""

from __future__ import annotations

import decimal
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import NewType

from msgspec import Struct

# The default context keeps 28 digits and would round silently; a meme coin with 18 decimals times
# a large quantity needs more. Set once for every thread that starts later, and for this one.
PRECISION = 60
decimal.DefaultContext.prec = PRECISION
decimal.setcontext(Context(prec=PRECISION))

Price = NewType("Price", Decimal)
"""Quote currency per unit of base, never negative on the instruments that we trade."""

Quantity = NewType("Quantity", Decimal)
"""Units of base (coins, shares, contracts); unsigned on orders, signed (long > 0) on positions."""

Percent = NewType("Percent", Decimal)
"""A ratio as people say it: 5 means 5 %."""

ZERO = Decimal(0)
HUNDRED = Decimal(100)


class CurrencyMismatch(AssertionError):
    """Two sums of different currencies met without a rate between them: a bug, never a user's fault."""


class Money(Struct, frozen=True, gc=False):
    """A sum in one currency. `value` is exact; `currency` an upper-case code (`USD`)."""

    value: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.value + other.value, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.value - other.value, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.value, self.currency)

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be added without a rate")


def rounded_down(value: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of `step` that is not above `value` (steps are positive)."""
    return (value / step).to_integral_value(rounding=ROUND_FLOOR) * step


def rounded_up(value: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` that is not below `value` (steps are positive)."""
    return (value / step).to_integral_value(rounding=ROUND_CEILING) * step


def rounded_nearest(value: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of `step`, ties to even."""
    return (value / step).to_integral_value(rounding=ROUND_HALF_EVEN) * step


def percent_of(value: Decimal, percent: Decimal) -> Decimal:
    """`percent` per cent of `value`."""
    return value * percent / HUNDRED


def plain(value: Decimal) -> str:
    """The shortest exact decimal text: no exponent, no trailing zeros, no minus zero (`0.01`, `100`)."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
