"""The fan-out of a candle close: thousands asked at once are told what each would be told alone."""

import math

import numpy as np
from msgspec.structs import replace

from tests.unit.strategies.drawn import walk
from tests.unit.strategies.test_pipeline import joined
from trading.domain.events import Refusal
from trading.indicators.streams import Row
from trading.parameters import Settings, defaults, validated
from trading.strategies.bars import Columns
from trading.strategies.fanout import Candidate, Closed, Fanout, Subscription
from trading.strategies.strategy import Context, Plan
from trading.strategies.table import STRATEGIES

FRAME_S = 900
BEGUN = 60


def tuned(name: str, **raw: object) -> Settings:
    """The defaults of a strategy with some knobs set."""
    settings = validated(STRATEGIES[name], raw)
    assert not isinstance(settings, Refusal), settings
    return settings


def bar(bars: Columns, index: int) -> Closed:
    """One closed bar."""
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    opened, high, low, close, volume = (float(column[index]) for column in columns)
    return Closed(bars.symbol, bars.frame_s, int(bars.at_ms[index]), Row(opened, high, low, close, volume))


def alike(candidate: Candidate, plan: Plan, index: int) -> bool:
    """Whether it says what a plan says of the bar that it is about."""
    told = (candidate.stop, candidate.target, candidate.trail, float(candidate.exit_by_ms))
    levels: tuple[float, ...] = (math.nan, math.nan, math.nan, 0.0)
    if candidate.entry:
        trail = math.nan if plan.trail is None else float(plan.trail[index])
        leaves = 0 if plan.exit_by_ms is None else int(plan.exit_by_ms[index])
        levels = (float(plan.stop[index]), float(plan.target[index]), trail, float(leaves))
    decided = (int(plan.entry[index]), bool(plan.exit[index]))
    return (candidate.entry, candidate.exit) == decided and repr(told) == repr(levels)


def test_everybody_is_told_what_plan_and_explain_say_and_nobody_is_left_out() -> None:
    # Two symbols with bars at the same instants, one with holes of its own.
    series = {
        "A/USD": walk(420, 1, frame_s=FRAME_S, symbol="A/USD"),
        "B/USD": walk(420, 2, frame_s=FRAME_S, symbol="B/USD"),
        "C/USD": walk(420, 3, frame_s=FRAME_S, symbol="C/USD", holes=0.1),
    }
    hours = {symbol: joined(bars, 3600) for symbol, bars in series.items()}
    asked = []
    for symbol in series:
        for name, strategy in STRATEGIES.items():
            asked.append(Subscription(f"{name}/{symbol}", strategy, defaults(strategy), symbol, FRAME_S))
            asked.append(
                Subscription(f"{name}/{symbol}/s", strategy, defaults(strategy), symbol, FRAME_S, "short")
            )
    hourly = tuned("pipeline", trend_frame_s=3600, fast=5, slow=12, near_atr=5, room_atr=0)
    asked += [
        Subscription(f"hourly/{symbol}", STRATEGIES["pipeline"], hourly, symbol, FRAME_S) for symbol in series
    ]
    of_key = {one.key: one for one in asked}
    past = {(symbol, FRAME_S): bars.upto(BEGUN) for symbol, bars in series.items()}
    began = {symbol: int(bars.closes_ms()[BEGUN - 1]) for symbol, bars in series.items()}
    seen = {
        symbol: int(np.searchsorted(one.closes_ms(), began[symbol], "right")) for symbol, one in hours.items()
    }
    past |= {(symbol, 3600): one.upto(seen[symbol]) for symbol, one in hours.items()}
    fanout = Fanout(asked, past)

    every = [(bars, BEGUN) for bars in series.values()] + [
        (one, seen[symbol]) for symbol, one in hours.items()
    ]
    by_close: dict[int, list[Closed]] = {}
    for bars, first in every:
        for index in range(first, len(bars)):
            by_close.setdefault(int(bars.closes_ms()[index]), []).append(bar(bars, index))
    contexts = {
        key: Context(direction=one.direction, frames={3600: hours[one.symbol]}) for key, one in of_key.items()
    }
    plans = {
        key: one.strategy.plan(series[one.symbol], one.settings, contexts[key]) for key, one in of_key.items()
    }
    told: dict[str, int] = dict.fromkeys(of_key, 0)
    for _, closed in sorted(by_close.items()):
        for candidate in fanout.closed(closed):
            for key in candidate.keys:
                one, bars = of_key[key], series[of_key[key].symbol]
                index = int(np.searchsorted(bars.at_ms, candidate.card.at_ms))
                assert alike(candidate, plans[key], index), key
                if not told[key] % 9:
                    assert candidate.card == one.strategy.explain(bars, one.settings, contexts[key], index)
                told[key] += 1
    for key, plan in plans.items():
        assert told[key] == int(((plan.entry != 0) | plan.exit)[BEGUN:].sum()), key
    assert sum(told.values()) > 500 and told["hourly/A/USD"] > 0


