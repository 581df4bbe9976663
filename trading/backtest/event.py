"""The event engine: bar by bar through the live desk's own code. It knows every rule of the paper venue, and
the fast path must give its very fills.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

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
_CHUNK: Final = 128


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
        self.waits = False
        """Whether an order waits at the venue: then it has to hear of every bar."""
        self.leave_by = len(ticks)
        """The bar at whose open what is held leaves at the latest."""
        self._bars: list[Bar] = []
        self._bars_from = 0

    def bar(self, index: int) -> Bar:
        """A bar; they are made some at a time, when one is needed."""
        place = index - self._bars_from
        if not 0 <= place < len(self._bars):
            self._bars_from, place = index, 0
            self._bars = list(self.ticks.between(index, index + _CHUNK).bars(self._with_volume))
        return self._bars[place]

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

    def play(self) -> None:
        """From the first bar to the last."""
        courses, venue = self.courses, self.desk.venue
        for phase, order, index in steps([one.ticks for one in courses]):
            course = courses[order]
            if phase == OPENS:
                if index == course.leave_by:
                    self._time_is_over(course, index)
                if course.waits:
                    self._open(course, index)
            else:
                course.closed = index
                if course.waits:
                    bar = course.bar(index)
                    reports = venue.on_bar_close(bar)
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
        course.waits = self.desk.venue.has_work(course.ticks.symbol)

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
        course.leave_by = leave_by
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
    engine.play()
    log = Log()
    log.fills, log.refused = engine.desk.fills, engine.refused
    log.trips, held = folded(log.fills, engine.desk.stops, series)
    return run_of(series, conditions, log, held)
