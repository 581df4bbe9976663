"""Brings an older schema to today's with Alembic: a copy first, then one transaction, then the rows again."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from db.chain import rebuild_in
from db.copying import copy_aside
from db.lane import Lane, ThreadLane

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate_now(conn: Connection, revision: str = "head") -> None:
    """Run the migrations up to `revision` in one transaction."""
    with conn.begin():
        _migrate_in(conn, revision)


def upgrade_now(conn: Connection) -> None:
    """Migrate and fill the derived tables anew in one transaction: a process that dies half way leaves the
    older database, never one whose tables are empty (B09)."""
    with conn.begin():
        _migrate_in(conn, "head")
        rebuild_in(conn)


def _migrate_in(conn: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = conn
    command.upgrade(config, revision)


async def upgrade(lane: Lane, path: Path | None) -> Path | None:
    """Upgrade the database behind `lane`. Returns the copy of a SQLite file that was made before."""
    kept = None
    if path is not None and isinstance(lane, ThreadLane):
        kept = await copy_aside(lane, path)
    await lane.run(upgrade_now)
    return kept
