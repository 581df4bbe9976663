"""The desk's view of all feeds: last quotes, bars, notes, and who is told when a price moves."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.feeds.building import BarBuilder
from trading.feeds.feed import Answers, Feed, FeedStatus, MarketEvent, Remembers
from trading.feeds.paths import closing_quote
from trading.feeds.problems import FeedLost
from trading.feeds.search import found
from trading.ports import Clock, Entropy

BARS_MAX = 1500
"""A day of minutes, and some: the change of 24 hours is counted from them."""
BACKOFF_FIRST_S = 1.0
BACKOFF_MAX_S = 60.0

Listener = Callable[[MarketEvent], None]
StatusListener = Callable[[FeedStatus], None]


class Market:
    """`trading.ports.MarketData` over feeds; the first feed that knows a symbol owns it for good.

    `run` listens to the feeds and calls the subscribers, each event once, synchronously: they must be
    quick and must not raise.
    """

    def __init__(
        self, feeds: Sequence[Feed], clock: Clock, entropy: Entropy, *, bars_max: int = BARS_MAX
    ) -> None:
        self._lines = [_Line(feed, self) for feed in feeds]
        self._clock = clock
        self._entropy = entropy
        self._bars_max = bars_max
        self._owners: dict[str, _Line] = {}
        self._last: dict[str, Quote] = {}
        self._bars: dict[str, deque[Bar]] = {}
        self._listeners: list[Listener] = []
        self._status_listeners: list[StatusListener] = []

    # ------------------------------------------------------------ MarketData

    def instrument(self, symbol: str) -> Instrument | None:
        """The contract of an exact symbol; None when no feed knows it."""
        line = self._owner(symbol)
        return line.instruments().get(symbol) if line is not None else None

    def search(self, text: str) -> Sequence[Instrument]:
        """Instruments that `text` may mean, all of the best kind of match: more than one = ask."""
        known: dict[str, Instrument] = {}
        for line in self._lines:
            for symbol, instrument in line.instruments().items():
                known.setdefault(symbol, instrument)
        return found(text, known.values())

    def last(self, symbol: str) -> Quote | None:
        """The newest quote, however old; None when there never was one."""
        quote = self._last.get(symbol)
        if quote is None:
            self._want(symbol)
            quote = self._last.get(symbol)
        return quote

    def want(self, symbol: str) -> None:
        """Have the symbol's feed listen to it from now on; cheap twice."""
        self._want(symbol)

    async def ask(self, symbol: str) -> Quote | None:
        """The price of now, where the symbol's feed says it when it is asked; it listens to it again, too."""
        line = self._owner(symbol)
        if line is None:
            return None
        self._want(symbol)
        source: object = line.feed
        return await source.ask(symbol) if isinstance(source, Answers) else None

    def stale_after_s(self, symbol: str) -> float:
        """Twice the feed's cadence; 0 for an unknown symbol, whose price is always stale."""
        line = self._owner(symbol)
        return line.feed.stale_after_s(symbol) if line is not None else 0.0

    def is_open(self, symbol: str, at: datetime) -> bool:
        """Whether the market of this symbol trades at `at`; never for an unknown symbol."""
        line = self._owner(symbol)
        return line is not None and line.feed.is_open(symbol, at)

    def bars(self, symbol: str, count: int) -> Sequence[Bar]:
        """The newest closed bars, oldest first, at most `count`."""
        if symbol not in self._bars:
            self._want(symbol)
        known = self._bars.get(symbol)
        if known is None or count <= 0:
            return []
        return list(known)[-count:]

    def older(self, symbol: str, span: timedelta) -> Sequence[Bar] | None:
        """Closed bars of a longer frame from before the desk listened, where the symbol's feed knows any;
        None while that is not known."""
        line = self._owner(symbol)
        if line is None:
            return None
        known: object = line.feed
        return known.older(symbol, span) if isinstance(known, Remembers) else ()

    def follows(self, symbol: str) -> bool:
        """Whether the bars that `older` gives are kept up to date by the symbol's feed."""
        line = self._owner(symbol)
        known: object = line.feed if line is not None else None
        return isinstance(known, Remembers) and known.follows_frames

    def note(self, symbol: str) -> str:
        """What screens must say about this price; a feed that is lost says since when."""
        line = self._owner(symbol)
        if line is None:
            return ""
        note = line.feed.note(symbol)
        if line.lost_since is not None:
            lost = f"feed lost since {line.lost_since:%H:%M} UTC"
            return f"{note}, {lost}" if note else lost
        return note

    # ------------------------------------------------------------ who is told

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event from now on; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def subscribe_status(self, listener: StatusListener) -> Callable[[], None]:
        """Call `listener` when a feed is lost, is back or has ended; returns what ends that."""
        self._status_listeners.append(listener)
        return lambda: self._status_listeners.remove(listener)

    def status(self) -> Sequence[FeedStatus]:
        """How each feed is."""
        now = self._clock.now()
        return [line.status(now) for line in self._lines]

    # ------------------------------------------------------------ the feeds' side

    def take(self, event: MarketEvent) -> None:
        """Something happened now, whoever drives the feed: remember it and tell everybody."""
        line = self._owner(event.symbol)
        if line is not None:
            self.hear(line, event)

    def hear(self, line: _Line, event: MarketEvent) -> None:
        """A feed says something about a symbol that it owns."""
        line.heard_at = self._clock.now()
        if line.lost_since is not None:
            line.lost_since = None
            line.said = ""
            self._tell_status(line)
        if isinstance(event, Quote):
            if not line.feed.gives_bars:
                bar = line.builder.add(event)
                if bar is not None:
                    self._tell_bar(bar)
            self._last[event.symbol] = event
            self._tell(event)
        elif isinstance(event, Bar):
            self._tell_bar(event)
        else:
            self._tell(event)

    def recall(self, symbol: str, bars: Sequence[Bar], quote: Quote | None) -> None:
        """What was before the desk listened; newer knowledge is kept.

        Nobody is told of the past, but a quote that is still fresh is the price at hand: whoever trades on
        this market must know it before the next one comes.
        """
        known = self._bars_of(symbol)
        since = known[0].at if known else None
        older = [bar for bar in bars if since is None or bar.ends_at <= since]
        self._bars[symbol] = deque([*older, *known], maxlen=self._bars_max)
        last = self._last.get(symbol)
        if quote is not None and (last is None or last.at < quote.at):
            self._last[symbol] = quote
            age_s = (self._clock.now() - quote.at).total_seconds()
            if age_s <= self.stale_after_s(symbol):
                self._tell(quote)

    async def run(self) -> None:
        """Listen until all feeds have ended; a lost feed is tried again, later each time."""
        async with asyncio.TaskGroup() as tasks:
            for line in self._lines:
                tasks.create_task(self._listen(line), name=f"feed {line.feed.name}")

    async def _listen(self, line: _Line) -> None:
        pause_s = BACKOFF_FIRST_S
        while True:
            started = self._clock.elapsed_s()
            try:
                await line.feed.run(line)
                line.ended = True
                self._tell_status(line)
                return
            except FeedLost as lost:
                line.said = lost.sentence
                if line.lost_since is None:
                    line.lost_since = self._clock.now()
                    self._tell_status(line)
                if lost.final:
                    return
            # A link that held for a while deserves a quick second try.
            if self._clock.elapsed_s() - started > BACKOFF_MAX_S:
                pause_s = BACKOFF_FIRST_S
            await self._clock.sleep_s(pause_s * (0.5 + self._entropy.fraction()))
            pause_s = min(pause_s * 2, BACKOFF_MAX_S)

    async def listen(self, feed: Feed) -> None:
        """One more feed, which comes after those that are there, until it has ended."""
        line = next((one for one in self._lines if one.feed is feed), None)
        if line is None:
            line = _Line(feed, self)
            self._lines.append(line)
        await self._listen(line)

    def _tell_bar(self, bar: Bar) -> None:
        self._bars_of(bar.symbol).append(bar)
        last = self._last.get(bar.symbol)
        if last is None or last.at < bar.ends_at:
            self._last[bar.symbol] = closing_quote(bar)
        self._tell(bar)

    def _tell(self, event: MarketEvent) -> None:
        for listener in self._listeners:
            listener(event)

    def _tell_status(self, line: _Line) -> None:
        status = line.status(self._clock.now())
        for listener in self._status_listeners:
            listener(status)

    def _bars_of(self, symbol: str) -> deque[Bar]:
        known = self._bars.get(symbol)
        if known is None:
            known = self._bars[symbol] = deque(maxlen=self._bars_max)
        return known

    def _want(self, symbol: str) -> None:
        line = self._owner(symbol)
        if line is not None:
            line.feed.want(symbol, line)

    def owns(self, line: _Line, symbol: str) -> bool:
        """Whether this feed is the one that speaks about the symbol: two must never mix their prices."""
        return self._owner(symbol) is line

    def _owner(self, symbol: str) -> _Line | None:
        line = self._owners.get(symbol)
        if line is None:
            line = next((one for one in self._lines if symbol in one.instruments()), None)
            if line is not None:
                self._owners[symbol] = line
        return line


