"""A proof of absence proves only what was asked late enough, often enough, and for long enough."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.fakes.proofs import PROOF
from trading.domain.doubt import AbsenceProof, StreamSaid, flaw, proof_text
from trading.domain.events import OrderNotPlaced
from trading.domain.ids import AccountId, OrderId

D = Decimal


def after(*seconds: str) -> AbsenceProof:
    """A proof with answers after so many seconds; fence 8 s, visibility 4 s."""
    given = PROOF.negatives[0]
    return replace(PROOF, negatives=tuple(replace(given, after_s=D(s)) for s in seconds))


@pytest.mark.parametrize(
    ("proof", "missing"),
    [
        (after("8", "10", "12"), ""),
        (after("100", "100", "104"), ""),
        (after("8", "12"), "too few answers"),
        (after(), "too few answers"),
        (after("7.999", "10", "12"), "the venue could still take it"),
        (after("8", "8", "8"), "the venue could still hide it"),
        (after("8", "10", "11.999"), "the venue could still hide it"),
        (replace(after("0", "0", "0"), fence_s=D(0), visibility_s=D(0)), ""),
    ],
)
def test_a_proof_needs_three_answers_after_the_fence_that_span_the_visibility(
    proof: AbsenceProof, missing: str
) -> None:
    assert flaw(proof) == missing


def test_the_proof_is_a_sentence() -> None:
    assert proof_text(PROOF) == (
        "3 successful answers by paper from 8 s to 12 s after it was sent do not know it (fence 8 s, "
        "visibility 4 s), the venue holds 0 of the symbol as the book does, and its stream said nothing of it"
    )
    assert "not heard all the time" in proof_text(replace(PROOF, stream=StreamSaid.UNHEARD))


def test_a_journal_without_the_proofs_parts_still_reads() -> None:
    from datetime import UTC, datetime

    from msgspec import json

    old = (
        b'{"type":"OrderNotPlaced","account":"paper","order_id":"x","proof":"asked thrice",'
        b'"at":"2018-04-04T00:00:00Z"}'
    )
    read = json.decode(old, type=OrderNotPlaced)
    at = datetime(2018, 4, 4, tzinfo=UTC)
    assert read == OrderNotPlaced(AccountId("paper"), OrderId("x"), "asked thrice", at)
    now = OrderNotPlaced(AccountId("paper"), OrderId("x"), proof_text(PROOF), at, PROOF)
    assert json.decode(json.encode(now), type=OrderNotPlaced) == now
