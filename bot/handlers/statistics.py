"""`/stats`: what the round trips of a period say: sums, R, drawdown, ratios; and what too few cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools
from bot.conversation.screen import Block, Button, Line, Screen, dim, gap, kv, line, row
from bot.handlers.finding import symbol_named
from bot.handlers.marks import heading
from bot.handlers.performance import PERIODS, percent_of, r_of
from bot.handlers.subjects import account_of, held_by, line_of, look_if_short, since, word_of
from bot.handlers.trips import balance_before, cut_note, moved_since, trips_of
from trading.domain.book import Account
from trading.domain.money import HUNDRED, ZERO, Money
from trading.excursion import Excursion, excursion_of
from trading.performance import Score, by_currency, score_of
from trading.row import ClosedRow
from trading.statistic import (
    DAYS_MIN,
    TRIPS_MIN,
    Moved,
    Ratio,
    daily_returns,
    exposure,
    falls,
    median_held,
    sharpe,
    sortino,
)

BARS_MAX = 2_000
"""More than the market remembers: all of it."""
EXCURSIONS_MAX = 500
"""Of so many of the newest round trips the price's path is looked at."""
Pair = tuple[str, str | Line]


async def stats(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Everything about a period (all time unless one is said); narrowed to a symbol when one is named."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    symbol = await symbol_named(tools, asked, line_of(parsed), account, word_of(parsed, "symbol"))
    if isinstance(symbol, Screen):
        return symbol
    period = word_of(parsed, "period") or "all"
    say = asked.wording.say
    start = since(asked, period, tools.clock.now())
    read = await trips_of(tools, account, start)
    rows = [one for one in read if not symbol or one.symbol == symbol]
    name = " ".join(part for part in (say("stats.title"), symbol) if part)
    return Screen.of(
        *heading(tools, asked, name, account),
        line(dim(say(f"view.period.{period}"))),
        *await figures(tools, asked, account, read, rows, start, symbol),
        *cut_note(asked, read),
    ).with_buttons(*_buttons(asked, account, period, symbol))


async def figures(
    tools: Tools,
    asked: Asked,
    account: Account,
    read: Sequence[ClosedRow],
    rows: Sequence[ClosedRow],
    start: datetime | None,
    symbol: str = "",
) -> list[Block]:
    """The figures of `rows`, which are all that were `read`, or those of one symbol."""
    blocks: list[Block] = []
    groups = by_currency(rows)
    if not rows:
        blocks.append(line(asked.wording.say("stats.none")))
    # The account's own currency first; what was made in another stands by itself.
    for number, currency in enumerate(sorted(groups, key=lambda one: (one != account.currency, one))):
        blocks += [gap()] if number else []
        blocks.append(kv(*_sums(asked, currency, groups[currency])))
    own = groups.get(account.currency, [])
    if own:
        moved = await moved_since(tools, account, start)
        before = balance_before(tools, account, read, moved)
        blocks.append(gap())
        blocks += _over_time(tools, asked, account, own, moved, before, start, symbol)
        blocks += await _paths(tools, asked, account, own)
    return blocks


def _sums(asked: Asked, currency: str, rows: Sequence[ClosedRow]) -> list[Pair]:
    wording, score = asked.wording, score_of(rows)
    say = wording.say

    def pnl(value: Decimal) -> Line:
        return line(wording.pnl(Money(value, currency)))

    counted = say("stats.counted", all=score.count, won=score.wins, lost=score.losses)
    factor = score.profit_factor
    pairs: list[Pair] = [
        (say("stats.trips"), counted),
        (say("stats.win_rate"), percent_of(asked, score.win_rate)),
        (say("view.net"), pnl(score.net)),
        (say("view.fees"), wording.money(Money(score.fees, currency))),
        (
            say("stats.profit_factor"),
            wording.number(factor, 2) if factor is not None else say("stats.no_loss"),
        ),
        (say("stats.expectancy"), pnl(score.expectancy or ZERO)),
        (say("stats.average_r"), _average_r(asked, score)),
    ]
    if score.average_win is not None:
        pairs.append((say("stats.average_win"), pnl(score.average_win)))
    if score.average_loss is not None:
        pairs.append((say("stats.average_loss"), pnl(-score.average_loss)))
    pairs += [(say("stats.best"), pnl(score.best)), (say("stats.worst"), pnl(score.worst))]
    average, median = score.average_held, median_held(rows)
    if average is not None and median is not None:
        spans = {"average": wording.duration(average), "median": wording.duration(median)}
        pairs.append((say("stats.held"), say("stats.held_for", **spans)))
    return pairs


def _average_r(asked: Asked, score: Score) -> str:
    shown = r_of(asked, score.average_r)
    if not score.r_count or score.r_count == score.count:
        return shown
    return asked.wording.say("stats.of_those", shown=shown, n=score.r_count, all=score.count)


# ---------------------------------------------------------------- over time


def _over_time(
    tools: Tools,
    asked: Asked,
    account: Account,
    rows: Sequence[ClosedRow],
    moved: Sequence[Moved],
    before: Decimal,
    start: datetime | None,
    symbol: str,
) -> list[Block]:
    say, now, local = asked.wording.say, tools.clock.now(), asked.wording.local
    held = [p for p in held_by(tools, account) if not symbol or p.symbol == symbol]
    spans = [(one.opened_at, one.closed_at) for one in rows]
    spans += [(p.opened_at, now) for p in held if p.opened_at is not None]
    first = start or min(begun for begun, _ in spans)
    returns = daily_returns(rows, moved, before, local(first).date(), local(now).date(), local)
    covered = exposure(spans, first, now)
    pairs: list[Pair] = [(say("stats.drawdown"), _drawdown(tools, asked, account, rows, moved, before))]
    notes: list[Block] = []
    if len(rows) < TRIPS_MIN:
        notes = [line(dim(say("stats.too_few_trips", n=len(rows), least=TRIPS_MIN)))]
    elif len(returns) < DAYS_MIN:
        notes = [line(dim(say("stats.too_few_days", n=len(returns), least=DAYS_MIN)))]
    else:
        pairs.append((say("stats.sharpe"), _ratio(asked, sharpe(returns), "stats.all_alike")))
        pairs.append((say("stats.sortino"), _ratio(asked, sortino(returns), "stats.no_losing_day")))
    pairs.append((say("stats.exposure"), percent_of(asked, covered)))
    return [kv(*pairs), *notes]


def _drawdown(
    tools: Tools,
    asked: Asked,
    account: Account,
    rows: Sequence[ClosedRow],
    moved: Sequence[Moved],
    before: Decimal,
) -> str:
    """The deepest: how much, of how much, how long, and whether it is over."""
    wording = asked.wording
    found = falls(rows, moved, before)
    if not found:
        return wording.say("stats.no_drawdown")
    deepest = max(found, key=lambda one: one.depth)
    depth = wording.money(Money(deepest.depth, account.currency))
    percent = f" ({wording.percent(deepest.percent)})" if deepest.percent is not None else ""
    key = "stats.fell_and_recovered" if deepest.recovered_at else "stats.fell"
    lasted = wording.duration(deepest.lasted(tools.clock.now()))
    return wording.say(key, depth=f"{depth}{percent}", day=wording.day(deepest.began_at), span=lasted)


def _ratio(asked: Asked, ratio: Ratio | None, otherwise: str) -> str:
    wording = asked.wording
    if ratio is None:
        return wording.say(otherwise)
    shown = wording.number(ratio.value, 2)
    if ratio.error is None:
        return shown
    return wording.say("stats.give_or_take", value=shown, error=wording.number(ratio.error, 1))


# ---------------------------------------------------------------- price paths


async def excursions(
    tools: Tools, account: Account, rows: Sequence[ClosedRow]
) -> list[tuple[ClosedRow, Excursion | None]]:
    """Each with how far prices went while it was held; None where that is not known."""
    paths = await tools.paths.paths_of(account.account) if tools.paths is not None else {}
    bars = {
        symbol: tools.market.bars(symbol, BARS_MAX) for symbol in dict.fromkeys(one.symbol for one in rows)
    }
    return [(one, excursion_of(one, bars[one.symbol], paths.get(one.position_id))) for one in rows]


async def _paths(tools: Tools, asked: Asked, account: Account, rows: Sequence[ClosedRow]) -> list[Block]:
    """Average MFE and MAE of those whose path is known, in percent of what was entered and in R."""
    say = asked.wording.say
    found = await excursions(tools, account, rows[-EXCURSIONS_MAX:])
    known = [(one, moves) for one, moves in found if moves is not None]
    if not known:
        return [line(dim(say("stats.no_path")))]
    spent = [one.entry_price * one.quantity * one.multiplier for one, _ in known]
    pairs = [
        (say("stats.mfe"), _move(asked, known, spent, [path.best for _, path in known])),
        (say("stats.mae"), _move(asked, known, spent, [path.worst for _, path in known])),
    ]
    note = (
        [line(dim(say("stats.paths_known", n=len(known), all=len(rows))))] if len(known) < len(rows) else []
    )
    return [kv(*pairs), *note]


def _move(
    asked: Asked,
    known: Sequence[tuple[ClosedRow, Excursion]],
    spent: Sequence[Decimal],
    moves: Sequence[Decimal],
) -> str:
    shares = [move * HUNDRED / cost for move, cost in zip(moves, spent, strict=True) if cost]
    told = percent_of(asked, sum(shares, ZERO) / len(shares) if shares else None)
    in_r = [move / one.risk for (one, _), move in zip(known, moves, strict=True) if one.risk]
    if not in_r:
        return told
    return f"{told} ({asked.wording.number(sum(in_r, ZERO) / len(in_r), 2)}R)"


def _buttons(asked: Asked, account: Account, period: str, symbol: str) -> list[tuple[Button, ...]]:
    say = asked.wording.say
    on = f"on {account.account}" if account.account != asked.person.account else ""

    names = {one: say(f"view.period.{one}") for one in PERIODS}
    periods = [
        look_if_short(say("chart.chosen", name=name) if one == period else name, "stats", one, symbol, on)
        for one, name in names.items()
    ]
    closer = [
        look_if_short(say(f"stats.by.{by}"), "performance", by, period, symbol, on)
        for by in ("symbol", "exit")
    ]
    return [row(*periods), row(*closer, look_if_short(say("view.pnl"), "pnl", symbol, on))]


HANDLERS: dict[str, Handler] = {"stats": stats}
