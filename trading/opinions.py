"""The door to opinions from outside, and to what prices say of a market. Nothing behind it can trade."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from trading.domain.ids import PersonId
from trading.domain.money import ZERO
from trading.domain.opinion import Stance


class Allowance(Struct, frozen=True):
    """What a person may still ask for today, in calls and in US dollars, and when that begins anew."""

    calls_left: int
    calls_max: int
    money_left: Decimal
    money_max: Decimal
    renews_at: datetime


class Proposal(Struct, frozen=True):
    """What a model makes of a person's sentence: one typed line, which nobody has judged yet.
    `nothing_because` is empty when there is one, else the code of what stood in its way; `cost` is in US
    dollars."""

    line: str
    source: str = ""
    model: str = ""
    cost: Decimal = ZERO
    nothing_because: str = ""
    tried: tuple[str, ...] = ()


class Opinion(Protocol):
    """Sources of opinions, one after the other. What cannot be had is an answer too: no method raises for
    anything that happens outside."""

    @property
    def sources(self) -> Sequence[str]:
        """The sources that have a key, in the desk's order."""
        ...

    async def ask(self, person: PersonId, symbol: str, *, order: Sequence[str] = ()) -> Stance:
        """What they think of a symbol, at most five minutes old; neutral with the reason when there is
        none. `order`: which sources, in the person's own order; empty for the desk's."""
        ...

    async def ask_soon(
        self, person: PersonId, symbol: str, *, order: Sequence[str] = (), within_s: float
    ) -> Stance | None:
        """As `ask`; None when there is none yet after so many seconds. The question goes on meanwhile, and
        whoever asks again gets its answer."""
        ...

    async def propose_soon(
        self, person: PersonId, text: str, *, order: Sequence[str] = (), within_s: float
    ) -> Proposal | None:
        """One command line for a person's sentence; None as in `ask_soon`. It is kept for two minutes."""
        ...

    async def allowance(self, person: PersonId) -> Allowance:
        """What is left of a person's day."""
        ...


class Trend(StrEnum):
    """Where a market goes."""

    UP = "up"
    DOWN = "down"
    FLAT = "flat"


class Volatility(StrEnum):
    """How far it moves, against its own past."""

    CALM = "calm"
    NORMAL = "normal"
    WILD = "wild"


class Regime(Struct, frozen=True):
    """What closed bars say of a market. `slope` is the change of the slow average in average true ranges over
    its last ten bars, `adx` Wilder's trend strength from 0 to 100, `atr_percentile` the share of the past in
    percent that moved less, `chop` the choppiness index from 0 (one straight line) to 100. `frame_s`: how
    long each of the `bars` is. `until`: a person has set the trend by hand, and it holds until then."""

    symbol: str
    trend: Trend
    volatility: Volatility
    is_choppy: bool
    slope: Decimal
    adx: Decimal
    atr_percentile: Decimal
    chop: Decimal
    bars: int
    frame_s: int
    ended_at: datetime
    until: datetime | None = None


class Regimes(Protocol):
    """Regimes of symbols, computed at most once a minute each."""

    def regime(self, symbol: str) -> Regime | None:
        """As the newest closed bars have it; None while there are too few."""
        ...

    def bars_needed(self) -> int:
        """How many closed bars the first answer takes."""
        ...
