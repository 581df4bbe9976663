"""Profiles at work: woken when a candle closes, one owner each, and everything that comes of it written down.

A candle counts as dealt with once what became of it is stored. Whatever was not is looked at again after a
start: too late for an entry it is noted as such, in time it is acted on under the same ids.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from trading.candles.candle_clock import Candle, Odd
from trading.domain import commands as cm
from trading.domain.events import Level, Refusal
from trading.domain.ids import CommandId
from trading.domain.market import Bar
from trading.ports import JournalUnavailable
from trading.profiles.acting import Actor, Surroundings, closed_at
from trading.profiles.crowd import ENOUGH, Crowd, Moved
from trading.profiles.parts import Parts
from trading.profiles.profile import Kept, Outcome, SeriesMark, TradingProfile
from trading.strategies.bars import instant
from trading.strategies.fanout import Candidate, Line
from trading.telemetry import MUTE, Telemetry

BARS_MAX = 2_000
TOGETHER_S = 0.2
"""Candles that close within so long are judged together."""
AT_ONCE = 100
"""Scorecards that are stored in one go; between two of them others are served."""
ACTING_MAX = 64
RECALLS_MAX = 5
"""So many candles after the first, the past of a line is asked for again while it is short."""
PRUNE_EVERY_S = 3_600.0
DIG_WITHIN_S = 20.0
"""So long the first candle of a line waits for what lies before the market's bars."""
HOLE_MAX = 5
"""Candles that may be missing between those and these: more, and averages would run over a hole."""


