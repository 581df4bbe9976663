"""The doctor against local servers and real files: every illness is found, with a sentence and a cure."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from bot.conversation.words import CATALOGUE
from bot.main import doctor, doctor_checks
from bot.main.doctor_checks import Finding, Patient, State
from db.checkup import checkup_sqlite
from db.store import open_store
from tests.integration.doctor_stage import TOKEN, made, patient, told

# ------------------------------------------------------------ folder and settings


def test_a_folder_of_its_owner_is_good_and_its_space_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    told(doctor_checks._folder(tmp_path), State.GOOD, "GB free")
    told(doctor_checks._folder(tmp_path / "a" / "b"), State.GOOD, "not there yet")


def test_a_folder_that_others_read_is_looked_at(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    told(doctor_checks._folder(tmp_path), State.LOOK, "chmod 700")


def test_a_folder_without_rights_or_that_is_a_file_is_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    told(doctor_checks._folder(file), State.BAD, "is no folder", "OPENOUTCRY_HOME")
    told(doctor_checks._folder(file / "home"), State.BAD, "cannot be made")
    monkeypatch.setattr(doctor_checks, "may", lambda *_: False)  # tests may run as root, who may everything
    told(doctor_checks._folder(tmp_path), State.BAD, "cannot be read and written", "chown")
    told(doctor_checks._folder(tmp_path / "new"), State.BAD, "cannot be made")


def test_a_disk_that_is_nearly_full_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o700)
    monkeypatch.setattr(doctor_checks, "FREE_MIN_BYTES", 10**18)
    told(doctor_checks._folder(tmp_path), State.BAD, "MB are free", "sends nothing")


async def test_an_env_file_with_secrets_is_its_owners_alone(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text(f"TELEGRAM_BOT_TOKEN={TOKEN}\n")
    env.chmod(0o644)
    finding = await doctor_checks.settings(patient(tmp_path, env_file=env))
    told(finding, State.LOOK, "chmod 600")
    assert TOKEN not in str(finding)
    env.chmod(0o600)
    told(await doctor_checks.settings(patient(tmp_path, env_file=env)), State.GOOD)
    env.write_text("TELEGRAM_BOT_TOKEN=\nLOG_LEVEL=info\n")
    env.chmod(0o644)
    told(await doctor_checks.settings(patient(tmp_path, env_file=env)), State.GOOD)


# ------------------------------------------------------------ database


async def test_a_sound_database_is_counted_and_its_desk_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    told(await doctor_checks.database(patient(home)), State.GOOD, "no database yet")
    await made(home)
    told(await doctor_checks.database(patient(home)), State.GOOD, "sound", "2 events in 1 streams")
    store = await open_store(f"sqlite:///{home / 'desk.db'}")
    try:
        told(await doctor_checks.database(patient(home)), State.GOOD, f"as process {os.getpid()}")
    finally:
        await store.close()
    assert checkup_sqlite(str(home / "desk.db")).holder == 0


def edited(home: Path, *statements: str) -> None:
    """Somebody works on the file by hand."""
    with closing(sqlite3.connect(home / "desk.db", isolation_level=None)) as raw:
        triggers = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE event SET body = replace(body, 'USD', 'EUR') WHERE seq = 2", "not what was written"),
        ("DELETE FROM event WHERE seq = 2", "does not end where its head says"),
        ("UPDATE stream SET hash = 'x'", "does not end where its head says"),
    ],
)
async def test_a_journal_that_was_changed_at_its_end_is_bad(
    tmp_path: Path, statement: str, words: str
) -> None:
    home = tmp_path / "home"
    await made(home)
    edited(home, statement)
    told(await doctor_checks.database(patient(home)), State.BAD, words, "restore")


async def test_an_older_a_newer_and_a_foreign_database_are_told_apart(tmp_path: Path) -> None:
    home = tmp_path / "home"
    await made(home)
    edited(home, "UPDATE alembic_version SET version_num = '0001'")
    told(await doctor_checks.database(patient(home)), State.LOOK, "older schema", "db upgrade")
    edited(home, "UPDATE alembic_version SET version_num = '9999'")
    told(await doctor_checks.database(patient(home)), State.BAD, "newer Open Outcry")
    other = tmp_path / "other"
    other.mkdir()
    with closing(sqlite3.connect(other / "desk.db")) as raw:
        raw.execute("CREATE TABLE notes (x)")
    told(await doctor_checks.database(patient(other)), State.BAD, "another program")


async def test_torn_pages_and_no_database_at_all_are_bad(tmp_path: Path) -> None:
    home = tmp_path / "home"
    await made(home)
    raw = bytearray((home / "desk.db").read_bytes())
    raw[4096:12288] = b"\x5a" * 8192
    (home / "desk.db").write_bytes(raw)
    told(await doctor_checks.database(patient(home)), State.BAD, "damaged")
    (home / "desk.db").write_text("this is no database, and long enough to be read as one")
    told(await doctor_checks.database(patient(home)), State.BAD, "not a database")


async def test_a_database_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    url = "postgresql://desk:geheim123@127.0.0.1:1/desk"
    finding = await doctor_checks.database(patient(tmp_path, store_url=url))
    told(finding, State.BAD, "cannot be reached")
    assert "geheim123" not in str(finding)


# ------------------------------------------------------------ the whole


def cli(home: Path, environ: Mapping[str, str], *flags: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("OPENOUTCRY_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", "doctor", "--home", str(home), *flags],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**clean, "PYTHONPATH": str(Path(__file__).parents[2]), **environ},
    )


def test_a_healthy_machine_gets_one_line_for_each_check(tmp_path: Path) -> None:
    done = cli(tmp_path / "home", {})
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == len(doctor.CHECKS) and all(line[0] in "✓!" for line in lines)
    assert not (tmp_path / "home").exists(), "looking makes nothing"


def test_json_says_the_same_and_the_code_is_one_when_something_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_text("no database at all, but more than sixteen bytes")
    done = cli(tmp_path, {}, "--json")
    body = json.loads(done.stdout)
    assert (done.returncode, body["ok"]) == (1, False)
    assert [one["check"] for one in body["findings"]] == list(doctor.CHECKS)
    (bad,) = [one for one in body["findings"] if one["state"] == "bad"]
    assert bad["check"] == "database"


def test_wrong_settings_are_the_first_thing_it_says(tmp_path: Path) -> None:
    done = cli(tmp_path, {"OPENOUTCRY_CASH": "lots", "OPENOUTCRY_FEE_BSP": "1"})
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "✗ OPENOUTCRY_FEE_BSP is not a setting: did you mean OPENOUTCRY_FEE_BPS?",
        "✗ OPENOUTCRY_CASH is “lots”: write US dollars above 0, such as 10000.",
    ]


def test_a_check_that_hangs_or_breaks_does_not_keep_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: Patient) -> Finding:
        await asyncio.Event().wait()
        raise AssertionError

    async def fail(_: Patient) -> Finding:
        raise ZeroDivisionError("by hand")

    checks = {**doctor.CHECKS, "feed": (hang, 0.05), "zones": (fail, 1.0)}
    monkeypatch.setattr(doctor, "CHECKS", checks)
    findings, is_over = doctor.examined(patient(tmp_path))
    assert is_over and [one.check for one in findings] == list(checks)
    by_name = {one.check: one for one in findings}
    told(by_name["feed"], State.LOOK, "not done after 0.05 s")
    told(by_name["zones"], State.LOOK, "ZeroDivisionError: by hand")
    told(by_name["version"], State.GOOD, "Python")


def test_not_even_a_blocked_thread_keeps_the_process_from_ending(tmp_path: Path) -> None:
    script = (
        "import sys, threading, asyncio\n"
        "from bot.main import doctor, doctor_checks as c\n"
        "async def stuck(p):\n    await asyncio.to_thread(threading.Event().wait)\n"
        "doctor.CHECKS = {**doctor.CHECKS, 'folder': (stuck, 60.0)}\n"
        "doctor.WHOLE_S = 0.5\n"
        "doctor.examined.__defaults__ = (2.5,)\n"
        "from pathlib import Path\n"
        "sys.exit(doctor.doctor({'home': Path(sys.argv[1])}, False, Path('/nonexistent')))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.returncode == 0, done.stderr
    assert "! The check of folder was not done after 2.5 s." in done.stdout


def test_it_is_a_command_like_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["doctor", "--help"])
    assert "--json" in capsys.readouterr().out


def test_every_finding_that_is_not_good_has_a_cure_in_words() -> None:
    english = CATALOGUE["en"]
    cured = {
        key.removesuffix(".cure") for key in english if key.startswith("doctor.") and key.endswith(".cure")
    }
    assert cured <= set(english)
    for key in ("folder.full", "folder.open", "chat.refused", "clock.skew", "ports.taken", "database.fault"):
        assert f"doctor.{key}" in cured
