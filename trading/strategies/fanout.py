"""A candle has closed: which of thousands of subscriptions have a candidate now.

A subscription is a strategy with its settings on one symbol and frame. All of them share each indicator of a
symbol, frame and length, and one pass judges every symbol that is asked about in the same words. Pure in what
it says: the same bars since the same anchor give the same candidates; the streams inside are reopened from
stored bars.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from trading.indicators.arrays import NotFinite
from trading.indicators.streams import Row, Spec
from trading.parameters import Settings, written
from trading.strategies.bars import Columns
from trading.strategies.ruling import Reading, Ruled, picked
from trading.strategies.series import LateBar, Stacked, Tail, Whole
from trading.strategies.strategy import Context, Direction, Scorecard

Line = tuple[str, int]
"""A symbol and a frame in seconds."""
_BARS_AT_ONCE = 16
_SYMBOLS_AT_ONCE = 100
_CARDS_AT_ONCE = 20


class Subscription(Struct, frozen=True, eq=False):
    """Who wants to know: a key of the subscriber's own, a strategy, its settings, symbol and frame."""

    key: str
    strategy: Ruled
    settings: Settings
    symbol: str
    frame_s: int
    direction: Direction = "both"
    blackouts: tuple[tuple[int, int], ...] = ()


class Closed(NamedTuple):
    """A bar that has closed: of which symbol and frame, when it opened, and its prices."""

    symbol: str
    frame_s: int
    at_ms: int
    row: Row


class Note(NamedTuple):
    """What was odd about a bar: `late`, `broken` (both are left out, with a sentence), or a `gap` of so many
    bars before it, which are not invented."""

    kind: Literal["late", "broken", "gap"]
    bar: Closed
    sentence: str = ""
    missing: int = 0


class Candidate(Struct, frozen=True):
    """What a strategy wants to do at the next open, for everybody who asked the same of the same symbol.

    `entry` and `exit` as in a Plan; levels are NaN for none, `exit_by_ms` is 0 for none.
    """

    keys: tuple[str, ...]
    entry: int
    exit: bool
    stop: float
    target: float
    trail: float
    exit_by_ms: int
    card: Scorecard


class _Question:
    """One strategy with its settings on bars of one frame, and who asks it of which symbol."""

    __slots__ = ("askers", "context", "first", "frame_s", "frames", "settings", "strategy")

    def __init__(self, asked: Subscription) -> None:
        self.strategy, self.settings, self.frame_s = asked.strategy, asked.settings, asked.frame_s
        self.context = Context(asked.blackouts, asked.direction)
        self.first = asked.strategy.warm_up(asked.settings)
        longer = asked.strategy.frames(asked.settings)
        self.frames = tuple(frame_s for frame_s in longer if frame_s != asked.frame_s)
        self.askers: dict[str, tuple[str, ...]] = {}


