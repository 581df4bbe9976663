"""What the paper venue keeps of orders that are over: all that is asked, in little room."""

from __future__ import annotations

import tracemalloc
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.contract.paper_under_test import ACCOUNT, BTC
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.paper_works import BLOCK, TOLD_FOR, TOLD_MIN
from trading.brokers.tape import FileTape, MemoryTape, Tape
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order, OrderType, Role, Side
from trading.domain.reports import Accepted, CancelRefused, FillReported, Rejected, ReplaceRefused
from trading.entropy import SeededEntropy

START = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
D = Decimal


def venue_on(tape: Tape | None = None) -> PaperVenue:
    return PaperVenue(ACCOUNT, {"BTC/USD": BTC}.get, SeededEntropy(1), cash=D(1_000_000), tape=tape)


def order_of(name: str, side: Side = Side.BUY, limit: str | None = None) -> Order:
    return Order(
        order_id=OrderId(name),
        client_order_id=ClientOrderId(name),
        account=ACCOUNT,
        position_id=PositionId("p"),
        symbol="BTC/USD",
        side=side,
        type=OrderType.LIMIT if limit else OrderType.MARKET,
        quantity=Quantity(D(1)),
        role=Role.ENTRY,
        limit_price=Price(D(limit)) if limit else None,
    )


def traded(venue: PaperVenue, count: int, *, since: datetime = START, every_s: float = 1.0) -> None:
    """Buys and sells in turn, each filled at once; every tenth order is a limit that is canceled."""
    for number in range(count):
        now = since + timedelta(seconds=number * every_s)
        venue.on_quote(Quote("BTC/USD", Price(D(100)), Price(D(101)), now, source="test"))
        if number % 10 == 9:
            assert isinstance(venue.submit(order_of(f"o{number}", limit="50"), now), Accepted)
            venue.cancel(ClientOrderId(f"o{number}"), now)
        else:
            side = Side.SELL if number % 2 else Side.BUY
            assert isinstance(venue.submit(order_of(f"o{number}", side), now), Accepted)
        venue.drain()


def test_an_order_of_thousands_ago_is_found_as_it_ended() -> None:
    venue = venue_on()
    traded(venue, 3 * BLOCK + 5)
    first, ended = venue.find(ClientOrderId("o0")), venue.find(ClientOrderId("o9"))
    assert first is not None and ended is not None
    assert (first.status, first.filled, first.venue_order_id) == ("filled", D(1), "P1")
    assert (ended.status, ended.filled, ended.limit_price) == ("canceled", D(0), D(50))
    assert venue.find(ClientOrderId("nobody")) is None


@pytest.mark.parametrize("name", ["o0", f"o{BLOCK}", f"o{2 * BLOCK + 3}"])
def test_an_id_is_taken_once_for_ever(name: str) -> None:
    venue = venue_on()
    traded(venue, 2 * BLOCK + 5)
    again = venue.submit(order_of(name), START + timedelta(days=1))
    assert isinstance(again, Rejected) and again.code == "duplicate"
    assert venue.drain() == []


def test_what_is_over_is_neither_canceled_nor_changed_and_the_refusal_says_how_it_ended() -> None:
    venue = venue_on()
    traded(venue, BLOCK + 20)
    now = START + timedelta(days=1)
    for name, fate in (("o0", "filled"), ("o9", "canceled"), ("nobody", "unknown")):
        canceled = venue.cancel(ClientOrderId(name), now)
        changed = venue.replace(ClientOrderId(name), Quantity(D(2)), None, None, now)
        assert isinstance(canceled, CancelRefused) and canceled.reason == fate
        assert isinstance(changed, ReplaceRefused) and changed.reason == fate


def test_venue_ids_go_on_where_they_were_after_a_restart() -> None:
    tape = MemoryTape(keeps=True)
    traded(venue_on(tape), BLOCK + 20)
    venue = venue_on(tape)
    assert venue.find(ClientOrderId("o9")) is not None
    again = venue.submit(order_of("o9"), START + timedelta(days=1))
    assert isinstance(again, Rejected) and again.code == "duplicate"
    told = venue.submit(order_of("new", limit="50"), START + timedelta(days=1))
    assert isinstance(told, Accepted) and told.venue_order_id == f"P{BLOCK + 21}"


def test_a_file_brings_back_what_was_found_before(tmp_path: Path) -> None:
    path = tmp_path / "paper.jsonl"
    venue = venue_on(FileTape(path))
    traded(venue, 30)
    before = [venue.find(ClientOrderId(f"o{number}")) for number in range(30)]
    history = venue.history(START)
    venue.close()
    venue = venue_on(FileTape(path))
    assert [venue.find(ClientOrderId(f"o{number}")) for number in range(30)] == before
    assert venue.history(START) == history and len(history) == 30
    venue.close()


def test_reports_of_the_last_day_and_the_newest_thousand_are_told_again() -> None:
    venue = venue_on()
    traded(venue, 50)
    later = START + 3 * TOLD_FOR
    traded_later = TOLD_MIN + 300
    for number in range(traded_later):
        now = later + timedelta(seconds=number)
        venue.on_quote(Quote("BTC/USD", Price(D(100)), Price(D(101)), now, source="test"))
        venue.submit(order_of(f"n{number}", Side.SELL if number % 2 else Side.BUY), now)
        venue.drain()
    fills = [one for one in venue.history(START) if isinstance(one, FillReported)]
    assert [one.client_order_id for one in fills] == [f"n{number}" for number in range(traded_later)]


def test_ten_thousand_orders_that_are_over_need_less_than_three_megabytes() -> None:
    venue = venue_on()
    traded(venue, BLOCK)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for block in range(1, 11):
            for number in range(BLOCK):
                now = START + timedelta(days=2 * block, seconds=number)
                venue.on_quote(Quote("BTC/USD", Price(D(100)), Price(D(101)), now, source="test"))
                venue.submit(order_of(f"o{block}-{number}", Side.SELL if number % 2 else Side.BUY), now)
                venue.drain()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 3_000_000
    print(f"{(after - before) / 10_000:.0f} bytes for each order")
