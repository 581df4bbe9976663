"""The shapes of `--json`: what `replay`, `status`, `positions`, `orders`, `fills` and `equity` print.

Decimals are strings without exponent, instants ISO 8601 in UTC with Z, what is absent is null. Pure: from the
book and rows of the ledger to plain lists and dictionaries. What does not belong here: words for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, NamedTuple

from bot.conversation.layout import iso
from trading.domain.book import Account, Book
from trading.domain.halting import OPEN, Halt
from trading.domain.ids import AccountId
from trading.domain.moment import seconds_between
from trading.domain.money import ZERO, plain
from trading.domain.order import Order, OrderStatus
from trading.domain.position import Bracket, Guard, Leg, LegKind, Position
from trading.domain.risk import day_loss
from trading.excursion import Excursion
from trading.performance import source_of
from trading.row import BookingRow, ClosedRow, FillRow, OrderRow

Json = dict[str, Any]

_DISPLAY = Context(prec=12, rounding=ROUND_HALF_EVEN)


def average(value: Decimal) -> Decimal:
    """An average as it is shown: at most 12 significant digits (the exact cost stays in the books)."""
    return _DISPLAY.plus(value)


def orders_json(book: Book, rows: Sequence[OrderRow]) -> list[Json]:
    """Orders, open or done, oldest first; `rows` as the ledger gives them (newest first)."""
    return [_order(book, row.order, row.at) for row in reversed(rows)]


def fills_json(rows: Sequence[FillRow]) -> list[Json]:
    """Fills, oldest first; `rows` as the ledger gives them (newest first). `realised_pnl` is before fees."""
    return [
        {
            "at": iso(row.at),
            "symbol": row.symbol,
            "side": row.side,
            "quantity": plain(row.quantity),
            "price": plain(row.price),
            "fee": plain(row.fee),
            "client_order_id": row.client_order_id,
            "tag": row.tag,
            "account": row.account,
            "currency": row.currency,
            "realised_pnl": plain(row.realised),
            "role": row.role,
            "order_id": row.order_id,
            "position_id": row.position_id,
        }
        for row in reversed(rows)
    ]


def positions_json(book: Book, accounts: Sequence[AccountId]) -> list[Json]:
    """What is held now, account by account, in the order in which it was opened.

    `quantity` is unsigned, `side` long or short; P&L is before fees; `unrealised_pnl` is at `mark_price`,
    the newest mid, and null while no price is known.
    """
    return [
        _position(book, position)
        for account in accounts
        for position in book.live_positions(account)
        if position.is_open
    ]


def closed_json(rows: Sequence[ClosedRow]) -> list[Json]:
    """Positions from flat to flat, oldest first; `rows` as the ledger gives them (newest first)."""
    return [
        {
            "symbol": row.symbol,
            "side": "long" if row.is_long else "short",
            "quantity": plain(row.quantity),
            "entry_price": plain(average(row.entry_price)),
            "exit_price": plain(average(row.exit_price)),
            "realised_pnl": plain(row.realised),
            "fees": plain(row.fees),
            "net_pnl": plain(row.realised - row.fees),
            "currency": row.currency,
            "reason": row.reason,
            "opened_at": iso(row.opened_at),
            "closed_at": iso(row.closed_at),
            "account": row.account,
            "position_id": row.position_id,
            "tag": row.tag,
        }
        for row in reversed(rows)
    ]


def round_trips_json(rows: Iterable[tuple[ClosedRow, Excursion | None]]) -> list[Json]:
    """Positions from flat to flat in the given order, with what each risked (1 R in money), its result in R,
    and how far prices went its way (MFE) and against it (MAE); null where that is not known."""

    def in_r(value: Decimal, risk: Decimal | None) -> str | None:
        return plain(ratio(value / risk)) if risk else None

    return [
        {
            **one,
            "source": source_of(row).value,
            "held_s": row.held // timedelta(seconds=1),
            "risk": plain(row.risk) if row.risk else None,
            "r_multiple": in_r(row.net, row.risk),
            "mfe": plain(path.best) if path else None,
            "mae": plain(path.worst) if path else None,
            "mfe_r": in_r(path.best, row.risk) if path else None,
            "mae_r": in_r(path.worst, row.risk) if path else None,
        }
        for row, path in rows
        for one in closed_json([row])
    ]


def ratio(value: Decimal) -> Decimal:
    """To four decimals."""
    return value.quantize(Decimal("0.0001"))


def bookings_json(rows: Sequence[BookingRow]) -> list[Json]:
    """Booking lines, oldest first, the lines of one event in their order; those of an event sum to zero.

    `rows` as the ledger gives them: newest event first, its lines in order.
    """
    ordered = sorted(rows, key=lambda row: (row.at, row.stream, row.seq))
    return [
        {
            "at": iso(row.at),
            "account": row.stream,
            "seq": row.seq,
            "event": row.event,
            "book": row.booking.book,
            "value": plain(row.booking.value),
            "currency": row.booking.currency,
        }
        for row in ordered
    ]


def equity_json(book: Book, accounts: Sequence[AccountId]) -> Json:
    """Where the money is: per account, and in total when all accounts are in one currency (else null).

    `equity` = `deposits` + `realised_pnl` + `unrealised_pnl` − `fees`, which is also cash plus what is held.
    """
    parts = [_equity(book, account) for account in _found(book, accounts)]
    currencies = {part["currency"] for part in parts}
    summed = len(currencies) == 1
    totals = {
        name: plain(sum((Decimal(part[name]) for part in parts), ZERO)) if summed else None
        for name in ("equity", "deposits", "realised_pnl", "unrealised_pnl", "fees", "cash")
    }
    return {"currency": currencies.pop() if summed else None, **totals, "accounts": parts}


class FeedState(NamedTuple):
    """How fresh the price of one symbol is. `at` None: there was none yet."""

    symbol: str
    at: datetime | None
    is_stale: bool
    is_open: bool
    note: str = ""


class DeskState(NamedTuple):
    """What `status` says beside the book. `events` and `head`: of the journal, all streams together."""

    version: str
    at: datetime
    live_allowed: bool
    feed: str
    prices: Sequence[FeedState]
    events: int
    head: str


def status_json(book: Book, accounts: Sequence[AccountId], desk: DeskState) -> Json:
    """The desk at a glance: halts, accounts, how old each price is, the journal's head."""
    return {
        "version": desk.version,
        "at": iso(desk.at),
        "live_allowed": desk.live_allowed,
        **_halt(book.desk.halt, desk.at),
        "maintenance": book.desk.maintenance is not None,
        "accounts": [_account(book, account, desk.at) for account in _found(book, accounts)],
        "feed": {
            "name": desk.feed,
            "prices": [
                {
                    "symbol": price.symbol,
                    "at": None if price.at is None else iso(price.at),
                    "age_s": None if price.at is None else plain(seconds_between(price.at, desk.at)),
                    "is_stale": price.is_stale,
                    "is_open": price.is_open,
                    "note": price.note,
                }
                for price in desk.prices
            ],
        },
        "journal": journal_json(desk.events, desk.head),
    }


