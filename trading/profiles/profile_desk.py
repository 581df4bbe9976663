"""The profiles of a desk: the chat's door to them, and the runner behind it, which begins with the first one
that runs: until then no array library is loaded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from trading.domain.events import Refusal
from trading.domain.market import Bar
from trading.profiles.parts import Parts
from trading.profiles.profile import Kept, TradingProfile
from trading.profiles.roster import Rest, Roster
from trading.telemetry import MUTE, Telemetry

if TYPE_CHECKING:
    from trading.profiles.runner import Runner


async def _at_once() -> None:
    """Nobody else is served meanwhile: the import below may take its time."""


class ProfileDesk:
    """`trading.profiles.roster.Profiles` with a runner. Build it, `load` it, keep `run` running."""

    def __init__(
        self,
        parts: Parts,
        telemetry: Telemetry = MUTE,
        load: Callable[[], Awaitable[None]] = _at_once,
    ) -> None:
        """Args: load: has what the runner needs imported where nobody waits for it."""
        self._parts = parts
        self._load = load
        self._telemetry = telemetry
        self._roster = Roster(parts.store)
        self._roster.changed = self._changed
        self._wanted = asyncio.Event()
        self.runner: Runner | None = None

    async def load(self) -> None:
        """Read all profiles. Raises JournalUnavailable."""
        await self._roster.load()
        self._changed()

    async def run(self) -> None:
        """Trade for every profile that runs, for ever; may be begun again after it broke."""
        await self._wanted.wait()
        await self._load()
        from trading.profiles.runner import Runner

        self.runner = Runner(self._parts, self._roster.running, self._telemetry)
        self.runner.stop = self._roster.stopped
        try:
            await self.runner.start()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._parts.candles.run(), name="candles")
                tasks.create_task(self.runner.run(), name="profiles-run")
        finally:
            runner, self.runner = self.runner, None
            await runner.close()

    def _changed(self) -> None:
        if self._roster.running():
            self._wanted.set()
        if self.runner is not None:
            self.runner.changed()

    # ------------------------------------------------------------ the chat's door

    def every(self) -> Sequence[TradingProfile]:
        """All of them, the oldest first."""
        return self._roster.every()

    async def put(self, profile: TradingProfile) -> None:
        """It is like this from now on, at the next candle."""
        await self._roster.put(profile)

    async def drop(self, profile: TradingProfile) -> None:
        """It is no more."""
        await self._roster.drop(profile)

    async def kept(
        self, profile: TradingProfile, symbol: str = "", *, command_id: str = "", limit: int = 20
    ) -> Sequence[Kept]:
        """What became of its candles, newest first."""
        stored = await self._roster.kept(profile, symbol, command_id=command_id, limit=limit)
        if not symbol or command_id or self.runner is None:
            return stored
        newest = self.runner.newest(profile, symbol)
        if newest is None or (stored and stored[0].closed_at >= newest.closed_at):
            return stored
        return [newest, *stored][:limit]

    async def note(self, kept: Kept) -> None:
        """What a person made of a proposal."""
        await self._roster.note(kept)

    async def resting(self, profile: TradingProfile) -> Sequence[Rest]:
        """What holds it back now, the longest first."""
        from trading.profiles.guarding import rests_of

        found = await rests_of(
            profile,
            book=self._parts.book(),
            ledger=self._parts.ledger,
            candles=lambda symbol, frame_s: self._parts.candles.candles(symbol, timedelta(seconds=frame_s)),
            now=self._parts.clock.now(),
        )
        return [Rest(one.protection, one.symbol, one.refusal, one.until) for one in found]

    def trouble(self, profile: TradingProfile) -> Refusal | None:
        """Why it cannot run although it should."""
        return self.runner.troubles.get(profile.profile_id) if self.runner is not None else None

    def candles(self, profile: TradingProfile, symbol: str) -> Sequence[Bar]:
        """The closed candles that it reads, oldest first."""
        return self._parts.candles.candles(symbol, timedelta(seconds=profile.frame_s))
