"""The other end of benchmarks/telegram.py, in its own process: the local Telegram and thumbs that press.

Reads one JSON object a line: {"do": "begin"|"latency"|"load"|"say", ...}; answers one a line.
"""

from __future__ import annotations

import asyncio
import json
import sys
from time import perf_counter, process_time
from typing import Any

from tests.fakes.telegram_faults import FloodLimits
from tests.fakes.telegram_people import TelegramPerson
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_world import ChatMessage

PEOPLE = 100
PATIENCE_S = 60.0
"""A card that has not changed by then never will: the workload ends there, instead of waiting for ever."""


class Thumbs:
    """People with a card each, who press it and look until it has changed."""

    def __init__(self, telegram: TelegramServer, count: int) -> None:
        self.telegram = telegram
        self.people = [telegram.person(f"P{number}") for number in range(count)]
        self.cards: dict[int, ChatMessage] = {}

    async def begin(self, line: str) -> None:
        """Everybody says the line and gets a card."""
        for one in self.people:
            one.say(line)
        for one in self.people:
            self.cards[one.id] = await one.hears()

    async def press(self, one: TelegramPerson, data: tuple[str, str]) -> float:
        """One press to its reply, in seconds: the card says something else than before."""
        card = self.cards[one.id]
        before = len(card.versions)
        began = perf_counter()
        one.press_data(card, data[before % 2])
        async with asyncio.timeout(PATIENCE_S):
            await self.telegram.until(lambda: len(card.versions) > before)
        return perf_counter() - began


async def said(one: TelegramPerson, line: str, until: str) -> dict[str, Any]:
    """One line, and the first message after it that holds `until`."""
    one.say(line)
    while until not in (found := (await one.hears(PATIENCE_S)).text):
        pass
    return {"heard": found}


async def serve(telegram: TelegramServer, order: dict[str, Any], thumbs: Thumbs | None) -> dict[str, Any]:
    """One order."""
    assert thumbs is not None
    data = (str(order["first"]), str(order["second"]))
    if order["do"] == "latency":
        took = []
        for _ in range(int(order["presses"])):
            took.append(await thumbs.press(thumbs.people[0], data))
            await asyncio.sleep(float(order.get("pause_s", 0)))
        return {"took": took}
    began, used = perf_counter(), process_time()

    async def loop(one: TelegramPerson, count: int) -> list[float]:
        return [await thumbs.press(one, data) for _ in range(count)]

    some = thumbs.people[: int(order["people"])]
    every = await asyncio.gather(*(loop(one, int(order["presses"])) for one in some))
    took = [value for series in every for value in series]
    return {"took": took, "seconds": perf_counter() - began, "used": process_time() - used}


async def main() -> None:
    """Obey stdin."""
    async with TelegramServer(limits=FloodLimits.none()) as telegram:
        thumbs = Thumbs(telegram, PEOPLE)
        first = {"address": telegram.address, "token": telegram.token, "ids": [p.id for p in thumbs.people]}
        print(json.dumps(first), flush=True)
        loop = asyncio.get_running_loop()
        while raw := await loop.run_in_executor(None, sys.stdin.readline):
            order = json.loads(raw)
            if order["do"] == "begin":
                await thumbs.begin(order["line"])
                answer: dict[str, Any] = {"cards": len(thumbs.cards)}
            elif order["do"] == "say":
                answer = await said(thumbs.people[0], order["line"], order["until"])
            else:
                answer = await serve(telegram, order, thumbs)
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
