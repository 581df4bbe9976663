"""Prices of an exchange of ccxt: best bid and ask off its stream, held against the same over REST every two
seconds.

Both ways end in the same symbols. While the stream is silent or says something else than REST, REST is what
counts: a stop that only the desk watches must never hang on one connection (RELIABILITY X47, X48).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

import aiohttp

from trading.brokers.ccxt_line import Declined, Line
from trading.brokers.ccxt_markets import exact
from trading.brokers.limits import Lane
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.domain.money import Price, Quantity
from trading.feeds.feed import Sink
from trading.feeds.problems import FeedLost
from trading.feeds.two_ways import TwoWays
from trading.frames import FRAMES
from trading.ports import BrokerSilent, Clock

CHECK_S: Final = 2.0
STALE_S: Final = 5.0
"""Entries wait from that age on (RELIABILITY X47)."""
QUIET_S: Final = 20.0
"""A stream that says nothing for so long is begun anew: something is asked for on it every few seconds."""
PAUSE_MAX_S: Final = 30.0
FAILED_TIMES: Final = 3
WANTED_MAX: Final = 200
HISTORY: Final = 1000
FRAME_HISTORY: Final = 300
CONNECT_S: Final = 8.0
_MINUTE = timedelta(minutes=1)


Told = tuple[str, Sequence[Any]]
"""A market by any of its names there, and bid, its size, ask, its size, as they come."""


class StreamedPrices:
    """A `Feed` of one side of a venue; the words of its wire stand with each venue.

    Args:
        line: the side's way without a key; its markets and its budget are those of the accounts there.
        name: what people read (`binance`, `binance paper`).
        currency: what the accounts there trade in; only such symbols are listed.
    """

    gives_bars = False
    intervals: ClassVar[Mapping[str, Any]]
    """The venue's words for frames of bars."""

    def __init__(self, line: Line, clock: Clock, name: str, currency: str = "USDT") -> None:
        self.name = name
        self.currency = currency
        self._line = line
        self._clock = clock
        self._wanted: dict[str, Instrument] = {}
        self._recalled: set[str] = set()
        self._older: dict[tuple[str, str], list[Bar] | None] = {}
        self._instruments: tuple[Instrument, ...] = ()
        self._known: dict[str, Instrument] = {}
        self._failed = 0
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._asked: set[str] = set()
        self._requests = 0
        self._more = asyncio.Event()
        self._ways = TwoWays(clock, self._more.set)

    # ------------------------------------------------------------ what a venue says of its wire

    async def _rest_quotes(self, wanted: Sequence[Instrument]) -> Iterable[Told]:
        """Best bid and ask over REST."""
        raise NotImplementedError

    async def _rest_bars(self, symbol: str, frame: str, count: int, span: timedelta) -> list[Bar | None]:
        """The newest bars, oldest first; None for what is none."""
        raise NotImplementedError

    def _address(self, urls: Mapping[str, Any]) -> str:
        """Where the stream is."""
        raise NotImplementedError

    def _stream_name(self, instrument: Instrument) -> str:
        """How the stream calls the prices of a market."""
        raise NotImplementedError

    def _request(self, is_wanted: bool, names: Sequence[str], number: int) -> dict[str, Any]:
        """What asks for them, or leaves them."""
        raise NotImplementedError

    def _quotes_of(self, frame: Any) -> Iterable[Told]:
        """What a frame says; nothing of those that are no prices."""
        raise NotImplementedError

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
            del self._wanted[next(iter(self._wanted))]
        self._wanted[symbol] = instrument
        self._more.set()

    def older(self, symbol: str, span: timedelta) -> Sequence[Bar]:
        """Closed bars of a longer frame from before the desk listened; asked for with the next check."""
        frame = next((name for name, length in FRAMES.items() if length == span), "")
        if symbol not in self._known or frame not in self.intervals:
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
        return self._ways.age_s

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

    async def _check(self, sink: Sink) -> None:
        """One look over REST: what is new here, and what the stream should say."""
        if self._ways.is_doubted:
            await self._hang_up()
        await self._subscribe()
        try:
            await self._recall(sink)
            rows = await self._rest_quotes(list(self._wanted.values())) if self._wanted else ()
        except (BrokerSilent, Declined) as broken:
            self._failed += 1
            age_s = self._ways.age_s
            if self._failed >= FAILED_TIMES and (age_s is None or age_s > STALE_S):
                raise FeedLost(self._lost(broken)) from broken
            return
        self._failed = 0
        for market, told in rows:
            quote = self._quote(market, told, "rest")
            believed = None if quote is None else self._ways.asked(quote)
            if believed is not None:
                sink.take(believed)

    async def _recall(self, sink: Sink) -> None:
        """The last minutes of symbols that are new here, and longer bars that somebody asked for."""
        for symbol in [one for one in self._wanted if one not in self._recalled]:
            bars = await self._bars(symbol, "1m", HISTORY, _MINUTE)
            self._recalled.add(symbol)
            sink.recall(symbol, bars, None)
        for symbol, frame in [key for key, known in self._older.items() if known is None]:
            self._older[symbol, frame] = await self._bars(symbol, frame, FRAME_HISTORY, FRAMES[frame])

    async def _bars(self, symbol: str, frame: str, count: int, span: timedelta) -> list[Bar]:
        bars = await self._rest_bars(symbol, frame, count, span)
        now = self._clock.now()
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
        url = self._address(wire.urls["api"]["ws"])
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
        socket, self._socket, self._ways.is_doubted = self._socket, None, False
        if socket is not None:
            with contextlib.suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(1):
                    await socket.close()

    async def _subscribe(self) -> None:
        """Ask for what is wanted and was not asked for on this connection; leave what is wanted no more."""
        socket = self._socket
        if socket is None or socket.closed:
            return
        wanted = {self._stream_name(one) for one in self._wanted.values()}
        for is_wanted, names in ((True, wanted - self._asked), (False, self._asked - wanted)):
            if names:
                self._requests += 1
                with contextlib.suppress(ConnectionError):
                    await socket.send_json(self._request(is_wanted, sorted(names), self._requests))
        self._asked = wanted

    def _take(self, frame: Any, sink: Sink) -> None:
        for market, best in self._quotes_of(frame):
            quote = self._quote(market, best, "stream")
            if quote is not None:
                told = self._ways.streamed(quote)
                if told is not None:
                    sink.take(told)

    def _quote(self, market: str, told: Sequence[Any], way: str) -> Quote | None:
        """None for what nobody wants, and for what no market can say."""
        symbol = self._line.markets.symbol(market)
        if symbol not in self._wanted:
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


def bar_of(
    symbol: str, at: datetime, span: timedelta, prices: Sequence[Any], volume: Any, source: str
) -> Bar | None:
    """A bar of open, high, low and close as they come; None for what is none."""
    o, h, low, c = (exact(one) for one in prices)
    if not 0 < low <= min(o, c) <= max(o, c) <= h:
        return None
    prices = (Price(o), Price(h), Price(low), Price(c))
    return Bar(symbol, at, at + span, *prices, Quantity(exact(volume)), source=source)
