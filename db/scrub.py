"""Rubs out what was deleted or written over: SQLite leaves it in free pages and in its log until then."""

from __future__ import annotations

import sqlite3

from db.lane import Lane, ThreadLane


async def scrub(lane: Lane) -> None:
    """Write the file anew without anything that is no row of today, and empty the log.

    Takes seconds for a large journal, so it is for the rare moment at which a secret was moved. PostgreSQL
    does that by itself in its own time (VACUUM), which nobody can wait for here. Raises DatabaseProblem.
    """
    if isinstance(lane, ThreadLane):
        await lane.run_raw(_scrubbed)


def _scrubbed(raw: sqlite3.Connection) -> None:
    raw.execute("VACUUM")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