class _Line:
    """One feed, what the market knows about it, and where it puts what it hears."""

    def __init__(self, feed: Feed, market: Market) -> None:
        self.feed = feed
        self._market = market
        self.builder = BarBuilder()
        self.heard_at: datetime | None = None
        self.lost_since: datetime | None = None
        self.ended = False
        self.said = ""
        self._known: dict[str, Instrument] = {}
        self._listed: Sequence[Instrument] = ()

    def take(self, event: MarketEvent) -> None:
        """As `Sink`; what another feed owns is not heard from this one."""
        if self._market.owns(self, event.symbol):
            self._market.hear(self, event)

    def recall(self, symbol: str, bars: Sequence[Bar], quote: Quote | None) -> None:
        """As `Sink`."""
        if self._market.owns(self, symbol):
            self._market.recall(symbol, bars, quote)

    def instruments(self) -> dict[str, Instrument]:
        """By symbol; rebuilt only when the feed's list is another one."""
        listed = self.feed.instruments()
        if listed is not self._listed:
            self._listed = listed
            self._known = {one.symbol: one for one in listed}
        return self._known

    def status(self, now: datetime) -> FeedStatus:
        """How it is at `now`."""
        age_s = (now - self.heard_at).total_seconds() if self.heard_at is not None else None
        alive = not self.ended and self.lost_since is None
        return FeedStatus(self.feed.name, alive, age_s, self.ended, self.lost_since, self.said)
