"""The pipeline beyond its page: longer frames, the seventh rule."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.strategies.drawn import same, walk
from trading.parameters import defaults
from trading.strategies.bars import Columns
from trading.strategies.opinion import Opinion, kept_percent, with_opinion
from trading.strategies.pipeline import Pipeline
from trading.strategies.strategy import Context, Scorecard

STRATEGY = Pipeline()
HOURLY = {**defaults(STRATEGY), "trend_frame_s": 3600, "fast": 5, "slow": 12}


def joined(bars: Columns, frame_s: int) -> Columns:
    """Bars of a longer frame, every one of them whole or with holes as the short ones have."""
    group = bars.at_ms // (frame_s * 1000)
    starts = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    ends = np.append(starts[1:], len(bars)) - 1
    return Columns(
        bars.symbol,
        frame_s,
        group[starts] * frame_s * 1000,
        bars.open[starts],
        np.maximum.reduceat(bars.high, starts),
        np.minimum.reduceat(bars.low, starts),
        bars.close[ends],
        np.add.reduceat(bars.volume, starts),
    )


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), cut=st.integers(30, 600))
def test_a_longer_frame_is_read_only_once_its_bar_has_closed(seed: int, cut: int) -> None:
    bars = walk(600, seed, holes=0.05)
    hours = joined(bars, 3600)
    whole = STRATEGY.plan(bars, HOURLY, Context(frames={3600: hours}))
    now = int(bars.closes_ms()[cut - 1])
    closed = hours.upto(int(np.searchsorted(hours.closes_ms(), now, side="right")))
    early = STRATEGY.plan(bars.upto(cut), HOURLY, Context(frames={3600: closed}))
    for field in ("entry", "exit", "stop", "target"):
        assert same(getattr(early, field), getattr(whole, field)[:cut].copy())


def test_without_the_bars_of_its_trend_it_enters_nothing_and_says_so() -> None:
    bars = walk(600, 4)
    plan = STRATEGY.plan(bars, HOURLY, Context())
    card = STRATEGY.explain(bars, HOURLY, Context(), 599)
    assert not plan.entry.any() and card.refused_by is not None and card.refused_by.rule == "trend"
    assert card.refused_by.numbers == {"fast": "", "slow": ""}


def cards() -> list[Scorecard]:
    """Decided and refused ones."""
    bars = walk(3_000, 3, frame_s=900)
    plan = STRATEGY.plan(bars, defaults(STRATEGY), Context())
    chosen = [*np.flatnonzero(plan.entry)[:3].tolist(), 250, 251, 900]
    found = [STRATEGY.explain(bars, defaults(STRATEGY), Context(), index) for index in chosen]
    assert {card.decided for card in found} == {True, False}
    return found


@pytest.mark.parametrize("says", ["agree", "shrink", "veto", "silent"])
@pytest.mark.parametrize("keep", ["0", "40", "100", "900", "-3", "NaN", "Infinity"])
def test_an_opinion_only_holds_back_or_makes_smaller(says: str, keep: str) -> None:
    opinion = Opinion(says, Decimal(keep), {"source": "somebody"})  # type: ignore[arg-type]  # a str
    kept = kept_percent(opinion)
    assert 0 <= kept <= 100 and (kept == 0 or says != "veto")
    assert kept == 100 or says in ("shrink", "veto")
    for card in cards():
        told = with_opinion(card, opinion)
        assert told.decided == (card.decided and says != "veto")
        assert told.verdicts[:-1] == card.verdicts and told.side == card.side
        seventh = told.verdicts[-1]
        assert seventh.rule == "opinion" and seventh.passed == (says != "veto")
        assert seventh.numbers["says"] == says and seventh.numbers["source"] == "somebody"
        if card.decided and says == "veto":
            assert told.refused_by == seventh
        elif not card.decided:
            assert told.refused_by == card.refused_by


def test_a_second_opinion_takes_the_place_of_the_first() -> None:
    card = next(one for one in cards() if one.decided)
    vetoed = with_opinion(card, Opinion("veto"))
    assert not vetoed.decided
    again = with_opinion(card, Opinion("agree"))
    assert with_opinion(again, Opinion("silent")).verdicts[-1].numbers["says"] == "silent"
    assert len(with_opinion(again, Opinion("silent")).verdicts) == len(card.verdicts) + 1
