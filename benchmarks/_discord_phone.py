"""The other end of benchmarks/discord.py, in its own process: the local Discord and people who use commands.

Reads one JSON object a line: {"do": "single"|"paced"|"burst", ...}; answers one a line. What is measured is
what the server saw: from the moment a person sent a command to its first answer, and to the card itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from functools import partial
from typing import Any

from tests.fakes.discord_limits import DiscordLimits
from tests.fakes.discord_people import Act, DiscordPerson
from tests.fakes.discord_server import DiscordServer

PEOPLE = 500
PATIENCE_S = 30.0
COMMAND = "positions"


async def shown(server: DiscordServer, acts: list[Act]) -> None:
    """Wait for the cards, as long as that makes sense: what has not come by then never will."""
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_S
    for act in acts:
        with contextlib.suppress(TimeoutError):
            await server.world.until(partial(_is_shown, act), max(0.001, until - loop.time()))


def _is_shown(act: Act) -> bool:
    return _at(act) > 0


def _at(act: Act) -> float:
    """When the card stood: with the first answer where nothing was deferred."""
    held = act.interaction
    return held.answered_s if held.answered == 4 else held.shown_s


def figures(acts: list[Act]) -> dict[str, Any]:
    """Seconds to the first answer, and to the card; how many never had one."""
    answered = [act for act in acts if act.is_answered]
    return {
        "deferred": [act.waited_s for act in answered],
        "card": [_at(act) - act.interaction.at_s for act in answered if _is_shown(act)],
        "lost": sum(not _is_shown(act) for act in acts),
    }


async def single(server: DiscordServer, one: DiscordPerson, count: int) -> list[Act]:
    """One command after the other."""
    acts = []
    for _ in range(count):
        act = one.command(COMMAND)
        await shown(server, [act])
        acts.append(act)
    return acts


async def paced(server: DiscordServer, people: list[DiscordPerson], each: int, every_s: float) -> list[Act]:
    """Everybody asks every few seconds, spread evenly."""
    acts = []
    pause_s = every_s / len(people)
    loop = asyncio.get_running_loop()
    due = loop.time()
    for _ in range(each):
        for one in people:
            due += pause_s
            await asyncio.sleep(max(0.0, due - loop.time()))
            acts.append(one.command(COMMAND))
    await shown(server, acts)
    return acts


async def burst(server: DiscordServer, people: list[DiscordPerson]) -> list[Act]:
    """Everybody at once."""
    acts = [one.command(COMMAND) for one in people]
    await shown(server, acts)
    return acts


async def main() -> None:
    """Obey stdin."""
    async with DiscordServer(limits=DiscordLimits.none()) as server:
        people = [server.person(f"P{number}") for number in range(PEOPLE)]
        first = {
            "api": server.api_url,
            "gateway": server.gateway_url,
            "token": server.token,
            "ids": [one.id for one in people],
        }
        print(json.dumps(first), flush=True)
        loop = asyncio.get_running_loop()
        while raw := await loop.run_in_executor(None, sys.stdin.readline):
            order = json.loads(raw)
            match order["do"]:
                case "single":
                    acts = await single(server, people[0], int(order["count"]))
                case "paced":
                    acts = await paced(server, people, int(order["each"]), float(order["every_s"]))
                case _:
                    acts = await burst(server, people)
            print(json.dumps(figures(acts)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
