"""Migrations make exactly the tables, on both databases, and an older file is copied before it is touched."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from db import schema
from db.chain import verify_now
from db.copying import sound
from db.engine import parsed, postgres_engine, sqlite_lane
from db.lane import Lane, PostgresLane
from db.problem import DatabaseProblem
from db.store import open_store
from db.upgrade import MIGRATIONS, migrate_now
from db.vault import newest_now
from tests.unit.db.history import History
from tests.unit.db.rows import derived
from trading.ports import Place

DESCRIPTIONS = {
    "sqlite": (
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",
        "PRAGMA application_id",
    ),
    "postgresql": (
        "SELECT table_name, column_name, ordinal_position, data_type, numeric_precision, numeric_scale, "
        "is_nullable, column_default FROM information_schema.columns "
        "WHERE table_schema = 'public' ORDER BY 1, 3",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1",
        "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger ORDER BY 1",
        "SELECT proname, prosrc FROM pg_proc WHERE proname = 'refuse_change'",
    ),
}


def described(conn: Connection) -> list[object]:
    with conn.begin():
        return [
            [tuple(row) for row in conn.exec_driver_sql(question)]
            for question in DESCRIPTIONS[conn.dialect.name]
        ]


async def both(made: Lane, migrated: Lane) -> tuple[list[object], list[object]]:
    await made.run(schema.create_now)
    await migrated.run(migrate_now)
    found = (await made.run(described), await migrated.run(described))
    await made.close()
    await migrated.close()
    return found


async def test_migrations_make_the_tables_on_sqlite(tmp_path: Path) -> None:
    lanes = [await sqlite_lane(tmp_path / name, read_only=False, create=True) for name in ("a", "b")]
    made, migrated = await both(*lanes)
    assert _spaceless(made) == _spaceless(migrated)


def _spaceless(found: list[object]) -> str:
    return "".join(str(found).split()).replace("\\n", "").replace("\\t", "")


@pytest.mark.pg
async def test_migrations_make_the_tables_on_postgres(postgres_server: Callable[[], str]) -> None:
    lanes = [PostgresLane(postgres_engine(parsed(postgres_server())), 1) for _ in range(2)]
    made, migrated = await both(*lanes)
    assert made == migrated


def test_known_revisions_are_the_files() -> None:
    files = sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py"))
    assert tuple(files) == schema.KNOWN_REVISIONS


async def older(lane: Lane) -> None:
    """A desk of the first revision, with a history but without derived tables."""
    await lane.run(schema.create_now)
    await lane.run(_without_ledger)


def _without_ledger(conn: Connection) -> None:
    from db.tables import AUTOMATIC, CHATS, DERIVED, SECRETS

    with conn.begin():
        for table in (*DERIVED, *CHATS, *SECRETS, *AUTOMATIC):
            conn.exec_driver_sql(f"DROP TABLE {table.name}")
        conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")


async def lived(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Write a history, and tell the rows that it made."""
    store = await open_store(url)
    epoch = await store.journal.next_epoch()
    for one in History(9).appends(60):
        await store.journal.append([one], epoch)
    rows = await store.reader.run(derived)
    await store.close()
    return rows


async def aged(url: str) -> None:
    store = await open_store(url)
    await store.writer.run(_without_ledger)
    await store.close()


async def test_an_older_file_is_copied_and_upgraded(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    rows = await lived(url)
    await aged(url)
    with pytest.raises(DatabaseProblem, match="db upgrade"):
        await open_store(url, read_only=True)
    store = await open_store(url)
    assert store.was_older
    assert await store.reader.run(derived) == rows
    await store.close()
    assert store.kept_copy is not None
    copy = sqlite3.connect(store.kept_copy)
    assert copy.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
    assert copy.execute("SELECT count(*) FROM event").fetchone()[0] == sound(store.kept_copy).events > 0
    copy.close()
    again = await open_store(url)
    assert not again.was_older
    await again.close()


async def test_versions_of_secrets_that_are_there_are_known_after_an_upgrade(tmp_path: Path) -> None:
    lane = await sqlite_lane(tmp_path / "desk.db", read_only=False, create=True)
    await lane.run(lambda conn: migrate_now(conn, "0008"))

    def sealed(conn: Connection) -> None:
        with conn.begin():
            conn.exec_driver_sql("INSERT INTO secret VALUES ('ann', 'factor', 'totp', 4, 1, x'00')")

    await lane.run(sealed)
    await lane.close()
    store = await open_store(f"sqlite:///{tmp_path}/desk.db")
    assert store.was_older
    assert await store.reader.run(lambda conn: newest_now(conn, Place("ann", "factor", "totp"))) == 4
    await store.close()


@pytest.mark.pg
async def test_an_older_postgres_is_upgraded(postgres_url: str) -> None:
    rows = await lived(postgres_url)
    await aged(postgres_url)
    store = await open_store(postgres_url)
    assert store.was_older
    assert await store.reader.run(derived) == rows
    assert (await store.reader.run(verify_now)).is_sound
    await store.close()


Opened = Callable[[str], Awaitable[object]]


async def test_a_failing_upgrade_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    await lived(url)
    await aged(url)
    # A table that stands in the way stops the migration half-way through its statements.
    raw = sqlite3.connect(tmp_path / "desk.db")
    raw.execute("CREATE TABLE position_row (x)")
    before = list(raw.execute("SELECT name FROM sqlite_master ORDER BY name"))
    with pytest.raises(DatabaseProblem, match="already exists"):
        await open_store(url)
    assert list(raw.execute("SELECT name FROM sqlite_master ORDER BY name")) == before
    raw.execute("DROP TABLE position_row")
    raw.commit()
    raw.close()
    store = await open_store(url)
    assert (await store.reader.run(verify_now)).is_sound
    await store.close()
