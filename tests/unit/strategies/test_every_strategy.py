"""What holds for every strategy of the table, over random bars with holes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.strategies.drawn import same, walk
from trading.indicators.streams import Row
from trading.parameters import Settings, defaults
from trading.strategies.bars import Columns
from trading.strategies.ruling import Ruled, planned
from trading.strategies.series import Tail, Whole
from trading.strategies.strategy import Context, Plan
from trading.strategies.table import STRATEGIES

NAMES = sorted(STRATEGIES)
BARS = 420
FRAME_S = 900


def plain(name: str) -> tuple[Ruled, Settings]:
    """A strategy with its defaults."""
    return STRATEGIES[name], defaults(STRATEGIES[name])


def alike(one: Plan, other: Plan) -> bool:
    """Bit for bit the same plan."""
    pairs = [(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__[1:]]
    return one.first == other.first and all(
        (a is None and b is None) or (a is not None and b is not None and same(a, b)) for a, b in pairs
    )


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), cut=st.integers(0, BARS))
def test_cutting_off_the_future_changes_nothing(name: str, seed: int, cut: int) -> None:
    strategy, knobs = plain(name)
    bars = walk(BARS, seed, holes=0.05, frame_s=FRAME_S)
    whole = strategy.plan(bars, knobs, Context())
    assert alike(strategy.plan(bars.upto(cut), knobs, Context()), whole.upto(cut))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_an_entry_stands_exactly_where_the_scorecard_is_decided(name: str, seed: int) -> None:
    strategy, knobs = plain(name)
    bars = walk(BARS, seed, holes=0.05, frame_s=FRAME_S)
    plan = strategy.plan(bars, knobs, Context())
    asked = {*range(0, BARS, 41), *np.flatnonzero(plan.entry).tolist()[:12]}
    for index in asked:
        card = strategy.explain(bars, knobs, Context(), index)
        assert card.decided == (plan.entry[index] != 0)
        assert not card.decided or card.side == plan.entry[index]
        assert card.at_ms == bars.at_ms[index]
        assert (card.refused_by is None) == card.decided


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_said_before_the_warm_up_is_over(name: str) -> None:
    strategy, knobs = plain(name)
    plan = strategy.plan(walk(BARS, frame_s=FRAME_S), knobs, Context())
    assert plan.first == strategy.warm_up(knobs) > 0
    assert not plan.entry[: plan.first].any() and not plan.exit[: plan.first].any()
    card = strategy.explain(walk(BARS, frame_s=FRAME_S), knobs, Context(), plan.first - 1)
    assert card.refused_by is not None and card.refused_by.rule == "warm_up"
    assert card.refused_by.numbers == {"bars": str(plan.first), "needed": str(plan.first + 1)}


@pytest.mark.parametrize("name", NAMES)
def test_the_sides_that_are_not_allowed_are_never_entered(name: str) -> None:
    strategy, knobs = plain(name)
    for seed in range(6):
        bars = walk(BARS, seed, frame_s=FRAME_S)
        for direction, forbidden in (("long", {-1}), ("short", {1}), ("none", {1, -1})):
            plan = strategy.plan(bars, knobs, Context(direction=direction))  # type: ignore[arg-type]  # a str
            assert not forbidden & set(plan.entry.tolist())


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_entered_while_it_is_blacked_out(name: str) -> None:
    strategy, knobs = plain(name)
    for seed in range(6):
        bars = walk(BARS, seed, frame_s=FRAME_S)
        entered = np.flatnonzero(strategy.plan(bars, knobs, Context()).entry)
        for index in entered[:3].tolist():
            begin = int(bars.closes_ms()[index])
            quiet = Context(blackouts=((begin, begin + 1),))
            assert strategy.plan(bars, knobs, quiet).entry[index] == 0
            card = strategy.explain(bars, knobs, quiet, index)
            assert card.refused_by is not None and card.refused_by.why == "blackout"


@pytest.mark.parametrize("name", NAMES)
def test_no_bars_give_an_empty_plan(name: str) -> None:
    strategy, knobs = plain(name)
    for count in (0, 1, 2, 30):
        few: Columns = walk(BARS, frame_s=FRAME_S).upto(count)
        assert len(strategy.plan(few, knobs, Context()).entry) == count


def opened(strategy: Ruled, knobs: Settings, bars: Columns, seen: int) -> Tail:
    """A live tail that was opened on the first bars."""
    asked = Whole(bars.upto(0))
    strategy.read(asked, knobs, Context())
    return Tail(bars.upto(seen), frozenset(asked.wanted), strategy.memory(knobs, bars.frame_s))


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 2**32), seen=st.integers(0, BARS))
def test_live_bar_by_bar_decides_what_the_whole_past_says(name: str, seed: int, seen: int) -> None:
    strategy, knobs = plain(name)
    bars = walk(BARS, seed, holes=0.05, frame_s=FRAME_S)
    plan = strategy.plan(bars, knobs, Context())
    tail = opened(strategy, knobs, bars, seen)
    for index in range(seen, BARS):
        opened_at, high, low, close = (float(getattr(bars, one)[index]) for one in Row._fields[:4])
        row = Row(opened_at, high, low, close, float(bars.volume[index]))
        tail.add(int(bars.at_ms[index]), row)
        reading = strategy.read(tail, knobs, Context())
        warm = np.arange(tail.before, tail.before + len(tail.bars)) >= plan.first
        said = planned(reading, plan.first, warm)
        for field in plan.__struct_fields__[1:]:
            whole, newest = getattr(plan, field), getattr(said, field)
            assert (whole is None) == (newest is None)
            assert whole is None or same(whole[index : index + 1].copy(), newest[-1:].copy()), field
        if plan.entry[index]:
            card = strategy.card(tail, reading, len(tail.bars) - 1)
            assert card == strategy.explain(bars, knobs, Context(), index) and card.decided
