"""Small books that are not history: pending questions, settings, facts about the desk, cursors of readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, delete, select

from db import tables as t
from db.codec import instant, micros
from db.lane import Lane, Work
from db.statement import Writing
from trading.domain.ids import PersonId, StreamId
from trading.ports import Pending

T = TypeVar("T")


class SqlRegisters:
    """The registers in SQL."""

    def __init__(self, writer: Lane, reader: Lane) -> None:
        self._writer = writer
        self._reader = reader
        dialect = writer.dialect
        self._put_pending = Writing(t.PENDING, dialect, update=("person", "chat", "body", "expires_at"))
        self._put_setting = Writing(t.SETTING, dialect, update=("value",))
        self._put_meta = Writing(t.META, dialect, update=("value",))
        self._put_cursor = Writing(t.CURSOR, dialect, update=("seq",))

    async def put_pending(self, pending: Pending) -> None:
        """Keep a question until it is answered or dropped."""
        p = pending
        await self._write(
            lambda conn: self._put_pending.run(
                conn, [(p.nonce, p.person, p.chat, p.body, micros(p.expires_at))]
            )
        )

    async def pending(self, nonce: str) -> Pending | None:
        """The question behind a nonce, expired or not; None when there never was one (or it was pruned)."""
        statement = select(t.PENDING).where(t.PENDING.c.nonce == nonce)
        row = await self._read(lambda conn: conn.execute(statement).one_or_none())
        if row is None:
            return None
        return Pending(row.nonce, row.person, row.chat, bytes(row.body), instant(row.expires_at))

    async def drop_pending(self, nonces: Sequence[str], *, expired_before: datetime | None = None) -> None:
        """Forget these questions, and all that expired before the given instant."""
        column = t.PENDING.c
        which: ColumnElement[bool] = column.nonce.in_(list(nonces))
        if expired_before is not None:
            which = which | (column.expires_at < micros(expired_before))
        await self._write(lambda conn: conn.execute(delete(t.PENDING).where(which)))

    async def settings(self, person: PersonId) -> Mapping[str, str]:
        """All settings of a person by name."""
        column = t.SETTING.c
        statement = select(column.name, column.value).where(column.person == person).order_by(column.name)
        rows = await self._read(lambda conn: conn.execute(statement).all())
        return {row.name: row.value for row in rows}

    async def put_setting(self, person: PersonId, name: str, value: str | None) -> None:
        """Set, or forget with None."""
        column = t.SETTING.c
        if value is None:
            gone = delete(t.SETTING).where(column.person == person, column.name == name)
            await self._write(lambda conn: conn.execute(gone))
        else:
            await self._write(lambda conn: self._put_setting.run(conn, [(person, name, value)]))

    async def meta(self, name: str) -> str | None:
        """A fact about this desk (its key, its schema, when it was made)."""
        statement = select(t.META.c.value).where(t.META.c.name == name)
        found: str | None = await self._read(lambda conn: conn.execute(statement).scalar())
        return found

    async def names(self, prefix: str) -> list[str]:
        """Facts whose name begins so."""
        column = t.META.c.name
        statement = select(column).where(column.startswith(prefix, autoescape=True)).order_by(column)
        return await self._read(lambda conn: list(conn.execute(statement).scalars()))

    async def put_meta(self, name: str, value: str) -> None:
        """Write a fact down, over what stood there."""
        await self._write(lambda conn: self._put_meta.run(conn, [(name, value)]))

    async def cursors(self, reader: str) -> Mapping[StreamId, int]:
        """How far `reader` has read each stream."""
        column = t.CURSOR.c
        statement = select(column.stream, column.seq).where(column.reader == reader)
        rows = await self._read(lambda conn: conn.execute(statement).all())
        return {StreamId(stream): seq for stream, seq in rows}

    async def put_cursor(self, reader: str, stream: StreamId, seq: int) -> None:
        """`reader` is done with everything up to `seq`."""
        await self._write(lambda conn: self._put_cursor.run(conn, [(reader, stream, seq)]))

    async def _write(self, work: Work[object]) -> None:
        def whole(conn: Connection) -> None:
            with conn.begin():
                work(conn)

        await self._writer.run(whole)

    async def _read(self, work: Work[T]) -> T:
        def whole(conn: Connection) -> T:
            with conn.begin():
                return work(conn)

        return await self._reader.run(whole)
