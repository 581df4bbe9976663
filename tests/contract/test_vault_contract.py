"""The vault keeps secrets that open at their own place and nowhere else, under keys that can be changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pytest
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.engine import Dialect

from db import tables as t
from db.lane import Lane, Work
from db.store import Store
from db.vault import KEY_SIZE, STEP, SqlVault, name_of
from tests.contract.stores import store
from trading.entropy import SeededEntropy
from trading.ports import Place, Vault, VaultLocked

__all__ = ["store"]

T = TypeVar("T")
APP = Place("ann", "factor", "totp")
MASTER, OTHER = b"m" * KEY_SIZE, b"o" * KEY_SIZE


def vault_of(store: Store, *masters: bytes, seed: int = 1, writer: Lane | None = None) -> SqlVault:
    return SqlVault(writer or store.writer, store.reader, SeededEntropy(seed), masters or (MASTER,))


async def rows(store: Store) -> tuple[list[int], dict[str, int]]:
    """The ring's keys, and under which each secret is, by tenant."""

    def read(conn: Connection) -> tuple[list[int], dict[str, int]]:
        with conn.begin():
            keys = list(conn.execute(select(t.VAULT_KEY.c.number).order_by(t.VAULT_KEY.c.number)).scalars())
            return keys, {row.tenant: row.key for row in conn.execute(select(t.SECRET))}

    return await store.reader.run(read)


async def spoil(store: Store, **values: object) -> None:
    """Somebody else writes into the rows of all secrets."""

    def write(conn: Connection) -> None:
        with conn.begin():
            conn.execute(update(t.SECRET).values(**values))

    await store.writer.run(write)


async def test_a_secret_is_kept_until_forgotten_and_counts_its_versions(store: Store) -> None:
    vault: Vault = vault_of(store)
    assert await vault.get(APP) is None
    assert await vault.put(APP, "JBSWY3DP") == 1
    assert await vault.put(APP, "GEZDGNBV€") == 2
    assert await vault_of(store, seed=2).get(APP) == "GEZDGNBV€"
    assert await vault.get(Place("bob", "factor", "totp")) is None
    await vault.forget(APP)
    assert await vault.get(APP) is None
    await vault.forget(APP)
    assert await vault.put(APP, "NEW") == 4, "no version comes twice, and being forgotten took the third"


async def row_of_secret(store: Store) -> dict[str, object]:
    """The one that there is."""

    def read(conn: Connection) -> dict[str, object]:
        with conn.begin():
            return dict(conn.execute(select(t.SECRET)).one()._mapping)

    return await store.reader.run(read)


async def put_back(store: Store, row: dict[str, object]) -> None:
    """Somebody who had copied it puts the row there again."""

    def write(conn: Connection) -> None:
        with conn.begin():
            conn.execute(delete(t.SECRET))
            conn.execute(insert(t.SECRET).values(**row))

    await store.writer.run(write)


async def test_a_secret_that_was_forgotten_and_is_put_back_opens_no_more(store: Store) -> None:
    vault = vault_of(store)
    await vault.put(APP, "JBSWY3DP")
    old = await row_of_secret(store)
    await vault.forget(APP)
    await put_back(store, old)
    with pytest.raises(VaultLocked, match="not the one that was entered last"):
        await vault.get(APP)
    await vault.put(APP, "GEZDGNBV")
    assert await vault.get(APP) == "GEZDGNBV"
    await put_back(store, old)
    with pytest.raises(VaultLocked, match="not the one that was entered last"):
        await vault.get(APP)


async def test_a_vault_that_begins_anew_opens_nothing_of_before_and_gives_no_version_twice(
    store: Store,
) -> None:
    """Its master key is lost: what was sealed is forgotten, and a copy of it is worth nothing."""
    await vault_of(store).put(APP, "JBSWY3DP")
    old, fresh = await row_of_secret(store), vault_of(store, OTHER, seed=2)
    assert await fresh.begin_anew() == 1
    assert await fresh.get(APP) is None and await rows(store) == ([], {})
    assert await fresh.put(APP, "GEZDGNBV") == 3 and await fresh.get(APP) == "GEZDGNBV"
    await put_back(store, old)
    with pytest.raises(VaultLocked):
        await fresh.get(APP)


async def test_the_same_secret_is_never_the_same_twice_at_rest(store: Store) -> None:
    vault = vault_of(store)
    await vault.put(APP, "JBSWY3DP")
    await vault.put(Place("bob", "factor", "totp"), "JBSWY3DP")

    def bodies(conn: Connection) -> list[bytes]:
        with conn.begin():
            return [bytes(one) for one in conn.execute(select(t.SECRET.c.body)).scalars()]

    one, other = await store.reader.run(bodies)
    assert one != other and b"JBSWY3DP" not in one + other
    assert len(one) == 12 + len("JBSWY3DP") + 16, "nonce, text, tag"


