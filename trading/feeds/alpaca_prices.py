"""Prices of Alpaca: best bid and ask off its stream, held against the same asked for every two seconds, and
their past.

Its data is asked with the key of an account; before one is there, nothing is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from trading.brokers.alpaca_assets import CLASSES, REGULAR, instrument_of, session_of
from trading.brokers.alpaca_profile import AlpacaMarket, AlpacaSite
from trading.brokers.alpaca_wire import AlpacaKeys, VenueRefused, Wire
from trading.brokers.alpaca_words import WireAsset, WireDay, read
from trading.brokers.limits import Budget, Lane
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.domain.money import Price, Quantity
from trading.domain.place import bare, placed
from trading.feeds.alpaca_quotes import AlpacaQuotes, Told
from trading.feeds.feed import Sink
from trading.feeds.problems import FeedLost
from trading.feeds.two_ways import TwoWays
from trading.frames import FRAMES
from trading.ports import BrokerSilent, Clock

POLL_S: Final = 2.0
STALE_S: Final = 15.0
"""Shares may stand still for seconds (RELIABILITY X47); coins are asked just as often."""
CLOCK_S: Final = 20.0
CALENDAR_S: Final = 6 * 3600.0
AHEAD: Final = timedelta(days=35)
"""So far the calendar is read: each holiday in it goes into every instrument."""
WANTED_MAX: Final = 200
FAILED_TIMES: Final = 3
HISTORY: Final = 1000
LOOK_BACK: Final = timedelta(days=4)
"""Over a weekend: the newest minutes of a share are days old on a Monday."""
MINUTE: Final = timedelta(minutes=1)
FRAME_NAMES: Final = {"5m": "5Min", "15m": "15Min", "1h": "1Hour", "4h": "4Hour", "1d": "1Day"}


class _Best(Struct):
    bid: Decimal = field(name="bp", default=Decimal(0))
    ask: Decimal = field(name="ap", default=Decimal(0))
    bid_size: Decimal = field(name="bs", default=Decimal(0))
    ask_size: Decimal = field(name="as", default=Decimal(0))


class _Quotes(Struct):
    quotes: dict[str, _Best] = {}


class _Row(Struct):
    at: datetime = field(name="t")
    open: Decimal = field(name="o")
    high: Decimal = field(name="h")
    low: Decimal = field(name="l")
    close: Decimal = field(name="c")
    volume: Decimal = field(name="v", default=Decimal(0))


class _Bars(Struct):
    bars: dict[str, list[_Row]] | None = None


class _Open(Struct):
    is_open: bool


class AlpacaPrices:
    """A `Feed` of one of Alpaca's markets.

    Args:
        site: where its orders go; assets and the clock are asked there.
        data: where its prices come from, up to and without the version.
        place: stands before each symbol.
        stream: where its data streams, up to and without the version; empty: it is only asked.
    """

    gives_bars = False

    def __init__(
        self,
        market: AlpacaMarket,
        site: AlpacaSite,
        data: str,
        place: str,
        clock: Clock,
        name: str,
        stream: str = "",
    ) -> None:
        self.name = name
        self._market, self._site, self._place, self._clock = market, site, place, clock
        self._data = AlpacaSite(site.environment, data, site.stream)
        self._given: AlpacaKeys | None = None
        self._wanted: dict[str, Instrument] = {}
        self._recalled: set[str] = set()
        self._older: dict[tuple[str, str], list[Bar] | None] = {}
        self._instruments: tuple[Instrument, ...] = ()
        self._known: dict[str, Instrument] = {}
        self._heard_s: float | None = None
        self._is_open = False
        self._looked_s = self._dated_s = float("-inf")
        self._session = REGULAR
        self._more = asyncio.Event()
        self._ways = TwoWays(clock, self._more.set)
        feed = "v1beta3/crypto/us" if market is AlpacaMarket.COINS else "v2/iex"
        self._sink: Sink | None = None
        self._quotes = AlpacaQuotes(f"{stream}/{feed}", clock, self._followed, self._hear) if stream else None

    def use(self, keys: AlpacaKeys) -> None:
        """Ask with this key from now on."""
        self._given = keys
        self._more.set()

    @property
    def age_s(self) -> float | None:
        """How long ago prices came; None before the first."""
        return None if self._heard_s is None else self._clock.elapsed_s() - self._heard_s

    # ------------------------------------------------------------ Feed

    def instruments(self) -> Sequence[Instrument]:
        """What can be traded in this market; none before the venue was reached."""
        return self._instruments

    def want(self, symbol: str, sink: Sink) -> None:
        """Follow this symbol too; beyond two hundred the one that was asked for first is left."""
        if symbol in self._known and symbol not in self._wanted:
            if len(self._wanted) >= WANTED_MAX:
                del self._wanted[next(iter(self._wanted))]
            self._wanted[symbol] = self._known[symbol]
            self._more.set()

    def older(self, symbol: str, span: timedelta) -> Sequence[Bar]:
        """Closed bars of a longer frame from before the desk listened; asked for with the next poll."""
        frame = next((name for name, length in FRAMES.items() if length == span), "")
        if symbol not in self._known or frame not in FRAME_NAMES:
            return ()
        return self._older.setdefault((symbol, frame), None) or ()

    def stale_after_s(self, symbol: str) -> float:
        """Fifteen seconds."""
        return STALE_S

    def is_open(self, symbol: str, at: datetime) -> bool:
        """Coins trade all day; shares when the venue's own clock says so, which knows holidays."""
        return symbol in self._known and (self._market is AlpacaMarket.COINS or self._is_open)

    def note(self, symbol: str) -> str:
        """Nothing: these prices are of now."""
        return ""

    async def run(self, sink: Sink) -> None:
        """Follow until canceled. Raises FeedLost when no prices come."""
        while self._given is None:
            self._more.clear()
            await self._more.wait()
        budget = Budget(self._clock, weight_max=200)
        data = Wire(self._data, self._given, self._clock, budget=budget, api=self._api)
        house = Wire(self._site, self._given, self._clock)
        failed, self._sink = 0, sink
        stream = None if self._quotes is None else asyncio.create_task(self._quotes.run(self._given))
        try:
            while True:
                self._more.clear()
                try:
                    await self._look(house)
                    await self._poll(data, sink)
                    await self._steer()
                    failed = 0
                except (BrokerSilent, VenueRefused) as broken:
                    failed += 1
                    if failed >= FAILED_TIMES:
                        text = f"{self.name} gives no prices ({broken}): the desk goes on and I keep trying."
                        raise FeedLost(text) from broken
                try:
                    async with asyncio.timeout(POLL_S):
                        await self._more.wait()
                except TimeoutError:
                    pass
        finally:
            if stream is not None:
                stream.cancel()
                await asyncio.gather(stream, return_exceptions=True)
            await data.close()
            await house.close()

    # ------------------------------------------------------------ inside

    @property
    def _api(self) -> str:
        return "v1beta3" if self._market is AlpacaMarket.COINS else "v2"

    @property
    def _root(self) -> str:
        return "crypto/us" if self._market is AlpacaMarket.COINS else "stocks"

    async def _look(self, house: Wire) -> None:
        """Whether the market is open, and once what is listed."""
        if not self._known:
            query = {"status": "active", "asset_class": CLASSES[self._market]}
            rows = read(list[WireAsset], await house.ask("GET", "assets", Lane.QUERY, query=query))
            found = [
                one for row in rows if (one := instrument_of(row, self._market, self._place)) is not None
            ]
            self._instruments = tuple(found)
            self._known = {one.symbol: one for one in found}
        if self._clock.elapsed_s() - self._looked_s >= CLOCK_S:
            self._is_open = read(_Open, await house.ask("GET", "clock", Lane.QUERY)).is_open
            self._looked_s = self._clock.elapsed_s()
        if self._market is not AlpacaMarket.COINS and self._clock.elapsed_s() - self._dated_s >= CALENDAR_S:
            await self._date(house)

    async def _date(self, house: Wire) -> None:
        """Holidays and short days of the coming weeks."""
        first = (self._clock.now() - timedelta(days=1)).date()
        last = first + AHEAD
        query = {"start": first.isoformat(), "end": last.isoformat()}
        days = read(list[WireDay], await house.ask("GET", "calendar", Lane.QUERY, query=query))
        self._dated_s = self._clock.elapsed_s()
        session = session_of(days, first, last)
        if session != self._session:
            self._session = session
            self._instruments = tuple(replace(one, session=session) for one in self._instruments)
            self._known = {one.symbol: one for one in self._instruments}

    async def _poll(self, data: Wire, sink: Sink) -> None:
        await self._recall(data, sink)
        names = ",".join(bare(symbol) for symbol in self._wanted)
        if not names:
            return
        path = f"{self._root}/latest/quotes" if self._market is AlpacaMarket.COINS else "stocks/quotes/latest"
        told = read(_Quotes, await data.ask("GET", path, Lane.QUERY, query={"symbols": names}))
        for name, best in told.quotes.items():
            symbol = placed(self._place, name)
            # Half a quote, or one upside down, is none: the market is closed, or the feed has no other side.
            if symbol in self._wanted and 0 < best.bid <= best.ask:
                self._heard_s = self._clock.elapsed_s()
                believed = self._ways.asked(self._quote(symbol, best))
                if believed is not None:
                    sink.take(believed)

    async def _steer(self) -> None:
        """Follow what is wanted; a stream that says something else than who is asked is begun anew."""
        if self._quotes is None:
            return
        if self._ways.is_doubted:
            self._ways.is_doubted = False
            await self._quotes.hang_up()
        await self._quotes.follow()

    def _followed(self) -> set[str]:
        return {bare(symbol) for symbol in self._wanted}

    def _hear(self, told: Told) -> None:
        symbol = placed(self._place, told.symbol)
        if self._sink is None or symbol not in self._wanted or not 0 < told.bid <= told.ask:
            return
        self._heard_s = self._clock.elapsed_s()
        sizes = Quantity(told.bid_size), Quantity(told.ask_size)
        quote = Quote(
            symbol, Price(told.bid), Price(told.ask), self._clock.now(), *sizes, source=f"{self.name} stream"
        )
        believed = self._ways.streamed(quote)
        if believed is not None:
            self._sink.take(believed)

    def _quote(self, symbol: str, best: _Best) -> Quote:
        sizes = Quantity(best.bid_size), Quantity(best.ask_size)
        return Quote(symbol, Price(best.bid), Price(best.ask), self._clock.now(), *sizes, source=self.name)

    async def _recall(self, data: Wire, sink: Sink) -> None:
        for symbol in [one for one in self._wanted if one not in self._recalled]:
            bars = await self._bars(data, symbol, "1Min", MINUTE)
            self._recalled.add(symbol)
            sink.recall(symbol, bars, None)
        for symbol, frame in [key for key, known in self._older.items() if known is None]:
            self._older[symbol, frame] = await self._bars(data, symbol, FRAME_NAMES[frame], FRAMES[frame])

    async def _bars(self, data: Wire, symbol: str, frame: str, span: timedelta) -> list[Bar]:
        now, name = self._clock.now(), bare(symbol)
        since = now - max(LOOK_BACK, span * 300)
        query = {
            "symbols": name,
            "timeframe": frame,
            "start": since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "limit": str(HISTORY),
            "sort": "desc",
        }
        told = read(_Bars, await data.ask("GET", f"{self._root}/bars", Lane.QUERY, query=query))
        rows = sorted((told.bars or {}).get(name, []), key=lambda row: row.at)
        bars = [_bar(symbol, row, span, self.name) for row in rows]
        return [bar for bar in bars if bar is not None and bar.ends_at <= now]


def _bar(symbol: str, row: _Row, span: timedelta, source: str) -> Bar | None:
    if not 0 < row.low <= min(row.open, row.close) <= max(row.open, row.close) <= row.high:
        return None
    at = row.at.astimezone(UTC)
    prices = (Price(row.open), Price(row.high), Price(row.low), Price(row.close))
    return Bar(symbol, at, at + span, *prices, Quantity(row.volume), source=source)
