"""Keys of venues: whole or not at all, bound to their places, readable all through a change of the ring."""

from __future__ import annotations

import copy
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from msgspec import json
from sqlalchemy import Connection, Table, delete, insert, select, update

from db import tables as t
from db.store import Store
from db.vault import STEP, SqlVault
from db.venue_keys import LockedVenueKeys, SqlVenueKeys
from tests.contract.stores import store
from tests.contract.test_vault_contract import MASTER, DyingLane, Killed, vault_of
from trading.domain.ids import AccountId, PersonId
from trading.ports import Credentials, VaultLocked, VenueKeys
from trading.venue_keys import Fitness, KeyCheck, NewKey, NoVenueKeys

__all__ = ["store"]

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
LATER = datetime(2026, 1, 6, 12, tzinfo=UTC)
ANN, BOB = PersonId("ann"), PersonId("bob")
SPOT = AccountId("binance-paper")
FIT = KeyCheck(AT, Fitness.FIT, may_trade=True, may_withdraw=False)
KEY, SECRET = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A", "NhqPtmdSJYdKjVHjA7PZj4"


def keys_in(store: Store, seed: int = 1, vault: SqlVault | None = None) -> SqlVenueKeys:
    return SqlVenueKeys(vault or vault_of(store, MASTER, seed=seed), store.writer, store.reader)


def new(account: AccountId = SPOT, owner: PersonId = ANN, environment: str = "paper") -> NewKey:
    return NewKey(account, owner, "binance", environment)


async def opened(keys: VenueKeys, account: AccountId = SPOT) -> tuple[str, str, str] | None:
    found = await keys.keys_of(account)
    return None if found is None else (found.key, found.secret, found.passphrase)


async def spoil(store: Store, table: Table, **values: object) -> None:
    """Somebody else writes into all rows of a table."""

    def write(conn: Connection) -> None:
        with conn.begin():
            conn.execute(update(table).values(**values))

    await store.writer.run(write)


async def test_a_key_is_kept_shown_by_its_end_and_removed_with_all_that_it_had(store: Store) -> None:
    keys: VenueKeys = keys_in(store)
    assert (await keys.keys_of(SPOT), await keys.shown(SPOT)) == (None, None)
    kept = await keys.keep(new(), Credentials(KEY, SECRET), FIT, AT)
    assert (kept.tail, kept.version, kept.environment, kept.fitness) == ("Eh8A", 1, "paper", Fitness.FIT)
    assert await keys.shown(SPOT) == kept
    assert await opened(keys_in(store, seed=2)) == (KEY, SECRET, "")
    assert SECRET not in json.encode(kept).decode() and KEY not in json.encode(kept).decode()
    assert await keys.remove(SPOT)
    assert (await keys.keys_of(SPOT), await keys.shown(SPOT), await keys.remove(SPOT)) == (None, None, False)
    assert await rows_of(store, t.SECRET) == 0


async def rows_of(store: Store, table: Table) -> int:
    def count(conn: Connection) -> int:
        with conn.begin():
            return len(conn.execute(select(table)).all())

    return await store.reader.run(count)


async def test_a_newer_key_takes_the_place_of_the_older_whole(store: Store) -> None:
    keys = keys_in(store)
    await keys.keep(new(), Credentials(KEY, SECRET, "three words"), FIT, AT)
    again = await keys.keep(new(environment="live"), Credentials("AK" * 8, "s2"), FIT, LATER)
    assert (again.version, again.environment, again.entered_at) == (2, "live", LATER)
    assert await opened(keys) == ("AK" * 8, "s2", "")
    assert await rows_of(store, t.SECRET) == 2, "nothing of the older one is left"


async def test_everybody_sees_their_own_and_nobody_takes_over_another_persons_account(store: Store) -> None:
    keys = keys_in(store)
    await keys.keep(new(), Credentials(KEY, SECRET), FIT, AT)
    await keys.keep(new(AccountId("alpaca"), BOB), Credentials("PK" + KEY, "b"), FIT, AT)
    assert [one.account for one in await keys.all_shown(BOB)] == ["alpaca"]
    assert [one.owner for one in await keys.all_shown()] == [ANN, BOB]
    with pytest.raises(ValueError, match="somebody else"):
        await keys.keep(new(owner=BOB), Credentials("x", "y"), FIT, AT)
    assert await opened(keys) == (KEY, SECRET, "")


async def test_what_a_check_found_is_kept_for_the_key_that_was_checked(store: Store) -> None:
    keys = keys_in(store)
    await keys.keep(new(), Credentials(KEY, SECRET), FIT, AT)
    bad = KeyCheck(LATER, Fitness.UNFIT, True, True, False, "withdraws", "The key may withdraw.")
    assert await keys.note_check(SPOT, 1, bad)
    shown = await keys.shown(SPOT)
    assert shown is not None and shown.check == bad and shown.fitness is Fitness.UNFIT
    await keys.keep(new(), Credentials(KEY, "other"), FIT, LATER)
    assert not await keys.note_check(SPOT, 1, bad), "that was the older key"
    assert not await keys.note_check(AccountId("none"), 1, bad)


