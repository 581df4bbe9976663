"""What the book took over from the venue: orders of another hand, and symbols about which they disagree.

A part of the journal's words (`trading.domain.events` names them all).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.freezing import Adopted, Frozen
from trading.domain.ids import AccountId, PersonId
from trading.domain.order import Order


class OrderAdopted(Struct, frozen=True, tag=True):
    """An order that is not ours changed what is held: it is taken into the book with what it has filled so
    far, and never sent, changed or canceled. Its fills follow. `reason`: `hand` (a person or another program
    at the venue), `liquidation` (the venue itself), `drift` (what it holds, without a fill to show): what is
    remembered of it until its fills are told says `adopted`."""

    account: AccountId
    order: Order
    reason: str
    at: datetime
    adopted: Adopted | None = None


class SymbolFrozen(Struct, frozen=True, tag=True):
    """Twice in a row the venue's own account of itself was not what the book says, or the venue closed
    something by itself: nothing is opened in this symbol until a person has looked, or it is over."""

    account: AccountId
    frozen: Frozen
    venue: str
    at: datetime


class SymbolThawed(Struct, frozen=True, tag=True):
    """Entries in the symbol may go out again. `reason`: `gone`, `adopted`, `closed`, `ignored`."""

    account: AccountId
    symbol: str
    reason: str
    by: PersonId
    at: datetime


class DriftIgnored(Struct, frozen=True, tag=True):
    """A person leaves exactly this difference alone; zero forgets what was left alone before. `by` nobody: it
    is gone. `seen_at`: when the venue said so, by its clock."""

    account: AccountId
    symbol: str
    difference: Decimal
    by: PersonId
    at: datetime
    seen_at: datetime | None = None


FreezeEvent = SymbolFrozen | SymbolThawed | DriftIgnored
"""What closes and opens a symbol."""
