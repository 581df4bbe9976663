"""Strategies are loaded beside the loop when somebody first wants them, and by nobody else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.conversation.handling import Tools, nothing_to_load
from tests.fakes.pit import in_pit
from tests.fakes.profile_pit import ProfilePit
from tests.journeys.chat import Chat, PitMarket
from trading.profiles.profile_desk import ProfileDesk

ROOT = Path(__file__).resolve().parents[2]
WATCHED = """
import asyncio, sys, threading
from importlib.abc import MetaPathFinder
from bot.main.loading import load_strategies

assert not {"numpy", "talib"} & set(sys.modules)
threads = {}

class Spy(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in ("numpy", "talib"):
            threads[name] = threading.current_thread() is threading.main_thread()

sys.meta_path.insert(0, Spy())

async def main():
    turns, done = 0, asyncio.create_task(load_strategies())
    while not done.done():
        await asyncio.sleep(0)
        turns += 1
    await done
    return turns

turns = asyncio.run(main())
from trading.strategies.table import STRATEGIES
print(threads, turns > 100, bool(STRATEGIES))
"""


def test_strategies_are_loaded_in_a_thread_while_the_loop_goes_on() -> None:
    told = subprocess.run(
        [sys.executable, "-c", WATCHED], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.stdout.strip() == "{'numpy': False, 'talib': False} True True", told.stderr


class Loading(Chat):
    """A chat whose desk has something to load."""

    load: Callable[[], Awaitable[None]] = nothing_to_load

    @property
    def tools(self) -> Tools:
        return replace(super().tools, load_strategies=self.load)


@pytest.mark.parametrize("name", ["strategy", "strategies", "profile", "protections"])
def test_whoever_asks_for_strategies_waits_until_they_are_there(name: str) -> None:
    async def scene(pit: Any) -> None:
        chat, asked = Loading(pit), [""]
        floor = await ProfilePit(pit, chat.market).begin()
        chat.profiles = floor.desk

        async def load() -> None:
            asked.append(name)

        chat.load = load
        await chat.say(f"/{name}" if name != "strategy" else "/strategy pullback")
        await floor.end()
        assert asked == ["", name]

    in_pit(scene)


def test_profiles_are_run_when_what_they_need_is_there_and_not_before_one_runs() -> None:
    async def scene(pit: Any) -> None:
        floor = await ProfilePit(pit, PitMarket(pit)).begin()
        loaded: list[str] = []

        async def load() -> None:
            loaded.append("strategies")

        assert floor.desk is not None
        await floor.end()
        floor.desk = ProfileDesk(floor.desk._parts, load=load)
        await floor.desk.load()
        floor.task = asyncio.create_task(floor.desk.run())
        await floor.quiet()
        assert loaded == []
        await floor.put()
        assert loaded == ["strategies"]
        await floor.end()

    in_pit(scene)
