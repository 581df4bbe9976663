"""One person, many phones: a code made on the one platform and typed on the other makes both the same person.

The registers hold the code's hash, and what was begun: a link or its end that a crash cuts off is finished at
the next start. Both sides hear of each: the one that stays by the journal, the one that goes by a last word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, json
from msgspec.structs import replace

from bot.conversation.hearing import Topic
from bot.conversation.incoming import Incoming
from bot.conversation.one_time import Tries, code_in, digest_of, grown, written
from bot.conversation.people import Channel, ChannelKind, Known, People
from bot.conversation.strangers import Outcome
from bot.conversation.words import say
from trading.domain.commands import Tell
from trading.domain.events import Level
from trading.domain.ids import DESK, AccountId, CommandId, PersonId
from trading.ports import Clock, Denied, Desk, Entropy, JournalUnavailable, Registers

VALID_S = 5 * 60
FRESH = timedelta(days=1)
"""So long a phone that was linked does nothing dangerous (`bot.conversation.cooling`)."""
META = "linking"
SECRET = "link_key"
CODES_MAX = 1_000
"""So many codes are open at once at most: the oldest goes first."""


class Code(Struct, frozen=True):
    """A code that waits. `platform`: where it was made, and so where it does not work. One that is used is
    remembered until it would have ended: the message that asked for it may be read again after a crash."""

    person: PersonId
    platform: str
    until: datetime
    is_used: bool = False


class Change(Struct, frozen=True):
    """A link, or its end, that has begun. `other`: the platform from which it was wanted."""

    id: str
    person: PersonId
    platform: str
    user: str
    name: str
    chat: str
    title: str
    other: str
    at: datetime
    is_in: bool


class Kept(Struct, frozen=True):
    """What stands in the registers: open codes by their hash, changes that are not finished, and until when
    phones (`platform:user`) are fresh."""

    codes: dict[str, Code] = {}
    changes: tuple[Change, ...] = ()
    fresh: dict[str, datetime] = {}


_KEPT = json.Decoder(Kept)
_encode = json.Encoder().encode

Leaves = Callable[[Channel, str], Awaitable[None]]
"""Called when a private chat is no longer its person's: nothing more goes there, after this last sentence."""


async def _nobody_left(channel: Channel, sentence: str) -> None:
    """For desks whose chats nobody rings."""


