"""Whatever a venue does, a bot places nothing twice, stays in its budget and knows what it holds."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.automations.hostile import Hostile
from tests.unit.automations.kinds import KINDS, born
from trading.automations import event as ev
from trading.domain.money import ZERO

seeds = st.integers(min_value=0, max_value=2**32)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=6, deadline=None)
@given(seed=seeds)
def test_no_bad_luck_breaks_a_bot(kind: str, seed: int) -> None:
    machine, state = born(kind)
    market = Hostile(machine, state, Random(seed))
    market.live(90)
    market.settle()


@pytest.mark.parametrize(
    ("kind", "seed", "trouble", "wild"),
    [
        # The closing of all was told before the exit of a part that it left the rest of.
        ("grid to both sides", 5001, 0.3, 400),
        # A short entry was filled far better than its limit, so that its fee was larger than reserved.
        ("momentum to both sides", 6002, 0.02, 30),
    ],
)
def test_what_once_broke_a_bot_does_not_any_more(kind: str, seed: int, trouble: float, wild: int) -> None:
    machine, state = born(kind)
    market = Hostile(machine, state, Random(seed), trouble)
    market.live(150, wild)
    market.settle()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wish", ["finish", "close", "leave"])
@settings(max_examples=3, deadline=None)
@given(seed=seeds)
def test_a_bot_that_is_told_to_stop_stops_as_it_was_told(kind: str, wish: ev.Wish, seed: int) -> None:
    machine, state = born(kind)
    market = Hostile(machine, state, Random(seed), trouble=0.05)
    market.live(40)
    market.tell(ev.Told(wish, market.now))
    market.live(40)
    market.settle()
    opened = [order for order in market.state.open_orders if order.opens]
    assert not opened
    if wish == "close":
        assert market.held == ZERO
