"""Research for the chats: a queue of runs, each kept on the disk until its person was told what came of it.

One is played at a time, by a process of low priority; whoever had a turn last waits behind the others. A run
that the end of the desk has interrupted begins again with the next start, and says so, twice at most.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError, json
from msgspec.structs import replace

from bot.conversation.messenger import MessageRef, Messenger
from bot.conversation.researching import SUBJECT, Refused, Run, Winner
from bot.main.researching_process import NotPlayed, Outcome, TookTooLong, played
from bot.main.researching_told import Telling
from bot.main.researching_winner import Winners
from trading.domain.ids import PersonId
from trading.ports import Clock
from trading.telemetry import MUTE, Telemetry

FOLDER = "research"
RUN_FILE = "run.json"
MINE_MAX = 4
ALL_MAX = 24
TRIES_MAX = 2

Play = Callable[..., Awaitable[Outcome]]
MessengerOf = Callable[[str], Messenger | None]


class _Series(Struct, frozen=True):
    """The part of the history's index that names a series: the desk does not load the rest."""

    symbol: str
    frame_s: int
    is_adjusted: bool = False


class _Shelf(Struct, frozen=True):
    key: _Series


class ProcessResearch:
    """`bot.conversation.researching.Research`, and the worker behind it.

    Args:
        home: the desk's data folder: its history is played, `research` in it holds what is under way.
        messenger: the way out to a platform; None while it is not open.
        play: plays one run; tests give another one.
    """

    def __init__(
        self,
        home: Path,
        clock: Clock,
        messenger: MessengerOf,
        telemetry: Telemetry = MUTE,
        *,
        play: Play = played,
    ) -> None:
        # The process has a folder of its own, from which a relative home would be another one.
        self._home = home.absolute()
        self._folder = self._home / FOLDER
        self._clock = clock
        self._telemetry = telemetry
        self._play = play
        self._told = Telling(clock, messenger, telemetry)
        self._winners = Winners(self._home / "winners")
        self._waiting: list[Run] = []
        self._current: Run | None = None
        self._task: asyncio.Task[Outcome] | None = None
        self._served: dict[PersonId, int] = {}
        self._turns = 0
        self._news = asyncio.Event()
        self._rest = asyncio.Event()

    # ------------------------------------------------------------ the port

    def series(self) -> Sequence[str]:
        """The history's first, then what is bundled."""
        from trading.feeds.bundle import manifest

        return tuple(dict.fromkeys((*self._remembered(), *(entry.symbol for entry in manifest()))))

    async def begin(self, run: Run) -> int:
        """Take a wish; how many are before it. Raises Refused."""
        known = [one.run_id for one in self._all]
        if run.run_id in known:
            return known.index(run.run_id)
        if len(self.of(run.person)) >= MINE_MAX:
            raise Refused("research.too_many_mine")
        if len(known) >= ALL_MAX:
            raise Refused("research.too_many")
        try:
            await asyncio.to_thread(self._keep, run)
        except OSError as error:
            self._telemetry.log("warning", "research_not_kept", reason=error.strerror or str(error))
            raise Refused("research.no_room") from error
        self._waiting.append(run)
        self._rest.clear()
        self._news.set()
        return len(known)

    def of(self, person: PersonId) -> Sequence[Run]:
        """What this person has running or waiting."""
        return [run for run in self._all if run.person == person]

    async def cancel(self, run_id: str, person: PersonId) -> bool:
        """End it, running or waiting."""
        run = next((one for one in self.of(person) if one.run_id == run_id), None)
        if run is None:
            return False
        if run is self._current:
            if self._task is not None:
                self._task.cancel()
        else:
            self._waiting.remove(run)
            await self._told.canceled(run)
            await self._forget(run)
        return True

    async def winner(self, run_id: str, person: PersonId) -> Winner | None:
        """The best set of a sweep of this person."""
        return await asyncio.to_thread(self._winners.find, run_id, person)

    # ------------------------------------------------------------ what the chats say

    def shown(self, ref: MessageRef, subject: str) -> None:
        """This message shows a run: it is the one to edit, after a restart, too."""
        run_id = subject.removeprefix(SUBJECT)
        self._told.shown(run_id, ref)
        for place, run in enumerate(self._waiting):
            if run.run_id == run_id and run.message_id != ref.message_id:
                self._waiting[place] = run = replace(run, message_id=ref.message_id)
                with suppress(OSError):
                    self._keep(run)
        current = self._current
        if current is not None and current.run_id == run_id and current.message_id != ref.message_id:
            self._current = current = replace(current, message_id=ref.message_id)
            with suppress(OSError):
                self._keep(current)

    # ------------------------------------------------------------ the worker

    async def idle(self) -> None:
        """Return once nothing runs or waits."""
        await self._rest.wait()

    async def run(self) -> None:
        """Play what waits, until cancelled; first what an earlier life has left."""
        for run in await asyncio.to_thread(self._left):
            if run.run_id not in [one.run_id for one in self._all]:
                self._waiting.append(run)
        while True:
            self._news.clear()
            chosen = self._next()
            if chosen is None:
                self._rest.set()
                await self._news.wait()
            else:
                await self._turn(chosen)

    def _next(self) -> Run | None:
        """Whose last turn is longest ago, and of theirs what was asked for first."""
        if not self._waiting:
            return None
        return min(self._waiting, key=lambda run: self._served.get(run.person, 0))

    async def _turn(self, run: Run) -> None:
        self._waiting.remove(run)
        self._turns += 1
        self._served[run.person] = self._turns
        self._current = run = replace(run, tries=run.tries + 1)
        try:
            if run.tries > TRIES_MAX:
                await self._told.failed(run, "research.gave_up")
            else:
                await asyncio.to_thread(self._keep, run)
                await self._played(run)
        except OSError as error:
            self._telemetry.log("warning", "research_failed", reason=error.strerror or str(error))
            await self._told.failed(run, "research.no_room")
        finally:
            self._current, self._task = None, None
        await self._forget(run)

    async def _played(self, run: Run) -> None:
        began_s = self._clock.elapsed_s()
        progress = asyncio.create_task(self._told.progress(run, began_s), name="research-progress")
        told = self._told.step
        self._task = task = asyncio.ensure_future(
            self._play(run, self._home, self._place(run), lambda done, of: told(run.run_id, done, of))
        )
        try:
            # Not awaited itself: its end by `cancel` must not be taken for the end of the desk.
            await asyncio.wait({task})
        finally:
            progress.cancel()
            await asyncio.gather(progress, return_exceptions=True)
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        took_s = self._clock.elapsed_s() - began_s
        if task.cancelled():
            await self._told.canceled(run)
            return
        error = task.exception()
        match error:
            case None:
                await asyncio.to_thread(self._winners.keep, run, task.result(), self._clock.now())
                await self._told.done(run, task.result(), took_s)
            case NotPlayed():
                await self._told.failed(run, "research.not_played", why=error.sentence or "?")
            case TookTooLong():
                await self._told.failed(run, "research.long")
            case _:
                raise error

    # ------------------------------------------------------------ on the disk

    @property
    def _all(self) -> list[Run]:
        return [*([self._current] if self._current is not None else []), *self._waiting]

    def _place(self, run: Run) -> Path:
        return self._folder / run.run_id

    def _keep(self, run: Run) -> None:
        place = self._place(run)
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = place / f"{RUN_FILE}.part"
        part.write_bytes(json.encode(run))
        part.replace(place / RUN_FILE)

    async def _forget(self, run: Run) -> None:
        await asyncio.to_thread(shutil.rmtree, self._place(run), True)

    def _left(self) -> list[Run]:
        """Of an earlier life, the oldest first; what cannot be read is thrown away."""
        found = []
        for place in sorted(self._folder.glob("*/")):
            try:
                found.append(json.decode((place / RUN_FILE).read_bytes(), type=Run))
            except (OSError, DecodeError, ValidationError):
                shutil.rmtree(place, ignore_errors=True)
        return sorted(found, key=lambda run: run.at)

    def _remembered(self) -> list[str]:
        try:
            raw = (self._home / "history" / "index.json").read_bytes()
            keys = [one.key for one in json.decode(raw, type=list[_Shelf])]
        except (OSError, DecodeError, ValidationError):
            return []
        return [f"{key.symbol}@{_frame(key.frame_s)}" for key in keys if not key.is_adjusted]


def _frame(seconds: int) -> str:
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
