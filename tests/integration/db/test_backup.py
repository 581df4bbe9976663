"""A backup is verified before it is called one, a restore never overwrites, and the desk is the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.backup import backup, restore
from db.chain import verify_now
from db.maintenance import export, rebuild, upgrade, verify
from db.problem import DatabaseProblem
from db.store import open_store
from tests.contract.journal_contract import ANN, append, texts
from tests.unit.db.history import History
from tests.unit.db.rows import derived
from trading.domain.ids import PersonId
from trading.ports import Snapshot

KINDS = ["file", pytest.param("postgres", marks=pytest.mark.pg)]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A desk on each database."""
    if request.param == "postgres":
        found: str = request.getfixturevalue("postgres_url")
        return found
    return f"sqlite:///{tmp_path}/desk.db"


async def lived(url: str, decisions: int = 40) -> dict[str, list[tuple[object, ...]]]:
    store = await open_store(url)
    epoch = await store.journal.next_epoch()
    for one in History(21).appends(decisions):
        await store.journal.append([one], epoch)
    seq, link = (await store.journal.heads())[ANN]
    await store.journal.save_snapshot(Snapshot(ANN, seq, link, b"\x00\xffbook"))
    await store.registers.put_setting(PersonId("ann"), "zone", "UTC")
    rows = await store.reader.run(derived)
    await store.close()
    return rows


async def seen(url: str) -> tuple[object, ...]:
    store = await open_store(url)
    found = (
        [one async for one in store.journal.read(ANN, 0)],
        await store.journal.snapshots(),
        await store.registers.settings(PersonId("ann")),
        await store.reader.run(derived),
    )
    await store.close()
    return found


async def test_a_restored_backup_is_the_same_desk(url: str, tmp_path: Path) -> None:
    await lived(url)
    before = await seen(url)
    saved = await backup(url, tmp_path / "desk.backup")
    assert saved.events == len(before[0])  # type: ignore[arg-type]  # the first is a list
    with pytest.raises(DatabaseProblem) as refused:
        await restore(url, saved.path)
    assert refused.value.code == "exists"
    store = await open_store(url)
    epoch = await store.journal.next_epoch()
    seq, _ = (await store.journal.heads())[ANN]
    await store.journal.append([append(seq, "after the backup")], epoch)
    await store.close()
    restored = await restore(url, saved.path, force=True)
    assert (restored.events, bool(restored.kept)) == (saved.events, True)
    assert await seen(url) == before


async def test_what_was_replaced_is_kept_aside(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    await lived(url)
    saved = await backup(url, tmp_path / "desk.backup")
    store = await open_store(url)
    epoch = await store.journal.next_epoch()
    seq, _ = (await store.journal.heads())[ANN]
    await store.journal.append([append(seq, "newer")], epoch)
    await store.close()
    restored = await restore(url, saved.path, force=True)
    assert restored.kept is not None
    kept = await open_store(restored.kept, read_only=False)
    assert (await texts(kept.journal))[-1] == "newer"
    await kept.close()


async def test_a_backup_beside_a_running_desk(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/desk.db"
    store = await open_store(url)
    epoch = await store.journal.next_epoch()
    await store.journal.append([append(0, "one")], epoch)
    saved = await backup(url, tmp_path / "desk.backup")
    assert saved.events == 1
    with pytest.raises(DatabaseProblem) as refused:
        await restore(url, saved.path, force=True)
    assert refused.value.code == "held"
    await store.close()


@pytest.mark.pg
async def test_a_postgres_backup_restores_into_a_file(postgres_url: str, tmp_path: Path) -> None:
    await lived(postgres_url)
    saved = await backup(postgres_url, tmp_path / "desk.backup")
    await restore(f"sqlite:///{tmp_path}/new/desk.db", saved.path)
    assert await seen(f"sqlite:///{tmp_path}/new/desk.db") == await seen(postgres_url)


async def test_a_backup_is_never_overwritten(url: str, tmp_path: Path) -> None:
    await lived(url, 2)
    (tmp_path / "desk.backup").write_text("precious")
    with pytest.raises(DatabaseProblem, match="exists already"):
        await backup(url, tmp_path / "desk.backup")
    assert (tmp_path / "desk.backup").read_text() == "precious"


async def test_a_damaged_backup_is_not_restored(url: str, tmp_path: Path) -> None:
    await lived(url)
    before = await seen(url)
    saved = await backup(url, tmp_path / "desk.backup")
    whole = saved.path.read_bytes()
    cut, changed = tmp_path / "cut", tmp_path / "changed"
    cut.write_bytes(whole[: len(whole) // 2])
    changed.write_bytes(whole.replace(b"deposit", b"depozit"))
    other = tmp_path / "other"
    other.write_text("something else\n")
    for bad in (cut, changed, other):
        with pytest.raises(DatabaseProblem) as refused:
            await restore(url, bad, force=True)
        assert refused.value.code in {"bad_backup", "backup_unsound"}
    with pytest.raises(DatabaseProblem, match="cannot be read"):
        await restore(url, tmp_path / "none", force=True)
    assert await seen(url) == before


async def test_an_export_is_json_lines_with_decimals_as_text(url: str) -> None:
    await lived(url)
    lines: list[str] = []
    assert await export(url, lines.append) == len(lines) > 0
    events = [json.loads(line, parse_float=_no_float) for line in lines]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["at"] == "2026-01-05T14:30:00Z"
    assert events[1]["event"]["bookings"][0]["value"] == "100000.00"
    assert {len(event["hash"]) for event in events} == {64}
    assert await export(url, lines.append, stream="nobody") == 0


def _no_float(text: str) -> str:
    # Seconds and shares of the old form would show here: money must never be a bare number.
    raise AssertionError(f"{text} is a bare number")


async def test_verify_rebuild_and_upgrade_of_a_sound_desk(url: str) -> None:
    rows = await lived(url)
    verdict = await verify(url)
    assert verdict.is_sound
    assert await rebuild(url) == verdict.events
    assert not (await upgrade(url)).was_older
    store = await open_store(url)
    assert await store.reader.run(derived) == rows
    assert (await store.reader.run(verify_now)).heads == verdict.heads
    await store.close()
