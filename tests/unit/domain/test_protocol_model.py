"""All small worlds: no state without a way out, no fill taken back, nothing called over that lives."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import pytest

from tests.unit.domain.protocol_model import Bounds, explore
from trading.domain.order import TRANSITIONS, Evidence, OrderStatus
from trading.domain.request import REQUEST_TRANSITIONS, Answer, RequestStatus

S, E = OrderStatus, Evidence
R, A = RequestStatus, Answer

ONE = Bounds(attempts=1, crashes=1)
TWO = Bounds(attempts=2, crashes=2, notes=False)


def test_one_attempt_two_crashes_three_fills_and_a_cancel() -> None:
    found = explore(Bounds(attempts=1, crashes=2))
    assert found.worlds > 10_000
    assert found.at_rest > 50
    assert found.statuses == set(S)
    assert found.requests == {R.INTENDED, R.SENT, R.AMBIGUOUS, R.REFUSED, R.ACKED}


def test_two_attempts_two_crashes_three_fills_and_a_cancel() -> None:
    found = explore(TWO)
    assert found.worlds > 80_000
    assert found.statuses == set(S)


WRONG_STEPS: list[tuple[OrderStatus, Evidence, OrderStatus | None]] = [
    (S.SUBMITTING, E.SILENCE, S.REJECTED),  # the worst line that can be written
    (S.SUBMITTING, E.SILENCE, S.NOT_PLACED),
    (S.SUBMITTING, E.SILENCE, None),  # whoever waits for an answer waits for ever
    (S.SUBMITTING, E.ACCEPTED, S.FILLED),
    (S.IN_DOUBT, E.SILENCE, S.REJECTED),
    (S.IN_DOUBT, E.ACCEPTED, None),
    (S.IN_DOUBT, E.ABSENCE_PROVEN, None),
    (S.SUBMITTING, E.ABSENCE_PROVEN, S.REJECTED),
    (S.WORKING, E.FILL_PART, S.WORKING),
    (S.WORKING, E.ABSENCE_PROVEN, S.CANCELED),
    (S.WORKING, E.CANCELED, None),
    (S.WORKING, E.EXPIRED, S.FILLED),
    (S.PARTIAL, E.ACCEPTED, S.WORKING),  # an acknowledgement regresses
    (S.PARTIAL, E.CANCELED, S.WORKING),
    (S.FILLED, E.ACCEPTED, S.WORKING),
    (S.FILLED, E.CANCELED, S.CANCELED),
    (S.CANCELED, E.ACCEPTED, S.WORKING),
    (S.CANCELED, E.FILL_PART, S.CANCELED),  # a late fill is not taken
    (S.CANCELED, E.FILL_WHOLE, S.PARTIAL),
    (S.EXPIRED, E.FILL_PART, None),
]

WRONG_ANSWERS: list[tuple[RequestStatus, Answer, RequestStatus | None]] = [
    (R.INTENDED, A.SENT, None),
    (R.INTENDED, A.SILENCE, R.REFUSED),
    (R.SENT, A.SILENCE, R.REFUSED),  # silence is taken for a refusal
    (R.SENT, A.SILENCE, None),
    (R.SENT, A.TAKEN, R.RESOLVED),
    (R.SENT, A.REFUSED, R.ACKED),
    (R.SENT, A.SETTLED, None),  # an order is done and something is asked of it
    (R.AMBIGUOUS, A.SETTLED, None),
    (R.AMBIGUOUS, A.TAKEN, R.SENT),
    (R.AMBIGUOUS, A.SILENCE, R.REFUSED),
    (R.REFUSED, A.TAKEN, R.ACKED),
]


@pytest.mark.parametrize(("status", "evidence", "after"), WRONG_STEPS)
def test_a_wrong_step_of_an_order_is_seen(
    status: OrderStatus, evidence: Evidence, after: OrderStatus | None
) -> None:
    _dies(TRANSITIONS, (status, evidence), after)


@pytest.mark.parametrize(("status", "answer", "after"), WRONG_ANSWERS)
def test_a_wrong_step_of_a_request_is_seen(
    status: RequestStatus, answer: Answer, after: RequestStatus | None
) -> None:
    _dies(REQUEST_TRANSITIONS, (status, answer), after)


def _dies(table: dict[Any, Any], key: Any, after: Any) -> None:
    assert table.get(key) is not after, "this is what the table says"
    with patch.dict(table):
        if after is None:
            del table[key]
        else:
            table[key] = after
        with pytest.raises(AssertionError):
            explore(ONE)
