"""What happened about orders that nobody answered for: the desk gave up seeking, a person said how it is.

A part of the journal's words (`trading.domain.events` names them all).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.doubt import Trouble
from trading.domain.freezing import FreezeCause
from trading.domain.ids import AccountId, OrderId, PersonId, VenueOrderId


class DoubtEscalated(Struct, frozen=True, tag=True):
    """The time in which evidence or a proof should have been there is over: a person must say. The order
    stays in doubt, its room in the limits stays taken, and the desk goes on asking. `answers` and `failures`
    count the questions that were answered and those that were not, `trouble` is what was wrong at last."""

    account: AccountId
    order_id: OrderId
    waited_s: Decimal
    answers: int
    failures: int
    trouble: Trouble
    at: datetime


class DoubtAnswered(Struct, frozen=True, tag=True):
    """A person looked at the venue. Not there: the order counts as not placed, by that person's word. There:
    it stays in doubt until the venue's own evidence is found, sought by `venue_order_id` too, if given."""

    account: AccountId
    order_id: OrderId
    is_there: bool
    venue_order_id: VenueOrderId
    by: PersonId
    at: datetime


class DoubtLasts(Struct, frozen=True, tag=True):
    """These orders are still in doubt: said once after half a minute, then every quarter of an hour."""

    account: AccountId
    order_ids: tuple[OrderId, ...]
    at: datetime


class EntriesFrozen(Struct, frozen=True, tag=True):
    """Nothing that adds risk goes out any more. `detail` names the orders that are meant."""

    account: AccountId
    cause: FreezeCause
    detail: str
    at: datetime


class EntriesThawed(Struct, frozen=True, tag=True):
    """That cause is over: by itself, or by the person who has looked."""

    account: AccountId
    cause: FreezeCause
    by: PersonId
    at: datetime


class VisibilityRaised(Struct, frozen=True, tag=True):
    """The venue hid an order for longer than it promised: from now on proofs of this account wait longer, for
    stops when `is_conditional`, else for all orders."""

    account: AccountId
    order_id: OrderId
    is_conditional: bool
    visibility_s: Decimal
    at: datetime


Doubting = DoubtEscalated | DoubtAnswered
"""What moves an order."""

Freezing = DoubtLasts | EntriesFrozen | EntriesThawed | VisibilityRaised
"""What concerns the account."""
