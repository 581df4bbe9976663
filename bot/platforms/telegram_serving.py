"""Who answers what came in: one after the other in a chat, chats beside each other, never more than fits.

A message is finished when its answer is out; only then its place in the inbox is given up. Strangers are
answered from memory alone: nothing of theirs is written down, and a flood of them is a matter of counting.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.flood import Buckets, Pace
from bot.conversation.inbox import Inbox, JournalUnavailable
from bot.conversation.incoming import Incoming
from bot.conversation.messenger import (
    ChatGone,
    ChatMoved,
    Manner,
    MessageRef,
    Messenger,
    NotShown,
    Undelivered,
)
from bot.conversation.people import Channel, ChannelKind, People
from bot.conversation.screen import Kind, Screen, dim, line, warn
from bot.conversation.sealing import holds_seal
from bot.conversation.strangers import Strangers, WayIn
from bot.conversation.surroundings import Surroundings
from bot.conversation.words import say
from bot.platforms.telegram_decode import PLATFORM, Arrived, What, menu_only
from bot.platforms.telegram_out import TelegramMessenger
from bot.platforms.telegram_press import Answer, Pressing

JOBS_MAX = 1_000
CHAT_JOBS_MAX = 100
TOO_FAST_PACE = Pace(1, 0.1)


Moved = Callable[[str, str], Awaitable[None]]
"""Hears the old and the new id of a chat."""


class Job(Struct):
    """Something to answer. `update_id`: its place in the inbox; empty for what has none."""

    arrived: Arrived
    update_id: str = ""
    is_acknowledged: bool = False


class Serving:
    """Answers what the intake hands over.

    Args:
        answer: the conversation.
        messenger: the way out, with pace and repeats (the courier), for answers.
        own: Telegram's own messenger, for what goes round the pace.
        ways_in: how a stranger becomes a person of this desk.
        moved: what else must move along with a chat.
    """

    def __init__(
        self,
        answer: Answer,
        messenger: Messenger,
        own: TelegramMessenger,
        people: People,
        inbox: Inbox,
        around: Surroundings,
        *,
        ways_in: Sequence[WayIn] = (),
        moved: Moved | None = None,
        jobs_max: int = JOBS_MAX,
    ) -> None:
        self._answer = answer
        self._messenger = messenger
        self._own = own
        self._people = people
        self._inbox = inbox
        self._around = around
        self._on_moved = moved
        self._jobs_max = jobs_max
        self._pressing = Pressing(answer, messenger, own)
        self._chats: dict[str, deque[Job]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._room.set()
        self._strangers = Strangers(around, ways_in)
        self._too_fast = Buckets(TOO_FAST_PACE, around.clock.elapsed_s)
        self.in_flight = 0
        self.is_closing = False
        """The desk is about to end."""
        self.is_in_doubt = False
        """Somebody else takes this bot's messages too: what trades is refused (T12)."""

    # ------------------------------------------------------------ in

    async def room(self) -> None:
        """Return once there is room for more: whoever asks Telegram for updates waits here."""
        await self._room.wait()

    @property
    def is_full(self) -> bool:
        """Whether no more can be taken now."""
        return self.is_closing or self.in_flight >= self._jobs_max

    def take(self, arrived: Arrived, update_id: str = "") -> None:
        """Put it in its chat's line. Never waits."""
        waiting = self._chats.get(arrived.chat)
        job = Job(arrived, update_id)
        if waiting is not None and len(waiting) >= CHAT_JOBS_MAX:
            self._finish(job)
            self.too_fast(arrived, "chat_full")
            return
        self.in_flight += 1
        if self.is_full:
            self._room.clear()
        if waiting is not None:
            waiting.append(job)
            if arrived.press_id:
                # It stands behind something slow; its button need not wait for that.
                job.is_acknowledged = True
                self._spawn(self._pressing.acknowledge(arrived), f"telegram-ack-{arrived.update_id}")
            return
        self._chats[arrived.chat] = deque([job])
        self._spawn(self._drain(arrived.chat), f"telegram-chat-{arrived.chat}")

    def too_fast(self, arrived: Arrived, reason: str) -> None:
        """Somebody known sends more than is read: dropped, and said once in a while, past the line."""
        self._around.telemetry.count("telegram_dropped", reason=reason)
        if self._too_fast.take(arrived.user):
            screen = Screen.of(line(warn(say("chat.too_fast", arrived.language))), kind=Kind.REFUSAL)
            self._spawn(self._say(arrived, screen), f"telegram-too-fast-{arrived.update_id}")

    def take_stranger(self, arrived: Arrived) -> None:
        """Answer somebody whom the desk does not know, if that is within what strangers may cost."""
        if arrived.is_group and not (arrived.press_id or arrived.secrets):
            return
        if self._strangers.welcome(arrived.user):
            self._spawn(self._stranger_whole(arrived), f"telegram-stranger-{arrived.update_id}")

    async def rest(self) -> None:
        """Return once nothing is in flight any more."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self) -> None:
        """Give up what is in flight: it stays in the inbox."""
        tasks = set(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------ one chat's line

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, chat: str) -> None:
        line_of_chat = self._chats[chat]
        try:
            while line_of_chat:
                await self._whole(line_of_chat[0])
                self._finish(line_of_chat.popleft())
                self._leave()
        finally:
            # On a stop what still waits keeps its place in the inbox.
            self.in_flight -= len(line_of_chat)
            del self._chats[chat]
            if not self.is_full:
                self._room.set()

    def _leave(self) -> None:
        self.in_flight -= 1
        if not self.is_full:
            self._room.set()

    def _finish(self, job: Job) -> None:
        if job.update_id:
            self._inbox.done(PLATFORM, (job.update_id,))

    async def _whole(self, job: Job) -> None:
        """One message, answered or given up, and nothing that it does stops the next one."""
        began_s = self._around.clock.elapsed_s()
        arrived = job.arrived
        try:
            await self._serve(job)
        except ChatMoved as moved:
            await self._moved(arrived, moved.chat)
        except ChatGone:
            await self._lost(arrived)
        except Undelivered as failure:
            self._around.telemetry.log("warning", "telegram_answer_lost", reason=type(failure).__name__)
            self._around.telemetry.count("telegram_answers_lost", reason=type(failure).__name__)
        except Exception as fault:  # noqa: BLE001 - the job's outermost edge: one message, not the chat
            self._around.telemetry.log("error", "telegram_fault", fault=type(fault).__name__)
            await self._say(
                arrived, Screen.of(say("chat.fault", arrived.language, what=type(fault).__name__))
            )
        self._around.telemetry.took("telegram_answer_s", self._around.clock.elapsed_s() - began_s)

    async def _serve(self, job: Job) -> None:
        arrived = job.arrived
        match arrived.what:
            case What.MOVED:
                await self._move(arrived.chat, arrived.moved_to)
            case What.PARTED:
                await self._people.lost(PLATFORM, arrived.chat)
            case What.MET:
                await self._reached(arrived)
            case What.POLITE:
                await self._politely(arrived)
            case What.SAID | What.PRESSED:
                assert arrived.incoming is not None
                incoming = arrived.incoming
                if self.is_in_doubt:
                    incoming = replace(incoming, is_in_doubt=True)
                if arrived.what is What.PRESSED:
                    await self._pressing.press(arrived, incoming)
                else:
                    await self._reached(arrived)
                    await self._said(arrived, replace(incoming, text=menu_only(incoming)))

    async def _said(self, arrived: Arrived, incoming: Incoming) -> None:
        for screen in await self._answer(incoming):
            await self._send(arrived, screen)
        if holds_seal(incoming.text):
            with suppress(Undelivered):
                await self._own.delete(MessageRef(PLATFORM, arrived.chat, arrived.message_id))

    async def _send(self, arrived: Arrived, screen: Screen) -> None:
        if arrived.is_group and screen.is_private:
            screen = await self._privately(arrived, screen)
        manner = Manner(reply_to=arrived.message_id if arrived.is_group else "", thread=arrived.thread)
        try:
            ref = await self._messenger.send(arrived.chat, screen, manner)
        except NotShown:
            ref = await self._messenger.send(
                arrived.chat, Screen.of(say("chat.not_shown", arrived.language)), manner
            )
            screen = Screen()
        self._own.shown.put(ref, screen, arrived.user if arrived.is_group else "")

    async def _privately(self, arrived: Arrived, screen: Screen) -> Screen:
        """Show it in the private chat of whoever asked; returns what the group sees."""
        person = self._people.person(PLATFORM, arrived.user)
        chat = self._people.private_chat(person, PLATFORM) if person is not None else None
        if chat is None:
            return Screen.of(say("chat.private_first", arrived.language), kind=Kind.REFUSAL)
        try:
            await self._messenger.send(chat.chat, screen)
        except ChatGone:
            await self._people.lost(PLATFORM, chat.chat)
            return Screen.of(say("chat.private_first", arrived.language), kind=Kind.REFUSAL)
        return Screen.of(say("chat.sent_privately", arrived.language))

    async def _say(self, arrived: Arrived, screen: Screen) -> None:
        try:
            await self._messenger.send(arrived.chat, screen, Manner(thread=arrived.thread))
        except Undelivered as failure:
            self._around.telemetry.count("telegram_answers_lost", reason=type(failure).__name__)

    # ------------------------------------------------------------ what is no command

    async def _politely(self, arrived: Arrived) -> None:
        if not arrived.secrets:
            await self._send(arrived, Screen.of(say(arrived.polite, arrived.language), kind=Kind.REFUSAL))
            return
        try:
            await self._own.delete(MessageRef(PLATFORM, arrived.chat, arrived.message_id))
            what_now = "telegram.secret.deleted"
        except Undelivered:
            what_now = "telegram.secret.stays"
        kinds = ", ".join(say(f"secret.{kind}", arrived.language) for kind in arrived.secrets)
        screen = Screen.of(
            line(warn(say("chat.secret", arrived.language, what=kinds))),
            say(what_now, arrived.language),
            line(dim(say("chat.secret.safer", arrived.language))),
            kind=Kind.REFUSAL,
        )
        await self._send(arrived, screen)

    async def _reached(self, arrived: Arrived) -> None:
        """Somebody whom we know is heard in this chat: it is one of theirs."""
        person = self._people.person(PLATFORM, arrived.user)
        if person is None:
            return
        kind = ChannelKind.GROUP if arrived.is_group else ChannelKind.PRIVATE
        now = self._around.clock.now()
        channel = Channel(PLATFORM, arrived.chat, person, kind, arrived.title, now)
        try:
            await self._people.reached(channel)
        except JournalUnavailable:
            self._around.telemetry.log("warning", "telegram_chat_not_kept")

    async def _moved(self, arrived: Arrived, chat: str) -> None:
        """The group has another id: what is known of it moves along, and the answer goes there (T09)."""
        await self._move(arrived.chat, chat)
        await self._say(replace(arrived, chat=chat), Screen.of(say("telegram.lost_answer", arrived.language)))

    async def _move(self, old: str, new: str) -> None:
        if await self._people.moved(PLATFORM, old, new) is not None and self._on_moved is not None:
            await self._on_moved(old, new)

    async def _lost(self, arrived: Arrived) -> None:
        await self._people.lost(PLATFORM, arrived.chat)

    # ------------------------------------------------------------ strangers

    async def _stranger_whole(self, arrived: Arrived) -> None:
        try:
            await self._stranger(arrived)
        except (Undelivered, JournalUnavailable) as failure:
            self._around.telemetry.count("telegram_strangers_unanswered", reason=type(failure).__name__)
        finally:
            self._strangers.leave()

    async def _stranger(self, arrived: Arrived) -> None:
        if arrived.press_id:
            await self._pressing.acknowledge(arrived, say("chat.not_yours", arrived.language))
            return
        if arrived.secrets:
            await self._politely(arrived)
            return
        outcome = await self._strangers.tried(arrived.incoming, arrived.name, arrived.title)
        if outcome is None:
            if not arrived.is_group and self._strangers.may_hint(arrived.user):
                await self._own.send(
                    arrived.chat, Screen.of(say("chat.stranger", arrived.language), kind=Kind.REFUSAL)
                )
            return
        await self._own.send(arrived.chat, Screen.of(say(outcome.said, arrived.language, **outcome.values)))
        if outcome.is_in:
            assert arrived.incoming is not None
            self._around.telemetry.log("info", "telegram_came_in", by=outcome.family)
            await self._said(arrived, replace(arrived.incoming, text="/start"))
