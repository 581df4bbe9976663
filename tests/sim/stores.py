"""The store of a simulated day: one connection for all days of a process, emptied between them.

Making tables and compiling statements costs as much as a short day; copying an empty database costs nothing.
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Mapping
from copy import copy as copy_of
from functools import lru_cache
from typing import TYPE_CHECKING

from db import engine, schema
from db.journal import SqlJournal
from db.lane import InlineLane
from db.store import Store
from trading.domain.ids import StreamId
from trading.entropy import SeededEntropy

if TYPE_CHECKING:
    from tests.sim.world import World
    from trading.engine.loop import Engine


COMMIT_LASTS_MS = 60_000
"""Milliseconds after which a commit is not waited for any more: no disk of the days is slower."""

COMMIT_LOOKS_MS = 50
"""Milliseconds between two looks whether it is there."""


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
    if _was_cut_off():
        _shelf.cache_clear()
        _registers.cache_clear()
    lane, raw, empty = _shelf()
    if raw.in_transaction:
        raw.rollback()
    empty.backup(raw)
    return _store_on(lane)


def _was_cut_off() -> bool:
    """True when a day before ended in the middle of a statement (a test's time was up, Ctrl-C): SQLAlchemy
    closes the connection then, and one slow test must not take all later days of its process with it."""
    _, raw, _ = _shelf()
    try:
        _ = raw.in_transaction
    except sqlite3.ProgrammingError:
        return True
    return False


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


class Disk:
    """What a power failure does to the store. A disk that is asked to sync every commit loses none; one that
    is not keeps the last ones in its cache only."""

    KEPT = 4

    def __init__(self, entropy: SeededEntropy) -> None:
        self._entropy = entropy
        self._unsynced: deque[sqlite3.Connection] = deque(maxlen=self.KEPT)

    def before_commit(self) -> None:
        """A commit comes; what there is now may be what is left of it."""
        if engine.SYNCHRONOUS != "FULL":
            self._unsynced.append(copied())

    def after_power_loss(self) -> Store | None:
        """What is left, when that is less than what was committed."""
        if not self._unsynced:
            return None
        left = self._unsynced[int(len(self._unsynced) * self._entropy.fraction())]
        self._unsynced.clear()
        return put_back(left)


async def with_all_written(world: World) -> Engine:
    """The day's engine when no commit is under way: until then the store is ahead of the book, and neither is
    wrong. Who differs for longer than any commit takes is judged as it is."""
    engine = world.process.engine
    assert engine is not None
    for _ in range(COMMIT_LASTS_MS // COMMIT_LOOKS_MS):
        if all(engine.memory.seqs.get(s, 0) == seq for s, (seq, _) in (await _heads(world)).items()):
            break
        await world.clock.sleep_s(COMMIT_LOOKS_MS / 1000)
    return engine


async def _heads(world: World) -> Mapping[StreamId, tuple[int, str]]:
    return await world.store.journal.heads()
