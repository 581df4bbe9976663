"""The event engine: bar by bar through the live desk's own code. It knows every rule of the paper venue, and
the fast path must give its very fills.
"""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Final, NamedTuple

import numpy as np

from trading.backtest.conditions import Conditions
from trading.backtest.desk import WHO, StillDesk
from trading.backtest.fast import run_of
from trading.backtest.folding import folded
from trading.backtest.lane import CLOSES, OPENS, Log
from trading.backtest.results import ACCOUNT, Refused, Run
from trading.backtest.signals import NONE, Signals, signals_of
from trading.backtest.ticks import Ticks
from trading.domain.commands import ClosePosition, OpenPosition, Seen
from trading.domain.exits import ExitPlan, Level, LevelKind, Size, SizeKind, Target, Trail
from trading.domain.ids import CommandId
from trading.domain.market import Bar, Quote
from trading.domain.reports import TimeCame
from trading.strategies.bars import instant, millis
from trading.strategies.strategy import Plan

ANY_AGE: Final = Decimal(10) ** 9
"""Over the past no price is stale: the newest bar is the newest there is."""
_CHUNK: Final = 16


FAR: Final = 1 << 62
"""Where no price gets, in ticks."""


class Calm(NamedTuple):
    """Prices in ticks, both ends not included; `side` 0 is the bid, 1 the ask."""

    side: int
    above: int
    below: int


class Course:
    """One symbol: its bars as the desk knows them, and what its strategy wants when."""

    def __init__(self, ticks: Ticks, signals: Signals, with_volume: bool = True) -> None:
        self.ticks = ticks
        self._with_volume = with_volume
        self.closed = -1
        """The newest bar that has ended."""
        self._places = {index: place for place, index in enumerate(signals.index)}
        self._leaves = frozenset(signals.exits)
        self._signals = signals
        self._wanted = sorted({*self._places, *self._leaves})
        self.waits = False
        """Whether an order waits at the venue: then it has to hear of every bar."""
        self.leave_by = len(ticks)
        """The bar at whose open what is held leaves at the latest."""
        self.calm: Calm | None = None
        """Between which prices nothing can happen to what is held; None: each bar has to be heard."""
        self.is_unheard = False
        """Whether the bar at hand was left out."""
        self.entered = 0
        """The bar at whose close what is held was decided."""
        self._bars: list[Bar] = []
        self._bars_from = 0
        self._lows = [ticks.bid.low.tolist(), ticks.ask.low.tolist()]
        self._highs = [ticks.bid.high.tolist(), ticks.ask.high.tolist()]

    def bar(self, index: int) -> Bar:
        """A bar; they are made some at a time, when one is needed."""
        place = index - self._bars_from
        if not 0 <= place < len(self._bars):
            self._bars_from, place = index, 0
            self._bars = list(self.ticks.between(index, index + _CHUNK).bars(self._with_volume))
        return self._bars[place]

    def is_calm(self, index: int) -> bool:
        """Whether a bar cannot reach any level of what is held: the venue would hear of it and do nothing."""
        calm = self.calm
        if calm is None:
            return False
        low, high = self._lows[calm.side][index], self._highs[calm.side][index]
        return bool(calm.above < low and high < calm.below)

    def quiet_until(self, index: int) -> int:
        """The first bar from `index` on in which something is wanted, is due, or may happen."""
        if self.waits and self.calm is None:
            return index
        place = bisect_left(self._wanted, index)
        end = self._wanted[place] if place < len(self._wanted) else len(self.ticks)
        if index <= self.leave_by < end:
            end = self.leave_by
        if self.calm is not None:
            side, above, below = self.calm
            lows, highs = self._lows[side], self._highs[side]
            while index < end and above < lows[index] and highs[index] < below:
                index += 1
            return index
        return end

    def calm_of(self, is_long: bool) -> Calm | None:
        """For what was entered last: between its stop and its target, when both stand still."""
        signals, place = self._signals, self._places[self.entered]
        stop, target = signals.stop[place], signals.target[place]
        if signals.trail[place] != NONE:
            return None
        under, over = (stop, target) if is_long else (target, stop)
        below = over if over != NONE else FAR
        # What is held is sold to the bid and bought back from the ask.
        return Calm(0 if is_long else 1, under if under != NONE else -FAR, below)

    def wants(self, index: int) -> bool:
        """Whether the strategy says anything at this close."""
        return index in self._places or index in self._leaves

    def says_leave(self, index: int) -> bool:
        """Whether it says leave."""
        return index in self._leaves

    def side_at(self, index: int) -> int:
        """What it wants to enter at this close."""
        place = self._places.get(index)
        return 0 if place is None else self._signals.side[place]

    def exits_at(self, index: int) -> tuple[ExitPlan, int]:
        """The exits of the entry that is wanted there, and the bar at whose open it leaves at the latest."""
        signals, place, price = self._signals, self._places[index], self.ticks.price
        stop, target, trail = signals.stop[place], signals.target[place], signals.trail[place]
        leave_by = signals.leave_by[place]
        return ExitPlan(
            targets=(Target(Level(LevelKind.PRICE, price(target))),) if target != NONE else (),
            stop=Level(LevelKind.PRICE, price(stop)) if stop != NONE else None,
            trail=Trail(Level(LevelKind.PRICE, price(trail))) if trail != NONE else None,
            exit_at=instant(int(self.ticks.at_ms[leave_by])) if leave_by < len(self.ticks) else None,
        ), leave_by