@pytest.mark.parametrize(
    "values",
    [{"tenant": "bob"}, {"subject": "kraken/main"}, {"field": "waits"}, {"version": 2}],
    ids=["tenant", "subject", "field", "version"],
)
async def test_what_is_carried_to_another_place_does_not_open_there(
    store: Store, values: dict[str, object]
) -> None:
    vault = vault_of(store)
    await vault.put(APP, "JBSWY3DP")
    await spoil(store, **values)
    names = {key: str(one) for key, one in values.items() if key != "version"}
    place = Place(**{"tenant": "ann", "subject": "factor", "field": "totp"} | names)
    with pytest.raises(VaultLocked, match="not what was sealed there"):
        await vault.get(place)


async def test_a_flipped_bit_is_noticed(store: Store) -> None:
    vault = vault_of(store)
    await vault.put(APP, "JBSWY3DP")
    await spoil(store, body=b"\x00" * 36)
    with pytest.raises(VaultLocked) as problem:
        await vault.get(APP)
    assert "JBSWY3DP" not in str(problem.value)


async def test_another_master_key_opens_nothing_and_seals_nothing(store: Store) -> None:
    await vault_of(store).put(APP, "JBSWY3DP")
    stranger = vault_of(store, OTHER)
    for tried in (stranger.settle(), stranger.put(APP, "x"), stranger.rotate()):
        with pytest.raises(VaultLocked, match="another master key"):
            await tried
    with pytest.raises(VaultLocked, match="another master key"):
        await stranger.get(APP)
    assert await vault_of(store).get(APP) == "JBSWY3DP"


async def test_a_new_master_key_takes_the_ring_over_and_the_old_one_can_go(store: Store) -> None:
    await vault_of(store).put(APP, "JBSWY3DP")
    both = vault_of(store, OTHER, MASTER)
    assert await both.get(APP) == "JBSWY3DP", "before the ring is settled too"
    assert (await both.settle(), await both.settle()) == (1, 0)
    assert await vault_of(store, OTHER).get(APP) == "JBSWY3DP"
    with pytest.raises(VaultLocked):
        await vault_of(store).get(APP)
    assert name_of(OTHER) != name_of(MASTER)


async def test_a_rotation_seals_everything_anew_and_drops_the_old_key(store: Store) -> None:
    vault = vault_of(store)
    for number in range(STEP + 1):
        await vault.put(Place(f"p{number}", "factor", "totp"), f"S{number}")
    assert await vault.rotate() == STEP + 1
    keys, under = await rows(store)
    assert keys == [2] and set(under.values()) == {2}
    assert await vault.get(Place(f"p{STEP}", "factor", "totp")) == f"S{STEP}"
    assert await vault.put(APP, "new") == 1
    assert (await rows(store))[1]["ann"] == 2


class DyingLane:
    """A lane whose process dies before its so many-eth transaction, or right after it."""

    def __init__(self, lane: Lane, dies_at: int, *, after: bool) -> None:
        self._lane = lane
        self._left = dies_at
        self._after = after

    @property
    def dialect(self) -> Dialect:
        return self._lane.dialect

    async def run(self, work: Work[T]) -> T:
        self._left -= 1
        if self._left < 0 and not self._after:
            raise Killed
        done = await self._lane.run(work)
        if self._left < 0:
            raise Killed
        return done

    async def close(self) -> None:
        await self._lane.close()


class Killed(Exception):
    """The process is gone."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(5))
async def test_a_rotation_survives_a_death_at_every_step(store: Store, step: int, after: bool) -> None:
    """Begin, two lots of secrets, a look that finds no more, the end: whichever it dies at, everything can be
    read, is written under the newest key, and the next rotation brings it to an end."""
    for number in range(STEP + 1):
        await vault_of(store, seed=number).put(Place(f"p{number}", "factor", "totp"), f"S{number}")
    dying = vault_of(store, seed=99, writer=DyingLane(store.writer, step, after=after))
    with pytest.raises(Killed):
        await dying.rotate()
    reborn = vault_of(store, seed=100)
    for number in (0, STEP // 2, STEP):
        assert await reborn.get(Place(f"p{number}", "factor", "totp")) == f"S{number}"
    await reborn.put(APP, "meanwhile")
    assert (await rows(store))[1]["ann"] == max((await rows(store))[0])
    await reborn.rotate()
    keys, under = await rows(store)
    assert len(keys) == 1 and set(under.values()) == set(keys)
    assert await reborn.get(APP) == "meanwhile"
    for number in (0, STEP // 2, STEP):
        assert await reborn.get(Place(f"p{number}", "factor", "totp")) == f"S{number}"


def takes(make: Callable[[Store], Vault]) -> Callable[[Store], Vault]:
    """The type checker's proof that the store's vault is the port."""
    return make


PORT = takes(vault_of)
