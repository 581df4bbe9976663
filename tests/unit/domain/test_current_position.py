"""Which position is the one of its symbol: a venue nets, so that there is only one."""

from __future__ import annotations

from decimal import Decimal

from tests.fakes.pit import PAPER
from trading.domain.book import Book
from trading.domain.ids import PositionId
from trading.domain.money import Quantity
from trading.domain.position import Position

BTC = "BTC/USD"


def position(number: int, quantity: str) -> Position:
    held = Quantity(Decimal(quantity))
    return Position(PositionId(f"paper/{BTC}/{number}"), PAPER, BTC, quantity=held)


def book_of(*positions: Position) -> Book:
    book = Book()
    staged = book.staged()
    for one in positions:
        staged.put_position(one)
        staged.current[PAPER, one.symbol] = one.position_id
    book.publish(staged)
    return book


def current(book: Book) -> str:
    found = book.current_position(PAPER, BTC)
    assert found is not None
    return found.position_id.rpartition("/")[2]


def test_it_is_the_newest_one() -> None:
    assert current(book_of(position(1, "0"), position(2, "3"))) == "2"
    assert current(book_of(position(1, "0"), position(2, "0"))) == "2"
    assert Book().current_position(PAPER, BTC) is None


def test_one_that_a_late_fill_has_opened_again_is_it_while_the_newest_is_done() -> None:
    assert current(book_of(position(1, "2"), position(2, "0"))) == "1"
    assert current(book_of(position(1, "2"), position(2, "-1"))) == "2"


def test_a_staged_book_sees_what_its_own_batch_has_closed_and_opened() -> None:
    book = book_of(position(1, "0"), position(2, "3"))
    staged = book.staged()
    staged.put_position(position(2, "0"))
    assert current(staged) == "2"
    staged.put_position(position(1, "-2"))
    assert current(staged) == "1"
    assert current(book) == "2"
