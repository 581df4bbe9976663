"""From Telegram's updates to jobs: secrets out, strangers and floods aside, written down, then handed over.

Whoever calls `take` may tell Telegram that the updates arrived as soon as it returns, and not before (T01).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from bot.conversation.flood import Buckets, Pace
from bot.conversation.inbox import TRIES_MAX, Inbox, Received
from bot.conversation.people import People
from bot.conversation.surroundings import Surroundings
from bot.platforms.telegram_decode import PLATFORM, Arrived, Me, What, decoded, without_secrets
from bot.platforms.telegram_serving import Serving
from bot.platforms.telegram_shapes import Update

PERSON_PACE = Pace(60, 20)
"""What one person may send: more is an accident, or somebody else's phone."""

_encode = msgspec.json.Encoder().encode
_stored = msgspec.json.Decoder(Update).decode

Quarantined = Callable[[Received, str], Awaitable[None]]
"""Hears which update was set aside, and its author's id on the platform (empty when nobody knows)."""


class Intake:
    """The way in, the same for polling and webhook.

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
        self.me = Me(0, "")
        """Who the bot is; known before the first update is asked for."""

    @property
    def is_ready(self) -> bool:
        """Whether the bot knows who it is: before, a command for another bot could not be told from ours."""
        return self.me.user_id != 0

    async def take(self, raw: Sequence[object]) -> None:
        """Take plain objects as Telegram gave them. When it returns, everything that must survive is written
        down. Raises JournalUnavailable, and then nothing was taken."""
        now = self._around.clock.now()
        kept: list[Received] = []
        ours: dict[str, Arrived] = {}
        aside: list[Arrived] = []
        for one in raw:
            update = self._shaped(one)
            if update is None:
                continue
            arrived = decoded(without_secrets(update), self.me, now)
            if arrived is None:
                self._around.telemetry.count("telegram_updates", kind="ignored")
            elif not self._is_ours(arrived):
                aside.append(arrived)
            elif self._each_person.take(arrived.user):
                key = str(update.update_id)
                ours[key] = arrived
                kept.append(Received(PLATFORM, key, arrived.chat, now, _encode(update).decode()))
            else:
                self._serving.too_fast(arrived, "too_fast")
        for new in await self._inbox.store(kept) if kept else ():
            self._serving.take(ours[new.update_id], new.update_id)
        for arrived in aside:
            self._serving.take_stranger(arrived)

    async def recover(self, quarantined: Quarantined) -> int:
        """Take up what an earlier life stored and did not finish (T01); what has ended it three times is set
        aside (RULINGS 21). Returns how many waited. Raises JournalUnavailable."""
        found = await self._waiting()
        suspects = [job for job in found if job[1].tries]
        fresh = [job for job in found if not job[1].tries]
        # One at a time, each finished before the next is counted: what is innocent does not share the blame.
        for arrived, one in suspects:
            if one.tries >= TRIES_MAX:
                await self._inbox.set_aside(PLATFORM, (one.update_id,))
                await quarantined(one, arrived.user)
                continue
            await self._inbox.counted(PLATFORM, (one.update_id,))
            self._serving.take(arrived, one.update_id)
            await self._serving.rest()
            await self._inbox.flush()
        await self._inbox.counted(PLATFORM, [one.update_id for _, one in fresh])
        for arrived, one in fresh:
            await self._serving.room()
            self._serving.take(arrived, one.update_id)
        return len(found)

    async def _waiting(self) -> list[tuple[Arrived, Received]]:
        """What waits, as Telegram numbered it; what means nothing any more is done with."""
        found: list[tuple[Arrived, Received]] = []
        for one in await self._inbox.waiting(PLATFORM):
            try:
                update = _stored(one.body)
            except msgspec.MsgspecError:
                self._around.telemetry.log("warning", "telegram_stored_update_unreadable")
                continue
            arrived = decoded(update, self.me, one.at)
            if arrived is None:
                self._inbox.done(PLATFORM, (one.update_id,))
            else:
                found.append((arrived, one))
        return sorted(found, key=lambda job: job[0].update_id)

    # ------------------------------------------------------------ inside

    def _shaped(self, raw: object) -> Update | None:
        try:
            return msgspec.convert(raw, Update)
        except msgspec.ValidationError:
            self._around.telemetry.count("telegram_updates", kind="malformed")
            self._around.telemetry.log("warning", "telegram_malformed_update")
            return None

    def _is_ours(self, arrived: Arrived) -> bool:
        """Whether somebody known did it, or it befell a chat of ours."""
        if self._people.person(PLATFORM, arrived.user) is not None:
            return True
        befell = arrived.what in (What.MOVED, What.PARTED)
        return befell and self._people.channel(PLATFORM, arrived.chat) is not None
