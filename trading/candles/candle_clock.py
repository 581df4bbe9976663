"""The clock of candles: when one has closed, in the time of its market, for everybody who waits for it.

Candles are joined from the bars that the market tells. One has closed when a bar reaches its end or a bar of
a later one comes; where the market rests, when no bar of it can come any more. Nothing is invented: a candle
without bars is missing, and a bar that comes after its candle has closed is late and left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from trading.domain.market import Bar, Print, Quote
from trading.frames import joined
from trading.ports import Clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHORTEST = timedelta(minutes=1)
"""The bar that a market is thought to have until it has told one."""
LOOK_EVERY_S = 1.0
CANDLES_MAX = 2_000
"""Closed candles of a line that are remembered: enough for the slowest average that can be set, several
times the usual ones."""
MISSING_MAX = 10
"""How many missing candles in a row are named one by one."""

Line = tuple[str, timedelta]
"""A symbol and how long its candles are."""


class Candle(NamedTuple):
    """One that has closed. `missing`: how many there should have been between it and the one before, while
    the market was open."""

    line: Line
    bar: Bar
    missing: int = 0


class Odd(NamedTuple):
    """What does not fit: `late`, a bar whose candle had closed; `missing`, no bar in a whole candle although
    the market was open. `at`: when that candle began."""

    kind: Literal["late", "missing"]
    line: Line
    at: datetime


Listener = Callable[[Candle], None]
OddListener = Callable[[Odd], None]


class CandleClock:
    """Candles of every line that somebody follows. Listeners are called at once: they must be quick and must
    not raise."""

    def __init__(self, clock: Clock, is_open: Callable[[str, datetime], bool]) -> None:
        self._clock = clock
        self._is_open = is_open
        self._lines: dict[str, dict[timedelta, _Growing]] = {}
        self._listeners: list[Listener] = []
        self._odd_listeners: list[OddListener] = []

    def follow(self, symbol: str, span: timedelta, known: Sequence[Bar], older: Sequence[Bar] = ()) -> None:
        """Watch candles of `span` from now on; cheap twice.

        Args:
            known: the market's bars of the symbol so far, oldest first, each of at most `span`.
            older: candles of that length from before them.
        """
        lines = self._lines.setdefault(symbol, {})
        if span not in lines:
            lines[span] = _Growing(symbol, span, known, older, self._clock.now())

    def recall(self, symbol: str, span: timedelta, known: Sequence[Bar], older: Sequence[Bar] = ()) -> None:
        """More of the past has become known: what lies before the oldest candle is put in front of it."""
        line = self._lines.get(symbol, {}).get(span)
        if line is not None:
            line.recall(_Growing(symbol, span, known, older, self._clock.now()).closed)

    def leave(self, symbol: str, span: timedelta) -> None:
        """Watch them no more."""
        lines = self._lines.get(symbol, {})
        lines.pop(span, None)
        if not lines:
            self._lines.pop(symbol, None)

    def listen(self, listener: Listener, odd: OddListener | None = None) -> Callable[[], None]:
        """Call `listener` with every candle that closes from now on, and `odd` with what does not fit;
        returns what ends that."""
        self._listeners.append(listener)
        if odd is not None:
            self._odd_listeners.append(odd)

        def end() -> None:
            self._listeners.remove(listener)
            if odd is not None:
                self._odd_listeners.remove(odd)

        return end

    def candles(self, symbol: str, span: timedelta) -> list[Bar]:
        """The newest closed candles of a line that is followed, oldest first."""
        line = self._lines.get(symbol, {}).get(span)
        return list(line.closed) if line is not None else []

    # ------------------------------------------------------------ what happens

    def heard(self, event: Quote | Print | Bar) -> None:
        """The market says something: only bars count. For `Market.subscribe`."""
        if isinstance(event, Bar):
            for line in tuple(self._lines.get(event.symbol, {}).values()):
                self._took(line, event)

    def look(self) -> None:
        """Close what must have ended by now."""
        now = self._clock.now()
        for lines in tuple(self._lines.values()):
            for line in tuple(lines.values()):
                while line.bars and now >= line.ends_at + line.base:
                    self._close(line)
                self._note_missing(line, now)

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            await self._clock.sleep_s(LOOK_EVERY_S)
            self.look()

    def _took(self, line: _Growing, bar: Bar) -> None:
        length = bar.ends_at - bar.at
        if length > line.span:
            return
        line.base = min(line.base, length) if line.is_told else length
        line.is_told = True
        start = line.start_of(bar)
        if line.closed_to is not None and start < line.closed_to:
            self._tell_odd(Odd("late", (line.symbol, line.span), start))
            return
        if line.bars and start > line.begins_at:
            self._close(line)
        line.bars.append(bar)
        line.begins_at = start
        if bar.ends_at >= line.ends_at:
            self._close(line)

    def _close(self, line: _Growing) -> None:
        missing = self._missing(line, line.begins_at)
        follows = line.closed_to is not None
        (bar,) = joined(line.bars, line.span, follows=True)
        is_whole = follows or line.bars[0].at == line.begins_at
        line.bars, line.closed_to = [], line.ends_at
        line.told_to = line.closed_to
        if not is_whole:
            # Its beginning was before anybody listened: its open would not be an open.
            return
        line.remember(bar)
        for listener in tuple(self._listeners):
            listener(Candle((line.symbol, line.span), bar, missing))

    def _missing(self, line: _Growing, begins_at: datetime) -> int:
        """How many candles there should have been since the last one."""
        if line.closed_to is None:
            return 0
        at, found = line.closed_to, 0
        while at < begins_at and found < CANDLES_MAX:
            found += self._is_open(line.symbol, at)
            at += line.span
        return found

    def _note_missing(self, line: _Growing, now: datetime) -> None:
        at = line.told_to
        if at is None or line.bars:
            return
        over = (now - line.base - line.base - at) // line.span
        # A desk that slept for days names the newest ones only.
        at += max(over - MISSING_MAX, 0) * line.span
        while at + line.span + line.base + line.base <= now:
            if self._is_open(line.symbol, at):
                self._tell_odd(Odd("missing", (line.symbol, line.span), at))
            at += line.span
        line.told_to = at

    def _tell_odd(self, odd: Odd) -> None:
        for listener in tuple(self._odd_listeners):
            listener(odd)


class _Growing:
    """One line: what is remembered of it, and the candle that still grows."""

    __slots__ = (
        "bars",
        "base",
        "begins_at",
        "closed",
        "closed_to",
        "is_told",
        "span",
        "symbol",
        "told_to",
    )

    def __init__(
        self, symbol: str, span: timedelta, known: Sequence[Bar], older: Sequence[Bar], now: datetime
    ) -> None:
        self.symbol, self.span = symbol, span
        fitting = [bar for bar in known if bar.ends_at - bar.at <= span]
        self.is_told = bool(fitting)
        self.base = min((bar.ends_at - bar.at for bar in fitting), default=min(SHORTEST, span))
        groups = joined(fitting, span) if fitting else []
        last = groups[-1] if groups else None
        is_over = last is not None and (
            fitting[-1].ends_at >= last.ends_at or now >= last.ends_at + self.base
        )
        whole = groups if is_over or last is None else groups[:-1]
        self.closed: list[Bar] = [*_before(older, whole), *whole][-CANDLES_MAX:]
        self.closed_to: datetime | None = self.closed[-1].ends_at if self.closed else None
        self.told_to = self.closed_to
        self.bars = [] if is_over or last is None else [bar for bar in fitting if bar.at >= last.at]
        self.begins_at = last.at if last is not None else _EPOCH

    @property
    def ends_at(self) -> datetime:
        """When the candle that grows is over."""
        return self.begins_at + self.span

    def start_of(self, bar: Bar) -> datetime:
        """When the candle begins in which a bar begins."""
        if bar.ends_at - bar.at == self.span:
            return bar.at
        return bar.at - (bar.at - _EPOCH) % self.span

    def recall(self, past: Sequence[Bar]) -> None:
        """Put what was before in front. Where nothing has closed yet, what grows goes on growing."""
        first = self.closed[0].at if self.closed else self.begins_at if self.bars else None
        before = [bar for bar in past if first is None or bar.ends_at <= first]
        self.closed = [*before, *self.closed][-CANDLES_MAX:]
        if self.closed_to is None and self.closed:
            self.closed_to = self.told_to = self.closed[-1].ends_at

    def remember(self, bar: Bar) -> None:
        """One more that has closed; the oldest go when there are too many."""
        self.closed.append(bar)
        if len(self.closed) > CANDLES_MAX + CANDLES_MAX // 4:
            del self.closed[:-CANDLES_MAX]


def _before(older: Sequence[Bar], whole: Sequence[Bar]) -> list[Bar]:
    if not whole:
        return list(older)
    return [bar for bar in older if bar.ends_at <= whole[0].at]
