"""Symbols that a person has barred: nothing is opened in them until somebody frees them. Exits go out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from trading.domain.halting import instant_text
from trading.domain.ids import PersonId

BARRED_MAX = 200
"""So many symbols of an account may be barred."""
NAMED_MAX = 50
"""So many symbols one line may name."""


class Barred(Struct, frozen=True, gc=False):
    """One symbol, by whom, since when and why (empty: nobody said)."""

    symbol: str
    by: PersonId
    at: datetime
    reason: str = ""

    def sentence(self, now: datetime) -> str:
        """Why nothing is opened in it."""
        since, why = instant_text(self.at, now), self.reason or "no reason given"
        return (
            f"{self.symbol} is barred since {since} by {self.by}: {why}. "
            f"/blacklist del {self.symbol} opens it again."
        )


def barred_in(barred: Iterable[Barred], symbol: str) -> Barred | None:
    """How a symbol is barred; None when it is not."""
    return next((one for one in barred if one.symbol == symbol), None)
