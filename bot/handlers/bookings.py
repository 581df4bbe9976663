"""The books behind every number: `/ledger`. Totals whose sum is zero, and each total's own lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_symbol import base_of
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Block, Screen, bold, dim, gap, good, line, look, row, table, warn
from bot.handlers.marks import heading, total
from bot.handlers.subjects import account_of, count_of, rows_of, word_of
from trading.domain.book import Account

LINES = 12
LINES_MAX = 40
COUNT_MAX = 1000
BUTTONS_MAX = 9
_POSITION = "position:"


async def ledger(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """All books with their totals, or the lines of one."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    totals = await tools.ledger.totals([account.account])
    word = word_of(parsed, "book")
    if not word:
        return _totals(tools, asked, account, totals)
    book = book_named({name for name, _ in totals}, word)
    if not book:
        names = ", ".join(sorted({typed_name(name) for name, _ in totals}))
        return refusal(asked, "view.no_book", name=word, names=names)
    return await _lines(tools, asked, account, book, parsed)


def typed_name(book: str) -> str:
    """A book as it is typed: `cash`, and `BTC` for `position:BTC/USD`."""
    return base_of(book.removeprefix(_POSITION)) if book.startswith(_POSITION) else book


def book_named(books: set[str], word: str) -> str:
    """The book that a word names, by itself or by its symbol; empty when none is meant, or several are."""
    folded = word.casefold()
    exact = [book for book in books if book.casefold() in (folded, _POSITION + folded)]
    if exact:
        return exact[0]
    like = [book for book in books if typed_name(book).casefold() == folded]
    return like[0] if len(like) == 1 else ""


def _totals(
    tools: Tools, asked: Asked, account: Account, totals: Mapping[tuple[str, str], Decimal]
) -> Screen:
    wording = asked.wording
    say = wording.say
    shown = [(name, currency, value) for (name, currency), value in sorted(totals.items(), key=_order)]
    rows = [
        (line(_title(asked, name)), line(exact(asked, value, currency, account.currency)))
        for name, currency, value in shown
        if value or not name.startswith(_POSITION)
    ]
    blocks: list[Block] = [*heading(tools, asked, say("view.ledger"), account)]
    if not rows:
        blocks.append(line(say("view.no_bookings")))
    else:
        blocks.append(table((say("view.book"), f">{account.currency}"), rows))
    for currency in sorted({currency for _, currency in totals}):
        rest = total(value for (_, unit), value in totals.items() if unit == currency)
        text = f"Σ {currency} = {wording.number(rest)}"
        blocks.append(line(good(text) if not rest else warn(text)))
    blocks += [line(dim(say("view.signed_books"))), gap(), line(dim(say("view.open_book")))]
    buttons = [look(_title(asked, name), "ledger", typed_name(name)) for name, _, _ in shown[:BUTTONS_MAX]]
    return Screen.of(*blocks).with_buttons(*rows_of(buttons))


def _order(item: tuple[tuple[str, str], Decimal]) -> tuple[bool, str, str]:
    (name, currency), _ = item
    return name.startswith(_POSITION), name, currency


def _title(asked: Asked, book: str) -> str:
    if book.startswith(_POSITION):
        return asked.wording.say("view.book.position", symbol=book.removeprefix(_POSITION))
    known = {"cash", "realised", "fees", "capital", "funding"}
    return asked.wording.say(f"view.book.{book}") if book in known else book


def exact(asked: Asked, value: Decimal, currency: str, shown: str) -> str:
    """Every digit and at least two decimals: a ledger rounds nothing. `shown` is what the heading says."""
    cents = value.quantize(Decimal("0.01"))
    digits = asked.wording.number(cents, 2) if cents == value else asked.wording.number(value)
    return digits if currency == shown else f"{digits} {currency}"


async def _lines(tools: Tools, asked: Asked, account: Account, book: str, parsed: Parsed) -> Screen:
    wording = asked.wording
    say = wording.say
    page = count_of(parsed, "page", 1)
    lines = min(count_of(parsed, "count", LINES), LINES_MAX)
    reach = min(page * lines, COUNT_MAX) + 1
    found = await tools.ledger.bookings([account.account], book=book, limit=reach)
    here = found[(page - 1) * lines : page * lines]
    rows = [
        (
            line(dim(f"{booked.seq}")),
            line(bold(say(f"view.event.{booked.event}") if booked.event in _EVENTS else booked.event)),
            line(exact(asked, booked.booking.value, booked.booking.currency, account.currency)),
            line(dim(_moment(tools, asked, booked.at))),
        )
        for booked in here
    ]
    blocks: list[Block] = [*heading(tools, asked, _title(asked, book), account)]
    if rows:
        blocks.append(
            table((say("view.number"), say("view.event"), f">{account.currency}", say("view.when")), rows)
        )
        blocks.append(line(dim(say("view.lines_shown", n=len(rows)))))
    else:
        blocks.append(line(say("view.no_bookings")))
    words = typed_name(book)
    has_more = len(found) > page * lines and reach <= COUNT_MAX
    older = look(say("view.older"), "ledger", f"{lines} {page + 1} {words}") if has_more else None
    newer = look(say("view.newer"), "ledger", f"{lines} {page - 1} {words}") if page > 1 else None
    return Screen.of(*blocks).with_buttons(row(newer, older), row(look(say("view.all_books"), "ledger")))


_EVENTS = frozenset({"OrderFilled", "CashMoved"})


def _moment(tools: Tools, asked: Asked, at: datetime) -> str:
    wording = asked.wording
    is_today = wording.day(at) == wording.day(tools.clock.now())
    return wording.clock(at, seconds=True) if is_today else wording.day(at)


HANDLERS: dict[str, Handler] = {"ledger": ledger}
