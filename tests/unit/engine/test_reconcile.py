"""A start: the venue's truth against the book. What is missing is added, nothing is sent again."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.fakes.pit import PAPER
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.brokers.paper_faults import Fault, Faults
from trading.domain import commands as cm
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.money import Quantity
from trading.domain.order import Order, OrderStatus, OrderType, Role, Side
from trading.domain.position import Guard
from trading.engine.reconcile import as_found, connect, start_report
from trading.engine.report import InSymbol

D = Decimal


def sends(log: list[str]) -> list[str]:
    return [what for what in log if what.startswith("submit")]


def held(pit: MarkedPit) -> Decimal:
    position = pit.position()
    return position.quantity if position else D(0)


def by_hand(pit: MarkedPit, side: Side, quantity: str) -> None:
    """Another hand trades at the venue."""
    name = f"HAND-{quantity}"
    ids = OrderId(name), ClientOrderId(name), PAPER, PositionId("hand"), "BTC/USD"
    order = Order(*ids, side, OrderType.MARKET, Quantity(D(quantity)), Role.ENTRY)
    pit.venue.submit(order, pit.clock.now())


async def asleep(pit: MarkedPit, *prices: str) -> None:
    """The desk is away while the market moves."""
    await pit.die()
    for price in prices:
        pit.venue.on_market(replace(pit.engine.book.marks["BTC/USD"], bid=D(price), ask=D(price)))
    pit.venue.drain()


async def awake(pit: MarkedPit) -> None:
    await pit.start()
    await connect(pit.engine, PAPER, pit.broker)
    await pit.settle()


def test_fills_that_were_missed_are_added_once() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"), exits=plan("2%", stop="1%"))
        await asleep(pit, "6590")
        pit.since()
        await awake(pit)
        assert held(pit) == D("0.15151515")
        # Protected from the first second on; the entry was not sent again.
        assert sends(pit.since()) == ["submit group of stop, target"]
        await pit.again()
        assert held(pit) == D("0.15151515")
        assert len(pit.named("OrderFilled")) == 1

    in_marked_pit(scene)


def test_a_stop_that_filled_while_we_were_away_closes_the_books() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        await asleep(pit, "6500")
        await awake(pit)
        assert held(pit) == 0
        (closed,) = pit.named("PositionClosed")
        assert closed.reason == "sl"
        assert list(pit.engine.book.open_orders(PAPER)) == []

    in_marked_pit(scene)


@pytest.mark.parametrize("fault", [Fault.LOST_BEFORE, Fault.LOST_AFTER])
def test_an_order_without_an_answer_is_settled_and_never_resent(fault: Fault) -> None:
    faults = Faults()

    async def scene(pit: MarkedPit) -> None:
        faults.plan(fault)
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"))
        await pit.clock.sleep_s(30)
        await pit.settle()
        (order,) = pit.engine.book.orders.values()
        expected = OrderStatus.NOT_PLACED if fault is Fault.LOST_BEFORE else OrderStatus.WORKING
        assert order.status is expected
        assert sends(pit.since()) == ["submit entry"]

    in_marked_pit(scene, faults=faults)


def test_a_death_before_the_answer_is_settled_at_the_start() -> None:
    faults = Faults(late_s=30.0)

    async def scene(pit: MarkedPit) -> None:
        faults.plan(Fault.LATE)
        faults.hides_reports = True
        waiting = asyncio.ensure_future(pit.buy("1000", exits=plan("2%", stop="1%")))
        await pit.clock.sleep_s(1)
        (order,) = pit.engine.book.orders.values()
        assert order.status is OrderStatus.SUBMITTING
        faults.hides_reports = False
        await pit.again()
        assert held(pit) == D("0.14925373")
        assert pit.named("OrderInDoubt")
        assert sends(pit.since()) == ["submit entry", "submit group of stop, target"]
        waiting.cancel()

    in_marked_pit(scene, faults=faults)


def test_a_death_before_the_sending_leaves_a_proof_and_no_order() -> None:
    async def scene(pit: MarkedPit) -> None:
        broker = pit.broker
        # The intent is durable, and the process ends before the effect is carried.
        pit.engine.outbox.put = lambda effects: None  # type: ignore[method-assign]  # the power goes here
        await pit.buy("1000")
        await pit.again()
        (order,) = pit.engine.book.orders.values()
        assert order.status is OrderStatus.NOT_PLACED
        assert held(pit) == 0
        assert sends(pit.since()) == []
        assert broker is not pit.broker

    in_marked_pit(scene)


def test_bot_guarded_exits_are_watched_again_after_a_start() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%", trail="5%"))
        await pit.again()
        assert len(pit.engine.triggers) == 3
        await pit.quote("6600")
        await pit.quote("6600")
        assert held(pit) == 0
        assert pit.named("PositionClosed")[0].reason == "sl"

    in_marked_pit(scene, bare=True)


@pytest.mark.parametrize("bare", [False, True])
def test_a_time_exit_survives_the_restart(bare: bool) -> None:
    async def scene(pit: MarkedPit) -> None:
        ends = pit.clock.now() + timedelta(minutes=5)
        await pit.buy("1000", exits=replace(plan("2%", stop="1%"), exit_at=ends))
        await pit.again()
        await pit.clock.sleep_until(ends - timedelta(seconds=1))
        assert held(pit) > 0
        await pit.clock.sleep_s(2)
        await pit.quote("6700")
        assert held(pit) == 0
        assert pit.named("PositionClosed")[0].reason == "time"

    in_marked_pit(scene, bare=bare)


def test_a_time_exit_that_passed_while_away_goes_at_once() -> None:
    async def scene(pit: MarkedPit) -> None:
        ends = pit.clock.now() + timedelta(minutes=5)
        await pit.buy("1000", exits=replace(plan("2%", stop="1%"), exit_at=ends))
        await pit.die()
        await pit.clock.sleep_s(600)
        await awake(pit)
        await pit.quote("6700")
        assert held(pit) == 0

    in_marked_pit(scene)


def test_a_panic_goes_on_after_a_restart() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        pit.engine.outbox.put = lambda effects: None  # type: ignore[method-assign]  # the power goes here
        await pit.do(cm.Flatten, halt=True)
        assert held(pit) > 0
        await pit.again()
        await pit.quote("6700")
        await pit.clock.sleep_s(60)
        await pit.settle()
        assert held(pit) == 0
        account = pit.engine.book.account(PAPER)
        assert account is not None
        assert account.halt is cm.HaltState.HALTED
        assert len(pit.named("FlatProven")) == 1

    in_marked_pit(scene)


def test_a_venue_that_guards_is_left_alone_at_a_start() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        position = pit.position()
        assert position is not None
        assert position.bracket is not None
        assert position.bracket.guard is Guard.VENUE
        assert len(pit.engine.triggers) == 0
        await pit.again()
        assert len(pit.engine.triggers) == 0
        assert sends(pit.since()) == ["submit entry", "submit group of stop, target"]

    in_marked_pit(scene)


def test_without_a_session_nothing_left_us_for_certain() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.die()
        await pit.start()
        await pit.quote("6700")
        await pit.buy("1000")
        (order,) = pit.engine.book.orders.values()
        assert order.status is OrderStatus.REJECTED
        assert order.reason == "there is no connection to the venue"
        assert sends(pit.since()) == []

    in_marked_pit(scene)


def test_a_start_reports_what_it_found_adopted_and_placed_anew() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"), exits=plan("2%", stop="1%"))
        await asleep(pit, "6590")
        by_hand(pit, Side.SELL, "0.05")
        await pit.start()
        before = as_found(pit.engine)
        await connect(pit.engine, PAPER, pit.broker)
        await pit.settle()
        report = start_report(before, pit.engine, 0, 0.0)
        assert report.filled == (InSymbol("BTC/USD", 1, D("0.15151515")),)
        assert report.by_hand == (InSymbol("BTC/USD", 1, D("-0.05")),)
        assert report.explained == () and report.symbols == ("BTC/USD",)
        assert len(report.resolved) == 1 and len(report.re_placed) == 2
        # Fills of later belong to no start.
        by_hand(pit, Side.SELL, "0.01")
        await pit.clock.sleep_s(9)
        await pit.settle()
        assert held(pit) == D("0.09151515")
        assert start_report(before, pit.engine, 0, 0.0).by_hand == report.by_hand

    in_marked_pit(scene)
