"""Live public prices of an exchange through ccxt, without keys; it cannot trade."""

from __future__ import annotations

import asyncio
import difflib
import importlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from msgspec.structs import replace

from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.domain.money import Price, Quantity
from trading.feeds.catalogue import instrument_for
from trading.feeds.feed import Sink
from trading.feeds.problems import FeedLost
from trading.frames import FRAMES
from trading.ports import Clock, Entropy

POLL_S = 2.0
CADENCE_S = 5.0
DEADLINE_S = 10.0
TRIES = 3
WANTED_MAX = 50
HISTORY = 1500
FRAME_HISTORY = 600
"""Bars of a frame that are asked for: what an indicator reads at most, and some (`trading.gauge`)."""
FRAME_PAGES_MAX = 4
FRAME_AGAIN_S = 10.0
"""A bar that should have closed is asked for again so often: where nothing was traded there is none."""
FIRST_BASES = ("BTC", "ETH", "SOL")
_QUOTES = ("USD", "USDT", "USDC", "EUR")
_DECIMAL_PLACES, _TICK_SIZE = 2, 4
_MINUTE = timedelta(minutes=1)


class Exchange(Protocol):
    """The part of a ccxt exchange that prices need."""

    id: str
    has: Mapping[str, Any]
    timeframes: Mapping[str, Any] | None
    precisionMode: int

    async def load_markets(self) -> Mapping[str, Any]: ...
    async def fetch_tickers(self, symbols: list[str]) -> Mapping[str, Any]: ...
    async def fetch_bids_asks(self, symbols: list[str]) -> Mapping[str, Any]: ...
    async def fetch_ohlcv(
        self, symbol: str, timeframe: str, since: int | None, limit: int
    ) -> list[list[Any]]: ...
    async def close(self) -> None: ...


