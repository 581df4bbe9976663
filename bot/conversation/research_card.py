"""What a backtest or a sweep says, as a card: the same in a terminal and in chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from bot.conversation.screen import Block, Line, Screen, bad, dim, gap, good, kv, line, table, title, warn
from bot.conversation.wording import Wording
from trading.backtest.report import Group, Report, Step, Swept
from trading.domain.money import HUNDRED, Money

MONTHS_SHOWN = 12
"""On a card; the page holds all."""
Pair = tuple[str, str | Line]


def backtest_card(report: Report, wording: Wording, *, is_whole: bool = False) -> Screen:
    """The figures of a backtest; `is_whole`: with every group, for a page."""
    say = wording.say
    blocks: list[Block] = [
        title(say("backtest.title", strategy=report.strategy)),
        line(dim(_played(report, wording))),
        line(dim(_terms(report, wording))),
        kv(*_result(report, wording)),
        *_trust(report, wording),
    ]
    if not report.trips and not report.still_held:
        blocks.append(line(warn(say("backtest.none"))))
    shown = report.by_month if is_whole else report.by_month[-MONTHS_SHOWN:]
    blocks += grouped_table(shown, say("backtest.by_month"), wording)
    if len(report.by_tag) > 1 or is_whole:
        blocks += grouped_table(report.by_tag, say("backtest.by_tag"), wording)
    blocks += grouped_table(report.by_exit, say("backtest.by_exit"), wording, "backtest.why")
    if len(report.by_symbol) > 1 or is_whole:
        blocks += grouped_table(report.by_symbol, say("backtest.by_symbol"), wording)
    if len(report.by_side) > 1 or is_whole:
        blocks += grouped_table(report.by_side, say("backtest.by_side"), wording, "backtest.side")
    blocks += walk_table(report.walk, wording)
    blocks += [line(dim(note)) for note in report.notes]
    return Screen.of(*blocks, gap(), line(dim(say("backtest.not_advice"))))


def _played(report: Report, wording: Wording) -> str:
    symbols = ", ".join(one.symbol for one in report.series)
    return wording.say(
        "backtest.played",
        n=report.bars,
        symbols=symbols,
        begin=wording.day(report.begins_at),
        end=wording.day(report.ends_at),
    )


def _terms(report: Report, wording: Wording) -> str:
    return wording.say(
        "backtest.terms.bot" if report.engine == "bot" else "backtest.terms",
        cash=wording.money(Money(report.cash, report.currency)),
        size=report.size,
        fee=report.fee_bps,
        slippage=report.slippage_bps,
    )


def _result(report: Report, wording: Wording) -> list[Pair]:
    say = wording.say

    def money(value: Decimal) -> Line:
        return line(wording.pnl(Money(value, report.currency)))

    settings = ", ".join(f"{name} {value}" for name, value in report.settings.items())
    net = line(
        wording.pnl(Money(report.net, report.currency)), " (", wording.pnl_percent(report.percent), ")"
    )
    counted = say("backtest.counted", all=report.trips, won=report.wins, lost=report.losses)
    pairs: list[Pair] = [
        (say("backtest.settings"), settings),
        (say("backtest.net"), net),
        (say("backtest.hold"), _hold(report, wording)),
        (say("backtest.trips"), counted),
    ]
    if report.trips:
        factor = report.profit_factor
        pairs.append((say("backtest.win_rate"), wording.percent(report.wins * HUNDRED / report.trips)))
        pairs.append(
            (
                say("backtest.factor"),
                wording.number(factor, 2) if factor is not None else say("backtest.no_loss"),
            )
        )
        pairs.append((say("backtest.expectancy"), money(report.expectancy or Decimal(0))))
    pairs.append((say("backtest.fees"), wording.money(Money(report.fees, report.currency))))
    fall = say(
        "backtest.fall",
        percent=wording.percent(-report.drawdown_percent),
        money=wording.money(Money(report.drawdown, report.currency)),
        days=wording.number(report.drawdown_days, 0),
    )
    pairs.append((say("backtest.drawdown"), fall))
    if report.sharpe is not None and report.sharpe_error is not None:
        both = say("backtest.error", value=report.sharpe, error=report.sharpe_error)
        pairs.append((say("backtest.sharpe"), both))
    if report.sortino is not None:
        pairs.append((say("backtest.sortino"), wording.number(report.sortino, 2)))
    if report.exposure_percent is not None:
        pairs.append((say("backtest.exposure"), wording.percent(report.exposure_percent)))
    if report.held_median_s is not None:
        held = wording.duration(timedelta(seconds=report.held_median_s))
        pairs.append((say("backtest.held_for"), held))
    return pairs


def _hold(report: Report, wording: Wording) -> str:
    fall = wording.percent(-report.holding.drawdown_percent)
    return wording.say(
        "backtest.held", percent=wording.percent(report.holding.percent, signed=True), fall=fall
    )


def _trust(report: Report, wording: Wording) -> list[Block]:
    """What speaks for and against believing it."""
    say, pairs = wording.say, []
    shuffled, looks, warm = report.shuffled, report.lookahead, report.warm_up
    if shuffled is not None:
        ends = {
            name: wording.percent(value, signed=True)
            for name, value in (
                ("low", shuffled.end_percent.low),
                ("middle", shuffled.end_percent.middle),
                ("high", shuffled.end_percent.high),
            )
        }
        pairs.append((say("backtest.shuffled", draws=shuffled.draws), say("backtest.shuffled.end", **ends)))
        falls = {
            name: wording.percent(-value)
            for name, value in (
                ("low", shuffled.drawdown_percent.low),
                ("middle", shuffled.drawdown_percent.middle),
                ("high", shuffled.drawdown_percent.high),
            )
        }
        pairs.append((say("backtest.shuffled.fall"), say("backtest.shuffled.end", **falls)))
        pairs.append((say("backtest.shuffled.loss"), wording.percent(shuffled.loss_percent)))
    told: list[Pair] = [(name, value) for name, value in pairs]
    if looks is not None:
        if looks.at is None:
            told.append((say("backtest.lookahead"), line(good(say("backtest.lookahead.no", n=looks.cuts)))))
        else:
            words = say("backtest.lookahead.yes", at=wording.instant(looks.at), what=looks.what)
            told.append((say("backtest.lookahead"), line(bad(words))))
    if warm is not None:
        key = "backtest.warm_up.fine" if warm.is_settled else "backtest.warm_up.short"
        words = say(key, changed=warm.changed, signals=warm.signals)
        told.append((say("backtest.warm_up"), line(words if warm.is_settled else warn(words))))
    blocks: list[Block] = [gap(), kv(*told)] if told else []
    if report.still_held:
        blocks.append(line(dim(say("backtest.still_held", n=report.still_held))))
    if report.refused:
        codes = ", ".join(f"{code} {count}" for code, count in sorted(report.refused.items()))
        blocks.append(line(dim(say("backtest.refused", codes=codes))))
    return blocks


def grouped_table(groups: Sequence[Group], name: str, wording: Wording, words: str = "") -> list[Block]:
    """Round trips by what they have in common; `words` is where the names' own words stand."""
    if not groups:
        return []
    say = wording.say
    columns = [
        name,
        say("backtest.column.trips"),
        say("backtest.column.won"),
        say("backtest.column.net"),
    ]
    has_percent = any(one.percent is not None for one in groups)
    if has_percent:
        columns.append(say("backtest.column.percent"))
    rows = []
    for one in groups:
        row: list[str | Line] = [
            say(f"{words}.{one.name}") if words else one.name,
            wording.number(Decimal(one.trips)),
            wording.percent((one.wins * HUNDRED / one.trips).quantize(Decimal(1))),
            line(wording.pnl(one.net)),
        ]
        if has_percent:
            row.append(line(wording.pnl_percent(one.percent or Decimal(0))))
        rows.append(row)
    return [gap(), table(columns, rows)]


