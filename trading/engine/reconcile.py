"""At a start: the venue's truth against the book. It only ever adds what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from trading.domain import effects as fx
from trading.domain import events as ev
from trading.domain import reports as rp
from trading.domain.decide.exposed import notional_of, orders_first
from trading.domain.ids import AccountId, ClientOrderId, StreamId
from trading.domain.moment import seconds_between
from trading.domain.money import ZERO
from trading.domain.naming import ours
from trading.domain.order import Order, OrderStatus
from trading.domain.position import Position
from trading.domain.request import RequestKind
from trading.engine.drift import oversized, standing, untold, with_our_ids
from trading.engine.loop import Engine
from trading.engine.pace import LOOKS_MAX
from trading.engine.report import InSymbol, StartReport
from trading.engine.resolve import is_whole, reports_of
from trading.engine.restraint import RestrainedBroker
from trading.engine.seeking import resolved_at_once
from trading.ports import Broker, BrokerSilent, StoredEvent

MARGIN = timedelta(hours=2)
"""How far before the oldest open order the venue's history is read again: its clock is right, and ours may
have been an hour off."""

ASKED_AT_ONCE = 8
"""How many questions about orders are on their way together while a session begins."""

Evidence = dict[ClientOrderId, list[rp.BrokerReport]]
"""What a venue's history tells, by our ids of its orders."""

ROOM_LEFT = LOOKS_MAX // 2
"""So many questions are kept for orders in doubt: those that only stand are compared with a list then."""

FILLED, BY_HAND, EXPLAINED = "filled", "by_hand", "explained"
"""Fills that a start hears of: of the desk's own orders, of another hand, of a difference adopted before."""


async def connect(engine: Engine, account: AccountId, broker: Broker) -> None:
    """Begin a session: resolve what is open, then have every position guarded as its plan says; what stands
    to lose most comes first (`trading.domain.decide.exposed`).

    Entries of the account may go out as soon as its broker is attached; until then submits are refused
    with certainty (nothing left us).
    """
    clock = engine.clock
    now = clock.now()
    broker = engine.outbox.restrained(account, broker)
    open_orders = orders_first(engine.book, engine.book.open_orders(account))
    for order in open_orders:
        if order.status is OrderStatus.SUBMITTING:
            text = "the desk stopped before the venue's answer was written down"
            engine.report(rp.Silent(account, order.client_order_id, text, now))
    known: set[ClientOrderId] = set()
    if open_orders:
        evidence = await _told(open_orders, broker, engine)
        calm = await _as_known(account, evidence, broker, engine)
        listed = {one.order_id for one in calm}
        asked = [one for one in open_orders if one.order_id not in listed]
        reports = await _missing(asked, evidence or {}, broker, engine)
        # What somebody wanted of one meanwhile was refused: there was no session.
        known |= {one.client_order_id for one in calm if engine.book.order(one.order_id) == one}
        for report in reports:
            known.add(report.client_order_id)
            engine.report(report)
    profile = broker.profile
    exits = profile.exits
    last_at = engine.memory.last_at.get(StreamId(account), now)
    engine.outbox.attach(account, broker, last_at - MARGIN)
    # Timers die with the process: a time exit that came due meanwhile rings at once.
    engine.outbox.watch_clock(engine.book, list(engine.book.live_positions(account)))
    engine.report(rp.BrokerConnected(account, profile.venue, exits.is_whole, clock.now(), exits))
    # The venue was silent about these: go on asking beside the work.
    silent = [o for o in open_orders if o.client_order_id not in known]
    engine.outbox.put([fx.Resolve(account, o.client_order_id) for o in silent])


async def _told(orders: Sequence[Order], broker: Broker, engine: Engine) -> Evidence | None:
    """What the venue's history says of all open orders, by their ids, in one look; None when it is silent."""
    since = min(o.intended_at or engine.clock.now() for o in orders) - MARGIN
    try:
        async with asyncio.timeout(engine.settings.ask_timeout_s):
            history = await broker.history(since)
    except (BrokerSilent, TimeoutError):
        return None
    by_order: dict[ClientOrderId, list[rp.BrokerReport]] = {}
    for report in history:
        named = ours(engine.book, report)
        by_order.setdefault(named.client_order_id, []).append(named)
    return by_order


async def _as_known(
    account: AccountId, evidence: Evidence | None, broker: RestrainedBroker, engine: Engine
) -> list[Order]:
    """Orders that wait at the venue just as the book says, by its one list of them all: nobody need ask about
    each. Not those of which the history tells anything new, or that are not as they were to be (a cancel or a
    change was refused or not answered, or they stand for more than is held): to decide, that they stand is
    news. None where they are few and questions are left: a list costs a venue more than a question."""
    too_large = oversized(engine.book, account)
    calm = [
        order
        for order in standing(engine.book, account)
        if _is_as_wanted(order)
        if order.client_order_id not in too_large
        if not any(_is_new(one, order) for one in (evidence or {}).get(order.client_order_id, ()))
    ]
    is_few = len(calm) <= ASKED_AT_ONCE and broker.restraint.pace.room >= ROOM_LEFT
    if evidence is None or not calm or is_few:
        return []
    try:
        async with asyncio.timeout(engine.settings.ask_timeout_s):
            seen = await broker.snapshot()
    except (BrokerSilent, TimeoutError):
        return []
    different = untold(engine.book, calm, with_our_ids(engine.book, account, seen))
    return [one for one in calm if one.client_order_id not in different]


def _is_as_wanted(order: Order) -> bool:
    """Whether nothing was asked of it that was refused, or that nobody has answered."""
    return all(one.kind is RequestKind.SUBMIT and not one.status.is_open for one in order.requests)


