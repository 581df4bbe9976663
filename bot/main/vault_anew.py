"""The way on when the master key is lost for good: what it alone opened is forgotten, and a new key seals.

Only for a vault that does not open, and never by itself: whoever finds the key again has everything back. A
backup of before is written first, for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bot.conversation.factor import SEALED, SUBJECT, factor_kept, keep_factor
from bot.settings_model import Settings
from db.backup import backup
from db.master import MASTER_FILE, Master, kept_in, keys_in
from db.scrub import scrub
from db.store import Store
from db.vault import SqlVault
from trading.domain.ids import PersonId
from trading.ports import Clock, Entropy, ShutVault, VaultLocked, VenueKey

ANEW = "vault.anew"
"""The fact that the next start tells, as how many secrets were forgotten; empty once it was told."""


class Anew(Struct, frozen=True):
    """What was forgotten: so many `secrets`. `keys` wait to be entered again, `people` to set up their app
    again; `copy` is the backup of before, `path` where a new master key stands (empty: it was given)."""

    secrets: int
    keys: tuple[VenueKey, ...]
    people: tuple[PersonId, ...]
    copy: Path
    path: str


async def opens(store: Store, settings: Settings, entropy: Entropy) -> bool:
    """Whether the vault opens with the master key that there is: then nothing is lost."""
    try:
        await _vault(store, entropy, _master(settings, entropy.token, may_make=False)).settle()
    except VaultLocked:
        return False
    return True


async def begin_anew(
    store: Store, settings: Settings, clock: Clock, entropy: Entropy, keys: tuple[VenueKey, ...]
) -> Anew:
    """Back up, make the key where there is none, forget the ring and all under it, and the apps that can be
    checked no more; a PIN stays. A death in between leaves the old vault, or the new one.

    Raises VaultLocked where there can be no key (a file that is no key, a server without a given one), and
    DatabaseProblem.
    """
    folder = settings.home / "backups"
    await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
    may_make = store.path is not None
    master = await asyncio.to_thread(_master, settings, entropy.token, may_make=may_make)
    saved = await backup(settings.store_url, folder / f"before-anew-{clock.now():%Y%m%dT%H%M%SZ}.backup")
    vault = _vault(store, entropy, master)
    secrets = await vault.begin_anew()
    people = await _apps_forgotten(store)
    await store.registers.put_meta(ANEW, str(secrets))
    await scrub(store.writer)
    is_given = bool(settings.master_key.get_secret_value())
    return Anew(secrets, keys, people, saved.path, "" if is_given else str(settings.home / MASTER_FILE))


def _master(settings: Settings, token: Callable[[int], bytes], *, may_make: bool) -> Master:
    given = settings.master_key.get_secret_value()
    return Master(keys_in(given)) if given else kept_in(settings.home / MASTER_FILE, token, may_make=may_make)


def _vault(store: Store, entropy: Entropy, master: Master) -> SqlVault:
    return SqlVault(store.writer, store.reader, entropy, master.keys)


async def _apps_forgotten(store: Store) -> tuple[PersonId, ...]:
    """Whose app proved something: its secret is gone, so nobody could ever prove anything with it again."""
    found = []
    for name in await store.registers.names(f"{SUBJECT}:"):
        person = PersonId(name.partition(":")[2])
        factor = await factor_kept(store.registers, person)
        if SEALED in (factor.totp, factor.waits):
            cleared = replace(factor, totp="", waits="", step=0)
            await keep_factor(store.registers, ShutVault(), person, cleared)
            found.append(person)
    return tuple(found)
