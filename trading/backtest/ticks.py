"""Bars of one symbol as whole numbers: prices in ticks, exact, beside the floats that indicators read.

Reading files into them is `reading`'s; what is bought and sold on them does not belong here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import repeat
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trading.domain.instrument import Instrument
from trading.domain.market import Bar
from trading.domain.money import Price, Quantity
from trading.strategies.bars import Columns, instant, millis

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TICKS_MAX = 1 << 51
"""Below it a price in ticks is exact in a float, too."""


class Prices(NamedTuple):
    """Open, high, low, close in ticks of one side of the market."""

    open: Ints
    high: Ints
    low: Ints
    close: Ints

    def upto(self, count: int) -> Prices:
        """Of the first bars."""
        return Prices(*(column[:count] for column in self))


class OffGrid(ValueError):
    """A price is no whole number of ticks. `price` is the first such one."""

    def __init__(self, price: Decimal) -> None:
        super().__init__(str(price))
        self.price = price


class Ticks(Struct, frozen=True, eq=False):
    """Closed bars, oldest first, in whole ticks of their instrument.

    `at_ms` and `ends_ms`: when each opened and closed, in milliseconds since 1970 UTC; one may be missing.
    `bid`: what a sale gets; `ask`: what a purchase pays (the same where the source knows one price only).
    `volume`: in base units, for indicators, NaN where it is unknown. `notes`: sentences about what was met
    while reading.
    """

    instrument: Instrument
    frame_s: int
    at_ms: Ints
    ends_ms: Ints
    bid: Prices
    ask: Prices
    volume: Floats
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.at_ms)

    @property
    def symbol(self) -> str:
        """Of the instrument."""
        return self.instrument.symbol

    @property
    def is_one_price(self) -> bool:
        """Whether bid and ask are the same."""
        return self.ask is self.bid

    def price(self, ticks: int) -> Price:
        """A price in quote currency."""
        return Price(int(ticks) * self.instrument.tick_size)

    def columns(self) -> Columns:
        """The same for indicators: each price the float that lies nearest to it, unknown volume as 0."""
        o, h, lo, cl = (as_floats(column, self.instrument.tick_size) for column in self.bid)
        volume = np.nan_to_num(self.volume)
        return Columns(self.symbol, self.frame_s, self.at_ms, o, h, lo, cl, volume)

    def upto(self, count: int) -> Ticks:
        """The first bars: a view."""
        return self.between(0, count)

    def between(self, begin: int, end: int) -> Ticks:
        """The bars from `begin` up to `end`: a view."""
        part = slice(begin, end)
        bid = Prices(*(column[part] for column in self.bid))
        ask = bid if self.is_one_price else Prices(*(column[part] for column in self.ask))
        return Ticks(
            self.instrument,
            self.frame_s,
            self.at_ms[part],
            self.ends_ms[part],
            bid,
            ask,
            self.volume[part],
            self.notes,
        )

    def bars(self, with_volume: bool = True) -> Iterator[Bar]:
        """All of them as the rest of the desk knows them."""
        size = self.instrument.tick_size
        bid = [[Price(number * size) for number in column.tolist()] for column in self.bid]
        ask: list[list[Price | None]] = [[None] * len(self)] * 4
        if not self.is_one_price:
            ask = [[Price(number * size) for number in column.tolist()] for column in self.ask]
        volumes: list[Quantity | None] = [None] * len(self)
        if with_volume:
            volumes = [None if v != v else Quantity(Decimal(repr(v))) for v in self.volume.tolist()]
        starts, ends = map(instant, self.at_ms.tolist()), map(instant, self.ends_ms.tolist())
        return map(Bar, repeat(self.symbol), starts, ends, *bid, volumes, *ask)


def as_floats(ticks: Ints, tick_size: Decimal) -> Floats:
    """Prices in ticks as the nearest floats: one rounding, of a division of two whole numbers."""
    above, below = tick_size.as_integer_ratio()
    return (ticks * above) / below


def in_ticks(value: Decimal, tick_size: Decimal) -> int:
    """A price as its number of ticks. Raises OffGrid."""
    ticks, rest = divmod(value, tick_size)
    if rest:
        raise OffGrid(value)
    return int(ticks)


def column_in_ticks(values: Sequence[Decimal], tick_size: Decimal) -> Ints:
    """Prices as numbers of ticks, exactly. Raises OffGrid."""
    return np.array([in_ticks(value, tick_size) for value in values], dtype=np.int64)


def ticks_of(
    instrument: Instrument, bars: Sequence[Bar], frame_s: int = 0, notes: tuple[str, ...] = ()
) -> Ticks:
    """Bars of one symbol, oldest first, in ticks; with an ask side when every bar has one.

    `frame_s` 0: as long as the first bar. Raises OffGrid.
    """
    size = instrument.tick_size
    bid = Prices(
        column_in_ticks([bar.open for bar in bars], size),
        column_in_ticks([bar.high for bar in bars], size),
        column_in_ticks([bar.low for bar in bars], size),
        column_in_ticks([bar.close for bar in bars], size),
    )
    ask = bid
    if bars and all(bar.ask_close is not None for bar in bars):
        ask = Prices(
            column_in_ticks([bar.ask_open or bar.open for bar in bars], size),
            column_in_ticks([bar.ask_high or bar.high for bar in bars], size),
            column_in_ticks([bar.ask_low or bar.low for bar in bars], size),
            column_in_ticks([bar.ask_close or bar.close for bar in bars], size),
        )
    if not frame_s and bars:
        frame_s = int((bars[0].ends_at - bars[0].at) / timedelta(seconds=1))
    return Ticks(
        instrument,
        frame_s,
        np.array([millis(bar.at) for bar in bars], dtype=np.int64),
        np.array([millis(bar.ends_at) for bar in bars], dtype=np.int64),
        bid,
        ask,
        np.array([np.nan if bar.volume is None else float(bar.volume) for bar in bars], dtype=np.float64),
        notes,
    )
