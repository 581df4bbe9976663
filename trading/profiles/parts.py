"""What profiles stand on: ports and plain callables, put together once by whoever builds the desk."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from trading.candles.candle_clock import CandleClock
from trading.domain.book import Book
from trading.domain.market import Bar
from trading.ports import Clock, Desk, Ledger, MarketData, Opinion, Registers
from trading.profiles.profile import ProfileStore


@dataclass(frozen=True)
class Parts:
    """`want` has a feed listen to a symbol; `older` knows candles of a longer frame from before the desk
    listened; `opinion` is None where nobody outside can be asked. `deeper` reads candles from before all that
    the market knows, which takes a while; empty where there are none."""

    desk: Desk
    book: Callable[[], Book]
    market: MarketData
    ledger: Ledger
    registers: Registers
    store: ProfileStore
    clock: Clock
    candles: CandleClock
    want: Callable[[str], None] = lambda symbol: None
    older: Callable[[str, timedelta], Sequence[Bar]] = lambda symbol, span: ()
    opinion: Opinion | None = None
    deeper: Callable[[str, timedelta], Awaitable[Sequence[Bar]]] | None = None
