"""What stands on a board, by kind: a table of functions from the book to blocks. Knows no chat and no timer.

What is drawn here is compared with what stands there already, so nothing in it may change by itself: the age
of a price comes in steps, and the instant of the change is added afterwards (`footer`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple, Protocol

from bot.conversation.holding import gain_percent, guard_badge
from bot.conversation.screen import (
    Badges,
    Block,
    Line,
    Span,
    Tone,
    badges,
    bold,
    dim,
    gap,
    line,
    table,
    title,
    warn,
)
from bot.conversation.watching import alerts_beside
from bot.conversation.wording import Wording
from bot.notifications.trouble import Trouble, trouble_line
from trading.domain.book import Account, Book
from trading.domain.commands import HaltState
from trading.domain.ids import AccountId, PersonId
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import HUNDRED, ZERO, Money
from trading.domain.order import Order
from trading.domain.position import Position
from trading.domain.rights import Right
from trading.domain.risk import day_loss_limit
from trading.domain.warning import day_result

LISTED_MAX = 15
_AGE_STEPS_S = (0, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400)
_NOTES_MAX = 3


class Prices(Protocol):
    """What must be said of a price (part of `trading.ports.MarketData`)."""

    def stale_after_s(self, symbol: str) -> float:
        """The age from which a price of this symbol is stale."""
        ...

    def is_open(self, symbol: str, at: datetime) -> bool:
        """Whether the market of this symbol trades."""
        ...

    def note(self, symbol: str) -> str:
        """What screens must say about this price."""
        ...

    def last(self, symbol: str) -> Quote | None:
        """The newest quote; whoever asks for it has the feed listen."""
        ...

    def instrument(self, symbol: str) -> Instrument | None:
        """The contract of a symbol."""
        ...


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that a board is drawn from."""

    wording: Wording
    book: Book
    prices: Prices
    accounts: tuple[AccountId, ...]
    now: datetime
    kind: str = ""
    watchlist: tuple[str, ...] = ()
    troubles: tuple[Trouble, ...] = ()


class Held(NamedTuple):
    """One open position as it is seen now. `age_step_s`: how old its price is at least; None: no price."""

    position: Position
    instrument: Instrument | None
    mid: Decimal | None
    age_step_s: int | None
    is_stale: bool
    is_market_open: bool


class Watched(NamedTuple):
    """One symbol of a watchlist, as its price is now; `alerts` are those that wait for it, in words."""

    symbol: str
    instrument: Instrument | None
    mid: Decimal | None
    age_step_s: int | None
    is_stale: bool
    is_market_open: bool
    alerts: tuple[str, ...]


class Funds(NamedTuple):
    """What an account is worth and has made today, in its currency; `day` None: nothing traded today.
    `used_percent`: of the day's loss limit, None without one."""

    account: AccountId
    currency: str
    equity: Decimal
    cash: Decimal
    unrealised: Decimal
    day: Decimal | None
    used_percent: Decimal | None
    held: int
    waiting: int


