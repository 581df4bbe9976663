"""What is held: `/positions`, the list, and `/position`, one with its exits, its guard and buttons."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from bot.conversation import holding
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.handling import Asked, Handler, Tools
from bot.conversation.json_view import guard_of, leg_state
from bot.conversation.screen import (
    Block,
    Button,
    Line,
    Screen,
    Span,
    Tone,
    bold,
    dim,
    gap,
    kv,
    line,
    look,
    row,
    span,
    table,
    warn,
)
from bot.conversation.telling import leg_name, quantity_text
from bot.handlers.finding import position_for, symbol_named
from bot.handlers.marks import (
    away_percent,
    gain_percent,
    heading,
    mark_of,
    priced,
    r_multiple,
    signed_r,
)
from bot.handlers.subjects import account_of, count_of, line_of, nothing_held, refresh, rows_of, word_of
from trading.domain.book import Account
from trading.domain.instrument import Instrument
from trading.domain.money import HUNDRED, ZERO, Money
from trading.domain.position import Guard, Leg, LegKind, Position

LISTED_MAX = 20
BUTTONS_MAX = 6
CLOSE_SHARES = (25, 50, 75, 100)


async def positions(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Every open position with profit and guard, and what waits to open one."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    book, wording = tools.book(), asked.wording
    held = [position for position in book.live_positions(account.account) if position.is_open]
    # Five hundred positions have a thousand exits: they are only looked through when an entry waits at all.
    is_awaited = bool(account.reserved)
    waiting = sum(order.is_entry for order in book.open_orders(account.account)) if is_awaited else 0
    last = max(1, -(-len(held) // LISTED_MAX))
    page = min(count_of(parsed, "page", 1), last)
    first = (page - 1) * LISTED_MAX
    here = held[first : first + LISTED_MAX]
    blocks: list[Block] = [*heading(tools, asked, wording.say("view.positions"), account, _symbols(here))]
    if not held:
        blocks.append(line(wording.say("view.no_positions")))
        blocks.append(line(wording.say("view.first_buy", line="/buy BTC 100 tp 5% sl 2%")))
    for position in here:
        blocks += _listed(tools, asked, position)
    if last > 1:
        blocks.append(line(dim(wording.say("view.page_of", page=page, last=last, count=len(held)))))
    if len(held) > 1:
        blocks += [gap(), line(wording.say("view.in_all"), " ", *_in_all(tools, asked, account, held))]
    if waiting:
        blocks.append(line(dim(wording.say("view.entries_wait", n=waiting))))
    names = [look(p.symbol, "position", p.symbol) for p in here[:BUTTONS_MAX]]
    orders = look(wording.say("view.orders"), "orders") if waiting else None
    before = look(wording.say("view.page_before"), "positions", str(page - 1)) if page > 1 else None
    after = look(wording.say("view.page_after"), "positions", str(page + 1)) if page < last else None
    again = refresh(asked, "positions", str(page) if page > 1 else "")
    return Screen.of(*blocks).with_buttons(*rows_of(names), row(before, after), row(again, orders))


def _symbols(held: list[Position]) -> list[str]:
    return [position.symbol for position in held]


def _listed(tools: Tools, asked: Asked, position: Position) -> list[Block]:
    """Two lines: what and how much it made; from where to where, its stop and who watches it."""
    wording, book = asked.wording, tools.book()
    instrument = book.instrument(position.account, position.symbol)
    if instrument is None:
        return [line(bold(position.symbol), " ", wording.quantity(position.quantity))]
    mark = mark_of(tools, position.symbol)
    first = line(
        bold(position.symbol),
        f" {_side(asked, position)} {wording.quantity(abs(position.quantity), instrument.lot_size)} · ",
        *_gain(asked, position, instrument, mark.mid),
    )
    entry = position.average_price(instrument)
    parts: list[str | Span | Line] = ["  "]
    if entry is not None:
        parts += [wording.price(instrument.price_nearest(entry), instrument.tick_size), " → "]
    parts += [priced(asked, mark, instrument)]
    stop = position.bracket.stop_price if position.bracket else None
    if stop is not None:
        parts += [" · ", wording.say("view.stop_at", price=wording.price(stop, instrument.tick_size))]
    parts += [" · ", guard_badge(asked, position)]
    if asked.person.prefs.compact:
        return [line(first, " · ", guard_badge(asked, position))]
    return [first, line(*parts)]


def _side(asked: Asked, position: Position) -> str:
    return asked.wording.say("view.long" if position.is_long else "view.short")


def _gain(
    asked: Asked, position: Position, instrument: Instrument, mid: Decimal | None
) -> list[str | Span | Line]:
    """`+$12.30 (+1.25%, +0.6R)`."""
    if mid is None:
        return [dim(asked.wording.say("word.none"))]
    wording = asked.wording
    money = Money(position.unrealised(instrument, mid), instrument.currency)
    more = []
    percent = gain_percent(position, instrument, mid)
    if percent is not None:
        more.append(wording.percent(percent, signed=True))
    r = r_multiple(position, instrument, mid)
    if r is not None:
        more.append(signed_r(asked, r))
    return [wording.pnl(money), dim(f" ({', '.join(more)})") if more else ""]


def _in_all(tools: Tools, asked: Asked, account: Account, held: list[Position]) -> list[Span]:
    # All of them count, also those on other pages: nothing is looked up twice here.
    sums: dict[str, Decimal] = {}
    book, name = tools.book(), account.account
    marks, instruments = book.marks, book.instruments
    for position in held:
        instrument = instruments.get((name, position.symbol))
        if instrument is None:
            continue
        quote = marks.get(position.symbol)
        gained = position.unrealised(instrument, quote.mid) if quote is not None else ZERO
        currency = instrument.currency
        sums[currency] = sums.get(currency, ZERO) + gained
    spans: list[Span] = []
    for currency, value in sums.items():
        spans += [span(" ")] if spans else []
        spans.append(asked.wording.pnl(Money(value, currency)))
    return spans


def guard_badge(asked: Asked, position: Position) -> Span:
    """Who watches the exits."""
    return holding.guard_badge(asked.wording, position)


# ---------------------------------------------------------------- one position


async def position(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """One position: how it stands, every exit with its distance, who watches, buttons to close."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    text = word_of(parsed, "symbol")
    found = await position_for(tools, asked, line_of(parsed), account, text)
    if isinstance(found, Position):
        return position_screen(tools, asked, account, found)
    if isinstance(found, Screen):
        return found
    symbol = await symbol_named(tools, asked, line_of(parsed), account, text)
    return symbol if isinstance(symbol, Screen) else nothing_held(asked, symbol)


