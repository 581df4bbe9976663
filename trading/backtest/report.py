"""What a backtest says, as plain values: for the card, the picture, the page and the JSON alike.

Importing this loads no array library: the desk reads reports that another process has made.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct


class SeriesSaid(Struct, frozen=True):
    """What was played of one symbol."""

    symbol: str
    frame_s: int
    bars: int
    begins_at: datetime
    ends_at: datetime


class Group(Struct, frozen=True):
    """Round trips that have something in common: a month, an exit reason, a symbol, a side.

    `percent` is of the capital when a month began, None elsewhere; `profit_factor` None when nothing lost.
    """

    name: str
    trips: int
    wins: int
    net: Decimal
    percent: Decimal | None = None
    profit_factor: Decimal | None = None


class Holding(Struct, frozen=True):
    """All symbols bought at their first open for equal parts of the capital and held to their last close."""

    net: Decimal
    percent: Decimal
    drawdown_percent: Decimal


class Quantiles(Struct, frozen=True):
    """5th, 50th and 95th percentile."""

    low: Decimal
    middle: Decimal
    high: Decimal


class Shuffled(Struct, frozen=True):
    """The round trips drawn again and again, as many each time as there are, one perhaps more than once:
    what the capital would have become, how deep it would have fallen, and how often it lost in the end."""

    draws: int
    seed: int
    end_percent: Quantiles
    drawdown_percent: Quantiles
    loss_percent: Decimal


class Lookahead(Struct, frozen=True):
    """Whether cutting off the future changes what was said before. `at` and `what`: the first bar and value
    that would have been another one, None and empty when nothing would."""

    cuts: int
    at: datetime | None = None
    what: str = ""


class WarmUp(Struct, frozen=True):
    """Whether more history before changes what is said after the warm-up.

    Of `signals` entries compared, `changed` were there only with or only without the older history; `level`
    is by how many percent the furthest of the levels differed. `is_settled`: at most `tolerance` percent of
    the signals changed.
    """

    bars: int
    signals: int
    changed: int
    level: Decimal
    tolerance: Decimal
    is_settled: bool


class FillSaid(Struct, frozen=True):
    """One fill. `why`: entry, sl, tp1, trail, signal, time."""

    at: datetime
    symbol: str
    is_buy: bool
    price: Decimal
    quantity: Decimal
    fee: Decimal
    why: str


class CurvePoint(Struct, frozen=True):
    """What the account was worth at the close of a bar, open positions included."""

    at: datetime
    value: Decimal


class Step(Struct, frozen=True):
    """One step of a walk forward: the settings that were best before `begins_at`, what they made after."""

    begins_at: datetime
    ends_at: datetime
    settings: dict[str, str]
    inside_percent: Decimal
    outside_percent: Decimal
    trips: int


class Report(Struct, frozen=True):
    """A whole backtest. Money in `currency`, percents of the capital at the beginning.

    `engine` is `fast` or `event`. `net` counts what is still held at its last price. `drawdown_percent` is
    the deepest fall of the curve, marked at each close. `refused`: entries that were not taken, by code.
    """

    strategy: str
    version: int
    settings: dict[str, str]
    series: tuple[SeriesSaid, ...]
    cash: Decimal
    currency: str
    size: str
    fee_bps: Decimal
    slippage_bps: Decimal
    touch_fills: bool
    engine: str
    trips: int
    wins: int
    losses: int
    net: Decimal
    percent: Decimal
    gained: Decimal
    lost: Decimal
    fees: Decimal
    best: Decimal
    worst: Decimal
    profit_factor: Decimal | None
    expectancy: Decimal | None
    average_r: Decimal | None
    drawdown_percent: Decimal
    drawdown: Decimal
    drawdown_days: Decimal
    sharpe: Decimal | None
    sharpe_error: Decimal | None
    sortino: Decimal | None
    exposure_percent: Decimal | None
    held_median_s: int | None
    still_held: int
    refused: dict[str, int]
    holding: Holding
    by_month: tuple[Group, ...]
    by_tag: tuple[Group, ...]
    by_exit: tuple[Group, ...]
    by_symbol: tuple[Group, ...]
    by_side: tuple[Group, ...]
    curve: tuple[CurvePoint, ...]
    fills: tuple[FillSaid, ...]
    lookahead: Lookahead | None = None
    warm_up: WarmUp | None = None
    shuffled: Shuffled | None = None
    walk: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def begins_at(self) -> datetime:
        """The first bar of all."""
        return min(one.begins_at for one in self.series)

    @property
    def ends_at(self) -> datetime:
        """The last bar of all."""
        return max(one.ends_at for one in self.series)

    @property
    def bars(self) -> int:
        """Of all symbols together."""
        return sum(one.bars for one in self.series)


class Outcome(Struct, frozen=True):
    """What settings made over one stretch: percent of the capital, deepest fall, round trips, profit factor
    (None when nothing was lost)."""

    percent: Decimal
    drawdown_percent: Decimal
    trips: int
    profit_factor: Decimal | None


class Tried(Struct, frozen=True):
    """One set of settings, as text: inside of the stretch by which it is chosen, and outside of it."""

    settings: dict[str, str]
    inside: Outcome
    outside: Outcome | None = None


class Swept(Struct, frozen=True):
    """What a sweep tried and what came of it, the best inside first.

    `axes`: the values of each parameter that was varied; `fixed`: what was the same in all. `agreement`: rank
    correlation between inside and outside, None when it cannot be told.
    """

    strategy: str
    axes: dict[str, tuple[str, ...]]
    fixed: dict[str, str]
    bars: int
    inside_percent: int
    objective: str
    agreement: Decimal | None
    sets: tuple[Tried, ...]
