"""What opinions saved and cost, by numbers that can be checked by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.round_trips import START, round_trip
from trading.domain.events import OpinionGiven
from trading.domain.ids import AccountId, CommandId
from trading.domain.opinion import Factor, Lean, Stance, factor_of
from trading.opinion_report import WITHIN, report, trials

D = Decimal
OPENED = START  # a round trip that is closed after one hour and was held for one


def opinion(
    score: str, *, before_s: float = 60, symbol: str = "BTC/USD", source: str = "grok", cost: str = "0.01"
) -> OpinionGiven:
    value = D(score)
    lean = Lean.BULLISH if value > 0 else Lean.BEARISH if value < 0 else Lean.NEUTRAL
    at = OPENED - timedelta(seconds=before_s)
    stance = Stance(symbol, "sentiment", lean, value, D(1), at, source=source, cost=D(cost))
    return _event(stance)


def neutral(reason: str) -> OpinionGiven:
    return _event(Stance("BTC/USD", "sentiment", Lean.NEUTRAL, D(0), D(0), OPENED, neutral_because=reason))


def _event(stance: Stance) -> OpinionGiven:
    sides = factor_of(stance, is_buy=True), factor_of(stance, is_buy=False)
    return OpinionGiven(AccountId("me"), stance.symbol, stance, *sides, CommandId("c"), stance.asked_at)


def test_a_loss_that_was_held_back_is_saved_and_a_gain_is_missed() -> None:
    shrinks = opinion("-0.4")  # leaves 60 % of a buy
    for net, saved, missed in (("-100", {"USD": D(40)}, {}), ("100", {}, {"USD": D(40)})):
        found = report([shrinks], trials([shrinks], [round_trip(net)]))
        assert (found.saved, found.missed) == (saved, missed)
        assert (found.entries, found.shrunk, found.forbidden) == (1, 1, 0)


def test_a_forbidden_entry_counts_whole_and_one_in_favour_not_at_all() -> None:
    forbids, favours = opinion("-0.9"), opinion("0.9")
    assert report([forbids], trials([forbids], [round_trip("-50")])).saved == {"USD": D(50)}
    found = report([favours], trials([favours], [round_trip("-50")]))
    assert (found.saved, found.missed, found.shrunk, found.forbidden) == ({}, {}, 0, 0)
    short = report([favours], trials([favours], [round_trip("-50", is_long=False)]))
    assert short.saved == {"USD": D(50)} and short.forbidden == 1


def test_where_it_was_applied_the_result_is_that_of_the_rest_alone() -> None:
    shrinks = opinion("-0.4")
    (trial,) = trials([shrinks], [round_trip("-60", tag="pipeline")], frozenset({"pipeline"}))
    assert trial.is_applied and trial.whole == D(-100) and trial.held_back == D(-40)


def test_only_the_newest_opinion_shortly_before_an_entry_in_its_symbol_counts() -> None:
    old = opinion("-0.9", before_s=WITHIN.total_seconds() + 1)
    after = opinion("-0.9", before_s=-1)
    other = opinion("-0.9", symbol="ETH/USD")
    assert trials([old, after, other], [round_trip("-50")]) == []
    (trial,) = trials([opinion("-0.9", before_s=300), opinion("0.5", before_s=30)], [round_trip("-50")])
    assert trial.factor == Factor(D(1))


def test_questions_answers_reasons_and_money_are_counted_by_source() -> None:
    told = [
        opinion("0.5"),
        opinion("0.1", source="openai", cost="0.02"),
        neutral("budget"),
        neutral("budget"),
    ]
    found = report(told, [])
    assert (found.asked, found.answered, found.cost) == (4, 2, D("0.03"))
    assert found.neutral == {"budget": 2}
    assert {name: (one.asked, one.answered) for name, one in found.sources.items()} == {
        "grok": (1, 1),
        "openai": (1, 1),
        "none": (2, 0),
    }


@given(st.lists(st.tuples(st.integers(-100, 100), st.integers(-1000, 1000)), max_size=8))
def test_what_is_saved_less_what_is_missed_is_what_was_held_back(pairs: list[tuple[int, int]]) -> None:
    found = [
        trial
        for score, net in pairs
        for trial in trials([opinion(str(D(score) / 100))], [round_trip(str(net))])
    ]
    added = report([], found)
    held_back = sum((trial.held_back for trial in found), D(0))
    assert added.missed.get("USD", D(0)) - added.saved.get("USD", D(0)) == held_back
    assert len(found) == len(pairs)
