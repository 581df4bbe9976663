"""Chats with something at their top: messages that can be deleted, chats that are blocked, a desk behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from bot.conversation.boarding import Placed
from bot.conversation.layout import as_text
from bot.conversation.messenger import PLAINLY, ChatGone, Manner, MessageGone, MessageRef
from bot.conversation.screen import Screen
from bot.conversation.wording import Wording
from bot.notifications.board_life import PACE, Pace
from bot.notifications.boards import Boards
from db.boards import SqlBoards
from db.store import memory_store
from tests.unit.notifications.desk import BTC, OWNER, START, Desk
from trading.domain.ids import PersonId
from trading.domain.instrument import Instrument
from trading.domain.market import Quote
from trading.domain.money import Price
from trading.ports import StoredEvent
from trading.virtual_time import VirtualClock, VirtualLoop, run


class Wall:
    """A `BoardMessenger` with a memory. `fails`: an error for (what, chat), or None. `after`: raised once the
    message was delivered (its answer is lost)."""

    def __init__(self, clock: VirtualClock) -> None:
        self.clock = clock
        self.standing: dict[tuple[str, str], str] = {}
        self.pinned: set[tuple[str, str]] = set()
        self.log: list[tuple[float, str, str]] = []
        self.manners: list[Manner] = []
        self.screens: list[Screen] = []
        self.fails: Callable[[str, str], Exception | None] = lambda what, chat: None
        self.after: Callable[[str, str], Exception | None] = lambda what, chat: None
        self.takes_s = 0.0
        self._ids = 0

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """`Messenger.send`."""
        await self._begin("send", chat)
        self.manners.append(manner)
        self.screens.append(screen)
        self._ids += 1
        self.standing[chat, str(self._ids)] = as_text(screen)
        self._end("send", chat)
        return MessageRef("telegram", chat, str(self._ids))

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """`Messenger.edit`."""
        await self._begin("edit", ref.chat)
        self.manners.append(manner)
        self._must_stand(ref)
        self.standing[ref.chat, ref.message_id] = as_text(screen)
        self._end("edit", ref.chat)

    async def pin(self, ref: MessageRef) -> None:
        """`BoardMessenger.pin`."""
        await self._begin("pin", ref.chat)
        self._must_stand(ref)
        self.pinned.add((ref.chat, ref.message_id))
        self._end("pin", ref.chat)

    async def delete(self, ref: MessageRef) -> None:
        """`BoardMessenger.delete`."""
        await self._begin("delete", ref.chat)
        self.standing.pop((ref.chat, ref.message_id), None)
        self._end("delete", ref.chat)

    async def _begin(self, what: str, chat: str) -> None:
        if self.takes_s:
            await self.clock.sleep_s(self.takes_s)
        error = self.fails(what, chat)
        if error is not None:
            self.log.append((self.clock.elapsed_s(), f"{what} failed", chat))
            raise error

    def _end(self, what: str, chat: str) -> None:
        self.log.append((self.clock.elapsed_s(), what, chat))
        error = self.after(what, chat)
        if error is not None:
            raise error

    def _must_stand(self, ref: MessageRef) -> None:
        if (ref.chat, ref.message_id) not in self.standing:
            raise MessageGone("message to edit not found")

    # ------------------------------------------------------------ what people do and see

    def texts(self, chat: str = "7") -> list[str]:
        """What stands in a chat."""
        return [text for (where, _), text in self.standing.items() if where == chat]

    def wipe(self, chat: str = "7") -> None:
        """The person deletes everything."""
        for key in [key for key in self.standing if key[0] == chat]:
            del self.standing[key]

    def block(self) -> None:
        """The person blocks the bot."""
        self.fails = lambda what, chat: ChatGone("bot was blocked by the user")

    def times(self, what: str, chat: str = "7") -> list[float]:
        """When it was done in a chat."""
        return [at for at, did, where in self.log if (did, where) == (what, chat)]


class Tape:
    """What must be said of prices: stale after ten seconds."""

    def __init__(self) -> None:
        self.is_trading = True
        self.said = ""
        self.wanted: list[str] = []

    def stale_after_s(self, symbol: str) -> float:
        """`Prices.stale_after_s`."""
        return 10.0

    def is_open(self, symbol: str, at: datetime) -> bool:
        """`Prices.is_open`."""
        return self.is_trading

    def note(self, symbol: str) -> str:
        """`Prices.note`."""
        return self.said

    def last(self, symbol: str) -> Quote | None:
        """`Prices.last`."""
        self.wanted.append(symbol)
        return None

    def instrument(self, symbol: str) -> Instrument | None:
        """`Prices.instrument`."""
        return BTC if symbol == BTC.symbol else None


class World:
    """A desk, a wall, a store; boards that can be killed and begun anew."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.clock = VirtualClock(loop, START)
        self.desk = Desk()
        self.wall = Wall(self.clock)
        self.tape = Tape()
        self.store = memory_store()
        self.kept = SqlBoards(self.store.writer, self.store.reader)
        self.zone = "UTC"
        self.readable = True
        self.watchlist: tuple[str, ...] = ()
        self.asked_wording = 0
        self.heard = 0
        self._task: asyncio.Task[None] | None = None

    async def begin(self, pace: Pace = PACE) -> Boards:
        """A process that keeps boards."""
        self.boards = Boards(
            self.kept,
            {"telegram": self.wall},
            self.clock,
            lambda: self.desk.book,
            self.tape,
            self._wording,
            is_group=lambda channel: ":-" in channel,
            readable=self._readable,
            pace=pace,
        )
        self.boards.watchlist = self._watched
        await self.boards.load()
        self._task = asyncio.create_task(self.boards.run(), name="boards")
        return self.boards

    async def kill(self) -> None:
        """As a crash ends it."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.boards.close()

    async def _wording(self, person: PersonId) -> Wording:
        self.asked_wording += 1
        return Wording(zone=self.zone)

    async def _watched(self, person: PersonId) -> tuple[str, ...]:
        return self.watchlist

    async def _readable(self, channel: str) -> bool:
        return self.readable

    def price(self, text: str) -> None:
        """The market is at this price now."""
        at = Price(Decimal(text))
        self.desk.book.marks[BTC.symbol] = Quote(BTC.symbol, at, at, self.clock.now())

    def commit(self, stored: list[StoredEvent]) -> None:
        """The engine has committed these."""
        self.boards.wake(stored)

    async def pass_s(self, seconds: float, *, price: str = "") -> None:
        """Let time go by; with a price, it comes anew every second."""
        left = seconds
        while left > 0:
            step = min(1.0, left)
            if price:
                self.price(price)
            await self.clock.sleep_s(step)
            left -= step
        self.desk.now = START + timedelta(seconds=self.clock.elapsed_s())
        await self.loop.quiet()


async def put_up(world: World, chat: str = "7", person: PersonId = OWNER, kind: str = "positions") -> None:
    """A board stands and is pinned."""
    assert await world.boards.put_up("telegram", chat, kind, person) is Placed.NEW
    await world.loop.quiet()


def play(main: Callable[[World], Coroutine[Any, Any, None]]) -> None:
    """Run a story in virtual time."""

    async def whole(loop: VirtualLoop) -> None:
        world = World(loop)
        await main(world)
        if world._task is not None:
            await world.kill()
        await world.store.close()

    run(whole)
