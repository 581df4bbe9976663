"""Who and what stands beside the journal, counted without a change: keys, secrets, people, boards."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Mapping
from contextlib import closing

from msgspec import Struct
from sqlalchemy import Connection, func, select

from db import schema
from db import tables as t
from db.engine import configure, parsed, postgres_engine, prepare_file, sqlite_path, sqlite_uri
from db.lane import DRIVER_ERRORS, PostgresLane, sync_engine
from db.people import ALIVE
from db.problem import problem_of


class Census(Struct, frozen=True):
    """What was counted.

    `masters` are the names of the master keys under which the ring is sealed (`db.vault.name_of`; empty: no
    secret was ever kept), `secrets` how many are. `people`: by person, on which platforms the desk knows
    them. `silent`: private chats in which nobody hears us any more (`platform:chat`). `boards`: where boards
    stand.
    """

    masters: frozenset[str]
    secrets: int
    people: Mapping[str, frozenset[str]]
    silent: tuple[str, ...]
    boards: tuple[str, ...]


async def taken(url: str) -> Census | None:
    """Count; None where the schema is not today's. Raises DatabaseProblem."""
    if parsed(url).get_backend_name() == "sqlite":
        return await asyncio.to_thread(_of_file, url)
    lane = PostgresLane(postgres_engine(parsed(url), read_only=True), 1)
    try:
        return await lane.run(_counted)
    finally:
        await lane.close()


def _of_file(url: str) -> Census | None:
    path = sqlite_path(parsed(url))
    prepare_file(path, read_only=True)
    try:
        raw = sqlite3.connect(sqlite_uri(path, "ro"), uri=True, isolation_level=None, check_same_thread=False)
        with closing(raw):
            configure(raw, read_only=True)
            with sync_engine(raw, "BEGIN").connect() as conn:
                return _counted(conn)
    except DRIVER_ERRORS as error:
        raise problem_of(error) from error


def _counted(conn: Connection) -> Census | None:
    if schema.state_now(conn) != schema.CURRENT:
        return None
    with conn.begin():
        people: dict[str, set[str]] = {}
        for platform, person in conn.execute(select(t.IDENTITY.c.platform, t.IDENTITY.c.person)):
            people.setdefault(person, set()).add(platform)
        channel = t.CHANNEL.c
        silent = select(channel.platform, channel.chat).where(
            channel.kind == "private", channel.state != ALIVE
        )
        return Census(
            masters=frozenset(conn.execute(select(t.VAULT_KEY.c.master)).scalars()),
            secrets=conn.execute(select(func.count()).select_from(t.SECRET)).scalar_one(),
            people={person: frozenset(platforms) for person, platforms in sorted(people.items())},
            silent=tuple(f"{one.platform}:{one.chat}" for one in conn.execute(silent)),
            boards=tuple(conn.execute(select(t.BOARD.c.channel).order_by(t.BOARD.c.channel)).scalars()),
        )
