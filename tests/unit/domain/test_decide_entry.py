"""Buying and shorting: planned to the last digit, judged, written down, and only then sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import BTC, ES, OWNER, PAPER, TOKEN
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from trading.domain import commands as cm
from trading.domain import effects as fx
from trading.domain.decide.addition import merged_plan
from trading.domain.decide.entry import EntryPlan, plan_entry, r_multiple, share_of_equity
from trading.domain.exits import BreakEven, ExitPlan, PriceSpec, PriceSpecKind, Size, SizeKind
from trading.domain.ids import AccountId, ClientOrderId
from trading.domain.order import OrderStatus, OrderType, Role, Side, TimeInForce

D = Decimal
P = PriceSpecKind


def at(price: str) -> PriceSpec:
    return PriceSpec(P.ABSOLUTE, D(price))


def desk_at(price: str = "", **more: Any) -> PureDesk:
    desk = PureDesk(**more)
    desk.price(price or "6699.99", price or "6700.01")
    return desk


def planned(desk: PureDesk, size: str = "0.1", **more: Any) -> EntryPlan:
    found = plan_entry(desk.book, desk.order_command(size, **more), desk.now, live_allowed=False)
    assert isinstance(found, EntryPlan)
    return found


def test_a_buy_is_written_down_and_then_sent() -> None:
    desk = desk_at()
    desk.buy("0.1")
    assert desk.said == ["InstrumentListed", "OrderIntended"]
    assert desk.sent == ["buy market 0.1"]
    (order,) = desk.orders
    assert order.status is OrderStatus.SUBMITTING
    assert (order.role, order.side, order.number) == (Role.ENTRY, Side.BUY, 1)
    assert order.order_id == "paper/BTC/USD/1/entry-1"
    assert order.reference_price == D("6700.01")
    assert not order.reduce_only
    assert desk.last.facts == {
        "order_id": "paper/BTC/USD/1/entry-1",
        "position_id": "paper/BTC/USD/1",
        "client_order_id": order.client_order_id,
        "quantity": "0.1",
    }


def test_what_is_sent_carries_its_passed_gate() -> None:
    desk = desk_at()
    desk.buy("0.1")
    (effect,) = desk.last.effects
    assert isinstance(effect, fx.Submit)
    (approved,) = effect.orders
    (intended,) = desk.named("OrderIntended")
    assert approved.item == intended.order
    assert approved.gate == intended.gate
    assert approved.gate.decision_id == "paper/BTC/USD/1/entry-1#1"
    assert (approved.gate.price, approved.gate.source) == (D(6700), "test")
    assert all(check.passed for check in approved.gate.checks)


def test_the_same_command_grows_the_same_ids() -> None:
    def ids(**more: Any) -> ClientOrderId:
        desk = desk_at()
        desk.buy("0.1", **more)
        return desk.orders[0].client_order_id

    assert ids() == ids()
    assert ids(command_id="test:1:1") == ids()
    assert ids(command_id="test:1:2") != ids()


def test_a_short_sells_at_the_bid() -> None:
    desk = desk_at()
    desk.buy("0.1", long=False)
    assert desk.sent == ["sell market 0.1"]
    assert desk.orders[0].reference_price == D("6699.99")
    desk.fill(desk.orders[0], price="6699.99")
    assert desk.position.quantity == D("-0.1")
    assert desk.position.cost == D("-669.999")


def test_every_detail_of_an_order_goes_along() -> None:
    desk = desk_at()
    ends = desk.now.replace(hour=23)
    desk.buy(
        "0.1",
        order_type=OrderType.LIMIT,
        limit=at("6600"),
        time_in_force=TimeInForce.GTD,
        expires_at=ends,
        post_only=True,
        tag="grid",
    )
    (order,) = desk.orders
    assert (order.type, order.limit_price, order.stop_price) == (OrderType.LIMIT, D(6600), None)
    assert (order.time_in_force, order.expires_at, order.post_only) == (TimeInForce.GTD, ends, True)
    assert (order.tag, desk.position.tag) == ("grid", "grid")
    assert desk.account.reserved == D(660)


# ---------------------------------------------------------------- adding


def test_an_addition_joins_the_same_position() -> None:
    desk = desk_at()
    desk.buy("0.1")
    desk.fill(desk.orders[0], price="6700")
    desk.buy("0.2")
    (order,) = desk.orders
    assert order.order_id == "paper/BTC/USD/1/entry-2"
    desk.fill(order, price="6730")
    assert desk.position.position_id == "paper/BTC/USD/1"
    assert (desk.position.quantity, desk.position.cost) == (D("0.3"), D(2016))
    assert desk.position.average_price(BTC) == D(6720)


def test_after_flat_a_new_position_begins() -> None:
    desk = desk_at()
    desk.buy("0.1")
    desk.fill(desk.orders[0])
    desk.close()
    desk.fill(desk.orders[0], price="6710")
    desk.buy("0.1", long=False)
    assert desk.orders[0].order_id == "paper/BTC/USD/2/entry-1"
    assert desk.orders[0].number == 3
    assert desk.book.position_count(PAPER, "BTC/USD") == 2


def test_an_unfilled_entry_keeps_its_position_for_the_next() -> None:
    desk = desk_at()
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6500"))
    assert [order.order_id for order in desk.orders] == [
        "paper/BTC/USD/1/entry-1",
        "paper/BTC/USD/1/entry-2",
    ]
    desk.cancel(desk.orders[0])
    desk.cancel(desk.orders[0])
    desk.buy("0.1")
    assert desk.orders[0].order_id == "paper/BTC/USD/2/entry-1"


def test_an_addition_may_bring_new_exits_part_by_part() -> None:
    old = plan("2%", stop="1%", even=1)
    assert merged_plan(old, ExitPlan()) == old
    assert merged_plan(old, plan(stop="2%")) == plan("2%", stop="2%", even=1)
    # New targets end what break-even waited for, unless it is said again.
    assert merged_plan(old, plan("3%", "4%")) == plan("3%", "4%", stop="1%")
    assert merged_plan(old, plan("3%", even=1)).break_even == BreakEven(1)


def test_an_addition_anchors_the_exits_at_the_new_average() -> None:
    desk = desk_at(guards=False)
    desk.buy("0.1", exits=plan("2r", stop="1%"))
    desk.fill(desk.orders[0], price="6700")
    assert [leg.price for leg in desk.bracket.legs] == [D(6633), D(6834)]
    desk.buy("0.2")
    desk.fill(desk.orders[0], price="6730")
    # 6,720 on average: 67.20 below, and twice that above.
    assert [leg.price for leg in desk.bracket.legs] == [D("6652.80"), D("6854.40")]
    assert [leg.quantity for leg in desk.bracket.legs] == [D("0.3"), D("0.3")]
    assert desk.bracket.risk_per_unit == D("67.20")


# ---------------------------------------------------------------- what is refused


def test_the_other_side_needs_a_close_first() -> None:
    desk = desk_at()
    desk.buy("0.1")
    desk.fill(desk.orders[0])
    desk.buy("0.1", long=False)
    assert desk.refused == ["opposite_position"]
    assert desk.sentence == (
        "You are long in BTC/USD: /close BTC/USD (or /cancel its orders) first, then short."
    )
    assert desk.said == ["CommandDenied"]
    assert desk.sent == []


@pytest.mark.parametrize(("first_long", "words"), [(True, "to go long"), (False, "to go short")])
def test_a_waiting_entry_blocks_the_other_side(first_long: bool, words: str) -> None:
    desk = desk_at()
    price = "6600" if first_long else "6800"
    desk.buy("0.1", long=first_long, order_type=OrderType.LIMIT, limit=at(price))
    desk.buy("0.1", long=not first_long)
    assert desk.refused == ["opposite_position"]
    assert f"You are waiting {words} in BTC/USD" in desk.sentence


@pytest.mark.parametrize(
    ("long", "stop", "words"),
    [
        (True, "6700.01", "A stop order to buy waits above the market (6700.01)"),
        (True, "6600", "For a better price use @ 6600; for protection use sl 6600."),
        (False, "6699.99", "A stop order to sell waits below the market (6699.99)"),
        (False, "6800", "6800 is there already"),
    ],
)
def test_a_trigger_lies_beyond_the_market(long: bool, stop: str, words: str) -> None:
    desk = desk_at()
    desk.buy("0.1", long=long, order_type=OrderType.STOP, stop=at(stop))
    assert desk.refused == ["trigger_wrong_side"]
    assert words in desk.sentence


def test_a_breakout_waits_at_its_trigger() -> None:
    desk = desk_at()
    desk.buy("0.1", order_type=OrderType.STOP_LIMIT, stop=at("6800"), limit=at("6810"))
    assert desk.sent == ["buy stop_limit 0.1 limit 6810 stop 6800"]
    assert planned(desk_at(), order_type=OrderType.STOP, stop=at("6800")).expected_price == D(6800)


def test_a_trigger_far_away_needs_no_collar() -> None:
    desk = desk_at()
    desk.buy("0.1", order_type=OrderType.STOP, stop=at("8000"))
    assert desk.refused == []
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("8000"))
    assert desk.refused == ["price_collar"]


@pytest.mark.parametrize(
    ("long", "stop", "limit", "too_far"),
    [(True, "8000", "8010", "8241"), (False, "6000", "5990", "5819")],
)
def test_a_breakout_far_away_is_judged_from_its_trigger_on(
    long: bool, stop: str, limit: str, too_far: str
) -> None:
    desk = desk_at()
    desk.buy("0.1", long=long, order_type=OrderType.STOP_LIMIT, stop=at(stop), limit=at(limit))
    assert desk.refused == [] and len(desk.sent) == 1
    desk.accept(desk.orders[0])
    changed = desk.orders[0].order_id
    desk.do(cm.ModifyOrder, order_id=changed, seen=desk.seen(), limit_price=D(too_far))
    assert desk.refused == ["price_collar"] and f"through its trigger ({stop})" in desk.sentence
    desk = desk_at()
    desk.buy("0.1", long=long, order_type=OrderType.STOP_LIMIT, stop=at(stop), limit=at(too_far))
    assert desk.refused == ["price_collar"] and f"through its trigger ({stop})" in desk.sentence


def test_nothing_is_bought_without_a_price() -> None:
    desk = PureDesk()
    desk.buy("0.1")
    assert desk.refused == ["no_price"]
    assert "/price BTC/USD" in desk.sentence


def test_nothing_is_bought_on_a_stale_price() -> None:
    desk = desk_at()
    desk.wait(121)
    desk.buy("0.1")
    assert desk.refused == ["price_fresh"]


def test_a_token_cannot_be_sold_short() -> None:
    desk = PureDesk(instrument=TOKEN)
    desk.price("0.000012345678")
    desk.buy("1000000", long=False)
    assert desk.refused == ["not_shortable"]


def test_an_unknown_account_is_no_crash() -> None:
    desk = desk_at()
    command = replace(desk.order_command(), account=AccountId("nobody"))
    made = desk.tell(command)
    assert desk.refused == ["no_account"]
    assert made.events == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"limit": at("6600.001"), "order_type": OrderType.LIMIT}, "price_off_tick"),
        ({"stop": at("6800.001"), "order_type": OrderType.STOP}, "price_off_tick"),
        ({"exits": plan(stop="6800")}, "stop_wrong_side"),
        ({"exits": plan("2r")}, "r_needs_stop"),
        ({"sized": Size(SizeKind.SPEND, D("0.5"))}, "too_small"),
        ({"sized": Size(SizeKind.RISK, D(1))}, "risk_needs_stop"),
        ({"sized": Size(SizeKind.SPEND, D(20_000))}, "funds"),
    ],
)
def test_a_refused_entry_is_kept_for_why(more: dict[str, Any], code: str) -> None:
    desk = desk_at()
    made = desk.buy("0.1", **more)
    assert desk.refused == [code]
    assert desk.said == ["CommandDenied"]
    (denied,) = desk.named("CommandDenied")
    assert (denied.verb, denied.symbol, denied.refusals) == ("buy", "BTC/USD", made.refusals)
    assert desk.sent == []
    assert desk.account.order_count == 0


def test_the_same_order_twice_is_asked_about() -> None:
    desk = desk_at()
    desk.buy("0.1")
    desk.wait(4)
    desk.buy("0.1", confirmed=())
    assert desk.refused == ["duplicate"]
    assert "4 s ago" in desk.sentence
    desk.buy("0.1", confirmed=("duplicate",))
    assert desk.refused == []
    desk.wait(10)
    desk.buy("0.1", confirmed=())
    assert desk.refused == []


# ---------------------------------------------------------------- the review card's figures


def test_the_plan_shows_what_the_stop_would_lose() -> None:
    found = planned(desk_at("6700"), "0.1", exits=plan("2r", "4r", stop="1%"))
    assert found.notional == D(670)
    assert found.worst_loss == D("6.7")
    assert found.bracket.risk_per_unit == D(67)
    assert round(r_multiple(found) or D(0), 6) == D(3)
    assert share_of_equity(found) == D("6.7")
    assert found.adds_to is None
    assert not found.refusals


@pytest.mark.parametrize(
    ("exits", "loss"),
    [
        (ExitPlan(), None),
        (plan("2%"), None),
        (plan(trail="2%"), D("13.4")),
        (plan(trail="2%", start="1%"), None),  # a trail that waits protects nothing yet
        (plan(stop="3%", trail="2%"), D("13.4")),
    ],
)
def test_the_worst_loss_counts_what_protects_at_once(exits: ExitPlan, loss: Decimal | None) -> None:
    assert planned(desk_at("6700"), "0.1", exits=exits).worst_loss == loss


def test_planning_an_entry_writes_nothing() -> None:
    desk = desk_at()
    before = (len(desk.events), desk.account)
    planned(desk, "0.1", exits=plan("2%", stop="1%"))
    assert (len(desk.events), desk.account) == before


def test_a_plan_keeps_refusals_that_can_be_pressed_through() -> None:
    desk = desk_at()
    desk.buy("0.1")
    assert [refusal.code for refusal in planned(desk, "0.1", confirmed=()).refusals] == ["duplicate"]


def test_max_leaves_a_little_for_fees() -> None:
    desk = desk_at("5000")
    desk.buy(sized=Size(SizeKind.MAX))
    assert desk.orders[0].quantity == D("1.99")


def test_max_of_a_future_counts_margin() -> None:
    desk = PureDesk(instrument=ES)
    desk.price("2600")
    desk.do(cm.SetLimit, name="order_notional_max", value=D(500_000))
    desk.buy(sized=Size(SizeKind.MAX))
    assert desk.orders[0].quantity == 1
    assert desk.account.owner == OWNER


def test_share_of_equity_follows_gains_and_losses() -> None:
    desk = desk_at("5000")
    desk.buy("1")
    desk.fill(desk.orders[0], price="5000")
    desk.price("6000")
    desk.buy(sized=Size(SizeKind.EQUITY, D(10)))
    # 11,000 of equity, a tenth of it, at 6,000.
    assert desk.orders[0].quantity == D("0.18333333")
