"""All running profiles as one crowd: who wants to know which candle, and what each strategy says of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from trading.domain.events import Refusal
from trading.domain.market import Bar
from trading.indicators.streams import Row
from trading.profiles.profile import TradingProfile
from trading.strategies.bars import Columns, columns, millis
from trading.strategies.fanout import Candidate, Closed, Fanout, Line, Note, Subscription
from trading.strategies.scorecard import Scorecard
from trading.strategies.table import STRATEGIES

ENOUGH = 300
"""A series that has seen so many candles is not opened anew when older ones become known."""
DEEPER = 20
"""A shorter one is, once it knows so many more than it has seen."""

CandlesOf = Callable[[str, int], Sequence[Bar]]
"""The closed candles of a symbol and frame (in seconds), oldest first."""


class Moved(NamedTuple):
    """A candle that has closed, of one line."""

    line: Line
    bar: Bar


class Crowd:
    """Profiles that run, behind one fan-out that is opened anew, as far as it must be, when they change.

    Args:
        candles: what is known of a line.
        anchors: when the first candle began that each series was opened on; kept by whoever made this.
    """

    def __init__(self, candles: CandlesOf, anchors: dict[Line, datetime]) -> None:
        self._candles = candles
        self.anchors = anchors
        self._subscriptions: list[Subscription] = []
        self._fanout: Fanout | None = None
        self._is_old = True
        self.lines: frozenset[Line] = frozenset()
        """Every line that is read, longer frames of trends included."""

    def run(self, profiles: Iterable[TradingProfile]) -> dict[str, Refusal]:
        """These profiles run from now on, and no others. Returns those that cannot, with the reason."""
        wanted = {one.profile_id: one for one in profiles}
        troubles: dict[str, Refusal] = {}
        subscriptions, lines = [], set()
        for one in wanted.values():
            strategy = STRATEGIES.get(one.strategy)
            if strategy is None:
                text = f"There is no strategy {one.strategy} any more."
                troubles[one.profile_id] = Refusal("no_strategy", text, "strategy", one.strategy)
                continue
            settings = one.history.current(strategy)
            if isinstance(settings, Refusal):
                troubles[one.profile_id] = settings
                continue
            frames = {one.frame_s, *strategy.frames(settings)}
            for symbol in one.symbols:
                subscriptions.append(Subscription(one.profile_id, strategy, settings, symbol, one.frame_s))
                lines |= {(symbol, frame_s) for frame_s in frames}
        self._subscriptions = subscriptions
        self.lines, self._is_old = frozenset(lines), True
        if self._fanout is not None:
            # Nobody tells them their candles any more: whoever comes back opens them anew.
            self._fanout.forget(self._fanout.known().keys() - self.lines)
        return troubles

    def judged(self, moved: Sequence[Moved]) -> Iterator[list[Candidate]]:
        """What every profile's strategy says of candles that closed together, in parts of some milliseconds.
        All of them must be taken before the next candles come."""
        for _ in self._opening(moved):
            yield []
        assert self._fanout is not None, "it was opened"
        for line, bar in moved:
            self.anchors.setdefault(line, bar.at)
        yield []
        told = sorted(moved, key=lambda one: one.bar.at)
        bars = [
            Closed(*one.line, millis(one.bar.at), _row(one.bar)) for one in told if one.line in self.lines
        ]
        yield from self._fanout.in_parts(bars)

    def explained(self, profile_id: str, symbol: str) -> Scorecard | None:
        """What a profile's rules say of the newest candle that was judged; None before the first."""
        if self._fanout is None:
            return None
        for one in self._subscriptions:
            if one.key == profile_id and one.symbol == symbol:
                return self._fanout.explained(one)
        return None

    @property
    def notes(self) -> Sequence[Note]:
        """What was odd about the candles that were judged last."""
        return self._fanout.notes if self._fanout is not None else ()

    def _opening(self, moved: Sequence[Moved]) -> Iterator[None]:
        """Open the fan-out on all that was known before these candles, as far as it must be."""
        first: dict[Line, datetime] = {}
        for line, bar in moved:
            first[line] = min(first.get(line, bar.at), bar.at)
        if self._fanout is not None and not self._is_old:
            deeper = self._deeper(self._fanout.known(), first)
            if not deeper:
                return
            self._fanout.forget(deeper)
            for line in deeper:
                self.anchors.pop(line, None)
        # What closes while it is opened is told afterwards, and must not be known already.
        past = _Histories(self, {line: first.get(line) or self._end(line) for line in self.lines})
        fanout = Fanout(self._subscriptions, past, tells_refusals=True, before=self._fanout, opens=False)
        yield from fanout.opening()
        self._fanout, self._is_old = fanout, False

    def _end(self, line: Line) -> datetime | None:
        """When the first candle begins that nobody knows yet."""
        known = self._candles(*line)
        return known[-1].ends_at if known else None

    def _deeper(self, known: Mapping[Line, int], lines: Iterable[Line]) -> list[Line]:
        """Series that wait for their first numbers, and of which more has become known."""
        return [
            line
            for line in lines
            if line in known and known[line] < ENOUGH and len(self._candles(*line)) > known[line] + DEEPER
        ]

    def _past(self, line: Line, until: datetime | None) -> list[Bar]:
        """What a series is opened on: from its anchor on, as far as that is still known."""
        known = self._candles(*line)
        anchor = self.anchors.get(line)
        return [
            bar for bar in known if (until is None or bar.at < until) and (anchor is None or bar.at >= anchor)
        ]


class _Histories(Mapping[Line, Columns]):
    """The past of each line, made into arrays only where it is asked for."""

    def __init__(self, crowd: Crowd, until: Mapping[Line, datetime | None]) -> None:
        self._crowd, self._until = crowd, until

    def __getitem__(self, line: Line) -> Columns:
        past = self._crowd._past(line, self._until.get(line))
        if past:
            self._crowd.anchors[line] = past[0].at
        return columns(past, *line)

    def __iter__(self) -> Iterator[Line]:
        return iter(self._crowd.lines)

    def __len__(self) -> int:
        return len(self._crowd.lines)


def _row(bar: Bar) -> Row:
    return Row(float(bar.open), float(bar.high), float(bar.low), float(bar.close), float(bar.volume or 0))
