"""Backup and restore: a copy is only called one after its whole hash chain was verified."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import Struct
from sqlalchemy import URL, Connection

from db import chain, schema
from db.copying import copy_now, flush, must_be_sound, opened, sound, unsound_when_damaged
from db.dump import check_lines, dump_now, load_now
from db.engine import MAGIC, parsed, postgres_engine, sqlite_path
from db.lane import InlineLane, PostgresLane, ThreadLane
from db.lock import FileLock
from db.problem import DatabaseProblem, problem_of
from db.store import open_store


class Saved(Struct, frozen=True):
    """A backup that was written and verified. `heads`: last number and hash of every stream in it."""

    path: Path
    events: int
    heads: dict[str, tuple[int, str]]


class Restored(Struct, frozen=True):
    """What a restore put in place; `kept` is where the old file (or PostgreSQL schema) went. `heads`: last
    number and hash of every stream in it."""

    events: int
    kept: str | None
    heads: dict[str, tuple[int, str]]


async def backup(url: str, target: Path) -> Saved:
    """Write a verified backup to `target` while the desk may run: a SQLite file, or JSON lines of PostgreSQL.

    Raises DatabaseProblem (`exists`, `backup_unsound`, and whatever reading or writing meets).
    """
    _must_be_free(target)
    store = await open_store(url, read_only=True)
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        if isinstance(store.reader, ThreadLane):
            await store.reader.run_raw(lambda raw: copy_now(raw, part))
            verdict = sound(part)
            events, heads = verdict.events, verdict.heads
        else:
            with part.open("x", encoding="utf-8") as file:
                await store.reader.run(lambda conn: dump_now(conn, file.write))
                os.fsync(file.fileno())
            events, heads = await store.reader.run(chain.count_now), await store.reader.run(chain.streams_now)
        part.replace(target)
    except OSError as error:
        raise problem_of(error) from error
    finally:
        part.unlink(missing_ok=True)
        await store.close()
    return Saved(target, events, heads)


def _must_be_free(target: Path) -> None:
    if target.exists():
        raise DatabaseProblem("exists", f"{target} exists already: name another file for the backup.")


async def restore(url: str, source: Path, *, force: bool = False) -> Restored:
    """Put a backup in place after verifying it; the desk must not run.

    An existing desk is refused without `force`, and with it kept aside, never overwritten.
    Raises DatabaseProblem (`held`, `exists`, `bad_backup`, `backup_unsound`).
    """
    made = parsed(url)
    is_file = _is_sqlite_file(source)
    try:
        if made.get_backend_name() == "sqlite":
            return _restore_file(sqlite_path(made), source, is_file=is_file, force=force)
        if is_file:
            raise DatabaseProblem(
                "bad_backup", f"{source} is a SQLite file: PostgreSQL restores only its own backups."
            )
        return await _restore_postgres(made, source, force=force)
    except OSError as error:
        raise problem_of(error) from error


def _is_sqlite_file(source: Path) -> bool:
    try:
        with source.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise DatabaseProblem("no_backup", f"{source} cannot be read: name the file of a backup.") from error


def _restore_file(path: Path, source: Path, *, is_file: bool, force: bool) -> Restored:
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.with_name(path.name + ".lock"))
    part = path.with_name(path.name + ".part")
    try:
        if path.exists() and not force:
            raise _exists(path)
        part.unlink(missing_ok=True)
        if is_file:
            _copy_file(source, part)
        else:
            _load_file(part, source)
        verdict = sound(part)
        kept = _set_aside(path) if path.exists() else None
        part.replace(path)
        _flush_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)
        lock.release()
    return Restored(verdict.events, str(kept) if kept else None, verdict.heads)


def _copy_file(source: Path, part: Path) -> None:
    try:
        with closing(opened(source)) as raw:
            copy_now(raw, part)
    except DatabaseProblem as found:
        raise unsound_when_damaged(found) from found


def _exists(what: object) -> DatabaseProblem:
    return DatabaseProblem(
        "exists", f"There is a desk at {what} already: add --force to replace it; it is kept aside."
    )


def _set_aside(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.name}.before-{number}")).exists():
        number += 1
    # The write-ahead log belongs to its file: what is committed may still stand only there.
    for ending in ("-wal", "-shm", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.replace(kept.with_name(kept.name + ending))
    return kept


def _load_file(part: Path, source: Path) -> None:
    _check_dump(source)
    lane = InlineLane(sqlite3.connect(part, isolation_level=None))
    try:
        lane.run_now(schema.create_now)
        with source.open(encoding="utf-8") as lines:
            lane.run_now(lambda conn: load_now(conn, lines))
        lane.run_now(chain.rebuild_now)
    finally:
        lane.close_now()
    flush(part)


def _check_dump(source: Path) -> None:
    try:
        with source.open(encoding="utf-8") as lines:
            check_lines(lines)
    except UnicodeDecodeError as error:
        raise DatabaseProblem(
            "bad_backup", f"{source} is not a backup of Open Outcry: choose another file."
        ) from error


async def _restore_postgres(url: URL, source: Path, *, force: bool) -> Restored:
    _check_dump(source)
    lane = PostgresLane(postgres_engine(url), 1)
    kept = None
    try:
        if await lane.run(schema.state_now) != schema.NEW:
            if not force:
                raise _exists("this URL")
            kept = await lane.run(_set_schema_aside)
        await lane.run(schema.create_now)
        with source.open(encoding="utf-8") as lines:
            await lane.run(lambda conn: load_now(conn, lines))
        await lane.run(chain.rebuild_now)
        verdict = await lane.run(chain.verify_now)
    finally:
        await lane.close()
    must_be_sound(verdict)
    return Restored(verdict.events, kept, verdict.heads)


def _set_schema_aside(conn: Connection) -> str:
    with conn.begin():
        current = conn.exec_driver_sql("SELECT current_schema()").scalar_one()
        taken = set(conn.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars())
        number = 1
        while (kept := f"{current}_before_{number}") in taken:
            number += 1
        quoted = conn.dialect.identifier_preparer.quote
        conn.exec_driver_sql(f"ALTER SCHEMA {quoted(current)} RENAME TO {quoted(kept)}")
        conn.exec_driver_sql(f"CREATE SCHEMA {quoted(current)}")
    return kept


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