def test_those_who_ask_the_same_are_answered_once() -> None:
    bars = walk(600, 4, frame_s=FRAME_S, symbol="A/USD")
    strategy, settings = STRATEGIES["pullback"], defaults(STRATEGIES["pullback"])
    keys = tuple(f"person {number}" for number in range(5))
    fanout = Fanout(
        [Subscription(key, strategy, settings, "A/USD", FRAME_S) for key in keys],
        {("A/USD", FRAME_S): bars.upto(300)},
    )
    found = [one for index in range(300, 600) for one in fanout.closed([bar(bars, index)])]
    assert found and all(one.keys == keys for one in found)
    assert len(fanout.tails()) == 1 and len(fanout.tails()[0].streams()) == 4


def test_a_bar_that_nobody_reads_is_passed_over_and_one_without_history_begins_its_line() -> None:
    bars = walk(300, 4, frame_s=FRAME_S, symbol="A/USD")
    strategy, settings = STRATEGIES["trend_following"], defaults(STRATEGIES["trend_following"])
    fanout = Fanout([Subscription("me", strategy, settings, "A/USD", FRAME_S)], {})
    plan = strategy.plan(bars, settings, Context())
    for index in range(300):
        foreign = bar(bars, index)._replace(symbol="Z/USD")
        found = fanout.closed([foreign, bar(bars, index)])
        assert bool(found) == bool(plan.entry[index] or plan.exit[index])


def test_a_broken_or_late_bar_is_left_out_and_named_and_holds_up_nobody_else() -> None:
    series = {f"{name}/USD": walk(300, 4, frame_s=FRAME_S, symbol=f"{name}/USD") for name in "AB"}
    strategy, settings = STRATEGIES["trend_following"], defaults(STRATEGIES["trend_following"])
    asked = [Subscription(symbol, strategy, settings, symbol, FRAME_S) for symbol in series]
    fanout = Fanout(asked, {(symbol, FRAME_S): bars.upto(100) for symbol, bars in series.items()})
    heard = {"A/USD": 0, "B/USD": 0}
    for index in range(100, 300):
        closed = [bar(bars, index) for bars in series.values()]
        if index == 150:
            closed[0] = closed[0]._replace(row=closed[0].row._replace(close=math.nan))
        if index == 160:
            closed[0] = bar(series["A/USD"], 159)
        for candidate in fanout.closed(closed):
            heard[candidate.keys[0]] += 1
        told = [(note.kind, note.sentence, note.missing) for note in fanout.notes]
        assert told == {
            150: [("broken", "Bar 150 holds nan: an indicator takes finite numbers only.", 0)],
            151: [("gap", "", 1)],
            160: [("late", "The bar of 2024-01-02 15:45 UTC came too late or twice.", 0)],
            161: [("gap", "", 1)],
        }.get(index, [])
    plan = strategy.plan(series["B/USD"], settings, Context())
    assert heard["B/USD"] == int(((plan.entry != 0) | plan.exit)[100:].sum())
    kept = np.delete(np.arange(300), [150, 160])
    holes = Columns(
        "A/USD",
        FRAME_S,
        *(
            getattr(series["A/USD"], name)[kept]
            for name in ("at_ms", "open", "high", "low", "close", "volume")
        ),
    )
    plan = strategy.plan(holes, settings, Context())
    assert heard["A/USD"] == int(((plan.entry != 0) | plan.exit)[100:].sum())