def walk_table(steps: Sequence[Step], wording: Wording) -> list[Block]:
    """A walk forward: what was chosen before each step, and what it made then."""
    if not steps:
        return []
    say = wording.say
    columns = [
        say("backtest.walk.from"),
        say("backtest.walk.settings"),
        say("backtest.walk.inside"),
        say("backtest.walk.outside"),
    ]
    rows = [
        (
            wording.day(one.begins_at),
            ", ".join(f"{name} {value}" for name, value in one.settings.items()),
            line(wording.pnl_percent(one.inside_percent)),
            line(wording.pnl_percent(one.outside_percent)),
        )
        for one in steps
    ]
    return [gap(), line(say("backtest.walk")), table(columns, rows)]


def sweep_card(found: Swept, walk: Sequence[Step], wording: Wording, show: int) -> Screen:
    """The best sets of a sweep, with what they made outside of what they were chosen by."""
    say = wording.say
    has_outside = found.inside_percent < HUNDRED
    columns = [say("sweep.column.settings"), say("sweep.column.inside"), say("sweep.column.fall")]
    columns.append(say("sweep.column.trips"))
    if has_outside:
        columns += [say("sweep.column.outside"), say("sweep.column.trips")]
    rows = []
    for one in found.sets[:show]:
        row: list[str | Line] = [
            ", ".join(f"{name} {value}" for name, value in one.settings.items()),
            line(wording.pnl_percent(one.inside.percent)),
            wording.percent(-one.inside.drawdown_percent),
            wording.number(Decimal(one.inside.trips)),
        ]
        if has_outside and one.outside is not None:
            row += [
                line(wording.pnl_percent(one.outside.percent)),
                wording.number(Decimal(one.outside.trips)),
            ]
        rows.append(row)
    notes = [say("sweep.split", percent=found.inside_percent) if has_outside else say("sweep.whole")]
    if found.agreement is not None:
        notes.append(say("sweep.agreement", value=found.agreement))
    return Screen.of(
        title(say("sweep.title", strategy=found.strategy)),
        line(dim(say("sweep.done", n=len(found.sets), bars=found.bars))),
        gap(),
        table(columns, rows),
        *walk_table(walk, wording),
        gap(),
        *(line(note) for note in notes),
        line(dim(say("sweep.suggests"))),
    )
