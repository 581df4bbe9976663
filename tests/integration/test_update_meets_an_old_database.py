"""An update whose new files are here already meets the real command on a real, older database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from db.engine import sqlite_lane
from db.upgrade import migrate_now
from tools.update import Done, Update

ROOT = Path(__file__).resolve().parents[2]


async def test_the_command_says_what_the_update_waits_for(tmp_path: Path) -> None:
    lane = await sqlite_lane(tmp_path / "desk.db", read_only=False, create=True)
    await lane.run(lambda conn: migrate_now(conn, "0001"))
    await lane.close()
    said: list[str] = []

    def run(command: Sequence[str]) -> Done:
        if "bot" not in command:
            return Done(0, "")
        ended = subprocess.run(
            list(command),
            cwd=ROOT,
            env={**os.environ, "OPENOUTCRY_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        return Done(ended.returncode, (ended.stdout + ended.stderr).strip())

    assert Update(run, said.append, python=sys.executable).go() == 0, said
    assert said[0].startswith("The new files are here already")
    assert any("a copy of the old file" in line for line in said), said
