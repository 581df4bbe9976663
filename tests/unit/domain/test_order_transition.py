"""An order's status: moved by venue evidence, by the table, and never back from what was filled."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.domain.contracts import PAPER
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.money import Quantity
from trading.domain.order import (
    DONE,
    TRANSITIONS,
    Evidence,
    Order,
    OrderStatus,
    OrderType,
    Role,
    Side,
    status_after,
)

D = Decimal
S, E = OrderStatus, Evidence
FILLS = (E.FILL_PART, E.FILL_WHOLE)
statuses, evidences = st.sampled_from(list(S)), st.sampled_from(list(E))

ORDER = Order(
    OrderId("paper/BTC/USD/1/entry-1"),
    ClientOrderId("A" * 26),
    PAPER,
    PositionId("paper/BTC/USD/1"),
    "BTC/USD",
    Side.BUY,
    OrderType.LIMIT,
    Quantity(D(2)),
    Role.ENTRY,
)


def lives(first: OrderStatus, seen: list[Evidence]) -> list[OrderStatus]:
    """The statuses that evidence leads through; what the table has no step for changes nothing."""
    path = [first]
    for evidence in seen:
        path.append(status_after(path[-1], evidence) or path[-1])
    return path


@pytest.mark.parametrize(
    ("seen", "end"),
    [
        ([E.ACCEPTED, E.FILL_WHOLE], S.FILLED),
        ([E.ACCEPTED, E.FILL_PART, E.FILL_PART, E.FILL_WHOLE], S.FILLED),
        ([E.FILL_WHOLE, E.ACCEPTED], S.FILLED),  # the fill overtook the acknowledgement
        ([E.FILL_PART, E.ACCEPTED], S.PARTIAL),
        ([E.REJECTED], S.REJECTED),
        ([E.ACCEPTED, E.REJECTED], S.REJECTED),
        ([E.ACCEPTED, E.FILL_PART, E.REJECTED], S.REJECTED),
        ([E.SILENCE, E.ACCEPTED], S.WORKING),
        ([E.SILENCE, E.SILENCE, E.ABSENCE_PROVEN], S.NOT_PLACED),
        ([E.SILENCE, E.FILL_WHOLE], S.FILLED),
        ([E.ACCEPTED, E.CANCELED, E.FILL_PART], S.PARTIAL),  # X24
        ([E.ACCEPTED, E.CANCELED, E.FILL_WHOLE], S.FILLED),
        ([E.ACCEPTED, E.FILL_PART, E.EXPIRED], S.EXPIRED),
        ([E.SILENCE, E.ABSENCE_PROVEN, E.FILL_WHOLE], S.FILLED),  # the proof was wrong: the fill is true
        ([E.FILL_WHOLE, E.FILL_PART], S.FILLED),  # X29
        ([E.FILL_WHOLE, E.CANCELED], S.FILLED),  # X26: the fill wins
        ([E.ACCEPTED, E.SILENCE], S.WORKING),
        ([E.ACCEPTED, E.ABSENCE_PROVEN], S.WORKING),  # a late "not found" is no evidence against an answer
    ],
)
def test_a_life_of_an_order_ends_where_evidence_says(seen: list[Evidence], end: OrderStatus) -> None:
    assert lives(S.SUBMITTING, seen)[-1] is end


@given(st.lists(evidences, max_size=12))
def test_done_orders_never_reopen_except_by_fills(seen: list[Evidence]) -> None:
    path = lives(S.SUBMITTING, seen)
    for before, evidence, after in zip(path, seen, path[1:], strict=False):
        if before in DONE and after not in DONE:
            assert evidence in FILLS


@given(st.lists(evidences, max_size=12))
def test_a_fill_is_never_taken_back(seen: list[Evidence]) -> None:
    path = lives(S.SUBMITTING, seen)
    for before, after in pairwise(path):
        if before is S.FILLED:
            assert after is S.FILLED
        if before is S.PARTIAL:
            assert after in (S.PARTIAL, S.FILLED, S.CANCELED, S.EXPIRED, S.REJECTED)


@given(statuses)
def test_every_status_takes_fills_and_late_acknowledgements(status: OrderStatus) -> None:
    assert status_after(status, E.FILL_WHOLE) is S.FILLED
    assert status_after(status, E.FILL_PART) is (S.FILLED if status is S.FILLED else S.PARTIAL)
    acknowledged = status_after(status, E.ACCEPTED)
    assert acknowledged is (S.WORKING if status in (S.SUBMITTING, S.IN_DOUBT, S.NOT_PLACED) else status)


@given(statuses)
def test_an_acknowledgement_never_regresses(status: OrderStatus) -> None:
    after = status_after(status, E.ACCEPTED)
    assert after is not None
    assert status not in (S.WORKING, S.PARTIAL, *(DONE - {S.NOT_PLACED})) or after is status


def test_only_a_proof_frees_an_order_in_doubt_unfilled_by_us() -> None:
    assert [s for s in S if status_after(s, E.ABSENCE_PROVEN) is not None] == [S.IN_DOUBT]
    assert {s for s, e in TRANSITIONS if e is E.SILENCE} == {S.SUBMITTING, S.IN_DOUBT}


def test_every_status_can_be_reached_and_left() -> None:
    assert set(TRANSITIONS.values()) == set(S) - {S.SUBMITTING}
    assert {before for before, _ in TRANSITIONS} == set(S)


def test_what_remains_is_never_negative() -> None:
    assert ORDER.remaining == 2
    assert replace(ORDER, filled=Quantity(D("1.5"))).remaining == D("0.5")
    assert replace(ORDER, filled=Quantity(D(3))).remaining == 0
    assert ORDER.average_price is None
    assert replace(ORDER, filled=Quantity(D(2)), cost=D(13_400)).average_price == 6700


def test_an_order_in_doubt_counts_as_open() -> None:
    for status in S:
        assert replace(ORDER, status=status).is_open is (status not in DONE)
        assert status.is_done is (status in DONE)


@pytest.mark.parametrize(
    ("status", "filled", "quantity", "expected"),
    [
        (S.PARTIAL, "1", "1", S.FILLED),  # made as small as what has filled
        (S.PARTIAL, "1", "0.5", S.FILLED),
        (S.PARTIAL, "1", "1.5", S.PARTIAL),
        (S.FILLED, "1", "1.5", S.PARTIAL),  # what is attached had grown before it seemed full
        (S.WORKING, "0", "1.5", S.WORKING),
        (S.WORKING, "0", "0", S.WORKING),  # nothing to fill is not filled
    ],
)
def test_an_order_of_another_quantity_is_as_full_as_what_has_filled(
    status: OrderStatus, filled: str, quantity: str, expected: OrderStatus
) -> None:
    order = replace(ORDER, status=status, filled=Quantity(D(filled)))
    assert order.status_at(Quantity(D(quantity))) is expected
