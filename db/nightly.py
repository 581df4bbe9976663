"""The nightly backup: a verified copy under the date's name, and the oldest ones gone."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from db.backup import backup
from db.engine import parsed
from db.problem import DatabaseProblem, problem_of

KEPT = 7
PREFIX = "desk-"


async def nightly(url: str, folder: Path, slot: datetime, *, kept: int = KEPT) -> str:
    """Back up into `folder` as `desk-2026-01-05` and keep the newest `kept`. Returns an empty text, or the
    sentence why there is no new backup. Doing the same slot again changes nothing.

    Only files of that very form are ever removed, and never before the new one is verified. Verifying reads
    every event, so it runs in a thread with a loop of its own: the desk watches its exits meanwhile.
    """
    return await asyncio.to_thread(_nightly_now, url, folder, slot, kept)


def _nightly_now(url: str, folder: Path, slot: datetime, kept: int) -> str:
    is_file = parsed(url).get_backend_name() == "sqlite"
    ending = ".db" if is_file else ".jsonl"
    target = folder / f"{PREFIX}{slot.astimezone(UTC):%Y-%m-%d}{ending}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not target.exists():
            asyncio.run(backup(url, target))
        for old in backups_in(folder)[:-kept]:
            old.unlink(missing_ok=True)
    except DatabaseProblem as problem:
        return str(problem)
    except OSError as error:
        return str(problem_of(error))
    return ""


def backups_in(folder: Path) -> list[Path]:
    """The nightly backups of a folder, oldest first; other files are nobody's business."""
    found = [path for path in folder.glob(f"{PREFIX}*") if _is_ours(path.name)]
    return sorted(found, key=lambda path: path.name)


def _is_ours(name: str) -> bool:
    stem, dot, ending = name.removeprefix(PREFIX).partition(".")
    if not dot or ending not in ("db", "jsonl"):
        return False
    try:
        datetime.strptime(stem, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True
