"""What fills, at what price, and what it does to the capital: by hand."""

from __future__ import annotations

from decimal import Decimal

from tests.unit.backtest.stage import COIN, FIRST_MS, FUTURE, MINUTE_MS, flat, plan, ticks
from trading.backtest.conditions import Conditions
from trading.backtest.fast import played
from trading.backtest.results import Run
from trading.backtest.ticks import Ticks
from trading.brokers.fills import FillRules
from trading.domain.exits import Size, SizeKind
from trading.strategies.strategy import Plan

D = Decimal
FREE = FillRules(maker_bps=D(0), taker_bps=D(0))
ONE = Conditions(size=Size(SizeKind.BASE, D(1)), rules=FREE)


def _alone(series: Ticks, wanted: Plan, conditions: Conditions = ONE) -> Run:
    return played([series], [wanted], conditions)


def _told(run: Run) -> list[tuple[int, str, Decimal]]:
    """Minute, what for, price."""
    return [((fill.at_ms - FIRST_MS) // MINUTE_MS, fill.why, fill.price) for fill in run.fills]


def test_an_entry_fills_at_the_next_open_and_its_stop_at_the_stop() -> None:
    series = ticks([flat(1000), (1010, 1020, 1005, 1015), (1015, 1016, 980, 985), flat(985)])
    run = _alone(series, plan(4, {0: 1}, stop={0: 9.90}, target={0: 11.0}))
    assert _told(run) == [(1, "entry", D("10.10")), (3, "sl", D("9.90"))]
    (trip,) = run.trips
    assert trip.net == D("-0.20")
    assert trip.risk == D("0.20")
    assert run.net == D("-0.20")


def test_a_bar_that_opens_beyond_a_stop_fills_at_its_open() -> None:
    series = ticks([flat(1000), flat(1000), (950, 960, 940, 945)])
    assert _told(_alone(series, plan(3, {0: 1}, stop={0: 9.90})))[1] == (2, "sl", D("9.50"))


def test_an_entry_that_opens_beyond_its_stop_leaves_at_the_same_open() -> None:
    series = ticks([flat(1000), (980, 1000, 970, 990), flat(990)])
    assert _told(_alone(series, plan(3, {0: 1}, stop={0: 9.90}))) == [
        (1, "entry", D("9.80")),
        (1, "sl", D("9.80")),
    ]


def test_the_stop_comes_first_where_one_bar_reaches_both() -> None:
    series = ticks([flat(1000), flat(1000), (1000, 1200, 800, 1000)])
    assert _told(_alone(series, plan(3, {0: 1}, stop={0: 9.90}, target={0: 11.0})))[1][1:] == (
        "sl",
        D("9.90"),
    )


def test_a_target_that_is_only_touched_needs_luck() -> None:
    series = ticks([flat(1000), flat(1000), (1000, 1100, 1000, 1050), (1050, 1101, 1050, 1060)])
    wanted = plan(4, {0: 1}, target={0: 11.0})
    assert _told(_alone(series, wanted))[1] == (4, "tp1", D("11.00"))
    lucky = Conditions(size=ONE.size, rules=FillRules(D(0), D(0), touch_probability=1.0))
    assert _told(_alone(series, wanted, lucky))[1] == (3, "tp1", D("11.00"))


def test_a_target_that_the_open_has_jumped_over_gets_the_open() -> None:
    series = ticks([flat(1000), flat(1000), (1200, 1210, 1190, 1200)])
    assert _told(_alone(series, plan(3, {0: 1}, target={0: 11.0})))[1] == (2, "tp1", D("12.00"))


def test_a_short_is_the_same_upside_down() -> None:
    series = ticks([flat(1000), flat(1000), (1000, 1020, 990, 1000), flat(1000)])
    run = _alone(series, plan(4, {0: -1}, stop={0: 10.10}, target={0: 9.0}))
    assert _told(run) == [(1, "entry", D("10.00")), (3, "sl", D("10.10"))]
    assert not run.fills[0].is_buy
    assert run.fills[1].is_buy
    assert run.trips[0].net == D("-0.10")


def test_a_trailing_stop_stands_where_the_bars_before_have_put_it() -> None:
    rows = [flat(1000), (1000, 1050, 990, 1040), (1040, 1100, 1030, 1090), (1090, 1095, 1040, 1050)]
    run = _alone(ticks([*rows, flat(1050)]), plan(5, {0: 1}, trail={0: 0.50}))
    # After the second bar it stands at 10.50 - 0.50, after the third at 11.00 - 0.50.
    assert _told(run) == [(1, "entry", D("10.00")), (4, "trail", D("10.50"))]


def test_the_strategy_says_leave_and_it_leaves_at_the_next_open() -> None:
    series = ticks([flat(1000), flat(1000), flat(1001), flat(1003)])
    assert _told(_alone(series, plan(4, {0: 1}, exit_at=[2]))) == [
        (1, "entry", D("10.00")),
        (3, "signal", D("10.03")),
    ]


def test_saying_leave_and_the_other_way_in_one_breath_turns_the_position_round() -> None:
    series = ticks([flat(1000), flat(1000), flat(1001), flat(1003), flat(1005)])
    run = _alone(series, plan(5, {0: 1, 2: -1}, exit_at=[2]))
    assert [(fill.why, fill.is_buy, fill.price) for fill in run.fills] == [
        ("entry", True, D("10.00")),
        ("signal", False, D("10.03")),
        ("entry", False, D("10.03")),
    ]
    assert run.held[0].unrealised == D("-0.02")


def test_a_position_leaves_at_the_first_open_when_its_time_is_over() -> None:
    series = ticks([flat(1000), flat(1000), flat(1001), flat(1003)])
    due = {0: FIRST_MS + 2 * MINUTE_MS - 1}
    assert _told(_alone(series, plan(4, {0: 1}, exit_by_ms=due)))[1] == (2, "time", D("10.01"))
    # Nothing is entered that would have to leave at once.
    assert not _alone(series, plan(4, {0: 1}, exit_by_ms={0: FIRST_MS + MINUTE_MS})).fills


def test_whoever_holds_enters_nothing_and_after_an_exit_the_same_close_may() -> None:
    rows = [flat(1000), flat(1000), (1000, 1000, 980, 985), flat(985), flat(985)]
    run = _alone(ticks(rows), plan(5, {0: 1, 1: 1, 2: 1}, stop={0: 9.90, 1: 9.0, 2: 9.0}))
    assert _told(run) == [(1, "entry", D("10.00")), (3, "sl", D("9.90")), (3, "entry", D("9.85"))]


def test_a_signal_at_the_last_bar_has_no_open_to_fill_at() -> None:
    assert not _alone(ticks([flat(1000), flat(1000)]), plan(2, {1: 1})).fills


def test_fees_and_slippage_are_those_of_the_paper_venue() -> None:
    series = ticks([flat(10_000), flat(10_000), (10_000, 10_000, 9_000, 9_500), flat(9_500)])
    rules = FillRules(D(10), D(20), slippage_bps=D(10))
    run = _alone(series, plan(4, {0: 1}, stop={0: 95.0}), Conditions(size=ONE.size, rules=rules))
    bought, sold = run.fills
    assert (bought.price, bought.fee) == (D("100.10"), D("0.2002"))
    assert (sold.price, sold.fee) == (D("94.90"), D("0.1898"))
    assert run.net == D("94.90") - D("100.10") - D("0.39")


def test_long_buys_the_ask_and_sells_the_bid() -> None:
    series = ticks([flat(1000), flat(1000), flat(990)], asks=[flat(1004), flat(1004), flat(994)])
    run = _alone(series, plan(3, {0: 1}, exit_at=[1]))
    assert [fill.price for fill in run.fills] == [D("10.04"), D("9.90")]


def test_a_size_follows_from_the_price_at_which_it_was_decided() -> None:
    series = ticks([flat(1000), flat(2000), flat(2000)])
    spend = Conditions(size=Size(SizeKind.SPEND, D(100)), rules=FREE)
    assert _alone(series, plan(3, {0: 1}), spend).fills[0].quantity == D(10)
    risk = Conditions(size=Size(SizeKind.RISK, D(1)), rules=FREE)
    assert _alone(series, plan(3, {0: 1}, stop={0: 9.0}), risk).fills[0].quantity == D(100)


def test_what_cannot_be_paid_is_refused_and_noted() -> None:
    series = ticks([flat(1000), flat(1000), flat(1000)])
    poor = Conditions(cash=D(5), size=Size(SizeKind.BASE, D(1)), rules=FREE)
    run = _alone(series, plan(3, {0: 1}), poor)
    assert not run.fills
    assert [one.code for one in run.refused] == ["funds"]


def test_a_future_is_margined_and_counts_by_its_multiplier() -> None:
    series = ticks([flat(16_000), flat(16_000), flat(16_004)], FUTURE)
    some = Conditions(cash=D(20_000), size=Size(SizeKind.CONTRACTS, D(1)), rules=FREE)
    run = _alone(series, plan(3, {0: 1}, exit_at=[1]), some)
    assert run.trips[0].net == D(50)


def test_two_symbols_share_one_capital() -> None:
    other = COIN.__class__("ETH/USD", COIN.kind, "ETH", "USD", COIN.tick_size, COIN.lot_size, "USD")
    one = ticks([flat(1000), flat(1000), flat(2000), flat(2000)])
    two = ticks([flat(1000)] * 4, other)
    half = Conditions(cash=D(1000), size=Size(SizeKind.EQUITY, D(50)), rules=FREE)
    run = played([one, two], [plan(4, {0: 1}), plan(4, {0: 1, 2: 1}, exit_at=[1])], half)
    # Both enter at first; half of all that it is worth later is more than what is free then.
    assert [(fill.symbol, fill.why, fill.quantity) for fill in run.fills] == [
        ("SOL/USD", "entry", D(50)),
        ("ETH/USD", "entry", D(50)),
        ("ETH/USD", "signal", D(50)),
    ]
    assert [one.code for one in run.refused] == ["funds"]
