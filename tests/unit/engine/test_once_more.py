"""Before an exit goes once more after doubt where nothing binds it to its position, what is held is read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.fakes.pit import START
from tests.unit.engine.answering import ORDER
from trading.domain.book import Book
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.money import Quantity
from trading.domain.order import NOT_FREE, Order, OrderStatus, Role, Side
from trading.domain.position import Position
from trading.domain.request import Request, RequestKind, RequestStatus
from trading.engine.once_more import barred, free_at, is_moot, reads_first
from trading.engine.settings import EngineSettings
from trading.ports import BrokerSilent, VenueOrder, VenueSnapshot
from trading.virtual_time import VirtualClock, VirtualLoop, run

D = Decimal
NAME = PositionId("paper/BTC/USD/1")
SETTINGS = EngineSettings(resolve_pause_s=2, free_within_s=20)


def exit_of(number: int, status: OrderStatus, quantity: str = "1", **more: Any) -> Order:
    return replace(
        ORDER,
        order_id=OrderId(f"{NAME}/exit-{number}"),
        client_order_id=ClientOrderId(f"C{number}"),
        position_id=NAME,
        side=Side.SELL,
        role=Role.CLOSE,
        quantity=Quantity(D(quantity)),
        status=status,
        reduce_only=True,
        **more,
    )


ENTRY = replace(ORDER, order_id=OrderId(f"{NAME}/entry-1"), position_id=NAME, status=OrderStatus.FILLED)
LOST = exit_of(2, OrderStatus.NOT_PLACED)
AGAIN = exit_of(3, OrderStatus.SUBMITTING)


def book_of(*orders: Order, held: str = "1") -> Book:
    book = Book()
    for order in orders:
        book.put_order(order)
    open_ids = tuple(order.order_id for order in orders if order.is_open)
    book.put_position(
        Position(
            NAME,
            ORDER.account,
            ORDER.symbol,
            quantity=Quantity(D(held)),
            order_ids=open_ids,
            order_count=len(orders),
        )
    )
    return book


def listed(order: Order, filled: str = "0") -> VenueOrder:
    name = order.client_order_id
    return VenueOrder(name, f"V{name}", order.symbol, "working", order.quantity, Quantity(D(filled)))


def seen(held: str, *orders: VenueOrder) -> VenueSnapshot:
    positions = {ORDER.symbol: Quantity(D(held))} if D(held) else {}
    return VenueSnapshot(START, positions, orders, D(0))


def test_only_an_exit_whose_position_had_one_that_counts_as_not_placed_reads_first() -> None:
    assert reads_first(book_of(ENTRY, LOST, AGAIN), AGAIN)
    assert not reads_first(book_of(ENTRY, exit_of(2, OrderStatus.REJECTED), AGAIN), AGAIN)
    assert not reads_first(book_of(ENTRY, LOST, AGAIN), ENTRY)
    assert not reads_first(Book(), AGAIN)


def test_one_that_has_turned_up_since_is_no_reason_to_read() -> None:
    assert not reads_first(book_of(ENTRY, exit_of(2, OrderStatus.CANCELED), AGAIN), AGAIN)


def test_what_the_venue_holds_is_free_less_what_others_of_ours_are_taking() -> None:
    book = book_of(
        ENTRY, LOST, exit_of(3, OrderStatus.SUBMITTING, "0.2"), exit_of(4, OrderStatus.WORKING, "0.3")
    )
    order = exit_of(3, OrderStatus.SUBMITTING, "0.2")
    assert free_at(seen("1"), order, book) == D("0.7")
    # The one that counts as not placed stands in the venue's list, and a part of it has filled.
    assert free_at(seen("1", listed(LOST, "0.4")), order, book) == D("0.1")
    assert free_at(seen("0"), order, book) == D("-0.3")
    assert free_at(seen("1", listed(ENTRY)), order, book) == D("0.7")


def test_a_short_is_covered_by_what_is_short() -> None:
    cover = replace(AGAIN, side=Side.BUY)
    assert free_at(seen("-1"), cover, book_of(ENTRY, held="-1")) == 1
    assert free_at(seen("1"), cover, book_of(ENTRY, held="-1")) == -1


def test_the_others_of_its_group_take_nothing_beside_it() -> None:
    target, stop = (exit_of(n, OrderStatus.SUBMITTING, group="g") for n in (3, 4))
    assert free_at(seen("1"), target, book_of(ENTRY, LOST, target, stop)) == 1


def asked(book: Book, *answers: Any, at: Any = None) -> tuple[Any, int, float]:
    """What came of asking, how often book and venue were compared for it, and when it was over."""

    async def main(loop: VirtualLoop) -> tuple[Any, int, float]:
        clock = VirtualClock(loop, START)
        compared = []

        class Venue:
            def __init__(self) -> None:
                self.told = list(answers)

            async def snapshot(self) -> VenueSnapshot:
                answer = self.told.pop(0) if len(self.told) > 1 else self.told[0]
                if at is not None:
                    at(book, loop.time())
                if answer is None:
                    raise BrokerSilent("no answer")
                if answer == "hangs":
                    await clock.sleep_s(100)
                shown: VenueSnapshot = answer
                return shown

        class Desk:
            pass

        desk: Any = Desk()
        desk.clock, desk.book = clock, book
        venue: Any = Venue()
        found = await barred(AGAIN, venue, desk, SETTINGS, lambda: compared.append(loop.time()))
        return found, len(compared), loop.time()

    return run(main)


def test_an_exit_goes_when_the_venue_holds_all_of_it() -> None:
    assert asked(book_of(ENTRY, LOST, AGAIN), seen("1")) == (None, 0, 0.0)


@pytest.mark.parametrize("nothing", [None, "hangs"])
def test_silence_is_neither_none_nor_all_of_it(nothing: Any) -> None:
    found, compared, at_s = asked(book_of(ENTRY, LOST, AGAIN), nothing, seen("1"))
    assert (found, compared) == (None, 0)
    assert at_s == (2.0 if nothing is None else 10.0)


def test_a_venue_that_holds_less_has_book_and_venue_compared_and_the_exit_waits() -> None:
    found, compared, at_s = asked(book_of(ENTRY, LOST, AGAIN), seen("0.4"), seen("0.4"), seen("1"))
    assert (found, compared, at_s) == (None, 2, 4.0)


def test_an_exit_waits_no_longer_than_it_may() -> None:
    (code, text), compared, at_s = asked(book_of(ENTRY, LOST, AGAIN), seen("0.4"))
    assert (code, at_s, compared) == (NOT_FREE, 20.0, 11)
    assert "holds 0.4" in text
    (code, text), _, _ = asked(book_of(ENTRY, LOST, AGAIN), None)
    assert code == NOT_FREE and "did not say" in text


def test_an_exit_of_what_is_gone_meanwhile_is_not_sent() -> None:
    def closed(book: Book, at_s: float) -> None:
        position = book.position(NAME)
        assert position is not None
        if at_s >= 2:
            book.put_position(replace(position, quantity=Quantity(D(0))))

    found, _, at_s = asked(book_of(ENTRY, LOST, AGAIN), seen("0"), at=closed)
    assert found is not None and found[0] == "moot" and at_s == 4.0
    assert is_moot(book_of(ENTRY, held="-1"), AGAIN)


def test_an_exit_whose_end_was_asked_for_while_it_waited_is_not_sent() -> None:
    wish = Request(RequestKind.CANCEL, 1, 1, START, "flat", RequestStatus.REFUSED)
    book = book_of(ENTRY, LOST, replace(AGAIN, requests=(wish,)))
    found, _, _ = asked(book, seen("1"))
    assert found is not None and found[0] == "moot"