class Runner:
    """Every running profile of a desk. `run` works for ever; `changed` takes over what was set meanwhile."""

    def __init__(
        self, parts: Parts, running: Callable[[], Sequence[TradingProfile]], telemetry: Telemetry = MUTE
    ) -> None:
        self._at = parts
        self._running = running
        self._telemetry = telemetry
        self._anchors: dict[Line, datetime] = {}
        self._judged_at: dict[Line, datetime] = {}
        self._crowd = Crowd(self.known, self._anchors)
        self._waiting: list[Moved] = []
        self._odd: list[Odd] = []
        self._wake = asyncio.Event()
        self._is_changed = False
        self._acting: set[asyncio.Task[None]] = set()
        self._owed: dict[Line, int] = {}
        self._slots = asyncio.Semaphore(ACTING_MAX)
        self._pruned_s = parts.clock.elapsed_s()
        self._end: Callable[[], None] | None = None
        self._followed: frozenset[Line] = frozenset()
        self._recalled: dict[Line, int] = {}
        self._digging: dict[Line, asyncio.Task[None]] = {}
        self._broken: BaseException | None = None
        self.stop: Callable[[TradingProfile, Refusal], object] = lambda profile, refusal: None
        self._actor = Actor(
            Surroundings(
                parts.desk,
                parts.book,
                parts.market,
                parts.ledger,
                parts.registers,
                parts.store,
                parts.clock,
                self.known,
                self._stopped,
                parts.opinion,
                self._current,
            )
        )
        self.troubles: dict[str, Refusal] = {}
        """Why a profile that should run cannot, by its id."""

    # ------------------------------------------------------------ what others call

    async def start(self) -> None:
        """Read how far each series was, and begin to listen. Raises JournalUnavailable."""
        for mark in await self._at.store.marks():
            line = (mark.symbol, mark.frame_s)
            self._anchors[line], self._judged_at[line] = mark.anchored_at, mark.judged_at
        self._end = self._at.candles.listen(self._heard, self._heard_odd)
        self.changed()

    def changed(self) -> None:
        """Profiles were set, started or stopped."""
        self._is_changed = True
        self._wake.set()

    async def close(self) -> None:
        """End: what is under way is left to the next start, which finds its candles not dealt with."""
        if self._end is not None:
            self._end()
            self._end = None
        tasks = (*self._acting, *self._digging.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def run(self) -> None:
        """Wait for candles, for ever."""
        while True:
            await self._wake.wait()
            if not self._is_changed:
                await self._at.clock.sleep_s(TOGETHER_S)
            self._wake.clear()
            if self._broken is not None:
                raise self._broken
            await self.round()

    async def round(self) -> None:
        """Take over what has changed, and judge every candle that has closed."""
        if self._is_changed:
            self._is_changed = False
            self._follow()
        moved = [one for one in self._waiting if one.line not in self._digging]
        self._waiting = [one for one in self._waiting if one.line in self._digging]
        odd, self._odd[:] = list(self._odd), []
        if not (moved or odd):
            return
        began = self._at.clock.elapsed_s()
        kept = [one for strange in odd for one in self._missing(strange)]
        try:
            kept += await self._judge(moved)
            await self._keep(kept, moved)
            await self._prune()
        except JournalUnavailable as problem:
            self._telemetry.log("error", "scorecards_not_kept", error=str(problem))
        self._telemetry.took("profiles_judged", self._at.clock.elapsed_s() - began)

    def known(self, symbol: str, frame_s: int) -> Sequence[Bar]:
        """The closed candles of a line."""
        return self._at.candles.candles(symbol, timedelta(seconds=frame_s))

    def _current(self, profile: TradingProfile) -> TradingProfile | None:
        running = (one for one in self._running() if one.profile_id == profile.profile_id)
        return next(running, None)

    def newest(self, profile: TradingProfile, symbol: str) -> Kept | None:
        """The newest candle of a profile, judged once more for who asks: one on which nothing was on offer is
        stored nowhere."""
        card = self._crowd.explained(profile.profile_id, symbol)
        if card is None:
            return None
        at = instant(card.at_ms) + timedelta(seconds=card.frame_s)
        if profile.since is not None and at <= profile.since:
            return None
        number = profile.history.number
        return Kept(profile.profile_id, symbol, profile.frame_s, at, Outcome.REFUSED, card, number)

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return not (self._wake.is_set() or self._waiting or self._acting)

    # ------------------------------------------------------------ lines

    def _heard(self, candle: Candle) -> None:
        symbol, span = candle.line
        line = (symbol, span // timedelta(seconds=1))
        if line in self._crowd.lines:
            self._waiting.append(Moved(line, candle.bar))
            self._wake.set()

    def _heard_odd(self, odd: Odd) -> None:
        symbol, span = odd.line
        if (symbol, span // timedelta(seconds=1)) in self._crowd.lines:
            self._odd.append(odd)
            self._wake.set()

    def _follow(self) -> None:
        """Listen to every line that is read from now on, and to no other one."""
        running = self._running()
        self.troubles = self._crowd.run(running)
        lines, before = self._crowd.lines, self._followed
        for symbol, frame_s in before - lines:
            self._at.candles.leave(symbol, timedelta(seconds=frame_s))
        for line in sorted(lines - before):
            self._open(line)
        self._followed = lines
        if lines:
            self._wake.set()

    def _open(self, line: Line) -> None:
        symbol, span = line[0], timedelta(seconds=line[1])
        self._at.want(symbol)
        bars = self._at.market.bars(symbol, BARS_MAX)
        self._at.candles.follow(symbol, span, bars, self._at.older(symbol, span))
        if self._at.deeper is not None and line not in self._digging:
            self._digging[line] = asyncio.create_task(self._dig(line), name="profiles-past")
        known = self._at.candles.candles(symbol, span)
        done = self._judged_at.get(line) or self._begun(line)
        if not known or done is None or known[-1].ends_at <= done:
            return
        # Closed while nobody looked: the newest one may still be in time, the others are only history.
        self._waiting.append(Moved(line, known[-1]))

    async def _dig(self, line: Line) -> None:
        """Put what lies before the market's bars in front of them, before the first candle is judged: a long
        average needs it, and one that was begun there before a restart has the same values after it."""
        symbol, span = line[0], timedelta(seconds=line[1])
        assert self._at.deeper is not None
        try:
            async with asyncio.timeout(DIG_WITHIN_S):
                past = await self._at.deeper(symbol, span)
                while past and not self.known(*line):
                    await self._at.clock.sleep_s(1.0)  # a feed that has just been asked to listen
            first = self.known(*line)[0] if past else None
            if first is not None and first.at - _newest_before(past, first) <= span * HOLE_MAX:
                self._at.candles.recall(symbol, span, (), past)
        except TimeoutError:
            self._telemetry.log("warning", "past_not_read", symbol=symbol, frame_s=line[1])
        finally:
            del self._digging[line]
            self._wake.set()

    def _begun(self, line: Line) -> datetime | None:
        """Since when the candles of a line on which none was judged yet are somebody's business."""
        since = [one.since for one in self._running() if line[0] in one.symbols and one.frame_s == line[1]]
        return min((at for at in since if at is not None), default=None)

    def _recall(self, line: Line) -> None:
        """A feed may know more of the past by now than when it was first asked."""
        self._recalled[line] = self._recalled.get(line, 0) + 1
        if self._recalled[line] > RECALLS_MAX:
            return
        symbol, span = line[0], timedelta(seconds=line[1])
        bars = self._at.market.bars(symbol, BARS_MAX)
        self._at.candles.recall(symbol, span, bars, self._at.older(symbol, span))

    # ------------------------------------------------------------ candles

    async def _judge(self, moved: Sequence[Moved]) -> list[Kept]:
        """Scorecards of candles on which nothing is to be done, the last that are not stored yet; the others
        are acted on by the way."""
        kept: list[Kept] = []
        if not moved:
            return kept
        for line in dict.fromkeys(one.line for one in moved):
            if len(self.known(*line)) < ENOUGH:
                self._recall(line)
        running = {one.profile_id: one for one in self._running()}
        newest: dict[Line, datetime] = {}
        for one in moved:
            newest[one.line] = max(newest.get(one.line, one.bar.ends_at), one.bar.ends_at)
        for part in self._crowd.judged(moved):
            for candidate in part:
                at = closed_at(candidate)
                for key in candidate.keys:
                    profile = running.get(key)
                    if profile is None or (profile.since is not None and at <= profile.since):
                        continue
                    if candidate.entry or candidate.exit:
                        self._begin(profile, candidate, at)
                    else:
                        kept.append(_refused(profile, candidate, at))
            if len(kept) >= AT_ONCE:
                # Written by the way: thousands of cards that wait together are looked at by the collector.
                await self._at.store.keep(kept, ())
                kept = []
            await self._at.clock.sleep_s(0)
        for note in self._crowd.notes:
            if note.kind != "gap":
                at = instant(note.bar.at_ms) + timedelta(seconds=note.bar.frame_s)
                outcome = Outcome.BROKEN if note.kind == "broken" else Outcome.LATE
                line = (note.bar.symbol, note.bar.frame_s)
                kept += self._strange(line, at, outcome, note.sentence)
        return kept

    def _begin(self, profile: TradingProfile, candidate: Candidate, at: datetime) -> None:
        line = (candidate.card.symbol, profile.frame_s)
        self._owed[line] = self._owed.get(line, 0) + 1
        task = asyncio.create_task(self._act(profile, candidate, at, line), name="profile-acts")
        self._acting.add(task)
        task.add_done_callback(self._acted)

    def _acted(self, task: asyncio.Task[None]) -> None:
        """What went wrong beside the loop ends the loop: nothing fails unheard."""
        self._acting.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._broken = task.exception()
            self._wake.set()

    async def _act(self, profile: TradingProfile, candidate: Candidate, at: datetime, line: Line) -> None:
        try:
            async with self._slots:
                kept = await self._actor.act(profile, candidate, at)
        except JournalUnavailable as problem:
            # Its candle is not dealt with: the next start comes to it again.
            self._telemetry.log("error", "profile_not_carried_out", profile=profile.name, error=str(problem))
            return
        self._telemetry.count("profile_candles", outcome=kept.outcome.value)
        self._owed[line] -= 1
        marks = [] if self._owed[line] else self._marks([line])
        try:
            await self._at.store.keep([kept], marks)
        except JournalUnavailable as problem:
            self._telemetry.log("error", "scorecards_not_kept", error=str(problem))

    def _missing(self, odd: Odd) -> list[Kept]:
        symbol, span = odd.line
        at = odd.at + span
        outcome = Outcome.LATE if odd.kind == "late" else Outcome.MISSING
        return self._strange((symbol, span // timedelta(seconds=1)), at, outcome, "")

    def _strange(self, line: Line, at: datetime, outcome: Outcome, sentence: str) -> list[Kept]:
        """For everybody who reads a line: there was nothing to judge, and why."""
        if outcome is Outcome.LATE:
            # What was decided on the candle without that bar stays what it was.
            self._telemetry.log("warning", "late_bar", symbol=line[0], frame_s=line[1])
            return []
        return [
            Kept(
                one.profile_id,
                line[0],
                line[1],
                at,
                outcome,
                None,
                one.history.number,
                outcome.value,
                sentence,
            )
            for one in self._running()
            if line[0] in one.symbols and one.frame_s == line[1] and not (one.since and at <= one.since)
        ]

    # ------------------------------------------------------------ writing down

    async def _keep(self, kept: Sequence[Kept], moved: Sequence[Moved]) -> None:
        for one in moved:
            done = self._judged_at.get(one.line, one.bar.ends_at)
            self._judged_at[one.line] = max(done, one.bar.ends_at)
        lines = dict.fromkeys(one.line for one in moved)
        marks = self._marks([line for line in lines if not self._owed.get(line)])
        for first in range(0, len(kept), AT_ONCE):
            await self._at.store.keep(kept[first : first + AT_ONCE], ())
            await self._at.clock.sleep_s(0)
        await self._at.store.keep((), marks)

    def _marks(self, lines: Sequence[Line]) -> list[SeriesMark]:
        return [
            SeriesMark(*line, self._anchors[line], self._judged_at[line])
            for line in lines
            if line in self._anchors and line in self._judged_at
        ]

    async def _prune(self) -> None:
        if self._at.clock.elapsed_s() - self._pruned_s >= PRUNE_EVERY_S:
            self._pruned_s = self._at.clock.elapsed_s()
            await self._at.store.prune()

    async def _stopped(self, profile: TradingProfile, refusal: Refusal) -> None:
        """A profile cannot go on: it is stopped, what it holds stays guarded, and people hear of it."""
        now = self._at.clock.now()
        await self._at.store.put_profile(replace(profile, is_running=False))
        self.stop(profile, refusal)
        await self._at.desk.submit(
            cm.Tell(
                CommandId(f"{profile.profile_id}:stopped:{now.isoformat()}"),
                profile.person,
                profile.account,
                "profile_stopped",
                "profile",
                Level.WARNING.value,
                {"profile": profile.name, "reason": refusal.sentence},
            )
        )


def _newest_before(past: Sequence[Bar], first: Bar) -> datetime:
    """Where the newest of them ends that lies before a candle; long ago when none does."""
    return max(
        (bar.ends_at for bar in past if bar.ends_at <= first.at), default=first.at - timedelta(days=9_999)
    )


def _refused(profile: TradingProfile, candidate: Candidate, at: datetime) -> Kept:
    return Kept(
        profile.profile_id,
        candidate.card.symbol,
        profile.frame_s,
        at,
        Outcome.REFUSED,
        candidate.card,
        profile.history.number,
    )
