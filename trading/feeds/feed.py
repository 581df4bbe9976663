"""What a source of live prices is to the desk's market, and the market to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from msgspec import Struct

from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Print, Quote

MarketEvent = Quote | Print | Bar


class Sink(Protocol):
    """Where a feed puts what it hears."""

    def take(self, event: MarketEvent) -> None:
        """Something happened now."""
        ...

    def recall(self, symbol: str, bars: Sequence[Bar], quote: Quote | None) -> None:
        """What happened before the desk listened; nobody is told."""
        ...


class Feed(Protocol):
    """One source of live prices."""

    name: str
    gives_bars: bool
    """Whether it says bars itself; else the market builds minutes from its quotes."""

    def instruments(self) -> Sequence[Instrument]:
        """What it knows, best known first; may grow while it runs."""
        ...

    def want(self, symbol: str, sink: Sink) -> None:
        """Somebody asks for this symbol: recall what is known, and listen to it from now on. Cheap twice."""
        ...

    def stale_after_s(self, symbol: str) -> float:
        """Twice the cadence."""
        ...

    def is_open(self, symbol: str, at: datetime) -> bool:
        """Whether the market of the symbol trades at the live instant `at`."""
        ...

    def note(self, symbol: str) -> str:
        """What screens must say about the price."""
        ...

    async def run(self, sink: Sink) -> None:
        """Listen until the end of the source.

        Raises:
            FeedLost: the link broke; the market calls `run` again later unless it is final.
        """
        ...


@runtime_checkable
class Remembers(Protocol):
    """A feed that also knows the bars of longer frames from before the desk listened.

    `follows_frames`: it keeps what it knows of a frame up to date, so that its own bars are those that count:
    what is joined from polled prices has other highs and lows than what a restart would find.
    """

    follows_frames: bool

    def older(self, symbol: str, span: timedelta) -> Sequence[Bar] | None:
        """Closed ones, oldest first; None while they are not known. Cheap twice."""
        ...


@runtime_checkable
class Answers(Protocol):
    """A feed that also says the price of now when it is asked for it, beside what comes by itself."""

    async def ask(self, symbol: str) -> Quote | None:
        """The price of now; None when the source does not say. Never raises for what a source does."""
        ...


class FeedStatus(Struct, frozen=True):
    """How a feed is. `age_s`: since it last said something; None = never."""

    name: str
    alive: bool
    age_s: float | None = None
    ended: bool = False
    lost_since: datetime | None = None
    said: str = ""
