"""Rounds: what the stream did not tell is found in time, and only ever added; entries wait for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from tests.fakes.pit import PAPER
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.brokers.paper_faults import Fault, Faults
from trading.brokers.profile import PAPER_FULL
from trading.domain import reports as rp
from trading.domain.money import Price
from trading.domain.order import OrderStatus, OrderType
from trading.engine.reconcile import connect
from trading.engine.rounds import OVERLAP, VenueLook
from trading.engine.settings import EngineSettings
from trading.ports import BrokerSilent

D = Decimal
REPAIRED_S = 15
"""How long an event that the stream dropped may stay unknown (RELIABILITY P7, X18)."""


def look(pit: MarkedPit) -> VenueLook:
    return pit.engine.outbox.rounds[PAPER].told()


async def unheard(pit: MarkedPit, price: str) -> None:
    """The market moves, and the stream says nothing of what that did."""
    quote = replace(pit.engine.book.marks["BTC/USD"], bid=D(price), ask=D(price), at=pit.clock.now())
    pit.venue.on_market(quote)
    pit.venue.drain()


def test_a_fill_that_the_stream_dropped_is_booked_in_time() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"), exits=plan("2%", stop="1%"))
        await unheard(pit, "6590")
        pit.since()
        await pit.clock.sleep_s(REPAIRED_S)
        assert len(pit.named("OrderFilled")) == 1
        assert "submit group of stop, target" in pit.since()
        await pit.clock.sleep_s(120)
        assert len(pit.named("OrderFilled")) == 1
        assert not [what for what in pit.since() if what.startswith("submit")]

    in_marked_pit(scene)


def test_an_end_that_the_stream_dropped_is_noticed_in_time() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"))
        (order,) = pit.engine.book.orders.values()
        pit.venue.cancel(order.client_order_id, pit.clock.now())
        await pit.clock.sleep_s(REPAIRED_S)
        assert pit.engine.book.orders[order.order_id].status is OrderStatus.CANCELED

    in_marked_pit(scene)


def test_a_change_that_nobody_heard_of_is_noticed_in_time() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"))
        (order,) = pit.engine.book.orders.values()
        pit.venue.replace(order.client_order_id, order.quantity, Price(D("6500")), None, pit.clock.now())
        await pit.clock.sleep_s(REPAIRED_S)
        assert pit.engine.book.orders[order.order_id].limit_price == D("6500")

    in_marked_pit(scene)


def test_what_changes_while_the_venue_answers_is_looked_at_the_next_time() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"))
        asked: list[Any] = []
        snapshot, find = pit.broker.snapshot, pit.broker.find

        async def slow() -> Any:
            seen = await snapshot()
            # The stream is faster than the answer.
            await pit.quote("6590")
            return replace(seen, orders=())

        async def find_noted(cid: Any) -> Any:
            asked.append(cid)
            return await find(cid)

        pit.broker.snapshot, pit.broker.find = slow, find_noted  # type: ignore[method-assign, assignment]  # a slow venue
        await pit.clock.sleep_s(20)
        assert pit.named("OrderFilled")
        assert asked == []

    in_marked_pit(scene)


def test_a_venue_that_does_not_answer_is_asked_again_soon_and_nothing_is_concluded() -> None:
    faults = Faults()

    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        before = len(pit.events)
        faults.plan(*[Fault.LOST_BEFORE] * 10)
        await pit.clock.sleep_s(30)
        assert len(pit.events) == before
        assert look(pit).is_open
        await pit.clock.sleep_s(10)
        told = look(pit)
        assert told.age_s is not None and told.age_s < 10
        assert 20 < told.longest_s < 40

    in_marked_pit(scene, faults=faults)


def test_an_order_whose_answer_does_not_come_is_not_asked_about_in_each_round() -> None:
    asked: list[Any] = []

    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"))
        (order,) = pit.engine.book.orders.values()

        async def silent(cid: Any) -> Any:
            asked.append(pit.clock.now())
            await pit.clock.sleep_s(100)
            raise BrokerSilent("nothing")

        pit.broker.find = silent  # type: ignore[method-assign, assignment]  # a venue that answers all but this
        pit.venue.cancel(order.client_order_id, pit.clock.now())
        await pit.clock.sleep_s(39)
        assert 1 <= len(asked) <= 6

    in_marked_pit(scene)


def test_a_venue_that_is_silent_for_long_gets_no_entries_until_it_answers() -> None:
    faults = Faults()

    async def scene(pit: MarkedPit) -> None:
        faults.plan(*[Fault.LOST_BEFORE] * 20)
        await pit.clock.sleep_s(42)
        assert not look(pit).is_open
        await pit.clock.sleep_s(30)
        assert look(pit).is_open

    in_marked_pit(scene, faults=faults)


def test_the_interval_that_is_achieved_is_measured() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.clock.sleep_s(60)
        told = look(pit)
        assert told.is_open
        assert told.age_s is not None and told.age_s <= 8
        assert told.longest_s <= 10

    in_marked_pit(scene)


def test_without_a_timer_the_venue_is_looked_at_once() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.clock.sleep_s(600)
        told = look(pit)
        assert told.is_open
        assert told.age_s == told.longest_s == 600

    in_marked_pit(scene, settings=EngineSettings(look_every_s=0))


# ---------------------------------------------------------------- breaks of the stream


def test_a_stream_that_breaks_is_begun_anew_and_what_it_held_is_read_again() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"))
        await unheard(pit, "6590")
        pit.broker.cut()
        await pit.settle()
        # Not after the timer's eight seconds: now.
        assert len(pit.named("OrderFilled")) == 1
        await pit.quote("6700")
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"))
        await pit.quote("6590")
        assert len(pit.named("OrderFilled")) == 2
        assert not pit.named("Noticed")

    in_marked_pit(scene)


def test_an_entry_waits_for_the_look_after_a_break_and_an_exit_does_not() -> None:
    faults = Faults()

    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000")
        faults.plan(Fault.LOST_BEFORE)
        pit.broker.cut()
        await pit.settle()
        assert not look(pit).is_open
        pit.since()
        await pit.buy("500")
        await pit.close()
        assert [what for what in pit.since() if what.startswith("submit")] == ["submit close"]
        await pit.clock.sleep_s(3)
        await pit.settle()
        assert look(pit).is_open
        assert [what for what in pit.since() if what.startswith("submit")] == ["submit entry"]

    in_marked_pit(scene, faults=faults)


def test_an_entry_that_waited_too_long_is_refused_with_certainty() -> None:
    faults = Faults()

    async def scene(pit: MarkedPit) -> None:
        faults.plan(*[Fault.LOST_BEFORE] * 20)
        pit.broker.cut()
        await pit.settle()
        await pit.buy("500")
        await pit.clock.sleep_s(15)
        await pit.settle()
        (order,) = pit.engine.book.orders.values()
        assert order.status is OrderStatus.REJECTED
        assert "did not say in time" in order.reason
        assert not [what for what in pit.since() if what.startswith("submit")]

    in_marked_pit(scene, faults=faults)


def test_a_stream_that_keeps_breaking_is_told_once_and_tried_with_patience() -> None:
    async def scene(pit: MarkedPit) -> None:
        begun: list[float] = []

        async def broken() -> AsyncIterator[Any]:
            begun.append(pit.clock.elapsed_s())
            if begun:
                raise BrokerSilent("Another session took the stream.")
            yield None

        pit.broker.reports = broken  # type: ignore[method-assign]  # one session only (X21)
        pit.broker.cut()
        await pit.clock.sleep_s(100)
        (told,) = pit.named("Noticed")
        assert (told.code, told.facts["reason"]) == ("stream_broke", "Another session took the stream.")
        pauses = [later - earlier for earlier, later in pairwise(begun)]
        assert pauses == [5, 10, 15, 20, 25]

    in_marked_pit(scene)


def test_a_stream_that_ends_is_begun_anew() -> None:
    async def scene(pit: MarkedPit) -> None:
        begun: list[float] = []

        async def short() -> AsyncIterator[Any]:
            begun.append(pit.clock.elapsed_s())
            nothing: tuple[Any, ...] = ()
            for report in nothing:
                yield report

        pit.broker.reports = short  # type: ignore[method-assign]  # a venue that hangs up
        pit.broker.cut()
        await pit.clock.sleep_s(12)
        assert len(begun) >= 2

    in_marked_pit(scene)


def test_a_stream_without_a_heartbeat_is_dead_and_begun_anew() -> None:
    profile = replace(PAPER_FULL, stream_silent_s=20.0)

    async def scene(pit: MarkedPit) -> None:
        begun: list[float] = []
        fed: asyncio.Queue[Any] = asyncio.Queue()

        async def stream() -> AsyncIterator[Any]:
            begun.append(pit.clock.elapsed_s())
            while True:
                yield await fed.get()

        await pit.die()
        await pit.start()
        pit.broker.reports = stream  # type: ignore[method-assign]  # a stream with heartbeats
        await connect(pit.engine, PAPER, pit.broker)
        for _ in range(5):
            await pit.clock.sleep_s(15)
            fed.put_nowait(rp.LinkAlive(PAPER, pit.clock.now()))
        assert len(begun) == 1
        await pit.clock.sleep_s(21)
        assert len(begun) == 2

    in_marked_pit(scene, profile=profile)


def test_a_stream_that_mended_itself_is_looked_behind_at_once() -> None:
    async def scene(pit: MarkedPit) -> None:
        fed: asyncio.Queue[Any] = asyncio.Queue()

        async def stream() -> AsyncIterator[Any]:
            while True:
                yield await fed.get()

        await pit.die()
        await pit.start()
        pit.broker.reports = stream  # type: ignore[method-assign]  # an adapter that reconnects by itself
        await connect(pit.engine, PAPER, pit.broker)
        await pit.settle()
        await pit.quote("6700")
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"))
        await unheard(pit, "6590")
        fed.put_nowait(rp.LinkBack(PAPER, pit.clock.now()))
        await pit.settle()
        assert len(pit.named("OrderFilled")) == 1

    in_marked_pit(scene)


@pytest.mark.parametrize("venue_is_ahead_s", [0, 3_600, -3_600], ids=["agree", "behind", "ahead"])
def test_the_history_is_read_on_from_a_minute_before_the_last_look_by_the_clock_that_is_behind(
    venue_is_ahead_s: int,
) -> None:
    """A clock that was set forward must not pass over what the venue does next (C01)."""

    async def scene(pit: MarkedPit) -> None:
        asked: list[tuple[datetime, datetime]] = []
        history, snapshot = pit.broker.history, pit.broker.snapshot

        async def noted(since: datetime) -> Any:
            asked.append((pit.clock.now(), since))
            return await history(since)

        async def skewed() -> Any:
            seen = await snapshot()
            return replace(seen, at=seen.at + timedelta(seconds=venue_is_ahead_s))

        pit.broker.history, pit.broker.snapshot = noted, skewed  # type: ignore[method-assign]  # another clock
        await pit.clock.sleep_s(30)
        assert len(asked) >= 3
        behind = timedelta(seconds=min(venue_is_ahead_s, 0))
        for (before, _), (_, since) in pairwise(asked):
            assert since == before + behind - OVERLAP

    in_marked_pit(scene)
