"""Plays series of the past as a live feed, honestly: REPLAY with the original date on every price."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

from msgspec.structs import replace

from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Print, Quote
from trading.feeds.feed import MarketEvent, Sink
from trading.feeds.paths import closing_quote, path
from trading.feeds.problems import DataProblem
from trading.feeds.tapes import Laid, Tape, lay
from trading.frames import joined, span_of
from trading.ports import Clock

HISTORY = 1500
"""Bars of the past that are there at the start: a day of minutes, and some."""
FRAME_HISTORY = 600
"""Bars of a longer frame that are given: what an indicator reads at most, and some (`trading.gauge`)."""
SPACING_S = 10.0
"""Live seconds between two quotes of one bar."""
BURST_MAX = 8
"""Quotes due at once from which only the newest is said: the desk slept, those prices are gone."""
STALE_MIN_S = 10.0
SOURCE = "replay"


class Player:
    """A `Feed` that plays tapes.

    Args:
        tapes: one for each symbol.
        clock: the live time line.
        speed: how many times as fast as it happened; bars get shorter, `stale_after_s` too.
    """

    name = "replay"
    gives_bars = True
    follows_frames = False

    def __init__(self, tapes: Sequence[Tape], clock: Clock, *, speed: float = 1.0) -> None:
        self._clock = clock
        self._speed = speed
        now = clock.now()
        self._tracks = {tape.series.symbol: _Track(lay(tape, now, speed)) for tape in tapes}
        self._instruments = tuple(track.instrument for track in self._tracks.values())

    def instruments(self) -> Sequence[Instrument]:
        """Of the tapes, in their order."""
        return self._instruments

    def want(self, symbol: str, sink: Sink) -> None:
        """Wind the tape to now."""
        track = self._tracks.get(symbol)
        if track is not None:
            track.wind(self._clock.now(), sink)

    def older(self, symbol: str, span: timedelta) -> Sequence[Bar]:
        """Closed bars of a longer frame from what the tape has played before now, as if it had always run."""
        track = self._tracks.get(symbol)
        return track.older(span, self._clock.now()) if track is not None and self._speed == 1 else ()

    def stale_after_s(self, symbol: str) -> float:
        """Twice the cadence in live seconds; a hiccup of ours does not make a fast replay stale."""
        track = self._tracks.get(symbol)
        if track is None:
            return 0.0
        return max(2 * track.tape.series.cadence_s / self._speed, STALE_MIN_S)

    def is_open(self, symbol: str, at: datetime) -> bool:
        """By the original instant: the calendar of then, not of today."""
        track = self._tracks.get(symbol)
        return track is not None and track.instrument.session.is_open(track.laid.original(at))

    def note(self, symbol: str) -> str:
        """`REPLAY 2018-04-04 01:23 UTC`, or that it is over."""
        track = self._tracks.get(symbol)
        if track is None:
            return ""
        if track.broken:
            return f"REPLAY, feed ended: {track.broken}"
        now = self._clock.now()
        if track.laid.is_over(now):
            return f"REPLAY {_minute(track.tape.ends_at)}, feed ended"
        return f"REPLAY {_minute(track.laid.original(now))}"

    async def run(self, sink: Sink) -> None:
        """Play until the last tape has ended."""
        for track in self._tracks.values():
            track.wind(self._clock.now(), sink)
            await self._clock.sleep_s(0)
        while True:
            playing = [track for track in self._tracks.values() if track.due_at is not None]
            if not playing:
                return
            await self._clock.sleep_until(min(track.due_at for track in playing if track.due_at is not None))
            now = self._clock.now()
            for track in playing:
                for event in track.due(now):
                    sink.take(event)


class _Track:
    """One tape on its way."""

    def __init__(self, laid: Laid) -> None:
        self.laid = laid
        self.tape = laid.tape
        self.instrument = laid.tape.series.instrument
        self.due_at: datetime | None = None
        self._events: Iterator[MarketEvent] = iter(())
        self._ahead: MarketEvent | None = None
        self._is_wound = False
        self.broken = ""

    def wind(self, now: datetime, sink: Sink) -> None:
        """Go to `now`; tell the sink what was before. Does nothing the second time."""
        if self._is_wound:
            return
        self._is_wound = True
        position = self.laid.position(now)
        past: deque[tuple[MarketEvent, timedelta]] = deque(maxlen=HISTORY)
        following: tuple[MarketEvent, timedelta] | None = None
        source = self._source(position)
        for event, moved in source:
            if _ends(event) + moved > position:
                following = (event, moved)
                break
            past.append((event, moved))
        events = [self._shifted(*one) for one in past]
        quote = self._last_quote(events[-1], now) if events else None
        ahead: Iterator[MarketEvent] = iter(())
        if following is not None:
            running = self._shifted(*following)
            quote = self._last_quote(running, now) or quote
            ahead = self._sounds(running)
        self._events = chain(ahead, self._play(source))
        self._step()
        self.due(now)
        sink.recall(self.tape.series.symbol, [event for event in events if isinstance(event, Bar)], quote)

    def older(self, span: timedelta, now: datetime) -> list[Bar]:
        """The newest closed bars of a frame until `now`, at most `FRAME_HISTORY`. A tape that begins anew has
        always done so: whole days fit its period, and so do all frames."""
        tape, position = self.tape, self.laid.position(now)
        try:
            played = [one for one in tape.series if isinstance(one, Bar)]
        except DataProblem:
            return []
        if not played or span < span_of(played):
            return []
        once = joined(played, span)
        period = tape.period
        found: list[MarketEvent] = []
        first = 0 if period is None else (position - tape.first_at) // period
        for number in range(first, first - FRAME_HISTORY - 1, -1):
            moved = timedelta() if period is None else period * number
            ended = [(one, moved) for one in once if one.ends_at + moved <= position]
            found = [self._shifted(*one) for one in ended] + found
            if period is None or len(found) >= FRAME_HISTORY:
                break
        return [one for one in found if isinstance(one, Bar)][-FRAME_HISTORY:]

    def due(self, now: datetime) -> list[MarketEvent]:
        """What has happened up to `now`, in order; of many quotes only the newest."""
        found: list[MarketEvent] = []
        while self.due_at is not None and self.due_at <= now:
            assert self._ahead is not None
            found.append(self._ahead)
            self._step()
        if sum(not isinstance(event, Bar) for event in found) > BURST_MAX:
            newest = next(event for event in reversed(found) if isinstance(event, Quote))
            return [event for event in found if isinstance(event, Bar) or event is newest]
        return found

    def _step(self) -> None:
        self._ahead = next(self._events, None)
        if self._ahead is None:
            self.due_at = None
        elif isinstance(self._ahead, Bar):
            self.due_at = self._ahead.ends_at
        else:
            self.due_at = self._ahead.at

    def _play(self, source: Iterator[tuple[MarketEvent, timedelta]]) -> Iterator[MarketEvent]:
        for event, moved in source:
            yield from self._sounds(self._shifted(event, moved))

    def _sounds(self, event: MarketEvent) -> Iterator[MarketEvent]:
        if isinstance(event, Bar):
            yield from path(event, self.instrument, _points(event))
        elif isinstance(event, Print):
            yield Quote(event.symbol, event.price, event.price, event.at, None, None, SOURCE)
        yield event

    def _last_quote(self, event: MarketEvent, now: datetime) -> Quote | None:
        newest = None
        if isinstance(event, Bar) and event.ends_at <= now:
            return closing_quote(event)
        for sound in self._sounds(event):
            if sound.at > now:
                break
            if isinstance(sound, Quote):
                newest = sound
        return newest

    def _source(self, position: datetime) -> Iterator[tuple[MarketEvent, timedelta]]:
        """The events, each with what its loop adds to its instants; enough of the past before `position`."""
        period = self.tape.period
        wanted = HISTORY * timedelta(seconds=self.tape.series.cadence_s)
        rounds = -1 if period is not None and position - self.tape.first_at < wanted else 0
        try:
            while True:
                moved = timedelta() if period is None else period * rounds
                empty = True
                for event in self.tape.series:
                    empty = False
                    yield event, moved
                if period is None or empty:
                    return
                rounds += 1
        except DataProblem as problem:
            self.broken = problem.sentence

    def _shifted(self, event: MarketEvent, moved: timedelta) -> MarketEvent:
        at = self.laid.live(event.at + moved)
        if isinstance(event, Bar):
            return replace(event, at=at, ends_at=self.laid.live(event.ends_at + moved), source=SOURCE)
        return replace(event, at=at, source=SOURCE)


def _ends(event: MarketEvent) -> datetime:
    return event.ends_at if isinstance(event, Bar) else event.at


def _points(bar: Bar) -> int:
    return int((bar.ends_at - bar.at).total_seconds() / SPACING_S)


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
