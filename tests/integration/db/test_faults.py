"""Disks fill up, files rot, processes die: nothing is half-written or wrongly taken for written."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import OperationalError

from db.chain import verify_now
from db.engine import BUSY_TIMEOUT_MS
from db.problem import CommitUnknown, DatabaseProblem, problem_of
from db.store import Store, memory_store, open_store
from tests.contract.journal_contract import ANN, append, key, stored, texts
from tests.unit.db.history import History
from tests.unit.db.rows import derived
from trading.domain.events import Event
from trading.ports import JournalUnavailable, StaleWriter


async def opened(tmp_path: Path) -> tuple[Store, int]:
    store = await open_store(str(tmp_path / "desk.db"))
    return store, await store.journal.next_epoch()


async def bounded(store: Store, pages: int) -> None:
    """Let the file grow by so many pages and no more: what a full disk looks like."""

    def bound(raw: sqlite3.Connection) -> None:
        (now,) = raw.execute("PRAGMA page_count").fetchone()
        raw.execute(f"PRAGMA max_page_count = {now + pages}")

    await store.writer.run_raw(bound)  # type: ignore[attr-defined]  # a file's writer has it


async def test_a_full_disk_writes_nothing_and_says_so(tmp_path: Path) -> None:
    store, epoch = await opened(tmp_path)
    history = History(1)
    lives = history.appends(400)
    await store.journal.append([next(lives)], epoch)
    await bounded(store, 12)
    before = await store.reader.run(derived)
    heads = dict(await store.journal.heads())
    with pytest.raises(DatabaseProblem) as refused:
        await store.journal.append([next(lives) for _ in range(300)], epoch)
    assert refused.value.code == "disk_full"
    assert not isinstance(refused.value, CommitUnknown)
    assert dict(await store.journal.heads()) == heads
    assert await store.reader.run(derived) == before
    await bounded(store, 100_000)
    again = History(1)
    for one in list(again.appends(301))[1:]:
        await store.journal.append([one], epoch)
    assert (await store.reader.run(verify_now)).is_sound
    await store.close()


async def test_a_disk_that_fills_slowly_never_half_writes(tmp_path: Path) -> None:
    store, epoch = await opened(tmp_path)
    await bounded(store, 30)
    written = 0
    with pytest.raises(JournalUnavailable):
        for one in History(2).appends(2_000):
            await store.journal.append([one], epoch)
            written = one.expected_seq + len(one.entries)
    assert {seq for seq, _ in (await store.journal.heads()).values()} == {written}
    assert len([one async for one in store.journal.read(ANN, 0)]) == written
    assert (await store.reader.run(verify_now)).is_sound
    await store.close()


async def test_a_locked_database_is_named(tmp_path: Path) -> None:
    store, epoch = await opened(tmp_path)
    assert BUSY_TIMEOUT_MS == 5_000
    await store.writer.run_raw(lambda raw: raw.execute("PRAGMA busy_timeout = 20"))  # type: ignore[attr-defined]  # a file's writer has it
    other = sqlite3.connect(tmp_path / "desk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseProblem) as refused:
        await store.journal.append([append(0, "one")], epoch)
    assert refused.value.code == "locked"
    other.execute("ROLLBACK")
    other.close()
    await store.journal.append([append(0, "one")], epoch)
    assert await texts(store.journal) == ["one"]
    await store.close()


async def test_a_second_writer_shows_as_stale(tmp_path: Path) -> None:
    store, epoch = await opened(tmp_path)
    thief = await open_store(str(tmp_path / "desk.db"), lock=False)
    await store.journal.append([append(0, "one")], epoch)
    taken = await thief.journal.next_epoch()
    await thief.journal.append([append(1, "stolen")], taken)
    with pytest.raises(StaleWriter):
        await store.journal.append([append(1, "two")], epoch)
    assert await texts(store.journal) == ["one", "stolen"]
    await thief.close()
    await store.close()


async def test_a_damaged_page_is_found_and_named(tmp_path: Path) -> None:
    store, epoch = await opened(tmp_path)
    for one in History(3).appends(400):
        await store.journal.append([one], epoch)
    await store.close()
    _scribble(tmp_path / "desk.db")
    from db.maintenance import verify

    try:
        verdict = await verify(str(tmp_path / "desk.db"))
        assert not verdict.is_sound
    except DatabaseProblem as problem:
        assert problem.code in {"corrupt", "not_a_database"}


def _scribble(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        for place in range(8192, size - 4096, 16_384):
            file.seek(place)
            file.write(b"\xa5" * 600)


TAMPERING = {
    "edit": "UPDATE event SET body = replace(body, 'halted', 'active') WHERE seq = 3",
    "edit_at": "UPDATE event SET at = at + 1 WHERE seq = 2",
    "edit_name": "UPDATE event SET name = 'LimitChanged' WHERE seq = 2",
    "edit_cause": "UPDATE event SET causation_id = 'other' WHERE seq = 4",
    "delete": "DELETE FROM event WHERE seq = 2",
    "delete_first": "DELETE FROM event WHERE seq = 1",
    "reorder": "UPDATE event SET seq = CASE seq WHEN 2 THEN 1002 WHEN 3 THEN 1003 END WHERE seq IN (2, 3);"
    "UPDATE event SET seq = 3 WHERE seq = 1002; UPDATE event SET seq = 2 WHERE seq = 1003",
    "truncate": "DELETE FROM event WHERE seq > 3",
    "truncate_all": "DELETE FROM event",
    "add": "INSERT INTO event SELECT stream, 6, name, version, at, correlation_id, causation_id, body, hash "
    "FROM event WHERE seq = 5",
    "head": "UPDATE stream SET hash = 'x'",
    "move": "UPDATE event SET stream = 'bob-paper'",
}


@pytest.mark.parametrize("how", sorted(TAMPERING))
async def test_each_kind_of_tampering_is_detected(how: str) -> None:
    store = memory_store()
    epoch = await store.journal.next_epoch()
    await store.journal.append([append(0, "one", "two", "three", "four", "five")], epoch)
    assert (await store.reader.run(verify_now)).is_sound

    def tamper(raw: sqlite3.Connection) -> None:
        raw.execute("DROP TRIGGER event_refuses_update")
        raw.execute("DROP TRIGGER event_refuses_delete")
        raw.executescript(TAMPERING[how])

    store.writer.run_raw_now(tamper)  # type: ignore[attr-defined]  # a memory store's writer has it
    verdict = await store.reader.run(verify_now)
    assert verdict.fault is not None
    assert verdict.fault.stream in {ANN, "bob-paper"}
    assert verdict.fault.sentence.endswith(".")
    await store.close()


async def test_reading_stops_before_a_changed_event() -> None:
    store = memory_store()
    epoch = await store.journal.next_epoch()
    await store.journal.append([append(0, "one", "two", "three")], epoch)

    def tamper(raw: sqlite3.Connection) -> None:
        raw.execute("DROP TRIGGER event_refuses_update")
        raw.execute("UPDATE event SET causation_id = 'x' WHERE seq = 3")

    store.writer.run_raw_now(tamper)  # type: ignore[attr-defined]  # a memory store's writer has it
    with pytest.raises(DatabaseProblem) as refused:
        await stored(store.journal)
    assert refused.value.code == "chain_broken"
    assert "event 3" in refused.value.sentence
    with pytest.raises(DatabaseProblem):
        await stored(store.journal, after=2)
    await store.close()


KILLED = """
import asyncio, sys
from db.store import open_store
from tests.unit.db.history import History

