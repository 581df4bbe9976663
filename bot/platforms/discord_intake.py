"""From Discord's events to jobs: secrets out, strangers and floods aside, written down, then handed over.

The gateway never waits for the store: what came is answered with a loading sign and carried out when it is
written down, many events in one commit.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

import msgspec

from bot.conversation.flood import Buckets, Pace
from bot.conversation.inbox import TRIES_MAX, Inbox, JournalUnavailable, Received
from bot.conversation.messenger import TooFast, Undelivered
from bot.conversation.people import ChannelKind, People
from bot.conversation.surroundings import Surroundings
from bot.platforms.discord_begin import Stored
from bot.platforms.discord_decode import PLATFORM, Arrived, What, decoded, instant, without_secrets
from bot.platforms.discord_link import Link
from bot.platforms.discord_serving import JOBS_MAX, Job, Serving
from bot.platforms.discord_shapes import Event, Gone, Interaction, Message

PERSON_PACE = Pace(60, 20)
"""What one person may send: more is an accident, or somebody else's phone."""
BATCH_MAX = 200
MISSED_MAX, MISSED_S, HISTORY_TRIES = 20, 3_600.0, 3
"""How far a direct chat is read back after a break that no session survived."""

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode
_stored = msgspec.json.Decoder(Event).decode

Quarantined = Callable[[Received, str], Awaitable[None]]
"""Hears which event was set aside, and its author's id on the platform (empty when nobody knows)."""


