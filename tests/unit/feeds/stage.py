"""A clock that stands where a test puts it, a sink that remembers, and files made in place."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from trading.domain.market import Bar, Quote
from trading.feeds.feed import MarketEvent


class StandingClock:
    """`trading.ports.Clock` for what only looks and never waits."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def elapsed_s(self) -> float:
        return self.at.timestamp()

    async def sleep_s(self, seconds: float) -> None:
        raise AssertionError("nobody waits here")

    async def sleep_until(self, at: datetime) -> None:
        raise AssertionError("nobody waits here")


class Ear:
    """A `Sink` that remembers."""

    def __init__(self) -> None:
        self.events: list[MarketEvent] = []
        self.bars: dict[str, list[Bar]] = {}
        self.quotes: dict[str, Quote | None] = {}

    def take(self, event: MarketEvent) -> None:
        self.events.append(event)

    def recall(self, symbol: str, bars: Sequence[Bar], quote: Quote | None) -> None:
        self.bars[symbol] = list(bars)
        self.quotes[symbol] = quote


TRADE_HEADER = "ts,open,high,low,close,volume"
MIDNIGHT_MS = 1_522_800_000_000  # 2018-04-04 00:00 UTC


def written(folder: Path, name: str, *lines: str) -> Path:
    """A file with these lines, packed when its name ends in .gz."""
    path = folder / name
    text = "".join(f"{line}\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def minute_rows(count: int, start_ms: int = MIDNIGHT_MS, price: int = 100) -> list[str]:
    """`count` one-minute bars whose open counts up from `price`, each reaching one above and one below."""
    return [
        f"{start_ms + 60_000 * n},{price + n},{price + n + 1},{price + n - 1},{price + n + 0.5},{n + 1}"
        for n in range(count)
    ]
