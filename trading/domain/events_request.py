"""What we asked a venue for, and what was said to it. None of these moves an order's status.

A part of the journal's words (`trading.domain.events` names them all).
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from trading.domain.ids import AccountId, OrderId, PersonId
from trading.domain.money import Price, Quantity
from trading.domain.request import RequestKind


class RequestSent(Struct, frozen=True, tag=True):
    """A request left for the venue, and its answer was not there at once."""

    account: AccountId
    order_id: OrderId
    request: RequestKind
    at: datetime


class CancelRequested(Struct, frozen=True, tag=True):
    account: AccountId
    order_id: OrderId
    cause: str
    at: datetime
    by: PersonId = PersonId("")


class CancelTaken(Struct, frozen=True, tag=True):
    """The venue took the cancel; the order's end is another matter."""

    account: AccountId
    order_id: OrderId
    at: datetime


class CancelFailed(Struct, frozen=True, tag=True):
    """Refused, or (`is_silent`) without an answer."""

    account: AccountId
    order_id: OrderId
    reason: str
    at: datetime
    is_silent: bool = False


class ReplaceRequested(Struct, frozen=True, tag=True):
    account: AccountId
    order_id: OrderId
    quantity: Quantity
    limit_price: Price | None
    stop_price: Price | None
    cause: str
    at: datetime
    by: PersonId = PersonId("")


class ReplaceFailed(Struct, frozen=True, tag=True):
    """Refused, or (`is_silent`) without an answer."""

    account: AccountId
    order_id: OrderId
    reason: str
    at: datetime
    is_silent: bool = False
