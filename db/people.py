"""Who is who on the chat platforms, and where people can be reached, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import Connection, delete, select

from db import tables as t
from db.codec import instant, micros
from db.lane import Lane, Work
from db.statement import Writing
from trading.chats import Channel, ChannelKind, Known
from trading.domain.ids import PersonId

T = TypeVar("T")

ALIVE, DEAD = "alive", "dead"


class SqlPeople:
    """The two small tables behind `bot.conversation.people.People`, which holds them in memory."""

    def __init__(self, writer: Lane, reader: Lane) -> None:
        self._writer = writer
        self._reader = reader
        dialect = writer.dialect
        self._put_known = Writing(t.IDENTITY, dialect, update=("person", "name", "at"))
        self._put_channel = Writing(t.CHANNEL, dialect, update=("person", "kind", "title", "state", "at"))

    async def everybody(self) -> tuple[Sequence[Known], Sequence[Channel]]:
        """All users that are known, and all their chats, the oldest first."""

        def read(conn: Connection) -> tuple[list[Known], list[Channel]]:
            users = conn.execute(select(t.IDENTITY).order_by(t.IDENTITY.c.at)).all()
            chats = conn.execute(select(t.CHANNEL).order_by(t.CHANNEL.c.at)).all()
            return (
                [Known(u.platform, u.user, PersonId(u.person), u.name, instant(u.at)) for u in users],
                [
                    Channel(
                        c.platform,
                        c.chat,
                        PersonId(c.person),
                        ChannelKind(c.kind),
                        c.title,
                        instant(c.at),
                        c.state == ALIVE,
                    )
                    for c in chats
                ],
            )

        return await self._reader.run(_whole(read))

    async def put_known(self, known: Known) -> None:
        """This user is that person from now on."""
        k = known
        row = (k.platform, k.user, k.person, k.name, micros(k.at))
        await self._writer.run(_whole(lambda conn: self._put_known.run(conn, [row])))

    async def put_channel(self, channel: Channel) -> None:
        """This chat is as it is told here."""
        c = channel
        state = ALIVE if c.is_alive else DEAD
        row = (c.platform, c.chat, c.person, c.kind.value, c.title, state, micros(c.at))
        await self._writer.run(_whole(lambda conn: self._put_channel.run(conn, [row])))

    async def move_channel(self, old: Channel, new: Channel) -> None:
        """The chat has another id: one row goes, the other comes, in one commit."""
        c = new
        row = (
            c.platform,
            c.chat,
            c.person,
            c.kind.value,
            c.title,
            ALIVE if c.is_alive else DEAD,
            micros(c.at),
        )
        column = t.CHANNEL.c
        gone = delete(t.CHANNEL).where(column.platform == old.platform, column.chat == old.chat)

        def moved(conn: Connection) -> None:
            conn.execute(gone)
            self._put_channel.run(conn, [row])

        await self._writer.run(_whole(moved))

    async def drop_known(self, platform: str, user: str, chats: Sequence[str]) -> None:
        """This user is nobody any more, and these chats are nobody's, in one commit."""
        who, where = t.IDENTITY.c, t.CHANNEL.c
        known = delete(t.IDENTITY).where(who.platform == platform, who.user == user)
        gone = delete(t.CHANNEL).where(where.platform == platform, where.chat.in_(list(chats)))

        def parted(conn: Connection) -> None:
            conn.execute(known)
            conn.execute(gone)

        await self._writer.run(_whole(parted))


def _whole(work: Work[T]) -> Work[T]:
    def within(conn: Connection) -> T:
        with conn.begin():
            return work(conn)

    return within
