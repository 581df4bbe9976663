"""Entries that carry their exits, at the paper venue: what its tape, a full disk and bars make of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from tests.unit.brokers.paper_stage import ACCOUNT, T0, D, bar, buy, sell, spot
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_BRACKETED
from trading.brokers.tape import FileTape, MemoryTape, Tape, TapeUnavailable
from trading.domain.ids import ClientOrderId
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.domain.order import Order
from trading.domain.reports import FillReported
from trading.entropy import SeededEntropy


def venue_on(tape: Tape, *, bars: bool = False) -> PaperVenue:
    contract = spot()
    return PaperVenue(
        ACCOUNT,
        lambda symbol: contract if symbol == contract.symbol else None,
        SeededEntropy(7),
        profile=PAPER_BRACKETED,
        tape=tape,
        waits_for_open=bars,
    )


def quote(bid: str, ask: str, second: int) -> Quote:
    at = T0 + timedelta(seconds=second)
    return Quote("BTC/USD", Price(D(bid)), Price(D(ask)), at, None, None, "test")


def along(name: str, **prices: str) -> Order:
    return sell(name, "1", reduce_only=True, parent=ClientOrderId("entry"), group="g", **prices)


def sent(venue: PaperVenue, **entry: str) -> None:
    """One is wanted, with a stop at 90 and a target at 110."""
    orders = (buy("entry", "1", **entry), along("sl", stop="90"), along("tp", limit="110"))
    assert all(type(one).__name__ == "Accepted" for one in venue.submit_group(orders, T0))
    venue.drain()


def status(venue: PaperVenue, name: str) -> str:
    found = venue.find(ClientOrderId(name))
    return "absent" if found is None else found.status


def sold(venue: PaperVenue, price: Quote) -> list[str]:
    told = venue.on_quote(price)
    return [one.client_order_id for one in told if isinstance(one, FillReported)]


def test_a_restart_of_the_venue_finds_them_asleep_and_awake(tmp_path: Path) -> None:
    path = tmp_path / "tape"
    first = FileTape(path)
    before = venue_on(first)
    before.on_quote(quote("104", "105", 0))
    sent(before, limit="100")
    before.close()
    again = venue_on(FileTape(path))
    assert sold(again, quote("111", "112", 5)) == [], "they sleep as before"
    assert sold(again, quote("98", "99", 6)) == ["entry"]
    again.close()
    awake = venue_on(FileTape(path))
    assert sold(awake, quote("89", "90", 7)) == ["sl"]
    assert status(awake, "tp") == "canceled"
    awake.close()


def test_a_fill_that_cannot_be_written_wakes_nothing() -> None:
    tape = MemoryTape()
    venue = venue_on(tape)
    venue.on_quote(quote("104", "105", 0))
    sent(venue, limit="100")
    with patch.object(tape, "write", side_effect=TapeUnavailable("full")):
        assert venue.on_quote(quote("98", "99", 1)) == []
    assert status(venue, "entry") == "working"
    assert sold(venue, quote("98", "99", 2)) == ["entry"]
    assert sold(venue, quote("89", "90", 3)) == ["sl"]


def test_a_bar_whose_open_fills_the_entry_may_reach_its_stop() -> None:
    venue = venue_on(MemoryTape(), bars=True)
    sent(venue)
    told = venue.on_market(bar(1, "100", "101", "88", "95"))
    fills = [(one.client_order_id, one.price) for one in told if isinstance(one, FillReported)]
    assert fills == [("entry", D(100)), ("sl", D(90))]


def test_a_bar_in_which_the_entry_fills_says_nothing_of_what_it_woke() -> None:
    venue = venue_on(MemoryTape(), bars=True)
    venue.on_market(bar(1, "104", "105", "103", "104"))
    sent(venue, limit="100")
    told = venue.on_market(bar(2, "104", "112", "88", "95"))
    assert [one.client_order_id for one in told if isinstance(one, FillReported)] == ["entry"]
    told = venue.on_market(bar(3, "95", "96", "89", "92"))
    assert [one.client_order_id for one in told if isinstance(one, FillReported)] == ["sl"]
