"""What was earned: `/pnl` by period and symbol, `/equity` and how it went. Deposits are never profit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools
from bot.conversation.painting import EquitySpec, NotPainted, Theme
from bot.conversation.screen import (
    Block,
    Button,
    Line,
    Picture,
    Screen,
    bold,
    dim,
    gap,
    kv,
    line,
    picture_name,
    row,
    table,
    warn,
)
from bot.handlers.curve import Step, curve_of
from bot.handlers.daily import EACH, LINES_MAX, each_of, starts_of
from bot.handlers.finding import symbol_named
from bot.handlers.marks import heading, mark_of, notes_of, total
from bot.handlers.pnl_calendar import pnl_calendar
from bot.handlers.pnl_card import pnl_card
from bot.handlers.portfolio import today
from bot.handlers.subjects import (
    account_of,
    count_of,
    held_by,
    line_of,
    look_if_short,
    on_account,
    since,
    word_of,
)
from bot.handlers.trips import FILLS_MAX, balance_steps
from trading.domain.book import Account
from trading.domain.money import ZERO, Money
from trading.domain.position import Position
from trading.row import FillRow

PERIODS = ("day", "week", "month", "all")
SYMBOLS_MAX = 12
POINTS = 24
_LEVELS = "▁▂▃▄▅▆▇█"


class Sum(NamedTuple):
    """Realised P&L before fees, fees, and how many fills made them; in one currency."""

    realised: Decimal = ZERO
    fees: Decimal = ZERO
    fills: int = 0

    @property
    def net(self) -> Decimal:
        """What is left after fees."""
        return self.realised - self.fees

    def plus(self, fill: FillRow) -> Sum:
        """With one fill more."""
        return Sum(self.realised + fill.realised, self.fees + fill.fee, self.fills + 1)


def summed(fills: Iterable[FillRow], start: datetime | None = None) -> dict[str, Sum]:
    """Fills since `start` by currency."""
    sums: dict[str, Sum] = {}
    for fill in fills:
        if start is None or fill.at >= start:
            sums[fill.currency] = sums.get(fill.currency, Sum()).plus(fill)
    return sums


async def pnl(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Realised, fees and net by period, or of one period by symbol; and what is unrealised now."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    period, text = word_of(parsed, "period"), word_of(parsed, "symbol")
    symbol = await symbol_named(tools, asked, line_of(parsed), account, text)
    if isinstance(symbol, Screen):
        return symbol
    amounts = word_of(parsed, "amounts")
    picture = word_of(parsed, "picture")
    if picture == "card":
        return await pnl_card(tools, asked, account, symbol, period, amounts)
    if picture == "calendar":
        return await pnl_calendar(tools, asked, account, symbol, word_of(parsed, "day"), amounts)
    held = held_by(tools, account)
    if symbol:
        held = [position for position in held if position.symbol == symbol]
    each, count = word_of(parsed, "each"), count_of(parsed, "count", 0)
    each = each or ("daily" if count else "")
    starts = starts_of(asked, each, tools.clock.now(), min(count, LINES_MAX)) if each else []
    start = starts[0] if each else None
    if period and not each:
        start = since(asked, period, tools.clock.now())
    fills = await tools.ledger.fills([account.account], symbol=symbol, since=start, limit=FILLS_MAX)
    name = " ".join(part for part in (asked.wording.say("view.pnl"), symbol) if part)
    blocks: list[Block] = [*heading(tools, asked, name, account, [p.symbol for p in held])]
    if each:
        blocks += await each_of(tools, asked, account, each, starts, symbol, fills)
    elif period:
        blocks += _by_symbol(asked, period, fills, account)
    else:
        blocks.append(_by_period(tools, asked, fills, account))
    if len(fills) == FILLS_MAX:
        blocks.append(line(warn(asked.wording.say("view.fills_cut", n=FILLS_MAX))))
    blocks += [gap(), _unrealised(tools, asked, account, held)]
    return Screen.of(*blocks).with_buttons(*_pnl_buttons(asked, account, symbol))


def _pnl_buttons(asked: Asked, account: Account, symbol: str) -> list[tuple[Button, ...]]:
    """To the other periods and courses and to the pictures, of the same account."""
    say, on = asked.wording.say, on_account(asked, account)
    names = (
        {one: say(f"view.period.{one}") for one in PERIODS},
        {one: say(f"stats.to.{one}") for one in EACH},
        {one: say(f"shown.to.{one}") for one in ("card", "calendar")},
    )
    return [
        row(*(look_if_short(name, "pnl", word, symbol, on) for word, name in group.items()))
        for group in names
    ]


def _money(asked: Asked, value: Decimal, currency: str) -> Line:
    return line(asked.wording.pnl(Money(value, currency)))


def _by_period(tools: Tools, asked: Asked, fills: Sequence[FillRow], account: Account) -> Block:
    say = asked.wording.say
    rows = []
    for period in PERIODS:
        sums = summed(fills, since(asked, period, tools.clock.now())) or {account.currency: Sum()}
        for number, (currency, one) in enumerate(sums.items()):
            rows.append(
                (
                    line(say(f"view.period.{period}") if not number else ""),
                    _money(asked, one.realised, currency),
                    line(asked.wording.money(Money(one.fees, currency))),
                    _money(asked, one.net, currency),
                )
            )
    return table(("", f">{say('view.realised')}", f">{say('view.fees')}", f">{say('view.net')}"), rows)


def _by_symbol(asked: Asked, period: str, fills: Sequence[FillRow], account: Account) -> list[Block]:
    say = asked.wording.say
    by_symbol: dict[tuple[str, str], Sum] = {}
    for fill in fills:
        key = (fill.symbol, fill.currency)
        by_symbol[key] = by_symbol.get(key, Sum()).plus(fill)
    ordered = sorted(by_symbol.items(), key=lambda item: -abs(item[1].net))
    rows = [
        (
            line(bold(symbol)),
            _money(asked, one.realised, currency),
            line(asked.wording.money(Money(one.fees, currency))),
            _money(asked, one.net, currency),
        )
        for (symbol, currency), one in ordered[:SYMBOLS_MAX]
    ]
    for currency, one in (summed(fills) or {account.currency: Sum()}).items():
        rows.append(
            (
                line(say("view.all")),
                _money(asked, one.realised, currency),
                line(asked.wording.money(Money(one.fees, currency))),
                _money(asked, one.net, currency),
            )
        )
    head = say(f"view.period.{period}")
    more = len(ordered) - SYMBOLS_MAX
    return [
        table((head, f">{say('view.realised')}", f">{say('view.fees')}", f">{say('view.net')}"), rows),
        line(dim(asked.wording.count(len(fills), "fills"))),
        *([line(dim(say("view.more_symbols", n=more)))] if more > 0 else []),
    ]


def _unrealised(tools: Tools, asked: Asked, account: Account, held: Sequence[Position]) -> Block:
    wording, book = asked.wording, tools.book()
    sums: dict[str, Decimal] = {}
    for position in held:
        instrument = book.instrument(account.account, position.symbol)
        currency = instrument.currency if instrument else account.currency
        sums[currency] = sums.get(currency, ZERO) + book.unrealised(position)
    stale = any(mark_of(tools, p.symbol).is_stale for p in held)
    doubt = warn(" " + wording.say("view.stale_marks")) if stale else ""
    pairs = [
        (wording.say("view.unrealised_now"), line(wording.pnl(Money(value, currency)), doubt))
        for currency, value in (sums or {account.currency: ZERO}).items()
    ]
    return kv(*pairs, (wording.say("view.today"), today(tools, asked, account)))


# ---------------------------------------------------------------- equity


async def equity(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Where the equity came from, and how the closed balance went in a period (default: a month)."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    wording, book = asked.wording, tools.book()
    say = wording.say
    period = word_of(parsed, "period") or "month"
    held = held_by(tools, account)
    unrealised = total(book.unrealised(p) for p in held)
    stale = any(mark_of(tools, p.symbol).is_stale for p in held)

    def money(value: Decimal) -> str:
        return wording.money(Money(value, account.currency))

    start = since(asked, period, tools.clock.now())
    steps = await balance_steps(tools, account, start)
    points = balances(steps, account.capital + account.realised - account.fees)
    screen = Screen.of(
        *heading(tools, asked, say("view.equity"), account, [p.symbol for p in held]),
        kv(
            (say("view.now"), line(bold(money(book.equity(account))), warn(" *") if stale else "")),
            (say("view.deposits"), money(account.capital)),
            (say("view.realised"), wording.pnl(Money(account.realised, account.currency))),
            (say("view.unrealised"), wording.pnl(Money(unrealised, account.currency))),
            (say("view.fees"), money(-account.fees)),
            (say("view.day_start"), money(account.day_equity)) if account.day else None,
            (say("view.today"), today(tools, asked, account)),
        ),
        gap(),
        line(say("view.balance_went", period=say(f"view.period.{period}").lower())),
        line(sparkline(points)),
        kv((say("view.highest"), money(max(points))), (say("view.lowest"), money(min(points)))),
        *([line(warn(say("view.stale_footnote")))] if stale else []),
    ).with_buttons(
        row(*(_to_period(asked, account, one, period) for one in PERIODS)),
        row(
            look_if_short(say("view.refresh"), "equity", period, on_account(asked, account)),
            look_if_short(say("view.ledger"), "ledger", on_account(asked, account)),
        ),
    )
    spec = spec_of(tools, asked, account, period, steps)
    return await _painted(tools, asked, screen, spec, period)


def spec_of(
    tools: Tools,
    asked: Asked,
    account: Account,
    period: str,
    steps: Sequence[Step],
    theme: Theme | None = None,
) -> EquitySpec:
    """The picture of how an account went in a period, on the person's ground unless another is said."""
    say, now = asked.wording.say, tools.clock.now()
    curve = curve_of(steps, since(asked, period, now), now, tools.book().equity(account))
    symbols = [position.symbol for position in held_by(tools, account)]
    notes = ", ".join(one.text for one in notes_of(tools.market, symbols))
    name = " ".join((say("view.equity"), account.account))
    return EquitySpec(
        name,
        say(f"view.period.{period}"),
        curve,
        account.currency,
        asked.wording,
        note=notes,
        theme=theme or asked.person.prefs.theme,
    )


