"""What proves that an order was never placed (RELIABILITY C-4): a value, and the one rule that judges it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.money import Quantity, plain

NEGATIVES_NEEDED = 3
"""Successful negative answers that a proof of absence needs."""


class StreamSaid(StrEnum):
    """What a venue's own stream of reports had to say about an order that is sought."""

    NOTHING = "nothing"  # it was heard from the sending on, and never named the order
    UNHEARD = "unheard"  # it was not heard all the time, so that its silence means nothing


class Trouble(StrEnum):
    """What was in the way of a proof when it was last tried."""

    NONE = "none"  # nothing: it only takes its time
    SILENCE = "silence"  # the venue does not answer
    POSITION = "position"  # the venue holds what no fill in the book explains
    FILLS = "fills"  # the venue admits fills and does not tell them


class Negative(Struct, frozen=True):
    """One successful answer "not known here". `after_s`: seconds from the sending to the question, on a clock
    that never jumps; `at` is the wall clock's word for it, for people."""

    at: datetime
    after_s: Decimal


class AbsenceProof(Struct, frozen=True):
    """Why an order that was in doubt is certainly not at the venue.

    `fence_s`: after that long the venue takes the request no more; `visibility_s`: so long it may hide an
    order that it has. `answers` is how many negative answers there were in all, of which `negatives` keeps
    the first and the last. `held` is what the venue holds of the symbol, which the book explains.
    """

    venue: str
    fence_s: Decimal
    visibility_s: Decimal
    negatives: tuple[Negative, ...]
    answers: int
    held: Quantity
    stream: StreamSaid


def flaw(proof: AbsenceProof) -> str:
    """What a proof lacks; empty when it proves. The resolver asks with it whether it knows enough, and the
    decision that ends an order asks it again."""
    if len(proof.negatives) < NEGATIVES_NEEDED:
        return "too few answers"
    first, last = proof.negatives[0], proof.negatives[-1]
    if first.after_s < proof.fence_s:
        return "the venue could still take it"
    if last.after_s - first.after_s < proof.visibility_s:
        return "the venue could still hide it"
    return ""


def proof_text(proof: AbsenceProof) -> str:
    """The proof as one sentence."""
    first, last = proof.negatives[0], proof.negatives[-1]
    heard = {
        StreamSaid.NOTHING: "its stream said nothing of it",
        StreamSaid.UNHEARD: "its stream was not heard all the time",
    }
    return (
        f"{proof.answers} successful answers by {proof.venue} from {first.after_s:.0f} s to "
        f"{last.after_s:.0f} s after it was sent do not know it (fence {proof.fence_s:.0f} s, visibility "
        f"{proof.visibility_s:.0f} s), the venue holds {plain(proof.held)} of the symbol as the book does, "
        f"and {heard[proof.stream]}"
    )
