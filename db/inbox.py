"""The inbox of chats in SQL: one commit for a batch, and what was answered is noted with the next one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, bindparam, delete, select, update

from db import tables as t
from db.codec import instant, micros
from db.lane import Lane, Work
from db.statement import Finding, Statement, insert_of
from trading.chats import Received

T = TypeVar("T")

NEW, DONE, ASIDE = "new", "done", "quarantined"

_COLUMNS = t.INBOX.c


class SqlInbox:
    """The durable inbox. `done` only notes: the next `store` or `flush` writes it down in its own commit."""

    def __init__(self, writer: Lane) -> None:
        self._writer = writer
        dialect = writer.dialect
        names = [column.name for column in t.INBOX.columns]
        insert = insert_of(dialect)(t.INBOX).values(
            {name: bindparam(name, type_=t.INBOX.c[name].type) for name in names}
        )
        self._insert = Statement(insert.on_conflict_do_nothing(), dialect)
        self._find = Finding(t.INBOX, ("platform", "update_id"), "update_id", dialect)
        # The body is dropped as soon as nobody needs it: what people wrote is not ours to collect.
        self._finish = Statement(
            update(t.INBOX)
            .where(_COLUMNS.platform == bindparam("p"), _COLUMNS.update_id == bindparam("u"))
            .values(state=DONE, body=""),
            dialect,
        )
        self._finished: dict[tuple[str, str], None] = {}

    async def store(self, updates: Sequence[Received]) -> Sequence[Received]:
        """Write down, in one commit, those that are not known yet; returns them, in order."""
        finished = self._take()
        try:
            new = await self._write(lambda conn: self._store(conn, updates, finished))
        except BaseException:
            self._finished = {**finished, **self._finished}
            raise
        return new

    def _store(
        self, conn: Connection, updates: Sequence[Received], finished: dict[tuple[str, str], None]
    ) -> list[Received]:
        self._finish.run(conn, [self._finish_row(key) for key in finished])
        known = {(row[0], row[1]) for row in self._find.rows(conn, [one.update_id for one in updates])}
        new: dict[tuple[str, str], Received] = {}
        for one in updates:
            key = (one.platform, one.update_id)
            if key not in known and key not in new:
                new[key] = one
        rows = [(*key, one.chat, micros(one.at), NEW, one.tries, one.body) for key, one in new.items()]
        self._insert.run(conn, rows)
        return list(new.values())

    def done(self, platform: str, update_ids: Iterable[str]) -> None:
        """These were answered: noted, and written down with the next commit."""
        for update_id in update_ids:
            self._finished[platform, update_id] = None

    async def flush(self) -> None:
        """Write down at once what `done` has heard."""
        if self._finished:
            await self.store(())

    async def waiting(self, platform: str) -> Sequence[Received]:
        """What was stored and never finished, the oldest first."""
        await self.flush()

        def found(conn: Connection) -> list[Received]:
            which = (_COLUMNS.platform == platform) & (_COLUMNS.state == NEW)
            # Ids of one platform are numbers of one length for years; where not, the instant comes first.
            rows = conn.execute(select(t.INBOX).where(which).order_by(_COLUMNS.at, _COLUMNS.update_id)).all()
            return [
                Received(row.platform, row.update_id, row.chat, instant(row.at), row.body, row.tries)
                for row in rows
            ]

        return await self._write(found)

    async def counted(self, platform: str, update_ids: Sequence[str]) -> None:
        """These are taken up again now: their tries are raised by one."""
        which = (_COLUMNS.platform == platform) & _COLUMNS.update_id.in_(list(update_ids))
        raised = update(t.INBOX).where(which).values(tries=_COLUMNS.tries + 1)
        await self._write(lambda conn: conn.execute(raised))

    async def set_aside(self, platform: str, update_ids: Sequence[str]) -> None:
        """Never take these up again; they are kept to be looked at."""
        which = (_COLUMNS.platform == platform) & _COLUMNS.update_id.in_(list(update_ids))
        await self._write(lambda conn: conn.execute(update(t.INBOX).where(which).values(state=ASIDE)))

    async def prune(self, before: datetime) -> int:
        """Forget what was done before that instant; returns how many."""
        gone = delete(t.INBOX).where(_COLUMNS.state == DONE, _COLUMNS.at < micros(before))
        return await self._write(lambda conn: conn.execute(gone).rowcount)

    # ------------------------------------------------------------ inside

    def _take(self) -> dict[tuple[str, str], None]:
        finished, self._finished = self._finished, {}
        return finished

    def _finish_row(self, key: tuple[str, str]) -> tuple[str, ...]:
        by_name = {"p": key[0], "u": key[1], "state": DONE, "body": ""}
        return tuple(by_name[name] for name in self._finish.parameters)

    async def _write(self, work: Work[T]) -> T:
        def whole(conn: Connection) -> T:
            with conn.begin():
                return work(conn)

        return await self._writer.run(whole)
