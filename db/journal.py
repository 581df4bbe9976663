"""Append and read events: the authority and the outbox. The `Journal` port on either database."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.exc import DBAPIError

from db import tables as t
from db.codec import chained, decode
from db.lane import DRIVER_ERRORS, Lane
from db.problem import CommitUnknown, DatabaseProblem, problem, problem_of
from db.statement import Writing
from db.write import SHARD, KeysClash, Writer
from trading.domain.ids import CommandId, StreamId
from trading.ports import PROTOCOL, Append, KeyTaken, KeyUse, Snapshot, StoredEvent

PAGE = 1000
SNAPSHOTS_KEPT = 2

_EVENT = t.EVENT.c
_COLUMNS = (
    _EVENT.seq,
    _EVENT.name,
    _EVENT.version,
    _EVENT.at,
    _EVENT.correlation_id,
    _EVENT.causation_id,
    _EVENT.body,
    _EVENT.hash,
)
# Built once: a statement costs more to put together than SQLite needs to answer it.
_HEADS = select(t.STREAM.c.stream, t.STREAM.c.seq, t.STREAM.c.hash)
_PAGE = (
    select(*_COLUMNS)
    .where(_EVENT.stream == bindparam("in_stream"), _EVENT.seq > bindparam("after"))
    .order_by(_EVENT.seq)
    .limit(bindparam("most"))
)
_HASH = select(_EVENT.hash).where(_EVENT.stream == bindparam("in_stream"), _EVENT.seq == bindparam("at_seq"))
_SNAPSHOT = t.SNAPSHOT.c
_SOUND_SNAPSHOTS = (
    select(_SNAPSHOT.stream, _SNAPSHOT.seq, _SNAPSHOT.hash, _SNAPSHOT.digest, _SNAPSHOT.body)
    .join(t.EVENT, (_EVENT.stream == _SNAPSHOT.stream) & (_EVENT.seq == _SNAPSHOT.seq))
    .where(_EVENT.hash == _SNAPSHOT.hash)
    .order_by(_SNAPSHOT.stream, _SNAPSHOT.seq.desc())
)


class SqlJournal:
    """The journal in SQL. Appends go through `writer`, reads through `reader`."""

    def __init__(self, writer: Lane, reader: Lane) -> None:
        self._lane = writer
        self._reader = reader
        self._writer = Writer(writer.dialect)
        self._put_snapshot = Writing(t.SNAPSHOT, writer.dialect, update=("hash", "digest", "body"))

    async def append(self, appends: Sequence[Append], epoch: int) -> None:
        """All or nothing; returns after the commit is durable. An append without entries only checks its seq.

        Raises DatabaseProblem (nothing written), CommitUnknown, StaleWriter, KeyTaken.
        """
        await self._lane.run(lambda conn: append_now(conn, self._writer, appends, epoch))

    async def heads(self) -> Mapping[StreamId, tuple[int, str]]:
        """Last sequence number and hash of every stream."""
        return await self._reader.run(heads_now)

    async def read(self, stream: StreamId, after: int) -> AsyncIterator[StoredEvent]:
        """Events with seq > after, in order; each page's chain is verified before it is given out.

        Raises DatabaseProblem (`chain_broken`) where the journal is not what was written.
        """
        link: str | None = "" if after == 0 else None
        while True:
            page = await self._reader.run(
                lambda conn, after=after, link=link: page_now(conn, stream, after, link)  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
            )
            for stored in page:
                yield stored
            if len(page) < PAGE:
                return
            after, link = page[-1].seq, page[-1].hash

    async def used(self, command_id: CommandId) -> KeyUse | None:
        """The stored answer to a command id, if it was used."""

        def find(conn: Connection) -> list[KeyUse]:
            with conn.begin():
                return self._writer.used(conn, (command_id,))

        return next(iter(await self._reader.run(find)), None)

    async def save_snapshot(self, snapshot: Snapshot) -> None:
        """Store; the two newest of the stream stay."""

        def save(conn: Connection) -> None:
            with conn.begin():
                save_snapshot_now(conn, self._put_snapshot, snapshot)

        await self._lane.run(save)

    async def snapshots(self) -> Mapping[StreamId, Snapshot]:
        """The newest snapshot of each stream that is whole and whose hash matches the chain."""
        return await self._reader.run(snapshots_now)

    async def next_epoch(self, protocol: int = PROTOCOL) -> int:
        """Begin a new writer's reign: appends of older epochs are refused from now on.

        Raises DatabaseProblem (`newer_protocol`) where a newer program has written.
        """
        return await self._lane.run(lambda conn: next_epoch_now(conn, protocol))

    async def epoch(self) -> int:
        """The number of the newest writer; 0 when there was none."""
        return await self._reader.run(epoch_now)


def append_now(conn: Connection, writer: Writer, appends: Sequence[Append], epoch: int) -> None:
    """One transaction: committed when this returns, rolled back when it raises (but for CommitUnknown)."""
    transaction = None
    try:
        transaction = conn.begin()
        staged = writer.write(conn, appends, epoch)
    except BaseException as error:
        writer.forget()
        if transaction is not None:
            # The first error is the one to tell; a connection that is gone has rolled back already.
            with suppress(DBAPIError):
                transaction.rollback()
        if isinstance(error, KeysClash):
            with conn.begin():
                raise KeyTaken(writer.used(conn, error.ids)) from error
        raise
    try:
        transaction.commit()
    except DBAPIError as error:
        writer.forget()
        raise _commit_failure(conn, error) from error
    writer.keep(staged)


_NOT_COMMITTED = frozenset({"disk_full", "locked", "not_writable"})
"""Answers after which the database itself says that the transaction was not committed."""


def _commit_failure(conn: Connection, error: DBAPIError) -> DatabaseProblem:
    found = problem_of(error)
    if found.code in _NOT_COMMITTED and not error.connection_invalidated:
        try:
            # The transaction object is spent after a failed COMMIT; only the driver can still roll back.
            conn.connection.rollback()
        except DRIVER_ERRORS:
            pass  # falls through: without a rollback nothing is certain
        else:
            return found
    unknown = problem("commit_unknown")
    return CommitUnknown(unknown.code, unknown.sentence)


def heads_now(conn: Connection) -> dict[StreamId, tuple[int, str]]:
    """Every stream's head."""
    with conn.begin():
        rows = conn.execute(_HEADS)
        return {StreamId(stream): (seq, link) for stream, seq, link in rows}


