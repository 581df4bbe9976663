"""A chat that remembers what it was told and fails when asked to, on a desk with a real journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.conversation.layout import as_text
from bot.conversation.messenger import PLAINLY, Manner, MaybeDelivered, MessageRef
from bot.conversation.screen import Screen
from bot.notifications.notifier import Notifier
from bot.notifications.policy import DEFAULT_POLICY, Policy
from db.store import Store, memory_store
from tests.unit.notifications.desk import OWNER, START, Desk
from trading.domain.exits import ExitPlan
from trading.domain.ids import PersonId, StreamId
from trading.ports import Append, Entry, StoredEvent
from trading.virtual_time import VirtualClock, VirtualLoop, run

NO_EXITS = ExitPlan()
"""No exits."""


class Refused(ConnectionError):
    """The platform does not take it."""


@dataclass
class Chat:
    """A messenger. `refuses` says which screens it will not take."""

    clock: VirtualClock
    refuses: Callable[[Screen], bool] = lambda screen: False
    said: list[tuple[float, str]] = field(default_factory=list)
    tries: int = 0
    fails: list[Exception] = field(default_factory=list)
    """What the next sends raise, in turn, after the message has arrived."""
    answers_s: float = 0.0
    """How long the platform takes to say that a message has arrived."""
    manners: list[Manner] = field(default_factory=list)
    edits: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, chat: str, screen: Screen, manner: Manner = PLAINLY) -> MessageRef:
        """`Messenger.send`."""
        self.tries += 1
        if self.refuses(screen):
            raise Refused("429")
        if self.fails and not isinstance(self.fails[0], MaybeDelivered):
            raise self.fails.pop(0)
        self.said.append((self.clock.elapsed_s(), as_text(screen)))
        self.manners.append(manner)
        if self.fails:
            raise self.fails.pop(0)
        if self.answers_s:
            await self.clock.sleep_s(self.answers_s)
        return MessageRef("console", chat, str(len(self.said)))

    async def edit(self, ref: MessageRef, screen: Screen, manner: Manner = PLAINLY) -> None:
        """`Messenger.edit`."""
        self.edits.append((ref.message_id, as_text(screen)))

    @property
    def texts(self) -> list[str]:
        """What was said, without instants."""
        return [text for _, text in self.said]


class World:
    """A desk whose events are in a journal, and notifiers that tell of them."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.clock = VirtualClock(loop, START)
        self.desk = Desk()
        self.store: Store = memory_store()
        self.epoch = 0
        self.written = 0
        self.heard: list[Callable[[list[StoredEvent]], None]] = []
        self.troubles: list[str] = []

    async def write(self) -> None:
        """Commit what the desk has decided since the last time, and tell who listens."""
        if not self.epoch:
            self.epoch = await self.store.journal.next_epoch()
        fresh = self.desk.journal[self.written :]
        by_stream: dict[StreamId, list[StoredEvent]] = {}
        for one in fresh:
            by_stream.setdefault(one.stream, []).append(one)
        for stream, own in by_stream.items():
            entries = tuple(Entry(one.event, one.correlation_id, one.causation_id) for one in own)
            await self.store.journal.append([Append(stream, own[0].seq - 1, entries)], self.epoch)
        self.written = len(self.desk.journal)
        for listener in self.heard:
            listener(fresh)

    async def pass_s(self, seconds: float) -> None:
        """Let time go by, on the desk too."""
        await self.clock.sleep_s(seconds)
        self.desk.now = START + timedelta(seconds=self.clock.elapsed_s())
        await self.loop.quiet()

    def chat(self, **more: Any) -> Chat:
        """A new chat."""
        return Chat(self.clock, **more)

    def notifier(
        self, *chats: Chat, policy: Policy = DEFAULT_POLICY, person: PersonId = OWNER, listens: bool = True
    ) -> Notifier:
        """A notifier for these chats, listening to commits; not running yet."""
        made = Notifier(
            self.store,
            self.clock,
            book=lambda: self.desk.book,
            policy=policy,
            trouble=self.troubles.append,
        )
        for n, chat in enumerate(chats):
            made.open(f"test:{n}", chat, "c", person)
        if listens:
            self.heard.append(made.wake)
        return made


def play(main: Callable[[World], Coroutine[Any, Any, None]]) -> None:
    """Run a story in virtual time."""

    async def whole(loop: VirtualLoop) -> None:
        world = World(loop)
        await main(world)
        await world.store.close()

    run(whole)


def started(notifier: Notifier) -> asyncio.Task[None]:
    """Run a notifier beside the story."""
    return asyncio.get_running_loop().create_task(notifier.run(), name="notifier")


async def ended(task: asyncio.Task[None]) -> None:
    """As a crash ends it: nothing is tidied up."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
