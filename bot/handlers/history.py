"""What was: `/history`, positions from flat to flat and single fills, newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools
from bot.conversation.screen import Block, Screen, Tone, bold, dim, gap, line, row, span, table
from bot.handlers.finding import symbol_named
from bot.handlers.marks import heading
from bot.handlers.subjects import (
    account_of,
    count_of,
    line_of,
    look_if_short,
    on_account,
    since,
    word_of,
)
from trading.domain.book import Account
from trading.domain.money import Money
from trading.row import ClosedRow, FillRow

LINES = 10
LINES_MAX = 40
"""More on one screen nobody reads; /export gives all of it."""
COUNT_MAX = 1000


async def history(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Closed positions with what they made and what ended them, then the fills."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    say = asked.wording.say
    text, period = word_of(parsed, "symbol"), word_of(parsed, "period")
    page = count_of(parsed, "page", 1)
    lines = min(count_of(parsed, "count", LINES), LINES_MAX)
    symbol = await symbol_named(tools, asked, line_of(parsed), account, text)
    if isinstance(symbol, Screen):
        return symbol
    start = since(asked, period, tools.clock.now()) if period else None
    scope = [account.account]
    reach = min(page * lines, COUNT_MAX) + 1
    closed = await tools.ledger.closed(scope, symbol=symbol, since=start, limit=reach)
    fills = await tools.ledger.fills(scope, symbol=symbol, since=start, limit=reach)
    name = " ".join(part for part in (say("view.history"), symbol) if part)
    blocks: list[Block] = [*heading(tools, asked, name, account)]
    first = (page - 1) * lines
    closed_here, fills_here = closed[first : first + lines], fills[first : first + lines]
    if closed_here:
        blocks.append(_closed(tools, asked, closed_here))
    if fills_here:
        blocks += [gap()] if closed_here else []
        blocks.append(_fills(tools, asked, account, fills_here))
    if not closed_here and not fills_here:
        blocks.append(line(say("view.no_history" if page == 1 else "view.no_more_history")))
    has_more = max(len(closed), len(fills)) > first + lines and reach <= COUNT_MAX
    on = on_account(asked, account)
    pages = {step: f"{lines} {page + step} {period}" for step in (-1, 1)}
    older = look_if_short(say("view.older"), "history", pages[1], symbol, on) if has_more else None
    newer = look_if_short(say("view.newer"), "history", pages[-1], symbol, on) if page > 1 else None
    export = look_if_short(say("view.export"), "export", "fills", on)
    return Screen.of(*blocks).with_buttons(row(newer, older), row(export))


def _closed(tools: Tools, asked: Asked, rows: Sequence[ClosedRow]) -> Block:
    wording = asked.wording
    say = wording.say
    lines = [
        (
            line(bold(closed.symbol), " ", dim(say("view.long" if closed.is_long else "view.short"))),
            line(wording.pnl(Money(closed.realised - closed.fees, closed.currency))),
            line(ended_by(asked, closed.reason)),
            line(dim(_when(tools, asked, closed))),
        )
        for closed in rows
    ]
    return table(
        (say("view.closed_positions"), f">{say('view.net')}", say("view.ended"), say("view.when")), lines
    )


def ended_by(asked: Asked, reason: str) -> str:
    """What took the last piece, in words: `stop loss`, `target 2`."""
    known = {"sl", "trail", "time", "close", "flatten", "stop", "target", "external"}
    if reason in known:
        return asked.wording.say(f"view.ended.{reason}")
    if reason.startswith("tp") and reason[2:].isdigit():
        return asked.wording.say("view.ended.tp", number=reason[2:])
    return reason or asked.wording.say("word.none")


def _when(tools: Tools, asked: Asked, closed: ClosedRow) -> str:
    """The hour today, else the day; with how long it was held."""
    wording = asked.wording
    is_today = wording.day(closed.closed_at) == wording.day(tools.clock.now())
    at = wording.clock(closed.closed_at) if is_today else wording.day(closed.closed_at)
    held = max(closed.closed_at - closed.opened_at, timedelta(0))
    return f"{at} ({wording.duration(held)})"


def _fills(tools: Tools, asked: Asked, account: Account, rows: Sequence[FillRow]) -> Block:
    wording = asked.wording
    say = wording.say
    lines = []
    for fill in rows:
        instrument = tools.book().instrument(account.account, fill.symbol)
        tick = instrument.tick_size if instrument else None
        lot = instrument.lot_size if instrument else None
        is_today = wording.day(fill.at) == wording.day(tools.clock.now())
        is_buy = fill.side == "buy"
        lines.append(
            (
                line(bold(fill.symbol)),
                line(span(say(f"view.side.{fill.side}"), tone=Tone.GOOD if is_buy else Tone.BAD)),
                line(wording.quantity(fill.quantity, lot)),
                line(wording.price(fill.price, tick)),
                line(dim(wording.clock(fill.at) if is_today else wording.day(fill.at))),
            )
        )
    return table(
        (say("view.fills"), "", f">{say('view.size')}", f">{say('view.price')}", say("view.when")), lines
    )


HANDLERS: dict[str, Handler] = {"history": history}