class EventEngine:
    """Plays courses on one desk.

    Args:
        limits: of the account, by name; None: only the capital binds.
    """

    def __init__(
        self,
        courses: Sequence[Course],
        conditions: Conditions,
        limits: Mapping[str, Decimal] | None = None,
        seed: int = 0,
    ) -> None:
        self.courses = courses
        self.conditions = conditions
        self.refused: list[Refused] = []
        begins_ms = min(int(one.ticks.at_ms[0]) for one in courses)
        instruments = {one.ticks.symbol: one.ticks.instrument for one in courses}
        self.desk = StillDesk(instruments, conditions, instant(begins_ms), limits, seed)
        self._number = 0
        self._may_skip = conditions.is_plain
        """Where a bar's volume or time itself matters, every bar is heard."""

    def play(self) -> None:
        """From the first bar to the last."""
        courses = self.courses
        if len(courses) == 1:
            self._play_alone(courses[0])
            return
        for phase, order, index in steps([one.ticks for one in courses]):
            course = courses[order]
            if phase == OPENS:
                self._at_open(course, index)
            else:
                self._at_close(course, index)

    def _play_alone(self, course: Course) -> None:
        """One symbol: stretches in which nothing is wanted and nothing can happen are passed at once."""
        index, count = 0, len(course.ticks)
        while index < count:
            quiet = course.quiet_until(index)
            if quiet > index:
                course.closed, course.is_unheard = quiet - 1, course.waits
                index = quiet
                continue
            self._at_open(course, index)
            self._at_close(course, index)
            index += 1

    def _at_open(self, course: Course, index: int) -> None:
        if index == course.leave_by:
            self._time_is_over(course, index)
        course.is_unheard = course.is_calm(index)
        if course.waits and not course.is_unheard:
            self._open(course, index)

    def _at_close(self, course: Course, index: int) -> None:
        course.closed = index
        if course.waits and not course.is_unheard:
            bar = course.bar(index)
            reports = self.desk.venue.on_bar_close(bar)
            if reports:
                self.desk.hear(reports, bar.ends_at)
                self._look(course)
        if course.wants(index):
            self._decide(course, index)

    def _open(self, course: Course, index: int) -> None:
        bar = course.bar(index)
        reports = self.desk.venue.on_bar_open(bar)
        if not reports:
            return
        side = self._side(course)
        self.desk.hear(reports, bar.at)
        has_left = side and course.says_leave(index - 1) and not self.desk.is_busy(bar.symbol)
        if has_left and course.side_at(index - 1) == -side:
            self._enter(course, index - 1, bar.at)
        self._look(course)

    def _side(self, course: Course) -> int:
        held = self.desk.held(course.ticks.symbol)
        return 0 if held is None else 1 if held.is_long else -1

    def _time_is_over(self, course: Course, index: int) -> None:
        held = self.desk.held(course.ticks.symbol)
        course.leave_by = len(course.ticks)
        if held is not None:
            now = instant(int(course.ticks.at_ms[index]))
            self._catch_up(course, index - 1)
            self._mark()
            self.desk.tell(TimeCame(ACCOUNT, now, held.position_id), now)
            self._look(course)

    def _decide(self, course: Course, index: int) -> None:
        """At a close: leave what is held when the strategy says so, enter when nothing is."""
        symbol, desk = course.ticks.symbol, self.desk
        now = instant(int(course.ticks.ends_ms[index]))
        held = desk.held(symbol)
        if held is not None:
            if course.says_leave(index) and index + 1 < len(course.ticks):
                self._catch_up(course, index)
                self._mark()
                size = Size(SizeKind.MAX)
                seen = self._seen(course, index)
                command = ClosePosition(self._command(), WHO, ACCOUNT, held.position_id, size, seen)
                desk.tell(command, now)
        elif course.side_at(index) and not desk.is_busy(symbol):
            if not course.waits:
                desk.venue.on_bar_close(course.bar(index))  # so that it knows the price of now
            self._enter(course, index, now)
        self._look(course)

    def _look(self, course: Course) -> None:
        """Whether the venue has anything left to do for it, after whatever may have changed that."""
        symbol, venue = course.ticks.symbol, self.desk.venue
        course.waits, course.calm = venue.has_work(symbol), None
        held = self.desk.held(symbol) if course.waits and self._may_skip else None
        if held is not None and venue.only_rests(symbol):
            course.calm = course.calm_of(held.is_long)

    def _catch_up(self, course: Course, index: int) -> None:
        """The venue hears of a bar that it was not told of, so that it knows the price of now."""
        if course.is_unheard:
            course.is_unheard = False
            self.desk.venue.on_bar_close(course.bar(index))

    def _enter(self, course: Course, index: int, now: datetime) -> None:
        self._mark()
        exits, leave_by = course.exits_at(index)
        command = OpenPosition(
            self._command(),
            WHO,
            ACCOUNT,
            self._seen(course, index),
            course.side_at(index) > 0,
            self.conditions.size,
            exits=exits,
        )
        before = len(self.desk.rejected)
        codes = [one.code for one in self.desk.tell(command, now)]
        codes += self.desk.rejected[before:]
        course.leave_by, course.entered = leave_by, index
        if codes:
            self.refused.append(Refused(millis(now), course.ticks.symbol, codes[0]))

    def _command(self) -> CommandId:
        self._number += 1
        return CommandId(f"job:backtest:{self._number}")

    def _seen(self, course: Course, index: int) -> Seen:
        return Seen(course.ticks.instrument, self._quote(course, index), None, ANY_AGE)

    def _quote(self, course: Course, index: int) -> Quote:
        ticks = course.ticks
        bid = ticks.price(ticks.bid.close[index])
        ask = bid if ticks.is_one_price else ticks.price(ticks.ask.close[index])
        return Quote(ticks.symbol, bid, ask, instant(int(ticks.ends_ms[index])))

    def _mark(self) -> None:
        """Every symbol at its newest close: a decision sees what all of them are worth."""
        for course in self.courses:
            if course.closed >= 0:
                self.desk.book.marks[course.ticks.symbol] = self._quote(course, course.closed)