class Seen(NamedTuple):
    """What a board depends on: two that are equal are drawn equally."""

    wording: Wording
    desk: HaltState
    accounts: tuple[tuple[AccountId, str, HaltState], ...]
    held: tuple[Held, ...]
    orders: tuple[tuple[Order, Instrument | None], ...] = ()
    watched: tuple[Watched, ...] = ()
    funds: tuple[Funds, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    day: datetime | None = None  # whose troubles are told without their date


View = Callable[[Seen], tuple[Block, ...]]


def seen(sight: Sight) -> Seen:
    """What there is to draw; much cheaper than drawing it."""
    book = sight.book
    accounts = [found for name in sight.accounts if (found := book.account(name)) is not None]
    states = tuple((one.account, one.mode, one.halt) for one in accounts)
    base = Seen(sight.wording, book.desk_state, states, ())
    if sight.kind == "orders":
        return base._replace(orders=tuple(_orders(book, accounts)))
    if sight.kind == "watchlist":
        return base._replace(watched=tuple(_watched(sight, accounts, one) for one in sight.watchlist))
    if sight.kind == FEED:
        # Who does not run the desk (any more) sees nothing of it, whatever stands in their chat.
        day = sight.now.replace(hour=0, minute=0, second=0, microsecond=0)
        return base._replace(troubles=sight.troubles if accounts else (), day=day)
    if sight.kind == "account":
        return base._replace(funds=tuple(_funds(sight, one) for one in accounts))
    held = tuple(
        _held(sight, position)
        for account in accounts
        for position in book.live_positions(account.account)
        if position.is_open
    )
    return base._replace(held=held)


def _orders(book: Book, accounts: Sequence[Account]) -> Iterator[tuple[Order, Instrument | None]]:
    for account in accounts:
        for order in sorted(book.open_orders(account.account), key=lambda one: one.number):
            yield order, book.instrument(account.account, order.symbol)


def _watched(sight: Sight, accounts: Sequence[Account], symbol: str) -> Watched:
    instrument = sight.prices.instrument(symbol)
    quote = sight.book.marks.get(symbol) or sight.prices.last(symbol)
    is_open = sight.prices.is_open(symbol, sight.now) if instrument is not None else False
    alerts = tuple(alerts_beside(sight.wording, accounts, symbol, instrument))
    if quote is None:
        return Watched(symbol, instrument, None, None, True, is_open, alerts)
    age_s = max(0.0, (sight.now - quote.at).total_seconds())
    is_stale = age_s > sight.prices.stale_after_s(symbol)
    step = age_step_s(age_s) if is_stale else 0
    return Watched(symbol, instrument, quote.mid, step, is_stale, is_open, alerts)


def _funds(sight: Sight, account: Account) -> Funds:
    book = sight.book
    limit, day = day_loss_limit(account), day_result(book, account, sight.now, {})
    used = max(ZERO, -day) * HUNDRED / limit if limit and day is not None else None
    held = [one for one in book.live_positions(account.account) if one.is_open]
    unrealised = sum((book.unrealised(one) for one in held), ZERO)
    waiting = sum(1 for one in book.open_orders(account.account) if one.is_entry)
    equity = book.equity(account)
    return Funds(
        account.account, account.currency, equity, account.cash, unrealised, day, used, len(held), waiting
    )


def _held(sight: Sight, position: Position) -> Held:
    symbol = position.symbol
    instrument = sight.book.instrument(position.account, symbol)
    quote = sight.book.marks.get(symbol)
    is_open = sight.prices.is_open(symbol, sight.now)
    if quote is None:
        return Held(position, instrument, None, None, True, is_open)
    age_s = max(0.0, (sight.now - quote.at).total_seconds())
    is_stale = age_s > sight.prices.stale_after_s(symbol)
    # The age of a fresh price is told in the footer and makes no news.
    return Held(position, instrument, quote.mid, age_step_s(age_s) if is_stale else 0, is_stale, is_open)


def age_step_s(age_s: float) -> int:
    """The largest of a few round ages that is not above; whole days beyond the first."""
    day = _AGE_STEPS_S[-1]
    if age_s >= day:
        return int(age_s // day) * day
    return max(step for step in _AGE_STEPS_S if step <= age_s)


def positions(found: Seen) -> tuple[Block, ...]:
    """Every open position with size, entry, price, profit and guard; the sum."""
    say = found.wording.say
    blocks: list[Block] = [title(say("board.positions")), states(found)]
    if not found.held:
        return (*blocks, line(say("view.no_positions")))
    account = ""
    for one in found.held[:LISTED_MAX]:
        if len(found.accounts) > 1 and one.position.account != account:
            account = one.position.account
            blocks += [gap(), line(dim(account))]
        blocks += _listed(found.wording, one)
    if len(found.held) > LISTED_MAX:
        blocks.append(line(dim(say("board.more", n=len(found.held) - LISTED_MAX))))
    return (*blocks, gap(), _total(found))


def desk(found: Seen) -> tuple[Block, ...]:
    """Every account of the desk, whosever it is: state, what it holds, what that made. For its operator."""
    wording = found.wording
    say = wording.say
    rows = []
    for account, mode, halt in found.accounts[:LISTED_MAX]:
        held = [one for one in found.held if one.position.account == account]
        gained = [
            one.position.unrealised(one.instrument, one.mid)
            for one in held
            if one.instrument is not None and one.mid is not None
        ]
        name = account if account == mode else f"{account} ({mode})"
        state = say(f"view.halt.{halt.value}")
        rows.append(
            (
                line(bold(name)),
                line(state if halt is HaltState.ACTIVE else warn(state)),
                line(wording.number(Decimal(len(held)), 0)),
                line(wording.pnl(Money(sum(gained, ZERO), _currency(held)))) if gained else line(""),
            )
        )
    heads = (say("board.account"), "", f">{say('board.held')}", f">{say('board.open_result')}")
    blocks: list[Block] = [title(say("board.desk"))]
    if found.desk is not HaltState.ACTIVE:
        blocks.append(line(warn(say("view.badge.desk", state=say(f"view.halt.{found.desk.value}")))))
    blocks.append(table(heads, rows))
    if len(found.accounts) > LISTED_MAX:
        blocks.append(line(dim(say("board.more", n=len(found.accounts) - LISTED_MAX))))
    return tuple(blocks)


def _currency(held: list[Held]) -> str:
    return next((one.instrument.currency for one in held if one.instrument is not None), "")


OF_ALL = "desk"
"""The kind of board that shows everybody's accounts."""
FEED = "feed"
"""The kind of board that shows what goes wrong on any of them."""
OPERATORS = frozenset({OF_ALL, FEED})
"""Boards of whoever runs the desk: they show what is nobody else's business."""


def feed(found: Seen) -> tuple[Block, ...]:
    """What went wrong on any account, the newest first. For the operator of the desk."""
    say = found.wording.say
    if not found.accounts:
        return (title(say("board.feed")), line(dim(say("board.hidden_feed"))))
    blocks: list[Block] = [title(say("board.feed"))]
    if found.desk is not HaltState.ACTIVE:
        blocks.append(line(warn(say("view.badge.desk", state=say(f"view.halt.{found.desk.value}")))))
    lines = [trouble_line(found.wording, one, found.day or one.at) for one in found.troubles]
    return (*blocks, *(lines or [line(say("board.feed_none"))]))


def states(found: Seen) -> Badges:
    say = found.wording.say
    parts: list[str | Span] = []
    if found.desk is not HaltState.ACTIVE:
        parts.append(warn(say("view.badge.desk", state=say(f"view.halt.{found.desk.value}"))))
    for account, mode, halt in found.accounts:
        name = mode.upper() if account == mode else f"{mode.upper()} {account}"
        parts.append(Span(name, tone=Tone.DIM if mode == "paper" else Tone.BAD))
        if halt is not HaltState.ACTIVE:
            parts.append(warn(say(f"view.halt.{halt.value}")))
    return badges(*parts)


def _listed(wording: Wording, one: Held) -> list[Block]:
    """Two lines: what, how much and what it made; from where to where, and who watches it."""
    position, instrument = one.position, one.instrument
    side = wording.say("view.long" if position.is_long else "view.short")
    lot = instrument.lot_size if instrument is not None else None
    first: list[str | Span] = [
        bold(position.symbol),
        f" {side} {wording.quantity(abs(position.quantity), lot)}",
    ]
    second: list[str | Span | Line] = ["  "]
    if instrument is not None:
        if one.mid is not None:
            first += [" · ", *_gain(wording, position, instrument, one.mid)]
        entry = position.average_price(instrument)
        if entry is not None:
            second += [wording.price(instrument.price_nearest(entry), instrument.tick_size), " → "]
    second += price_now(wording, one)
    second += [" · ", guard_badge(wording, position)]
    return [line(*first), line(*second)]


def _gain(wording: Wording, position: Position, instrument: Instrument, mid: Decimal) -> list[Span]:
    money = Money(position.unrealised(instrument, mid), instrument.currency)
    percent = gain_percent(position, instrument, mid)
    more = [] if percent is None else [dim(f" ({wording.percent(percent, signed=True)})")]
    return [wording.pnl(money), *more]


def price_now(wording: Wording, one: Held | Watched) -> list[str | Span]:
    if one.mid is None:
        return [warn(wording.say("board.no_price"))]
    shown = wording.price(one.mid, one.instrument.tick_size if one.instrument else None)
    if not one.is_market_open:
        return [shown, " ", dim(wording.say("board.closed"))]
    if not one.is_stale:
        return [shown]
    span = wording.duration(timedelta(seconds=one.age_step_s or 0))
    return [shown, " ", warn(wording.say("board.stale", span=span))]


def _total(found: Seen) -> Line:
    """The sum in each currency, with its share of what the positions cost; doubtful when a price is."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for one in found.held:
        if one.instrument is not None and one.mid is not None:
            gained, cost = sums.get(one.instrument.currency, (ZERO, ZERO))
            more = one.position.unrealised(one.instrument, one.mid)
            sums[one.instrument.currency] = gained + more, cost + abs(one.position.cost)
    wording = found.wording
    parts: list[str | Span] = [wording.say("view.in_all")]
    for currency, (gained, cost) in sums.items():
        parts += [" ", wording.pnl(Money(gained, currency))]
        if cost:
            parts.append(dim(f" ({wording.percent(gained / cost * HUNDRED, signed=True)})"))
    if any(one.is_stale and one.is_market_open for one in found.held):
        parts += [" ", warn(wording.say("view.stale_marks"))]
    return line(*parts)


def footer(sight: Sight, found: Seen) -> Line:
    """When this was drawn, how old its prices were at most then, and what must be said of them."""
    wording = sight.wording
    parts = [wording.say("board.updated", at=wording.instant(sight.now, seconds=True))]
    fresh = [one.position.symbol for one in found.held if not one.is_stale]
    fresh += [one.symbol for one in found.watched if not one.is_stale]
    ages = [sight.now - quote.at for one in fresh if (quote := sight.book.marks.get(one)) is not None]
    if ages:
        parts.append(wording.say("board.fresh", span=wording.duration(max(timedelta(seconds=1), *ages))))
    named = [*(one.position.symbol for one in found.held), *(one.symbol for one in found.watched)]
    notes = dict.fromkeys(note for one in named if (note := sight.prices.note(one)))
    parts += list(notes)[:_NOTES_MAX]
    return line(dim(" · ".join(parts)))


def account_names(
    accounts: Mapping[AccountId, Account], person: PersonId, kind: str = ""
) -> tuple[AccountId, ...]:
    """The accounts of a person; for boards of the whole desk all of them, if it is the operator's."""
    rights = {name: account.rights_of(person) for name, account in accounts.items()}
    if kind in OPERATORS:
        return tuple(accounts) if any(Right.OPERATE in own for own in rights.values()) else ()
    return tuple(name for name, own in rights.items() if Right.LOOK in own)
