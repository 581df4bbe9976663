"""What becomes of a stop's exit that never arrived, when its stop was jumped over meanwhile (C-7)."""

from __future__ import annotations

import pytest

from tests.fakes.proofs import proof_of
from tests.unit.domain.contracts import PAPER
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_decide_gaps import ANCHOR, ASK, EXIT, LONE, answer, back, held, market_exits
from trading.domain import reports as rp
from trading.domain.exits import GapPolicy
from trading.domain.order import Order, Role


def unheard_exit(policy: GapPolicy) -> tuple[PureDesk, Order]:
    """The exit of the stop has left and nobody answered; then the desk was away, and the price fell on."""
    desk = held(policy, exits=LONE)
    stop = desk.open_role("stop")
    desk.silence(stop)
    back(desk, "6600", away_s=None)
    desk.accept(stop)
    desk.cancel(stop)
    (first,) = market_exits(desk)
    desk.silence(first)
    back(desk, "6500")
    return desk, first


def never_arrived(desk: PureDesk, order: Order) -> None:
    desk.tell(rp.AbsenceProven(PAPER, order.client_order_id, proof_of(desk.book, order), desk.now))


def test_an_exit_that_never_arrived_sleeps_with_the_stop_about_whose_gap_a_person_is_asked() -> None:
    """It had left before the desk went away (seed 68720)."""
    desk, first = unheard_exit(ASK)
    assert desk.position.gap is not None and desk.position.swap is not None
    never_arrived(desk, first)
    assert not market_exits(desk) and desk.position.swap is None
    answer(desk, "exit")
    assert len(market_exits(desk)) == 1


@pytest.mark.parametrize("said", ["", "reanchor", "leave"])
def test_an_exit_that_never_arrived_is_not_that_of_the_stop_after_the_gap(said: str) -> None:
    desk, first = unheard_exit(ASK if said else ANCHOR)
    if said:
        answer(desk, said)
    never_arrived(desk, first)
    assert not market_exits(desk) and desk.position.swap is None
    assert desk.position.is_open
    stops = [one.stop_price for one in desk.orders if one.role is Role.STOP]
    assert stops == ([] if said == "leave" else [6433])


def test_an_exit_that_never_arrived_is_sent_again_where_out_is_what_was_chosen() -> None:
    desk, first = unheard_exit(EXIT)
    never_arrived(desk, first)
    assert [one.order_id for one in desk.orders if one.role is Role.STOP] != [first.order_id]
    assert desk.open_role("stop").leaves_now