@pytest.mark.parametrize(
    "values",
    [
        {"owner": "bob"},
        {"venue": "kraken"},
        {"environment": "live"},
        {"account": "binance-2"},
        {"version": 2},
    ],
    ids=["owner", "venue", "environment", "account", "version"],
)
async def test_a_changed_row_opens_nothing(store: Store, values: dict[str, object]) -> None:
    keys = keys_in(store)
    await keys.keep(new(), Credentials(KEY, SECRET), FIT, AT)
    await spoil(store, t.VENUE_KEY, **values)
    with pytest.raises(VaultLocked) as problem:
        await keys.keys_of(AccountId(str(values.get("account", SPOT))))
    assert SECRET not in str(problem.value)


async def test_secrets_of_two_accounts_do_not_change_places(store: Store) -> None:
    keys, other = keys_in(store), AccountId("binance-2")
    await keys.keep(new(), Credentials(KEY, SECRET), FIT, AT)
    await keys.keep(new(other), Credentials("K" * 64, "second"), FIT, AT)

    def swap(conn: Connection) -> None:
        column = t.SECRET.c
        mine, theirs = (f"venue/binance/paper/{one}" for one in (SPOT, other))
        with conn.begin():
            for old, fresh in ((mine, "aside"), (theirs, mine), ("aside", theirs)):
                conn.execute(update(t.SECRET).where(column.subject == old).values(subject=fresh))

    await store.writer.run(swap)
    for account in (SPOT, other):
        with pytest.raises(VaultLocked, match="not what was sealed there"):
            await keys.keys_of(account)


async def test_an_older_secret_beside_a_newer_key_opens_nothing(store: Store) -> None:
    """Whoever has a backup puts the row of the secret back that a newer one has replaced."""
    keys = keys_in(store)
    await keys.keep(new(), Credentials(KEY, SECRET), FIT, AT)

    def secret_row(conn: Connection) -> dict[str, object]:
        with conn.begin():
            found = conn.execute(select(t.SECRET).where(t.SECRET.c.field == "secret")).one()
            return dict(found._mapping)

    old = await store.reader.run(secret_row)
    await keys.keep(new(), Credentials(KEY, "newer"), FIT, LATER)

    def put_back(conn: Connection) -> None:
        with conn.begin():
            conn.execute(update(t.SECRET).where(t.SECRET.c.field == "secret").values(**old))

    await store.writer.run(put_back)
    with pytest.raises(VaultLocked, match="entered last"):
        await keys.keys_of(SPOT)


async def rows_in(store: Store, *tables: Table) -> dict[str, list[dict[str, object]]]:
    """All rows of these tables, as somebody copies them."""

    def read(conn: Connection) -> dict[str, list[dict[str, object]]]:
        with conn.begin():
            return {one.name: [dict(row._mapping) for row in conn.execute(select(one))] for one in tables}

    return await store.reader.run(read)


async def put_back(store: Store, rows: dict[str, list[dict[str, object]]]) -> None:
    """The copied rows in the place of what is there."""

    def write(conn: Connection) -> None:
        with conn.begin():
            for name, held in rows.items():
                table = t.METADATA.tables[name]
                conn.execute(delete(table))
                conn.execute(insert(table), held)

    await store.writer.run(write)


async def test_no_version_comes_twice_however_a_key_comes_and_goes(store: Store) -> None:
    keys = keys_in(store)
    seen = []
    for number in range(3):
        seen.append((await keys.keep(new(), Credentials(KEY, f"s{number}"), FIT, AT)).version)
        await keys.remove(SPOT)
    seen.append((await keys.keep(new(environment="live"), Credentials(KEY, "live"), FIT, AT)).version)
    seen.append((await keys.keep(new(environment="live"), Credentials(KEY, "again"), FIT, AT)).version)
    assert seen[:3] == [1, 3, 5], "removing takes one, too"
    assert seen[3:] == [1, 2], "the other side is another place: nothing of this one opens there"


async def test_the_rows_of_a_removed_key_open_nothing_beside_the_new_one(store: Store) -> None:
    """Whoever can write into the database has copied key and secret, and puts both tables back."""
    keys = keys_in(store)
    await keys.keep(new(), Credentials(KEY, SECRET), FIT, AT)
    old = await rows_in(store, t.VENUE_KEY, t.SECRET)
    await keys.remove(SPOT)
    await put_back(store, old)
    with pytest.raises(VaultLocked, match="entered last"):
        await keys.keys_of(SPOT)
    await keys.remove(SPOT)
    await keys.keep(new(), Credentials("N" * 64, "new"), FIT, LATER)
    await put_back(store, old)
    with pytest.raises(VaultLocked, match="entered last"):
        await keys.keys_of(SPOT)
    assert (await keys.keep(new(), Credentials("M" * 64, "newest"), FIT, LATER)).version > 3
    assert await opened(keys) == ("M" * 64, "newest", "")


