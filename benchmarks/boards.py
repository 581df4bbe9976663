"""What a thousand boards cost: a look at each while nothing moves, drawing them all when everything does.

Run: python -m benchmarks.boards
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from time import perf_counter

from benchmarks._desk import row
from bot.conversation.messenger import PLAINLY, Manner, MessageRef
from bot.conversation.screen import Screen
from bot.conversation.wording import Wording
from bot.notifications.board_life import Pace
from bot.notifications.boards import Boards
from db.boards import SqlBoards
from db.store import memory_store
from tests.unit.notifications.desk import BTC, OWNER, Desk
from tests.unit.notifications.wall import Tape
from trading.clock import SystemClock
from trading.domain.ids import PersonId
from trading.domain.market import Quote
from trading.domain.money import Price

BOARDS = 1_000
LOOKS = 20


class Prompt:
    """A platform that answers at once."""

    def __init__(self) -> None:
        self.edits = 0

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """`Messenger.send`."""
        return MessageRef("telegram", chat, "1")

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """`Messenger.edit`."""
        self.edits += 1

    async def pin(self, ref: MessageRef) -> None:
        """`BoardMessenger.pin`."""

    async def delete(self, ref: MessageRef) -> None:
        """`BoardMessenger.delete`."""


async def wording(person: PersonId) -> Wording:
    """How everybody reads."""
    return Wording()


async def main() -> None:
    """Print the figures."""
    clock, desk, platform, store = SystemClock(), Desk(), Prompt(), memory_store()
    desk.bought()
    desk.now = clock.now()
    pace = Pace(private_s=0.0, look_s=3_600.0, taste_s=3_600.0)
    kept = SqlBoards(store.writer, store.reader)
    boards = Boards(
        kept,
        {"telegram": platform},
        clock,
        lambda: desk.book,
        Tape(),
        wording,
        is_group=lambda channel: False,
        pace=pace,
    )
    for n in range(BOARDS):
        await boards.put_up("telegram", str(n), "positions", OWNER)
    lives = list(boards._lives.values())

    async def everyone() -> float:
        """Look at all; until whatever is news is told."""
        began = perf_counter()
        for life in lives:
            life.look()
        tasks = [life.task for life in lives if life.task is not None]
        if tasks:
            await asyncio.wait(tasks)
        return (perf_counter() - began) / BOARDS

    quiet, moving = [], []
    for n in range(LOOKS):
        at = Price(Decimal(10_000 + n))
        desk.book.marks[BTC.symbol] = Quote(BTC.symbol, at, at, clock.now())
        moving.append(await everyone())
        quiet.append(await everyone())
    assert platform.edits >= BOARDS * (LOOKS - 1)
    still = row("a look at one board, nothing has moved", quiet, unit="us")
    drawn = row("drawing and editing one board", moving, unit="us")
    print(f"{'1,000 boards, looked at every second':52} {still['p50'] / 10:9.2f} % of a core")
    # No more than thirty messages a second go out, whatever happens.
    print(f"{'and edited as fast as Telegram allows (30/s)':52} {drawn['p50'] * 30 / 1e4:9.2f} % of a core")
    await boards.close()
    await store.close()


if __name__ == "__main__":
    asyncio.run(main())