def _to_period(asked: Asked, account: Account, period: str, shown: str) -> Button | None:
    name = asked.wording.say(f"view.period.{period}")
    label = asked.wording.say("chart.chosen", name=name) if period == shown else name
    return look_if_short(label, "equity", period, on_account(asked, account))


async def _painted(tools: Tools, asked: Asked, screen: Screen, spec: EquitySpec, period: str) -> Screen:
    """The screen with its curve; where pictures are off, the words alone have always been enough."""
    if tools.painter is None:
        return screen
    if not spec.points:
        words = asked.wording.say("chart.nothing_traded", line="/equity all")
        return screen.with_blocks(line(dim(words)))
    try:
        png = await tools.painter.equity(spec)
    except NotPainted:
        return screen.with_blocks(line(warn(asked.wording.say("chart.failed"))))
    return screen.with_picture(Picture(picture_name("equity", spec.title, period), png))


def balances(steps: Sequence[Step], now: Decimal) -> list[Decimal]:
    """The balance before the first step (unless there was nothing yet) and after each."""
    if not steps:
        return [now]
    before = steps[0].balance - steps[0].change
    return [*([before] if before else []), *(step.balance for step in steps)]


def sparkline(points: Sequence[Decimal], wide: int = POINTS) -> str:
    """The course of `points` in a row of blocks; flat is drawn low."""
    if len(points) > wide:
        points = [points[at * (len(points) - 1) // (wide - 1)] for at in range(wide)]
    low, high = min(points), max(points)
    span = high - low
    top = len(_LEVELS) - 1
    return "".join(_LEVELS[int((p - low) * top / span) if span else 0] for p in points)


HANDLERS: dict[str, Handler] = {"pnl": pnl, "equity": equity}
