"""Past candles of an exchange through ccxt, without keys, for what the history lacks."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Protocol

from trading.domain.market import Bar
from trading.domain.money import Price, Quantity
from trading.feeds.history.candles import frame_name
from trading.feeds.problems import FeedLost
from trading.ports import Clock, Entropy
from trading.strategies.bars import instant, millis

PAGE = 500
"""Candles asked for at once: what nearly every exchange gives."""
PAGES_MAX = 5_000
TRIES = 4
DEADLINE_S = 20.0
WAIT_S = 1.0


class CandleExchange(Protocol):
    """The part of a ccxt exchange that past candles need."""

    id: str
    has: Mapping[str, Any]
    timeframes: Mapping[str, Any] | None

    async def load_markets(self) -> Mapping[str, Any]: ...
    async def fetch_ohlcv(self, symbol: str, timeframe: str, since: int, limit: int) -> list[list[Any]]: ...
    async def close(self) -> None: ...


class CcxtBars:
    """A `BarSource`.

    Args:
        exchange: ccxt's name (`kraken`).
        opened: makes the exchange; tests point it at a local server.
    """

    def __init__(
        self,
        exchange: str,
        clock: Clock,
        entropy: Entropy,
        *,
        opened: Callable[[], Awaitable[CandleExchange]] | None = None,
        wait_s: float = WAIT_S,
    ) -> None:
        self.name = f"ccxt:{exchange}"
        self._id = exchange
        self._clock = clock
        self._entropy = entropy
        self._opened = opened or self._open
        self._wait_s = wait_s
        self._exchange: CandleExchange | None = None

    async def bars(
        self, symbol: str, frame_s: int, since_ms: int, until_ms: int
    ) -> AsyncIterator[Sequence[Bar]]:
        """Closed candles that open from `since_ms` on and before `until_ms`, page by page, oldest first.

        Raises:
            FeedLost: no such exchange, symbol or frame (final); not reachable for four tries.
        """
        exchange = await self._ready(symbol, frame_s)
        frame, step_ms = frame_name(frame_s), frame_s * 1000
        at = since_ms
        for _ in range(PAGES_MAX):
            if at >= until_ms:
                return

            async def asked(at: int = at) -> list[list[Any]]:
                return await exchange.fetch_ohlcv(symbol, frame, at, PAGE)

            rows = await self._asked(asked)
            now = self._clock.now()
            found = [bar for row in rows if (bar := _bar(symbol, row, self.name, frame_s)) is not None]
            page = [bar for bar in found if bar.ends_at <= now and at <= _ms(bar) < until_ms]
            if page:
                yield page
                at = _ms(page[-1]) + step_ms
            elif rows and int(rows[-1][0]) >= until_ms:
                return
            else:
                # Nothing traded in a whole page of time, or it lies before what the exchange still has.
                at += PAGE * step_ms

    async def close(self) -> None:
        """Hang up."""
        if self._exchange is not None:
            exchange, self._exchange = self._exchange, None
            await exchange.close()

    async def _ready(self, symbol: str, frame_s: int) -> CandleExchange:
        if self._exchange is None:
            self._exchange = await self._opened()
        exchange = self._exchange
        markets = await self._asked(exchange.load_markets)
        if symbol not in markets:
            raise FeedLost(f"{self._id} has no {symbol}: name a symbol that it lists.", final=True)
        frames = exchange.timeframes or {}
        if exchange.has.get("fetchOHLCV") is not True or frame_name(frame_s) not in frames:
            named = ", ".join(frames) or "none"
            raise FeedLost(
                f"{self._id} has no candles of {frame_name(frame_s)} (it has {named}): choose one of those, "
                "or another source.",
                final=True,
            )
        return exchange

    async def _open(self) -> CandleExchange:
        module = await asyncio.to_thread(importlib.import_module, "ccxt.async_support")
        if self._id not in module.exchanges:
            raise FeedLost(
                f"ccxt knows no exchange called {self._id}: say --from ccxt:kraken or ccxt:coinbase.",
                final=True,
            )
        made: CandleExchange = getattr(module, self._id)(
            {"enableRateLimit": True, "timeout": 1000 * DEADLINE_S}
        )
        return made

    async def _asked(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """The answer within the deadline, after at most four tries."""
        from ccxt.base.errors import BaseError, NetworkError, RateLimitExceeded

        trial = 0
        while True:
            trial += 1
            try:
                async with asyncio.timeout(DEADLINE_S):
                    return await ask()
            except (NetworkError, TimeoutError, OSError) as broken:
                if trial >= TRIES:
                    raise FeedLost(
                        f"{self._id} cannot be reached ({type(broken).__name__}): what it gave so far is "
                        "kept; say the same line again later."
                    ) from broken
                slower = 4 if isinstance(broken, RateLimitExceeded) else 1
                await self._clock.sleep_s(trial * slower * self._wait_s * (0.5 + self._entropy.fraction()))
            except BaseError as refused:
                raise FeedLost(
                    f"{self._id} refuses to give candles ({type(refused).__name__}): choose another source."
                ) from refused


def _ms(bar: Bar) -> int:
    return millis(bar.at)


def _bar(symbol: str, row: Sequence[Any], source: str, frame_s: int) -> Bar | None:
    """ccxt's floats come from decimal text; their shortest form gives that text back."""
    o, h, lo, cl = (Decimal(str(value)) if value is not None else Decimal("NaN") for value in row[1:5])
    if not all(value.is_finite() for value in (o, h, lo, cl)):
        return None
    if not 0 < lo <= min(o, cl) <= max(o, cl) <= h:
        return None
    at = instant(int(row[0]))
    volume = None if row[5] is None else Quantity(Decimal(str(row[5])))
    ends = at + timedelta(seconds=frame_s)
    return Bar(symbol, at, ends, Price(o), Price(h), Price(lo), Price(cl), volume, source=source)
