"""Before an exit goes once more after doubt, where nothing binds it to its position, what the venue holds is
read again (RELIABILITY C-4)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from trading.domain.book import Book
from trading.domain.ids import OrderId
from trading.domain.money import ZERO
from trading.domain.order import NOT_FREE, Order, OrderStatus
from trading.domain.request import RequestKind
from trading.engine.settings import EngineSettings
from trading.ports import Broker, BrokerSilent, Clock, VenueSnapshot

NEWEST = 200
"""So many of a position's orders are looked through for one that counts as not placed."""


class Desk(Protocol):
    """What the reading needs of the engine."""

    clock: Clock
    book: Book


def reads_first(book: Book, order: Order) -> bool:
    """Whether an exit of the same position counts as not placed: a proof or a person's word for that may be
    wrong, and what it has sold then is not there to be sold again."""
    position = book.position(order.position_id)
    if order.is_entry or position is None:
        return False
    newest = range(position.order_count, max(position.order_count - NEWEST, 0), -1)
    others = (book.order(OrderId(f"{order.position_id}/exit-{number}")) for number in newest)
    return any(one is not None and one.status is OrderStatus.NOT_PLACED for one in others)


def is_moot(book: Book, order: Order) -> bool:
    """Whether an exit that had to wait would close nothing any more."""
    position = book.position(order.position_id)
    return position is None or position.quantity * order.side.sign >= 0


async def barred(
    order: Order, broker: Broker, desk: Desk, settings: EngineSettings, compare: Callable[[], None]
) -> tuple[str, str] | None:
    """Ask the venue until it holds all that the order is to take out; None then. Otherwise code and sentence
    of why the order does not go: it waits no longer than it may, and while it waits `compare` has book and
    venue compared, which finds what the difference is."""
    until_s = desk.clock.elapsed_s() + settings.free_within_s
    text = "the venue did not say what it holds"
    while not _is_over(desk.book, order):
        try:
            async with asyncio.timeout(settings.ask_timeout_s):
                seen = await broker.snapshot()
        except (BrokerSilent, TimeoutError):
            pass  # neither "nothing" nor "all of it": asked again
        else:
            free = free_at(seen, order, desk.book)
            if free >= order.quantity:
                return None
            text = f"the venue holds {free} that it could sell or cover"
            compare()
        if desk.clock.elapsed_s() >= until_s:
            return NOT_FREE, f"an earlier exit may have gone out after all: {text}, so it was not sent"
        await desk.clock.sleep_s(settings.resolve_pause_s)
    return "moot", "nothing was left to close when the venue had said what it holds"


def free_at(seen: VenueSnapshot, order: Order, book: Book) -> Decimal:
    """How much of what the venue holds no other exit of ours is about to take out: one that it lists counts,
    whatever is believed here of its fate, and one that is on its way to it."""
    held = seen.positions.get(order.symbol, ZERO) * -order.side.sign
    taking: dict[OrderId, Decimal] = {}
    for listed in seen.orders:
        known = book.order_of_client_id(listed.client_order_id)
        if known is not None and _is_beside(known, order):
            taking[known.order_id] = listed.quantity - listed.filled
    position = book.position(order.position_id)
    for one in book.orders_of(position) if position is not None else ():
        if _is_beside(one, order):
            taking.setdefault(one.order_id, one.remaining)
    return Decimal(held - sum(taking.values(), ZERO))


def _is_beside(one: Order, order: Order) -> bool:
    """Whether it would take out of the same as `order`, and is no member of its group."""
    is_same = one.order_id == order.order_id or (order.group and one.group == order.group)
    return not (one.is_entry or is_same) and (one.symbol, one.side) == (order.symbol, order.side)


def _is_over(book: Book, order: Order) -> bool:
    """Whether the order need not go any more: nothing is left to close, or its end was asked for."""
    now = book.order(order.order_id)
    return is_moot(book, order) or (now is not None and now.request(RequestKind.CANCEL) is not None)
