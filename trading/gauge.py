"""What an indicator says now, from the market's bars: closed ones only, computed once for each bar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from trading.domain.market import Bar
from trading.domain.measure import INDICATORS, Indicator
from trading.frames import closed, frames_of, joined, span_of
from trading.ports import Clock, MarketData

BARS_MAX = 2000
"""More than the market remembers: all of it."""
KEPT_MAX = 300
"""Closed bars of each frame that stay when the short bars behind them are forgotten."""


class Gauge:
    """The newest closed bars of longer frames, and the indicators over them.

    Frames that somebody has asked for are kept from then on, so that they reach further back than the
    market's own bars.

    Args:
        older: closed bars of a frame from before the desk listened, none while they are not known.
    """

    def __init__(
        self,
        market: MarketData,
        clock: Clock,
        older: Callable[[str, timedelta], Sequence[Bar]] = lambda symbol, span: (),
    ) -> None:
        self._market = market
        self._clock = clock
        self._older = older
        self._frames: dict[tuple[str, timedelta], _Frame] = {}
        self._values: dict[tuple[str, Indicator], tuple[datetime, Decimal | None]] = {}

    def value(self, symbol: str, indicator: Indicator) -> Decimal | None:
        """The indicator at the end of the newest closed bar of its frame; None while there are too few."""
        # Most desks never measure anything: the indicator library waits until somebody does.
        from trading.indicators import BARS_READ, measured

        bars = self.closed_bars(symbol, timedelta(seconds=indicator.frame_s))
        if not bars:
            return None
        key, ended = (symbol, indicator), bars[-1].ends_at
        known = self._values.get(key)
        if known is None or known[0] != ended or known[1] is None:
            known = self._values[key] = (ended, measured(bars[-BARS_READ:], indicator))
        return known[1]

    def missing(self, symbol: str, indicator: Indicator) -> int:
        """How many closed bars the indicator still waits for; 0 when it has its value."""
        known = len(self.closed_bars(symbol, timedelta(seconds=indicator.frame_s)))
        return max(0, INDICATORS[indicator.name].needed(indicator.lengths) - known)

    def frames(self, symbol: str) -> list[str]:
        """The frames that the market's bars of a symbol can fill, finest first; none while there are none."""
        bars = self._market.bars(symbol, BARS_MAX)
        return frames_of(span_of(bars)) if bars else []

    def closed_bars(self, symbol: str, span: timedelta) -> Sequence[Bar]:
        """The newest closed bars of a frame, oldest first; none where the market's own bars are longer."""
        bars = self._market.bars(symbol, BARS_MAX)
        frame = self._frames.get((symbol, span))
        if frame is None:
            frame = self._frames[symbol, span] = _Frame(span)
        frame.take(bars, self._clock.now())
        if not frame.is_deep:
            frame.deepen(self._older(symbol, span))
        return frame.kept


class _Frame:
    """One frame of one symbol."""

    def __init__(self, span: timedelta) -> None:
        self._span = span
        self._newest: Bar | None = None
        self._is_open = False
        self.is_deep = False
        self.kept: list[Bar] = []

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
        follows = since is not None
        found = closed(fresh, self._span, now, follows=follows)
        self._is_open = len(found) < len(joined(fresh, self._span, follows=follows))
        self.kept = [*self.kept, *found][-KEPT_MAX:]

    def deepen(self, older: Sequence[Bar]) -> None:
        """Put what was before in front, once it is known."""
        if not older:
            return
        self.is_deep = True
        since = self.kept[0].at if self.kept else None
        before = [bar for bar in older if since is None or bar.ends_at <= since]
        self.kept = [*before, *self.kept][-KEPT_MAX:]


def _behind(bars: Sequence[Bar], since: datetime) -> int:
    """How many bars at the end are not older than an instant (at least one)."""
    count = 1
    while count < len(bars) and bars[-count - 1].at >= since:
        count += 1
    return count
