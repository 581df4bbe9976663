"""From a fill to the message in the hands of its chat: 50 fills a second for 1,000 people, rows included.

Run: python -m benchmarks.telling
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from time import perf_counter

from benchmarks._desk import BenchDesk, row, scratch
from benchmarks.desk import floor
from bot.conversation.messenger import PLAINLY, Manner, MessageRef
from bot.conversation.screen import Screen
from bot.notifications.notifier import Notifier
from trading.domain.exits import ExitPlan
from trading.domain.ids import AccountId, PersonId
from trading.ports import StoredEvent, Taken

PEOPLE = 1_000
FILLS = 500
RATE = 50.0


class Platform:
    """Takes everything at once and remembers when."""

    def __init__(self) -> None:
        self.came: dict[tuple[str, str], float] = {}
        self.arrived = asyncio.Event()

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """A message."""
        self.came[(chat, screen.event_code)] = perf_counter()
        self.arrived.set()
        return MessageRef("bench", chat, str(len(self.came)))

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """Not asked here."""


async def opened(desk: BenchDesk, platform: Platform) -> Notifier:
    """A thousand people with an account and a chat each."""
    notifier = Notifier(desk.store, desk.clock, book=lambda: desk.engine.book)
    # Many at once, so that they share commits.
    for first in range(0, PEOPLE, 100):
        names = [f"p{number}" for number in range(first, first + 100)]
        await asyncio.gather(*(desk.account(name, fills=True) for name in names))
    for number in range(PEOPLE):
        notifier.open(f"bench:{number}", platform, str(number), PersonId(f"p{number}"))
    await notifier.skip_to_now()
    return notifier


async def told(folder: Path) -> list[float]:
    """Seconds from each fill's commit begin (its report) to its message."""
    from bot.notifications.event_code import event_code
    from trading.domain.events import OrderFilled

    platform = Platform()
    desk = await BenchDesk(folder).open()
    notifier = await opened(desk, platform)
    filled: dict[tuple[str, str], float] = {}

    def heard(stored: object) -> None:
        assert isinstance(stored, list)
        for one in stored:
            assert isinstance(one, StoredEvent)
            if isinstance(one.event, OrderFilled):
                filled[(one.event.account.removeprefix("p"), event_code(one))] = perf_counter()

    desk.engine.committed(heard)
    desk.engine.committed(notifier.wake)
    task = asyncio.create_task(notifier.run())
    began = perf_counter()
    for turn in range(FILLS):
        quote = desk.quote("BTC/USD")
        account = AccountId(f"p{turn * 37 % PEOPLE}")
        answer = await desk.engine.submit(desk.buy(account, f"b{turn}", quote, plan=ExitPlan()))
        assert isinstance(answer, Taken), answer
        pause = began + (turn + 1) / RATE - perf_counter()
        await asyncio.sleep(max(0.0, pause))
    while len(platform.came) < FILLS:
        platform.arrived.clear()
        await asyncio.wait_for(platform.arrived.wait(), 10)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    spent = [platform.came[code] - at for code, at in filled.items()]
    await desk.close()
    return spent


def main() -> None:
    """The figure and its floor."""
    with scratch() as folder:
        row("floor: one row, one durable commit", floor(Path(folder)))
        row("fill → message in the chat's hands", asyncio.run(told(Path(folder))), "p99 <= 30 ms")


if __name__ == "__main__":
    main()
