"""The vault in SQL: every secret under AES-256-GCM with its place and version bound in, and a ring of keys.

A secret is sealed under the newest key of the ring; the ring's keys are sealed under the master key, which
is never in the database (`db.master`). So a rotation touches one row after the other while all can be read,
and a new master key only the few rows of the ring.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, TypeVar

from msgspec import json
from sqlalchemy import Connection, Table, delete, func, insert, select, update

from db import tables as t
from db.lane import Lane, Work
from trading.ports import Entropy, Place, VaultLocked

T = TypeVar("T")

KEY_SIZE = 32
NONCE_SIZE = 12
"""What GCM is made for (NIST SP 800-38D, 5.2.1.1)."""
STEP = 50
"""So many secrets are sealed anew in one transaction."""

_OTHER_KEY = (
    "The secrets of this database were sealed with another master key: put the desk.key back that belongs to "
    "it, or name it as OPENOUTCRY_MASTER_KEY."
)
_BROKEN = "A secret in the database is not what was sealed there: restore a backup, or enter it anew."

_OLDER = "A secret in the database is not the one that was entered last: enter it anew."


class SqlVault:
    """`trading.ports.Vault` over two tables.

    Args:
        masters: 32 bytes each; the first seals, the others (of before) only open.
    """

    def __init__(self, writer: Lane, reader: Lane, entropy: Entropy, masters: Sequence[bytes]) -> None:
        assert masters and all(len(one) == KEY_SIZE for one in masters), "a master key has 32 bytes"
        self._writer = writer
        self._reader = reader
        self._entropy = entropy
        self._masters = {name_of(one): one for one in masters}
        self._master = name_of(masters[0])

    # ------------------------------------------------------------ the port

    async def put(self, place: Place, secret: str) -> int:
        """Seal it under the newest key, over what was there."""

        def work(conn: Connection) -> int:
            version = newest_now(conn, place) + 1
            self.put_now(conn, place, secret, version)
            return version

        return await self._writer.run(_writing(work))

    async def get(self, place: Place) -> str | None:
        """Open it with the key that its row names."""

        def work(conn: Connection) -> str | None:
            found = self.get_now(conn, place)
            return None if found is None else found[1].decode()

        return await self._reader.run(_whole(work))

    async def forget(self, place: Place) -> None:
        """Delete its row."""
        await self._writer.run(_writing(lambda conn: forget_now(conn, place)))

    async def rotate(self) -> int:
        """A new key, then every secret under it, some at a time, then the older keys go."""
        await self._writer.run(_writing(self._begin_rotation))
        anew = 0
        while moved := await self._writer.run(_writing(self._move_some)):
            anew += moved
        await self._writer.run(_writing(self._end_rotation))
        return anew

    async def settle(self) -> int:
        """At a start: what an older master key has sealed is sealed under today's. How many keys that were.
        Raises VaultLocked when the ring opens with none of the master keys."""
        return await self._writer.run(_writing(self._wrapped_anew))

    async def begin_anew(self) -> int:
        """Forget the ring and all that is sealed under it, for when its master key is lost for good; how many
        secrets that were. Their versions stay remembered."""
        return await self._writer.run(_writing(_begun_anew))

    # ------------------------------------------------------------ inside somebody else's transaction

    def put_now(self, conn: Connection, place: Place, secret: str, version: int) -> None:
        """Seal it there as this version (above `newest_now`), over what was there. The writer must hold
        `hold_ring`."""
        number, key = max(self._made_ring(conn).items())
        conn.execute(delete(t.SECRET).where(at_place(t.SECRET, place)))
        _remember(conn, place, version)
        body = self._sealed(key, secret.encode(), _bound(place, version, number))
        row = (place.tenant, place.subject, place.field, version, number, body)
        conn.execute(insert(t.SECRET).values(row))

    def get_now(self, conn: Connection, place: Place) -> tuple[int, bytes] | None:
        """The version that is there and the secret; None when there is none."""
        # One statement: while another process seals, two would see two versions.
        newest = select(t.SECRET_VERSION.c.version).where(at_place(t.SECRET_VERSION, place)).scalar_subquery()
        asked = select(t.SECRET, newest.label("newest")).where(at_place(t.SECRET, place))
        row = conn.execute(asked).one_or_none()
        if row is None:
            return None
        if row.version < (row.newest or 0):
            raise VaultLocked(_OLDER)  # put back: sealed well once, and no longer what counts
        if row.version != row.newest:
            raise VaultLocked(_BROKEN)
        return row.version, self._opened(self._ring(conn), place, row)

    # ------------------------------------------------------------ the ring

    def _ring(self, conn: Connection) -> dict[int, bytes]:
        """The keys by number."""
        return {row.number: self._unwrapped(row) for row in conn.execute(select(t.VAULT_KEY))}

    def _unwrapped(self, row: Any) -> bytes:
        master = self._masters.get(row.master)
        if master is None:
            raise VaultLocked(_OTHER_KEY)
        return _open(master, bytes(row.body), _bound_key(row.number, row.master))

    def _made_ring(self, conn: Connection) -> dict[int, bytes]:
        """The ring; with a first key when there is none."""
        return self._ring(conn) or self._with_key(conn, 1)

    def _with_key(self, conn: Connection, number: int) -> dict[int, bytes]:
        key = self._entropy.token(KEY_SIZE)
        body = self._wrapped(number, key)
        conn.execute(insert(t.VAULT_KEY).values((number, self._master, body)))
        return {number: key}

    def _wrapped(self, number: int, key: bytes) -> bytes:
        return self._sealed(self._masters[self._master], key, _bound_key(number, self._master))

    def _wrapped_anew(self, conn: Connection) -> int:
        old = [row for row in conn.execute(select(t.VAULT_KEY)).all() if row.master != self._master]
        for row in old:
            body = self._wrapped(row.number, self._unwrapped(row))
            this = t.VAULT_KEY.c.number == row.number
            conn.execute(update(t.VAULT_KEY).where(this).values(master=self._master, body=body))
        return len(old)

    # ------------------------------------------------------------ rotation, a transaction each

    def _begin_rotation(self, conn: Connection) -> None:
        """A new key; none when there are two, for then a rotation was interrupted and goes on."""
        ring = self._made_ring(conn)
        if len(ring) == 1:
            self._with_key(conn, max(ring) + 1)

    def _move_some(self, conn: Connection) -> int:
        ring = self._ring(conn)
        newest = max(ring)
        column = t.SECRET.c
        rows = conn.execute(select(t.SECRET).where(column.key != newest).limit(STEP)).all()
        for row in rows:
            place = Place(row.tenant, row.subject, row.field)
            clear = self._opened(ring, place, row)
            body = self._sealed(ring[newest], clear, _bound(place, row.version, newest))
            conn.execute(update(t.SECRET).where(at_place(t.SECRET, place)).values(key=newest, body=body))
        return len(rows)

    def _end_rotation(self, conn: Connection) -> None:
        """The older keys go, those under which a secret was put since then excepted."""
        newest = conn.execute(select(func.max(t.VAULT_KEY.c.number))).scalar_one()
        used = select(t.SECRET.c.key).where(t.SECRET.c.key == t.VAULT_KEY.c.number).exists()
        conn.execute(delete(t.VAULT_KEY).where(t.VAULT_KEY.c.number != newest, ~used))

    # ------------------------------------------------------------ sealing

    def _opened(self, ring: dict[int, bytes], place: Place, row: Any) -> bytes:
        key = ring.get(row.key)
        if key is None:
            raise VaultLocked(_BROKEN)
        return _open(key, bytes(row.body), _bound(place, row.version, row.key))

    def _sealed(self, key: bytes, clear: bytes, bound: bytes) -> bytes:
        # Costs some 20 ms once: a desk without secrets never pays for it.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = self._entropy.token(NONCE_SIZE)
        return nonce + AESGCM(key).encrypt(nonce, clear, bound)


def has_ring_now(conn: Connection) -> bool:
    """Whether there are keys already: then no new master key may be made."""
    with conn.begin():
        return conn.execute(select(func.count()).select_from(t.VAULT_KEY)).scalar_one() > 0


def newest_now(conn: Connection, place: Place) -> int:
    """The highest version that this place ever had, 0 for none; removing takes one, too."""
    asked = select(t.SECRET_VERSION.c.version).where(at_place(t.SECRET_VERSION, place))
    return conn.execute(asked).scalar() or 0


def forget_now(conn: Connection, place: Place) -> None:
    """Delete its row; put back later, it opens no more."""
    if conn.execute(delete(t.SECRET).where(at_place(t.SECRET, place))).rowcount:
        _remember(conn, place, newest_now(conn, place) + 1)


def _begun_anew(conn: Connection) -> int:
    rows = conn.execute(select(t.SECRET)).all()
    for row in rows:
        forget_now(conn, Place(row.tenant, row.subject, row.field))
    conn.execute(delete(t.VAULT_KEY))
    return len(rows)


def _remember(conn: Connection, place: Place, version: int) -> None:
    there = update(t.SECRET_VERSION).where(at_place(t.SECRET_VERSION, place)).values(version=version)
    if not conn.execute(there).rowcount:
        conn.execute(insert(t.SECRET_VERSION).values((place.tenant, place.subject, place.field, version)))


def hold_ring(conn: Connection) -> None:
    """Nobody else changes the ring or seals until this transaction ends: what is sealed in another process
    while a rotation runs here must not be left under a key that goes. SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("LOCK TABLE vault_key IN SHARE ROW EXCLUSIVE MODE")


def name_of(master: bytes) -> str:
    """How the ring names the master key that has sealed it: says nothing about the key."""
    return sha256(b"open outcry master key\x00" + master).hexdigest()[:16]


def _open(key: bytes, body: bytes, bound: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(body[:NONCE_SIZE], body[NONCE_SIZE:], bound)
    except InvalidTag as error:
        raise VaultLocked(_BROKEN) from error


def _bound(place: Place, version: int, number: int) -> bytes:
    """What a secret is bound to, each part apart from the next whatever it holds."""
    return json.encode(["secret", place.tenant, place.subject, place.field, version, number])


def _bound_key(number: int, master: str) -> bytes:
    return json.encode(["key", number, master])


def at_place(table: Table, place: Place) -> Any:
    """The one row of that place."""
    column = table.c
    return (column.tenant == place.tenant) & (column.subject == place.subject) & (column.field == place.field)


def _whole(work: Work[T]) -> Work[T]:
    def within(conn: Connection) -> T:
        with conn.begin():
            return work(conn)

    return within


def _writing(work: Work[T]) -> Work[T]:
    def within(conn: Connection) -> T:
        with conn.begin():
            hold_ring(conn)
            return work(conn)

    return within
