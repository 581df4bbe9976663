"""Nightly backups on a real file: one a day, seven kept, nothing else touched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from db.nightly import KEPT, backups_in, nightly
from db.store import open_store

START = datetime(2026, 1, 1, 3, 17, tzinfo=UTC)


async def a_desk(folder: Path) -> str:
    url = f"sqlite:///{folder / 'desk.db'}"
    store = await open_store(url)
    await store.registers.put_meta("made", "yes")
    await store.close()
    return url


async def test_seven_nights_are_kept_and_other_files_are_left_alone(tmp_path: Path) -> None:
    url = await a_desk(tmp_path)
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("desk-mine.db", "desk-2026-13-01.db", "notes.txt", "desk-2025-12-01.db.part"):
        (folder / name).write_text("keep me")
    for day in range(10):
        assert await nightly(url, folder, START + timedelta(days=day)) == ""
    names = [path.name for path in backups_in(folder)]
    assert names == [f"desk-2026-01-{day:02d}.db" for day in range(4, 11)]
    assert len(names) == KEPT
    assert (folder / "desk-mine.db").exists() and (folder / "notes.txt").exists()


async def test_the_same_night_twice_is_one_backup(tmp_path: Path) -> None:
    url = await a_desk(tmp_path)
    folder = tmp_path / "backups"
    assert await nightly(url, folder, START) == ""
    first = (folder / "desk-2026-01-01.db").stat().st_mtime_ns
    assert await nightly(url, folder, START) == ""
    assert (folder / "desk-2026-01-01.db").stat().st_mtime_ns == first


async def test_a_backup_that_cannot_be_written_is_a_sentence_and_costs_no_old_one(tmp_path: Path) -> None:
    url = await a_desk(tmp_path)
    folder = tmp_path / "backups"
    assert await nightly(url, folder, START) == ""
    (tmp_path / "desk.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 4096)
    said = await nightly(url, folder, START + timedelta(days=1))
    assert said.endswith((".", "?")) and len(said.split()) > 3
    assert [path.name for path in backups_in(folder)] == ["desk-2026-01-01.db"]
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert await nightly(url, blocked, START) != ""