def _is_new(report: rp.BrokerReport, order: Order) -> bool:
    """Whether the book may not know what the venue's history tells of an order."""
    return not isinstance(report, rp.FillReported) or report.fill_id not in order.fill_ids


async def _missing(
    orders: Sequence[Order], evidence: Evidence, broker: RestrainedBroker, engine: Engine
) -> list[rp.BrokerReport]:
    """The reports that the book has not seen, for orders that must be asked about one by one."""
    gate = asyncio.Semaphore(ASKED_AT_ONCE)

    async def ask(order: Order) -> Sequence[rp.BrokerReport]:
        async with gate:
            return await _fate(order, evidence.get(order.client_order_id, []), broker, engine)

    answers = await asyncio.gather(*(ask(order) for order in orders))
    return [report for answer in answers for report in answer]


async def _fate(
    order: Order, evidence: Sequence[rp.BrokerReport], broker: RestrainedBroker, engine: Engine
) -> Sequence[rp.BrokerReport]:
    """What became of one order; nothing when the venue is silent, is asked as often as it may be, or a proof
    of absence would take time: it is sought beside the work, once the session is up."""
    if not broker.restraint.pace.takes():
        return []
    try:
        async with asyncio.timeout(engine.settings.ask_timeout_s):
            known = await broker.find(order.client_order_id)
    except (BrokerSilent, TimeoutError):
        return []
    if (known is not None or evidence) and is_whole(known, evidence, order):
        return reports_of(order, known, evidence, engine.clock)
    if broker.profile.fence_s + broker.profile.visibility_s:
        return []
    return await resolved_at_once(order, broker, engine, engine.settings, broker.restraint.pace)


class News:
    """Hears which fills are written down while a start compares the book with the venue."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._sums: dict[tuple[str, str], InSymbol] = {}
        self.is_over = False
        engine.committed(self._heard)

    def of(self, kind: str) -> tuple[InSymbol, ...]:
        """What was heard of a kind, by symbol."""
        return tuple(one for (known, _), one in self._sums.items() if known == kind)

    def _heard(self, stored: Sequence[StoredEvent]) -> None:
        for one in stored:
            event = one.event
            order = self._engine.book.order(event.order_id) if isinstance(event, ev.OrderFilled) else None
            if self.is_over or not isinstance(event, ev.OrderFilled) or order is None:
                continue
            kind = EXPLAINED if event.contained is not None else BY_HAND if order.is_foreign else FILLED
            known = self._sums.get((kind, order.symbol), InSymbol(order.symbol, 0, ZERO))
            moved = known.quantity + event.quantity * order.side.sign
            self._sums[kind, order.symbol] = InSymbol(order.symbol, known.fills + 1, moved)


def start_report(before: Before, engine: Engine, replayed: int, took_s: float) -> StartReport:
    """What was found: compares what was open when the book was loaded with what it is now, and adds up what
    was heard meanwhile."""
    book, news = engine.book, before.news
    news.is_over = True
    resolved_orders: list[str] = []
    not_placed: list[str] = []
    for order in before.orders:
        now = book.order(order.order_id)
        if now is None or now.status is order.status:
            continue
        (not_placed if now.status is OrderStatus.NOT_PLACED else resolved_orders).append(order.order_id)
    known = {order.order_id for order in before.orders}
    live = [p for account in book.accounts for p in book.live_positions(account)]
    held = [p for p in live if p.is_open]
    open_orders = [o for account in book.accounts for o in book.open_orders(account)]
    re_placed = [o for o in open_orders if o.order_id not in known and not o.is_entry]
    filled, by_hand, explained = news.of(FILLED), news.of(BY_HAND), news.of(EXPLAINED)
    touched = [o.symbol for o in before.orders if o.order_id in {*resolved_orders, *not_placed}]
    touched += [o.symbol for o in re_placed] + [one.symbol for one in (*filled, *by_hand, *explained)]
    worth = dict.fromkeys(touched, ZERO)
    for position in held:
        if position.symbol in worth:
            worth[position.symbol] += notional_of(book, position)
    gaps = [seconds_between(p.uncovered_since, before.at) for p in before.positions if p.uncovered_since]
    return StartReport(
        accounts=len(book.accounts),
        positions=len(held),
        open_orders=len(open_orders),
        resolved=tuple(resolved_orders),
        not_placed=tuple(not_placed),
        re_placed=tuple(o.order_id for o in re_placed),
        drift=tuple(one.sentence for a in book.accounts.values() for one in a.frozen),
        uncovered_longest_s=float(max(gaps)) if gaps else None,
        offline_s=float(seconds_between(before.last_at, before.at)) if before.last_at else None,
        events_replayed=replayed,
        took_s=took_s,
        filled=filled,
        by_hand=by_hand,
        explained=explained,
        symbols=tuple(sorted(worth, key=worth.__getitem__, reverse=True)),
    )


class Before(NamedTuple):
    """The book as a start found it, before any venue was asked."""

    at: datetime
    last_at: datetime | None
    orders: tuple[Order, ...]
    positions: tuple[Position, ...]
    news: News


def as_found(engine: Engine) -> Before:
    """Remember what is open now, for the start report, and listen to what becomes of it."""
    book = engine.book
    last = engine.memory.last_at.values()
    return Before(
        engine.clock.now(),
        max(last) if last else None,
        tuple(o for name in book.accounts for o in orders_first(book, book.open_orders(name))),
        tuple(p for account in book.accounts for p in book.live_positions(account) if p.is_open),
        News(engine),
    )