class Fanout:
    """All subscriptions, and the live tails that they read."""

    def __init__(
        self,
        subscriptions: Iterable[Subscription],
        histories: Mapping[Line, Columns],
        *,
        tells_refusals: bool = False,
        before: Fanout | None = None,
        opens: bool = True,
    ) -> None:
        """Args:
        subscriptions: who wants to know what.
        histories: closed bars of every line from its anchor on, longer frames of trends included; a line
            without any begins with the first bar that it is told.
        tells_refusals: who asked hears also of bars on which a side was on offer and a rule said no: a
            Candidate that neither enters nor leaves, for its scorecard.
        before: the one that this one takes the place of: what its tails know is not opened again.
        opens: at once; else whoever made it takes all of `opening`.
        """
        self._tells_refusals = tells_refusals
        questions: dict[tuple[object, ...], _Question] = {}
        texts: dict[int, tuple[tuple[str, str], ...]] = {}
        held = list(subscriptions)
        for one in held:
            # Those of one subscriber share their settings: written once, as long as all of them are held.
            said = texts.get(id(one.settings))
            if said is None:
                said = texts[id(one.settings)] = tuple(written(one.settings).items())
            same = (one.strategy.name, said, one.frame_s, one.direction, one.blackouts)
            question = questions.get(same)
            if question is None:
                question = questions[same] = _Question(one)
            question.askers[one.symbol] = (*question.askers.get(one.symbol, ()), one.key)
        self._questions = list(questions.values())
        self.notes: list[Note] = []
        """What was odd about the bars that it was told last."""
        wanted: dict[Line, set[Spec]] = {}
        most: dict[Line, int] = {}
        for question in self._questions:
            memory = question.strategy.memory(question.settings, question.frame_s)
            for frame_s, specs in _specs(question).items():
                for symbol in question.askers:
                    wanted.setdefault((symbol, frame_s), set()).update(specs)
                    most[symbol, frame_s] = max(most.get((symbol, frame_s), 1), memory)
        self._tails: dict[Line, Tail] = {}
        self._opening = self._opened(wanted, most, histories, before)
        if opens:
            for _ in self.opening():
                pass

    def opening(self) -> Iterator[None]:
        """Open what is not yet: a line at each step, so that others are served between two. Before the last
        step nothing may be told."""
        return self._opening

    def _opened(
        self,
        wanted: Mapping[Line, set[Spec]],
        most: Mapping[Line, int],
        histories: Mapping[Line, Columns],
        before: Fanout | None,
    ) -> Iterator[None]:
        for line, specs in wanted.items():
            known = before._tails.get(line) if before is not None else None
            if known is None or not known.serves(specs, most[line]):
                known = Tail(histories.get(line, _nothing(*line)), frozenset(specs), most[line])
                yield
            self._tails[line] = known
        for question in self._questions:
            for symbol in question.askers:
                for frame_s in question.frames:
                    self._tails[symbol, question.frame_s].joins(self._tails[symbol, frame_s])

    def tails(self) -> list[Tail]:
        """The live tails that are read."""
        return list(self._tails.values())

    def known(self) -> Mapping[Line, int]:
        """How many bars each line has seen since its anchor."""
        return {line: tail.count for line, tail in self._tails.items()}

    def explained(self, asked: Subscription) -> Scorecard | None:
        """What each rule says of the newest bar, for one who has subscribed; None where there is no bar."""
        tail = self._tails.get((asked.symbol, asked.frame_s))
        if tail is None or not tail.count:
            return None
        reading = asked.strategy.read(tail, asked.settings, Context(asked.blackouts, asked.direction))
        return asked.strategy.card(tail, reading, len(tail.bars) - 1)

    def forget(self, lines: Iterable[Line]) -> None:
        """Of these lines more is known by now: whoever takes its place opens them anew."""
        for line in lines:
            self._tails.pop(line, None)

    def closed(self, bars: Sequence[Closed]) -> list[Candidate]:
        """Tell it every bar that closed at one instant, and hear who has a candidate now. A bar of a line
        that nobody reads is passed over; what was odd stands in `notes`."""
        return [candidate for part in self.in_parts(bars) for candidate in part]

    def in_parts(self, bars: Sequence[Closed]) -> Iterator[list[Candidate]]:
        """As `closed`, in parts that each take some milliseconds, most of them without a candidate: who has
        others to serve lets them go first between two. All parts must be taken before the next bars come."""
        told: set[Line] = set()
        self.notes = []
        for number, bar in enumerate(bars, start=1):
            line = (bar.symbol, bar.frame_s)
            if line in self._tails and self._tell(self._tails[line], bar):
                told.add(line)
            if not number % _BARS_AT_ONCE:
                yield []
        stacks: dict[tuple[str, ...], Stacked] = {}
        for question in self._questions:
            for stack in self._stacks(question, told, stacks):
                found = _candidates(question, stack, tells_refusals=self._tells_refusals)
                # The last one is empty where nobody has a candidate: the reading itself takes its time.
                while len(part := list(islice(found, _CARDS_AT_ONCE))) == _CARDS_AT_ONCE:
                    yield part
                yield part

    def _tell(self, tail: Tail, bar: Closed) -> bool:
        """Whether a tail has taken its bar."""
        missing = tail.missing_before(bar.at_ms)
        try:
            tail.add(bar.at_ms, bar.row)
        except LateBar as error:
            self.notes.append(Note("late", bar, str(error)))
            return False
        except NotFinite as error:
            self.notes.append(Note("broken", bar, str(error)))
            return False
        if missing:
            self.notes.append(Note("gap", bar, missing=missing))
        return True

    def _stacks(
        self, question: _Question, told: set[Line], stacks: dict[tuple[str, ...], Stacked]
    ) -> Iterable[Stacked]:
        """The symbols of a question that were told a bar, stacked as far as their instants are the same."""
        alike: dict[tuple[bytes, ...], list[Tail]] = {}
        for symbol in question.askers:
            if (symbol, question.frame_s) in told:
                tail = self._tails[symbol, question.frame_s]
                others = (self._tails[symbol, frame_s] for frame_s in question.frames)
                instants = (tail.instants(), *(other.instants() for other in others))
                alike.setdefault(instants, []).append(tail)
        for tails in (part for group in alike.values() for part in _in_pieces(group)):
            key = (str(question.frame_s), *(tail.symbols[0] for tail in tails))
            if question.frames or key not in stacks:
                stacks[key] = Stacked(tails)
            yield stacks[key]


