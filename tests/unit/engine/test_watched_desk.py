"""A whole desk at a venue that holds no exits: we watch, the worst goes first, nothing is sold twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import BTC, ES
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.brokers.paper_faults import Fault, Faults
from trading.brokers.profile import PAPER_PROFILES
from trading.domain import commands as cm
from trading.domain.exits import Size, SizeKind
from trading.domain.order import OrderStatus, OrderType
from trading.domain.risk import day_loss

D = Decimal


def held(pit: MarkedPit, symbol: str = "BTC/USD") -> Decimal:
    position = pit.position(symbol)
    return position.quantity if position else D(0)


@pytest.mark.parametrize("bare", [False, True])
def test_a_target_and_then_break_even_end_without_loss(bare: bool) -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("1%", "2%", stop="1%", even=1))
        await pit.quote("6767")
        await pit.quote("6767.01")
        assert held(pit) == D("0.07462687")
        await pit.quote("6700")
        await pit.quote("6700")
        assert held(pit) == 0
        position = pit.position()
        assert position is not None
        assert position.last_exit == "sl"
        # Half at 6,767 and half at break-even, exact to the last digit.
        assert position.realised == D("0.07462686") * 67

    in_marked_pit(scene, bare=bare)


def test_the_trail_is_written_down_before_its_exit() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan(trail="2%"))
        await pit.quote("7000")
        await pit.quote("6860")
        names = pit.names()
        assert names.index("TrailMoved") < names.index("ExitTriggered")
        moved = pit.named("TrailMoved")[-1]
        assert (moved.best_price, moved.stop_price) == (D(7000), D(6860))
        log = pit.since()
        assert log.index("submit trail") > log.index("durable")
        await pit.quote("6860")
        assert held(pit) == 0

    in_marked_pit(scene, bare=True)


def test_a_resting_close_is_gone_before_the_stop_sells() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan(stop="1%"))
        await pit.close(order_type=OrderType.LIMIT, limit=at("6900"))
        pit.since()
        await pit.quote("6630")
        await pit.quote("6629")
        await pit.quote("6628")
        calls = [what for what in pit.since() if not what.startswith(("append", "durable"))]
        assert calls == ["cancel", "submit stop"]
        assert held(pit) == 0
        assert pit.named("PositionClosed")[0].reason == "sl"

    in_marked_pit(scene, bare=True)


@pytest.mark.parametrize("bare", [False, True])
def test_a_panic_ends_flat_with_everything_open(bare: bool) -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("1%", "2%", stop="1%"))
        await pit.buy("500", order_type=OrderType.LIMIT, limit=at("6600"))
        await pit.close("10", order_type=OrderType.LIMIT, limit=at("6900"))
        await pit.do(cm.Flatten, halt=True)
        for _ in range(5):
            await pit.quote("6700")
            await pit.clock.sleep_s(10)
        snapshot = pit.venue.snapshot(pit.clock.now())
        assert not any(snapshot.positions.values())
        assert snapshot.orders == ()
        assert held(pit) == 0
        assert list(pit.engine.book.open_orders(pit.broker.account)) == []
        assert len(pit.named("FlatProven")) == 1
        account = pit.engine.book.account(pit.broker.account)
        assert account is not None
        assert account.halt is cm.HaltState.HALTED

    in_marked_pit(scene, bare=bare)


@pytest.mark.parametrize("bare", [False, True])
def test_a_panic_on_a_closed_market_waits_for_the_opening(bare: bool) -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.do(cm.SetLimit, name="order_notional_max", value=D(500_000))
        await pit.quote("2600", symbol="ES")
        await pit.buy(symbol="ES", size=Size(SizeKind.CONTRACTS, D(1)))
        await pit.quote("2600", symbol="ES")
        assert held(pit, "ES") == 1
        await pit.clock.sleep_until(datetime(2018, 4, 4, 21, 0, tzinfo=UTC))
        await pit.do(cm.Flatten, halt=True)
        await pit.clock.sleep_s(3_500)
        # Asked, asked once more, and then not again before the session opens.
        assert 1 <= len(pit.named("OrderRejected")) <= 3
        assert not pit.named("FlatProven")
        await pit.clock.sleep_s(200)
        await pit.quote("2590", symbol="ES")
        await pit.clock.sleep_s(120)
        await pit.quote("2590", symbol="ES")
        await pit.clock.sleep_s(120)
        assert held(pit, "ES") == 0
        assert len(pit.named("FlatProven")) == 1

    in_marked_pit(scene, bare=bare, instruments=(BTC, ES))


@pytest.mark.parametrize("bare", [False, True])
def test_a_time_exit_that_was_refused_is_tried_again(bare: bool) -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.do(cm.SetLimit, name="order_notional_max", value=D(500_000))
        await pit.quote("2600", symbol="ES")
        ends = datetime(2018, 4, 4, 21, 10, tzinfo=UTC)  # in the daily break
        exits = replace(plan(stop="1%"), exit_at=ends)
        await pit.buy(symbol="ES", size=Size(SizeKind.CONTRACTS, D(1)), exits=exits)
        await pit.quote("2600", symbol="ES")
        await pit.clock.sleep_until(ends + timedelta(minutes=45))
        assert held(pit, "ES") == 1
        assert len(pit.named("OrderRejected")) == 45
        for _ in range(10):
            await pit.clock.sleep_s(60)
            await pit.quote("2601", symbol="ES")
        assert held(pit, "ES") == 0
        assert pit.named("PositionClosed")[0].reason == "time"

    in_marked_pit(scene, bare=bare, instruments=(BTC, ES))


def test_a_venue_with_groups_gets_the_whole_bracket() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("1%", "2%", stop="1%", trail="2%"))
        assert "submit group of stop, target, target, trail" in pit.since()
        await pit.quote("7000")
        await pit.quote("7000")
        assert held(pit) == 0
        position = pit.position()
        assert position is not None
        assert position.last_exit == "tp2"
        assert position.realised == D("0.07462686") * D(67) + D("0.07462687") * D(134)

    in_marked_pit(scene)


def test_a_new_day_moves_what_the_daily_loss_counts_from() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000")
        account = pit.engine.book.account(pit.broker.account)
        assert account is not None
        assert (account.day, account.day_equity) == ("2018-04-04", D(10_000))
        await pit.clock.sleep_until(pit.clock.now().replace(hour=0) + timedelta(days=1))
        await pit.quote("6800")
        await pit.close("50")
        account = pit.engine.book.account(pit.broker.account)
        assert account is not None
        assert account.day == "2018-04-05"
        # It begins with what was left at midnight, the fee of a tenth of a percent gone: the gain of the
        # day's first price is the day's own.
        assert account.day_equity == D(10_000) - D("0.999999991")

    in_marked_pit(scene)


def test_a_loss_of_the_night_counts_for_the_day() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("5000")
        await pit.clock.sleep_until(pit.clock.now().replace(hour=0) + timedelta(days=1))
        await pit.quote("6000")
        await pit.quote("6000")
        await pit.clock.sleep_s(3_600)
        account = pit.engine.book.account(pit.broker.account)
        assert account is not None
        assert account.day == "2018-04-05", "nobody had to type anything for the day to begin"
        loss = day_loss(pit.engine.book, account)
        assert loss == D("0.74626865") * 700
        await pit.do(cm.SetHalt, state=cm.HaltState.REDUCE_ONLY, reason="enough")
        account = pit.engine.book.account(pit.broker.account)
        assert account is not None and day_loss(pit.engine.book, account) == loss

    in_marked_pit(scene)


@pytest.mark.parametrize("name", ["full", "pair", "stops"])
def test_a_stop_that_came_into_doubt_is_watched_from_then_on(name: str) -> None:
    """Only its order has changed, and nothing was decided about the position itself."""
    faults = Faults()

    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", order_type=OrderType.LIMIT, limit=at("6600"), exits=plan(stop="1%"))
        faults.plan(Fault.LOST_BEFORE)
        await pit.quote("6599")
        (stop,) = (one for one in pit.engine.book.orders.values() if not one.is_entry)
        assert stop.status is OrderStatus.IN_DOUBT and held(pit) > 0
        await pit.quote("6533")
        (touched,) = pit.named("ExitTriggered")
        assert (touched.leg, touched.price) == ("sl", 6533)

    profile = replace(PAPER_PROFILES[name], fence_s=8.0, visibility_s=4.0)
    in_marked_pit(scene, profile=profile, faults=faults)
