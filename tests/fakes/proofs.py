"""A proof of absence that holds, for tests of what follows from it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from trading.domain.doubt import AbsenceProof, Negative, StreamSaid
from trading.domain.money import Quantity

PROOF = AbsenceProof(
    "paper",
    Decimal(8),
    Decimal(4),
    tuple(Negative(datetime(2018, 4, 4, 0, 0, s, tzinfo=UTC), Decimal(s)) for s in (8, 10, 12)),
    3,
    Quantity(Decimal(0)),
    StreamSaid.NOTHING,
)
