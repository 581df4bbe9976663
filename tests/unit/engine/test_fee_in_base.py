"""A venue that takes its fee in units of what was bought: less is held than was filled, and no exit sells
more than that (RELIABILITY X30)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.fakes.pit import PAPER
from tests.unit.domain.test_bracket import plan
from tests.unit.engine.marked import MarkedPit, in_marked_pit
from trading.brokers.fills import FillRules
from trading.brokers.profile import PAPER_PROFILES
from trading.domain import commands as cm
from trading.domain.ids import ClientOrderId, OrderId, PositionId
from trading.domain.money import Quantity
from trading.domain.order import Order, OrderStatus, OrderType, Role, Side
from trading.ports import Denied

D = Decimal
RULES = FillRules(fee_in_base=True)
BOUGHT = D("0.14925373")
KEPT = BOUGHT / 1000
HELD = BOUGHT - KEPT
LOTS = D("0.14910447")


def agreed(pit: MarkedPit) -> Decimal:
    """What is held, by the book and by the venue."""
    held = pit.venue.snapshot(pit.clock.now()).positions.get("BTC/USD", D(0))
    position = pit.position()
    assert position is not None and position.quantity == held >= 0
    return Decimal(held)


def resting(pit: MarkedPit) -> list[Decimal]:
    return [one.remaining for one in pit.engine.book.open_orders(PAPER)]


@pytest.mark.parametrize("name", PAPER_PROFILES)
@pytest.mark.parametrize("price", ["6500", "6900"])
def test_exits_sell_whole_lots_of_what_is_left_and_the_rest_is_dust(name: str, price: str) -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        assert agreed(pit) == HELD
        assert all(one == LOTS for one in resting(pit))
        (position,) = pit.engine.book.live_positions(PAPER)
        assert position.bracket is not None and position.uncovered_since is None
        assert {leg.quantity for leg in position.bracket.legs} == {LOTS}
        for _ in range(3):
            await pit.quote(price)
            await pit.clock.sleep_s(3)
            await pit.settle()
        assert agreed(pit) == HELD - LOTS
        (position,) = pit.engine.book.live_positions(PAPER)
        assert position.dust is not None and position.uncovered_since is None
        assert resting(pit) == []
        assert position.bracket is not None and {leg.quantity for leg in position.bracket.legs} == {D(0)}
        assert not [o for o in pit.engine.book.orders.values() if o.status is OrderStatus.REJECTED]
        # A start has nothing to do, and what is left counts as flat.
        pit.since()
        await pit.again()
        assert [what for what in pit.since() if what.startswith(("submit", "cancel", "replace"))] == []
        assert [one.reason for one in pit.named("BracketSet") if one.reason == "start"] == []
        await pit.do(cm.Flatten, halt=True)
        await pit.clock.sleep_s(5)
        await pit.settle()
        (proven,) = pit.named("FlatProven")
        assert "beyond dust" in proven.proof

    in_marked_pit(scene, profile=PAPER_PROFILES[name], rules=RULES)


@pytest.mark.parametrize("name", PAPER_PROFILES)
def test_a_close_by_hand_sells_what_is_held_and_the_next_purchase_takes_the_crumb(name: str) -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        await pit.close()
        await pit.clock.sleep_s(5)
        await pit.settle()
        assert agreed(pit) == HELD - LOTS
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        assert agreed(pit) == 2 * HELD - LOTS
        assert all(one == D("0.14910448") for one in resting(pit))

    in_marked_pit(scene, profile=PAPER_PROFILES[name], rules=RULES)


def test_a_hand_that_sells_what_it_can_leaves_dust_and_no_exits() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        ids = OrderId("HAND-1"), ClientOrderId("HAND-1"), PAPER, PositionId("hand"), "BTC/USD"
        order = Order(*ids, Side.SELL, OrderType.MARKET, Quantity(LOTS), Role.ENTRY)
        pit.venue.submit(order, pit.clock.now())
        await pit.clock.sleep_s(30)
        await pit.settle()
        assert agreed(pit) == HELD - LOTS
        assert resting(pit) == [] and len(pit.named("PositionDust")) == 1
        (position,) = pit.engine.book.live_positions(PAPER)
        assert position.dust is not None and position.uncovered_since is None
        close = await pit.close()
        assert isinstance(close, Denied) and close.refusals[0].code == "dust"
        assert "trades no less than 0.00000001 BTC" in close.refusals[0].sentence

    in_marked_pit(scene, profile=PAPER_PROFILES["pair"], rules=RULES)


def test_money_and_books_follow_from_what_was_paid() -> None:
    async def scene(pit: MarkedPit) -> None:
        await pit.buy("1000", exits=plan("2%", stop="1%"))
        account = pit.engine.book.account(PAPER)
        (position,) = pit.engine.book.live_positions(PAPER)
        assert account is not None
        assert account.cash == 10_000 - BOUGHT * 6700 == pit.venue.snapshot(pit.clock.now()).cash
        assert position.cost == position.entry_cost == HELD * 6700
        assert position.entry_quantity == HELD
        assert position.fees == account.fees == KEPT * 6700
        (filled,) = pit.named("OrderFilled")
        assert (filled.quantity, filled.fee_base, filled.fee) == (BOUGHT, KEPT, KEPT * 6700)
        # From the journal the same book comes back.
        await pit.again()
        assert agreed(pit) == HELD

    in_marked_pit(scene, rules=RULES)
