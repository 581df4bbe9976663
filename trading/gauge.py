"""What an indicator says now, from the market's bars: closed ones only, computed once for each bar."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from trading.domain.market import Bar
from trading.domain.measure import BARS_READ, INDICATORS, Indicator, Reading
from trading.frames import FRAMES, closed, frames_of, joined, span_of
from trading.ports import Clock, MarketData

BARS_MAX = 2000
"""More than the market remembers: all of it."""
SPARE = 50
"""Bars that are kept beyond those that are read: an alert that rests is not looked at for a while."""
KEPT_MAX = 2 * BARS_READ + SPARE
"""Closed bars of each frame that stay when the short bars behind them are forgotten; more where an indicator
reads more."""


class Gauge:
    """The newest closed bars of longer frames, and the indicators over them.

    Frames that somebody has asked for are kept from then on, so that they reach further back than the
    market's own bars.

    An indicator is computed from an anchor on, which moves in whole steps once two of them have come: so the
    same anchor gives the same numbers whoever computes them, and a bounded history is enough (RULINGS 20).

    Args:
        older: closed bars of a frame from before the desk listened; None while they are not known.
        follows: whether those of a symbol are kept up to date by its feed: then they alone count.
    """

    def __init__(
        self,
        market: MarketData,
        clock: Clock,
        older: Callable[[str, timedelta], Sequence[Bar] | None] = lambda symbol, span: (),
        follows: Callable[[str], bool] = lambda symbol: False,
    ) -> None:
        self._market = market
        self._clock = clock
        self._older = older
        self._follows = follows
        self._frames: dict[tuple[str, timedelta], _Frame] = {}
        self._values: dict[tuple[str, Indicator], _Measured] = {}

    def value(self, symbol: str, indicator: Indicator, anchored_at: datetime | None = None) -> Decimal | None:
        """The indicator at the end of the newest closed bar of its frame; None while there are too few."""
        reading = self.reading(symbol, indicator, anchored_at)
        return reading.value if reading is not None else None

    def reading(
        self, symbol: str, indicator: Indicator, anchored_at: datetime | None = None
    ) -> Reading | None:
        """The same, and from which bar on it is computed: the one at `anchored_at`, or a later one when that
        is two steps back or its bars are lost. Without an anchor it is the one that others have."""
        # Most desks never measure anything: the indicator library waits until somebody does.
        from trading.indicators import measured

        span = timedelta(seconds=indicator.frame_s)
        steps = INDICATORS[indicator.name].steps(indicator.lengths)
        bars = self.closed_bars(symbol, span, 2 * steps + SPARE)
        if not bars:
            return None
        known = self._values.get((symbol, indicator))
        if known is None:
            known = self._values[symbol, indicator] = _Measured()
        known.forget(bars)
        anchored_at = anchored_at or known.anchored_at
        if anchored_at in known.readings:
            return known.readings[anchored_at]
        is_whole = self._frames[symbol, span].is_deep
        start = _first_read(bars, anchored_at, steps, is_whole=is_whole)
        value = measured(bars[start:], indicator) if start is not None else None
        if start is None or value is None:
            return None
        known.anchored_at = bars[start].at if is_whole else known.anchored_at
        reading = Reading(value, bars[start].at if is_whole else None)
        if is_whole:
            known.readings[anchored_at] = known.readings[reading.anchored_at] = reading
        return reading

    def missing(self, symbol: str, indicator: Indicator) -> int:
        """How many closed bars the indicator still waits for; 0 when it has its value."""
        known = len(self.closed_bars(symbol, timedelta(seconds=indicator.frame_s)))
        return max(0, INDICATORS[indicator.name].needed(indicator.lengths) - known)

    def frames(self, symbol: str) -> list[str]:
        """The frames that the market's bars of a symbol can fill, finest first; none while there are none."""
        bars = self._market.bars(symbol, BARS_MAX)
        return frames_of(span_of(bars)) if bars else []

    def closed_bars(self, symbol: str, span: timedelta, count: int = KEPT_MAX) -> Sequence[Bar]:
        """The newest closed bars of a frame, oldest first; none where the market's own bars are longer.
        `count`: how many are kept for whoever asks."""
        bars = self._market.bars(symbol, BARS_MAX)
        frame = self._frames.get((symbol, span))
        if frame is None:
            frame = self._frames[symbol, span] = _Frame(span)
        frame.kept_max = max(frame.kept_max, count)
        if self._follows(symbol) and span in FRAMES.values():
            known = self._older(symbol, span)
            if known:
                return frame.follow(known)
        frame.take(bars, self._clock.now())
        if not frame.is_deep:
            frame.deepen(self._older(symbol, span))
        return frame.kept


