"""Copies of a SQLite file at one consistent moment, and the proof that such a copy is sound."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from db import chain, schema
from db.chain import Verdict
from db.engine import sqlite_uri
from db.lane import DRIVER_ERRORS, InlineLane, ThreadLane
from db.problem import DatabaseProblem, problem_of


def opened(path: Path) -> sqlite3.Connection:
    """A connection that only reads."""
    return sqlite3.connect(sqlite_uri(path, "ro"), uri=True, isolation_level=None)


def copy_now(raw: sqlite3.Connection, target: Path) -> None:
    """Copy all pages of one consistent moment into a new single file, flushed to the disk."""
    try:
        with closing(sqlite3.connect(target, isolation_level=None)) as copy:
            raw.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        flush(target)
    except DRIVER_ERRORS as error:
        raise problem_of(error) from error


def sound(path: Path) -> Verdict:
    """The verdict on a SQLite file. Raises DatabaseProblem (`backup_unsound`) unless everything holds."""
    lane = InlineLane(opened(path))
    try:
        return _proved(lane)
    except DatabaseProblem as found:
        raise unsound_when_damaged(found) from found
    finally:
        lane.close_now()


def _proved(lane: InlineLane) -> Verdict:
    (answer,) = lane.run_raw_now(lambda raw: raw.execute("PRAGMA integrity_check(1)").fetchone())
    if answer != "ok" or lane.run_now(schema.state_now) == schema.NEW:
        raise _damaged()
    return must_be_sound(lane.run_now(chain.verify_now))


def unsound_when_damaged(found: DatabaseProblem) -> DatabaseProblem:
    """The same problem, but said of a backup when it means that the file itself is bad."""
    return _damaged() if found.code in {"corrupt", "not_a_database"} else found


def _damaged() -> DatabaseProblem:
    return DatabaseProblem("backup_unsound", "This backup is damaged: choose another one.")


def must_be_sound(verdict: Verdict) -> Verdict:
    """The verdict itself. Raises DatabaseProblem (`backup_unsound`) when it found a fault."""
    if verdict.fault is not None:
        raise DatabaseProblem(
            "backup_unsound", f"This backup is not sound: {verdict.fault.sentence} Choose another one."
        )
    return verdict


async def copy_aside(lane: ThreadLane, path: Path) -> Path | None:
    """A verified copy beside `path` before something deep is done to it; None when it holds no event."""
    if not await lane.run(chain.count_now):
        return None
    number = 1
    while (kept := path.with_name(f"{path.name}.before-upgrade-{number}")).exists():
        number += 1
    await lane.run_raw(lambda raw: copy_now(raw, kept))
    sound(kept)
    return kept


def flush(path: Path) -> None:
    """Return once the file is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
