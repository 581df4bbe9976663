"""The other end of benchmarks/crowd.py, in its own process: the local Telegram and a thousand people.

Reads one JSON object a line: {"do": "come"|"look"|"buy"|"sell"|"leave"|"active", ...}; answers one a line.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_people import Press, TelegramPerson
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_world import ChatMessage

PEOPLE = 1_000
AT_ONCE = 40
PATIENCE_S = 60.0


class Crowd:
    """A thousand people who come, look, trade and leave."""

    def __init__(self, telegram: TelegramServer) -> None:
        self.telegram = telegram
        self.people = [telegram.person(f"P{number}") for number in range(PEOPLE)]
        self.pages: dict[int, ChatMessage] = {}

    async def all_of_them(self, does: Callable[[TelegramPerson], Awaitable[None]]) -> None:
        """Everybody does it, some at once."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def one_after_the_other(one: TelegramPerson) -> None:
            async with turn, asyncio.timeout(PATIENCE_S):
                await does(one)

        await asyncio.gather(*(one_after_the_other(one) for one in self.people))

    async def come(self, one: TelegramPerson) -> None:
        """Start (again)."""
        since = one.chat.from_bot[-1].message_id if one.chat.from_bot else 0
        one.start()
        await self.telegram.until(lambda: self._has_heard(one, since, "/positions"))

    async def look(self, one: TelegramPerson) -> None:
        """Open the page of positions."""
        since = one.chat.from_bot[-1].message_id
        one.say("/positions")
        self.pages[one.id] = await self.newest(one, "Refresh", since)

    async def newest(self, one: TelegramPerson, label: str, since: int = 0) -> ChatMessage:
        """The next message that has such a button."""

        def sight() -> ChatMessage | None:
            last = one.chat.from_bot[-1] if one.chat.from_bot else None
            return last if last is not None and last.message_id > since and last.button(label) else None

        found: ChatMessage = await self.telegram.until(sight)
        return found

    async def buy(self, one: TelegramPerson) -> None:
        """Buy, and hear of the fill."""
        await self._order(one, "/buy C1 100", "Buy", "Bought")

    async def sell(self, one: TelegramPerson) -> None:
        """Sell all of it, and hear of the fill."""
        await self._order(one, "/close C1", "Close", "Flat")

    async def _order(self, one: TelegramPerson, text: str, label: str, said: str) -> None:
        since = one.chat.from_bot[-1].message_id
        one.say(text)
        card = await self.newest(one, label, since)
        button = card.button(label)
        assert button is not None
        one.press_data(card, button["callback_data"])
        await self.telegram.until(lambda: self._has_heard(one, since, said))

    def _has_heard(self, one: TelegramPerson, since: int, said: str) -> bool:
        return any(said in message.text for message in one.chat.from_bot[-4:] if message.message_id > since)

    async def leave(self, one: TelegramPerson) -> None:
        """Block the bot, and forget all of the chat."""
        one.block()

    async def active(self, presses: int, a_second: float, data: str) -> dict[str, Any]:
        """Presses at an even pace, each by the next person, whatever became of those before."""
        took: list[float] = []
        shown: list[float] = []
        loop = asyncio.get_running_loop()
        due = loop.time()
        running = []

        async def pressed(one: TelegramPerson) -> None:
            page = self.pages[one.id]
            before, began = len(page.versions), perf_counter()
            press: Press = one.press_data(page, data)
            async with asyncio.timeout(PATIENCE_S):
                await self.telegram.until(lambda: press.is_answered)
                took.append(perf_counter() - began)
                await self.telegram.until(lambda: len(page.versions) > before)
                shown.append(perf_counter() - began)

        for number in range(presses):
            due += 1 / a_second
            await asyncio.sleep(max(0.0, due - loop.time()))
            running.append(asyncio.create_task(pressed(self.people[number * 37 % PEOPLE])))
        ended = await asyncio.gather(*running, return_exceptions=True)
        return {"answered": took, "shown": shown, "lost": sum(isinstance(one, Exception) for one in ended)}


async def obey(crowd: Crowd, order: dict[str, Any]) -> dict[str, Any]:
    """One order."""
    if order["do"] == "active":
        return await crowd.active(int(order["presses"]), float(order["a_second"]), str(order["data"]))
    does = {
        "come": crowd.come,
        "look": crowd.look,
        "buy": crowd.buy,
        "sell": crowd.sell,
        "leave": crowd.leave,
    }
    await crowd.all_of_them(does[order["do"]])
    return {}


async def main() -> None:
    """Obey stdin."""
    async with TelegramServer(limits=FloodLimits.none()) as telegram:
        crowd = Crowd(telegram)
        first = {"address": telegram.address, "token": telegram.token, "ids": [p.id for p in crowd.people]}
        print(json.dumps(first), flush=True)
        loop = asyncio.get_running_loop()
        while raw := await loop.run_in_executor(None, sys.stdin.readline):
            print(json.dumps(await obey(crowd, json.loads(raw))), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
