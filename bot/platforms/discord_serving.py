"""Who answers what came in: one after the other in a channel, channels beside each other.

An event is finished when its answer is out; only then its place in the inbox is given up. Strangers are
answered from memory alone: nothing of theirs is written down, and a flood of them is a matter of counting.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import discord
from msgspec.structs import replace

from bot.conversation.flood import Buckets, Pace
from bot.conversation.inbox import Inbox, JournalUnavailable
from bot.conversation.incoming import Incoming
from bot.conversation.messenger import ChatGone, MessageRef, Messenger, Undelivered
from bot.conversation.people import Channel, ChannelKind, People
from bot.conversation.screen import Kind, Screen, dim, line, warn
from bot.conversation.strangers import Strangers, WayIn
from bot.conversation.surroundings import Surroundings
from bot.conversation.words import say
from bot.platforms.discord_answer import Answer, Answering
from bot.platforms.discord_begin import Begun, Stored, begin
from bot.platforms.discord_decode import PLATFORM, Arrived, What
from bot.platforms.discord_link import Link
from bot.platforms.discord_offering import Suggest, nothing_suggested, offer
from bot.platforms.discord_out import DiscordMessenger, Replies
from bot.platforms.discord_shapes import EPHEMERAL

JOBS_MAX = 2_000
CHAT_JOBS_MAX = 100
TOO_FAST_PACE = Pace(1, 0.1)
CONFLICT_QUIET_S = 60.0
BEGINNING_MAX, CALM_S = 8, 0.5

_TYPES = discord.InteractionResponseType


@dataclass(eq=False)
class Job:
    """Something to answer. `replies` and `begun` are an interaction's."""

    arrived: Arrived
    stored: asyncio.Future[Stored]
    replies: Replies | None = None
    begun: asyncio.Task[Begun] | None = None
    waits_for_store: bool = False