def _in_pieces(tails: list[Tail]) -> Iterable[list[Tail]]:
    return (tails[begin : begin + _SYMBOLS_AT_ONCE] for begin in range(0, len(tails), _SYMBOLS_AT_ONCE))


def _specs(question: _Question) -> dict[int, set[Spec]]:
    """What a question asks for, by frame: it is asked once about no bars at all."""
    asked = Whole(
        _nothing("", question.frame_s), {frame_s: _nothing("", frame_s) for frame_s in question.frames}
    )
    question.strategy.read(asked, question.settings, question.context)
    found = {question.frame_s: asked.wanted}
    for frame_s in question.frames:
        longer = asked.longer(frame_s)
        assert longer is not None, "a frame that was named is there"
        found[frame_s] = longer.wanted
    return found


def _nothing(symbol: str, frame_s: int) -> Columns:
    none = np.empty(0, dtype=np.float64)
    return Columns(symbol, frame_s, np.empty(0, dtype=np.int64), none, none, none, none, none)


def _candidates(question: _Question, stack: Stacked, *, tells_refusals: bool) -> Iterator[Candidate]:
    """What a question has found at the newest bar, one symbol after the other."""
    reading = question.strategy.read(stack, question.settings, question.context)
    lanes = len(stack.symbols)
    enters = np.broadcast_to(reading.side[-1] != 0, (lanes,)).copy()
    for rule in reading.rules:
        enters &= rule.passed[-1]
    warm = stack.before[0] + len(stack.bars) > question.first
    leaves = reading.exit[-1] & warm
    told = enters | leaves
    if tells_refusals:
        told = told | np.broadcast_to(reading.side[-1] != 0, (lanes,))
    for lane in np.flatnonzero(told).tolist():
        yield _candidate(question, stack, reading, lane, bool(enters[lane]), bool(leaves[lane]))


def _candidate(
    question: _Question, stack: Stacked, reading: Reading, lane: int, enters: bool, leaves: bool
) -> Candidate:
    def level(values: NDArray[Any] | None, nothing: float) -> float:
        return float(picked(values, -1, lane)) if enters and values is not None else nothing

    card = question.strategy.card(stack, reading, len(stack.bars) - 1, lane)
    return Candidate(
        question.askers[stack.symbols[lane]],
        int(picked(reading.side, -1, lane)) if enters else 0,
        leaves,
        level(reading.stop, np.nan),
        level(reading.target, np.nan),
        level(reading.trail, np.nan),
        int(picked(reading.exit_by_ms, -1, lane)) if enters and reading.exit_by_ms is not None else 0,
        card,
    )
