"""Whatever is wrong with a database at start, a person reads one sentence that names what and what to do."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from db.engine import parsed
from db.problem import DatabaseProblem
from db.store import open_store
from tests.contract.journal_contract import append, texts


async def refusal(url: str, *, read_only: bool = False) -> DatabaseProblem:
    with pytest.raises(DatabaseProblem) as refused:
        await open_store(url, read_only=read_only)
    sentence = refused.value.sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return refused.value


@pytest.mark.parametrize(
    ("typed", "driver"),
    [
        ("sqlite:///x/desk.db", "sqlite+aiosqlite"),
        ("x/desk.db", "sqlite+aiosqlite"),
        ("postgres://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg"),
        ("postgresql+psycopg://u:p@h/d", "postgresql+asyncpg"),
    ],
)
def test_usual_spellings_of_urls_are_understood(typed: str, driver: str) -> None:
    assert parsed(typed).drivername == driver


@pytest.mark.parametrize("typed", ["mysql://h/d", "sqlite://", "sqlite:///:memory:", "http://x", "://", ""])
def test_other_urls_are_refused_with_an_example(typed: str) -> None:
    with pytest.raises(DatabaseProblem, match="DATABASE_URL") as refused:
        parsed(typed)
    assert refused.value.code == "bad_url"


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.write_text("my shopping list, long enough to be taken for something")
    assert (await refusal(str(path))).code == "not_a_database"
    assert path.read_text().startswith("my shopping list")


async def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE trades (id)")
    raw.close()
    assert (await refusal(str(path))).code == "foreign_database"
    raw = sqlite3.connect(path)
    assert list(raw.execute("SELECT name FROM sqlite_master")) == [("trades",)]
    raw.execute("DROP TABLE trades")
    raw.execute("PRAGMA application_id = 99")
    raw.close()
    assert (await refusal(str(path))).code == "foreign_database"


async def test_a_newer_schema_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    await (await open_store(str(path))).close()
    raw = sqlite3.connect(path)
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    assert (await refusal(str(path))).code == "newer_schema"
    assert (await refusal(str(path), read_only=True)).code == "newer_schema"


async def test_reading_a_desk_that_is_not_there(tmp_path: Path) -> None:
    assert (await refusal(str(tmp_path / "none.db"), read_only=True)).code == "missing"
    assert not (tmp_path / "none.db").exists()


async def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "desk.db").mkdir()
    assert (await refusal(str(tmp_path / "desk.db"))).code == "cannot_open"
    (tmp_path / "file").write_text("")
    assert (await refusal(str(tmp_path / "file" / "desk.db"))).code in {"cannot_open", "not_writable"}


PROGRAM = (
    "import asyncio, os, sys\n"
    "from db.problem import DatabaseProblem\n"
    "from db.store import open_store\n"
    # Root may write everywhere, so another user's eyes are needed.
    "if sys.argv[2:] == ['humble'] and os.geteuid() == 0:\n"
    "    os.setuid(65534)\n"
    "async def once():\n"
    "    await (await open_store(sys.argv[1])).close()\n"
    "try:\n"
    "    asyncio.run(once())\n"
    "except DatabaseProblem as problem:\n"
    "    print(problem.code, problem.sentence)\n"
)


def answered(*arguments: str) -> str:
    """What another process is told when it opens a desk."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    for parent in tmp_path.parents:
        if parent.name.startswith("pytest-"):
            parent.chmod(0o755)
    tmp_path.chmod(0o555)
    assert answered(str(tmp_path / "desk.db"), "humble").startswith("not_writable ")


async def test_a_second_process_is_told_who_holds_the_desk(tmp_path: Path) -> None:
    path = str(tmp_path / "desk.db")
    store = await open_store(path)
    answer = answered(path)
    assert answer.startswith("held ")
    assert f"process {os.getpid()}:" in answer
    await store.close()
    assert answered(path) == ""


async def test_reading_goes_on_beside_a_running_desk(tmp_path: Path) -> None:
    path = str(tmp_path / "desk.db")
    store = await open_store(path)
    epoch = await store.journal.next_epoch()
    await store.journal.append([append(0, "one")], epoch)
    beside = await open_store(path, read_only=True)
    assert await texts(beside.journal) == ["one"]
    await store.journal.append([append(1, "two")], epoch)
    assert await texts(beside.journal) == ["one", "two"]
    with pytest.raises(DatabaseProblem) as refused:
        await beside.journal.append([append(2, "three")], epoch)
    assert refused.value.code == "not_writable"
    await beside.close()
    await store.close()


@pytest.mark.pg
async def test_reading_postgres_cannot_write(postgres_url: str) -> None:
    store = await open_store(postgres_url)
    epoch = await store.journal.next_epoch()
    beside = await open_store(postgres_url, read_only=True)
    with pytest.raises(DatabaseProblem) as refused:
        await beside.journal.append([append(0, "one")], epoch)
    assert refused.value.code == "not_writable"
    await beside.close()
    await store.close()


@pytest.mark.pg
async def test_a_postgres_that_is_not_there(postgres_url: str) -> None:
    assert (await refusal("postgres://u:p@127.0.0.1:1/none")).code == "connection"
    assert (await refusal(postgres_url.replace("desk", "none"))).code == "no_such_database"
