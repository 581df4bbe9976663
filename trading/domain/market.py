"""What a market says: quotes, prints, bars. All instants are aware UTC."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.money import Price, Quantity


class Quote(Struct, frozen=True, gc=False):
    """Best bid and ask of `symbol` at `at`; sizes in base units, None when the source has none.

    A source that knows only prints gives `bid == ask == last print`. `is_of_before`: it tells of the time
    before the desk came up; what is held is shown at it, and no exit is sent by it.
    """

    symbol: str
    bid: Price
    ask: Price
    at: datetime
    bid_size: Quantity | None = None
    ask_size: Quantity | None = None
    source: str = ""
    is_of_before: bool = False

    @property
    def mid(self) -> Price:
        """Half way between bid and ask, unrounded."""
        # A source that knows only prints has one price, and nothing to halve: lists ask for hundreds of mids.
        return self.bid if self.bid is self.ask else Price((self.bid + self.ask) / 2)


class Print(Struct, frozen=True, gc=False):
    """One trade of the market (not ours): price and base quantity."""

    symbol: str
    price: Price
    quantity: Quantity
    at: datetime
    source: str = ""


class Bar(Struct, frozen=True, gc=False):
    """Open, high, low, close over `[at, ends_at)`. `volume` in base units, None when unknown.

    `ask_*` are set when the source has quote bars: then open/high/low/close are the bid side.
    """

    symbol: str
    at: datetime
    ends_at: datetime
    open: Price
    high: Price
    low: Price
    close: Price
    volume: Quantity | None = None
    ask_open: Price | None = None
    ask_high: Price | None = None
    ask_low: Price | None = None
    ask_close: Price | None = None
    bid_size: Quantity | None = None
    ask_size: Quantity | None = None
    source: str = ""


def crossed(side_is_buy: bool, price: Decimal, limit: Decimal) -> bool:
    """Whether a limit order at `limit` may trade at `price`."""
    return price <= limit if side_is_buy else price >= limit
