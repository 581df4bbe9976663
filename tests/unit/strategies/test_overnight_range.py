"""Overnight range: clocks that change, holidays, early ends, holes, and the one break of a day."""

from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest

from trading.parameters import Settings, defaults
from trading.strategies.bars import Columns, instant, millis
from trading.strategies.overnight_range import OvernightRange
from trading.strategies.strategy import Context, Plan

STRATEGY = OvernightRange()
FRAME = timedelta(minutes=30)


def week(first: str, days: int, breaks: dict[str, float]) -> Columns:
    """Half-hour bars of UTC around 100 whose range is 99.5 to 100.5, with closes of their own at some."""
    begin = datetime.fromisoformat(f"{first}T00:00:00+00:00")
    at = [begin + n * FRAME for n in range(days * 48)]
    closes = [breaks.get(one.strftime("%m-%dT%H:%M"), 100.0) for one in at]
    close = np.array(closes)
    at_ms = np.array([millis(one) for one in at], dtype=np.int64)
    flat = np.full(len(at), 100.0)
    high, low = np.maximum(close, 100.5), np.minimum(close, 99.5)
    return Columns("SPY", 1800, at_ms, flat, high, low, close, flat)


def settings(**changed: object) -> Settings:
    """The defaults with some knobs set."""
    return {**defaults(STRATEGY), "until": time(13), **changed}


def entered(bars: Columns, plan: Plan) -> dict[datetime, int]:
    """What is entered, by when its bar opened."""
    return {bars.at(index): int(plan.entry[index]) for index in np.flatnonzero(plan.entry).tolist()}


def at(text: str) -> datetime:
    """An instant of 2024."""
    return datetime.fromisoformat(f"2024-{text}:00+00:00")


def test_the_session_begins_an_hour_earlier_in_utc_once_the_clocks_have_gone_forward() -> None:
    # 14:00 UTC is 09:00 in New York on Friday the 8th of March and 10:00 on Monday the 11th.
    breaks = {"03-08T14:00": 101.0, "03-08T15:00": 102.0, "03-11T14:00": 101.0}
    bars = week("2024-03-06", 6, breaks)
    plan = STRATEGY.plan(bars, settings(), Context())
    # On Friday the close of 14:00 still belongs to the night and makes its range.
    assert entered(bars, plan) == {at("03-08T15:00"): 1, at("03-11T14:00"): 1}
    assert plan.exit_by_ms is not None
    leaves = [instant(int(plan.exit_by_ms[i])) for i in np.flatnonzero(plan.entry)]
    assert leaves == [at("03-08T20:45"), at("03-11T19:45")]
    night = STRATEGY.explain(bars, settings(), Context(), int(np.flatnonzero(plan.entry)[0]))
    numbers = next(one.numbers for one in night.verdicts if one.rule == "break")
    assert numbers == {"close": "102", "high": "101", "low": "99.5"}


def test_stop_and_target_are_measured_in_the_night() -> None:
    bars = week("2024-05-06", 3, {"05-08T14:00": 99.0})
    near = STRATEGY.plan(bars, settings(), Context())
    far = STRATEGY.plan(bars, settings(stop="far", target_ranges=2), Context())
    (index,) = np.flatnonzero(near.entry).tolist()
    assert (near.entry[index], near.stop[index], near.target[index]) == (-1, 100.0, 98.0)
    assert (far.stop[index], far.target[index]) == (100.5, 97.0)


def test_a_holiday_is_not_entered_and_an_early_end_is_left_before() -> None:
    breaks = {"11-27T15:00": 101.0, "11-28T15:00": 101.0, "11-29T15:00": 101.0}
    bars = week("2024-11-25", 5, breaks)
    plan = STRATEGY.plan(bars, settings(days="xnys"), Context())
    assert entered(bars, plan) == {at("11-27T15:00"): 1, at("11-29T15:00"): 1}
    assert plan.exit_by_ms is not None
    leaves = [instant(int(plan.exit_by_ms[i])) for i in np.flatnonzero(plan.entry)]
    assert leaves == [at("11-27T20:45"), at("11-29T17:45")]
    holiday = bars.at_ms.tolist().index(millis(at("11-28T15:00")))
    card = STRATEGY.explain(bars, settings(days="xnys"), Context(), holiday)
    assert card.side == 1 and card.refused_by is not None and card.refused_by.rule == "session"


@pytest.mark.parametrize("hour", ["13:00", "17:00", "18:00"])
def test_nothing_is_entered_in_the_night_or_after_the_last_close(hour: str) -> None:
    # 09:00 (still night), 13:00 and 14:00 in New York; the last close that may enter is 13:00.
    bars = week("2024-05-06", 3, {f"05-08T{hour}": 105.0})
    assert not STRATEGY.plan(bars, settings(), Context()).entry.any()


def test_only_the_first_close_outside_counts_even_when_it_was_refused() -> None:
    breaks = {"05-08T14:00": 101.0, "05-08T15:00": 99.0, "05-08T15:30": 101.5}
    bars = week("2024-05-06", 3, breaks)
    assert entered(bars, STRATEGY.plan(bars, settings(), Context())) == {at("05-08T14:00"): 1}
    begin = millis(at("05-08T14:30"))
    quiet = Context(blackouts=((begin, begin + 1),))
    assert not STRATEGY.plan(bars, settings(), quiet).entry.any()
    short = Context(direction="short")
    assert not STRATEGY.plan(bars, settings(), short).entry.any()


def test_a_night_with_too_few_bars_or_without_its_beginning_has_no_range() -> None:
    bars = week("2024-05-06", 3, {"05-06T15:00": 101.0, "05-08T15:00": 101.0})
    # The night before the first session began on the 5th, before the first bar.
    assert list(entered(bars, STRATEGY.plan(bars, settings(), Context()))) == [at("05-08T15:00")]
    begin, end = millis(at("05-07T22:00")), millis(at("05-08T11:30"))
    kept = (bars.at_ms < begin) | (bars.at_ms >= end)
    holes = Columns(
        "SPY",
        1800,
        *(getattr(bars, name)[kept] for name in ("at_ms", "open", "high", "low", "close", "volume")),
    )
    assert not STRATEGY.plan(holes, settings(bars_least=6), Context()).entry.any()
    assert STRATEGY.plan(holes, settings(bars_least=4), Context()).entry.any()


def test_a_night_of_one_day_begins_after_midnight() -> None:
    bars = week("2024-05-06", 3, {"05-07T22:30": 90.0, "05-08T14:00": 101.0})
    knobs = settings(night_begins=time(2))
    (index,) = np.flatnonzero(STRATEGY.plan(bars, knobs, Context()).entry).tolist()
    assert STRATEGY.plan(bars, knobs, Context()).stop[index] == 100.0
    assert bars.at(index) == at("05-08T14:00") and UTC is bars.at(index).tzinfo
