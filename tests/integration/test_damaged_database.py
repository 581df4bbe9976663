"""What can happen to a desk's file: locked, torn, changed, put back to an earlier day (B01, B06, B07)."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUY = "/buy BTC 1000 tp 2% sl 1%\n1\n"


def desk(home: Path, lines: str = "/positions\n") -> subprocess.CompletedProcess[str]:
    """One life of a real desk that reads these lines."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "run", "--once"],
        cwd=ROOT,
        env={**os.environ, "OPENOUTCRY_HOME": str(home), "PYTHONHASHSEED": "0"},
        input=lines,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of a desk that holds something and has ended well."""
    done = desk(tmp_path, BUY)
    assert done.returncode == 0, done.stdout + done.stderr
    return tmp_path


def changed(home: Path, statement: str) -> None:
    """Change what is written, as whoever has the file can."""
    with closing(sqlite3.connect(home / "desk.db")) as raw:
        triggers = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (trigger,) in triggers:
            raw.execute(f"DROP TRIGGER {trigger}")
        raw.execute("DELETE FROM snapshot")
        raw.execute(statement)
        raw.commit()


def tear_a_page(home: Path) -> None:
    path = home / "desk.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size))


def change_an_event(home: Path) -> None:
    changed(home, "UPDATE event SET body = body || ' ' WHERE stream = 'paper' AND seq = 3")


@pytest.mark.parametrize(
    "damage, says", [(tear_a_page, "The database is damaged"), (change_an_event, "was changed at event 3")]
)
def test_a_damaged_desk_starts_shows_its_venue_and_sends_nothing(
    home: Path, damage: Callable[[Path], None], says: str
) -> None:
    damage(home)
    tape = (home / "paper.tape").read_bytes()
    seen = desk(home, "/positions\n/buy BTC 1000\n1\n")
    assert seen.returncode == 4
    assert "Safe mode: nothing is sent" in seen.stdout
    assert says in seen.stdout
    assert "BTC/USD" in seen.stdout
    assert "openoutcry restore" in seen.stdout
    # Nothing new came to the venue, whatever it did by itself.
    assert (home / "paper.tape").read_bytes().count(b'"Taken"') == tape.count(b'"Taken"')


def test_a_damaged_desk_speaks_the_language_in_which_its_operator_was_served_last(home: Path) -> None:
    assert desk(home, "/settings language de\n").returncode == 0
    tear_a_page(home)
    seen = " ".join(desk(home, "/positions\n").stdout.split())
    assert "Notbetrieb: nichts wird gesendet" in seen and "Die Datenbank ist beschädigt" in seen
    assert "Was die Börse selbst hält" in seen and "openoutcry restore" in seen
    assert "Safe mode" not in seen and "damaged" not in seen


def test_a_copy_of_yesterday_is_noticed_and_opens_nothing(home: Path) -> None:
    kept = home / "kept.db"
    with closing(sqlite3.connect(home / "desk.db")) as raw, closing(sqlite3.connect(kept)) as copy:
        raw.backup(copy)
    assert desk(home, BUY).returncode == 0
    for ending in ("", "-wal", "-shm"):
        (home / f"desk.db{ending}").unlink(missing_ok=True)
    shutil.copy(kept, home / "desk.db")
    seen = desk(home, BUY + "/status\n")
    assert "the database was put back to an earlier day" in " ".join(seen.stdout.split())
    assert "Bought" not in seen.stdout
    # Once somebody has looked and resumed, it is the desk that is compared with from now on.
    again = desk(home, "/resume desk looked at the venue\n1\n/status\n")
    assert again.returncode == 0
    quiet = desk(home, "/status\n")
    assert "put back" not in quiet.stdout


def test_a_torn_end_of_the_log_is_noticed_by_the_anchor(home: Path) -> None:
    (home / "desk.anchor").write_text((home / "desk.anchor").read_text().replace('"paper":[', '"paper":[9'))
    seen = desk(home, "/status\n")
    assert "the database was put back to an earlier day" in " ".join(seen.stdout.split())


def test_another_program_that_holds_the_file_stops_the_order_and_not_the_desk(home: Path) -> None:
    with closing(sqlite3.connect(home / "desk.db", isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        seen = desk(home, "/status\n")
        raw.execute("ROLLBACK")
    assert seen.returncode == 4
    assert "The database is in use by another program" in seen.stderr
    assert desk(home, "/status\n").returncode == 0
