"""From a run to its report: the desk's own statistics over its round trips, and the curve beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol, overload

import numpy as np

from trading.backtest.conditions import Conditions
from trading.backtest.curve import Curve, curve_of, fallen, held_curve, thinned
from trading.backtest.report import (
    CurvePoint,
    FillSaid,
    Group,
    Holding,
    Lookahead,
    Report,
    SeriesSaid,
    Shuffled,
    Step,
    WarmUp,
)
from trading.backtest.results import Run, rows_of
from trading.backtest.ticks import Ticks
from trading.domain.exits import Size, SizeKind
from trading.domain.money import HUNDRED, ZERO, plain
from trading.parameters import Settings, written
from trading.performance import By, Score, grouped, score_of
from trading.row import ClosedRow
from trading.statistic import (
    DAYS_MIN,
    TRIPS_MIN,
    Ratio,
    daily_returns,
    exposure,
    median_held,
    sharpe,
    sortino,
)
from trading.strategies.bars import instant

CENT = Decimal("0.01")
_DAY_MS = 86_400_000
_SIGNS = {
    SizeKind.EQUITY: "{}%",
    SizeKind.RISK: "risk {}%",
    SizeKind.MAX: "max",
    SizeKind.CONTRACTS: "{}c",
    SizeKind.BASE: "{} units",
}


class Played(Protocol):
    """What was played: a strategy or a bot."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int: ...


def reported(
    run: Run,
    series: Sequence[Ticks],
    strategy: Played,
    settings: Settings,
    conditions: Conditions,
    engine: str,
    *,
    lookahead: Lookahead | None = None,
    warm_up: WarmUp | None = None,
    shuffled: Shuffled | None = None,
    walk: Sequence[Step] = (),
) -> Report:
    """All that can be said about a run. Months and days are those of UTC."""
    rows = rows_of(run.trips, run.currency, strategy.name)
    score = score_of(rows)
    curve = curve_of(run, series)
    fall = fallen(curve, float(run.cash))
    first, last = _ratios(rows, run)
    spans = [(row.opened_at, row.closed_at) for row in rows]
    median = median_held(rows)
    return Report(
        strategy=strategy.name,
        version=strategy.version,
        settings=written(settings),
        series=tuple(_said(ticks) for ticks in series),
        cash=run.cash,
        currency=run.currency,
        size=size_text(conditions.size),
        fee_bps=conditions.rules.taker_bps,
        slippage_bps=conditions.rules.slippage_bps,
        touch_fills=bool(conditions.rules.touch_probability),
        engine=engine,
        trips=score.count,
        wins=score.wins,
        losses=score.losses,
        net=_cents(run.net),
        percent=_percent(run.net, run.cash),
        gained=_cents(score.gained),
        lost=_cents(score.lost),
        fees=_cents(score.fees + sum((one.fees for one in run.held), ZERO)),
        best=_cents(score.best),
        worst=_cents(score.worst),
        profit_factor=_cents(score.profit_factor),
        expectancy=_cents(score.expectancy),
        average_r=_cents(score.average_r),
        drawdown_percent=_from_float(fall.percent),
        drawdown=_from_float(fall.depth),
        drawdown_days=_from_float(fall.longest_ms / _DAY_MS),
        sharpe=_cents(first.value) if first else None,
        sharpe_error=_cents(first.error) if first else None,
        sortino=_cents(last.value) if last else None,
        exposure_percent=_cents(exposure(spans, run.begins_at, run.ends_at)),
        held_median_s=int(median / timedelta(seconds=1)) if median is not None else None,
        still_held=len(run.held),
        refused=dict(Counter(one.code for one in run.refused)),
        holding=_holding(series, conditions),
        by_month=_months(rows, run.cash),
        by_tag=_groups(rows, By.TAG),
        by_exit=_groups(rows, By.EXIT),
        by_symbol=_groups(rows, By.SYMBOL),
        by_side=_groups(rows, By.SIDE),
        curve=_points(curve),
        fills=tuple(
            FillSaid(instant(f.at_ms), f.symbol, f.is_buy, f.price, f.quantity, f.fee, f.why)
            for f in run.fills
        ),
        lookahead=lookahead,
        warm_up=warm_up,
        shuffled=shuffled,
        walk=tuple(walk),
        notes=tuple(note for ticks in series for note in ticks.notes),
    )


