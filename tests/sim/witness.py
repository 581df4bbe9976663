"""Somebody whom the desk asks: looks at the venue, says what is there, and what is to be done."""

from __future__ import annotations

from tests.sim.actors import confirm
from tests.sim.recipe import ACCOUNT
from tests.sim.thinking import OWNER, pick
from tests.sim.world import World
from trading.domain import commands as cm
from trading.domain.freezing import FreezeCause
from trading.domain.ids import CommandId
from trading.domain.order import Order, OrderStatus
from trading.domain.position import Position


class Witness:
    """Looks at the venue when the desk asks what became of an order, and says what is there; on some days the
    contrary. Looks again when an order turned up that counted as not placed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._draw = world.entropy.fork("witness")
        self._choices = world.entropy.fork("witness's choices")
        self._count = 0

    async def watch(self) -> None:
        """For as long as the day lasts."""
        while True:
            await self._world.clock.sleep_s(2 + 6 * self._draw.fraction())
            engine = self._world.process.engine
            if engine is None or not self._world.process.is_ready:
                continue
            for order in list(engine.book.open_orders(ACCOUNT)):
                if order.status is OrderStatus.IN_DOUBT and order.escalated_at is not None:
                    await self._answer(order)
            for position in list(engine.book.live_positions(ACCOUNT)):
                if position.gap is not None:
                    await self._choose(position)
            account = engine.book.account(ACCOUNT)
            if account is not None and any(one.cause is FreezeCause.TURNED_UP for one in account.freezes):
                await confirm(self._world, cm.AcknowledgeFreeze(self._id(), OWNER, ACCOUNT), self._draw)

    async def _answer(self, order: Order) -> None:
        world = self._world
        is_there = world.venue.find(order.client_order_id) is not None
        if self._draw.fraction() < world.recipe.wrong_words and world.has_trouble:
            is_there = not is_there
        elif self._draw.fraction() < 0.3:
            return  # not now
        command = cm.AnswerDoubt(self._id(), OWNER, ACCOUNT, order.order_id, is_there)
        await confirm(world, command, self._draw)

    async def _choose(self, position: Position) -> None:
        """Say what is to be done about a stop that the price has jumped over; or not now."""
        choice: str = pick(self._choices, "exit", "reanchor", "leave", "", "", "")
        if choice:
            name, symbol = position.position_id, position.symbol
            command = cm.AnswerGuard(self._id(), OWNER, ACCOUNT, name, symbol, choice)
            await confirm(self._world, command, self._choices)

    def _id(self) -> CommandId:
        self._count += 1
        return CommandId(f"witness:1:{self._count}")
