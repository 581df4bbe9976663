"""How often a venue is asked about single orders, all of them together."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from tests.fakes.pit import START
from tests.unit.engine.answering import ORDER, SETTINGS, Answering, Desk, kinds
from trading.brokers.profile import PAPER_FULL
from trading.domain.money import Quantity
from trading.domain.order import OrderStatus
from trading.engine.pace import LOOKS_MAX, SPAN_S, Pace
from trading.engine.seeking import resolved
from trading.virtual_time import VirtualClock, VirtualLoop, run


@pytest.mark.parametrize("looks", [1, LOOKS_MAX, LOOKS_MAX + 1, 3 * LOOKS_MAX + 7])
def test_few_looks_begin_at_once_and_of_many_so_many_in_ten_seconds(looks: int) -> None:
    async def main(loop: VirtualLoop) -> list[tuple[int, float]]:
        clock = VirtualClock(loop, START)
        pace, begun = Pace(clock), []

        async def look(number: int) -> None:
            await pace.turn()
            begun.append((number, clock.elapsed_s()))

        await asyncio.gather(*(look(number) for number in range(looks)))
        return begun

    begun = run(main)
    assert [number for number, _ in begun] == list(range(looks)), "who asked first goes first"
    assert [at_s for _, at_s in begun] == [number // LOOKS_MAX * SPAN_S for number in range(looks)]


def test_a_start_takes_turns_and_waits_for_none() -> None:
    async def main(loop: VirtualLoop) -> None:
        clock = VirtualClock(loop, START)
        pace = Pace(clock)
        assert [pace.takes() for _ in range(LOOKS_MAX + 2)] == [True] * LOOKS_MAX + [False] * 2
        await clock.sleep_s(SPAN_S - 1)
        await pace.turn()
        assert clock.elapsed_s() == SPAN_S, "what a start has taken counts for who comes after it"
        assert [pace.takes() for _ in range(LOOKS_MAX)] == [True] * (LOOKS_MAX - 1) + [False]

    run(main)


def test_of_many_orders_in_doubt_each_is_asked_about_less_often() -> None:
    """A venue bans for requests, however many orders they are about (seed 231458), and most of all one that
    is asked three times without a pause because its answers prove an absence at once."""

    async def main(loop: VirtualLoop) -> tuple[list[str], list[float]]:
        clock = VirtualClock(loop, START)
        venue = Answering(clock, lambda _: None, lambda _: (), lambda _: ("0", False), PAPER_FULL)
        broker: Any = venue  # only its questions are asked
        desk, pace = Desk(clock, ORDER, OrderStatus.IN_DOUBT, Quantity(Decimal(0))), Pace(clock)
        many = (resolved(ORDER, broker, desk, SETTINGS, pace) for _ in range(50))
        found = await asyncio.gather(*many)
        return [name for reports in found for name in kinds(reports)], venue.asked_s

    reports, asked_s = run(main)
    assert reports == ["AbsenceProven"] * 50
    assert [asked_s.count(second) for second in (0, 10, 20)] == [60, 60, 30] and len(asked_s) == 150
