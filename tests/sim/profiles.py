"""Profiles beside the engine in a life of the desk, wired as on a real one; each step may be the last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from db.problem import CommitUnknown, problem
from tests.sim.process import Process
from tests.sim.recipe import ACCOUNT, INSTRUMENTS
from trading.candles.candle_clock import CandleClock
from trading.domain import commands as cm
from trading.domain.instrument import Instrument
from trading.domain.market import Bar, Quote
from trading.engine.loop import Engine
from trading.ports import Denied, Taken
from trading.profiles.parts import Parts
from trading.profiles.profile import Kept, ProfileStore, SeriesMark, TradingProfile
from trading.profiles.profile_desk import ProfileDesk

if TYPE_CHECKING:
    from tests.sim.world import World

STALE_S = 8.0
"""Prices of these days come every second or third second; who gets none for so long waits."""
BY_SYMBOL = {one.symbol: one for one in INSTRUMENTS}


def run_profiles(process: Process, engine: Engine) -> None:
    """From now on somebody listens to candles in this life, and trades for every profile that runs."""
    world = process.world
    if not world.recipe.profiles or process.is_resting:
        return
    clock = world.desk_clock
    candles = CandleClock(clock, lambda symbol, at: True)
    parts = Parts(
        NotingDesk(process, engine),
        lambda: engine.book,
        LifesMarket(world, engine),
        world.store.ledger,
        world.store.registers,
        SimProfiles(process, world.store.profiles),
        clock,
        candles,
    )
    process.candles = candles
    process.trading = process.spawn(_live(process, engine, ProfileDesk(parts)), "profiles")


async def _live(process: Process, engine: Engine, desk: ProfileDesk) -> None:
    """Read before anybody is answered, and begun, as on a real desk, once the start is through."""
    await desk.load()
    process.profiles = desk
    while engine.outbox.broker(ACCOUNT) is None:
        await process.world.clock.sleep_s(0.5)
    await desk.run()


class LifesMarket:
    """`trading.ports.MarketData`: prices as the desk has heard them, bars as the exchange keeps them."""

    def __init__(self, world: World, engine: Engine) -> None:
        self._world, self._engine = world, engine

    def instrument(self, symbol: str) -> Instrument | None:
        """As the port says."""
        return BY_SYMBOL.get(symbol)

    def search(self, text: str) -> Sequence[Instrument]:
        """As the port says."""
        return [one for one in INSTRUMENTS if one.symbol == text]

    def last(self, symbol: str) -> Quote | None:
        """As the port says."""
        return self._engine.book.marks.get(symbol)

    def stale_after_s(self, symbol: str) -> float:
        """As the port says."""
        return STALE_S

    def is_open(self, symbol: str, at: datetime) -> bool:
        """As the port says."""
        return True

    def bars(self, symbol: str, count: int) -> Sequence[Bar]:
        """As the port says."""
        return self._world.bars.known(symbol)[-count:]

    def note(self, symbol: str) -> str:
        """As the port says."""
        return ""


class NotingDesk:
    """The desk as profiles see it: what they hand in takes its place in the timeline."""

    def __init__(self, process: Process, engine: Engine) -> None:
        self._process, self._engine = process, engine

    async def submit(self, command: cm.Command) -> Taken | Denied:
        """As the port says."""
        if isinstance(command, cm.OpenPosition | cm.ClosePosition):
            self._process.hook("profile:hands in")
            self._process.world.note("handed in", _row(command, self._process.world.desk_clock.now()))
        return await self._engine.submit(command)


def _row(command: cm.OpenPosition | cm.ClosePosition, at: datetime) -> dict[str, Any]:
    if isinstance(command, cm.OpenPosition):
        symbol, side, position = command.seen.instrument.symbol, 1 if command.is_long else -1, ""
    else:
        symbol, side, position = command.seen.instrument.symbol, 0, command.position_id
    return {
        "command": command.command_id,
        "account": command.account,
        "symbol": symbol,
        "side": side,
        "position": position,
        "tag": command.tag,
        "at": at,
    }


class SimProfiles:
    """The real store of profiles behind points of death, waits, and a disk that can fail."""

    def __init__(self, process: Process, store: ProfileStore) -> None:
        self._process, self._store, self._world = process, store, process.world

    async def profiles(self) -> Sequence[TradingProfile]:
        """As the port says."""
        self._process.must_live("profiles")
        return await self._store.profiles()

    async def put_profile(self, profile: TradingProfile) -> None:
        """As the port says."""
        is_lost = await self._begin("profile")
        await self._store.put_profile(profile)
        self._world.note("profile stored", told_of(profile))
        await self._end("profile", is_lost=is_lost)

    async def drop_profile(self, profile_id: str) -> None:
        """As the port says."""
        is_lost = await self._begin("profile")
        await self._store.drop_profile(profile_id)
        self._world.note("profile stored", {"profile_id": profile_id, "is_running": False, "gone": True})
        await self._end("profile", is_lost=is_lost)

    async def keep(self, kept: Sequence[Kept], marks: Sequence[SeriesMark]) -> None:
        """As the port says."""
        is_lost = await self._begin("card") if kept or marks else False
        await self._store.keep(kept, marks)
        if kept or marks:
            await self._end("card", is_lost=is_lost)

    async def kept(
        self, profile_id: str, symbol: str = "", *, command_id: str = "", limit: int = 20
    ) -> Sequence[Kept]:
        """As the port says."""
        self._process.must_live("kept")
        return await self._store.kept(profile_id, symbol, command_id=command_id, limit=limit)

    async def marks(self) -> Sequence[SeriesMark]:
        """As the port says."""
        self._process.must_live("marks")
        return await self._store.marks()

    async def prune(self, most: int = 200) -> None:
        """As the port says."""
        self._process.must_live("prune")
        await self._store.prune(most)

    async def _begin(self, what: str) -> bool:
        """Whether the answer to this commit will be lost."""
        await self._world.clock.sleep_s(self._world.machine.disk_pause_s())
        self._process.hook(f"{what}:before")
        fault = self._world.machine.disk_fault()
        if fault == "full":
            self._world.fire("B03")
            raise problem("disk_full")
        self._world.machine.disk.before_commit()
        return fault == "unknown"

    async def _end(self, what: str, *, is_lost: bool) -> None:
        self._process.hook(f"{what}:after")
        await self._world.clock.sleep_s(self._world.machine.disk_pause_s())
        if is_lost:
            self._world.fire("B10")
            unknown = problem("commit_unknown")
            raise CommitUnknown(unknown.code, unknown.sentence)


def told_of(profile: TradingProfile) -> dict[str, Any]:
    """A profile as plain data, without what it has learned."""
    row: dict[str, Any] = msgspec.to_builtins(profile, builtin_types=(datetime,))
    del row["history"], row["size"]
    return row
