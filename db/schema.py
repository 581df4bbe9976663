"""Is this database ours, and is its schema today's? Creates a new one; upgrading is for `upgrade`."""

from __future__ import annotations

from sqlalchemy import Connection, text

from db.problem import DatabaseProblem
from db.tables import APPLICATION_ID, GUARDS, HEAD_REVISION, METADATA

KNOWN_REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", HEAD_REVISION)
"""All migrations in order; a test compares with the files."""

NEW, CURRENT, OLDER = "new", "current", "older"

_VERSION_TABLE = "alembic_version"


def state_now(conn: Connection) -> str:
    """NEW, CURRENT or OLDER. Raises DatabaseProblem (`foreign_database`, `newer_schema`)."""
    with conn.begin():
        names = _table_names(conn)
        is_ours = conn.dialect.name != "sqlite" or _application_id(conn) == APPLICATION_ID
        if not names and (is_ours or _application_id(conn) == 0):
            return NEW
        if not is_ours or _VERSION_TABLE not in names:
            raise DatabaseProblem(
                "foreign_database",
                "This database belongs to another program: choose another path or database for Open Outcry.",
            )
        revision = conn.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    if revision == HEAD_REVISION:
        return CURRENT
    if revision is None or revision in KNOWN_REVISIONS:
        return OLDER
    raise DatabaseProblem(
        "newer_schema",
        f"This database was written by a newer Open Outcry (schema {revision}): update the program.",
    )


def create_now(conn: Connection) -> None:
    """Make everything in one transaction and note the revision, as if migrated."""
    with conn.begin():
        METADATA.create_all(conn, checkfirst=False)
        guard_now(conn)
        conn.execute(
            text(
                f"CREATE TABLE {_VERSION_TABLE} (version_num VARCHAR(32) NOT NULL, "
                f"CONSTRAINT {_VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
            )
        )
        conn.execute(
            text(f"INSERT INTO {_VERSION_TABLE} (version_num) VALUES (:revision)"),  # noqa: S608 - a constant
            {"revision": HEAD_REVISION},
        )


def guard_now(conn: Connection) -> None:
    """Put the append-only triggers up, and our mark on a SQLite file."""
    for statement in GUARDS[conn.dialect.name]:
        conn.exec_driver_sql(statement)
    if conn.dialect.name == "sqlite":
        conn.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def _table_names(conn: Connection) -> set[str]:
    question = (
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
        if conn.dialect.name == "sqlite"
        else "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    )
    return set(conn.exec_driver_sql(question).scalars())


def _application_id(conn: Connection) -> int:
    if conn.dialect.name != "sqlite":
        return APPLICATION_ID
    found: int = conn.exec_driver_sql("PRAGMA application_id").scalar_one()
    return found
