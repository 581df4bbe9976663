"""Planted bugs around the database: an old copy that is put back, and what must be noticed then."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from db import engine, journal
from db.journal import SqlJournal
from tests.sim.planting import Patch, mutant
from tests.sim.world import KEY
from trading.engine import anchor, lease, loop, poison


@mutant("B07")
def an_old_backup_is_not_noticed() -> Patch:
    """Nobody compares the journal with what was known outside of it."""

    async def blind(self: anchor.AnchorKeeper) -> str:
        return ""

    with patch.object(anchor.AnchorKeeper, "gone_back", blind):
        yield


@mutant("B07")
def an_old_backup_goes_on_with_the_old_key() -> Patch:
    """Order ids of the days that are lost are made once more."""

    def made(self: loop.Engine, journal: Any, clock: Any, key: bytes, *more: Any, **named: Any) -> None:
        real(self, journal, clock, KEY, *more, **named)

    real = loop.Engine.__init__
    with patch.object(loop.Engine, "__init__", made):
        yield


@mutant("I5", "I13", "I1")
def who_was_overtaken_still_sends() -> Patch:
    """After a sleep nobody looks whether somebody else writes by now."""

    async def trusting(self: lease.Lease, fence_s: float) -> str:
        return ""

    with patch.object(lease.Lease, "must_hold", trusting):
        yield


@mutant("K02")
def a_message_that_kills_is_never_set_aside() -> Patch:
    """It is counted, and nobody minds the count."""
    with patch.object(poison, "TRIES_MAX", 1_000_000):
        yield


@mutant("I16", "I13", "I5", "I2", "I1", "ASSERT")
def commits_are_not_synced() -> Patch:
    """`PRAGMA synchronous = NORMAL`: a commit returns before it is on the disk."""
    with patch.object(engine, "SYNCHRONOUS", "NORMAL"):
        yield


@mutant("I16", "I8", "I18", "I2", "I7", "ASSERT")
def what_follows_is_written_in_a_second_transaction() -> Patch:
    """What happened is durable, what must be done and told about it a moment later: between them the power
    goes."""

    async def append(self: SqlJournal, appends: Any, epoch: int) -> None:
        first = [replace(one, entries=one.entries[:1]) for one in appends]
        rest = [
            replace(one, expected_seq=one.expected_seq + 1, entries=one.entries[1:], keys=())
            for one in appends
            if len(one.entries) > 1
        ]
        await real(self, first, epoch)
        if rest:
            await asyncio.sleep(0.05)
            await real(self, rest, epoch)

    real = SqlJournal.append
    with patch.object(SqlJournal, "append", append):
        yield


@mutant("I16")
def an_older_version_takes_over() -> Patch:
    """Nobody asks which version has written here before (K06)."""
    real = journal.next_epoch_now
    with patch.object(journal, "next_epoch_now", lambda conn, protocol: real(conn)):
        yield
