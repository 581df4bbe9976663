"""The desk at a glance: `/status`. Halts, what is open, how old each price is, what is written down."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools
from bot.conversation.screen import (
    Block,
    Line,
    Screen,
    bold,
    dim,
    gap,
    good,
    kv,
    line,
    look,
    row,
    table,
    warn,
)
from bot.conversation.standing import standing_rows
from bot.handlers.marks import Mark, heading, mark_of, stale_badge
from bot.handlers.portfolio import today
from bot.handlers.subjects import account_of, held_by, refresh
from trading.domain.book import Account
from trading.domain.money import Money
from trading.domain.order import OrderStatus

SYMBOLS_MAX = 12
HEAD_SHOWN = 12


async def status(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Account, mode, halt state, positions, orders, equity, today, feeds, journal."""
    account = account_of(tools, asked, parsed)
    if isinstance(account, Screen):
        return account
    book, wording, facts = tools.book(), asked.wording, tools.facts
    say = wording.say
    held = held_by(tools, account)
    orders = list(book.open_orders(account.account))
    doubtful = sum(1 for order in orders if order.status is OrderStatus.IN_DOUBT)
    uncovered = [p.symbol for p in held if p.uncovered_since is not None]
    symbols = _symbols(tools, account)
    marks = [mark_of(tools, symbol) for symbol in symbols]
    held_stale = any(mark.is_stale for mark in marks if mark.symbol in {p.symbol for p in held})
    equity = bold(wording.money(Money(book.equity(account), account.currency)))
    blocks: list[Block] = [*heading(tools, asked, say("view.status"), account, symbols)]
    dust = [p.symbol for p in held if p.dust is not None]
    if dust:
        blocks.append(line(warn(say("view.dust_names", names=", ".join(dust)))))
    if uncovered:
        blocks.append(line(warn(say("view.uncovered_names", names=", ".join(uncovered)))))
    if account.unprotected_s >= 1:
        span = wording.duration(timedelta(seconds=int(account.unprotected_s)))
        blocks.append(line(dim(say("view.unprotected_today", span=span))))
    if doubtful:
        blocks.append(line(warn(say("view.in_doubt", n=doubtful))))
    blocks.append(
        kv(
            *_state(tools, asked, account),
            (say("view.equity"), line(equity, warn(" *") if held_stale else "")),
            (say("view.today"), today(tools, asked, account)),
            (
                say("view.open"),
                f"{wording.count(len(held), 'positions')}, {wording.count(len(orders), 'orders')}",
            ),
            (say("view.venue"), _venue(tools, asked, account)),
            _compared(tools, asked, account),
            (say("view.live"), say("view.live_on") if facts.live_allowed else say("view.live_off")),
            _running(tools, asked),
            _journal(tools, asked, account),
        )
    )
    blocks += [gap(), _feed(tools, asked, marks)] if marks else []
    if held_stale:
        blocks.append(line(warn(say("view.stale_footnote"))))
    return Screen.of(*blocks).with_buttons(
        row(
            refresh(asked, "status"), look(say("view.positions"), "positions"), look(say("view.risk"), "risk")
        )
    )


def _symbols(tools: Tools, account: Account) -> list[str]:
    """What the account holds or waits for first, then what the desk has prices of."""
    live = [position.symbol for position in tools.book().live_positions(account.account)]
    return list(dict.fromkeys([*live, *sorted(tools.book().marks)]))[:SYMBOLS_MAX]


def _state(tools: Tools, asked: Asked, account: Account) -> list[tuple[str, Line]]:
    """Everything that binds entries with author, reason and end; or that all is open."""
    say = asked.wording.say
    person = asked.person.person_id
    found = standing_rows(asked.wording, tools.book(), account, tools.clock.now(), person)
    if not found and account.flattening is not None:
        found = [(say("view.state"), line(warn(say("view.flattening"))))]
    return [*(found or [(say("view.state"), line(good(say("view.halt.active"))))]), *_barred(asked, account)]


def _barred(asked: Asked, account: Account) -> list[tuple[str, Line]]:
    """Symbols in which a person lets nothing be opened."""
    names = [one.symbol for one in account.barred]
    shown = ", ".join(names[:SYMBOLS_MAX]) + ("…" if len(names) > SYMBOLS_MAX else "")
    return [(asked.wording.say("bar.title"), line(warn(shown)))] if names else []


def _venue(tools: Tools, asked: Asked, account: Account) -> Line:
    say = asked.wording.say
    return line(account.venue, dim(f" ({say(_holds(account))})"))


def _holds(account: Account) -> str:
    """What its venue holds of exits, as a key of the catalogue."""
    if account.exits.bracket:
        return "view.venue_brackets"
    if account.exits.is_whole:
        return "view.venue_guards"
    if not account.exits.stop:
        return "view.desk_guards"
    if account.exits.attached:
        return "view.venue_attaches"
    return "view.venue_holds_orders" if account.exits.reduce_only else "view.venue_holds_stops"


def _compared(tools: Tools, asked: Asked, account: Account) -> tuple[str, Line] | None:
    """When the venue last said what it holds, and how long that takes at most."""
    venues = tools.facts.health().venues if tools.facts.health is not None else ()
    found = next((one for one in venues if one.account == account.account), None)
    if found is None:
        return None
    say, wording = asked.wording.say, asked.wording
    if found.age_s is None:
        return say("view.compared"), line(warn(say("view.compared_never")))
    age, longest = (
        wording.duration(timedelta(seconds=seconds)) for seconds in (found.age_s, found.longest_s)
    )
    shown = say("view.compared_ago", age=age, longest=longest)
    return say("view.compared"), line(shown if found.is_open else warn(shown))


def _running(tools: Tools, asked: Asked) -> tuple[str, Line] | None:
    started = tools.facts.started_at
    if started is None:
        return None
    return asked.wording.say("view.since"), line(asked.wording.ago(started, tools.clock.now()))


def _journal(tools: Tools, asked: Asked, account: Account) -> tuple[str, Line] | None:
    seq, head = tools.facts.journal_heads().get(account.account, (0, ""))
    if not seq:
        return None
    return asked.wording.say("view.journal"), line(
        asked.wording.count(seq, "events"), dim(f" {head[:HEAD_SHOWN]}")
    )


def _feed(tools: Tools, asked: Asked, marks: list[Mark]) -> Block:
    wording = asked.wording
    rows = []
    for mark in marks:
        instrument = tools.market.instrument(mark.symbol)
        tick = instrument.tick_size if instrument else None
        shown = wording.price(mark.mid, tick) if mark.mid is not None else wording.say("word.none")
        age = stale_badge(asked, mark)
        fresh = dim(wording.duration(mark.age)) if mark.age is not None else dim("")
        rows.append((line(mark.symbol), line(shown), line(age or fresh)))
    return table(
        (
            tools.facts.feed or wording.say("view.prices"),
            f">{wording.say('view.price')}",
            wording.say("view.age"),
        ),
        rows,
    )


HANDLERS: dict[str, Handler] = {"status": status}