def position_screen(tools: Tools, asked: Asked, account: Account, held: Position) -> Screen:
    """The card of one live position."""
    wording = asked.wording
    instrument = tools.book().instrument(account.account, held.symbol)
    if instrument is None:
        return nothing_held(asked, held.symbol)
    side = f"{held.symbol} {_side(asked, held)}" if held.is_open else held.symbol
    blocks: list[Block] = [*heading(tools, asked, side, account, [held.symbol])]
    if held.uncovered_since is not None:
        span_text = wording.duration(tools.clock.now() - held.uncovered_since)
        blocks.append(line(warn(wording.say("view.uncovered", symbol=held.symbol, span=span_text))))
    if held.unprotected_s >= 1:
        so_far = wording.duration(timedelta(seconds=int(held.unprotected_s)))
        blocks.append(line(dim(wording.say("view.unprotected_so_far", span=so_far))))
    if held.dust is not None:
        worth = wording.money(Money(held.dust.worth, instrument.quote))
        blocks.append(line(warn(wording.say("view.dust", worth=worth))))
    if held.is_open:
        blocks.append(_facts(tools, asked, held, instrument))
        blocks.append(gap())
        blocks += _exits(tools, asked, held, instrument)
    entries = [order for order in tools.book().orders_of(held) if order.is_entry]
    if entries:
        blocks.append(line(dim(wording.say("view.entries_wait", n=len(entries)))))
    return Screen.of(*blocks).with_buttons(*_buttons(asked, held, bool(entries)))


def _facts(tools: Tools, asked: Asked, held: Position, instrument: Instrument) -> Block:
    wording = asked.wording
    mark = mark_of(tools, held.symbol)
    entry = held.average_price(instrument)
    assert entry is not None, "an open position has a cost"
    opened = None
    if held.opened_at is not None:
        ago = wording.ago(held.opened_at, tools.clock.now())
        opened = (wording.say("view.opened"), line(wording.instant(held.opened_at), " ", dim(f"({ago})")))
    return kv(
        (wording.say("view.quantity"), quantity_text(wording, instrument, held.quantity)),
        (wording.say("view.average"), wording.price(_shown(entry, instrument), instrument.tick_size)),
        (wording.say("view.mark"), priced(asked, mark, instrument)),
        (wording.say("view.unrealised"), line(*_gain(asked, held, instrument, mark.mid))),
        (wording.say("view.realised"), wording.pnl(Money(held.realised, instrument.currency))),
        (wording.say("view.fees"), wording.money(Money(held.fees, instrument.currency))),
        opened,
        _ranged(tools, asked, held, instrument, entry),
        (wording.say("view.source"), held.tag) if held.tag != "manual" else None,
    )


