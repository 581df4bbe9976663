"""What a bot would do, before it does anything: its levels, the capital it needs, the worst case in money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.automations.costing import Fill
from trading.domain.instrument import Instrument
from trading.domain.money import Price
from trading.domain.order import Side


class LineKind(StrEnum):
    """What happens at a level."""

    ENTRY = "entry"
    TARGET = "target"
    STOP = "stop"


class Line(Struct, frozen=True):
    """One level of the picture: what would be traded there (base units, and its notional in quote
    currency)."""

    kind: LineKind
    side: Side
    price: Price
    quantity: Decimal
    notional: Decimal


class Preview(Struct, frozen=True):
    """What a card and a picture of a bot are made from.

    `capital` is what all entries together bind, with fees; `worst` the loss in money, after fees, when every
    entry fills and the price then goes straight to `worst_at` and is sold there (without slippage and gaps);
    `round_trip` what one trip from entry to target brings after fees. All in `currency`. `facts` holds
    further figures by code, as text.
    """

    bot: str
    symbol: str
    currency: str
    price: Price
    lines: tuple[Line, ...]
    capital: Decimal
    worst: Decimal
    worst_at: Price
    round_trip: Decimal
    facts: Mapping[str, str] = {}


def entries_of(instrument: Instrument, planned: Sequence[Fill], side: Side) -> list[Line]:
    """Entries as lines."""
    return [
        Line(LineKind.ENTRY, side, Price(one.price), one.quantity, instrument.notional(*one).value)
        for one in planned
    ]


def exit_of(instrument: Instrument, kind: LineKind, side: Side, price: Price, quantity: Decimal) -> Line:
    """An exit as a line."""
    return Line(kind, side, price, quantity, instrument.notional(price, quantity).value)
