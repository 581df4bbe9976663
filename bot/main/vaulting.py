"""Opens the desk's vault at a start, and moves into it what an older desk had kept in the clear."""

from __future__ import annotations

import asyncio
from pathlib import Path

from msgspec import Struct

from bot.conversation.factor import SUBJECT, factor_kept, is_clear, keep_factor
from bot.main.vault_anew import ANEW
from bot.settings_model import Settings
from db.master import MASTER_FILE, Master, kept_in, keys_in
from db.scrub import scrub
from db.store import Store
from db.vault import SqlVault
from db.venue_keys import LockedVenueKeys, SqlVenueKeys
from trading.domain.ids import PersonId
from trading.ports import Entropy, Registers, ShutVault, Vault, VaultLocked, VenueKeys
from trading.venue_keys import NoVenueKeys


class OpenedVault(Struct, frozen=True):
    """The vault, and what people must hear of it: `notice` is a code (`vault_made`, `vault_locked`,
    `vault_moved`, `vault_anew`) with its facts; empty when all is as it was. `keys` are those of venues, in
    that vault."""

    vault: Vault
    keys: VenueKeys
    notice: str = ""
    facts: dict[str, str] = {}


async def open_vault(store: Store, registers: Registers, settings: Settings, entropy: Entropy) -> OpenedVault:
    """The vault of the store. One that cannot be opened is a shut one, and the desk starts all the same: what
    guards positions must not wait for a lost key. Raises JournalUnavailable."""
    path, has_ring = settings.home / MASTER_FILE, await store.has_vault()
    # A host that keeps its database on a server may wipe its disk, and a key that was made there with it.
    may_make = store.path is not None and not has_ring
    try:
        master = await asyncio.to_thread(_master, settings, path, entropy, may_make=may_make)
        vault = SqlVault(store.writer, store.reader, entropy, master.keys)
        await vault.settle()
        moved = await _move_in(store, registers, vault)
    except VaultLocked as locked:
        shut = ShutVault(str(locked))
        if store.path is None and not has_ring:
            return OpenedVault(shut, NoVenueKeys(str(locked)))
        keys_shut = LockedVenueKeys(str(locked), store.reader)
        return OpenedVault(shut, keys_shut, "vault_locked", {"why": str(locked)})
    keys = SqlVenueKeys(vault, store.writer, store.reader)
    if master.was_made:
        return OpenedVault(vault, keys, "vault_made", {"path": str(path)})
    if forgotten := await registers.meta(ANEW):
        await registers.put_meta(ANEW, "")
        return OpenedVault(vault, keys, "vault_anew", {"n": forgotten})
    return OpenedVault(vault, keys, "vault_moved" if moved else "", {"path": str(path)})


def _master(settings: Settings, path: Path, entropy: Entropy, *, may_make: bool) -> Master:
    given = settings.master_key.get_secret_value()
    return Master(keys_in(given)) if given else kept_in(path, entropy.token, may_make=may_make)


async def _move_in(store: Store, registers: Registers, vault: Vault) -> int:
    """App secrets that stand in the registers as they are: sealed, then rubbed out of the file. A death in
    between leaves some to the next start."""
    moved = 0
    for name in await store.registers.names(f"{SUBJECT}:"):
        person = PersonId(name.partition(":")[2])
        factor = await factor_kept(registers, person)
        if is_clear(factor):
            await keep_factor(registers, vault, person, factor)
            moved += 1
    if moved:
        await scrub(store.writer)
    return moved
