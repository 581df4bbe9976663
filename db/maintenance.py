"""What an operator does with a database: verify, export, rebuild, upgrade (see `backup` for the rest).

Each function takes a URL, opens what it needs, and returns values; printing is for the command line.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from db import chain
from db.chain import Fault, Verdict
from db.codec import instant
from db.lane import ThreadLane
from db.store import Store, open_store
from db.tables import HEAD_REVISION


class Upgraded(Struct, frozen=True):
    """Whether anything had to be done; `kept` is the copy of a SQLite file that was made first."""

    revision: str
    was_older: bool
    kept: Path | None


async def verify(url: str) -> Verdict:
    """Check the file's pages (SQLite) and the whole hash chain; may run beside the desk."""
    store = await open_store(url, read_only=True)
    try:
        return await _checked(store)
    finally:
        await store.close()


async def _checked(store: Store) -> Verdict:
    if isinstance(store.reader, ThreadLane):
        damage = await store.reader.run_raw(_damage)
        if damage:
            return Verdict(0, 0, {}, Fault("", 0, f"The file is damaged: {damage}."))
    return await store.reader.run(chain.verify_now)


def _damage(raw: sqlite3.Connection) -> str:
    (answer,) = raw.execute("PRAGMA integrity_check(1)").fetchone()
    return "" if answer == "ok" else str(answer).replace("\n", " ")


class ExportedEvent(Struct, frozen=True):
    """One line of an export; `event` is the stored body, untouched."""

    stream: str
    seq: int
    name: str
    version: int
    at: str
    correlation_id: str
    causation_id: str
    event: msgspec.Raw
    hash: str


async def export(url: str, write: Callable[[str], object], *, stream: str = "") -> int:
    """Hand every event of the journal (or of one stream) to `write` as a JSON line; decimals are text.

    Returns how many lines. May run beside the desk.
    """
    store = await open_store(url, read_only=True)
    encoder = msgspec.json.Encoder()
    lines = 0
    try:
        for name in sorted(await store.journal.heads()):
            after = 0
            while not stream or name == stream:
                page = await store.reader.run(
                    lambda conn, name=name, after=after: chain.page_of(conn, name, after)  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
                )
                for row in page:
                    at = instant(row.at).isoformat().replace("+00:00", "Z")
                    body = msgspec.Raw(row.body.encode())
                    line = ExportedEvent(
                        name,
                        row.seq,
                        row.name,
                        row.version,
                        at,
                        row.correlation_id,
                        row.causation_id,
                        body,
                        row.hash,
                    )
                    write(encoder.encode(line).decode() + "\n")
                lines += len(page)
                if len(page) < chain.PAGE:
                    break
                after = page[-1].seq
    finally:
        await store.close()
    return lines


async def rebuild(url: str) -> int:
    """Empty the derived tables and fill them from the events; the desk must not run. Returns how many."""
    store = await open_store(url)
    try:
        return await store.writer.run(chain.rebuild_now)
    finally:
        await store.close()


async def upgrade(url: str) -> Upgraded:
    """Bring the schema to today's (and make a database that is not there yet); the desk must not run."""
    store = await open_store(url)
    await store.close()
    return Upgraded(HEAD_REVISION, store.was_older, store.kept_copy)
