"""`/performance`: what round trips made, by symbol, tag, exit reason, hour, weekday, source or side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from bot.conversation.grammar_nearest import nearest
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools
from bot.conversation.screen import Block, Button, Kind, Line, Screen, bold, dim, line, row, table
from bot.handlers.finding import symbol_named
from bot.handlers.history import ended_by
from bot.handlers.marks import heading
from bot.handlers.subjects import account_of, line_of, look_if_short, rows_of, since, word_of
from bot.handlers.trips import cut_note, trips_of
from trading.domain.book import Account
from trading.domain.money import Money
from trading.performance import By, Score, by_currency, grouped, score_of
from trading.row import ClosedRow

ROWS_MAX = 24
"""As many as a day has hours."""
PERIODS = ("day", "week", "month", "all")
WAYS = tuple(by.value for by in By if by is not By.MIX)
_IN_ORDER = frozenset({By.HOUR.value, By.WEEKDAY.value})
"""What is told in the order of the clock; everything else begins with the best."""


async def performance(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Count, won, net, and average R for each symbol, tag, …; of all time unless a period is said."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    symbol = await symbol_named(tools, asked, line_of(parsed), account, word_of(parsed, "symbol"))
    if isinstance(symbol, Screen):
        return symbol if word_of(parsed, "by") else _with_ways(asked, symbol, word_of(parsed, "symbol"))
    by = word_of(parsed, "by") or By.SYMBOL.value
    period = word_of(parsed, "period") or "all"
    say = asked.wording.say
    read = await trips_of(tools, account, since(asked, period, tools.clock.now()))
    rows = [one for one in read if not symbol or one.symbol == symbol]
    name = " ".join(
        part for part in (say("stats.by_title", by=say(f"stats.by.{by}").lower()), symbol) if part
    )
    blocks: list[Block] = [
        *heading(tools, asked, name, account),
        line(dim(say(f"view.period.{period}"))),
    ]
    blocks += told(asked, rows, by)
    blocks += cut_note(asked, read)
    return Screen.of(*blocks).with_buttons(*_buttons(asked, account, by, period, symbol))


def _with_ways(asked: Asked, unknown: Screen, typed: str) -> Screen:
    """A word that is no symbol may have meant a way to tell round trips apart: these are the ways."""
    if unknown.kind is not Kind.REFUSAL:
        return unknown
    every = tuple(by.value for by in By)
    example = f"/performance by {nearest(typed.lower(), every) or By.TAG.value}"
    say = asked.wording.say
    return Screen.of(
        line(say("stats.no_way", typed=typed.lower())),
        line(say("stats.ways", names=", ".join(every), line=example)),
        kind=Kind.REFUSAL,
    )


def told(asked: Asked, rows: Sequence[ClosedRow], by: str) -> list[Block]:
    """A line for each group, and their sums by currency."""
    if not rows:
        return [line(asked.wording.say("stats.none"))]
    scores = grouped(rows, By(by), asked.wording.local)
    wholes = {("", currency): score_of(group) for currency, group in by_currency(rows).items()}
    say = asked.wording.say
    if by in _IN_ORDER:
        ordered = sorted(scores.items())
    else:
        ordered = sorted(scores.items(), key=lambda item: (-item[1].net, item[0]))
    shown = [_row(asked, line(bold(_named(asked, by, key))), key[1], score) for key, score in
             ordered[:ROWS_MAX]]  # fmt: skip
    if len(ordered) > 1:
        shown += [_row(asked, line(say("view.all")), key[1], score) for key, score in wholes.items()]
    heads = (say(f"stats.by.{by}"), ">#", f">{say('stats.won')}", f">{say('view.net')}", f">{say('stats.r')}")
    more = len(ordered) - ROWS_MAX
    return [table(heads, shown), *([line(dim(say("stats.more", n=more)))] if more > 0 else [])]


def _row(asked: Asked, name: Line, currency: str, score: Score) -> tuple[Line, ...]:
    wording = asked.wording
    return (
        name,
        line(wording.number(Decimal(score.count))),
        line(percent_of(asked, score.win_rate)),
        line(wording.pnl(Money(score.net, currency))),
        line(r_of(asked, score.average_r)),
    )


def percent_of(asked: Asked, value: Decimal | None) -> str:
    """`62.5%`, a dash for none."""
    return asked.wording.say("word.none") if value is None else asked.wording.percent(value)


def r_of(asked: Asked, value: Decimal | None) -> str:
    """`+0.25R`, a dash for none."""
    if value is None:
        return asked.wording.say("word.none")
    return asked.wording.number(value, 2, signed=True) + "R"


def _named(asked: Asked, by: str, key: tuple[str, str]) -> str:
    """What a group is called, in the reader's words."""
    name, say = key[0], asked.wording.say
    match By(by):
        case By.SIDE:
            return say(f"view.{name}")
        case By.EXIT:
            return ended_by(asked, name)
        case By.HOUR:
            return f"{name}:00"
        case By.WEEKDAY:
            return say(f"stats.weekday.{name}")
        case By.SOURCE:
            source, _, which = name.partition(" ")
            return say(f"stats.source.{source}", name=which)
        case By.MIX:
            tag, _, reason = name.rpartition(" ")
            return f"{tag} · {ended_by(asked, reason)}"
        case By.SYMBOL | By.TAG:
            return name


def _buttons(
    asked: Asked, account: Account, by: str, period: str, symbol: str
) -> Iterable[tuple[Button, ...]]:
    """To the other ways to tell them apart and to the other periods, of the same account."""
    say = asked.wording.say
    on = f"on {account.account}" if account.account != asked.person.account else ""

    def to(label: str, other: str, its_period: str, is_here: bool) -> Button | None:
        name = say("chart.chosen", name=label) if is_here else label
        return look_if_short(name, "performance", other, its_period, symbol, on)

    ways = [to(say(f"stats.by.{one}"), one, period, one == by) for one in WAYS]
    periods = [to(say(f"view.period.{one}"), by, one, one == period) for one in PERIODS]
    return (*rows_of(one for one in ways if one is not None), row(*periods))


HANDLERS: dict[str, Handler] = {"performance": performance}
