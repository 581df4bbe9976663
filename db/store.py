"""The store as one thing: journal, ledger and registers over one database, opened and closed together."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import URL

from db import schema
from db.boards import SqlBoards
from db.deliveries import SqlDeliveries
from db.engine import must_be_whole, parsed, postgres_engine, prepare_file, sqlite_lane, sqlite_path
from db.inbox import SqlInbox
from db.journal import SqlJournal
from db.lane import InlineLane, Lane, PostgresLane, ThreadLane
from db.ledger import SqlLedger
from db.lock import FileLock
from db.people import SqlPeople
from db.problem import DatabaseProblem
from db.profiles import SqlProfiles
from db.registers import SqlRegisters
from db.vault import has_ring_now

READERS = 4


class Store:
    """An open database: `journal`, `ledger`, `registers` are the ports, `writer` and `reader` the lanes."""

    def __init__(
        self, writer: Lane, reader: Lane, *, path: Path | None = None, lock: FileLock | None = None
    ) -> None:
        self.writer = writer
        self.reader = reader
        self.path = path
        self._lock = lock
        self.was_older = False
        self.kept_copy: Path | None = None
        self.journal = SqlJournal(writer, reader)
        self.ledger = SqlLedger(reader)
        self.registers = SqlRegisters(writer, reader)
        self.deliveries = SqlDeliveries(writer, reader)
        self.inbox = SqlInbox(writer)
        self.people = SqlPeople(writer, reader)
        self.boards = SqlBoards(writer, reader)
        self.profiles = SqlProfiles(writer, reader)

    async def has_vault(self) -> bool:
        """Whether anything was ever sealed here. Raises DatabaseProblem."""
        return await self.reader.run(has_ring_now)

    async def close(self) -> None:
        """Close the connections, then let the next process in. Closing twice does nothing."""
        for lane in dict.fromkeys((self.reader, self.writer)):
            await lane.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None


async def open_store(url: str, *, lock: bool = True, read_only: bool = False) -> Store:
    """Open (and create or upgrade, unless `read_only`) the database of `url`.

    Args:
        url: `sqlite:///path`, a bare path, `postgres://…` or `postgresql://…`.
        lock: hold the operating-system lock of a SQLite file; off only for tests and for a caller who has it.
        read_only: for commands beside a running desk; nothing can be written through the result.

    Raises:
        DatabaseProblem: with a code and one sentence that says what to do.
    """
    made = parsed(url)
    if made.get_backend_name() == "sqlite":
        return await _open_sqlite(sqlite_path(made), lock=lock and not read_only, read_only=read_only)
    return await _open_postgres(made, read_only=read_only)


def memory_store() -> Store:
    """A store in memory whose methods never wait: the same SQL, for simulation and replay."""
    raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    lane = InlineLane(raw)
    lane.run_now(schema.create_now)
    return Store(lane, lane)


async def _open_sqlite(path: Path, *, lock: bool, read_only: bool) -> Store:
    prepare_file(path, read_only=read_only)
    held = FileLock(path.with_name(path.name + ".lock")) if lock else None
    lanes: list[ThreadLane] = []
    changed: tuple[bool, Path | None] = (False, None)
    try:
        if not read_only:
            lanes.append(await sqlite_lane(path, read_only=False, create=True))
            await lanes[0].run_raw(must_be_whole)
            changed = await _make_current(lanes[0], path)
        lanes.append(await sqlite_lane(path, read_only=True))
        if read_only:
            await _must_be_current(lanes[0])
    except BaseException:
        for lane in lanes:
            await lane.close()
        if held is not None:
            held.release()
        raise
    store = Store(lanes[0], lanes[-1], path=path, lock=held)
    store.was_older, store.kept_copy = changed
    return store


async def _open_postgres(url: URL, *, read_only: bool) -> Store:
    writer = PostgresLane(postgres_engine(url), 1)
    reader = PostgresLane(postgres_engine(url, read_only=True), READERS)
    changed: tuple[bool, Path | None] = (False, None)
    try:
        if read_only:
            await _must_be_current(reader)
        else:
            changed = await _make_current(writer, None)
    except BaseException:
        await writer.close()
        await reader.close()
        raise
    store = Store(reader if read_only else writer, reader)
    store.was_older, store.kept_copy = changed
    return store


async def _make_current(lane: Lane, path: Path | None) -> tuple[bool, Path | None]:
    state = await lane.run(schema.state_now)
    if state == schema.NEW:
        await lane.run(schema.create_now)
    elif state == schema.OLDER:
        # Alembic costs a fifth of a second, so a start without an upgrade never sees it.
        from db.upgrade import upgrade

        return True, await upgrade(lane, path)
    return False, None


async def _must_be_current(lane: Lane) -> None:
    if await lane.run(schema.state_now) != schema.CURRENT:
        raise DatabaseProblem(
            "older_schema", "This database is older than the program: run `openoutcry db upgrade` once."
        )
