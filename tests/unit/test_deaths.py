"""Three deaths in ten minutes: the desk starts halted, and a person frees it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.main.deaths import META, Deaths
from db.store import Store, memory_store
from trading.domain.commands import HaltState, OpenAccount, SetHalt
from trading.domain.ids import AccountId, CommandId, PersonId
from trading.engine.loop import Engine
from trading.ports import Taken

PAPER, OWNER = AccountId("paper"), PersonId("owner")


class Watchmaker:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def elapsed_s(self) -> float:
        return self.at.timestamp()

    async def sleep_s(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def sleep_until(self, at: datetime) -> None:
        self.at = at


@pytest.fixture
def clock() -> Watchmaker:
    return Watchmaker()


@pytest.fixture
def store() -> Iterator[Store]:
    yield memory_store()


async def life(store: Store, clock: Watchmaker, *, lasts_s: float, ends_well: bool) -> Deaths:
    deaths = Deaths(store.registers, clock)
    await deaths.begin()
    await clock.sleep_s(lasts_s)
    if ends_well:
        await deaths.end()
    return deaths


async def test_the_third_death_in_ten_minutes_is_one_too_many(store: Store, clock: Watchmaker) -> None:
    for _ in range(3):
        one = await life(store, clock, lasts_s=60, ends_well=False)
        assert not one.is_too_many
    fourth = await life(store, clock, lasts_s=60, ends_well=False)
    assert (fourth.recent, fourth.is_too_many) == (3, True)


async def test_good_ends_are_no_deaths(store: Store, clock: Watchmaker) -> None:
    for _ in range(20):
        assert (await life(store, clock, lasts_s=1, ends_well=True)).recent == 0


async def test_deaths_far_apart_do_not_add_up(store: Store, clock: Watchmaker) -> None:
    for _ in range(20):
        one = await life(store, clock, lasts_s=301, ends_well=False)
        assert one.recent <= 2


async def test_a_good_end_between_does_not_wash_deaths_away(store: Store, clock: Watchmaker) -> None:
    for ends_well in (False, False, True, False):
        await life(store, clock, lasts_s=10, ends_well=ends_well)
    assert (await life(store, clock, lasts_s=1, ends_well=True)).recent == 3


async def test_a_clock_that_was_set_back_hides_no_death(store: Store, clock: Watchmaker) -> None:
    for _ in range(3):
        await life(store, clock, lasts_s=-3_600, ends_well=False)
    assert (await life(store, clock, lasts_s=0, ends_well=True)).is_too_many


async def test_a_note_that_cannot_be_read_counts_as_none(store: Store, clock: Watchmaker) -> None:
    for text in ("", "{", "[1]", '{"began": "yesterday"}'):
        await store.registers.put_meta(META, text)
        assert (await life(store, clock, lasts_s=0, ends_well=True)).recent == 0


async def test_a_desk_that_keeps_dying_starts_halted_until_a_person_resumes(
    store: Store, clock: Watchmaker
) -> None:
    import asyncio

    engine = Engine(store.journal, clock, b"k")
    engine.memory.epoch = await store.journal.next_epoch()
    await engine.load()
    task = asyncio.create_task(engine.run())
    await engine.submit(OpenAccount(CommandId("a"), OWNER, PAPER, "paper", "paper", "USD", Decimal(1), ""))

    async def start() -> bool:
        deaths = Deaths(store.registers, clock)
        await deaths.begin()
        await clock.sleep_s(1)
        return await deaths.halt_if_dying(engine, PAPER)

    assert [await start() for _ in range(4)] == [False, False, False, True]
    assert engine.book.desk_state.value == "reduce_only"
    assert engine.book.desk_halt_reason == "the desk died 3 times within ten minutes"

    answer: Any = await engine.submit(
        SetHalt(CommandId("r"), OWNER, PAPER, HaltState.ACTIVE, "looked at it", desk=True)
    )
    assert isinstance(answer, Taken)
    # The same start asks again (a repetition): the person's word stands.
    deaths = Deaths(store.registers, clock)
    deaths._lives = await deaths._read()
    assert await deaths.halt_if_dying(engine, PAPER) is True
    assert engine.book.desk_state.value == "active"
    # One more death is news.
    assert await start() is True
    assert HaltState.REDUCE_ONLY in {engine.book.desk_state}
    task.cancel()