def _ranged(
    tools: Tools, asked: Asked, held: Position, instrument: Instrument, entry: Decimal
) -> tuple[str, str] | None:
    """How far the price went its way and against it since it was opened, where that was noted."""
    path = tools.paths.open_path(held.position_id) if tools.paths is not None else None
    if path is None or path.is_broken or held.opened_at is None or path.since > held.opened_at:
        return None
    wording = asked.wording
    ends = (path.highest, path.lowest) if held.is_long else (path.lowest, path.highest)
    best, worst = (
        f"{wording.price(instrument.price_nearest(one), instrument.tick_size)} "
        f"({wording.percent((one - entry) * HUNDRED / entry, signed=True)})"
        for one in ends
    )
    return wording.say("view.ranged"), wording.say("view.ranged_between", best=best, worst=worst)


def _shown(price: Decimal, instrument: Instrument) -> Decimal:
    """An average at a tenth of a tick: the exact cost stays in the ledger."""
    step = instrument.tick_size / 10
    return (price / step).to_integral_value() * step


def _exits(tools: Tools, asked: Asked, held: Position, instrument: Instrument) -> list[Block]:
    wording, bracket = asked.wording, held.bracket
    if bracket is None or not bracket.legs:
        hint = wording.say("view.no_exits", line=f"/sl {held.symbol} 2%")
        return [line(warn(wording.say("view.guard.none"))), line(hint)]
    mark = mark_of(tools, held.symbol)
    rows = []
    for leg in bracket.legs:
        away = away_percent(leg.price, mark.mid)
        rows.append(
            (
                dim(leg_name(wording, leg)) if leg.is_done else bold(leg_name(wording, leg)),
                _level(tools, asked, held, leg, instrument),
                wording.percent(away, signed=True) if away is not None and not leg.is_done else "",
                wording.quantity(leg.quantity, instrument.lot_size),
                _state(tools, asked, held, leg),
            )
        )
    say = wording.say
    heads = (say("view.exit"), f">{say('view.price')}", f">{say('view.away')}", f">{say('view.size')}", "")
    by_clock = any(leg.kind is LegKind.TIME for leg in bracket.legs) and bracket.guard is not Guard.BOT
    return [
        line(guard_badge(asked, held)),
        table(heads, rows),
        *([line(dim(say("view.clock_is_ours")))] if by_clock else []),
        *([line(dim(say("view.at_break_even")))] if bracket.is_break_even else []),
    ]


def _level(tools: Tools, asked: Asked, held: Position, leg: Leg, instrument: Instrument) -> str:
    wording, bracket = asked.wording, held.bracket
    if leg.kind is LegKind.TIME and bracket is not None and bracket.exit_at is not None:
        at = bracket.exit_at
        is_today = wording.day(at) == wording.day(tools.clock.now())
        return wording.clock(at) if is_today else wording.instant(at)
    if leg.price is None:
        return wording.say("word.none")
    return wording.price(leg.price, instrument.tick_size)


def _state(tools: Tools, asked: Asked, held: Position, leg: Leg) -> Span:
    """Nothing where all is as the badge says; a word where it is not."""
    bracket = held.bracket
    assert bracket is not None
    state = leg_state(tools.book(), bracket, leg)
    said = asked.wording.say(f"view.leg.{state}")
    if state in ("missing", "in_doubt"):
        return warn(said)
    if guard_of(bracket, leg) is bracket.guard and state in ("working", "watched"):
        return span("")
    return Span(said, tone=Tone.GOOD if state == "done" else Tone.DIM)


def _buttons(asked: Asked, held: Position, has_entries: bool) -> list[tuple[Button, ...]]:
    say, symbol = asked.wording.say, held.symbol
    rows: list[tuple[Button, ...]] = []
    if held.is_open:
        closes = [
            look(say("view.close_share", share=f"{share}%"), "close", f"{symbol} {share}%")
            for share in CLOSE_SHARES
        ]
        rows += rows_of(closes, 4)
    orders = look(say("view.orders"), "orders", symbol) if has_entries else None
    why = look(say("view.why"), "why", symbol)
    chart = look(say("chart.chart"), "chart", symbol_text(symbol))
    return [*rows, row(refresh(asked, "position", symbol), chart, why, orders)]


HANDLERS: dict[str, Handler] = {"positions": positions, "position": position}
