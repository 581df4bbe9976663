"""What the picture of a backtest shows: prices with fills above, the account and its falls below."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from bot.conversation.painting import Candle, ChartSpec, ChartStyle, EquityPoint, EquitySpec, FillMark, Theme
from bot.conversation.wording import Wording
from bot.pictures.stacked import stacked
from trading.backtest.report import FillSaid, Report
from trading.backtest.ticks import Ticks
from trading.strategies.bars import instant, millis

CANDLES_MAX = 140
FILLS_MAX = 60
"""More of them would hide the prices: then the newest stretch that holds so many is shown."""
NAMED_MAX = 12


def backtest_png(report: Report, series: Sequence[Ticks], wording: Wording, theme: Theme) -> bytes:
    """The chart of that symbol that traded most (or the first), and the account below it."""
    ticks = _shown(report, series)
    return stacked(chart_spec(report, ticks, wording, theme), equity_spec(report, wording, theme))


def _shown(report: Report, series: Sequence[Ticks]) -> Ticks:
    counts = {ticks.symbol: 0 for ticks in series}
    for fill in report.fills:
        counts[fill.symbol] += 1
    return max(series, key=lambda ticks: counts[ticks.symbol])


def chart_spec(report: Report, ticks: Ticks, wording: Wording, theme: Theme) -> ChartSpec:
    """Prices of one symbol, some bars to a candle, with where it traded."""
    fills = [fill for fill in report.fills if fill.symbol == ticks.symbol][-FILLS_MAX:]
    begin = 0
    if len(fills) == FILLS_MAX:
        begin = max(int(ticks.at_ms.searchsorted(millis(fills[0].at), "right")) - 2, 0)
    part = ticks.between(begin, len(ticks))
    group = -(-len(part) // CANDLES_MAX)
    candles = _candles(part, group)
    span = timedelta(seconds=ticks.frame_s * group)
    steps = [later.at - earlier.at for earlier, later in pairwise(candles)]
    return ChartSpec(
        symbol=ticks.symbol,
        frame=wording.duration(span),
        # Nights and weekends that fall into every candle are no holes to be marked.
        span=max(steps, default=span) if group > 1 else span,
        style=ChartStyle.CANDLES,
        candles=candles,
        tick=ticks.instrument.tick_size,
        wording=wording,
        last=candles[-1].close,
        fills=tuple(_mark(fill, wording, len(fills) <= NAMED_MAX) for fill in fills),
        theme=theme,
    )


def _mark(fill: FillSaid, wording: Wording, is_named: bool) -> FillMark:
    label = wording.say(f"backtest.why.{fill.why}") if is_named else ""
    return FillMark(fill.at, fill.price, fill.is_buy, label)


def _candles(ticks: Ticks, group: int) -> tuple[Candle, ...]:
    """Every `group` bars as one."""
    found = []
    for begin in range(0, len(ticks), group):
        end = min(begin + group, len(ticks))
        bid = ticks.bid
        found.append(
            Candle(
                instant(int(ticks.at_ms[begin])),
                instant(int(ticks.ends_ms[end - 1])),
                ticks.price(int(bid.open[begin])),
                ticks.price(int(bid.high[begin:end].max())),
                ticks.price(int(bid.low[begin:end].min())),
                ticks.price(int(bid.close[end - 1])),
            )
        )
    return tuple(found)


def equity_spec(report: Report, wording: Wording, theme: Theme) -> EquitySpec:
    """The account from its cash on."""
    first = EquityPoint(report.begins_at, report.cash)
    points = (first, *(EquityPoint(one.at, max(one.value, Decimal(0))) for one in report.curve))
    begin, end = wording.day(report.begins_at), wording.day(report.ends_at)
    return EquitySpec(report.strategy, f"{begin} – {end}", points, report.currency, wording, theme=theme)
