"""A flood of messages under a platform's limits: how near to the limit, how many refusals, how alarms fare.

The checker counts every window: 30 a second for the bot; for a chat 1 a second, with TELEGRAM as 3 in three
seconds (alarms may use such a burst), with TELEGRAM_STRICT not one more. In virtual time with ways of several
lengths, then over HTTP on loopback in real time (two minutes and a half).

Run: python -m benchmarks.courier
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from datetime import UTC, datetime
from time import perf_counter

from aiohttp import ClientSession, web

from benchmarks._desk import row
from bot.conversation.messenger import PLAINLY, Lane, Manner, MessageRef, TooFast
from bot.conversation.screen import Screen
from bot.notifications.budget import TELEGRAM, TELEGRAM_STRICT, UNLIMITED, Rules
from bot.notifications.courier import Courier
from tests.unit.notifications.strict import Counted, Strict
from trading.clock import SystemClock
from trading.ports import Clock
from trading.virtual_time import VirtualClock, VirtualLoop, run

MESSAGES = 3_000
CHATS = 300
AT_ONCE = 1_000
LIMIT = 30
ALARM_EVERY_S = 1.3
SCREEN = Screen.of("Bought 0.1346 BTC/USD at 7,421.50")
NORMAL = Manner(lane=Lane.NORMAL)
URGENT = Manner(lane=Lane.URGENT)


class Checker:
    """The same limits behind HTTP; counts what it refuses."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._bot = Counted(LIMIT, 1.0)
        self._chats: dict[str, Counted] = defaultdict(lambda: Counted(3, 3.0))
        self.refused = 0
        self.instants: list[float] = []

    async def take(self, request: web.Request) -> web.Response:
        """One message: 200, or 429 with how long to wait."""
        own = self._chats[request.query["chat"]]
        now = self._clock.elapsed_s()
        wait_s = max(self._bot.wait_s(now), own.wait_s(now))
        if wait_s > 0:
            self.refused += 1
            return web.Response(status=429, text=f"{wait_s}")
        self._bot.inside.append(now)
        own.inside.append(now)
        self.instants.append(now)
        return web.Response(text=f"{len(self.instants)}")


class Wire:
    """A messenger that asks the checker."""

    def __init__(self, session: ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """`Messenger.send`."""
        async with self._session.post(self._url, params={"chat": chat}) as answer:
            text = await answer.text()
            if answer.status == 429:
                raise TooFast(float(text))
            return MessageRef("wire", chat, text)

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """`Messenger.edit`."""
        await self.send(ref.chat, screen, manner)

    async def pin(self, ref: MessageRef) -> None:
        """Not measured."""

    async def delete(self, ref: MessageRef) -> None:
        """Not measured."""


class Prompt(Wire):
    """A platform that answers at once."""

    def __init__(self) -> None:
        self._sent = 0

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """`Messenger.send`."""
        self._sent += 1
        return MessageRef("prompt", chat, str(self._sent))


async def flood(courier: Courier, clock: Clock, draw: random.Random) -> list[float]:
    """All messages at once, and alarms into the same chats while they go out; how long each alarm took."""
    chats = [str(n % CHATS) for n in range(MESSAGES)]
    draw.shuffle(chats)
    everything = asyncio.gather(*(courier.send(chat, SCREEN, NORMAL) for chat in chats))
    waits: list[float] = []
    while not everything.done():
        await clock.sleep_s(ALARM_EVERY_S)
        if not everything.done():
            began = clock.elapsed_s()
            await courier.send(str(draw.randrange(CHATS)), SCREEN, URGENT)
            waits.append(clock.elapsed_s() - began)
    await everything
    return waits


def figures(name: str, instants: list[float], refused: int, waits: list[float]) -> None:
    """Print what came of a flood."""
    # What went out with the first second's burst is no rate.
    rate = (len(instants) - LIMIT) / (instants[-1] - instants[0])
    print(f"{name:52} {rate:9.2f}/s = {rate / LIMIT:6.1%} of the limit   ≥ 95 %")
    print(f"{'':52} {refused:9d} × 429   0")
    found = row("  an urgent one, from asking to delivered", waits, "≤ 1 s")
    print(f"{'':52} {max(waits):9.3f} s at the most = {found['p50'] / (1e3 / LIMIT):.1f} turns in the middle")


def virtual(
    name: str, rules: Rules, chat_windows: tuple[tuple[int, float], ...], most_ms: int, chance: random.Random
) -> None:
    """The flood in virtual time; each way there and back takes 5 to `most_ms` ms."""

    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, datetime(2026, 1, 1, tzinfo=UTC))

        def ways(number: int) -> tuple[float, float]:
            return chance.uniform(0.005, most_ms / 1e3), chance.uniform(0.005, most_ms / 1e3)

        platform = Strict(clock, chat_windows=chat_windows, ways=ways)
        waits = await flood(Courier(platform, clock, rules), clock, chance)
        figures(name, [one.at_s for one in platform.told], platform.refused, waits)

    run(main)


async def real() -> None:
    """The flood and a thousand at once over HTTP."""
    clock = SystemClock()
    checker = Checker(clock)
    application = web.Application()
    application.router.add_post("/", checker.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    async with ClientSession() as session:
        courier = Courier(Wire(session, f"http://127.0.0.1:{port}/"), clock, TELEGRAM)
        waits = await flood(courier, clock, random.Random(1))
        figures("TELEGRAM, HTTP, real time", checker.instants, checker.refused, waits)
        await clock.sleep_s(2.0)
        began = clock.elapsed_s()
        await asyncio.gather(*(courier.send(f"p{n}", SCREEN, NORMAL) for n in range(AT_ONCE)))
        print(f"{'  1,000 at once to as many people':52} {clock.elapsed_s() - began:9.1f} s   ≤ 40 s")
        print(f"{'':52} {checker.refused:9d} × 429   0")
        await courier.close()
    await runner.cleanup()


async def overhead() -> None:
    """What the courier costs when nothing is limited, beside the bare call."""
    platform = Prompt()
    courier = Courier(platform, SystemClock(), UNLIMITED)
    spent: dict[str, list[float]] = {"bare": [], "courier": []}
    for n in range(5_000):
        for name, messenger in (("bare", platform), ("courier", courier)):
            began = perf_counter()
            await messenger.send(str(n % CHATS), SCREEN)
            spent[name].append(perf_counter() - began)
    bare = row("floor: the bare call", spent["bare"], unit="us")
    found = row("through the courier, no limits", spent["courier"], unit="us")
    print(f"{'':52} {found['p50'] - bare['p50']:9.1f} us on top")


def main() -> None:
    """Print the figures."""
    chance = random.Random(7)
    for most_ms in (5, 20, 40):
        virtual(f"TELEGRAM_STRICT, ways of 5 to {most_ms} ms", TELEGRAM_STRICT, ((1, 1.0),), most_ms, chance)
        virtual(f"TELEGRAM, ways of 5 to {most_ms} ms", TELEGRAM, ((3, 3.0),), most_ms, chance)
    asyncio.run(overhead())
    asyncio.run(real())


if __name__ == "__main__":
    main()