class Linking:
    """Links of all people of this desk."""

    def __init__(
        self, people: People, registers: Registers, desk: Desk, clock: Clock, entropy: Entropy
    ) -> None:
        self._people = people
        self._registers = registers
        self._desk = desk
        self._clock = clock
        self._entropy = entropy
        self._kept = Kept()
        self._tries = Tries()
        self._turn = asyncio.Lock()
        self.leaves: Leaves = _nobody_left
        """Takes boards and news away from a chat that is unlinked."""
        self.platforms: tuple[str, ...] = ()
        """Where this desk can be reached by phone."""

    async def start(self) -> None:
        """Read what is written down, and finish what an earlier life has begun. Raises JournalUnavailable."""
        async with self._turn:
            kept = await self._registers.meta(META)
            self._kept = _KEPT.decode(kept) if kept else Kept()
            for change in self._kept.changes:
                await self._finish(change)

    # ------------------------------------------------------------ questions

    def phones(self, person: PersonId) -> Sequence[Known]:
        """The users of chat platforms who are this person, the oldest first."""
        return self._people.phones(person)

    def fresh_until(self, platform: str, user: str) -> datetime | None:
        """Until when a phone that was linked is fresh; None for one that came in by its owner's own code."""
        return self._kept.fresh.get(f"{platform}:{user}")

    # ------------------------------------------------------------ a code

    async def code(self, person: PersonId, incoming: Incoming) -> str:
        """The code that this message asks for, `ABCDE-FGHJK`; the person's older ones are worth nothing any
        more. Raises JournalUnavailable."""
        async with self._turn:
            now = self._clock.now()
            code = grown(await self._secret(), incoming.command_id)
            digest = _digest(code)
            until = min(incoming.at, now) + timedelta(seconds=VALID_S)
            asked = self._kept.codes.get(digest) or Code(person, incoming.platform, until)
            others = {
                other: one
                for other, one in self._kept.codes.items()
                if now < one.until and (one.is_used or one.person != person)
            }
            if not others:
                self._tries.in_all = 0
            newest = dict(list(others.items())[-CODES_MAX + 1 :])
            await self._keep(replace(self._kept, codes={**newest, digest: asked}))
            return written(code)

    async def _secret(self) -> bytes:
        known = await self._registers.meta(SECRET)
        if known is None:
            known = self._entropy.token(32).hex()
            await self._registers.put_meta(SECRET, known)
        return bytes.fromhex(known)

    async def tried(self, incoming: Incoming, name: str = "", title: str = "") -> Outcome | None:
        """What a line comes to as a code, of a stranger or of somebody known; None when it is none, or when
        no code waits. Raises JournalUnavailable, and then the same user may type it again."""
        typed = code_in(incoming.text)
        if not typed or not self._kept.codes:
            return None
        if incoming.is_group or incoming.is_forwarded or incoming.is_edited:
            return _outcome("private")
        async with self._turn:
            return await self._judged(incoming, _digest(typed), name, title)

    async def _judged(self, incoming: Incoming, digest: str, name: str, title: str) -> Outcome:
        for change in self._kept.changes:
            await self._finish(change)  # the store has refused it before
        now, user = self._clock.now(), incoming.person
        if self._tries.is_locked(user, now):
            return _outcome("locked")
        found = self._kept.codes.get(digest)
        if found is None or found.is_used or now >= found.until or self._tries.is_mob:
            return _outcome("locked" if self._tries.missed(user, now) else "wrong")
        before = self._people.identify(incoming)
        if before is not None:
            return _outcome("known" if before == found.person else "somebody_else")
        if incoming.platform == found.platform:
            return _outcome("same_platform", platform=platform_name(found.platform))
        taken = [one for one in self.phones(found.person) if one.platform == incoming.platform]
        if taken:
            return _outcome("taken", name=taken[0].name, platform=incoming.platform)
        change = Change(
            digest[:32],
            found.person,
            incoming.platform,
            user,
            name,
            incoming.chat,
            title or name,
            found.platform,
            now,
            is_in=True,
        )
        # Used up in the same write that begins it: two who know the code cannot both come in.
        codes = {**self._kept.codes, digest: replace(found, is_used=True)}
        await self._keep(replace(self._kept, codes=codes, changes=(*self._kept.changes, change)))
        await self._finish(change)
        return Outcome("done", True, "link", {"other": platform_name(found.platform)})

    # ------------------------------------------------------------ the end of a link

    async def unlink(self, person: PersonId, platform: str, wanted_on: str) -> bool:
        """This person is nobody on that platform any more; False when they were not. Raises
        JournalUnavailable."""
        async with self._turn:
            known = next((one for one in self.phones(person) if one.platform == platform), None)
            if known is None:
                return False
            chat = self._people.private_chat(person, platform)
            change = Change(
                self._entropy.token(16).hex(),
                person,
                platform,
                known.user,
                known.name,
                chat.chat if chat is not None else "",
                chat.title if chat is not None else "",
                wanted_on,
                self._clock.now(),
                is_in=False,
            )
            await self._keep(replace(self._kept, changes=(*self._kept.changes, change)))
            await self._finish(change)
            return True

    # ------------------------------------------------------------ inside

    async def _finish(self, change: Change) -> None:
        """Do what was begun; each step may be done twice."""
        channel = Channel(
            change.platform, change.chat, change.person, ChannelKind.PRIVATE, change.title, change.at
        )
        if change.is_in:
            known = Known(change.platform, change.user, change.person, change.name, change.at)
            await self._people.join(known)
            await self._people.reached(channel)
        else:
            await self._people.part(change.platform, change.user)
            if change.chat:
                await self.leaves(channel, _last_word(change))
        await self._tell(change)
        left = tuple(one for one in self._kept.changes if one.id != change.id)
        await self._keep(replace(self._kept, changes=left, fresh=self._fresh_after(change)))

    def _fresh_after(self, change: Change) -> dict[str, datetime]:
        now, phone = self._clock.now(), f"{change.platform}:{change.user}"
        others = {name: until for name, until in self._kept.fresh.items() if now < until and name != phone}
        return {**others, phone: change.at + FRESH} if change.is_in else others

    async def _tell(self, change: Change) -> None:
        code = "phone_linked" if change.is_in else "phone_unlinked"
        facts = {
            "person": str(change.person),
            "platform": change.platform,
            "where": platform_name(change.platform),
            "name": change.name,
            "other": platform_name(change.other),
        }
        answer = await self._desk.submit(
            Tell(
                CommandId(f"link:{code}:{change.id}"),
                change.person,
                AccountId(DESK),
                code,
                Topic.ACCESS.value,
                Level.WARNING.value,
                facts,
            )
        )
        if isinstance(answer, Denied):
            raise JournalUnavailable(answer.refusals[0].sentence)

    async def _keep(self, kept: Kept) -> None:
        await self._registers.put_meta(META, _encode(kept).decode())
        self._kept = kept


def platform_name(platform: str) -> str:
    """How people call a platform."""
    return say(f"chat.platform.{platform}")


def _last_word(change: Change) -> str:
    return say("link.parted", where=platform_name(change.platform), other=platform_name(change.other))


def _outcome(key: str, **values: str) -> Outcome:
    return Outcome(key, False, "link", values)


def _digest(code: str) -> str:
    return digest_of("link", code)
