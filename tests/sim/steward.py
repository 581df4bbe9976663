"""Somebody who has profiles trade: starts and stops them, changes their minds, hands positions over and takes
them back, and says yes to what they propose, or does not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tests.sim.profiles import BY_SYMBOL, LifesMarket, told_of
from tests.sim.recipe import ACCOUNT
from tests.sim.thinking import OWNER, pick
from tests.sim.world import World
from trading.domain import commands as cm
from trading.domain.book import Book
from trading.domain.exits import Size, SizeKind
from trading.domain.position import Position
from trading.engine.loop import Engine
from trading.parameters import ParameterHistory, validated, written
from trading.ports import JournalUnavailable
from trading.profiles.deciding import begun_anew, entry_of, handed_over, held, owners, rivals, taken_back
from trading.profiles.profile import Kept, Mode, Outcome, TradingProfile, Voice
from trading.profiles.profile_desk import ProfileDesk
from trading.strategies.table import STRATEGIES

D = Decimal
FAST = {
    "fast": "2",
    "slow": "3",
    "channel": "2",
    "adx_length": "2",
    "adx_least": "0",
    "atr_length": "1",
    "stop_atr": "4",
    "trail_atr": "6",
}
"""A strategy that finds something in a day of ten minutes."""
KINDS: dict[str, tuple[tuple[str, ...], Size]] = {
    "coins": (("BTC/USD",), Size(SizeKind.SPEND, D(900))),
    "futures": (("MES",), Size(SizeKind.CONTRACTS, D(2))),
    "both": (("BTC/USD", "MES"), Size(SizeKind.EQUITY, D(3))),
}
ANSWER_MAX_S = 30.0


def profile_of(name: str, number: int, frame_s: int, mode: Mode = Mode.AUTOMATIC) -> TradingProfile:
    """One that stands still."""
    strategy = STRATEGIES["trend_following"]
    settings: Any = validated(strategy, FAST)
    history = ParameterHistory().changed(strategy, written(settings), OWNER, datetime(2018, 4, 1, tzinfo=UTC))
    assert isinstance(history, ParameterHistory), history
    symbols, size = KINDS[name]
    return TradingProfile(
        f"{ACCOUNT}/profile-{number}",
        OWNER,
        ACCOUNT,
        name,
        strategy.name,
        frame_s,
        size,
        symbols,
        mode,
        opinion=Voice.OFF,
        history=history,
    )


class Steward:
    """Looks after profiles now and then, as people do."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("person:steward")

    async def keep(self, deeds: int) -> None:
        """So many deeds, with pauses; the first ones come early."""
        for count in range(deeds):
            await self._world.clock.sleep_s(0.4 if count < 3 else 1 + 9 * self._draw.fraction())
            if not await self._deed():
                await self._world.clock.sleep_s(2)

    async def _deed(self) -> bool:
        process = self._world.process
        desk, engine = process.profiles, process.engine
        if desk is None or engine is None or not process.is_ready:
            return False
        every = list(desk.every())
        missing = [name for name in KINDS if name not in {one.name for one in every}]
        dice = self._draw.fraction()
        if missing and (len(every) < 2 or dice < 0.1):
            name: str = pick(self._draw, *missing)
            numbers = [int(one.profile_id.rpartition("-")[2]) for one in every]
            mode = pick(self._draw, Mode.AUTOMATIC, Mode.AUTOMATIC, Mode.PROPOSE)
            fresh = profile_of(name, max(numbers, default=0) + 1, pick(self._draw, 10, 10, 20), mode)
            fresh = begun_anew(fresh, engine.book.live_positions(ACCOUNT))
            return await started(self._world, desk, fresh)
        if not every:
            return False
        if dice < 0.4:
            return await self._answer(desk, engine, every)
        return await self._change(desk, engine.book, pick(self._draw, *every), dice)

    async def _change(self, desk: ProfileDesk, book: Book, one: TradingProfile, dice: float) -> bool:
        if dice < 0.6:
            return await (stopped if one.is_running else started)(self._world, desk, one)
        if dice < 0.68:
            mode = Mode.PROPOSE if one.mode is Mode.AUTOMATIC else Mode.AUTOMATIC
            return await put(self._world, desk, replace(one, mode=mode))
        if dice < 0.74:
            return await put(
                self._world, desk, replace(one, direction=pick(self._draw, "both", "both", "long", "short"))
            )
        if dice < 0.96:
            open_ones = [p for p in book.live_positions(ACCOUNT) if p.is_open and p.symbol in one.symbols]
            if not open_ones:
                return True
            position: Position = pick(self._draw, *open_ones)
            return await handed(self._world, desk, one, position)
        return await in_front(self._world, desk, desk.drop(one)) and _told(
            self._world, {"profile_id": one.profile_id, "is_running": False, "gone": True}
        )

    async def _answer(self, desk: ProfileDesk, engine: Engine, every: list[TradingProfile]) -> bool:
        """Say yes to a proposal, mostly."""
        for one in every:
            for kept in await desk.kept(one, limit=4):
                if kept.outcome is Outcome.PROPOSED and self._draw.fraction() < 0.8:
                    return await answered(self._world, desk, engine, one, kept)
        return True