class Intake:
    """The way in.

    Args:
        pace: what one known person may send.
    """

    def __init__(
        self,
        serving: Serving,
        people: People,
        inbox: Inbox,
        around: Surroundings,
        *,
        pace: Pace = PERSON_PACE,
    ) -> None:
        self._serving = serving
        self._people = people
        self._inbox = inbox
        self._around = around
        self._each_person = Buckets(pace, around.clock.elapsed_s)
        self._unstored: list[tuple[Job, Received]] = []
        self._wake = asyncio.Event()
        self._storing: Counter[str] = Counter()
        self._places: dict[str, set[str]] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self.me = ""
        """The bot's own id; known before the first event."""

    # ------------------------------------------------------------ from the gateway

    def take(self, name: str, said: dict[str, Any]) -> None:
        """One event. Never waits."""
        match name:
            case "INTERACTION_CREATE":
                self._take(Event(interaction=self._shaped(said, Interaction)))
            case "MESSAGE_CREATE" | "MESSAGE_UPDATE":
                message = self._shaped(said, Message)
                if message is not None and (name == "MESSAGE_CREATE" or message.edited_timestamp):
                    self._take(Event(message=message))
            case "GUILD_CREATE":
                places = [*said.get("channels", ()), *said.get("threads", ())]
                self._places[str(said.get("id"))] = {str(one.get("id")) for one in places}
            case "GUILD_DELETE" | "CHANNEL_DELETE" | "THREAD_DELETE":
                self._left(self._shaped(said, Gone))
            case _:
                pass

    def _take(self, event: Event) -> None:
        now = self._around.clock.now()
        arrived = decoded(without_secrets(event), self.me, now)
        if arrived is None:
            self._around.telemetry.count("discord_events", kind="ignored")
        elif self._people.person(PLATFORM, arrived.user) is None:
            self._serving.take_stranger(arrived)
        elif arrived.what is What.COMPLETING:
            self._serving.at_once(arrived)
        elif self._is_full or not self._each_person.take(arrived.user):
            self._serving.too_fast(arrived, "too_fast")
        elif arrived.what is What.TICKET:
            self._serving.at_once(arrived)
        else:
            received = Received(PLATFORM, arrived.key, arrived.chat, now, _encode(event).decode())
            job = self._serving.job(arrived)
            self._unstored.append((job, received))
            self._wake.set()
            if arrived.only_looks and not self._storing[arrived.chat]:
                # Answered while it is written down; behind something that acts, it keeps its place.
                self._serving.take(job)
            else:
                self._storing[arrived.chat] += 1
                job.waits_for_store = True

    @property
    def _is_full(self) -> bool:
        """Whether no more can be taken now: too much is answered, or waits to be written down."""
        return self._serving.is_full or len(self._unstored) >= JOBS_MAX

    def _left(self, gone: Gone | None) -> None:
        if gone is None or gone.unavailable:
            return
        for chat in self._places.pop(gone.id, {gone.id}):
            if self._people.channel(PLATFORM, chat) is not None:
                task = asyncio.create_task(self._serving.gone(chat), name="discord-gone")
                self._leaving.add(task)
                task.add_done_callback(self._leaving.discard)

    async def catch_up(self, link: Link) -> None:
        """Read the direct chats for what was typed while no session listened: what the inbox knows is not
        taken again, and what is old is asked about before it is done."""
        now = self._around.clock.now()
        chats = [
            one
            for one in self._people.channels()
            if one.platform == PLATFORM and one.kind is ChannelKind.PRIVATE and one.is_alive
        ]
        for chat in chats:
            since = max(chat.at, now - timedelta(seconds=MISSED_S))
            for one in reversed(await self._history(link, chat.chat)):
                message = self._shaped(one, Message)
                if message is not None and instant(message.id, now) > since:
                    self._take(Event(message=message))

    async def _history(self, link: Link, chat: str) -> list[Any]:
        """The newest messages of a chat, newest first; none when Discord does not give them."""
        for _ in range(HISTORY_TRIES):
            try:
                found = await link.call("GET", f"/channels/{chat}/messages?limit={MISSED_MAX}")
            except TooFast as failure:
                await self._around.clock.sleep_s(failure.retry_after_s)
            except Undelivered as failure:
                self._around.telemetry.count("discord_history_missed", reason=type(failure).__name__)
                return []
            else:
                return found if isinstance(found, list) else []
        return []

    # ------------------------------------------------------------ into the inbox

    async def store(self) -> None:
        """Write down what comes, until cancelled: all that waits in one commit."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._unstored:
                batch, self._unstored = self._unstored[:BATCH_MAX], self._unstored[BATCH_MAX:]
                await self._store(batch)

    async def _store(self, batch: list[tuple[Job, Received]]) -> None:
        try:
            new = {one.update_id for one in await self._inbox.store([received for _, received in batch])}
        except JournalUnavailable:
            self._around.telemetry.log("error", "discord_inbox_unavailable", events=len(batch))
            for job, _ in batch:
                self._stored(job, Stored.FAILED)
            return
        for job, received in batch:
            is_new = received.update_id in new
            new.discard(received.update_id)
            self._stored(job, Stored.NEW if is_new else Stored.KNOWN)

    def _stored(self, job: Job, how: Stored) -> None:
        job.stored.set_result(how)
        if job.waits_for_store:
            self._storing[job.arrived.chat] -= 1
            self._storing += Counter()  # forgets those at zero
            if how is not Stored.KNOWN:
                self._serving.take(job)

    async def recover(self, quarantined: Quarantined) -> int:
        """Take up what an earlier life stored and did not finish (T01); what has ended it three times is set
        aside (RULINGS 21). Returns how many waited. Raises JournalUnavailable."""
        found = await self._waiting()
        suspects = [one for one in found if one[1].tries]
        fresh = [one for one in found if not one[1].tries]
        # One at a time, each finished before the next is counted: what is innocent does not share the blame.
        for arrived, one in suspects:
            if one.tries >= TRIES_MAX:
                await self._inbox.set_aside(PLATFORM, (one.update_id,))
                await quarantined(one, arrived.user)
                continue
            await self._inbox.counted(PLATFORM, (one.update_id,))
            self._serving.take(self._serving.job(arrived, is_recovered=True))
            await self._serving.rest()
            await self._inbox.flush()
        await self._inbox.counted(PLATFORM, [one.update_id for _, one in fresh])
        for arrived, _ in fresh:
            self._serving.take(self._serving.job(arrived, is_recovered=True))
        return len(found)

    async def _waiting(self) -> list[tuple[Arrived, Received]]:
        """What waits, the oldest first; what means nothing any more is done with."""
        found: list[tuple[Arrived, Received]] = []
        for one in await self._inbox.waiting(PLATFORM):
            try:
                event = _stored(one.body)
            except msgspec.MsgspecError:
                self._around.telemetry.log("warning", "discord_stored_event_unreadable")
                continue
            arrived = decoded(event, self.me, one.at)
            if arrived is None:
                self._inbox.done(PLATFORM, (one.update_id,))
            else:
                found.append((arrived, one))
        return sorted(found, key=lambda job: job[0].at)

    def _shaped(self, said: dict[str, Any], kind: type[T]) -> T | None:
        try:
            return msgspec.convert(said, kind)
        except msgspec.ValidationError:
            self._around.telemetry.count("discord_events", kind="malformed")
            self._around.telemetry.log("warning", "discord_malformed_event", of=kind.__name__)
            return None
