"""Getting out: `/flatten` by filter in two steps, `/panic` for everything at once with a halt."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from msgspec.structs import replace

from bot.conversation.confirmation import ask, send
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Block, Line, Screen, dim, line, table, title, warn
from bot.conversation.telling import quantity_text, where_badges
from bot.conversation.wording import Wording
from bot.handlers.finding import contract_of, previewed
from bot.handlers.marks import notes_of
from bot.handlers.subjects import account_and_symbol, account_of, word_of
from trading.domain import events as ev
from trading.domain.book import Account, Book
from trading.domain.commands import Flatten
from trading.domain.ids import CommandId
from trading.domain.money import ZERO, Money
from trading.domain.order import Order
from trading.domain.position import Position

LISTED_MAX = 20
_NOT_YET = CommandId("card")


async def flatten(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Cancel and close what a filter names: asked twice, with what it would end listed first (H06)."""
    subject = await account_and_symbol(tools, asked, parsed)
    if isinstance(subject, Screen):
        return subject
    account, symbol = subject
    return await _flatten_asked(
        tools, asked, account, symbol, only=word_of(parsed, "only"), tag=word_of(parsed, "tag")
    )


async def flatten_everything(tools: Tools, asked: Asked, account: Account) -> Screen:
    """What `/close all` means: the same two cards as `/flatten` without a filter."""
    return await _flatten_asked(tools, asked, account, "")


async def panic(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Cancel everything, close everything, halt, have the venue prove it flat: one press, with `now` none."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    wording = asked.wording
    command = Flatten(_NOT_YET, asked.person.person_id, account.account, halt=True)
    if word_of(parsed, "now") and not asked.must_review:
        return await send(tools, asked, replace(command, command_id=asked.incoming.command_id), label="")
    positions, orders = _ended(tools, account, command)
    blocks: list[Block] = [
        title(wording.say("panic.title", account=account.account)),
        where_badges(account, _note(tools, positions)),
        line(warn(wording.say("panic.does"))),
        *_summary(tools, asked, positions, orders),
        line(dim(wording.say("panic.now"))),
    ]
    return await ask(tools, asked, command, Screen.of(*blocks), label=wording.say("card.panic"))


async def _flatten_asked(
    tools: Tools, asked: Asked, account: Account, symbol: str, *, only: str = "", tag: str = ""
) -> Screen:
    wording = asked.wording
    command = Flatten(_NOT_YET, asked.person.person_id, account.account, symbol=symbol, only=only, tag=tag)
    positions, orders = _ended(tools, account, command)
    if not positions and not orders:
        return refusal(asked, "flatten.nothing")
    held = [position for position in positions if position.is_open]
    what = _filter_phrase(wording, symbol, only, tag)
    card = Screen.of(
        title(wording.say("flatten.title", what=what)),
        where_badges(account, _note(tools, positions)),
        *_summary(tools, asked, positions, orders),
    )
    if held:
        again = wording.say("flatten.really", positions=wording.count(len(held), "positions"))
    else:
        again = wording.say("flatten.really_cancel", orders=wording.count(len(orders), "orders"))
    return await ask(tools, asked, command, card, label=wording.say("card.flatten"), again=again)


def _filter_phrase(wording: Wording, symbol: str, only: str, tag: str) -> str:
    """`everything`, `BTC/USD`, `longs, tag breakout`."""
    parts = [symbol] if symbol else []
    if only:
        parts.append(wording.say(f"flatten.{only}"))
    if tag:
        parts.append(wording.say("flatten.tag", tag=tag))
    return ", ".join(parts) or wording.say("flatten.everything")


def _ended(tools: Tools, account: Account, command: Flatten) -> tuple[list[Position], list[Order]]:
    """What the command would end if it were decided now: positions, and entries that wait."""
    started = [e for e in previewed(tools, account, command).events if isinstance(e, ev.FlattenStarted)]
    if not started:
        return [], []
    book = tools.book()
    positions = [p for name in started[0].position_ids if (p := book.position(name)) is not None]
    orders = [order for position in positions for order in book.orders_of(position) if order.is_entry]
    return positions, orders


def _note(tools: Tools, positions: Sequence[Position]) -> str:
    return ", ".join(one.text for one in notes_of(tools.market, [p.symbol for p in positions]))


def _summary(
    tools: Tools, asked: Asked, positions: Sequence[Position], orders: Sequence[Order]
) -> list[Block]:
    """The positions with what they have made, what is canceled, and what it comes to."""
    wording, book = asked.wording, tools.book()
    blocks: list[Block] = []
    if positions:
        heads = (wording.say("flatten.position"), "", f">{wording.say('flatten.result')}")
        blocks.append(table(heads, [_row(tools, wording, book, p) for p in positions[:LISTED_MAX]]))
    if len(positions) > LISTED_MAX:
        blocks.append(line(dim(wording.say("view.more_positions", n=len(positions) - LISTED_MAX))))
    if orders:
        blocks.append(line(wording.say("flatten.orders", n=len(orders))))
    held = [position for position in positions if position.is_open]
    currencies = {contract_of(tools, p.account, p.symbol).currency for p in held}
    if len(currencies) == 1:
        total = Money(sum((book.unrealised(p) for p in held), ZERO), currencies.pop())
        blocks.append(line(wording.say("flatten.sum", money=wording.money(total, signed=True))))
    return blocks


def _row(tools: Tools, wording: Wording, book: Book, position: Position) -> tuple[str | Line, ...]:
    if not position.is_open:
        return (position.symbol, line(dim(wording.say("flatten.waiting"))), "")
    instrument = contract_of(tools, position.account, position.symbol)
    size = quantity_text(wording, instrument, abs(position.quantity))
    key = "flatten.long_of" if position.is_long else "flatten.short_of"
    gain: Decimal = book.unrealised(position)
    known = book.mid(position.symbol) is not None
    shown = line(wording.pnl(Money(gain, instrument.currency)) if known else wording.say("word.none"))
    return (position.symbol, wording.say(key, size=size), shown)


HANDLERS: dict[str, Handler] = {"flatten": flatten, "panic": panic}
