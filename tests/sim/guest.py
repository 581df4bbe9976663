"""Somebody who trades on another person's account, and locks themself out now and then."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from tests.sim.actors import confirm
from tests.sim.recipe import ACCOUNT
from tests.sim.thinking import OWNER, Thinker, pick
from tests.sim.world import World
from trading.domain import commands as cm
from trading.domain.book import Book
from trading.domain.ids import CommandId, PersonId

GUEST = PersonId("guest")


class Guest:
    """Wants entries, owns no account, and goes on trying after a lockout."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("guest")
        self._thinker = Thinker(self._draw, world.clock, hangs=world.recipe.profile.attached_exits)

    async def trade(self, commands: int) -> None:
        """So many commands, with pauses."""
        for count in range(commands):
            await self._world.clock.sleep_s(0.5 + 7 * self._draw.fraction())
            engine = self._world.process.engine
            if engine is None or not self._world.process.is_ready:
                continue
            command = self._next(engine.book, CommandId(f"guest:1:{count}"))
            if command is not None:
                await confirm(self._world, command, self._draw)

    def _next(self, book: Book, name: CommandId) -> cm.Command | None:
        account = book.account(ACCOUNT)
        if account is None:
            return None
        if account.role_of(GUEST) is None:
            return cm.SetRole(name, OWNER, ACCOUNT, GUEST, "trader")
        if self._draw.fraction() < 0.15:
            until = self._world.desk_clock.now() + timedelta(seconds=round(5 + 40 * self._draw.fraction()))
            return cm.LockOut(name, GUEST, ACCOUNT, until, "tilt")
        wanted = self._thinker.lean(book, name, pick(self._draw, "enter", "wait"))
        return replace(wanted, person=GUEST) if isinstance(wanted, cm.OpenPosition) else None
