"""Prices of Binance spot: best bid and ask off the stream, held against the same over REST every two seconds.

Both ways end in the same symbols. While the stream is silent or says something else than REST, REST is what
counts: a stop that only the desk watches must never hang on one connection (RELIABILITY X47, X48).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import aiohttp

from trading.brokers.binance_line import CANDLES, PRICES, Line
from trading.brokers.binance_markets import market_of
from trading.brokers.ccxt_line import Declined
from trading.brokers.ccxt_markets import exact
from trading.brokers.limits import Lane
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.domain.money import HUNDRED, Price, Quantity
from trading.feeds.feed import Sink
from trading.feeds.problems import FeedLost
from trading.feeds.two_sources import TwoSources
from trading.frames import FRAMES
from trading.ports import BrokerSilent, Clock

CHECK_S: Final = 2.0
STALE_S: Final = 5.0
"""Entries wait from that age on (RELIABILITY X47)."""
QUIET_S: Final = 20.0
"""A stream that says nothing for so long is begun anew: something is asked for on it every few seconds."""
PAUSE_MAX_S: Final = 30.0
FRESH_S: Final = 1.5
"""A quote of the stream that is younger is not replaced by what REST says."""
APART_PERCENT: Final = Decimal(1)
APART_TIMES: Final = 3
"""So often in a row stream and REST must be further apart, then the stream is not believed."""
FAILED_TIMES: Final = 3
WANTED_MAX: Final = 200
HISTORY: Final = 1000
FRAME_HISTORY: Final = 300
CONNECT_S: Final = 8.0
NEVER_S: Final = float("-inf")
_MINUTE = timedelta(minutes=1)


class BinancePrices:
    """A `Feed` of one side of Binance.

    Args:
        line: the side's way without a key; its markets and its budget are those of the accounts there.
        name: what people read (`binance`, `binance paper`).
        currency: what the accounts there trade in; only such symbols are listed.
    """

    gives_bars = False

    def __init__(self, line: Line, clock: Clock, name: str, currency: str = "USDT") -> None:
        self.name = name
        self.currency = currency
        self._line = line
        self._clock = clock
        self._wanted: dict[str, Instrument] = {}
        self._by_market: dict[str, str] = {}
        self._recalled: set[str] = set()
        self._older: dict[tuple[str, str], list[Bar] | None] = {}
        self._instruments: tuple[Instrument, ...] = ()
        self._known: dict[str, Instrument] = {}
        self._streamed: dict[str, tuple[Quote, float]] = {}
        self._apart: dict[str, int] = {}
        self._heard_s = NEVER_S
        self._failed = 0
        self._doubts = False
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._asked: set[str] = set()
        self._requests = 0
        self._more = asyncio.Event()
        self._two = TwoSources(clock, self._more.set)

    # ------------------------------------------------------------ Feed

    def instruments(self) -> Sequence[Instrument]:
        """What trades in the accounts' currency; none before the venue was reached."""
        return self._instruments

    def want(self, symbol: str, sink: Sink) -> None:
        """Follow this symbol too; beyond two hundred the one that was asked for first is left."""
        instrument = self._known.get(symbol)
        if instrument is None or symbol in self._wanted:
            return
        if len(self._wanted) >= WANTED_MAX:
            gone = self._wanted.pop(next(iter(self._wanted)))
            del self._by_market[market_of(gone)]
        self._wanted[symbol] = instrument
        self._by_market[market_of(instrument)] = symbol
        self._more.set()

    def older(self, symbol: str, span: timedelta) -> Sequence[Bar]:
        """Closed bars of a longer frame from before the desk listened; asked for with the next check."""
        frame = next((name for name, length in FRAMES.items() if length == span), "")
        if symbol not in self._known or not frame:
            return ()
        return self._older.setdefault((symbol, frame), None) or ()

    def stale_after_s(self, symbol: str) -> float:
        """Five seconds: coins trade all day, and REST is asked every two."""
        return STALE_S

    def is_open(self, symbol: str, at: datetime) -> bool:
        """Spot coins never close."""
        return symbol in self._known

    @property
    def stream_age_s(self) -> float | None:
        """How long the stream has said nothing; None before it said anything."""
        return None if self._heard_s == NEVER_S else self._clock.elapsed_s() - self._heard_s

    def note(self, symbol: str) -> str:
        """Nothing: these prices are of now."""
        return ""

    async def run(self, sink: Sink) -> None:
        """Follow until canceled. Raises FeedLost when neither way gives prices."""
        try:
            await self._list()
        except (BrokerSilent, Declined) as broken:
            raise FeedLost(self._lost(broken)) from broken
        stream = asyncio.create_task(self._follow(sink), name=f"stream {self.name}")
        try:
            while True:
                self._more.clear()
                await self._check(sink)
                if stream.done():
                    stream.result()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(CHECK_S):
                        await self._more.wait()
        finally:
            stream.cancel()
            await asyncio.gather(stream, return_exceptions=True)

    # ------------------------------------------------------------ REST

    async def _list(self) -> None:
        markets = await self._line.load_markets(Lane.QUERY)
        self._instruments = tuple(markets.quoted_in(self.currency))
        self._known = {one.symbol: one for one in self._instruments}
        if not self._wanted and self._instruments:
            first = self._instruments[0]
            self._wanted[first.symbol] = first
            self._by_market[market_of(first)] = first.symbol

    async def _check(self, sink: Sink) -> None:
        """One look over REST: what is new here, and what the stream should say."""
        if self._doubts:
            await self._hang_up()
        await self._subscribe()
        try:
            await self._recall(sink)
            names = json.dumps(list(self._by_market), separators=(",", ":"))
            rows = await self._line.ask(Lane.QUERY, PRICES, {"symbols": names}) if self._by_market else []
        except (BrokerSilent, Declined) as broken:
            self._failed += 1
            now_s = self._clock.elapsed_s()
            if self._failed >= FAILED_TIMES and now_s - self._heard_s > STALE_S:
                raise FeedLost(self._lost(broken)) from broken
            return
        self._failed = 0
        for row in rows if isinstance(rows, list) else [rows]:
            symbol = self._by_market.get(row["symbol"])
            quote = self._quote(
                symbol, (row["bidPrice"], row["bidQty"], row["askPrice"], row["askQty"]), "rest"
            )
            if quote is not None:
                self._held_against(quote, sink)

    def _held_against(self, quote: Quote, sink: Sink) -> None:
        """Take what REST says, unless the stream has said something young that agrees with it."""
        streamed, at_s = self._streamed.get(quote.symbol, (None, 0.0))
        is_young = streamed is not None and self._clock.elapsed_s() - at_s <= FRESH_S
        if streamed is not None and is_young:
            apart = abs(streamed.mid - quote.mid) * HUNDRED > APART_PERCENT * quote.mid
            times = self._apart[quote.symbol] = self._apart.get(quote.symbol, 0) + 1 if apart else 0
            if times < APART_TIMES:
                if self._two.is_held(quote.symbol):  # the stream has leapt: this says whether it is so
                    sink.take(self._two.second(quote))
                return
            # Two sources disagree for good: the one that is asked anew each time is believed, and the
            # connection is begun anew.
            self._apart[quote.symbol] = 0
            self._streamed.pop(quote.symbol, None)
            self._doubts = True
        sink.take(self._two.second(quote))

    async def _recall(self, sink: Sink) -> None:
        """The last minutes of symbols that are new here, and longer bars that somebody asked for."""
        for symbol in [one for one in self._wanted if one not in self._recalled]:
            bars = await self._bars(symbol, "1m", HISTORY, _MINUTE)
            self._recalled.add(symbol)
            sink.recall(symbol, bars, None)
        for symbol, frame in [key for key, known in self._older.items() if known is None]:
            self._older[symbol, frame] = await self._bars(symbol, frame, FRAME_HISTORY, FRAMES[frame])

    async def _bars(self, symbol: str, frame: str, count: int, span: timedelta) -> list[Bar]:
        asked = {"symbol": market_of(self._known[symbol]), "interval": frame, "limit": str(count)}
        rows = await self._line.ask(Lane.QUERY, CANDLES, asked)
        now = self._clock.now()
        bars = (_bar(symbol, row, span, self.name) for row in rows)
        return [bar for bar in bars if bar is not None and bar.ends_at <= now]

    def _lost(self, broken: Exception) -> str:
        return f"{self.name} gives no prices ({broken}): the desk goes on and I keep trying."

    # ------------------------------------------------------------ the stream

    async def _follow(self, sink: Sink) -> None:
        """Connect, listen, begin anew, for ever; REST goes on meanwhile."""
        pause_s = 0.5
        async with aiohttp.ClientSession() as session:
            while True:
                began_s = self._clock.elapsed_s()
                with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError, BrokerSilent):
                    await self._one_life(session, sink)
                pause_s = (
                    0.5 if self._clock.elapsed_s() - began_s > PAUSE_MAX_S else min(pause_s * 2, PAUSE_MAX_S)
                )
                await self._clock.sleep_s(pause_s)

    async def _one_life(self, session: aiohttp.ClientSession, sink: Sink) -> None:
        wire = await self._line.wire()
        url = f"{wire.urls['api']['ws']['spot']}/0"
        async with asyncio.timeout(CONNECT_S):
            socket = await session.ws_connect(url, heartbeat=QUIET_S / 2, max_msg_size=0)
        self._socket, self._asked = socket, set()
        try:
            await self._subscribe()
            while True:
                message = await socket.receive(timeout=QUIET_S)
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                self._take(json.loads(message.data), sink)
        finally:
            await self._hang_up()

    async def _hang_up(self) -> None:
        """End the connection without waiting for the other side for long."""
        socket, self._socket, self._doubts = self._socket, None, False
        if socket is not None:
            with contextlib.suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(1):
                    await socket.close()

    async def _subscribe(self) -> None:
        """Ask for what is wanted and was not asked for on this connection; leave what is wanted no more."""
        socket = self._socket
        if socket is None or socket.closed:
            return
        wanted = {f"{market.lower()}@bookTicker" for market in self._by_market}
        for method, names in (("SUBSCRIBE", wanted - self._asked), ("UNSUBSCRIBE", self._asked - wanted)):
            if names:
                self._requests += 1
                asked = {"method": method, "params": sorted(names), "id": self._requests}
                with contextlib.suppress(ConnectionError):
                    await socket.send_json(asked)
        self._asked = wanted

    def _take(self, frame: Any, sink: Sink) -> None:
        now_s = self._clock.elapsed_s()
        if not isinstance(frame, dict) or "b" not in frame or "a" not in frame:
            return
        symbol = self._by_market.get(str(frame.get("s", "")))
        quote = self._quote(symbol, (frame["b"], frame.get("B"), frame["a"], frame.get("A")), "stream")
        if quote is None:
            return
        self._heard_s = now_s
        self._streamed[quote.symbol] = (quote, now_s)
        told = self._two.first(quote)
        if told is not None:
            sink.take(told)

    def _quote(self, symbol: str | None, told: Sequence[Any], way: str) -> Quote | None:
        """Bid, its size, ask, its size, as they come; None for what no market can say."""
        if symbol is None:
            return None
        try:
            bid, bid_size, ask, ask_size = (None if one is None else exact(one) for one in told)
        except ArithmeticError:
            return None
        if bid is None or ask is None or not (bid.is_finite() and ask.is_finite() and 0 < bid <= ask):
            return None
        sizes = [None if one is None else Quantity(one) for one in (bid_size, ask_size)]
        return Quote(
            symbol, Price(bid), Price(ask), self._clock.now(), sizes[0], sizes[1], f"{self.name} {way}"
        )


def _bar(symbol: str, row: Sequence[Any], span: timedelta, source: str) -> Bar | None:
    """One row of `klines`."""
    o, h, low, c, volume = (exact(one) for one in row[1:6])
    if not 0 < low <= min(o, c) <= max(o, c) <= h:
        return None
    at = datetime.fromtimestamp(int(row[0]) / 1000, UTC)
    prices = (Price(o), Price(h), Price(low), Price(c))
    return Bar(symbol, at, at + span, *prices, Quantity(volume), source=source)