class CcxtFeed:
    """A `Feed` that polls best bid and ask of the symbols that somebody asked for.

    Args:
        exchange: ccxt's name (`kraken`).
        clock, entropy: for the waits between tries.
        symbols: what to poll from the start; without, the best known coins against dollars.
        opened: makes the exchange; tests point it at a local server.
    """

    gives_bars = False
    follows_frames = True

    def __init__(
        self,
        exchange: str,
        clock: Clock,
        entropy: Entropy,
        *,
        symbols: Sequence[str] = (),
        opened: Callable[[], Awaitable[Exchange]] | None = None,
        poll_s: float = POLL_S,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.name = f"ccxt:{exchange}"
        self._id = exchange
        self._clock = clock
        self._entropy = entropy
        self._opened = opened or self._open
        self._poll_s = poll_s
        self._deadline_s = deadline_s
        self._wanted = dict.fromkeys(symbols)
        self._recalled: set[str] = set()
        self._older: dict[tuple[str, str], list[Bar] | None] = {}
        self._older_asked_s: dict[tuple[str, str], float] = {}
        self._instruments: tuple[Instrument, ...] = ()
        self._known: dict[str, Instrument] = {}
        self._exchange: Exchange | None = None

    def instruments(self) -> Sequence[Instrument]:
        """The spot markets of the exchange; none before it was reached."""
        return self._instruments

    def want(self, symbol: str, sink: Sink) -> None:
        """Poll this symbol too; beyond fifty the one that was asked for first is left."""
        if symbol in self._known and symbol not in self._wanted:
            if len(self._wanted) >= WANTED_MAX:
                del self._wanted[next(iter(self._wanted))]
            self._wanted[symbol] = None

    def older(self, symbol: str, span: timedelta) -> Sequence[Bar] | None:
        """Closed bars of a longer frame from before the desk listened; asked of the exchange with the next
        poll when nobody has asked before, so that they are not known at first."""
        frame = next((name for name, length in FRAMES.items() if length == span), "")
        if symbol not in self._known or not frame:
            return ()
        return self._older.setdefault((symbol, frame), None)

    def stale_after_s(self, symbol: str) -> float:
        """Twice the declared cadence."""
        return 2 * CADENCE_S

    def is_open(self, symbol: str, at: datetime) -> bool:
        """Spot crypto never closes."""
        return symbol in self._known

    def note(self, symbol: str) -> str:
        """Nothing: these prices are of now."""
        return ""

    async def run(self, sink: Sink) -> None:
        """Connect, then poll until canceled.

        Raises:
            FeedLost: unknown exchange (final), or not reachable for three tries.
        """
        exchange = self._exchange = await self._opened()
        try:
            markets = await self._asked(exchange.load_markets, exchange)
            self._list(markets, exchange.precisionMode)
            while True:
                await self._recall(exchange, sink)
                await self._poll(exchange, sink)
                await self._clock.sleep_s(self._poll_s)
        finally:
            self._exchange = None
            await exchange.close()

    async def ask(self, symbol: str) -> Quote | None:
        """The price of now by a request of its own: the one for all symbols may hang, or be tried again."""
        from ccxt.base.errors import BaseError

        exchange = self._exchange
        if exchange is None or symbol not in self._known:
            return None
        has_bids = exchange.has.get("fetchBidsAsks") is True
        fetch = exchange.fetch_bids_asks if has_bids else exchange.fetch_tickers
        try:
            async with asyncio.timeout(self._deadline_s):
                tickers = await fetch([symbol])
        except (BaseError, TimeoutError, OSError):
            return None
        return _quote(symbol, tickers.get(symbol) or {}, self._clock.now(), self.name)

    async def _open(self) -> Exchange:
        # 0.4 s of imports: in a thread, so that the chat stays quick.
        module = await asyncio.to_thread(importlib.import_module, "ccxt.async_support")
        if self._id not in module.exchanges:
            near = difflib.get_close_matches(self._id, module.exchanges, 3) or ["kraken", "coinbase"]
            raise FeedLost(
                f"ccxt knows no exchange called {self._id}: say --feed ccxt:{' or --feed ccxt:'.join(near)}.",
                final=True,
            )
        made: Exchange = getattr(module, self._id)({"enableRateLimit": True, "timeout": 1000 * DEADLINE_S})
        return made

    async def _asked(
        self, ask: Callable[[], Awaitable[Mapping[str, Any]]], exchange: Exchange
    ) -> Mapping[str, Any]:
        """The answer within the deadline, after at most three tries."""
        from ccxt.base.errors import BaseError, NetworkError, RateLimitExceeded

        trial = 0
        while True:
            trial += 1
            try:
                async with asyncio.timeout(self._deadline_s):
                    return await ask()
            except (NetworkError, TimeoutError, OSError) as broken:
                if trial >= TRIES:
                    raise FeedLost(
                        f"{exchange.id} cannot be reached ({type(broken).__name__}): check the network or "
                        "choose another --feed; the desk goes on and I keep trying."
                    ) from broken
                slower = 4 if isinstance(broken, RateLimitExceeded) else 1
                await self._clock.sleep_s(trial * slower * self._poll_s * (0.5 + self._entropy.fraction()))
            except BaseError as refused:
                raise FeedLost(
                    f"{exchange.id} refuses to give prices ({type(refused).__name__}): choose another "
                    "--feed; the desk goes on and I keep trying."
                ) from refused

    async def _poll(self, exchange: Exchange, sink: Sink) -> None:
        symbols = list(self._wanted)
        if not symbols:
            return
        if exchange.has.get("fetchBidsAsks") is True:
            tickers = await self._asked(lambda: exchange.fetch_bids_asks(symbols), exchange)
        else:
            tickers = await self._asked(lambda: exchange.fetch_tickers(symbols), exchange)
        now = self._clock.now()
        for symbol in symbols:
            quote = _quote(symbol, tickers.get(symbol) or {}, now, self.name)
            if quote is not None:
                sink.take(quote)

    async def _recall(self, exchange: Exchange, sink: Sink) -> None:
        """The last minutes of symbols that are new here."""
        if exchange.has.get("fetchOHLCV") is not True:
            return
        for symbol in [one for one in self._wanted if one not in self._recalled]:
            self._recalled.add(symbol)

            async def asked(symbol: str = symbol) -> Mapping[str, Any]:
                return {"rows": await exchange.fetch_ohlcv(symbol, "1m", None, HISTORY)}

            rows = (await self._asked(asked, exchange))["rows"]
            now = self._clock.now()
            bars = [bar for row in rows if (bar := _bar(symbol, row, self.name)) is not None]
            sink.recall(symbol, [bar for bar in bars if bar.ends_at <= now], None)
        for key in [key for key, known in self._older.items() if known is None or self._is_due(key, known)]:
            self._older_asked_s[key] = self._clock.elapsed_s()
            self._older[key] = await self._frame_bars(exchange, *key, self._older[key] or [])

    def _is_due(self, key: tuple[str, str], known: Sequence[Bar]) -> bool:
        """Whether the next bar of a frame should be there, and was not asked for just now."""
        if not known or known[-1].ends_at + FRAMES[key[1]] > self._clock.now():
            return False
        return self._clock.elapsed_s() - self._older_asked_s.get(key, 0.0) >= FRAME_AGAIN_S

    async def _frame_bars(
        self, exchange: Exchange, symbol: str, frame: str, known: Sequence[Bar]
    ) -> list[Bar]:
        """The newest closed bars of a frame behind those that are known; none when the exchange has no such
        bars. One that gives few at once is asked page by page."""
        if frame not in (exchange.timeframes or {}):
            return []
        span = FRAMES[frame]
        found = {bar.at: bar for bar in known}
        since = None if not known else known[-1].ends_at
        for _ in range(FRAME_PAGES_MAX):
            page = await self._page(exchange, symbol, frame, since)
            fresh = [bar for bar in page if bar.at not in found]
            found.update((bar.at, bar) for bar in fresh)
            now = self._clock.now()
            if since is None and 0 < len(found) < FRAME_HISTORY:
                # Fewer than asked for: it gives no more at once, so from the beginning on.
                since = now - FRAME_HISTORY * span
            elif not fresh or max(found) + 2 * span > now:
                break
            else:
                since = max(found) + span
        return [found[at] for at in sorted(found)][-FRAME_HISTORY:]

    async def _page(self, exchange: Exchange, symbol: str, frame: str, since: datetime | None) -> list[Bar]:
        since_ms = None if since is None else int(since.timestamp() * 1000)

        async def asked() -> Mapping[str, Any]:
            return {"rows": await exchange.fetch_ohlcv(symbol, frame, since_ms, FRAME_HISTORY)}

        rows = (await self._asked(asked, exchange))["rows"]
        now = self._clock.now()
        bars = [bar for row in rows if (bar := _bar(symbol, row, self.name, FRAMES[frame])) is not None]
        return [bar for bar in bars if bar.ends_at <= now]

    def _list(self, markets: Mapping[str, Any], mode: int) -> None:
        known = {}
        for symbol, market in markets.items():
            if market.get("spot") and market.get("active") is not False:
                known[symbol] = _instrument(symbol, market, mode)
        self._known = known
        self._instruments = tuple(known.values())
        self._wanted = {symbol: None for symbol in self._wanted if symbol in known}
        if not self._wanted:
            for base in FIRST_BASES:
                pair = next((f"{base}/{quote}" for quote in _QUOTES if f"{base}/{quote}" in known), None)
                if pair is not None:
                    self._wanted[pair] = None


def _instrument(symbol: str, market: Mapping[str, Any], mode: int) -> Instrument:
    precision, limits = market.get("precision") or {}, market.get("limits") or {}
    known = instrument_for(symbol)
    return replace(
        known,
        tick_size=_step(precision.get("price"), mode) or known.tick_size,
        lot_size=_step(precision.get("amount"), mode) or known.lot_size,
        quantity_min=_decimal((limits.get("amount") or {}).get("min")) or Decimal(0),
        notional_min=_decimal((limits.get("cost") or {}).get("min")) or Decimal(0),
    )


def _quote(symbol: str, ticker: Mapping[str, Any], now: datetime, source: str) -> Quote | None:
    last = _decimal(ticker.get("last"))
    bid, ask = _decimal(ticker.get("bid")) or last, _decimal(ticker.get("ask")) or last
    if bid is None or ask is None or not 0 < bid <= ask:
        return None
    bid_size, ask_size = _decimal(ticker.get("bidVolume")), _decimal(ticker.get("askVolume"))
    return Quote(
        symbol,
        Price(bid),
        Price(ask),
        now,
        None if bid_size is None else Quantity(bid_size),
        None if ask_size is None else Quantity(ask_size),
        source,
    )


def _bar(symbol: str, row: Sequence[Any], source: str, span: timedelta = _MINUTE) -> Bar | None:
    o, h, lo, cl = (_decimal(value) for value in row[1:5])
    if o is None or h is None or lo is None or cl is None or not 0 < lo <= min(o, cl) <= max(o, cl) <= h:
        return None
    at = datetime.fromtimestamp(row[0] / 1000, UTC)
    volume = _decimal(row[5])
    return Bar(
        symbol,
        at,
        at + span,
        Price(o),
        Price(h),
        Price(lo),
        Price(cl),
        None if volume is None else Quantity(volume),
        source=source,
    )


def _step(value: Any, mode: int) -> Decimal | None:
    """Tick or lot: ccxt gives the step itself, or the number of decimals."""
    if value is None:
        return None
    if mode == _TICK_SIZE:
        return _decimal(value) or None
    return Decimal(1).scaleb(-int(value)) if mode == _DECIMAL_PLACES else None


def _decimal(value: Any) -> Decimal | None:
    """ccxt's floats come from decimal text; their shortest form gives that text back (up to 15 digits)."""
    if value is None:
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None
