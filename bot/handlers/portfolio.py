"""The account as a whole: `/portfolio` (what it is made of) and `/balance` (what can be spent)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools
from bot.conversation.screen import (
    Block,
    Line,
    Screen,
    Span,
    bold,
    dim,
    gap,
    kv,
    line,
    look,
    row,
    table,
    warn,
)
from bot.handlers.marks import heading, mark_of, total
from bot.handlers.rates import whole
from bot.handlers.subjects import accounts_of, held_by, refresh
from trading.domain.book import Account, Book
from trading.domain.money import HUNDRED, Money, percent_of
from trading.domain.position import Position
from trading.domain.risk import day_loss, day_loss_limit, spendable


async def portfolio(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Cash and every position with its value and its share of equity; the lines add up to the equity."""
    accounts = accounts_of(tools, asked, parsed)
    if isinstance(accounts, Screen):
        return accounts
    positions = look(asked.wording.say("view.positions"), "positions")
    shown = _one_by_one(tools, asked, accounts, _holdings)
    return Screen.of(*shown).with_buttons(row(refresh(asked, "portfolio"), positions))


def _one_by_one(
    tools: Tools,
    asked: Asked,
    accounts: Sequence[Account],
    blocks_of: Callable[[Tools, Asked, Account], list[Block]],
) -> list[Block]:
    """Account below account, and at the end all of them together in one currency."""
    blocks: list[Block] = []
    for account in accounts:
        blocks += [gap()] if blocks else []
        blocks += blocks_of(tools, asked, account)
    together = whole(tools, asked, accounts)
    return [*blocks, *([gap(), *together] if together else [])]


def value_of(book: Book, position: Position) -> Decimal:
    """What a position adds to equity: its worth at the mark, or its gain where it is only margined."""
    instrument = book.instrument(position.account, position.symbol)
    gained = book.unrealised(position)
    return gained if instrument is not None and instrument.is_future else position.cost + gained


def _holdings(tools: Tools, asked: Asked, account: Account) -> list[Block]:
    book, wording = tools.book(), asked.wording
    held = held_by(tools, account)
    equity = book.equity(account)
    rows = [_holding(asked, dim(wording.say("view.cash")), account.cash, equity, account.currency)]
    is_doubtful = False
    for position in held:
        mark = mark_of(tools, position.symbol)
        is_doubtful = is_doubtful or mark.is_stale
        name = line(bold(position.symbol), warn(" *") if mark.is_stale else "")
        rows.append(_holding(asked, name, value_of(book, position), equity, account.currency))
    rows.append(_holding(asked, bold(wording.say("view.equity")), equity, equity, account.currency))
    say = wording.say
    futures = any(
        instrument.is_future
        for p in held
        if (instrument := book.instrument(account.account, p.symbol)) is not None
    )
    return [
        *heading(tools, asked, say("view.portfolio"), account, [p.symbol for p in held]),
        table((say("view.what"), f">{say('view.value')}", f">{say('view.share')}"), rows),
        *([line(warn(say("view.stale_footnote")))] if is_doubtful else []),
        *([line(dim(say("view.futures_footnote")))] if futures else []),
    ]


def _holding(
    asked: Asked, name: Span | Line, value: Decimal, equity: Decimal, currency: str
) -> tuple[Line, Line, Line]:
    share = asked.wording.percent(value / equity * HUNDRED) if equity else asked.wording.say("word.none")
    return line(name), line(asked.wording.money(value, currency)), line(share)


async def balance(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Of each account equity, cash, what is reserved, what can be spent, what today made; and their sum."""
    accounts = accounts_of(tools, asked, parsed)
    if isinstance(accounts, Screen):
        return accounts
    shown = _one_by_one(tools, asked, accounts, _spendable)
    holdings = look(asked.wording.say("view.portfolio"), "portfolio")
    return Screen.of(*shown).with_buttons(row(refresh(asked, "balance"), holdings))


def _spendable(tools: Tools, asked: Asked, account: Account) -> list[Block]:
    book, wording = tools.book(), asked.wording
    say = wording.say
    held = held_by(tools, account)
    margin = total(
        abs(p.cost) * instrument.margin_fraction
        for p in held
        if (instrument := book.instrument(account.account, p.symbol)) is not None
    )

    def money(value: Decimal) -> str:
        return wording.money(Money(value, account.currency))

    stale = any(mark_of(tools, p.symbol).is_stale for p in held)
    return [
        *heading(tools, asked, say("view.balance"), account, [p.symbol for p in held]),
        kv(
            (say("view.equity"), line(bold(money(book.equity(account))), warn(" *") if stale else "")),
            (say("view.cash"), money(account.cash)),
            (say("view.in_positions"), money(margin)),
            (say("view.reserved"), money(account.reserved)) if account.reserved else None,
            (say("view.spendable"), money(max(spendable(book, account), Decimal(0)))),
            (say("view.today"), today(tools, asked, account)),
        ),
        *([line(warn(say("view.stale_footnote")))] if stale else []),
    ]


def today(tools: Tools, asked: Asked, account: Account) -> Line:
    """Today's P&L, open positions included, deposits not; `–` before the first day began."""
    if not account.day:
        return line(asked.wording.say("word.none"))
    gained = -day_loss(tools.book(), account)
    parts = [asked.wording.pnl(Money(gained, account.currency))]
    if account.day_equity:
        percent = asked.wording.percent(gained / account.day_equity * HUNDRED, signed=True)
        parts.append(dim(f" ({percent})"))
    return line(*parts)


def left_to_lose(tools: Tools, account: Account) -> Decimal | None:
    """What today may still lose before entries stop; None when nothing limits it."""
    limit = day_loss_limit(account)
    return None if limit is None else max(limit - day_loss(tools.book(), account), Decimal(0))


def bar(share: Decimal, wide: int = 10) -> str:
    """How much of a limit is used, drawn: `███░░░░░░░`."""
    filled = int(min(max(percent_of(Decimal(wide), share), Decimal(0)), Decimal(wide)))
    return "█" * filled + "░" * (wide - filled)


HANDLERS: dict[str, Handler] = {"portfolio": portfolio, "balance": balance}
