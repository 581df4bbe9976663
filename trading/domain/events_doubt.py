"""What happened about orders that nobody answered for: the desk gave up seeking, a person said how it is.

A part of the journal's words (`trading.domain.events` names them all).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.doubt import Trouble
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


Doubting = DoubtEscalated | DoubtAnswered
"""All of them."""
