"""A request: what we asked a venue for, and what is known of the answer. A machine of its own.

An order's status says what the venue's evidence makes of it; a request says what *we* did. Neither moves
the other: an answer to a cancel ends no order, and an order's end is no answer. The transition table is
data: code, tests and docs come from it.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from trading.domain.money import Price, Quantity


class RequestKind(StrEnum):
    """What we ask for."""

    SUBMIT = "submit"
    CANCEL = "cancel"
    REPLACE = "replace"


class RequestStatus(StrEnum):
    """How far it has come. AMBIGUOUS: nobody knows whether it was carried out."""

    INTENDED = "intended"
    SENT = "sent"
    ACKED = "acked"
    REFUSED = "refused"
    AMBIGUOUS = "ambiguous"
    RESOLVED = "resolved"

    @property
    def is_owed(self) -> bool:
        """Whether its answer may still come."""
        return self in (RequestStatus.INTENDED, RequestStatus.SENT)

    @property
    def is_open(self) -> bool:
        """Whether nobody knows yet what became of it."""
        return self in OPEN


class Answer(StrEnum):
    """What can move a request. SETTLED: the order's own evidence leaves nothing to ask for any more."""

    SENT = "sent"
    TAKEN = "taken"
    REFUSED = "refused"
    SILENCE = "silence"
    SETTLED = "settled"


OPEN = frozenset({RequestStatus.INTENDED, RequestStatus.SENT, RequestStatus.AMBIGUOUS})

_S, _A = RequestStatus, Answer
REQUEST_TRANSITIONS: dict[tuple[RequestStatus, Answer], RequestStatus] = {
    (_S.INTENDED, _A.SENT): _S.SENT,
    # An answer proves that it was sent, also where that was not written down before.
    **{
        (status, answer): after
        for status in (_S.INTENDED, _S.SENT)
        for answer, after in (
            (_A.TAKEN, _S.ACKED),
            (_A.REFUSED, _S.REFUSED),
            (_A.SILENCE, _S.AMBIGUOUS),
            (_A.SETTLED, _S.RESOLVED),
        )
    },
    (_S.AMBIGUOUS, _A.SILENCE): _S.AMBIGUOUS,
    # What nobody knew is known now, whichever way.
    **{(_S.AMBIGUOUS, answer): _S.RESOLVED for answer in (_A.TAKEN, _A.REFUSED, _A.SETTLED)},
    # A venue may take a request and refuse it later.
    (_S.ACKED, _A.REFUSED): _S.REFUSED,
}


def request_after(status: RequestStatus, answer: Answer) -> RequestStatus | None:
    """The status that `answer` leads to, or None when the table has no such step."""
    return REQUEST_TRANSITIONS.get((status, answer))


class Terms(Struct, frozen=True, gc=False):
    """What a change asks for; `quantity` is the total, fills included."""

    quantity: Quantity
    limit_price: Price | None
    stop_price: Price | None


class Request(Struct, frozen=True, gc=False):
    """One request. `number`: the n-th of its order. `attempt`: how often this was asked in a row."""

    kind: RequestKind
    number: int
    attempt: int
    asked_at: datetime
    cause: str = ""
    status: RequestStatus = RequestStatus.INTENDED
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    terms: Terms | None = None
    reason: str = ""  # of a refusal or a silence, as it was said
