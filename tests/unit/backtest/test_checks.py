"""Checks, chance, curves and reports: what makes a backtest worth believing."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from tests.unit.backtest.stage import COIN, FIRST_MS, MINUTE_MS, flat, plan, ticks
from trading.backtest.chance import shuffled
from trading.backtest.checks import lookahead, warm_up
from trading.backtest.conditions import Conditions, equal_share
from trading.backtest.curve import Curve, curve_of, fallen, held_curve, thinned
from trading.backtest.fast import played
from trading.backtest.measuring import reported, size_text
from trading.backtest.reading import bundled_ticks
from trading.backtest.results import Trip
from trading.brokers.fills import FillRules
from trading.domain.exits import Size, SizeKind
from trading.parameters import Settings, defaults
from trading.strategies.bars import Columns
from trading.strategies.strategy import Context, Plan
from trading.strategies.table import STRATEGIES

D = Decimal
PULLBACK = STRATEGIES["pullback"]
FREE = FillRules(maker_bps=D(0), taker_bps=D(0))


class Peeks:
    """A strategy that reads the next close: what a lookahead check is there to find."""

    name = "peeks"
    version = 1
    summary = "Cheats."
    parameters = ()

    def warm_up(self, settings: Settings) -> int:
        """None."""
        return 0

    def plan(self, bars: Columns, settings: Settings, context: Context) -> Plan:
        """Buy before it rises."""
        count = len(bars)
        entry = np.zeros(count, dtype=np.int8)
        entry[:-1] = bars.close[1:] > bars.close[:-1]
        nothing = np.full(count, np.nan)
        return Plan(0, entry, np.zeros(count, dtype=np.bool_), nothing, nothing)

    def explain(self, bars: Columns, settings: Settings, context: Context, index: int) -> object:
        """Nothing to say."""
        raise NotImplementedError


class Remembers:
    """A strategy that speaks by its very first close, however long ago: its warm-up is never over."""

    name = "remembers"
    version = 1
    summary = "Never forgets."
    parameters = ()

    def warm_up(self, settings: Settings) -> int:
        """Says one bar."""
        return 1

    def plan(self, bars: Columns, settings: Settings, context: Context) -> Plan:
        """Above where it began."""
        nothing = np.full(len(bars), np.nan)
        entry = (bars.close > bars.close[0]).astype(np.int8)
        return Plan(1, entry, np.zeros(len(bars), dtype=np.bool_), nothing, nothing)


def _walk(count: int = 400) -> Columns:
    closes = [1000 + (index * 37) % 90 - index // 3 for index in range(count)]
    return ticks([(c, c + 5, c - 5, c) for c in closes]).columns()


def test_a_strategy_that_reads_the_next_bar_is_found_out() -> None:
    bars, strategy = _walk(), Peeks()
    found = lookahead(strategy, bars, {}, Context(), strategy.plan(bars, {}, Context()))  # type: ignore[arg-type]  # it explains nothing, and need not here
    assert found.at is not None
    assert found.what == "entry"


def test_an_honest_strategy_says_the_same_with_its_future_cut_off() -> None:
    (series,) = bundled_ticks(["ES"])
    bars, settings = series.columns(), defaults(PULLBACK)
    wanted = PULLBACK.plan(bars, settings, Context())
    found = lookahead(PULLBACK, bars, settings, Context(), wanted)
    assert found.at is None
    assert found.cuts >= 10


def test_a_warm_up_that_is_too_short_is_said() -> None:
    bars, strategy = _walk(), Remembers()
    found = warm_up(strategy, bars, {}, Context(), strategy.plan(bars, {}, Context()))  # type: ignore[arg-type]  # as above
    assert found is not None
    assert not found.is_settled
    assert found.changed > 10


def test_averages_forget_well_enough_and_too_few_bars_say_nothing() -> None:
    (series,) = bundled_ticks(["SPY"])
    bars, settings = series.columns(), defaults(PULLBACK)
    found = warm_up(PULLBACK, bars, settings, Context(), PULLBACK.plan(bars, settings, Context()))
    assert found is not None
    assert found.is_settled
    assert found.signals > 50
    short = bars.upto(300)
    assert warm_up(PULLBACK, short, settings, Context(), PULLBACK.plan(short, settings, Context())) is None


def _trip(net: str) -> Trip:
    return Trip("SOL/USD", True, D(1), D(10), D(10), FIRST_MS, FIRST_MS, D(net), D(0), "sl", None)


def test_the_same_seed_shuffles_alike_and_another_does_not() -> None:
    trips = [_trip(str(net)) for net in (10, -5, 20, -30, 7, 1, -2)]
    first, again, other = (shuffled(trips, D(1000), seed, 200) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert first is not None
    assert first.end_percent.low <= first.end_percent.middle <= first.end_percent.high
    assert first.drawdown_percent.low >= 0


def test_round_trips_that_all_win_never_fall() -> None:
    found = shuffled([_trip("10")] * 5, D(1000), 0, 50)
    assert found is not None
    assert found.drawdown_percent.high == 0
    assert found.loss_percent == 0
    assert shuffled([_trip("10")], D(1000), 0) is None


def test_the_curve_ends_where_the_results_do_and_falls_with_what_is_held() -> None:
    series = ticks([flat(1000), flat(1000), flat(800), flat(1100), flat(1100)])
    conditions = Conditions(D(1000), Size(SizeKind.BASE, D(10)), FillRules())
    run = played([series], [plan(5, {0: 1}, exit_at=[3])], conditions)
    curve = curve_of(run, [series])
    assert curve.value[-1] == pytest.approx(float(run.cash + run.net))
    assert curve.value[2] == pytest.approx(1000 - 20 - 0.105, abs=0.01)
    fall = fallen(curve, 1000.0)
    assert fall.percent == pytest.approx(2.0, abs=0.02)


def test_two_symbols_are_one_curve() -> None:
    one = ticks([flat(1000)] * 4)
    two = ticks(
        [flat(1000), flat(1000), flat(1200), flat(1200)],
        COIN.__class__("ETH/USD", COIN.kind, "ETH", "USD", COIN.tick_size, COIN.lot_size, "USD"),
    )
    conditions = Conditions(D(1000), equal_share(2), FREE)
    run = played([one, two], [plan(4, {0: 1}), plan(4, {0: 1})], conditions)
    assert curve_of(run, [one, two]).value.tolist() == pytest.approx([1000, 1000, 1094, 1094])


def test_a_thin_curve_keeps_its_ends_and_its_extremes() -> None:
    values = np.sin(np.arange(10_000) / 50) * 100 + 1000
    values[5_432] = 1
    curve = Curve(np.arange(10_000, dtype=np.int64), values)
    thin = thinned(curve, 300)
    assert len(thin.value) <= 300
    assert thin.value.min() == 1
    assert thin.at_ms[0] == 0
    assert thin.at_ms[-1] == 9_999


def test_holding_pays_its_fees() -> None:
    series = ticks([flat(1000), flat(2000)])
    assert held_curve([series], 1000.0, 10.0).value[-1] == pytest.approx(1000 / 1.001 * 2 * 0.999)


def test_a_report_adds_up() -> None:
    (series,) = bundled_ticks(["SPY"])
    settings = defaults(PULLBACK)
    conditions = Conditions(D(10_000), equal_share(1), FillRules())
    wanted = PULLBACK.plan(series.columns(), settings, Context())
    run = played([series], [wanted], conditions)
    report = reported(run, [series], PULLBACK, settings, conditions, "fast")
    assert report.trips == report.wins + report.losses == len(run.trips) > 50
    assert sum(month.trips for month in report.by_month) == report.trips
    assert abs(sum(group.net for group in report.by_exit) - report.net) < D("0.05")
    assert report.by_tag[0].name == "pullback"
    assert report.percent == (run.net / 100).quantize(D("0.01"))
    assert abs(report.curve[-1].value - (report.cash + report.net)) < D("0.02")
    assert report.drawdown_percent > 0
    assert report.holding.percent > 200
    assert report.sharpe is not None


def test_a_run_without_trades_is_a_report_as_well() -> None:
    series = ticks([flat(1000)] * 5)
    run = played([series], [plan(5, {})], Conditions())
    report = reported(run, [series], PULLBACK, defaults(PULLBACK), Conditions(), "fast")
    assert report.trips == 0
    assert report.net == report.drawdown_percent == 0
    assert report.profit_factor is None
    assert report.sharpe is None


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (Size(SizeKind.EQUITY, D(10)), "10%"),
        (Size(SizeKind.RISK, D(1)), "risk 1%"),
        (Size(SizeKind.RISK, D(50), "USD"), "risk 50 USD"),
        (Size(SizeKind.MAX), "max"),
        (Size(SizeKind.CONTRACTS, D(2)), "2c"),
        (Size(SizeKind.BARE, D(1000)), "1000"),
        (Size(SizeKind.SPEND, D(1000), "USD"), "1000 USD"),
    ],
)
def test_a_size_is_told_as_it_is_typed(size: Size, text: str) -> None:
    assert size_text(size) == text


def test_time_below_a_high_is_counted_to_the_end() -> None:
    curve = Curve(np.arange(5, dtype=np.int64) * MINUTE_MS, np.array([10.0, 12.0, 11.0, 11.5, 11.0]))
    assert fallen(curve, 10.0).longest_ms == 3 * MINUTE_MS