async def test_keys_of_a_locked_vault_are_known_and_neither_opened_nor_kept(store: Store) -> None:
    await keys_in(store).keep(new(), Credentials(KEY, SECRET), FIT, AT)
    locked: VenueKeys = LockedVenueKeys("The key is gone.", store.reader)
    assert [one.account for one in await locked.all_shown()] == [SPOT]
    assert [one.account for one in await locked.all_shown(BOB)] == []
    assert await locked.keys_of(AccountId("none")) is None
    with pytest.raises(VaultLocked, match="is gone"):
        await locked.keys_of(SPOT)
    with pytest.raises(VaultLocked, match="is gone"):
        await locked.keep(new(), Credentials("N" * 64, "new"), FIT, LATER)
    assert await opened(keys_in(store)) == (KEY, SECRET, "")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_death_while_a_key_is_replaced_leaves_the_old_pair_or_the_new_one(
    store: Store, after: bool
) -> None:
    await keys_in(store).keep(new(), Credentials(KEY, SECRET), FIT, AT)
    dying = SqlVenueKeys(
        vault_of(store, MASTER, seed=5), DyingLane(store.writer, 0, after=after), store.reader
    )
    with pytest.raises(Killed):
        await dying.keep(new(), Credentials("N" * 64, "new"), FIT, LATER)
    assert await opened(keys_in(store)) == (("N" * 64, "new", "") if after else (KEY, SECRET, ""))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(5))
async def test_every_key_opens_through_a_rotation_that_is_killed_anywhere(
    store: Store, step: int, after: bool
) -> None:
    """Two secrets a key, so that two lots are moved: at each death all keys open, and one is replaced."""
    accounts = [AccountId(f"binance-{number}") for number in range(STEP // 2 + 1)]
    for account in accounts:
        await keys_in(store).keep(new(account), Credentials(KEY, f"secret of {account}"), FIT, AT)
    dying = vault_of(store, MASTER, seed=9, writer=DyingLane(store.writer, step, after=after))
    with pytest.raises(Killed):
        await dying.rotate()
    reborn = keys_in(store, seed=10)
    for account in accounts:
        assert await opened(reborn, account) == (KEY, f"secret of {account}", "")
    await reborn.keep(new(accounts[0]), Credentials(KEY, "meanwhile"), FIT, LATER)
    await vault_of(store, MASTER, seed=11).rotate()
    assert await opened(reborn, accounts[0]) == (KEY, "meanwhile", "")
    assert await opened(reborn, accounts[-1]) == (KEY, f"secret of {accounts[-1]}", "")
    assert await rows_of(store, t.VAULT_KEY) == 1


async def test_a_key_that_still_guards_a_secret_is_never_dropped(store: Store) -> None:
    """Another process has sealed under the older key after the rotation's last look."""
    keys, vault = keys_in(store), vault_of(store, MASTER)
    await keys.keep(new(), Credentials(KEY, SECRET), FIT, AT)
    with pytest.raises(Killed):
        await vault_of(store, MASTER, seed=3, writer=DyingLane(store.writer, 1, after=False)).rotate()

    def end(conn: Connection) -> None:
        with conn.begin():
            vault._end_rotation(conn)

    await store.writer.run(end)
    assert await opened(keys) == (KEY, SECRET, "")


def test_credentials_say_nothing_of_themselves() -> None:
    held = Credentials(KEY, SECRET, "three words")
    told = [repr(held), str(held), f"{held}", str([held])]
    try:
        raise RuntimeError(held)
    except RuntimeError as error:
        told += ["".join(traceback.format_exception(error))]
    for text in told:
        assert KEY not in text and SECRET not in text and "three words" not in text
    for copied in (copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="neither copied"):
            copied(held)
    with pytest.raises(TypeError):
        json.encode(held)
    assert not hasattr(held, "__dict__")


def test_wiped_credentials_hold_nothing() -> None:
    with Credentials(KEY, SECRET) as held:
        inside = held._held
        assert held.tail == "Eh8A" and held.secret == SECRET
    assert all(not any(one) for one in inside), "overwritten, not only let go"
    with pytest.raises(AssertionError, match="wiped"):
        _ = held.secret


def test_of_a_short_key_nothing_is_shown() -> None:
    assert Credentials("short", "s").tail == ""


async def test_a_desk_without_a_vault_has_no_keys_and_keeps_none() -> None:
    keys: VenueKeys = NoVenueKeys()
    assert await keys.keys_of(SPOT) is None and await keys.all_shown() == ()
    assert not await keys.remove(SPOT) and not await keys.note_check(SPOT, 1, FIT)
    with pytest.raises(VaultLocked):
        await keys.keep(new(), Credentials(KEY, SECRET), FIT, AT)


def takes(make: Callable[[Store], VenueKeys]) -> Callable[[Store], VenueKeys]:
    """The type checker's proof that the store's keys are the port."""
    return make


PORT = takes(keys_in)
