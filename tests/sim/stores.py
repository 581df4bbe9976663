"""The store of a simulated day: one connection for all days of a process, emptied between them.

Making tables and compiling statements costs as much as a short day; copying an empty database costs nothing.
"""

from __future__ import annotations

import sqlite3
from copy import copy as copy_of
from functools import lru_cache

from db import schema
from db.journal import SqlJournal
from db.lane import InlineLane
from db.store import Store


@lru_cache(maxsize=1)
def _shelf() -> tuple[InlineLane, sqlite3.Connection, sqlite3.Connection]:
    """The lane that days use, its connection, and the empty database to copy from."""
    raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    lane = InlineLane(raw)
    lane.run_now(schema.create_now)
    empty = sqlite3.connect(":memory:")
    raw.backup(empty)
    return lane, raw, empty


@lru_cache(maxsize=1)
def _registers(lane: InlineLane) -> Store:
    """Everything of a store that remembers nothing, with its statements compiled once."""
    return Store(lane, lane)


def _store_on(lane: InlineLane) -> Store:
    store = copy_of(_registers(lane))
    # The journal remembers what it has written: each day has one of its own.
    store.journal = SqlJournal(lane, lane)
    return store


def empty_store() -> Store:
    """A store in memory with nothing in it. What an earlier day of this process held is gone."""
    lane, raw, empty = _shelf()
    if raw.in_transaction:
        raw.rollback()
    empty.backup(raw)
    return _store_on(lane)


def copied() -> sqlite3.Connection:
    """What the store holds now, aside: a backup."""
    _, raw, _ = _shelf()
    copy = sqlite3.connect(":memory:")
    raw.backup(copy)
    return copy


def put_back(copy: sqlite3.Connection) -> Store:
    """A store that holds what the copy holds; what was there is gone."""
    lane, raw, _ = _shelf()
    if raw.in_transaction:
        raw.rollback()
    copy.backup(raw)
    return _store_on(lane)