def journal_json(events: int, head: str) -> Json:
    """How much is written down, and the hash that stands for all of it."""
    return {"events": events, "head": head}


# ---------------------------------------------------------------- one of each


def _text(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _instant(at: datetime | None) -> str | None:
    return None if at is None else iso(at)


def _found(book: Book, accounts: Sequence[AccountId]) -> list[Account]:
    return [found for name in accounts if (found := book.account(name)) is not None]


def _order(book: Book, order: Order, at: datetime) -> Json:
    instrument = book.instrument(order.account, order.symbol)
    multiplier = instrument.multiplier if instrument else Decimal(1)
    paid = order.average_price
    return {
        "at": iso(at),
        "symbol": order.symbol,
        "side": order.side.value,
        "type": order.type.value,
        "quantity": plain(order.quantity),
        "limit_price": _text(order.limit_price),
        "stop_price": _text(order.stop_price),
        "trail_distance": _text(order.trail_distance),
        "trail_percent": _text(order.trail_percent),
        "time_in_force": order.time_in_force.value,
        "expires_at": _instant(order.expires_at),
        "status": order.status.value,
        "filled": plain(order.filled),
        "average_price": None if paid is None else plain(average(paid / multiplier)),
        "fee": plain(order.fee),
        "role": order.role.value,
        "reduce_only": order.reduce_only,
        "post_only": order.post_only,
        "reason": order.reason,
        "client_order_id": order.client_order_id,
        "order_id": order.order_id,
        "position_id": order.position_id,
        "account": order.account,
        "tag": order.tag,
    }


def _position(book: Book, position: Position) -> Json:
    instrument = book.instrument(position.account, position.symbol)
    entry = position.average_price(instrument) if instrument else None
    mark = book.marks.get(position.symbol)
    return {
        "symbol": position.symbol,
        "side": "long" if position.is_long else "short",
        "quantity": plain(abs(position.quantity)),
        "average_price": None if entry is None else plain(average(entry)),
        "realised_pnl": plain(position.realised),
        "unrealised_pnl": plain(book.unrealised(position)) if mark and instrument else None,
        "bracket": bracket_json(book, position),
        "fees": plain(position.fees),
        "currency": instrument.currency if instrument else None,
        "mark_price": None if mark is None else plain(mark.mid),
        "mark_at": None if mark is None else iso(mark.at),
        "uncovered_since": _instant(position.uncovered_since),
        "unprotected_s": plain(position.unprotected_s),
        "is_dust": position.dust is not None,
        "opened_at": _instant(position.opened_at),
        "account": position.account,
        "position_id": position.position_id,
        "tag": position.tag,
    }


def bracket_json(book: Book, position: Position) -> list[Json]:
    """A position's exits, done ones included; empty when nothing guards it."""
    bracket = position.bracket
    if bracket is None:
        return []
    return [
        {
            "name": leg.name,
            "kind": leg.kind.value,
            "price": _text(leg.price),
            "quantity": plain(leg.quantity),
            "state": leg_state(book, bracket, leg),
            "guard": guard_of(bracket, leg).value,
            "at": _instant(bracket.exit_at) if leg.kind is LegKind.TIME else None,
        }
        for leg in bracket.legs
    ]


def guard_of(bracket: Bracket, leg: Leg) -> Guard:
    """Who watches a leg: a venue knows prices only, so the clock is always ours."""
    if leg.kind is LegKind.TIME and bracket.guard is not Guard.NONE:
        return Guard.BOT
    return Guard.BOT if leg.name in bracket.watched else bracket.guard


def leg_state(book: Book, bracket: Bracket, leg: Leg) -> str:
    """`done`, `inactive` (a trail before its activation), the state of the order that serves it
    (`submitting`, `in_doubt`, `working`, `partial`), `watched` by us, or `missing`."""
    if leg.is_done:
        return "done"
    order = book.order(leg.order_id) if leg.order_id else None
    if order is not None and order.is_open and order.status is not OrderStatus.WORKING:
        return order.status.value
    if _is_inactive(bracket, leg):
        return "inactive"
    if order is not None and order.is_open:
        return OrderStatus.WORKING.value
    return "watched" if guard_of(bracket, leg) is Guard.BOT else "missing"


def _is_inactive(bracket: Bracket, leg: Leg) -> bool:
    """Whether the price has not yet been where the trail begins."""
    if leg.kind is not LegKind.TRAIL or leg.activation_price is None or bracket.best_price is None:
        return False
    rises = leg.price is None or leg.price <= bracket.best_price
    reached = (
        bracket.best_price >= leg.activation_price if rises else bracket.best_price <= leg.activation_price
    )
    return not reached


def _equity(book: Book, account: Account) -> Json:
    unrealised = sum((book.unrealised(p) for p in book.live_positions(account.account)), ZERO)
    return {
        "account": account.account,
        "currency": account.currency,
        "equity": plain(book.equity(account)),
        "deposits": plain(account.capital),
        "realised_pnl": plain(account.realised),
        "unrealised_pnl": plain(unrealised),
        "fees": plain(account.fees),
        "cash": plain(account.cash),
        "reserved": plain(account.reserved),
        "exposure": plain(account.exposure),
        "day": account.day or None,
        "day_start": plain(account.day_equity) if account.day else None,
        "day_pnl": plain(-day_loss(book, account)) if account.day else None,
    }


def _halt(halt: Halt, now: datetime) -> Json:
    """A halt as it binds now: a pause that is over is none, written down or not."""
    found = halt if halt.binds(now) else OPEN
    return {
        "halt": found.state.value,
        "halt_reason": found.reason,
        "halted_by": found.by or None,
        "halted_at": iso(found.at) if found.at else None,
        "halt_until": iso(found.until) if found.until else None,
    }


def _account(book: Book, account: Account, now: datetime) -> Json:
    locked = account.lockout if account.lockout is not None and account.lockout.binds(now) else None
    return {
        **_equity(book, account),
        "venue": account.venue,
        "mode": account.mode,
        **_halt(account.halting, now),
        "locked_out_until": iso(locked.until) if locked else None,
        "guards_exits": account.exits.is_whole,
        "positions": sum(1 for p in book.live_positions(account.account) if p.is_open),
        "orders": sum(1 for _ in book.open_orders(account.account)),
    }
