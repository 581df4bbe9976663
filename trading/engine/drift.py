"""Where a venue's own account of itself differs from the book. Only says so; deciding is not done here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from trading.domain.book import Book
from trading.domain.ids import AccountId, ClientOrderId, OrderId
from trading.domain.money import ZERO
from trading.domain.naming import our_id
from trading.domain.order import Order, OrderStatus
from trading.ports import VenueOrder, VenueSnapshot

STANDING = (OrderStatus.WORKING, OrderStatus.PARTIAL)


def standing(book: Book, account: AccountId) -> tuple[Order, ...]:
    """Orders that wait at the venue as far as the book knows, and of which no answer is owed to us."""
    return tuple(
        order
        for order in book.open_orders(account)
        if order.status in STANDING and not any(one.status.is_owed for one in order.requests)
    )


def with_our_ids(book: Book, account: AccountId, seen: VenueSnapshot) -> VenueSnapshot:
    """What the venue lists, under our ids also where it has renamed an order of ours (X27)."""
    orders = tuple(
        replace(one, client_order_id=our_id(book, account, one.client_order_id, one.venue_order_id))
        for one in seen.orders
    )
    return replace(seen, orders=orders)


def untold(book: Book, before: Sequence[Order], seen: VenueSnapshot) -> list[ClientOrderId]:
    """Orders of which the venue says something else than the book. `before` is what the book said when the
    venue was asked: an order that has changed since is looked at the next time."""
    theirs = {order.client_order_id: order for order in seen.orders}
    found = []
    for order in before:
        if book.order(order.order_id) != order:
            continue
        told = theirs.get(order.client_order_id)
        if told is None or _terms(told) != (
            order.quantity,
            order.filled,
            order.limit_price,
            order.stop_price,
        ):
            found.append(order.client_order_id)
    return found


def turned_up(book: Book, seen: VenueSnapshot) -> list[ClientOrderId]:
    """Orders that wait at the venue although they count as not placed here."""
    found = []
    for listed in seen.orders:
        order = book.order_of_client_id(listed.client_order_id)
        if order is not None and order.status is OrderStatus.NOT_PLACED:
            found.append(order.client_order_id)
    return found


def oversized(book: Book, account: AccountId) -> list[ClientOrderId]:
    """Members of a group that stand for more than is held. The venue makes them smaller itself when one of
    them fills; not so where it had done that before the fill was known here, and we enlarged one again."""
    return [
        order.client_order_id
        for order in book.open_orders(account)
        if order.status in STANDING and order.is_leg and order.group
        if (position := book.position(order.position_id)) is not None and position.is_open
        if order.remaining > abs(position.quantity)
    ]


def _terms(told: VenueOrder) -> tuple[object, ...]:
    return (told.quantity, told.filled, told.limit_price, told.stop_price)


class Difference(Struct, frozen=True):
    """What the venue holds of a symbol, what the book says, and the numbers of orders that are not there."""

    symbol: str
    held: Decimal
    booked: Decimal
    lost: tuple[int, ...] = ()


def compared(
    book: Book, account: AccountId, before: Sequence[Order], seen: VenueSnapshot
) -> list[Difference]:
    """What differs, by symbol. `before` are the orders that stood when the venue was asked. Orders of other
    hands at the venue are no difference: they are not ours to judge."""
    ours = booked(book, account)
    theirs = {symbol: quantity for symbol, quantity in seen.positions.items() if quantity}
    there = {order.client_order_id for order in seen.orders}
    lost: dict[str, tuple[int, ...]] = {}
    for order in before:
        if order.client_order_id not in there and book.order(order.order_id) == order:
            lost[order.symbol] = (*lost.get(order.symbol, ()), order.number)
    found = []
    for symbol in sorted({*ours, *theirs, *lost}):
        one = Difference(symbol, theirs.get(symbol, ZERO), ours.get(symbol, ZERO), lost.get(symbol, ()))
        if one.held != one.booked or one.lost:
            found.append(one)
    return found


def booked(book: Book, account: AccountId) -> dict[str, Decimal]:
    """What the book says is held, by symbol."""
    ours: dict[str, Decimal] = {}
    for position in book.live_positions(account):
        if position.quantity:
            ours[position.symbol] = ours.get(position.symbol, ZERO) + position.quantity
    return ours


def unexplained(
    book: Book, account: AccountId, before: Sequence[Order], seen: VenueSnapshot, after: datetime
) -> bool:
    """Whether fills are missing: the venue holds what the book does not know, also where a person left that
    alone; or a difference was adopted since `after`, and what made it has not been told."""
    known = book.account(account)
    if any(one.held != one.booked for one in compared(book, account, before, seen)):
        return True
    return known is not None and any(one.left and one.seen_at >= after for one in known.adopted)


Trades = tuple[Decimal, Decimal]
"""What is booked of a symbol, and what was ever bought or shorted of it in the position that filled last."""
NEVER_S = float("-inf")


def _trades(book: Book, account: AccountId, symbol: str, quantity: Decimal) -> Trades:
    return quantity, entered_in(book, account, symbol)


def entered_in(book: Book, account: AccountId, symbol: str) -> Decimal:
    """What was ever bought or shorted of a symbol in its newest position."""
    position = book.current_position(account, symbol)
    return position.entry_quantity if position is not None else ZERO


class DriftWatch:
    """Remembers from look to look: a difference counts when it is there twice, with nothing on its way and no
    fill in the symbol for a while. A venue's positions may lag behind its fills (RELIABILITY X44)."""

    def __init__(self, quiet_s: float) -> None:
        self._quiet_s = quiet_s
        self._moved: dict[str, tuple[Trades, float]] = {}  # what was booked, and since when
        self._doubts: dict[OrderId, float] = {}  # since when orders are in doubt
        self._seen: dict[str, tuple[Difference, int]] = {}  # and in how many looks in a row

    def looked(
        self, book: Book, account: AccountId, before: Sequence[Order], seen: VenueSnapshot, now_s: float
    ) -> tuple[list[Difference], list[str]]:
        """What to tell after a look: differences that count, and symbols that are in order again."""
        found = {one.symbol: one for one in compared(book, account, before, seen)}
        busy = self._busy(book, account, found, now_s)
        counted: dict[str, tuple[Difference, int]] = {}
        for symbol, one in found.items():
            if symbol not in busy:
                known, times = self._seen.get(symbol, (one, 0))
                counted[symbol] = (one, times + 1 if known == one else 1)
        self._seen = counted
        told = [one for one, times in counted.values() if times >= (TWICE if not one.lost else ORDERS_LOST)]
        return told, [one for one in self._known(book, account) if one not in found and one not in busy]

    def _busy(self, book: Book, account: AccountId, found: Iterable[str], now_s: float) -> set[str]:
        """Symbols in which something moved a moment ago, or may have moved. An exit on its way bars nothing:
        what it does changes the difference, and then that counts anew."""
        ours = booked(book, account)
        for symbol in found:
            # What is missed here from now on is what came and went between two looks.
            if symbol not in ours:
                self._moved.setdefault(symbol, (_trades(book, account, symbol, ZERO), NEVER_S))
        for symbol in {**ours, **self._moved}:
            trades = _trades(book, account, symbol, ours.get(symbol, ZERO))
            known, since_s = self._moved.get(symbol, (None, now_s))
            # A position that nothing has filled yet takes the place of one that is over: nothing moved.
            is_next = known is not None and known[0] == ZERO and trades == (ZERO, ZERO)
            self._moved[symbol] = (trades, since_s if known == trades or is_next else now_s)
        busy = {symbol for symbol, (_, since_s) in self._moved.items() if now_s - since_s < self._quiet_s}
        doubts: dict[OrderId, float] = {}
        for order in book.open_orders(account):
            if order.status is OrderStatus.IN_DOUBT:
                since_s = doubts[order.order_id] = self._doubts.get(order.order_id, now_s)
                if now_s - since_s < DOUBT_S:
                    busy.add(order.symbol)
        self._doubts = doubts
        return busy

    def _known(self, book: Book, account: AccountId) -> list[str]:
        """Symbols that are frozen, or in which a difference was left alone."""
        known = book.account(account)
        if known is None:
            return []
        named = [one.symbol for one in known.frozen] + [one.symbol for one in known.ignored]
        return list(dict.fromkeys(named))


TWICE = 2
DOUBT_S = 30.0
"""An order in doubt for longer bars no comparison: what it did may be the very difference, and its absence
cannot be proven while there is one."""
ORDERS_LOST = 4
"""So many looks in a row an order must be missing: it is asked about first, and that takes its time."""
