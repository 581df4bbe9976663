"""What every chat platform of a desk shares: its first code, its private chats, and what befalls them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.conversation.claim import Claim
from bot.conversation.handling import Tools
from bot.conversation.inbox import Received
from bot.conversation.incoming import Incoming
from bot.conversation.joining import Joining
from bot.conversation.linking import Linking
from bot.conversation.messenger import Lane, Manner, MessageRef, Undelivered
from bot.conversation.people import Channel, ChannelKind, People
from bot.conversation.quarantine import Quarantine
from bot.conversation.screen import Screen
from bot.conversation.surroundings import Surroundings
from bot.conversation.verbs_document import Menu, MenuOf, menu
from bot.conversation.words import say
from bot.main.wiring import OWNER
from bot.notifications.boards import Boards
from bot.notifications.courier import Courier
from bot.notifications.notifier import Notifier
from db.store import Store
from trading.domain.book import Book
from trading.domain.events import RoleSet
from trading.domain.ids import PersonId
from trading.domain.rights import Right
from trading.engine.loop import Engine
from trading.ports import Clock, Entropy, JournalUnavailable, Registers, StoredEvent

Answer = Callable[[Incoming], Awaitable[list[Screen]]]
"""The conversation, as chats call it."""


@dataclass(frozen=True)
class Doors:
    """How people come in beside the first code: linked phones, and requests."""

    linking: Linking
    joining: Joining

    @classmethod
    def of(
        cls, people: People, registers: Registers, engine: Engine, clock: Clock, entropy: Entropy
    ) -> Doors:
        """Those of this desk."""
        return cls(
            Linking(people, registers, engine, clock, entropy),
            Joining(people, registers, engine, lambda: engine.book, clock),
        )


@dataclass(frozen=True)
class Desk:
    """What a chat's edge is connected to."""

    engine: Engine
    store: Store
    registers: Registers
    people: People
    notifier: Notifier
    boards: Boards
    answer: Answer
    doors: Doors
    around: Surroundings
    say: Callable[[str, str], None]
    """Tell the operator: code and level of a notice without facts."""
    shown: Callable[[MessageRef, str], None]
    """Hears which message shows how an order, or a run of research, stands."""
    tools: Tools


ASK = "join"
"""The verb of whoever may do nothing yet."""


def menu_of(book: Callable[[], Book]) -> MenuOf:
    """The verbs that a person may use on any of their accounts, by the book of now."""

    def verbs(person: PersonId) -> Menu:
        rights = [account.rights_of(person) for account in book().accounts.values()]
        may: frozenset[Right] = frozenset().union(*rights)
        return menu(may) if may else tuple(row for row in menu() if row[0] == ASK)

    return verbs


def changed_roles(events: Sequence[StoredEvent]) -> list[PersonId]:
    """Who may do something else from now on."""
    return [stored.event.person for stored in events if isinstance(stored.event, RoleSet)]


class Phone:
    """One platform of one desk. Who inherits builds `front` and `courier`."""

    courier: Courier

    def __init__(self, platform: str, desk: Desk) -> None:
        self.platform = platform
        self.desk = desk
        around = desk.around
        self.claim = Claim(
            desk.people, desk.store.registers, around.clock, around.entropy, person=OWNER, platform=platform
        )
        self._quarantine = Quarantine(desk.engine, desk.engine.report, lambda: desk.engine.book, around.clock)
        self._tasks: set[asyncio.Task[None]] = set()

    async def opened(self, *, has_terminal: bool) -> list[Screen]:
        """Have the notifier tell every private chat, now and from now on. Returns what the terminal must show
        so that somebody can make the desk their own; without one it stands in the log and on stderr."""
        for channel in self.desk.people.channels():
            self.channel_changed(channel)
        code = await self.claim.start()
        if not code:
            return []
        sentence = say(f"{self.platform}.claim.shown", bot=say("claim.your_bot"), code=code)
        if not has_terminal:
            self.desk.around.telemetry.log("warning", f"{self.platform}_claim", send_to_your_bot=code)
            sys.stderr.write(sentence + "\n")
        return [Screen.of(sentence)]

    def channel_changed(self, channel: Channel) -> None:
        """A chat is new, is back, or nobody is there any more."""
        if channel.platform != self.platform or channel.kind is not ChannelKind.PRIVATE:
            return
        if self.desk.people.channel(channel.platform, channel.chat) is None:
            self.desk.notifier.close(channel.name)  # it is nobody's any more, or has another id
            return
        self.desk.notifier.open(
            channel.name, self.courier, channel.chat, channel.person, edits=True, is_gone=not channel.is_alive
        )

    def gone(self, chat: str) -> None:
        """Nobody hears a chat any more: its news waits until somebody writes there again."""
        task = asyncio.create_task(self._lost(chat), name="chat-gone")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def leaves(self, channel: Channel, sentence: str) -> None:
        """A private chat is its person's no longer: no board, no news, and one last sentence. Raises
        JournalUnavailable."""
        desk = self.desk
        await desk.notifier.forget(channel.name)
        for board in desk.boards.standing(channel.platform, channel.chat):
            await desk.boards.take_down(channel.platform, channel.chat, board.kind)
        task = asyncio.create_task(self._parting(channel.chat, sentence), name="parting")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _parting(self, chat: str, sentence: str) -> None:
        try:
            await self.courier.send(chat, Screen.of(sentence), Manner(Lane.URGENT))
        except Undelivered as failure:
            around = self.desk.around
            around.telemetry.log("warning", f"{self.platform}_parting_lost", reason=type(failure).__name__)

    def conflict(self, is_on: bool) -> None:
        """Somebody else uses this bot's token, or does no more."""
        code = f"{self.platform}_conflict"
        self.desk.say(code if is_on else f"{code}_over", "error" if is_on else "success")

    async def set_aside(self, received: Received, user: str) -> None:
        """What ended the desk three times: its author's accounts stop, people hear of it."""
        await self._quarantine.set_aside(received, self.desk.people.person(self.platform, user))

    async def _lost(self, chat: str) -> None:
        try:
            await self.desk.people.lost(self.platform, chat)
        except JournalUnavailable:
            self.desk.around.telemetry.log("warning", f"{self.platform}_chat_not_kept")
