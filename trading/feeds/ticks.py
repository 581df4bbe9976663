"""Rows into prints and quotes, one by one as the market said them."""

from __future__ import annotations

from collections.abc import Iterator

from trading.domain.market import Print, Quote
from trading.domain.money import Price, Quantity
from trading.feeds.checks import Checks
from trading.feeds.rows import Numbered


def prints(blocks: Numbered, checks: Checks, symbol: str) -> Iterator[Print]:
    """Rows `ts,trade_id,price,quantity,buyer_maker`; a trade id that is repeated is taken once."""
    last_ms = 0
    known = ["", "", "", "", ""]
    for number, lines in blocks:
        for line in lines:
            number += 1
            if not line.strip():
                continue
            cells = checks.cells(number, line, 5)
            ms = checks.ms(number, cells[0])
            if ms < last_ms:
                raise checks.order(number)
            if cells[1] == known[1]:
                if known != cells:
                    raise checks.conflict(number)
                checks.tally.duplicates += 1
                continue
            last_ms, known = ms, cells
            price, quantity = checks.price(number, cells[2]), checks.size(number, cells[3])
            if not quantity:
                raise checks.row(number, "its quantity is 0", "a quantity above 0")
            yield Print(symbol, price, quantity, checks.instant(number, ms))
        checks.tally.rows += len(lines)


def quotes(blocks: Numbered, checks: Checks, symbol: str, columns: int, sized: bool) -> Iterator[Quote]:
    """Rows of bid and ask. 0 = this side is not quoted in this row: the side's last quote stays.

    Pairs that cross (sides of different venues, of different ages) are counted and left out.
    """
    ask_at = 3 if sized else 2
    last_ms, before = 0, ""
    bid: Price | None = None
    ask: Price | None = None
    bid_size: Quantity | None = None
    ask_size: Quantity | None = None
    for number, lines in blocks:
        for line in lines:
            number += 1
            if line == before:
                checks.tally.duplicates += 1
                continue
            before = line
            if not line.strip():
                continue
            cells = checks.cells(number, line, columns)
            ms = checks.ms(number, cells[0])
            if ms < last_ms:
                raise checks.order(number)
            last_ms = ms
            if cells[1] != "0":
                bid = checks.price(number, cells[1])
                bid_size = checks.size(number, cells[2]) if sized else None
            if cells[ask_at] != "0":
                ask = checks.price(number, cells[ask_at])
                ask_size = checks.size(number, cells[4]) if sized else None
            if bid is None or ask is None:
                continue
            if bid > ask:
                checks.tally.crossed += 1
                continue
            yield Quote(symbol, bid, ask, checks.instant(number, ms), bid_size, ask_size)
        checks.tally.rows += len(lines)