def steps(series: Sequence[Ticks]) -> Iterator[tuple[int, int, int]]:
    """Phase, place of the symbol, bar: in the order of time; at one instant closes before opens, and symbols
    in their order."""
    counts = [len(ticks) for ticks in series]
    orders = np.repeat(np.arange(len(series)), counts)
    indexes = np.concatenate([np.arange(count) for count in counts])
    at = np.concatenate([ticks.at_ms for ticks in series])
    ends = np.concatenate([ticks.ends_ms for ticks in series])
    instants = np.concatenate((at, ends))
    phases = np.repeat((OPENS, CLOSES), len(at))
    orders, indexes = np.tile(orders, 2), np.tile(indexes, 2)
    # A bar's own end never comes before its open, however short it is: ties are told apart by the phase.
    found = np.lexsort((orders, phases, instants))
    return zip(phases[found].tolist(), orders[found].tolist(), indexes[found].tolist(), strict=True)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Frozen values hold no cycles, and looking for some among all that a run remembers takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def event_played(
    series: Sequence[Ticks],
    plans: Sequence[Plan],
    conditions: Conditions,
    limits: Mapping[str, Decimal] | None = None,
    seed: int = 0,
) -> Run:
    """All symbols through their past on one desk."""
    is_bounded = conditions.rules.volume_share is not None
    courses = [
        Course(ticks, signals_of(ticks, plan), is_bounded) for ticks, plan in zip(series, plans, strict=True)
    ]
    engine = EventEngine(courses, conditions, limits, seed)
    with _uncollected():
        engine.play()
    log = Log()
    log.fills, log.refused = engine.desk.fills, engine.refused
    log.trips, held = folded(log.fills, engine.desk.stops, series)
    return run_of(series, conditions, log, held)
