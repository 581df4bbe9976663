"""A proof of absence that holds, for tests of what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from msgspec.structs import replace

from trading.domain.book import Book
from trading.domain.doubt import AbsenceProof, Negative, StreamSaid
from trading.domain.money import ZERO, Quantity
from trading.domain.order import Order

PROOF = AbsenceProof(
    "paper",
    Decimal(8),
    Decimal(4),
    tuple(Negative(datetime(2018, 4, 4, 0, 0, s, tzinfo=UTC), Decimal(s)) for s in (8, 10, 12)),
    3,
    Quantity(Decimal(0)),
    StreamSaid.NOTHING,
)


def proof_of(book: Book, order: Order) -> AbsenceProof:
    """One whose venue holds what the book does."""
    live = book.live_positions(order.account)
    held = sum((one.quantity for one in live if one.symbol == order.symbol), ZERO)
    return replace(PROOF, held=Quantity(held))
