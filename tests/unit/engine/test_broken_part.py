"""What breaks beside the writer is heard by it, and what breaks half way leaves no half behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Any

import pytest

from tests.fakes.pit import OWNER, PAPER
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from tests.unit.engine.test_commit import buying
from tests.unit.engine.test_snapshot import SECOND
from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain.book import Book, same
from trading.domain.ids import CommandId, StreamId
from trading.engine.settings import EngineSettings
from trading.ports import JournalUnavailable, StoredEvent, Taken


class Bug(Exception):
    """Something that no port may raise."""


async def buggy(*_: Any) -> Any:
    raise Bug


@pytest.mark.parametrize("broken", ["submit", "snapshot"])
def test_a_part_that_breaks_ends_the_writer(broken: str) -> None:
    async def scene(pit: MarkedPit) -> None:
        setattr(pit.broker, broken, buggy)
        with pytest.raises(Bug):
            await pit.buy("1000")
            pit.engine.outbox.put([fx.Compare(PAPER)])
            await pit.settle()

    in_marked_pit(scene)


def test_a_redelivery_is_answered_when_the_first_sender_has_gone() -> None:
    async def scene(pit: MarkedPit) -> None:
        first = asyncio.create_task(pit.engine.submit(buying(pit, "nonce-1")))
        second = asyncio.create_task(pit.engine.submit(buying(pit, "nonce-1")))
        await asyncio.sleep(0)
        first.cancel()
        answer = await second
        assert isinstance(answer, Taken)
        assert answer.repeated
        with suppress(asyncio.CancelledError):
            await first

    in_marked_pit(scene)


def failing_at(pit: MarkedPit, stream: str, times: int) -> None:
    """Have reading this stream fail so many times."""
    journal: Any = pit.store.journal
    real = journal.read
    left = [times]

    async def read(wanted: StreamId, after: int) -> AsyncIterator[StoredEvent]:
        if wanted == stream and left[0]:
            left[0] -= 1
            raise JournalUnavailable("The disk is full.")
        async for stored in real(wanted, after):
            yield stored

    journal.read = read


def test_a_load_that_fails_half_way_changes_nothing_and_is_done_again() -> None:
    async def scene(pit: MarkedPit) -> None:
        command = cm.OpenAccount(CommandId("second"), OWNER, SECOND, "paper", "paper", "USD", pit.cash)
        await pit.engine.submit(command)
        # The commit of a fill is durable but nobody says so; then the other account cannot be read.
        failing_at(pit, SECOND, 1)
        pit.trouble.plan("", "after")
        await pit.buy("1000")
        await pit.clock.sleep_s(60)
        await pit.settle()
        assert pit.engine.book.account(SECOND) is not None
        position = pit.position()
        assert position is not None and position.quantity > 0
        rebuilt = Book()
        await pit.engine.memory.load(rebuilt)
        assert same(rebuilt, pit.engine.book)

    in_marked_pit(scene)


def test_a_snapshot_in_the_making_ends_when_the_book_is_loaded_anew() -> None:
    async def scene(pit: MarkedPit) -> None:
        saved: list[int] = []
        journal: Any = pit.store.journal
        real, gate = journal.save_snapshot, asyncio.Event()

        async def slow(snapshot: Any) -> None:
            await gate.wait()
            saved.append(snapshot.seq)
            await real(snapshot)

        journal.save_snapshot = slow
        await pit.buy("1000")
        await pit.engine.load()
        gate.set()
        await pit.settle()
        assert saved == []

    in_marked_pit(scene, settings=EngineSettings(snapshot_every=1))


def test_positions_that_end_between_two_publications_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = 5
    monkeypatch.setattr("trading.domain.book.DONE_KEPT_MAX", kept)

    async def scene(pit: MarkedPit) -> Sequence[Any]:
        for _ in range(3 * kept):
            await pit.buy("1000")
            await pit.close()
        book = Book()
        await pit.engine.memory.load(book)
        return list(book.positions)

    assert len(in_marked_pit(scene)) == kept
