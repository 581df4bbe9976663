"""Keys of venues in SQL: what may be shown stands in a table, key and secret sealed in the vault beside it.

All of one key is written in one transaction, so that a death leaves the old pair or the new one, never a key
of the one with the secret of the other. Owner, venue, environment, account and version are bound into each.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from msgspec import json
from sqlalchemy import Connection, delete, insert, select, update

from db import tables as t
from db.codec import instant, micros
from db.lane import Lane, Work
from db.vault import SqlVault, forget_now, hold_ring, newest_now
from trading.domain.ids import AccountId, PersonId
from trading.ports import Credentials, Place, VaultLocked, VenueKey
from trading.venue_keys import KeyCheck, NewKey, NoVenueKeys

T = TypeVar("T")

FIELDS: Final = ("key", "secret", "passphrase")
_MIXED = "The key of this account in the database is not the one that was entered last: enter it anew."
_CHECK = json.Decoder(KeyCheck)


class LockedVenueKeys(NoVenueKeys):
    """Keys of a vault that does not open: which accounts have one is known, and that none can be used."""

    def __init__(self, why: str, reader: Lane) -> None:
        super().__init__(why)
        self._lock_says = why
        self._shown = KeysShown(reader)

    async def keys_of(self, account: AccountId) -> Credentials | None:
        """Raises VaultLocked where there is one."""
        if await self.shown(account) is None:
            return None
        raise VaultLocked(self._lock_says)

    async def shown(self, account: AccountId) -> VenueKey | None:
        """Its row in the table."""
        return await self._shown.one(account)

    async def all_shown(self, owner: PersonId | None = None) -> Sequence[VenueKey]:
        """The rows, of one person or of all."""
        return await self._shown.all(owner)


class KeysShown:
    """What may be shown of keys: needs no vault."""

    def __init__(self, reader: Lane) -> None:
        self._reader = reader

    async def one(self, account: AccountId) -> VenueKey | None:
        """An account's; None when it has none."""
        row = await self._reader.run(_whole(lambda conn: _row(conn, account)))
        return None if row is None else _shown(row)

    async def all(self, owner: PersonId | None = None) -> Sequence[VenueKey]:
        """The rows, of one person or of all, by owner and account."""
        column = t.VENUE_KEY.c
        statement = select(t.VENUE_KEY).order_by(column.owner, column.account)
        if owner is not None:
            statement = statement.where(column.owner == owner)
        return [_shown(row) for row in await self._reader.run(_whole(lambda c: c.execute(statement).all()))]


class SqlVenueKeys:
    """`trading.ports.VenueKeys` over the vault's tables."""

    def __init__(self, vault: SqlVault, writer: Lane, reader: Lane) -> None:
        self._vault = vault
        self._writer = writer
        self._reader = reader

    async def keys_of(self, account: AccountId) -> Credentials | None:
        """All fields, of the version that the table names. Raises VaultLocked."""

        def work(conn: Connection) -> Credentials | None:
            row = _row(conn, account)
            return None if row is None else self._opened(conn, row)

        return await self._reader.run(_whole(work))

    async def shown(self, account: AccountId) -> VenueKey | None:
        """Its row in the table."""
        return await KeysShown(self._reader).one(account)

    async def all_shown(self, owner: PersonId | None = None) -> Sequence[VenueKey]:
        """The rows, of one person or of all."""
        return await KeysShown(self._reader).all(owner)

    async def keep(self, new: NewKey, credentials: Credentials, check: KeyCheck, at: datetime) -> VenueKey:
        """Row and secrets in one transaction; the fields of the key before go with it."""

        def work(conn: Connection) -> VenueKey:
            hold_ring(conn)
            old = _row(conn, new.account)
            if old is not None and old.owner != new.owner:
                raise ValueError(f"the account {new.account} has a key of somebody else")
            version = 1 + max(newest_now(conn, _place(new, field)) for field in FIELDS)
            version = max(version, 1 if old is None else old.version + 1)
            if old is not None:
                _gone(conn, old)
            told = json.encode(check).decode()
            row = (new.account, new.owner, new.venue, new.environment, credentials.tail, version)
            conn.execute(insert(t.VENUE_KEY).values((*row, micros(at), told)))
            kept = _row(conn, new.account)
            for field in FIELDS:
                if secret := getattr(credentials, field):
                    self._vault.put_now(conn, _place(kept, field), secret, version)
            return _shown(kept)

        return await self._writer.run(_whole(work))

    async def note_check(self, account: AccountId, version: int, check: KeyCheck) -> bool:
        """Into the row of that version, if it is still there."""
        column = t.VENUE_KEY.c
        same = (column.account == account) & (column.version == version)
        statement = update(t.VENUE_KEY).where(same).values(checked=json.encode(check).decode())
        return await self._writer.run(_whole(lambda conn: conn.execute(statement).rowcount == 1))

    async def remove(self, account: AccountId) -> bool:
        """Row and secrets go together."""

        def work(conn: Connection) -> bool:
            hold_ring(conn)
            row = _row(conn, account)
            if row is not None:
                _gone(conn, row)
            return row is not None

        return await self._writer.run(_whole(work))

    def _opened(self, conn: Connection, row: Any) -> Credentials:
        found = {field: self._vault.get_now(conn, _place(row, field)) for field in FIELDS}
        texts = {field: one[1].decode() for field, one in found.items() if one is not None}
        versions = {one[0] for one in found.values() if one is not None}
        if versions != {row.version} or not {"key", "secret"} <= set(texts):
            raise VaultLocked(_MIXED)
        return Credentials(texts["key"], texts["secret"], texts.get("passphrase", ""))


def _row(conn: Connection, account: AccountId) -> Any:
    return conn.execute(select(t.VENUE_KEY).where(t.VENUE_KEY.c.account == account)).one_or_none()


def _gone(conn: Connection, row: Any) -> None:
    for field in FIELDS:
        forget_now(conn, _place(row, field))
    conn.execute(delete(t.VENUE_KEY).where(t.VENUE_KEY.c.account == row.account))


def _place(row: Any, field: str) -> Place:
    """What a field is bound to: a key of the paper side cannot be made one of the live side in the table."""
    return Place(row.owner, f"venue/{row.venue}/{row.environment}/{row.account}", field)


def _shown(row: Any) -> VenueKey:
    return VenueKey(
        AccountId(row.account),
        PersonId(row.owner),
        row.venue,
        row.environment,
        row.tail,
        row.version,
        instant(row.entered_at),
        _CHECK.decode(row.checked) if row.checked else None,
    )


def _whole(work: Work[T]) -> Work[T]:
    def within(conn: Connection) -> T:
        with conn.begin():
            return work(conn)

    return within