async def main():
    store = await open_store(sys.argv[1])
    epoch = await store.journal.next_epoch()
    heads = await store.journal.heads()
    done = heads.get("ann-paper", (0, ""))[0]
    for one in History(int(sys.argv[2])).appends(100_000):
        if one.expected_seq + len(one.entries) <= done:
            continue
        await store.journal.append([one], epoch)
        print(one.expected_seq + len(one.entries), flush=True)

asyncio.run(main())
"""


@pytest.mark.slow
async def test_ten_kills_leave_exactly_what_was_committed(tmp_path: Path) -> None:
    path = str(tmp_path / "desk.db")
    chance = random.Random(4)
    for _ in range(10):
        told = _killed_after(path, chance.randrange(1, 40))
        store = await open_store(path)
        verdict = await store.reader.run(verify_now)
        assert verdict.is_sound
        assert told <= verdict.events
        events = [one.event async for one in store.journal.read(ANN, 0)]
        truth = History(8)
        expected: list[Event] = []
        decisions = 0
        while len(expected) < len(events):
            expected += truth.next_events()
            decisions += 1
        assert events == expected, "a decision stands whole or not at all"
        rows = await store.ledger.orders([truth.account], limit=100_000)
        assert {row.order.order_id: row.order for row in rows} == truth.book.orders
        used = f"console:{truth.account}:{decisions - 1}"
        assert await store.journal.used(key(used).command_id) is not None
        await store.close()


def _killed_after(path: str, lines: int) -> int:
    """Kill a writer once it has told of so many commits; what it told last."""
    command = [sys.executable, "-c", KILLED, path, "8"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        last = 0
        for _ in range(lines):
            last = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split("\n")
    return max([last, *(int(line) for line in rest[:-1])])


@pytest.mark.pg
async def test_a_connection_lost_before_commit_wrote_nothing(postgres_url: str) -> None:
    store = await open_store(postgres_url)
    epoch = await store.journal.next_epoch()
    await store.journal.append([append(0, "one")], epoch)
    beside = await open_store(postgres_url)

    def pid(conn: object) -> int:
        found: int = conn.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()  # type: ignore[attr-defined]  # a Connection
        return found

    backend = await store.writer.run(pid)
    end = f"SELECT pg_terminate_backend({backend})"
    await beside.reader.run(lambda conn: conn.exec_driver_sql(end).scalar())
    with pytest.raises(JournalUnavailable) as refused:
        await store.journal.append([append(1, "two")], epoch)
    assert not isinstance(refused.value, CommitUnknown)
    await store.journal.append([append(1, "two")], epoch)
    assert await texts(store.journal) == ["one", "two"]
    await beside.close()
    await store.close()


async def test_a_disk_that_is_full_at_commit_wrote_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, epoch = await opened(tmp_path)

    def full(self: object, connection: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("COMMIT", None, error)

    with monkeypatch.context() as patch:
        patch.setattr(DefaultDialect, "do_commit", full)
        with pytest.raises(DatabaseProblem) as refused:
            await store.journal.append([append(0, "one", keys=(key("k"),))], epoch)
    assert refused.value.code == "disk_full"
    assert dict(await store.journal.heads()) == {}
    await store.journal.append([append(0, "one", keys=(key("k"),))], epoch)
    assert await texts(store.journal) == ["one"]
    await store.close()


async def test_an_error_at_commit_is_never_a_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, epoch = await opened(tmp_path)

    def lost(self: object, connection: object) -> None:
        error = OSError("connection reset")
        raise OperationalError("COMMIT", None, error, connection_invalidated=True)

    monkeypatch.setattr(DefaultDialect, "do_commit", lost)
    with pytest.raises(CommitUnknown) as refused:
        await store.journal.append([append(0, "one")], epoch)
    assert "unknown" in refused.value.sentence
    monkeypatch.undo()
    heads = await store.journal.heads()
    await store.journal.append([append(heads.get(ANN, (0, ""))[0], "after")], epoch)
    assert (await texts(store.journal))[-1] == "after"
    await store.close()


def test_a_log_whose_shared_memory_cannot_grow_means_a_full_disk() -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert problem_of(OperationalError("SELECT", None, error)).code == "disk_full"
