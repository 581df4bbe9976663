"""Exits that hang on the position, at the paper venue: what its tape and a full disk make of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from tests.unit.brokers.paper_stage import ACCOUNT, T0, D, buy, sell, spot, told
from trading.brokers.paper_venue import PaperVenue
from trading.brokers.profile import PAPER_ATTACHED
from trading.brokers.tape import FileTape, MemoryTape, Tape, TapeUnavailable
from trading.domain.ids import ClientOrderId
from trading.domain.market import Quote
from trading.domain.money import Price, Quantity
from trading.domain.order import Order
from trading.entropy import SeededEntropy


def venue_on(tape: Tape) -> PaperVenue:
    contract = spot()
    return PaperVenue(
        ACCOUNT,
        lambda symbol: contract if symbol == contract.symbol else None,
        SeededEntropy(7),
        profile=PAPER_ATTACHED,
        tape=tape,
    )


def quote(bid: str, ask: str, second: int) -> Quote:
    at = T0 + timedelta(seconds=second)
    return Quote("BTC/USD", Price(D(bid)), Price(D(ask)), at, None, None, "test")


def attached(name: str, **prices: str) -> Order:
    return sell(name, "1", reduce_only=True, attached=True, **prices)


def guarded(tape: Tape) -> PaperVenue:
    """One is held, with a stop at 90 and a target at 110."""
    venue = venue_on(tape)
    venue.on_quote(quote("99", "100", 0))
    for one in (buy("entry", "1"), attached("sl", stop="90"), attached("tp", limit="110")):
        venue.submit(one, T0)
    venue.drain()
    return venue


def left(venue: PaperVenue) -> list[Quantity]:
    found = [venue.find(ClientOrderId(name)) for name in ("sl", "tp")]
    return [Quantity(one.quantity - one.filled) for one in found if one is not None]


def test_a_restart_of_the_venue_keeps_them_to_the_position(tmp_path: Path) -> None:
    first = FileTape(tmp_path / "tape")
    before = guarded(first)
    before.submit(buy("more", "0.5"), T0)
    assert left(before) == [D("1.5"), D("1.5")]
    before.close()
    after = venue_on(FileTape(tmp_path / "tape"))
    assert left(after) == [D("1.5"), D("1.5")]
    after.on_quote(quote("99", "100", 1))
    after.submit(sell("hand", "1.2"), T0 + timedelta(seconds=1))
    assert left(after) == [D("0.3"), D("0.3")]
    assert told(after.drain()) == ["hand 1.2@99 12:00", "sl becomes 0.3", "tp becomes 0.3"]
    assert told(after.on_quote(quote("89", "90", 2))) == ["sl 0.3@89 12:00", "tp canceled reduce_only"]
    assert after.snapshot(T0).positions == {}
    after.close()


def test_what_a_full_disk_kept_from_being_written_is_made_up_for_at_the_next_price() -> None:
    tape = MemoryTape(keeps=True)
    venue = guarded(tape)
    write = tape.write

    def full(*records: object) -> None:
        if type(records[0]).__name__ == "Changed":
            raise TapeUnavailable("No space left.")
        write(*records)  # type: ignore[arg-type]  # handed through unchanged

    with patch.object(tape, "write", full):
        venue.submit(buy("more", "0.5"), T0)
        venue.submit(attached("late", stop="80"), T0)
        assert left(venue) == [1, 1]
    venue.on_quote(quote("99", "100", 1))
    assert left(venue) == [D("1.5"), D("1.5")]
    found = venue.find(ClientOrderId("late"))
    assert found is not None and found.quantity == D("1.5")


def test_less_than_a_lot_is_nothing_that_an_exit_could_hang_on() -> None:
    venue = guarded(MemoryTape())
    venue._state.purse._holdings["BTC/USD"].quantity = D("0.0004")
    venue._matcher.fit(venue._state.books["BTC/USD"], T0)
    assert told(venue.drain()) == ["sl canceled reduce_only", "tp canceled reduce_only"]