def test_the_parts_together_are_the_whole() -> None:
    series = {f"S{n}/USD": walk(300, n, frame_s=FRAME_S, symbol=f"S{n}/USD") for n in range(40)}
    asked = [
        Subscription(f"{name}/{symbol}", STRATEGIES[name], defaults(STRATEGIES[name]), symbol, FRAME_S)
        for symbol in series
        for name in ("mean_reversion", "trend_following")
    ]
    past = {(symbol, FRAME_S): bars.upto(200) for symbol, bars in series.items()}
    whole, sliced = Fanout(asked, past), Fanout(asked, past)
    found = 0
    for index in range(200, 240):
        closed = [bar(bars, index) for bars in series.values()]
        parts = list(sliced.in_parts(closed))
        # Forty bars are told in pauses of sixteen, then each of two strategies has its part.
        assert len(parts) == 2 + 2 and parts[:2] == [[], []]
        together = [candidate for part in parts for candidate in part]
        assert repr(together) == repr(whole.closed(closed))
        found += len(together)
    assert found


def test_who_wants_refusals_too_hears_of_every_bar_with_a_side_on_offer() -> None:
    bars = walk(260, 1, frame_s=FRAME_S, symbol="A/USD")
    strategy, settings = STRATEGIES["mean_reversion"], defaults(STRATEGIES["mean_reversion"])
    asked = [Subscription("me", strategy, settings, "A/USD", FRAME_S)]
    quiet = Fanout(asked, {("A/USD", FRAME_S): bars.upto(10)})
    loud = Fanout(asked, {("A/USD", FRAME_S): bars.upto(10)}, tells_refusals=True)
    refused = 0
    for index in range(10, len(bars)):
        few, many = quiet.closed([bar(bars, index)]), loud.closed([bar(bars, index)])
        card = strategy.explain(bars, settings, Context(), index)
        assert repr(few) == repr([one for one in many if one.entry or one.exit])
        assert bool(many) is bool(card.side or few)
        assert all(repr(one.card) == repr(card) for one in many)
        assert repr(loud.explained(asked[0])) == repr(card)
        refused += len(many) - len(few)
    assert refused > 5


def test_one_that_takes_the_place_of_another_opens_only_what_that_one_does_not_know() -> None:
    bars = walk(300, 4, frame_s=FRAME_S, symbol="A/USD")
    strategy = STRATEGIES["trend_following"]
    mine = Subscription("mine", strategy, defaults(strategy), "A/USD", FRAME_S)
    first = Fanout([mine], {("A/USD", FRAME_S): bars.upto(200)})
    same = Fanout([mine, replace(mine, key="hers")], {}, before=first)
    assert same.tails() == first.tails() and same.known() == {("A/USD", FRAME_S): 200}
    tuned_one = replace(mine, key="his", settings=tuned("trend_following", channel=33))
    fresh = Fanout([mine, tuned_one], {("A/USD", FRAME_S): bars.upto(250)}, before=same)
    assert fresh.tails() != first.tails() and fresh.known() == {("A/USD", FRAME_S): 250}
    alone = Fanout([mine], {("A/USD", FRAME_S): bars.upto(250)})
    for index in range(250, 300):
        found = {key: one for one in fresh.closed([bar(bars, index)]) for key in one.keys}
        told = {key: one for one in alone.closed([bar(bars, index)]) for key in one.keys}
        assert repr(replace(found["mine"], keys=("mine",)) if "mine" in found else None) == repr(
            told.get("mine")
        )
    fresh.forget([("A/USD", FRAME_S)])
    assert Fanout([mine], {}, before=fresh).known() == {("A/USD", FRAME_S): 0}
