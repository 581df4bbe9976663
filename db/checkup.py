"""A look at a database that changes nothing: is it there, ours, current, whole at its end, and who holds it?

Unlike `maintenance.verify` it does not walk the whole chain: pages are checked quickly, of every stream only
the end. Beside a running desk it is just one more reader.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, func, select

from db import schema
from db import tables as t
from db.chain import streams_now
from db.codec import chained
from db.engine import configure, parsed, postgres_engine, prepare_file, sqlite_path, sqlite_uri
from db.journal import rows_after
from db.lane import DRIVER_ERRORS, PostgresLane, sync_engine
from db.problem import problem_of

TAIL = 100
"""So many events at the end of each stream are hashed again."""


class Checkup(Struct, frozen=True):
    """What was seen. `state` is new, current or older; `fault` a sentence, empty when nothing is wrong;
    `holder` the process that runs a desk on it (SQLite), 0 for none."""

    state: str
    events: int = 0
    streams: int = 0
    fault: str = ""
    holder: int = 0


def checkup_sqlite(url: str) -> Checkup:
    """Look at a SQLite file; may take seconds on a large one. Raises DatabaseProblem."""
    path = sqlite_path(parsed(url))
    prepare_file(path, read_only=True)
    try:
        raw = sqlite3.connect(sqlite_uri(path, "ro"), uri=True, isolation_level=None, check_same_thread=False)
        with closing(raw):
            configure(raw, read_only=True)
            (answer,) = raw.execute("PRAGMA quick_check(1)").fetchone()
            if answer != "ok":
                return Checkup("", fault=" ".join(str(answer).split()), holder=holder_of(path))
            with sync_engine(raw, "BEGIN").connect() as conn:
                found = _looked(conn)
    except DRIVER_ERRORS as error:
        raise problem_of(error) from error
    return Checkup(found.state, found.events, found.streams, found.fault, holder_of(path))


async def checkup_postgres(url: str) -> Checkup:
    """The same of PostgreSQL, without its pages: the server looks after those. Raises DatabaseProblem."""
    lane = PostgresLane(postgres_engine(parsed(url), read_only=True), 1)
    try:
        return await lane.run(_looked)
    finally:
        await lane.close()


def is_sqlite(url: str) -> bool:
    """Which of the two it is. Raises DatabaseProblem for an address that is neither."""
    return parsed(url).get_backend_name() == "sqlite"


def holder_of(path: Path) -> int:
    """The process that holds the desk's lock; 0 when nobody does."""
    lock = path.with_name(path.name + ".lock")
    try:
        handle = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        text = os.read(handle, 32).decode(errors="replace").strip()
        return int(text) if text.isdigit() else -1
    finally:
        os.close(handle)
    return 0


def _looked(conn: Connection) -> Checkup:
    state = schema.state_now(conn)
    if state != schema.CURRENT:
        return Checkup(state)
    with conn.begin():
        heads = streams_now(conn)
        events = conn.execute(select(func.count()).select_from(t.EVENT)).scalar_one()
        for stream, (seq, link) in heads.items():
            fault = _end_fault(conn, stream, seq, link)
            if fault:
                return Checkup(state, events, len(heads), fault)
    return Checkup(state, events, len(heads))


def _end_fault(conn: Connection, stream: str, head: int, link: str) -> str:
    """What is wrong with a stream's last events; empty when they lead to its head."""
    after = max(0, head - TAIL - 1)
    rows = rows_after(conn, stream, after, TAIL + 2)
    before = "" if after == 0 else None
    for row in rows:
        if before is not None:
            seq, name, version, at, correlation, causation, body, stored = row
            if chained(before, stream, seq, name, version, at, correlation, causation, body) != stored:
                return f"event {seq} of {stream} is not what was written"
        before = row.hash
    if (rows[-1].seq if rows else 0) != head or (before or "") != link:
        return f"{stream} does not end where its head says"
    return ""