def rows_after(conn: Connection, stream: str, after: int, limit: int) -> Sequence[Any]:
    """Raw rows in the order of `_COLUMNS`."""
    return conn.execute(_PAGE, {"in_stream": stream, "after": after, "most": limit}).all()


def hash_at(conn: Connection, stream: str, seq: int) -> str | None:
    """The hash of one event; the empty text before the first, None where there is no event."""
    if seq == 0:
        return ""
    found: str | None = conn.execute(_HASH, {"in_stream": stream, "at_seq": seq}).scalar()
    return found


def broken(stream: str, seq: int) -> DatabaseProblem:
    """The chain does not hold at this event."""
    return DatabaseProblem(
        "chain_broken",
        f"The journal of {stream} was changed at event {seq}: stop here and run `openoutcry restore` "
        "with a backup from before.",
    )


def page_now(conn: Connection, stream: StreamId, after: int, link: str | None) -> list[StoredEvent]:
    """One verified page; `link` is the hash at `after`, None when it must be looked up."""
    with conn.begin():
        rows = rows_after(conn, stream, after, PAGE)
        if rows and link is None:
            link = hash_at(conn, stream, after)
    page = []
    expected = after
    for seq, name, version, at, correlation, causation, body, stored in rows:
        expected += 1
        if (
            seq != expected
            or link is None
            or chained(link, stream, seq, name, version, at, correlation, causation, body) != stored
        ):
            raise broken(stream, expected)
        page.append(StoredEvent(stream, seq, decode(name, version, body), correlation, causation, stored))
        link = stored
    return page


def _digest(stream: str, seq: int, link: str, body: bytes) -> str:
    return hashlib.sha256(f"{stream}\n{seq}\n{link}\n".encode() + body).hexdigest()


def save_snapshot_now(conn: Connection, put: Writing, snapshot: Snapshot) -> None:
    """Write it and let the oldest go."""
    s = snapshot
    put.run(conn, [(s.stream, s.seq, s.hash, _digest(s.stream, s.seq, s.hash, s.body), s.body)])
    column = t.SNAPSHOT.c
    newest = (
        select(column.seq).where(column.stream == s.stream).order_by(column.seq.desc()).limit(SNAPSHOTS_KEPT)
    )
    kept = list(conn.execute(newest).scalars())
    conn.execute(delete(t.SNAPSHOT).where(column.stream == s.stream, column.seq < min(kept)))


def snapshots_now(conn: Connection) -> dict[StreamId, Snapshot]:
    """Newest first, the first sound one of each stream."""
    found: dict[StreamId, Snapshot] = {}
    with conn.begin():
        for stream, seq, link, digest, body in conn.execute(_SOUND_SNAPSHOTS):
            if stream not in found and digest == _digest(stream, seq, link, bytes(body)):
                found[stream] = Snapshot(stream, seq, link, bytes(body))
    return found


PROTOCOL_NAME = "protocol"
"""Under which name the newest protocol is noted."""


def next_epoch_now(conn: Connection, protocol: int = PROTOCOL) -> int:
    """One more than ever before. Which protocol was written here at most is noted in the same transaction, so
    that of two programs the older one refuses, whichever starts first."""
    with conn.begin():
        query = select(t.META.c.value).where(t.META.c.name == PROTOCOL_NAME)
        known = int(conn.execute(query).scalar() or 0)
        if known > protocol:
            raise problem("newer_protocol", f"{known}, this one knows {protocol}")
        if known < protocol:
            conn.exec_driver_sql(
                f"INSERT INTO meta (name, value) VALUES ('{PROTOCOL_NAME}', '{protocol}') "  # noqa: S608 - numbers and constants
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            )
        found = conn.exec_driver_sql(
            f"INSERT INTO lease (shard, epoch) VALUES ('{SHARD}', 1) "  # noqa: S608 - a constant
            "ON CONFLICT (shard) DO UPDATE SET epoch = lease.epoch + 1 RETURNING epoch"
        )
        epoch: int = found.scalar_one()
    return epoch


def epoch_now(conn: Connection) -> int:
    """The newest writer's number."""
    with conn.begin():
        found: int | None = conn.execute(select(t.LEASE.c.epoch).where(t.LEASE.c.shard == SHARD)).scalar()
    return found or 0