class Serving:
    """Answers what the intake hands over.

    Args:
        answer: the conversation.
        messenger: the way out, with pace and repeats (the courier), for answers.
        own: Discord's own messenger, for what goes round the pace.
        ways_in: how a stranger becomes a person of this desk.
        conflict: told True when somebody else answers with this bot's token, False when that is over.
    """

    def __init__(
        self,
        answer: Answer,
        messenger: Messenger,
        own: DiscordMessenger,
        link: Link,
        people: People,
        inbox: Inbox,
        around: Surroundings,
        *,
        ways_in: Sequence[WayIn] = (),
        suggest: Suggest = nothing_suggested,
        conflict: Callable[[bool], None] = lambda _: None,
    ) -> None:
        self._messenger = messenger
        self._own = own
        self._link = link
        self._people = people
        self._inbox = inbox
        self._around = around
        self._suggest = suggest
        self._conflict = conflict
        self._taken_at_s: float | None = None
        self._answering = Answering(answer, messenger, own, people, around)
        self._chats: dict[str, deque[Job]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._strangers = Strangers(around, ways_in)
        self._too_fast = Buckets(TOO_FAST_PACE, around.clock.elapsed_s)
        self._beginning = 0
        self._calm = asyncio.Event()
        self._calm.set()
        self.in_flight = 0
        self.application = ""
        """The application's id; known before the first event."""
        self.is_closing = False
        """The desk is about to end."""

    # ------------------------------------------------------------ in

    @property
    def is_full(self) -> bool:
        """Whether no more can be taken now."""
        return self.is_closing or self.in_flight >= JOBS_MAX

    def job(self, arrived: Arrived, *, is_recovered: bool = False) -> Job:
        """Something to answer; an interaction's first answer is on its way at once, whatever waits before."""
        stored: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        if is_recovered:
            stored.set_result(Stored.NEW)
        made = Job(arrived, stored)
        if arrived.token:
            made.replies = self._replies(arrived)
            kind, data = _first(arrived)
            work = self._begun(
                begin(
                    made.replies,
                    kind,
                    data,
                    stored,
                    self._around,
                    is_recovered=is_recovered,
                    only_looks=arrived.only_looks,
                )
            )
            made.begun = self._spawn(work, f"discord-begin-{arrived.key}")
        return made

    async def _begun(self, work: Coroutine[Any, Any, Begun]) -> Begun:
        """First answers go before work: while many are on their way, work waits a moment."""
        self._beginning += 1
        if self._beginning > BEGINNING_MAX:
            self._calm.clear()
        try:
            return await work
        finally:
            self._beginning -= 1
            if self._beginning <= BEGINNING_MAX:
                self._calm.set()

    async def _until_calm(self) -> None:
        if self._calm.is_set():
            return
        patience = asyncio.ensure_future(self._around.clock.sleep_s(CALM_S))
        calm = asyncio.ensure_future(self._calm.wait())
        try:
            await asyncio.wait((patience, calm), return_when=asyncio.FIRST_COMPLETED)
        finally:
            patience.cancel()
            calm.cancel()

    def take(self, job: Job) -> None:
        """Put it in its channel's line. Never waits."""
        arrived = job.arrived
        waiting = self._chats.get(arrived.chat)
        if waiting is not None and len(waiting) >= CHAT_JOBS_MAX:
            self._finish(job)
            self.too_fast(arrived, "chat_full", job)
            return
        self.in_flight += 1
        if waiting is not None:
            waiting.append(job)
            return
        self._chats[arrived.chat] = deque([job])
        self._spawn(self._drain(arrived.chat), f"discord-chat-{arrived.chat}")

    def too_fast(self, arrived: Arrived, reason: str, job: Job | None = None) -> None:
        """Somebody known sends more than is read: dropped, and said once in a while, past the line."""
        self._around.telemetry.count("discord_dropped", reason=reason)
        if not self._too_fast.take(arrived.user):
            return
        screen = Screen.of(line(warn(say("chat.too_fast", arrived.language))), kind=Kind.REFUSAL)
        is_begun = job is not None
        self._spawn(self._say(arrived, screen, is_begun=is_begun), f"discord-too-fast-{arrived.key}")

    def at_once(self, arrived: Arrived) -> None:
        """What is answered from memory and never written down: half-typed options, an empty form."""
        self._spawn(self._at_once(arrived), f"discord-at-once-{arrived.key}")

    def take_stranger(self, arrived: Arrived) -> None:
        """Answer somebody whom the desk does not know, if that is within what strangers may cost."""
        if arrived.is_group and not arrived.token:
            return
        if self._strangers.welcome(arrived.user):
            self._spawn(self._stranger_whole(arrived), f"discord-stranger-{arrived.key}")

    async def gone(self, chat: str) -> None:
        """The bot is not in this channel any more (D08)."""
        try:
            await self._people.lost(PLATFORM, chat)
        except JournalUnavailable:
            self._around.telemetry.log("warning", "discord_chat_not_kept")

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

    # ------------------------------------------------------------ one channel's line

    def _spawn(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _replies(self, arrived: Arrived) -> Replies:
        is_hidden = arrived.is_hidden or arrived.is_group
        return Replies(
            self._link, self.application, arrived.interaction_id, arrived.token, is_hidden=is_hidden
        )

    async def _drain(self, chat: str) -> None:
        line_of_chat = self._chats[chat]
        try:
            while line_of_chat:
                await self._whole(line_of_chat[0])
                self._finish(line_of_chat.popleft())
                self.in_flight -= 1
        finally:
            # On a stop what still waits keeps its place in the inbox.
            self.in_flight -= len(line_of_chat)
            del self._chats[chat]

    def _finish(self, job: Job) -> None:
        if not job.stored.done():
            job.stored.add_done_callback(lambda _: self._finish(job))
        elif not job.stored.cancelled() and job.stored.result() is Stored.NEW:
            self._inbox.done(PLATFORM, (job.arrived.key,))

    async def _whole(self, job: Job) -> None:
        """One event, answered or given up, and nothing that it does stops the next one."""
        began_s = self._around.clock.elapsed_s()
        arrived = job.arrived
        try:
            await self._serve(job)
        except ChatGone:
            await self.gone(arrived.chat)
        except Undelivered as failure:
            self._around.telemetry.log("warning", "discord_answer_lost", reason=type(failure).__name__)
            self._around.telemetry.count("discord_answers_lost", reason=type(failure).__name__)
        except Exception as fault:  # noqa: BLE001 - the job's outermost edge: one event, not the channel
            self._around.telemetry.log("error", "discord_fault", fault=type(fault).__name__)
            await self._say(
                arrived,
                Screen.of(say("chat.fault", arrived.language, what=type(fault).__name__)),
                is_begun=True,
            )
        self._around.telemetry.took("discord_answer_s", self._around.clock.elapsed_s() - began_s)

    async def _serve(self, job: Job) -> None:
        arrived, replies = job.arrived, job.replies
        if job.begun is not None and not self._may_go_on(await job.begun):
            return
        await self._until_calm()
        if not arrived.only_looks and await job.stored is Stored.FAILED:
            await self._answering.show(
                arrived,
                [Screen.of(line(warn(say("discord.not_kept", arrived.language))), kind=Kind.REFUSAL)],
                replies,
            )
            return
        if arrived.what is What.POLITE:
            await self._politely(arrived, replies)
            return
        assert arrived.incoming is not None
        await self._reached(arrived)
        if arrived.what is What.PRESSED:
            assert replies is not None
            await self._answering.pressed(arrived, arrived.incoming, replies)
        else:
            await self._answering.said(arrived, arrived.incoming, replies)

    def _may_go_on(self, begun: Begun) -> bool:
        """Whether to carry it out: only what its author knows to be under way here."""
        self._around.telemetry.count("discord_begun", how=begun.value)
        now = self._around.clock.elapsed_s()
        if begun is Begun.TAKEN:
            if self._taken_at_s is None:
                self._around.telemetry.log("error", "discord_conflict")
                self._conflict(True)
            self._taken_at_s = now
        elif self._taken_at_s is not None and now - self._taken_at_s > CONFLICT_QUIET_S:
            self._taken_at_s = None
            self._conflict(False)
        return begun is Begun.YES

    async def _say(self, arrived: Arrived, screen: Screen, *, is_begun: bool = False) -> None:
        try:
            if not arrived.token:
                await self._messenger.send(arrived.chat, screen)
            elif is_begun:
                await self._replies(arrived).edit(screen)
            else:
                await self._replies(arrived).say(screen)
        except Undelivered as failure:
            self._around.telemetry.count("discord_answers_lost", reason=type(failure).__name__)

    # ------------------------------------------------------------ what is no command

    async def _politely(self, arrived: Arrived, replies: Replies | None) -> None:
        if not arrived.secrets:
            await self._answering.show(
                arrived, [Screen.of(say(arrived.polite, arrived.language), kind=Kind.REFUSAL)], replies
            )
            return
        kinds = ", ".join(say(f"secret.{kind}", arrived.language) for kind in arrived.secrets)
        screen = Screen.of(
            line(warn(say("chat.secret", arrived.language, what=kinds))),
            say(await self._taken_away(arrived), arrived.language),
            line(dim(say("chat.secret.safer", arrived.language))),
            kind=Kind.REFUSAL,
        )
        await self._answering.show(arrived, [screen], replies)

    async def _taken_away(self, arrived: Arrived) -> str:
        """Delete the message that held a secret, where Discord lets the bot; what to say of it. In a direct
        chat nobody but its author can."""
        if arrived.token:
            return "discord.secret.unseen"
        try:
            await self._own.delete(MessageRef(PLATFORM, arrived.chat, arrived.message_id))
        except Undelivered:
            return "discord.secret.stays"
        return "discord.secret.deleted"

    async def _reached(self, arrived: Arrived) -> None:
        """Somebody whom we know is heard in this channel: it is one of theirs."""
        person = self._people.person(PLATFORM, arrived.user)
        if person is None:
            return
        kind = ChannelKind.GROUP if arrived.is_group else ChannelKind.PRIVATE
        channel = Channel(PLATFORM, arrived.chat, person, kind, arrived.title, self._around.clock.now())
        try:
            await self._people.reached(channel)
        except JournalUnavailable:
            self._around.telemetry.log("warning", "discord_chat_not_kept")

    async def _at_once(self, arrived: Arrived) -> None:
        try:
            await offer(arrived, self._replies(arrived), self._suggest)
        except Undelivered as failure:
            self._around.telemetry.count("discord_at_once_lost", reason=type(failure).__name__)

    # ------------------------------------------------------------ strangers

    async def _stranger_whole(self, arrived: Arrived) -> None:
        try:
            await self._stranger(arrived)
        except (Undelivered, JournalUnavailable) as failure:
            self._around.telemetry.count("discord_strangers_unanswered", reason=type(failure).__name__)
        finally:
            self._strangers.leave()

    async def _stranger(self, arrived: Arrived) -> None:
        replies = self._replies(arrived) if arrived.token else None
        if arrived.what is What.COMPLETING and replies is not None:
            await replies.first(_TYPES.autocomplete_result.value, {"choices": []})
            return
        outcome = await self._strangers.tried(arrived.incoming, arrived.name, arrived.title)
        if outcome is None:
            screen = Screen.of(say("chat.stranger", arrived.language), kind=Kind.REFUSAL)
            if replies is not None:
                await replies.say(screen)
            elif self._strangers.may_hint(arrived.user):
                await self._own.send(arrived.chat, screen)
            return
        screen = Screen.of(say(outcome.said, arrived.language, **outcome.values))
        await (replies.say(screen) if replies is not None else self._own.send(arrived.chat, screen))
        if outcome.is_in:
            assert arrived.incoming is not None
            self._around.telemetry.log("info", "discord_came_in", by=outcome.family)
            await self._answering.said(arrived, _hello(arrived.incoming), None)


def _hello(incoming: Incoming) -> Incoming:
    return replace(incoming, text="/start")


def _first(arrived: Arrived) -> tuple[int, dict[str, Any] | None]:
    """What says that an answer comes: a loading sign, or for a press nothing that is seen."""
    if arrived.what is What.PRESSED:
        return _TYPES.deferred_message_update.value, None
    data = {"flags": EPHEMERAL} if arrived.is_group else {}
    return _TYPES.deferred_channel_message.value, data
