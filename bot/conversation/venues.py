"""The door to accounts at venues outside: how each stands, and what its venue says of its cash."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from msgspec import Struct

from trading.domain.ids import AccountId
from trading.domain.instrument import Instrument
from trading.domain.order import Order


class AccountLook(Struct, frozen=True):
    """How an account's venue stands. `grade` is how far its adapter has been proven (docs/venues.md)."""

    grade: str
    is_connected: bool


class CallTimes(Struct, frozen=True):
    """A door of a venue: how often it was called and did not answer, and its newest times in seconds."""

    door: str
    n: int
    silent: int
    p50_s: float
    p95_s: float


class SiteLook(Struct, frozen=True):
    """One side of a venue. `budget_left` of `budget_max` is what may still be asked in this minute;
    `streams`: how long each has said nothing, None before it said anything."""

    name: str
    budget_left: int
    budget_max: int
    streams: tuple[tuple[str, float | None], ...] = ()
    calls: tuple[CallTimes, ...] = ()


class Venues(Protocol):
    """What screens may ask about accounts at venues."""

    def look(self, account: AccountId) -> AccountLook:
        """How it stands now; also for an account at the desk's own venue."""
        ...

    def foreseen(self, order: Order, instrument: Instrument) -> str:
        """The sentence with which the account's venue would refuse this order, as far as that is known
        without asking it; empty: none."""
        ...

    async def cash(self, account: AccountId) -> Decimal | None:
        """What the venue says of the account's cash now; None when it does not answer."""
        ...
