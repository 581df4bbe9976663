"""What a picture shows, as plain values, and the port that draws it: prices with levels, an account's course.

What does not belong here: colours, pixels and fonts (`bot/pictures`), which bars make which candles
(`bot/handlers/candles.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from bot.conversation.screen import Block
from bot.conversation.wording import Wording
from trading.domain.money import Money

DAY = timedelta(days=1)
_SPELLED_BELOW = 1_000_000
LONG_WEEKEND = timedelta(days=3.5)


class NotPainted(Exception):
    """The picture could not be drawn in time; the words that go with it still stand."""


class ChartStyle(StrEnum):
    """How prices are drawn."""

    CANDLES = "candles"
    LINE = "line"
    AREA = "area"


class Theme(StrEnum):
    """On what ground."""

    DARK = "dark"
    LIGHT = "light"


class LevelKind(StrEnum):
    """What a price line means for the position."""

    ENTRY = "entry"
    TARGET = "target"
    STOP = "stop"
    TRAIL = "trail"


class Candle(Struct, frozen=True):
    """Open, high, low, close of what traded in `[at, ends_at)`; `volume` in base units, None when unknown."""

    at: datetime
    ends_at: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal | None = None


def holes(candles: Sequence[Candle], span: timedelta) -> list[int]:
    """The numbers of those candles before which time is missing: closed, or nothing was quoted.

    Candles stand side by side, so that closed hours take no room; a picture marks where they were. Between
    days a weekend, a long one too, is no hole.
    """
    slack = LONG_WEEKEND if span >= DAY else span / 2
    return [i for i in range(1, len(candles)) if candles[i].at - candles[i - 1].at > span + slack]


class PriceLevel(Struct, frozen=True):
    """A line at a price with its name (`TP 1`)."""

    kind: LevelKind
    price: Decimal
    label: str


class FillMark(Struct, frozen=True):
    """Where we traded; `label` says what for (`Entry`, `TP`), empty where nothing is to be said."""

    at: datetime
    price: Decimal
    is_buy: bool
    label: str = ""


class StopStep(Struct, frozen=True):
    """Where the stop of a position stood from `at` on; None from where none stood any more."""

    at: datetime
    price: Decimal | None
    kind: LevelKind = LevelKind.STOP


class Stretch(Struct, frozen=True):
    """A session of the market: it trades from `start` to `end`, and before and after it is closed."""

    start: datetime
    end: datetime


class Swing(Struct, frozen=True):
    """How a price went over `span` up to now, in percent of where it began; with the extremes."""

    span: timedelta
    percent: Decimal
    high: Decimal
    low: Decimal


def swing_name(wording: Wording, span: timedelta) -> str:
    """`24h`, or how much shorter the past is that is known."""
    return wording.say("picture.day") if span == DAY else wording.duration(span)


class ChartSpec(Struct, frozen=True):
    """A price chart. Equal specs are one picture.

    Candles stand oldest first and are `span` long, `frame` in words (`15m`). `tick` is the smallest step
    of the price; `last` the newest price, which may lie outside the candles. `entered_at` is when the
    position was opened, from where its zones begin. `note` is what must be said of the prices (`REPLAY …`).
    `stops` is the way of the position's stop, `sessions` when the market was open; both oldest first.
    """

    symbol: str
    frame: str
    span: timedelta
    style: ChartStyle
    candles: tuple[Candle, ...]
    tick: Decimal
    wording: Wording
    last: Decimal | None = None
    day: Swing | None = None
    levels: tuple[PriceLevel, ...] = ()
    is_long: bool = True
    entered_at: datetime | None = None
    fills: tuple[FillMark, ...] = ()
    stops: tuple[StopStep, ...] = ()
    sessions: tuple[Stretch, ...] = ()
    note: str = ""
    theme: Theme = Theme.DARK


class EquityPoint(Struct, frozen=True):
    """What an account was worth from `at` on; `moved` of it was deposited (or, negative, withdrawn) then."""

    at: datetime
    value: Decimal
    moved: Decimal = Decimal(0)


class EquitySpec(Struct, frozen=True):
    """How an account went: steps, oldest first, in `currency`; `period` in words (`Month`)."""

    title: str
    period: str
    points: tuple[EquityPoint, ...]
    currency: str
    wording: Wording
    note: str = ""
    theme: Theme = Theme.DARK


class CardSpec(Struct, frozen=True):
    """One result, to be shown around: of a position (`side` says which way) or of a period.

    `percent` and `r` are None where they are not known, `amount` also where it is hidden. `facts` are names
    with values; `path` how it went, any numbers of one scale; `said` what the result is after or before.
    """

    title: str
    at: datetime
    wording: Wording
    percent: Decimal | None = None
    amount: Money | None = None
    r: Decimal | None = None
    side: str = ""
    is_long: bool = True
    facts: tuple[tuple[str, str], ...] = ()
    path: tuple[Decimal, ...] = ()
    said: str = ""
    note: str = ""
    theme: Theme = Theme.DARK


class DayResult(Struct, frozen=True):
    """What a day made after fees; `net` None where amounts are hidden, `percent` of what was there."""

    day: date
    is_gain: bool | None
    """None for a day that ended where it began."""
    weight: Decimal
    """How much it counts beside the other days, from 0 to 1."""
    net: Decimal | None = None
    percent: Decimal | None = None


class CalendarSpec(Struct, frozen=True):
    """A month of daily results. `month` is its first day; days without a result are left out of `days`.

    `total` and `percent` are of the whole month, in `currency`; `total` None where amounts are hidden.
    `today` is marked when it lies in the month; days after it are still to come.
    """

    month: date
    days: tuple[DayResult, ...]
    today: date
    wording: Wording
    total: Decimal | None = None
    percent: Decimal | None = None
    currency: str = "USD"
    subject: str = ""
    note: str = ""
    theme: Theme = Theme.DARK

    def text_of(self, day: DayResult) -> str:
        """What stands on a day: what it made, or how many percent where amounts are hidden."""
        if day.net is None:
            return self.wording.percent(day.percent, signed=True) if day.percent is not None else ""
        sign = "+" if day.net > 0 else ""
        if 1000 <= abs(day.net) < _SPELLED_BELOW:  # as long as with a letter, and shorter than with `Tsd.`
            return sign + self.wording.number(day.net, 0)
        return sign + self.wording.compact(day.net)


class PlanLine(Struct, frozen=True):
    """A level at which a bot would enter, take its profit or give up, and how much of it, in base units."""

    kind: LevelKind
    price: Decimal
    quantity: Decimal


class PlanFact(Struct, frozen=True):
    """A figure over the picture of a bot that works; the sign of `tone` colours it."""

    name: str
    text: str
    tone: Decimal


class PlanSpec(Struct, frozen=True):
    """What a bot would do, or does, from `price` on, beside the last prices. Equal specs are one picture.

    Candles stand oldest first and are `span` long; `title` names the bot; `capital` is what all entries
    bind, `trip` what one way from entry to target brings, `worst` what may be lost: a positive sum. Of a bot
    that works `facts` stand in their place, and `fills` are where it has traded.
    """

    symbol: str
    title: str
    span: timedelta
    candles: tuple[Candle, ...]
    tick: Decimal
    price: Decimal
    lines: tuple[PlanLine, ...]
    capital: Money
    trip: Money
    worst: Money
    wording: Wording
    note: str = ""
    theme: Theme = Theme.DARK
    facts: tuple[PlanFact, ...] = ()
    fills: tuple[FillMark, ...] = ()


class ReportSpec(Struct, frozen=True):
    """A document: `parts` are blocks of screens, one below the other; the curve stands behind the first."""

    title: str
    parts: tuple[tuple[Block, ...], ...]
    equity: EquitySpec | None
    at: datetime
    theme: Theme = Theme.LIGHT


class Painter(Protocol):
    """Draws PNG images, wide enough for a phone, and documents, without holding up anybody else."""

    async def chart(self, spec: ChartSpec) -> bytes:
        """A price chart. Nothing to draw is drawn as a sentence. Raises NotPainted."""
        ...

    async def equity(self, spec: EquitySpec) -> bytes:
        """An equity curve with its high-water mark. Raises NotPainted."""
        ...

    async def card(self, spec: CardSpec) -> bytes:
        """A result to be shown around. Raises NotPainted."""
        ...

    async def calendar(self, spec: CalendarSpec) -> bytes:
        """A month of daily results. Raises NotPainted."""
        ...

    async def plan(self, spec: PlanSpec) -> bytes:
        """What a bot would do. Raises NotPainted."""
        ...

    async def report(self, spec: ReportSpec) -> bytes:
        """A PDF. Raises NotPainted."""
        ...
