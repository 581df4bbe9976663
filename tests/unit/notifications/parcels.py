"""Messages on their way, for the tests of the courier."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bot.conversation.messenger import Lane, Manner, MessageRef
from bot.conversation.screen import Screen
from bot.notifications.courier import Courier
from tests.unit.notifications.desk import START
from trading.virtual_time import VirtualClock, VirtualLoop, run

NORMAL, URGENT, QUIET, BOARD = (
    Manner(lane=lane) for lane in (Lane.NORMAL, Lane.URGENT, Lane.QUIET, Lane.BOARD)
)


def play(story: Callable[[VirtualClock], Coroutine[Any, Any, None]]) -> None:
    """Run a story in virtual time."""

    async def whole(loop: VirtualLoop) -> None:
        await story(VirtualClock(loop, START))

    run(whole)


def screen(text: str) -> Screen:
    """A screen that says it."""
    return Screen.of(text)


def sent(courier: Courier, chat: str, text: str, manner: Manner = NORMAL) -> asyncio.Task[Any]:
    """A message on its way."""
    return asyncio.get_running_loop().create_task(courier.send(chat, screen(text), manner))


def edited(courier: Courier, ref: MessageRef, text: str, manner: Manner = BOARD) -> asyncio.Task[Any]:
    """An edit on its way."""
    return asyncio.get_running_loop().create_task(courier.edit(ref, screen(text), manner))


async def fate(task: asyncio.Task[Any]) -> Any:
    """What became of it: its result or its error."""
    return (await asyncio.gather(task, return_exceptions=True))[0]
