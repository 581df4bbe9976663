"""What stands to lose most goes first: in which order a start sees to it (RELIABILITY C-5)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from trading.domain.book import Book
from trading.domain.decide.deciding import Deciding
from trading.domain.decide.legs import lacks_stop
from trading.domain.money import ZERO
from trading.domain.order import Order
from trading.domain.position import Position


def positions_first(d: Deciding, positions: Iterable[Position]) -> list[Position]:
    """Positions whose stop does not stand before all others, and of each kind the largest first."""
    return sorted(positions, key=lambda one: (lacks_stop(d, one), notional_of(d.book, one)), reverse=True)


def orders_first(book: Book, orders: Iterable[Order]) -> list[Order]:
    """Orders by what is held of their position and what they would still trade, the largest first."""
    return sorted(orders, key=lambda one: _at_stake(book, one), reverse=True)


def notional_of(book: Book, position: Position) -> Decimal:
    """What is held is worth, unsigned, in the instrument's currency: at the price of now, or where there is
    none yet what it cost."""
    quote = book.marks.get(position.symbol)
    if quote is None or not position.is_open:
        return abs(position.cost)
    return _worth(book, position, quote.mid, position.quantity)


def _at_stake(book: Book, order: Order) -> Decimal:
    position = book.position(order.position_id)
    assert position is not None, "an order has a position"
    quote = book.marks.get(order.symbol)
    price = order.limit_price or order.stop_price or (quote.mid if quote is not None else ZERO)
    return notional_of(book, position) + _worth(book, position, price, order.remaining)


def _worth(book: Book, position: Position, price: Decimal, quantity: Decimal) -> Decimal:
    instrument = book.instrument(position.account, position.symbol)
    assert instrument is not None, f"no instrument {position.symbol}"
    return abs(instrument.notional(price, quantity).value)
