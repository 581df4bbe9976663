"""What came of playing the past again: fills, round trips, what is still held, and what was refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from trading.domain.ids import AccountId, CommandId
from trading.domain.money import ZERO
from trading.row import ClosedRow
from trading.strategies.bars import instant

ACCOUNT = AccountId("backtest")


class Fill(NamedTuple):
    """One fill. `at_ms`: the bar's open, or its end when it happened inside. `why`: entry, sl, tp1, trail,
    signal (the strategy said leave), time."""

    at_ms: int
    symbol: str
    is_buy: bool
    price: Decimal
    quantity: Decimal
    fee: Decimal
    why: str


class Trip(NamedTuple):
    """From flat to flat. `realised` is before `fees`; `risk` what the stop would have lost, None without."""

    symbol: str
    is_long: bool
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    entered_ms: int
    left_ms: int
    realised: Decimal
    fees: Decimal
    why: str
    risk: Decimal | None

    @property
    def net(self) -> Decimal:
        """After fees."""
        return self.realised - self.fees


class Held(NamedTuple):
    """What is still held at the end, and what it is worth then beside its cost and the entry's fee."""

    symbol: str
    is_long: bool
    quantity: Decimal
    entry_price: Decimal
    entered_ms: int
    unrealised: Decimal
    fees: Decimal


class Refused(NamedTuple):
    """An entry that the strategy wanted and the desk did not take, by the code of its refusal."""

    at_ms: int
    symbol: str
    code: str


class Run(Struct, frozen=True):
    """One run over the past. `fills` and `trips` stand in the order in which they happened."""

    cash: Decimal
    currency: str
    begins_ms: int
    ends_ms: int
    bars: int
    fills: tuple[Fill, ...]
    trips: tuple[Trip, ...]
    held: tuple[Held, ...] = ()
    refused: tuple[Refused, ...] = ()

    @property
    def net(self) -> Decimal:
        """What all round trips made after fees, and what is held would make if it were sold at the end."""
        return sum((trip.net for trip in self.trips), ZERO) + sum(
            (one.unrealised - one.fees for one in self.held), ZERO
        )

    @property
    def begins_at(self) -> datetime:
        """The open of the first bar."""
        return instant(self.begins_ms)

    @property
    def ends_at(self) -> datetime:
        """The end of the last one."""
        return instant(self.ends_ms)


def rows_of(trips: Iterable[Trip], currency: str, tag: str) -> list[ClosedRow]:
    """Round trips as the desk's statistics know them."""
    return [
        ClosedRow(
            f"{trip.symbol}/{number}",
            ACCOUNT,
            trip.symbol,
            trip.is_long,
            trip.quantity,
            trip.entry_price,
            trip.exit_price,
            trip.realised,
            trip.fees,
            currency,
            trip.why,
            tag,
            instant(trip.entered_ms),
            instant(trip.left_ms),
            number,
            CommandId(f"job:backtest:{number}"),
            trip.risk,
        )
        for number, trip in enumerate(trips, start=1)
    ]
