"""How often a venue is asked whether an account is flat, and what makes the desk ask at once."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.fakes.pit import OWNER, PAPER, START
from trading.brokers.profile import PAPER_FULL
from trading.domain import reports as rp
from trading.domain.book import Account, Book
from trading.domain.ids import PositionId
from trading.domain.money import Quantity
from trading.domain.position import Position
from trading.domain.recent import Flattening
from trading.engine.flat import FlatChecks
from trading.engine.settings import EngineSettings
from trading.ports import VenueSnapshot
from trading.virtual_time import VirtualClock, VirtualLoop, run

D = Decimal
PANIC = Flattening("p:1", is_panic=True, position_ids=())
HELD = Position(PositionId("paper/BTC/USD/1"), PAPER, "BTC/USD", quantity=Quantity(D(1)))

OTHER = Position(PositionId("paper/MES/1"), PAPER, "MES", quantity=Quantity(D(1)))


class Panicked:
    """An account in a panic, and when its venue, which never says that it is flat, was asked about it."""

    def __init__(self, clock: VirtualClock, *, holds: bool) -> None:
        self.clock: Any = clock
        self.book = Book()
        self.book.accounts[PAPER] = Account(PAPER, OWNER, "paper", "paper", "USD", flattening=PANIC)
        self.hold(HELD if holds else replace(HELD, quantity=Quantity(D(0))))
        self.asked_s: list[float] = []
        self.profile = PAPER_FULL

    def hold(self, position: Position) -> None:
        staged = self.book.staged()
        staged.put_position(position)
        self.book.publish(staged)

    def close(self) -> None:
        """What was held is gone, with a fill that cost something."""
        self.hold(replace(HELD, quantity=Quantity(D(0))))
        account = self.book.accounts[PAPER]
        self.book.accounts[PAPER] = replace(account, fees=account.fees + 1)

    def report(self, report: rp.FlatChecked) -> None:
        assert report.positions == 1

    async def snapshot(self) -> VenueSnapshot:
        self.asked_s.append(self.clock.elapsed_s())
        return VenueSnapshot(self.clock.now(), {"BTC/USD": Quantity(D(1))}, (), D(0))


def asked_s(*, holds: bool, closes_s: tuple[float, ...] = ()) -> list[float]:
    """When the venue was asked in four minutes by a desk that wants to know after each answer; and when
    something closes, for that is what it does."""

    async def main(loop: VirtualLoop) -> list[float]:
        clock = VirtualClock(loop, START)
        desk: Any = Panicked(clock, holds=holds)
        flat = FlatChecks(desk, EngineSettings())

        async def again() -> None:
            while True:
                await flat.check(PAPER, desk)

        async def close(at_s: float) -> None:
            await clock.sleep_s(at_s)
            desk.close()
            await flat.check(PAPER, desk)

        tasks = [asyncio.create_task(again()), *(asyncio.create_task(close(at_s)) for at_s in closes_s)]
        await clock.sleep_s(240)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return [*desk.asked_s]

    return run(main)


@pytest.mark.parametrize("holds", [True, False])
def test_a_venue_that_is_not_flat_is_asked_at_pauses_that_double(holds: bool) -> None:
    assert asked_s(holds=holds) == [0, 1, 3, 7, 15, 31, 63, 123, 183]


def test_what_has_closed_is_asked_about_at_once_and_then_at_pauses_from_the_first_on() -> None:
    assert asked_s(holds=True, closes_s=(100,)) == [
        0,
        1,
        3,
        7,
        15,
        31,
        63,
        100,
        101,
        103,
        107,
        115,
        131,
        163,
        223,
    ]


def test_a_second_close_is_asked_about_too() -> None:
    """One that was booked late, for example."""
    assert asked_s(holds=True, closes_s=(100, 120)) == [
        *(0, 1, 3, 7, 15, 31, 63, 100, 101, 103, 107, 115),
        *(120, 121, 123, 127, 135, 151, 183),
    ]


def test_a_look_while_nothing_is_left_and_nothing_was_booked_hurries_nobody() -> None:
    async def main(loop: VirtualLoop) -> list[float]:
        clock = VirtualClock(loop, START)
        desk: Any = Panicked(clock, holds=False)
        flat = FlatChecks(desk, EngineSettings())
        for _ in range(3):
            await flat.check(PAPER, desk)
        waiting = asyncio.create_task(flat.check(PAPER, desk))
        for _ in range(20):
            await clock.sleep_s(0.1)
            await flat.check(PAPER, desk)
        await waiting
        return [*desk.asked_s]

    assert run(main) == [0, 1, 3, 7]


def test_an_answer_is_as_old_as_its_question() -> None:
    """What it says was so at the venue before it was heard, however slowly it came."""

    async def main(loop: VirtualLoop) -> rp.FlatChecked:
        clock = VirtualClock(loop, START)
        desk: Any = Panicked(clock, holds=True)
        heard: list[rp.FlatChecked] = []
        at_once = desk.snapshot

        async def slowly() -> VenueSnapshot:
            await clock.sleep_s(5)
            seen: VenueSnapshot = await at_once()
            return seen

        desk.snapshot, desk.report = slowly, heard.append
        await FlatChecks(desk, EngineSettings()).check(PAPER, desk)
        return heard[0]

    assert run(main).at == START


@pytest.mark.parametrize(("named", "asked"), [(HELD, [0, 1, 1.5]), (OTHER, [0, 1])])
def test_what_else_is_held_does_not_delay_the_proof_that_what_was_named_is_closed(
    named: Position, asked: list[float]
) -> None:
    """A hand had closed it, and held something else (seed 95606)."""

    async def main(loop: VirtualLoop) -> list[float]:
        clock = VirtualClock(loop, START)
        desk: Any = Panicked(clock, holds=True)
        desk.hold(OTHER)
        flattening = Flattening("p:1", is_panic=False, position_ids=(named.position_id,))
        desk.book.accounts[PAPER] = replace(desk.book.accounts[PAPER], flattening=flattening)
        flat = FlatChecks(desk, EngineSettings())
        for _ in range(2):
            await flat.check(PAPER, desk)
        waiting = asyncio.create_task(flat.check(PAPER, desk))
        await clock.sleep_s(0.5)
        desk.close()
        await flat.check(PAPER, desk)
        await clock.sleep_s(0.5)
        found = [*desk.asked_s]
        waiting.cancel()
        return found

    assert run(main) == asked