def size_text(size: Size) -> str:
    """A size as it is typed."""
    if size.kind is SizeKind.RISK and size.unit:
        return f"risk {plain(size.value)} {size.unit}"
    sign = _SIGNS.get(size.kind)
    return f"{plain(size.value)} {size.unit}".strip() if sign is None else sign.format(plain(size.value))


def _said(ticks: Ticks) -> SeriesSaid:
    begins, ends = instant(int(ticks.at_ms[0])), instant(int(ticks.ends_ms[-1]))
    return SeriesSaid(ticks.symbol, ticks.frame_s, len(ticks), begins, ends)


def _utc(at: datetime) -> datetime:
    return at


def _ratios(rows: Sequence[ClosedRow], run: Run) -> tuple[Ratio | None, Ratio | None]:
    """Sharpe and Sortino, where there are enough round trips and days to speak of them."""
    first, last = run.begins_at.date(), run.ends_at.date()
    if len(rows) < TRIPS_MIN or (last - first).days + 1 < DAYS_MIN:
        return None, None
    returns = daily_returns(rows, (), run.cash, first, last, _utc)
    return sharpe(returns), sortino(returns)


def _holding(series: Sequence[Ticks], conditions: Conditions) -> Holding:
    cash = float(conditions.cash)
    curve = held_curve(series, cash, float(conditions.rules.taker_bps))
    net = float(curve.value[-1]) - cash
    fall = fallen(curve, cash)
    return Holding(_from_float(net), _from_float(net / cash * 100), _from_float(fall.percent))


def _months(rows: Sequence[ClosedRow], cash: Decimal) -> tuple[Group, ...]:
    """Round trips by the month in which they ended; percents of what was there when it began."""
    found: list[Group] = []
    worth = cash
    for name, part in _by(rows, lambda row: f"{row.closed_at:%Y-%m}"):
        score = score_of(part)
        found.append(_group(name, score, _percent(score.net, worth)))
        worth += score.net
    return tuple(found)


def _by(rows: Iterable[ClosedRow], key: Callable[[ClosedRow], str]) -> list[tuple[str, list[ClosedRow]]]:
    parts: dict[str, list[ClosedRow]] = {}
    for row in rows:
        parts.setdefault(key(row), []).append(row)
    return sorted(parts.items())


def _groups(rows: Sequence[ClosedRow], by: By) -> tuple[Group, ...]:
    found = grouped(rows, by, _utc)
    return tuple(_group(name, score) for (name, _), score in sorted(found.items()))


def _group(name: str, score: Score, percent: Decimal | None = None) -> Group:
    return Group(name, score.count, score.wins, _cents(score.net), percent, _cents(score.profit_factor))


def _points(curve: Curve) -> tuple[CurvePoint, ...]:
    thin = thinned(curve)
    return tuple(
        CurvePoint(instant(at), _from_float(value))
        for at, value in zip(thin.at_ms.tolist(), np.round(thin.value, 2).tolist(), strict=True)
    )


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return _cents(part * HUNDRED / whole) if whole > 0 else ZERO


def _from_float(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(CENT)


@overload
def _cents(value: Decimal) -> Decimal: ...


@overload
def _cents(value: None) -> None: ...


@overload
def _cents(value: Decimal | None) -> Decimal | None: ...


def _cents(value: Decimal | None) -> Decimal | None:
    """To the cent: exact sums are for sums, a report is for reading."""
    return None if value is None else value.quantize(CENT)
