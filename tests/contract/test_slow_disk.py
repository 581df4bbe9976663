"""A disk that takes seconds for a commit (B13): the order waits, what is only looked at does not, and what is
written in the end is whole and in its order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from db.journal import SqlJournal
from db.store import Store, open_store
from tests.contract.journal_contract import ANN, BOB, append, stored, texts
from trading.ports import Journal

LONGEST_S = 20.0
"""A test that has gone wrong lets the disk go all the same."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    """On a file: a disk is what may be slow."""
    opened = await open_store(f"sqlite:///{tmp_path}/desk.db")
    yield opened
    await opened.close()


@contextmanager
def busy(store: Store) -> Iterator[asyncio.Task[bool]]:
    """The disk answers nothing before this is over; what it is asked to write waits behind."""
    let_go = threading.Event()
    held = asyncio.create_task(store.writer.run(lambda _: let_go.wait(LONGEST_S)))
    try:
        yield held
    finally:
        let_go.set()


async def turns() -> None:
    """Everybody who can go on does."""
    for _ in range(200):
        await asyncio.sleep(0)


async def begun(journal: Journal) -> int:
    """A journal with something in it."""
    epoch = await journal.next_epoch()
    await journal.append([append(0, "before")], epoch)
    return epoch


async def test_an_order_waits_for_a_slow_disk_and_is_whole_when_it_is_written(store: Store) -> None:
    journal = store.journal
    epoch = await begun(journal)
    with busy(store) as held:
        await turns()
        writing = asyncio.create_task(journal.append([append(1, "one", "two")], epoch))
        await turns()
        assert not held.done() and not writing.done()
    await asyncio.gather(held, writing)
    assert await texts(journal) == ["before", "one", "two"]
    assert [one.seq for one in await stored(journal)] == [1, 2, 3]


async def test_who_only_looks_does_not_wait_for_a_slow_disk(store: Store) -> None:
    journal = store.journal
    epoch = await begun(journal)
    with busy(store) as held:
        await turns()
        writing = asyncio.create_task(journal.append([append(1, "one")], epoch))
        assert await texts(journal) == ["before"]
        assert (await store.reader.run(lambda conn: conn.exec_driver_sql("SELECT 1").scalar())) == 1
        assert not writing.done(), "what was read is what was written down by then"
    await asyncio.gather(held, writing)


async def test_what_waits_for_a_slow_disk_is_written_in_its_order(store: Store) -> None:
    journal = store.journal
    epoch = await begun(journal)
    with busy(store) as held:
        await turns()
        first = asyncio.create_task(journal.append([append(1, "one")], epoch))
        await turns()
        second = asyncio.create_task(journal.append([append(2, "two"), append(0, "b", stream=BOB)], epoch))
        await turns()
    await asyncio.gather(held, first, second)
    assert await texts(journal) == ["before", "one", "two"]
    assert dict(await journal.heads())[ANN][0] == 3 and dict(await journal.heads())[BOB][0] == 1


async def test_a_journal_that_reads_where_it_writes_makes_everybody_wait(store: Store) -> None:
    slow = SqlJournal(store.writer, store.writer)  # the planted bug that these cases are for
    await begun(slow)
    with busy(store) as held:
        await turns()
        reading = asyncio.create_task(texts(slow))
        await turns()
        assert not reading.done()
    await asyncio.gather(held, reading)
