"""B09: the process is killed before each statement of an upgrade; the next start does it again, whole."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

from db.engine import configure
from db.lane import InlineLane
from db.store import open_store
from db.upgrade import upgrade_now
from tests.integration.db.test_schema import aged, lived
from tests.unit.db.rows import derived

STATEMENTS_MIN = 40
EACH = 60


def upgraded_until(path: Path, last: int) -> bool:
    """Upgrade in a process of its own that is killed before its statement number `last`; True when it came
    to its end before."""
    child = os.fork()
    if child == 0:
        seen = 0

        def count(_: str) -> None:
            nonlocal seen
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)

        raw = sqlite3.connect(path, isolation_level=None)
        configure(raw, read_only=False)
        raw.set_trace_callback(count)
        InlineLane(raw).run_now(upgrade_now)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == 0


def revision(path: Path) -> str:
    with closing(sqlite3.connect(path)) as raw:
        (found,) = raw.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found)


async def finished(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a start makes of it."""
    store = await open_store(f"sqlite:///{path}")
    try:
        return await store.reader.run(derived)
    finally:
        await store.close()


def test_an_upgrade_that_is_killed_anywhere_is_done_again(tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    rows = asyncio.run(lived(f"sqlite:///{made}"))
    asyncio.run(aged(f"sqlite:///{made}"))
    with closing(sqlite3.connect(made)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = tmp_path / "desk.db"
    last = 0
    while True:
        # The rows at its end are many and alike.
        last += 1 if last < EACH else 9
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        shutil.copy(made, path)
        if upgraded_until(path, last):
            break
        assert revision(path) == "0001", f"killed before statement {last}, half of it stands"
        if last % 13 == 0:
            assert asyncio.run(finished(path)) == rows
    assert last > STATEMENTS_MIN
    assert asyncio.run(finished(path)) == rows