async def started(world: World, desk: ProfileDesk, one: TradingProfile) -> bool:
    """As `/profile start`: refused where another one trades its symbols."""
    if rivals(one, desk.every()):
        return True
    return await put(world, desk, replace(one, is_running=True, since=world.desk_clock.now()))


async def stopped(world: World, desk: ProfileDesk, one: TradingProfile) -> bool:
    """As `/profile stop`."""
    return await put(world, desk, replace(one, is_running=False))


async def handed(world: World, desk: ProfileDesk, one: TradingProfile, position: Position) -> bool:
    """As `/profile handover`, or `takeback` where it is the profile's already."""
    is_its = one in owners(desk.every(), position)
    changed = [taken_back(one, position)] if is_its else handed_over(one, desk.every(), position)
    world.note("handing", {"position": position.position_id})
    for each in changed:
        if not await put(world, desk, each):
            return False
    to = "" if is_its else one.profile_id
    world.note("handed over", {"position": position.position_id, "to": to})
    return True


async def answered(world: World, desk: ProfileDesk, engine: Engine, one: TradingProfile, kept: Kept) -> bool:
    """As the button ✅ of a proposal: the same questions as `bot/handlers/profile_answer.py` asks."""
    position = held(engine.book, one.account, kept.symbol)
    is_other = position is not None and position.command_id != kept.command_id
    is_late = kept.until is not None and world.desk_clock.now() >= kept.until
    if is_other or is_late or not one.is_running:
        return True
    market = LifesMarket(world, engine)
    seen = cm.Seen(BY_SYMBOL[kept.symbol], market.last(kept.symbol))
    world.note("pressed", {"command": kept.command_id, "at": world.desk_clock.now()})
    if not await in_front(world, desk, engine.submit(entry_of(one, kept, seen))):
        return False
    return await in_front(world, desk, desk.note(replace(kept, outcome=Outcome.ENTERED)))


async def put(world: World, desk: ProfileDesk, changed: TradingProfile) -> bool:
    """The chat's door takes it and the person hears so; false when the desk died or its disk was full."""
    return await in_front(world, desk, desk.put(changed)) and _told(world, told_of(changed))


def _told(world: World, row: dict[str, Any]) -> bool:
    world.note("profile told", row)
    return True


async def in_front(world: World, desk: ProfileDesk, work: Coroutine[Any, Any, Any]) -> bool:
    """The chat front is part of the process: it dies with it. Whether it came to its end."""
    process = world.process
    if process.is_dead or not process.is_ready or process.profiles is not desk:
        work.close()
        return False
    asked = process.spawn(_answer(work), "front:profile")
    await asyncio.wait([asked], timeout=ANSWER_MAX_S)
    return asked.done() and not asked.cancelled() and asked.exception() is None and asked.result()


async def _answer(work: Coroutine[Any, Any, Any]) -> bool:
    """Whether the desk could do it: a full disk is said, and the person tries again."""
    try:
        await work
    except JournalUnavailable:
        return False
    return True
