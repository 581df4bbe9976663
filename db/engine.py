"""Opens SQLite (one writer, WAL, full sync) or PostgreSQL by URL, with the settings a journal needs."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiosqlite
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from db.lane import DRIVER_ERRORS, ThreadLane
from db.problem import DatabaseProblem, problem, problem_of

BUSY_TIMEOUT_MS = 5_000
CHECKPOINT_PAGES = 4_000
"""16 MiB of log: at SQLite's 1,000 pages a group of a hundred commands waits for a checkpoint every time."""
CACHE_KIB = 65_536
"""At SQLite's 2 MiB a group commit spills its own pages before it is done."""
SYNCHRONOUS = "FULL"
"""Each commit is on the disk when it returns. NORMAL would lose the last ones at a power failure."""
MAGIC = b"SQLite format 3\x00"

POSTGRES_SETTINGS = {
    # A worker that freezes inside a transaction loses its locks, so that its accounts can be taken over.
    "idle_in_transaction_session_timeout": "2000",
    "lock_timeout": "2000",
    "statement_timeout": "5000",
    "synchronous_commit": "on",
}


def parsed(url: str) -> URL:
    """The URL with its asynchronous driver; `postgres://` and a bare file name are understood too.

    Raises DatabaseProblem (`bad_url`).
    """
    if "://" not in url:
        url = f"sqlite:///{url}"
    try:
        made = make_url(url)
    except ArgumentError as error:
        raise _bad_url() from error
    family = made.drivername.partition("+")[0]
    if family == "sqlite" and made.database and made.database != ":memory:":
        return made.set(drivername="sqlite+aiosqlite")
    if family in {"postgres", "postgresql"}:
        return made.set(drivername="postgresql+asyncpg")
    raise _bad_url()


def _bad_url() -> DatabaseProblem:
    return DatabaseProblem(
        "bad_url",
        "DATABASE_URL is not understood: use sqlite:///path/to/desk.db or postgresql://user:password@host/name.",
    )


def sqlite_path(url: URL) -> Path:
    """The file of a SQLite URL."""
    assert url.database
    return Path(url.database).expanduser()


def prepare_file(path: Path, *, read_only: bool) -> None:
    """Make the folder, and look whether the file can be ours before anything opens it.

    Raises DatabaseProblem (`not_writable`, `cannot_open`, `not_a_database`, `missing`).
    """
    try:
        if read_only and not path.exists():
            raise DatabaseProblem(
                "missing", f"There is no desk at {path} yet: start one with `openoutcry run`."
            )
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            with path.open("rb") as file:
                magic = file.read(len(MAGIC))
            if magic and magic != MAGIC:
                raise problem("not_a_database")
    except PermissionError as error:
        raise problem("cannot_open" if read_only else "not_writable") from error
    except OSError as error:
        raise problem("cannot_open") from error


def configure(raw: sqlite3.Connection, *, read_only: bool) -> None:
    """The settings of one SQLite connection; asserted, because an unsafe one would not be noticed."""
    raw.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    raw.execute("PRAGMA foreign_keys = ON")
    raw.execute("PRAGMA temp_store = MEMORY")
    if read_only:
        raw.execute("PRAGMA query_only = ON")
        return
    (mode,) = raw.execute("PRAGMA journal_mode = WAL").fetchone()
    raw.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
    raw.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    raw.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    (synchronous,) = raw.execute("PRAGMA synchronous").fetchone()
    if mode != "wal" or synchronous != 2:
        raise DatabaseProblem(
            "no_wal", "This folder cannot hold a safe database (no write-ahead log): use a local disk."
        )


def must_be_whole(raw: sqlite3.Connection) -> None:
    """Raise DatabaseProblem (`corrupt`) when pages of the file contradict each other. Takes about a quarter
    of a second for 300,000 events."""
    (answer,) = raw.execute("PRAGMA quick_check(1)").fetchone()
    if answer != "ok":
        raise problem("corrupt")


def sqlite_uri(path: Path, mode: str) -> str:
    """SQLite's own URI of a file; `mode` is `rwc`, `rw` or `ro`."""
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


async def sqlite_lane(path: Path, *, read_only: bool, create: bool = False) -> ThreadLane:
    """One connection in its own thread. A reader never writes; the writer begins with BEGIN IMMEDIATE."""
    uri = sqlite_uri(path, "ro" if read_only else "rwc" if create else "rw")

    async def connect() -> aiosqlite.Connection:
        return await aiosqlite.connect(uri, uri=True, isolation_level=None)

    engine = create_async_engine(
        "sqlite+aiosqlite:///",
        async_creator=connect,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_reset_on_return=None,
    )
    try:
        lane = await ThreadLane.open(engine, "BEGIN" if read_only else "BEGIN IMMEDIATE")
    except DRIVER_ERRORS as error:
        await engine.dispose()
        raise problem_of(error) from error
    try:
        await lane.run_raw(lambda raw: configure(raw, read_only=read_only))
    except DatabaseProblem:
        await lane.close()
        raise
    return lane


def postgres_engine(url: URL, *, read_only: bool = False) -> AsyncEngine:
    """A pool on asyncpg; every session carries the time limits, and a reading one cannot write."""
    settings = {**POSTGRES_SETTINGS, "default_transaction_read_only": "on" if read_only else "off"}
    arguments: dict[str, Any] = {"server_settings": settings, "timeout": 10}
    return create_async_engine(url, connect_args=arguments, pool_size=6, max_overflow=0, pool_pre_ping=False)