def _first_read(
    bars: Sequence[Bar], anchored_at: datetime | None, steps: int, *, is_whole: bool
) -> int | None:
    """At which of these bars an indicator begins; None while the bar of its anchor may still be found."""
    if anchored_at is not None and anchored_at < bars[0].at and not is_whole:
        return None
    first = 0 if anchored_at is None else bisect_left(bars, anchored_at, key=lambda bar: bar.at)
    while len(bars) - first >= 2 * steps:
        first += steps
    return first


class _Measured:
    """What one indicator of one symbol says at the newest closed bar, by the anchor that was asked for."""

    def __init__(self) -> None:
        self.anchored_at: datetime | None = None
        self.readings: dict[datetime | None, Reading] = {}
        self._newest: Bar | None = None

    def forget(self, bars: Sequence[Bar]) -> None:
        """Drop what was said of older bars."""
        if self._newest is not bars[-1]:
            self._newest = bars[-1]
            self.readings.clear()


class _Frame:
    """One frame of one symbol."""

    def __init__(self, span: timedelta) -> None:
        self._span = span
        self._newest: Bar | None = None
        self._is_open = False
        self.is_deep = False
        self.kept_max = KEPT_MAX
        self.kept: list[Bar] = []
        self._followed: Sequence[Bar] | None = None

    def take(self, bars: Sequence[Bar], now: datetime) -> None:
        """Keep what has closed since; costs nothing while there is no new bar."""
        if not bars or (bars[-1] is self._newest and not self._is_open) or span_of(bars[-1:]) > self._span:
            return
        self._newest = bars[-1]
        # What is kept needs no second look: only the bars behind it are joined.
        since = self.kept[-1].ends_at if self.kept else None
        fresh = bars if since is None else [bar for bar in bars[-_behind(bars, since) :] if bar.at >= since]
        if not fresh:
            self._is_open = False
            return
        follows = since is not None and bars[0].at <= since
        if since is not None and not follows:
            # Nobody has looked for so long that the bars between are forgotten: only the feed may know them.
            self.is_deep = False
        found = closed(fresh, self._span, now, follows=follows)
        self._is_open = len(found) < len(joined(fresh, self._span, follows=follows))
        self.kept = [*self.kept, *found][-self.kept_max :]

    def follow(self, known: Sequence[Bar]) -> Sequence[Bar]:
        """Have exactly the feed's own bars. What it no longer gives stays."""
        self.is_deep = True
        if known is not self._followed:
            self._followed = known
            before = [bar for bar in self.kept if bar.at < known[0].at]
            self.kept = [*before, *known][-self.kept_max :]
        return self.kept

    def deepen(self, older: Sequence[Bar] | None) -> None:
        """Put what is not here where it belongs, once it is known."""
        if older is None:
            return
        self.is_deep = True
        newest = self.kept[-1].ends_at if self.kept else None
        here = {bar.at for bar in self.kept}
        missing = [bar for bar in older if bar.at not in here and (newest is None or bar.ends_at <= newest)]
        self.kept = sorted([*missing, *self.kept], key=lambda bar: bar.at)[-self.kept_max :]


def _behind(bars: Sequence[Bar], since: datetime) -> int:
    """How many bars at the end are not older than an instant (at least one)."""
    count = 1
    while count < len(bars) and bars[-count - 1].at >= since:
        count += 1
    return count
