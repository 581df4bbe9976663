"""A symbol about which book and venue disagree: entries in it wait until a person has said what is true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.money import plain

DRIFT = "drift"
LIQUIDATION = "liquidation"


class Frozen(Struct, frozen=True, gc=False):
    """`held` is what the venue says it holds (signed), `booked` what the book says; `lost` are the numbers of
    orders that should wait at the venue and do not. `reason`: `drift`, or `liquidation`, which a person
    acknowledges."""

    symbol: str
    reason: str
    held: Decimal
    booked: Decimal
    lost: tuple[int, ...]
    at: datetime

    @property
    def difference(self) -> Decimal:
        """What the venue holds beyond the book, signed."""
        return self.held - self.booked

    @property
    def sentence(self) -> str:
        """Why nothing is opened in the symbol."""
        lines = f"type /reconcile {self.symbol} to say what is true"
        if self.reason == LIQUIDATION:
            return f"The venue itself closed {self.symbol}: {lines}."
        if self.difference:
            holds = f"the venue holds {plain(self.held)}, the book {plain(self.booked)}"
        else:
            holds = "the venue does not hold " + ", ".join(f"#{number}" for number in self.lost)
        return f"{self.symbol} is not opened meanwhile: {holds}; {lines}."


class Ignored(Struct, frozen=True, gc=False):
    """A difference that a person has said to leave alone: exactly this one, and no other."""

    symbol: str
    difference: Decimal


def holds_none(frozen: Iterable[Frozen], ignored: Iterable[Ignored], symbol: str, booked: Decimal) -> bool:
    """Whether the venue is known to hold nothing of what the book says: an exit would only be refused, again
    and again."""
    for one in frozen:
        if one.symbol == symbol:
            return one.reason == DRIFT and one.held * booked <= 0 < abs(booked)
    return any(
        one.symbol == symbol and (booked + one.difference) * booked <= 0 < abs(booked) for one in ignored
    )
