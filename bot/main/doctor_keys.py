"""What the doctor asks about secrets: is the master key there, its owner's alone, and does it open them?"""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.main.doctor_checks import Finding, Patient, State, found
from bot.spoken import retold
from db import census
from db.census import Census
from db.master import MASTER_FILE, kept_in, keys_in
from db.problem import DatabaseProblem
from db.vault import name_of
from trading.ports import VaultLocked

BACKUPS = "backups"


async def counted(patient: Patient) -> Census | None:
    """What stands in the database; None where there is none yet, or none that can be counted: the check of
    the database says which."""
    try:
        return await census.taken(patient.store_url)
    except DatabaseProblem:
        return None


async def key(patient: Patient) -> Finding:
    """The master key: given as a setting, or in its file."""
    seen = await counted(patient)
    path = patient.home / MASTER_FILE
    secrets = seen.secrets if seen is not None else 0
    if patient.master_key:
        keys = keys_in(patient.master_key)
        if _opens(seen, keys):
            return found("key", State.GOOD, "doctor.key.given", n=secrets)
        return found("key", State.BAD, "doctor.key.other", where="OPENOUTCRY_MASTER_KEY")
    if not path.exists():
        if seen is not None and seen.masters:
            return found("key", State.BAD, "doctor.key.gone", path=path, n=secrets)
        return found("key", State.GOOD, "doctor.key.none", path=path)
    try:
        master = await asyncio.to_thread(kept_in, path, _none, may_make=False)
    except VaultLocked as locked:
        return found("key", State.BAD, "doctor.key.locked", sentence=retold(str(locked)))
    if not _opens(seen, master.keys):
        return found("key", State.BAD, "doctor.key.other", where=path)
    beside = await asyncio.to_thread(_beside_backups, patient.home)
    if beside is not None:
        return found("key", State.LOOK, "doctor.key.beside", path=beside)
    return found("key", State.GOOD, "doctor.key", path=path, n=secrets)


def _opens(seen: Census | None, keys: tuple[bytes, ...]) -> bool:
    return seen is None or seen.masters <= {name_of(one) for one in keys}


def _beside_backups(home: Path) -> Path | None:
    """A copy of the key that stands with the backups which it opens."""
    folder = home / BACKUPS
    return next(iter(sorted(folder.glob("*.key"))), None) if folder.is_dir() else None


def _none(count: int) -> bytes:
    raise AssertionError("the doctor makes no keys")
