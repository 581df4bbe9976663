"""The pipeline beyond its page: longer frames, the seventh rule."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.strategies.drawn import same, walk
from trading.domain.opinion import VETO, Lean, Stance, Weighing
from trading.parameters import defaults
from trading.strategies.bars import Columns
from trading.strategies.opinion import left_of, with_opinion
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


CARDS = cards()


def stance(score: str, confidence: str = "1", because: str = "") -> Stance:
    """Something that somebody thinks."""
    lean = Lean.BULLISH if Decimal(score) > 0 else Lean.BEARISH if Decimal(score) < 0 else Lean.NEUTRAL
    at = datetime(2024, 5, 1, tzinfo=UTC)
    found = Stance("BTC/USDT", "", lean, Decimal(score), Decimal(confidence), at, source="somebody")
    return replace(found, neutral_because=because)


@settings(max_examples=60, deadline=None)
@given(score=st.decimals(-1, 1, places=2), confidence=st.decimals(0, 1, places=2))
def test_an_opinion_only_holds_back_or_makes_smaller(score: Decimal, confidence: Decimal) -> None:
    said = stance(str(score), str(confidence))
    for card in CARDS:
        told = with_opinion(card, said)
        left = left_of(card, said).value
        against = -score * confidence * card.side
        assert left == (1 if against < Decimal("0.2") else 0 if against >= Decimal("0.6") else 1 - against)
        assert told.decided == (card.decided and left > 0)
        assert told.verdicts[:-1] == card.verdicts and told.side == card.side
        seventh = told.verdicts[-1]
        assert seventh.rule == "opinion" and seventh.passed == (left > 0)
        assert seventh.numbers["source"] == "somebody" and Decimal(seventh.numbers["left"]) == left
        if card.decided and left == 0:
            assert told.refused_by == seventh
        elif not card.decided:
            assert told.refused_by == card.refused_by


def test_silence_is_neutral_unless_an_opinion_is_asked_for() -> None:
    silent = stance("0", "0", "timeout")
    for card in CARDS:
        assert with_opinion(card, silent).decided == card.decided
        assert not with_opinion(card, silent, Weighing(unheard=VETO)).decided


def test_a_veto_is_not_taken_back_by_a_second_opinion() -> None:
    card = next(one for one in CARDS if one.decided)
    vetoed = with_opinion(card, stance(str(-card.side)))
    assert not vetoed.decided and vetoed.refused_by is not None and vetoed.refused_by.why == "opinion"
    again = with_opinion(vetoed, stance(str(card.side)))
    assert not again.decided and len(again.verdicts) == len(card.verdicts) + 1
