"""The door to accounts at venues outside: how each stands, and what its venue says of its cash."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from trading.domain.ids import AccountId


class AccountLook(Struct, frozen=True):
    """How an account's venue stands. `grade` is how far its adapter has been proven (docs/venues.md)."""

    grade: str
    is_connected: bool


class Venues(Protocol):
    """What screens may ask about accounts at venues."""

    def look(self, account: AccountId) -> AccountLook:
        """How it stands now; also for an account at the desk's own venue."""
        ...

    async def cash(self, account: AccountId) -> Decimal | None:
        """What the venue says of the account's cash now; None when it does not answer."""
        ...
