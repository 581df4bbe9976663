"""A start from a snapshot and the rest, a rebuild from all events, and the live book say the same."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.fakes.pit import OWNER, PAPER
from tests.unit.domain.test_bracket import plan
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.domain import commands as cm
from trading.domain.apply import apply
from trading.domain.book import Book, same
from trading.domain.ids import DESK, AccountId, CommandId, StreamId
from trading.engine.memory import Memory
from trading.engine.settings import EngineSettings

D = Decimal
SECOND = AccountId("second")


async def busy_day(pit: MarkedPit) -> None:
    """Entries, partial exits, trails, halts, denials, a second account."""
    await pit.engine.submit(
        cm.OpenAccount(CommandId("second"), OWNER, SECOND, "paper", "paper", "USD", D(500))
    )
    ends = pit.clock.now() + timedelta(hours=1)
    exits = replace(plan("1%", "2%", "3%", stop="1%", trail="5%", even=1), exit_at=ends)
    await pit.buy("1000", exits=exits)
    await pit.quote("6770")
    await pit.quote("6900")
    await pit.buy("99999")
    await pit.do(cm.SetLimit, name="order_notional_max", value=D(5_000))
    await pit.close("20")
    await pit.do(cm.SetHalt, state=cm.HaltState.REDUCE_ONLY, reason="lunch", desk=True)


async def rebuilt(pit: MarkedPit) -> Book:
    """The book from the events alone."""
    book = Book()
    for stream in await pit.store.journal.heads():
        staged = book.staged()
        async for stored in pit.store.journal.read(stream, 0):
            apply(staged, stored.event)
        book.publish(staged)
    return book


async def loaded(pit: MarkedPit) -> tuple[Book, int]:
    """The book as a start finds it, and how many events it had to replay."""
    book = Book()
    return book, await Memory(pit.store.journal, pit.settings).load(book)


@pytest.mark.parametrize("bare", [False, True])
def test_live_rebuilt_and_loaded_books_are_the_same(bare: bool) -> None:
    async def scene(pit: MarkedPit) -> None:
        await busy_day(pit)
        live = pit.engine.book
        assert same(live, await rebuilt(pit))
        whole, all_events = await loaded(pit)
        assert same(live, whole)
        await pit.engine.memory.save(live)
        await pit.close("50")
        rest, replayed = await loaded(pit)
        assert same(pit.engine.book, rest)
        assert 0 < replayed < all_events
        assert same(rest, await rebuilt(pit))
        assert rest.desk_state is cm.HaltState.REDUCE_ONLY
        assert rest.desk_halt_reason == "lunch"
        assert rest.account(SECOND) == live.account(SECOND)

    in_marked_pit(scene, bare=bare)


def test_the_books_stay_whole_after_many_lives() -> None:
    async def scene(pit: MarkedPit) -> None:
        for _ in range(4):
            await pit.buy("500", exits=plan("2%", stop="1%"))
            await pit.again()
            await pit.quote("6700")
            await pit.engine.memory.save(pit.engine.book)
            assert same(pit.engine.book, await rebuilt(pit))
        position = pit.position()
        assert position is not None
        assert position.quantity == 4 * D("0.07462686")
        part = pit.engine.book.part(PAPER)
        assert part.account.exposure == position.cost

    in_marked_pit(scene)


def test_a_snapshot_is_taken_when_a_stream_has_grown() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        await pit.settle()
        snapshots = await pit.store.journal.snapshots()
        assert StreamId(PAPER) in snapshots
        book, replayed = await loaded(pit)
        assert same(pit.engine.book, book)
        assert replayed < len(pit.events)

    in_marked_pit(scene, settings=EngineSettings(snapshot_every=5))


def test_a_desk_without_halts_needs_no_desk_stream() -> None:
    async def scene(pit: MarkedPit) -> None:
        assert StreamId(DESK) not in await pit.store.journal.heads()
        await pit.engine.memory.save(pit.engine.book)
        book, replayed = await loaded(pit)
        assert replayed == 0
        assert book.desk_state is cm.HaltState.ACTIVE

    in_marked_pit(scene)


def test_a_duplicate_is_still_known_after_a_start() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000")
        await pit.engine.memory.save(pit.engine.book)
        await pit.again()
        await pit.quote("6700")
        answer = await pit.buy("1000", confirmed=())
        assert [refusal.code for refusal in getattr(answer, "refusals", ())] == ["duplicate"]

    in_marked_pit(scene)


def test_decisions_of_one_batch_are_published_together() -> None:
    async def scene(pit: MarkedPit) -> None:
        seen: list[int] = []
        pit.engine.committed(lambda stored: seen.append(len(stored)))
        commands = [
            cm.SetLimit(CommandId(f"l{n}"), OWNER, PAPER, "order_notional_max", D(n)) for n in range(1, 4)
        ]
        await asyncio.gather(*(pit.engine.submit(command) for command in commands))
        assert seen == [3]
        account = pit.engine.book.account(PAPER)
        assert account is not None
        assert account.limits.order_notional_max == 3

    in_marked_pit(scene)
