"""A whole desk in virtual time with a runner of bots, and what a test needs to begin one and look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any, TypeVar

from tests.fakes.pit import BTC, OWNER, PAPER, Pit
from trading.automations.state import BotState
from trading.automations.table import AUTOMATIONS
from trading.domain import commands as cm
from trading.domain.automation import Automation
from trading.domain.events import Refusal
from trading.domain.market import Bar
from trading.domain.money import Price
from trading.domain.order import Order
from trading.parameters import validated, written
from trading.ports import Denied, Taken
from trading.running.runner import Runner
from trading.running.stepping import BESIDE, state_bytes, state_of
from trading.virtual_time import VirtualLoop, run

T = TypeVar("T")


class BotPit(Pit):
    """The pit, and whoever runs bots in it."""

    runner: Runner
    running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """A new life: the runner knows what the book knows."""
        await super().start()
        self.runner = Runner(
            self.engine,
            lambda: self.engine.book,
            self.clock,
            lambda symbol: 120.0,
            lambda symbol, at: True,
            lambda account: self.engine.outbox.broker(account) is not None,
        )
        self.engine.committed(self.runner.wake)
        self.running = asyncio.create_task(self.runner.run(), name="runner")

    async def die(self) -> None:
        """End the process; nothing of the runner stays."""
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)
        await super().die()

    async def live_again(self) -> None:
        """Kill it and start anew; the feed says at once what the price is."""
        await self.die()
        await self.open()

    async def pass_s(self, seconds: float) -> None:
        """Let time pass, with the runner's rounds in it."""
        await self.clock.sleep_s(seconds)
        await self.drain()

    async def see(self, bid: str, ask: str = "") -> None:
        """A price, and what the bots make of it."""
        await self.quote(bid, ask)
        self.runner.wake()
        await self.pass_s(1.1)

    async def see_bar(self, o: str, h: str, lo: str, c: str) -> None:
        """A minute."""
        at = self.clock.now()
        await self.bar(o, h, lo, c)
        first, high, low, last = (Price(Decimal(one)) for one in (o, h, lo, c))
        self.runner.on_bar(Bar("BTC/USD", at, self.clock.now(), first, high, low, last))
        await self.pass_s(0.5)

    async def begin(self, kind: str, name: str = "", budget: str = "1000", **settings: Any) -> Taken | Denied:
        """Start a bot."""
        machine = AUTOMATIONS[kind]
        beside: dict[str, str] = {name: settings.pop(name) for name in BESIDE if name in settings}
        checked = validated(machine, settings)
        assert not isinstance(checked, Refusal), checked
        state = machine.begin(checked, Decimal(budget), BTC, self.clock.now())
        command = cm.StartBot(
            self.command_id(),
            OWNER,
            PAPER,
            self.seen(),
            kind,
            name or f"{kind}-1",
            {**written(checked), **beside},
            Decimal(budget),
            state_bytes(state),
        )
        answer = await self.engine.submit(command)
        await self.pass_s(0.1)
        return answer

    async def tell(self, name: str, wish: str) -> Taken | Denied:
        """Tell it to end."""
        answer = await self.do(cm.TellBot, bot_id=self.bot(name).bot_id, wish=wish)
        await self.pass_s(1.1)
        return answer

    def bot(self, name: str) -> Automation:
        """As the book has it."""
        account = self.engine.book.account(PAPER)
        assert account is not None
        found = account.bots.of_name(name)
        assert found is not None
        return found

    def state(self, name: str) -> BotState:
        """Its machine's state as it was written down."""
        return state_of(self.bot(name))

    def resting(self) -> list[Order]:
        """All open orders."""
        return list(self.engine.book.open_orders(PAPER))

    def entries(self) -> list[Order]:
        """Open orders of bots that would open more."""
        return [one for one in self.resting() if one.is_entry]

    def tags_sent(self) -> list[str]:
        """By which names bots know the orders that were ever written down for them."""
        return [one.order.serves for one in self.named("OrderIntended") if one.order.serves]


def in_bot_pit(scene: Callable[[BotPit], Awaitable[T]], **more: Any) -> T:
    """Play a scene in a fresh pit, in virtual time."""

    async def main(loop: VirtualLoop) -> T:
        pit = BotPit(loop, **more)
        await pit.open()
        try:
            return await scene(pit)
        finally:
            await pit.die()

    return run(main)


__all__ = ["OWNER", "PAPER", "BotPit", "in_bot_pit"]
