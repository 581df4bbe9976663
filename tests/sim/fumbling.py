"""What people do by mistake, which the gate must stop: drawn from a stream of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from tests.sim.actors import confirm, press
from tests.sim.recipe import ACCOUNT, BTC
from tests.sim.tape import Asked
from tests.sim.thinking import OWNER, pick
from tests.sim.world import World
from trading.domain import commands as cm
from trading.domain.exits import ExitPlan, Level, LevelKind, PriceSpec, PriceSpecKind, Size, SizeKind
from trading.domain.ids import CommandId
from trading.domain.order import OrderType

D = Decimal
FLOOD = 14
"""So many orders at once: more than the gate lets through in ten seconds."""
PRICE_AGE_S = 12
"""No entry on an older price, on the desks of such people."""
OLD_S = 150
"""A card of so long ago shows a price of then; the desk decides on the price of now, or not at all."""


class Fumbler:
    """Somebody whose thumbs are too big and whose cards are too old."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("fumble")
        self._count = 0

    async def fumble(self, times: int) -> None:
        """So many mistakes, with pauses. The first thing that somebody like that needs is a strict desk."""
        strict = cm.SetLimit(self._id(), OWNER, ACCOUNT, "price_age_s_max", D(PRICE_AGE_S))
        await confirm(self._world, strict, self._draw)
        for _ in range(times):
            await self._world.clock.sleep_s(2 + 12 * self._draw.fraction())
            engine = self._world.process.engine
            if engine is None or not self._world.process.is_ready or BTC.symbol not in engine.book.marks:
                continue
            mistake: Callable[[], Any] = pick(
                self._draw,
                self._too_much,
                self._wrong_side,
                self._through_the_market,
                self._wrong_word,
                self._twice,
                self._flood,
                self._old_card,
            )
            await mistake()

    # ------------------------------------------------------------ mistakes

    async def _too_much(self) -> None:
        """A hundred for one."""
        await self._forbidden("H01", self._entry(Size(SizeKind.SPEND, D(9_000_000))), "is far too large")

    async def _wrong_side(self) -> None:
        """The stop of a long above the market."""
        level = Level(LevelKind.PRICE, BTC.price_nearest(self._mid() * D("1.1")))
        command = replace(self._entry(), exits=ExitPlan(stop=level))
        await self._forbidden("H02", command, "has its stop on the wrong side")

    async def _through_the_market(self) -> None:
        """A limit thirty percent above the market."""
        limit = PriceSpec(PriceSpecKind.FROM_MID, D(30))
        command = replace(self._entry(), order_type=OrderType.LIMIT, limit=limit)
        await self._forbidden("H03", command, "is 30 % through the market")

    async def _wrong_word(self) -> None:
        """`/cover` where something is held long: it must not sell."""
        engine = self._world.process.engine
        assert engine is not None
        held = engine.book.current_position(ACCOUNT, BTC.symbol)
        if held is None or not held.is_open:
            return
        command = cm.ClosePosition(
            self._id(),
            OWNER,
            ACCOUNT,
            held.position_id,
            Size(SizeKind.POSITION, D(100)),
            self._seen(),
            expects="short" if held.is_long else "long",
        )
        await self._forbidden("H04", command, "names the other side")

    async def _old_card(self) -> None:
        """A card of minutes ago."""
        seen = self._seen()
        assert seen.quote is not None
        old = replace(seen.quote, at=seen.quote.at - timedelta(seconds=OLD_S))
        command = replace(self._entry(), seen=replace(seen, quote=old))
        await self._asked("T04", command)

    async def _twice(self) -> None:
        """The same order typed again, and nobody said that it is meant twice."""
        size = Size(SizeKind.BASE, D("0.01") + D(int(40 * self._draw.fraction())) / 1000)
        for _ in range(2):
            await self._asked("H05", replace(self._entry(size), confirmed=()))

    async def _flood(self) -> None:
        """Many at once."""
        self._world.fire("M09")
        now_s = self._world.loop.time()
        asked = [Asked(now_s, self._entry(Size(SizeKind.BASE, D("0.001")))) for _ in range(FLOOD)]
        await asyncio.gather(*(press(self._world, one) for one in asked))

    # ------------------------------------------------------------ inside

    async def _forbidden(self, fault: str, command: cm.Command, why: str) -> None:
        self._world.note("forbidden", {"command": command.command_id, "why": why})
        await self._asked(fault, command)

    async def _asked(self, fault: str, command: cm.Command) -> None:
        self._world.fire(fault)
        await confirm(self._world, command, self._draw)

    def _id(self) -> CommandId:
        self._count += 1
        return CommandId(f"fumble:1:{self._count}")

    def _seen(self) -> cm.Seen:
        quote = self._world.quotes[BTC.symbol]
        return cm.Seen(BTC, quote, quote.mid * D("0.004"))

    def _mid(self) -> Decimal:
        return self._world.quotes[BTC.symbol].mid

    def _entry(self, size: Size | None = None) -> cm.OpenPosition:
        return cm.OpenPosition(
            self._id(),
            OWNER,
            ACCOUNT,
            self._seen(),
            is_long=True,
            size=size or Size(SizeKind.BASE, D("0.02")),
            confirmed=("duplicate",),
        )
