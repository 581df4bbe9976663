"""Where a venue's own account of itself differs from the book. Only says so; deciding is not done here."""

from __future__ import annotations

from decimal import Decimal

from trading.domain.book import Book
from trading.domain.ids import AccountId
from trading.domain.money import ZERO, plain
from trading.domain.order import OrderStatus
from trading.domain.request import RequestKind
from trading.ports import VenueSnapshot

STANDING = (OrderStatus.WORKING, OrderStatus.PARTIAL)


def differences(book: Book, account: AccountId, seen: VenueSnapshot) -> tuple[str, ...]:
    """Phrases, one for each symbol whose holdings differ, and one for orders that should wait at the venue
    and do not. Orders of other hands at the venue are no difference: they are not ours to judge."""
    ours: dict[str, Decimal] = {}
    for position in book.live_positions(account):
        if position.quantity:
            ours[position.symbol] = ours.get(position.symbol, ZERO) + position.quantity
    theirs = {symbol: quantity for symbol, quantity in seen.positions.items() if quantity}
    found = []
    for symbol in sorted({*ours, *theirs}):
        held, booked = theirs.get(symbol, ZERO), ours.get(symbol, ZERO)
        if held != booked:
            found.append(f"{symbol}: the venue holds {plain(held)}, the book {plain(booked)}")
    known = {order.client_order_id for order in seen.orders}
    lost = [
        o
        for o in book.open_orders(account)
        # What we have asked the venue to end may have ended; its answer is on the way.
        if o.status in STANDING and o.request(RequestKind.CANCEL) is None and o.client_order_id not in known
    ]
    if lost:
        numbers = ", ".join(f"#{order.number}" for order in lost)
        found.append(f"the venue does not hold {numbers}")
    return tuple(found)
