"""The request budget: lanes, the venue's own count, silence when it wants silence."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes.hand_clock import HandClock
from trading.brokers.limits import ENTRIES_WAIT_MAX, Budget, Crowded, Lane
from trading.ports import BrokerBusy


async def test_whoever_protects_goes_before_whoever_came_first() -> None:
    budget = Budget(HandClock(), in_flight_max=1)
    went: list[Lane] = []

    async def ask(lane: Lane) -> None:
        async with budget.turn(lane):
            went.append(lane)
            await asyncio.sleep(0)

    async with budget.turn(Lane.QUERY):
        tasks = [asyncio.create_task(ask(lane)) for lane in reversed(Lane)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert went == list(Lane)


async def test_a_flood_of_entries_leaves_room_for_protection() -> None:
    budget = Budget(HandClock(), weight_max=100, patience_s=0.02)
    for _ in range(70):
        async with budget.turn(Lane.ENTRY):
            pass
    with pytest.raises(BrokerBusy):
        async with budget.turn(Lane.ENTRY):
            pass
    for lane in (Lane.QUERY, Lane.EXIT, Lane.CANCEL, Lane.PROTECTIVE):
        async with budget.turn(lane):
            pass


async def test_a_thousand_entries_delay_a_stop_by_one_request() -> None:
    budget = Budget(HandClock(), weight_max=10_000, in_flight_max=2)
    done = refused = 0

    async def enter() -> None:
        nonlocal done, refused
        try:
            async with budget.turn(Lane.ENTRY):
                done += 1
                await asyncio.sleep(0)
        except Crowded:
            refused += 1

    entries = [asyncio.create_task(enter()) for _ in range(1000)]
    await asyncio.sleep(0)
    before = done
    async with budget.turn(Lane.PROTECTIVE):
        assert done - before <= 2
    await asyncio.gather(*entries)
    assert (done + refused, done) == (1000, ENTRIES_WAIT_MAX + 2), "the rest hears at once that it must wait"


async def test_the_venues_own_count_is_believed_and_ends_with_its_minute() -> None:
    clock = HandClock()
    budget = Budget(clock, weight_max=100, patience_s=0.02)
    budget.told({"x-mbx-used-weight-1m": "99"})
    assert budget.left == 1
    with pytest.raises(BrokerBusy):
        async with budget.turn(Lane.PROTECTIVE, 2):
            pass
    clock.advance(60)
    async with budget.turn(Lane.PROTECTIVE, 2):
        assert budget.left == 98


async def test_a_hold_turns_everybody_away_and_says_for_how_long() -> None:
    clock = HandClock()
    budget = Budget(clock, in_flight_max=1)
    async with budget.turn(Lane.QUERY):
        waiting = asyncio.create_task(_once(budget, Lane.PROTECTIVE))
        await asyncio.sleep(0)
        budget.hold(30)
    with pytest.raises(BrokerBusy):
        await waiting
    clock.advance(10)
    with pytest.raises(BrokerBusy) as busy:
        await _once(budget, Lane.PROTECTIVE)
    assert busy.value.after_s == 20
    clock.advance(20)
    await _once(budget, Lane.PROTECTIVE)


async def test_a_ban_without_a_time_is_kept_for_two_minutes() -> None:
    clock = HandClock()
    budget = Budget(clock)
    budget.hold(None, is_ban=True)
    clock.advance(119)
    with pytest.raises(BrokerBusy):
        await _once(budget, Lane.PROTECTIVE)
    clock.advance(1)
    await _once(budget, Lane.PROTECTIVE)


async def test_who_gives_up_leaves_no_place_taken() -> None:
    budget = Budget(HandClock(), in_flight_max=1, patience_s=0.02)
    async with budget.turn(Lane.QUERY):
        with pytest.raises(BrokerBusy):
            await _once(budget, Lane.QUERY)
    await _once(budget, Lane.ENTRY)


async def test_who_is_canceled_leaves_no_place_taken() -> None:
    budget = Budget(HandClock(), in_flight_max=1)
    async with budget.turn(Lane.QUERY):
        waiting = asyncio.create_task(_once(budget, Lane.ENTRY))
        await asyncio.sleep(0)
    waiting.cancel()  # in the very instant in which it is granted
    await asyncio.gather(waiting, return_exceptions=True)
    await _once(budget, Lane.ENTRY)


async def test_a_new_window_lets_those_in_who_wait() -> None:
    clock = HandClock()
    clock.advance(59.98)
    budget = Budget(clock, weight_max=10)
    budget.told({"X-MBX-USED-WEIGHT-1M": "10"})
    waiting = asyncio.create_task(_once(budget, Lane.PROTECTIVE))
    await asyncio.sleep(0)
    clock.advance(0.02)
    await asyncio.wait_for(waiting, 5)


async def _once(budget: Budget, lane: Lane) -> None:
    async with budget.turn(lane):
        pass


async def test_entries_beyond_the_queue_are_refused_at_once_and_a_stop_goes_next() -> None:
    budget = Budget(HandClock(), in_flight_max=1)
    went: list[Lane] = []

    async def ask(lane: Lane) -> None:
        async with budget.turn(lane):
            went.append(lane)

    async with budget.turn(Lane.ENTRY):
        waiting = [asyncio.create_task(ask(Lane.ENTRY)) for _ in range(ENTRIES_WAIT_MAX)]
        await asyncio.sleep(0)
        with pytest.raises(Crowded):
            async with budget.turn(Lane.ENTRY):
                pass
        stop = asyncio.create_task(ask(Lane.PROTECTIVE))
        await asyncio.sleep(0)
    await asyncio.gather(*waiting, stop)
    assert went == [Lane.PROTECTIVE, *[Lane.ENTRY] * ENTRIES_WAIT_MAX]


async def test_who_has_given_up_takes_no_place_and_holds_nobody_up() -> None:
    budget = Budget(HandClock(), in_flight_max=1, patience_s=0.01)
    async with budget.turn(Lane.ENTRY):
        for _ in range(3):
            with pytest.raises(BrokerBusy):
                async with budget.turn(Lane.QUERY):
                    pass
    async with budget.turn(Lane.ENTRY):
        pass


async def test_who_waits_for_too_long_is_no_reason_to_spare_the_venue() -> None:
    budget = Budget(HandClock(), weight_max=100, patience_s=0.02)
    budget.told({"X-MBX-USED-WEIGHT-1M": "70"})
    with pytest.raises(BrokerBusy) as busy:
        await _once(budget, Lane.ENTRY)
    assert busy.value.is_ours and busy.value.after_s is None
    await _once(budget, Lane.PROTECTIVE)


async def test_a_counter_gives_back_its_weight_bit_by_bit_and_what_costs_nothing_passes() -> None:
    clock = HandClock()
    budget = Budget(clock, weight_max=20, refill_s=2.0, patience_s=0.02)
    async with budget.turn(Lane.QUERY, 17):
        pass
    with pytest.raises(BrokerBusy):
        async with budget.turn(Lane.QUERY):
            pass
    async with budget.turn(Lane.ENTRY, 0):
        pass
    clock.advance(2)
    async with budget.turn(Lane.QUERY):
        assert budget.left == 3
