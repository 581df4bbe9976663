"""A thousand people on one process: how soon a press is answered, and what stays behind when they have gone.

Each has an account, a chat that is told of fills, and a thumb; the local Telegram runs in a process of its
own. Run: python -m benchmarks.crowd
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from benchmarks._desk import BenchDesk, NotingBroker, row, scratch
from benchmarks._phone import Phone
from benchmarks.telegram import front
from bot.conversation.people import Channel, Known, People
from bot.main.collecting import uncollected_start
from bot.main.measuring import resident_bytes
from bot.notifications import cards, standby
from bot.notifications.budget import TELEGRAM
from bot.notifications.courier import Courier
from bot.notifications.notifier import Notifier
from bot.platforms import telegram_encode, telegram_out
from bot.platforms.telegram_link import Link
from bot.platforms.telegram_out import TelegramMessenger
from db import engine as database
from db.people import SqlPeople
from trading.domain import book
from trading.domain.ids import PersonId
from trading.engine.inbox import Answers

PHONE = "benchmarks._telegram_crowd"
PRESSES, A_SECOND = 3_000, 100.0
ROUNDS, WARM = 5, 4
MIB = 1 << 20

SMALL = (
    (telegram_out, "SHOWN_MAX", 1_000),
    (standby, "HEARD_MAX", 1_000),
    (cards, "KNOWN_MAX", 200),
    (book, "DONE_KEPT_MAX", 2),
    (database, "CACHE_KIB", 2_048),
)
"""What fills up with use and has a bound (docs/figures.md), with a bound that two visits of each reach: what
grows after that has none."""


class Ringing:
    """The notifier over all the chats, as `bot.main.phone` wires it."""

    def __init__(self, desk: BenchDesk, people: People, phone: Phone) -> None:
        self.link = Link(phone.about["token"], phone.about["address"])
        messenger = TelegramMessenger(self.link)
        self.courier = Courier(
            messenger, desk.clock, TELEGRAM, pieces=lambda screen: len(telegram_encode.parts(screen))
        )
        self.notifier = Notifier(desk.store, desk.clock, book=lambda: desk.engine.book)
        people.listen(self.changed)
        for channel in people.channels():
            self.changed(channel)
        desk.engine.committed(self.notifier.wake)

    def changed(self, channel: Channel) -> None:
        """Somebody came or went."""
        self.notifier.open(
            channel.name, self.courier, channel.chat, channel.person, edits=True, is_gone=not channel.is_alive
        )


async def opened(folder: Path, phone: Phone) -> tuple[BenchDesk, People, list[NotingBroker]]:
    """A desk on which each of them has an account, and the brokers of these."""
    desk = await BenchDesk(folder).open()
    desk.engine._answers = Answers(1_000)
    brokers: list[NotingBroker] = []
    people = People(SqlPeople(desk.store.writer, desk.store.reader))
    ids = phone.about["ids"]
    for first in range(0, len(ids), 100):
        names = [f"p{user}" for user in ids[first : first + 100]]
        brokers += await asyncio.gather(*(desk.account(name, guards=False, fills=True) for name in names))
    for user in ids:
        await people.join(Known("telegram", str(user), PersonId(f"p{user}"), f"P{user}", desk.clock.now()))
    desk.quote("C1/USD")
    return desk, people, brokers


def left_behind(when: str) -> tuple[float, int, int]:
    """MiB resident, tasks and open files of this process.

    Connections are printed beside the files and not counted with them: how many of the link's pool still
    wait to be used again is chance, and the pool has a bound of its own.
    """
    gc.collect()
    opened = list(_opened())
    sockets = sum(target.startswith("socket:") for target in opened)
    found = resident_bytes() / MIB, len(asyncio.all_tasks()), len(opened) - sockets
    print(f"{when:52} {found[0]:.1f} MiB, {found[1]} tasks, {found[2]} files, {sockets} connections")
    return found


def _opened() -> Iterator[str]:
    """What each descriptor of this process is; the one that lists them is gone when it is asked."""
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            yield os.readlink(f"/proc/self/fd/{number}")


async def quoted(desk: BenchDesk) -> None:
    """The price of now, told again each second, so that none is stale. It never leaps: see `front`."""
    while True:
        desk.quote("C1/USD", str(desk.engine.book.marks["C1/USD"].bid))
        await asyncio.sleep(1)


async def crowd(folder: Path) -> None:
    """Both figures."""
    phone = Phone(PHONE)
    desk, people, brokers = await opened(folder, phone)
    ringing = Ringing(desk, people, phone)
    await ringing.notifier.skip_to_now()
    telling = asyncio.create_task(ringing.notifier.run())
    prices = asyncio.create_task(quoted(desk))
    async with front(desk, people, phone):
        for what in ("come", "buy", "look"):
            await phone.do(do=what)
        found = await phone.do(do="active", presses=PRESSES, a_second=A_SECOND, data="positions:")
        row("1,000 people active, press to answered press", found["answered"], "limit p99 300 ms")
        row("1,000 people active, press to new page", found["shown"])
        print(f"{'presses that were never answered':52} {found['lost']}   limit 0")
        figures = []
        for number in range(ROUNDS):
            for what in ("come", "buy", "sell", "leave") if number else ("sell", "leave"):
                await phone.do(do=what)
            await desk.idle()
            for broker in brokers:
                broker.forget()
            figures.append(left_behind(f"after round {number + 1} of start, trade, leave"))
        warm, last = figures[WARM - 1], figures[-1]
        # Thing by thing it is counted in tests/integration/telegram/test_comings_and_goings.py.
        each_kib = (last[0] - warm[0]) * 1_024 / ((ROUNDS - WARM) * len(phone.about["ids"]))
        grown = (
            f"{each_kib:.1f} KiB for each visit, {last[1] - warm[1]:+d} tasks, {last[2] - warm[2]:+d} files"
        )
        print(f"{'grown since warm-up':52} {grown}   limit 1 KiB, flat, flat")
    for task in (telling, prices):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await ringing.link.close_link()
    phone.close()
    await desk.close()


async def main() -> None:
    """One run."""
    with contextlib.ExitStack() as bounds, scratch() as folder, uncollected_start():
        for room, name, most in SMALL:
            bounds.enter_context(patch.object(room, name, most))
        await crowd(Path(folder))


if __name__ == "__main__":
    asyncio.run(main())
