"""All profiles of a desk in memory, as they are stored, and what can be asked of them: the chat's door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from msgspec.structs import replace

from trading.domain.events import Refusal
from trading.domain.ids import CommandId
from trading.domain.market import Bar
from trading.ports import JournalUnavailable
from trading.profiles.profile import Kept, ProfileStore, TradingProfile


class Rest(NamedTuple):
    """A protection that holds a profile back: which, of which symbol (empty: all), why and until when."""

    protection: str
    symbol: str
    refusal: Refusal
    until: datetime


class Profiles(Protocol):
    """Profiles as a conversation sees them. Raises JournalUnavailable."""

    def every(self) -> Sequence[TradingProfile]:
        """All of them, the oldest first."""
        ...

    async def put(self, profile: TradingProfile) -> None:
        """It is like this from now on, at the next candle."""
        ...

    async def drop(self, profile: TradingProfile) -> None:
        """It is no more."""
        ...

    async def kept(
        self, profile: TradingProfile, symbol: str = "", *, command_id: str = "", limit: int = 20
    ) -> Sequence[Kept]:
        """What became of its candles, newest first."""
        ...

    async def note(self, kept: Kept) -> None:
        """What a person made of a proposal."""
        ...

    async def resting(self, profile: TradingProfile) -> Sequence[Rest]:
        """What holds it back now."""
        ...

    def trouble(self, profile: TradingProfile) -> Refusal | None:
        """Why it cannot run although it should."""
        ...

    def candles(self, profile: TradingProfile, symbol: str) -> Sequence[Bar]:
        """The closed candles that it reads, oldest first; none where nobody follows them."""
        ...


class Roster:
    """What is stored, in memory; whoever runs profiles is told when it changes."""

    def __init__(self, store: ProfileStore) -> None:
        self._store = store
        self._profiles: dict[str, TradingProfile] = {}
        self.changed: Callable[[], None] = lambda: None

    async def load(self) -> None:
        """Read all of them. Raises JournalUnavailable."""
        self._profiles = {one.profile_id: one for one in await self._store.profiles()}

    def every(self) -> Sequence[TradingProfile]:
        """All of them, the oldest first."""
        return tuple(self._profiles.values())

    def running(self) -> Sequence[TradingProfile]:
        """Those that run."""
        return [one for one in self._profiles.values() if one.is_running]

    async def put(self, profile: TradingProfile) -> None:
        """Stored first: what a restart does not know has not happened."""
        await self._whatever_is_stored(self._store.put_profile(profile))
        self._profiles[profile.profile_id] = profile
        self.changed()

    async def drop(self, profile: TradingProfile) -> None:
        """It is no more."""
        await self._whatever_is_stored(self._store.drop_profile(profile.profile_id))
        self._profiles.pop(profile.profile_id, None)
        self.changed()

    async def _whatever_is_stored(self, writing: Awaitable[None]) -> None:
        """Where nobody knows whether it was written, what is there counts: else a profile would stand still
        until the next start, run then, and meanwhile another one would have its symbols."""
        try:
            await writing
        except JournalUnavailable:
            await self.load()
            self.changed()
            raise

    def stopped(self, profile: TradingProfile, refusal: Refusal) -> None:
        """It was stopped, and that is stored."""
        known = self._profiles.get(profile.profile_id)
        if known is not None:
            self._profiles[profile.profile_id] = replace(known, is_running=False)
            self.changed()

    async def kept(
        self, profile: TradingProfile, symbol: str = "", *, command_id: str = "", limit: int = 20
    ) -> Sequence[Kept]:
        """What became of its candles, newest first."""
        return await self._store.kept(
            profile.profile_id, symbol, command_id=CommandId(command_id), limit=limit
        )

    async def note(self, kept: Kept) -> None:
        """What a person made of a proposal."""
        await self._store.keep([kept], ())
