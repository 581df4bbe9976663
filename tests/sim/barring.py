"""Somebody who bars symbols now and then, and frees them again (`/blacklist`, docs/verbs.md)."""

from __future__ import annotations

from tests.sim.actors import confirm
from tests.sim.recipe import ACCOUNT, INSTRUMENTS
from tests.sim.thinking import OWNER, pick
from tests.sim.world import World
from trading.domain import commands as cm
from trading.domain.ids import CommandId


class Barrer:
    """Bars one symbol or all, whatever is held and whatever waits there, and frees what is barred."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("barrer")

    async def bar(self, times: int) -> None:
        """So many times, with pauses."""
        every = [one.symbol for one in INSTRUMENTS]
        for count in range(times):
            await self._world.clock.sleep_s(4 + 20 * self._draw.fraction())
            process = self._world.process
            if process.engine is None or not process.is_ready:
                continue
            account = process.engine.book.account(ACCOUNT)
            if account is None:
                continue
            frees = bool(account.barred) and self._draw.fraction() < 0.6
            symbols = (
                () if frees else tuple(every if self._draw.fraction() < 0.2 else [pick(self._draw, *every)])
            )
            name = CommandId(f"bars:1:{count}")
            await confirm(
                self._world, cm.BarSymbols(name, OWNER, ACCOUNT, symbols, not frees, "tilt"), self._draw
            )
