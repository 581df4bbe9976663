"""Who is who: a platform's user as a person of this desk, and the chats in which a person can be reached.

All of it is held in memory, because every message asks; every change is written down first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec.structs import replace

from bot.conversation.incoming import Incoming
from trading.chats import Channel, ChannelKind, Known
from trading.domain.ids import PersonId

__all__ = ["Channel", "ChannelKind", "Known", "NoPeople", "People", "PeopleStore"]


class PeopleStore(Protocol):
    """Where it is written down. Raises JournalUnavailable."""

    async def everybody(self) -> tuple[Sequence[Known], Sequence[Channel]]:
        """All users that are known, and all their chats, the oldest first."""
        ...

    async def put_known(self, known: Known) -> None:
        """This user is that person from now on."""
        ...

    async def put_channel(self, channel: Channel) -> None:
        """This chat is as it is told here."""
        ...

    async def move_channel(self, old: Channel, new: Channel) -> None:
        """The chat has another id, in one commit."""
        ...

    async def drop_known(self, platform: str, user: str, chats: Sequence[str]) -> None:
        """This user is nobody any more, and these chats are nobody's, in one commit."""
        ...


class NoPeople:
    """A store that forgets: for desks whose only chat is the terminal, and for tests."""

    async def everybody(self) -> tuple[Sequence[Known], Sequence[Channel]]:
        """Nobody."""
        return (), ()

    async def put_known(self, known: Known) -> None:
        """Nowhere."""

    async def put_channel(self, channel: Channel) -> None:
        """Nowhere."""

    async def move_channel(self, old: Channel, new: Channel) -> None:
        """Nowhere."""

    async def drop_known(self, platform: str, user: str, chats: Sequence[str]) -> None:
        """Nowhere."""


class People:
    """The people of this desk. Questions are answered at once, from memory.

    Args:
        store: where changes go before they count.
    """

    def __init__(self, store: PeopleStore) -> None:
        self._store = store
        self._known: dict[tuple[str, str], Known] = {}
        self._channels: dict[tuple[str, str], Channel] = {}
        self._listeners: list[Callable[[Channel], None]] = []

    async def load(self) -> None:
        """Read what is written down; once, at the start."""
        known, channels = await self._store.everybody()
        self._known = {(one.platform, one.user): one for one in known}
        self._channels = {(one.platform, one.chat): one for one in channels}

    def listen(self, listener: Callable[[Channel], None]) -> None:
        """Have `listener` hear of each chat that is new, is back, or is gone."""
        self._listeners.append(listener)

    # ------------------------------------------------------------ questions

    def identify(self, incoming: Incoming) -> PersonId | None:
        """Who wrote or pressed; None for a stranger. By the user, never by the chat (T08)."""
        return self.person(incoming.platform, incoming.person)

    def person(self, platform: str, user: str) -> PersonId | None:
        """The person behind a platform's user; None for a stranger."""
        known = self._known.get((platform, user))
        return known.person if known is not None else None

    def known(self, platform: str, user: str) -> Known | None:
        """A platform's user whom the desk knows; None for a stranger."""
        return self._known.get((platform, user))

    def is_claimed(self, person: PersonId) -> bool:
        """Whether any platform's user is this person."""
        return any(known.person == person for known in self._known.values())

    def users(self, platform: str) -> list[str]:
        """All users of a platform whom the desk knows."""
        return [user for at, user in self._known if at == platform]

    def phones(self, person: PersonId) -> list[Known]:
        """The users of chat platforms who are this person, the oldest first."""
        return [known for known in self._known.values() if known.person == person]

    def private_chat(self, person: PersonId, platform: str) -> Channel | None:
        """Where a person is reached alone on a platform, the newest such chat; None when nowhere."""
        found = [
            one
            for one in self.channels(person)
            if one.platform == platform and one.kind is ChannelKind.PRIVATE and one.is_alive
        ]
        return found[-1] if found else None

    def channel(self, platform: str, chat: str) -> Channel | None:
        """What is known of a chat."""
        return self._channels.get((platform, chat))

    def channels(self, person: PersonId | None = None) -> list[Channel]:
        """The chats of a person (of everybody without one), the oldest first, dead ones too."""
        return [one for one in self._channels.values() if person is None or one.person == person]

    # ------------------------------------------------------------ changes

    async def join(self, known: Known) -> None:
        """This user is that person from now on."""
        await self._store.put_known(known)
        self._known[known.platform, known.user] = known

    async def reached(self, channel: Channel) -> None:
        """A person was heard in this chat. Written down only when that changes anything but the instant; a
        group stays with the person who brought the desk into it."""
        before = self.channel(channel.platform, channel.chat)
        if before is not None:
            person = before.person if before.kind is ChannelKind.GROUP else channel.person
            channel = replace(channel, person=person, at=before.at)
        if channel != before:
            await self._put(channel)

    async def lost(self, platform: str, chat: str) -> Channel | None:
        """Nobody hears us there any more; returns the chat when that is news."""
        before = self.channel(platform, chat)
        if before is None or not before.is_alive:
            return None
        await self._put(replace(before, is_alive=False))
        return before

    async def moved(self, platform: str, old: str, new: str) -> Channel | None:
        """The chat has another id (T09); returns it when it is one of ours and that is news."""
        before = self.channel(platform, old)
        if before is None or old == new:
            return None
        after = replace(before, chat=new, is_alive=True)
        await self._store.move_channel(before, after)
        del self._channels[platform, old]
        self._channels[platform, new] = after
        self._tell(replace(before, is_alive=False))
        self._tell(after)
        return after

    async def part(self, platform: str, user: str) -> None:
        """This user is nobody any more, and their private chats there are nobody's."""
        known = self._known.get((platform, user))
        if known is None:
            return
        chats = [
            one
            for one in self.channels(known.person)
            if one.platform == platform and one.kind is ChannelKind.PRIVATE
        ]
        await self._store.drop_known(platform, user, [one.chat for one in chats])
        del self._known[platform, user]
        for one in chats:
            del self._channels[platform, one.chat]
            self._tell(replace(one, is_alive=False))

    async def _put(self, channel: Channel) -> None:
        await self._store.put_channel(channel)
        self._channels[channel.platform, channel.chat] = channel
        self._tell(channel)

    def _tell(self, channel: Channel) -> None:
        for listener in self._listeners:
            listener(channel)
