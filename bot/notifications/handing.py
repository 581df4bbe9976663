"""Hands one message to one chat: a bounded number of tries, and what came of them as one of four words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from bot.conversation.messenger import (
    ChatGone,
    Manner,
    MaybeDelivered,
    MessageRef,
    Messenger,
    NotShown,
    Refused,
    TooFast,
    Unreachable,
)
from bot.conversation.screen import Kind, Screen, line
from bot.conversation.wording import Wording
from trading.ports import Clock


class Came(Enum):
    """What came of trying to deliver."""

    OUT = "out"
    DOWN = "down"  # the chat takes nothing now
    MAYBE = "maybe"  # nobody knows
    GONE = "gone"  # nobody is there any more


class Chat(Protocol):
    """Where a message goes. `name` is `platform:chat`."""

    @property
    def name(self) -> str: ...

    @property
    def messenger(self) -> Messenger: ...

    @property
    def chat(self) -> str: ...


class Handing:
    """The way into chats.

    Args:
        retry_s: pauses between attempts to deliver one message.
        trouble: told what went wrong, for the log.
    """

    def __init__(self, clock: Clock, retry_s: tuple[float, ...], trouble: Callable[[str], None]) -> None:
        self._clock = clock
        self._retry_s = retry_s
        self._trouble = trouble

    async def deliver(
        self,
        to: Chat,
        screen: Screen,
        manner: Manner,
        wording: Wording,
        hurried: asyncio.Event,
    ) -> tuple[Came, MessageRef | None]:
        """Send. A message that the chat will not take although it
        takes a plain line is told as that line. `hurried` ends all waiting."""
        for pause_s in (*self._retry_s, None):
            came, ref = await self._sent(to, screen, manner)
            if came is not None:
                return came, ref
            if hurried.is_set():
                return Came.DOWN, None
            if pause_s is not None:
                await rest(self._clock, pause_s, hurried)
        plain = (line(wording.say("alert.plain")), line(screen.event_code))
        last = Screen(plain, kind=Kind.ALERT, event_code=screen.event_code)
        came, ref = await self._sent(to, last, manner)
        return came or Came.DOWN, ref

    async def _sent(self, to: Chat, screen: Screen, manner: Manner) -> tuple[Came | None, MessageRef | None]:
        """One attempt; None when it may be worth another."""
        try:
            return Came.OUT, await to.messenger.send(to.chat, screen, manner)
        except MaybeDelivered as error:
            self._trouble(f"{to.name}: {error}")
            return Came.MAYBE, None
        except ChatGone as error:
            self._trouble(f"{to.name}: {error}")
            return Came.GONE, None
        except (Unreachable, TooFast, Refused) as error:
            self._trouble(f"{to.name}: {error}")
            return Came.DOWN, None
        except NotShown as error:
            self._trouble(f"{to.name}: {error}")
            return None, None
        except Exception as error:  # noqa: BLE001 - whatever ails one platform must not reach the others
            self._trouble(f"{to.name}: {type(error).__name__}: {error}")
            return None, None


async def rest(clock: Clock, seconds: float | None, event: asyncio.Event) -> None:
    """Wait for the event, at most `seconds`."""
    if seconds is None:
        await event.wait()
        return
    timer = asyncio.ensure_future(clock.sleep_s(seconds))
    rung = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait((timer, rung), return_when=asyncio.FIRST_COMPLETED)
    finally:
        timer.cancel()
        rung.cancel()
