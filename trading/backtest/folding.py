"""Fills folded into round trips: from flat to flat, whatever parts it was bought and sold in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from trading.backtest.results import Fill, Held, Trip
from trading.backtest.ticks import Ticks
from trading.domain.money import ZERO


class _Open:
    """A position in the making."""

    def __init__(self, first: Fill, stop: Decimal | None) -> None:
        self.is_long = first.is_buy
        self.at_ms = first.at_ms
        self.stop = stop
        self.entered = self.left = self.paid = self.got = self.fees = ZERO

    def take(self, fill: Fill) -> None:
        """One more fill."""
        if fill.is_buy == self.is_long:
            self.entered += fill.quantity
            self.paid += fill.price * fill.quantity
        else:
            self.left += fill.quantity
            self.got += fill.price * fill.quantity
        self.fees += fill.fee

    @property
    def entry_price(self) -> Decimal:
        """On average."""
        return self.paid / self.entered

    def trip(self, last: Fill, multiplier: Decimal) -> Trip:
        """All of it has left."""
        gained = self.got - self.paid if self.is_long else self.paid - self.got
        risk = None
        if self.stop is not None:
            risk = abs(self.entry_price - self.stop) * self.entered * multiplier
        return Trip(
            last.symbol,
            self.is_long,
            self.entered,
            self.entry_price,
            self.got / self.left,
            self.at_ms,
            last.at_ms,
            gained * multiplier,
            self.fees,
            last.why,
            risk,
        )

    def held(self, symbol: str, price: Decimal, multiplier: Decimal) -> Held:
        """It is there at the end; parts that have left count as what they made."""
        rest = self.entered - self.left
        worth = self.got + rest * price
        gained = worth - self.paid if self.is_long else self.paid - worth
        return Held(symbol, self.is_long, rest, self.entry_price, self.at_ms, gained * multiplier, self.fees)


def folded(
    fills: Sequence[Fill], stops: Sequence[Decimal | None], series: Sequence[Ticks]
) -> tuple[list[Trip], list[Held]]:
    """Round trips and what is held at the end.

    Args:
        fills: in the order in which they happened.
        stops: for each of them where the stop of its position stood at the entry, None without.
        series: the bars of every symbol, for its multiplier and its last price.
    """
    known = {ticks.symbol: ticks for ticks in series}
    open_ones: dict[str, _Open] = {}
    trips: list[Trip] = []
    for fill, stop in zip(fills, stops, strict=True):
        current = open_ones.get(fill.symbol)
        if current is None:
            current = open_ones[fill.symbol] = _Open(fill, stop)
        current.take(fill)
        if current.left == current.entered:
            trips.append(current.trip(fill, known[fill.symbol].instrument.multiplier))
            del open_ones[fill.symbol]
    held = []
    for ticks in series:
        current = open_ones.get(ticks.symbol)
        if current is None:
            continue
        side = ticks.bid if current.is_long else ticks.ask
        held.append(current.held(ticks.symbol, ticks.price(side.close[-1]), ticks.instrument.multiplier))
    return trips, held
