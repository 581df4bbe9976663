"""Closing by hand: it only ever reduces, and never together with others more than is held."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.contracts import SPY
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_entry import at
from trading.domain import commands as cm
from trading.domain import reports as rp
from trading.domain.exits import ExitPlan, Size, SizeKind
from trading.domain.ids import AccountId, PositionId
from trading.domain.ladder import ExitSupport
from trading.domain.order import OrderType, Role

D = Decimal


def holding(
    size: str = "0.3", *, guards: bool = False, exits: ExitPlan | None = None, long: bool = True
) -> PureDesk:
    """A desk that holds `size` BTC bought at 6,700 (or sold), its exits standing."""
    desk = PureDesk(guards=guards)
    desk.price("6700")
    desk.buy(size, exits=exits or ExitPlan(), long=long)
    desk.fill(desk.orders[0], price="6700")
    desk.accept(*desk.orders)
    return desk


def test_a_close_sells_what_is_held() -> None:
    desk = holding()
    desk.close()
    assert desk.sent == ["sell market 0.3"]
    order = desk.open_role("close")
    assert order.reduce_only
    assert order.order_id == "paper/BTC/USD/1/exit-2"
    assert desk.last.facts == {
        "order_id": order.order_id,
        "position_id": "paper/BTC/USD/1",
        "quantity": "0.3",
    }
    desk.fill(order, price="6800", fee="2.04")
    assert desk.said == ["OrderFilled", "PositionClosed"]
    (closed,) = desk.named("PositionClosed")
    assert (closed.realised, closed.fees, closed.reason, closed.currency) == (
        D(30),
        D("2.04"),
        "close",
        "USD",
    )
    assert desk.account.cash == D("10027.96")


def test_a_short_is_covered_by_buying() -> None:
    desk = holding(long=False)
    desk.close("50")
    assert desk.sent == ["buy market 0.15"]
    desk.fill(desk.open_role("close"), price="6600")
    assert (desk.position.quantity, desk.position.realised) == (D("-0.15"), D(15))


def test_two_closes_never_sell_more_than_is_held() -> None:
    desk = holding()
    desk.close("60")
    desk.close("60")
    assert [order.quantity for order in desk.orders] == [D("0.18"), D("0.12")]
    desk.close()
    assert desk.refused == ["already_closing"]
    assert desk.sentence == "All of BTC/USD is being closed already; /orders shows it."


@given(st.lists(st.integers(1, 100), min_size=1, max_size=8), st.booleans())
def test_no_run_of_closes_can_flip(percents: list[int], long: bool) -> None:
    desk = holding(long=long)
    for percent in percents:
        desk.close(str(percent))
    asked = sum((order.quantity for order in desk.orders), D(0))
    assert asked <= D("0.3")
    for order in desk.orders:
        desk.fill(order, price="6700")
    assert desk.position.quantity * (1 if long else -1) >= 0


def test_closing_everything_ends_waiting_entries() -> None:
    desk = holding()
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    entry = desk.open_role("entry")
    desk.close("50")
    assert desk.sent == ["sell market 0.15"]
    desk.close()
    assert desk.sent == ["cancel entry-2", "sell market 0.15"]
    assert desk.order(entry).is_canceling


@pytest.mark.parametrize(
    ("long", "expects", "words"),
    [
        (False, "long", "You are short in BTC/USD: /cover BTC/USD reduces it"),
        (True, "short", "You are long in BTC/USD: /sell BTC/USD reduces it"),
    ],
)
def test_the_verb_must_fit_what_is_held(long: bool, expects: str, words: str) -> None:
    desk = holding(long=long)
    desk.close(expects=expects)
    assert desk.refused == ["wrong_side"]
    assert words in desk.sentence
    assert "Opening a short needs the word short." in desk.sentence
    desk.close(expects="long" if long else "short")
    assert not desk.refused


def test_nothing_held_is_nothing_to_close() -> None:
    desk = holding()
    desk.close()
    desk.fill(desk.open_role("close"))
    desk.close()
    assert desk.refused == ["nothing_to_close"]
    assert "/positions" in desk.sentence
    desk.do(
        cm.ClosePosition,
        position_id=PositionId("paper/BTC/USD/9"),
        size=Size(SizeKind.MAX),
        seen=desk.seen(),
    )
    assert desk.refused == ["nothing_to_close"]


def test_what_the_venue_does_not_hold_is_not_said_to_be_held_by_other_orders() -> None:
    desk = holding()
    held = desk.position.quantity
    desk.tell(
        rp.DriftFound(desk.account.account, "paper", "BTC/USD", Decimal(0), held, (), desk.now, desk.now)
    )
    desk.close()
    assert desk.refused == ["venue_holds_none"]
    assert "/reconcile" in desk.sentence and not desk.sent


def test_another_accounts_position_is_out_of_reach() -> None:
    desk = holding()
    command = cm.ClosePosition(
        desk.command_id(),
        desk.account.owner,
        AccountId("stranger"),
        desk.position.position_id,
        Size(SizeKind.MAX),
        desk.seen(),
    )
    desk.tell(command)
    assert desk.refused == ["nothing_to_close"]
    assert desk.sent == []


def test_exits_go_out_although_everything_is_halted() -> None:
    desk = holding()
    for is_desk in (False, True):
        desk.do(cm.SetHalt, state=cm.HaltState.HALTED, reason="lunch", desk=is_desk)
    desk.wait(1_000)  # on a stale price, too
    desk.close("50")
    assert desk.sent == ["sell market 0.15"]


@pytest.mark.parametrize("guards", [False, True])
def test_a_market_close_leaves_the_stop_standing_until_it_fills(guards: bool) -> None:
    desk = holding(guards=guards, exits=plan("2%", stop="1%"))
    desk.close("50")
    assert desk.sent == ["sell market 0.15"]
    desk.fill(desk.open_role("close"))
    assert desk.position.quantity == D("0.15")
    stop = desk.bracket.leg("sl")
    assert stop is not None
    assert stop.quantity == D("0.15")


# ---------------------------------------------------------------- at a price


def test_a_resting_close_takes_only_what_is_free() -> None:
    desk = holding()
    desk.close("50", order_type=OrderType.LIMIT, limit=at("6900"))
    assert desk.sent == ["sell limit 0.15 limit 6900"]
    desk.close("60", order_type=OrderType.LIMIT, limit=at("7000"))
    assert desk.refused == ["exits_exceed_position"]
    assert desk.sentence == (
        "Other exit orders hold 0.15 of BTC/USD already: at most 0.15 is free (/orders, /cancel)."
    )
    desk.close("50", order_type=OrderType.STOP, stop=at("6500"))
    assert desk.sent == ["sell stop 0.15 stop 6500"]


def test_a_resting_close_joins_the_venues_group() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    desk.close(order_type=OrderType.LIMIT, limit=at("6900"))
    order = desk.open_role("close")
    assert (order.quantity, order.group) == (D("0.3"), "paper/BTC/USD/1/oco")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"order_type": OrderType.LIMIT, "limit": at("6900.001")}, "price_off_tick"),
        ({"order_type": OrderType.STOP, "stop": at("6500.001")}, "price_off_tick"),
        ({"sized": Size(SizeKind.BASE, D(1))}, "more_than_held"),
        ({"sized": Size(SizeKind.RISK, D(1))}, "risk_is_for_entries"),
    ],
)
def test_an_impossible_close_is_kept_for_why(more: dict[str, Any], code: str) -> None:
    desk = holding()
    desk.close(**more)
    assert desk.refused == [code]
    assert desk.said == ["CommandDenied"]
    assert [order.role for order in desk.orders] == []


def test_a_market_close_recalls_a_resting_one_first() -> None:
    desk = holding()
    desk.close(order_type=OrderType.LIMIT, limit=at("6900"))
    resting = desk.open_role("close")
    desk.accept(resting)
    desk.close()
    assert desk.said == ["FlattenStarted", "CancelRequested"]
    assert desk.sent == ["cancel exit-2"]
    desk.cancel(resting)
    assert desk.sent == ["sell market 0.3"]
    desk.fill(desk.open_role("flatten"))
    assert desk.sent == ["check flat"]
    assert not desk.position.is_open


def test_a_market_close_of_all_takes_what_is_free_at_once() -> None:
    desk = holding()
    desk.close("50", order_type=OrderType.LIMIT, limit=at("6900"))
    resting = desk.open_role("close")
    desk.accept(resting)
    desk.close()
    assert desk.sent == ["sell market 0.15"]
    desk.fill(desk.open_role("flatten"))
    assert desk.sent == ["cancel exit-2"]
    # The limit fills while its cancel travels: the fill wins, and nothing is sold twice (X26).
    desk.fill(resting, price="6900")
    assert not desk.position.is_open
    assert desk.sent == ["check flat"]
    assert desk.position.realised == D(30)


def test_a_part_that_resting_orders_hold_is_refused() -> None:
    desk = holding()
    desk.close("80", order_type=OrderType.LIMIT, limit=at("6900"))
    desk.close("30")
    assert desk.refused == ["exits_exceed_position"]
    assert "hold 0.24 of BTC/USD already: at most 0.06 is free" in desk.sentence
    desk.close("20")
    assert desk.sent == ["sell market 0.06"]


@pytest.mark.parametrize(
    ("long", "stop", "words"),
    [
        (True, "6700", "A stop that closes a long waits below the market (6700): 6700 is there already."),
        (False, "6600", "A stop that closes a short waits above the market (6700): 6600 is there already."),
    ],
)
def test_a_stop_that_would_trigger_at_once_is_refused(long: bool, stop: str, words: str) -> None:
    desk = holding(long=long)
    desk.close(order_type=OrderType.STOP, stop=at(stop))
    assert desk.refused == ["trigger_wrong_side"]
    assert words in desk.sentence
    assert "To be out now: /close BTC/USD" in desk.sentence


# ---------------------------------------------------------------- crumbs


def test_all_is_every_whole_lot_and_what_is_left_is_dust() -> None:
    desk = PureDesk(instrument=SPY)
    desk.price("264.61")
    desk.buy("3")
    desk.fill(desk.orders[0], "2.5", price="264.61")  # the venue filled half a share
    desk.cancel(desk.orders[0], "venue")
    desk.close()
    assert desk.sent == ["sell market 2"]
    desk.fill(desk.open_role("close"), price="265")
    assert (desk.position.quantity, desk.position.realised) == (D("0.5"), D("0.78"))
    (dust,) = desk.named("PositionDust")
    assert (dust.quantity, dust.code) == (D("0.5"), "lot")
    assert desk.orders == []
    desk.close()
    assert desk.refused == ["dust"] and "no less than 1 SPY" in desk.sentence


def test_what_is_less_than_a_lot_is_waited_for_by_no_exit() -> None:
    desk = PureDesk(instrument=SPY, exits=ExitSupport(stop=True, reduce_only=True))
    desk.price("264.61")
    desk.buy("3", exits=plan("2%", stop="1%"))
    entry = desk.orders[0]
    desk.fill(entry, "0.5", price="264.61")
    # Nothing can be placed for half a share, and nobody is alarmed about its stop.
    assert desk.sent == [] and desk.position.dust is not None and desk.position.uncovered_since is None
    desk.fill(entry, "2", price="264.61")
    assert "sell stop 2" in " ".join(desk.sent)
    desk.accept(*[one for one in desk.orders if not one.is_entry])
    desk.cancel(entry, "venue")
    # What a target leaves below a lot needs no stop any more.
    desk.fill(desk.open_role("target"), "2", price="270")
    assert desk.sent == [f"cancel {desk.open_role('stop').order_id.rsplit('/', 1)[-1]}"]


def test_a_close_in_money_takes_all_when_the_price_rose() -> None:
    desk = holding("0.1")
    desk.price("6600")
    desk.close(sized=Size(SizeKind.SPEND, D(670)))
    assert desk.sent == ["sell market 0.1"]
    assert desk.open_role("close").role is Role.CLOSE
