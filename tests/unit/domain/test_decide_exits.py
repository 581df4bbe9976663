"""Changing what ends a position: checked against the market, progress kept, orders changed in place."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tests.unit.domain.contracts import ES
from tests.unit.domain.pure_desk import PureDesk
from tests.unit.domain.test_bracket import plan
from tests.unit.domain.test_decide_close import holding
from tests.unit.domain.test_decide_entry import at
from tests.unit.domain.test_exit_levels import level, target
from trading.domain import commands as cm
from trading.domain.decide.exits import changed_plan
from trading.domain.exits import BreakEven, ExitPlan, Trail
from trading.domain.money import plain
from trading.domain.order import OrderType
from trading.domain.position import Guard

D = Decimal


def stands(desk: PureDesk) -> list[str]:
    """The open legs: `sl 6633 0.3`."""
    legs = [leg for leg in desk.bracket.legs if not leg.is_done]
    return [f"{leg.name} {plain(leg.price)} {plain(leg.quantity)}" for leg in legs if leg.price]


def test_exits_may_be_given_after_the_entry() -> None:
    desk = holding()
    desk.exits(targets=(target("2%"),), stop=level("1%"))
    assert desk.said == ["PlanSet", "BracketSet"]
    assert stands(desk) == ["sl 6633 0.3", "tp1 6834 0.3"]
    assert desk.bracket.guard is Guard.BOT
    assert desk.last.facts == {"position_id": "paper/BTC/USD/1"}


def test_a_venue_that_guards_gets_the_legs() -> None:
    desk = holding(guards=True)
    desk.exits(targets=(target("2%"),), stop=level("1%"))
    assert desk.sent == ["sell stop 0.3 stop 6633", "sell limit 0.3 limit 6834"]
    assert desk.said == ["PlanSet", "BracketSet", "OrderIntended", "OrderIntended", "PositionUncovered"]
    desk.accept(*desk.orders)
    assert [order.group for order in desk.orders] == ["paper/BTC/USD/1/oco"] * 2
    assert desk.position.uncovered_since is None


def test_a_moved_stop_changes_its_order_in_place() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    desk.exits(stop=level("6650"))
    assert desk.sent == ["replace exit-2 0.3 stop 6650"]
    assert desk.position.uncovered_since is None


@pytest.mark.parametrize(
    ("long", "parts", "code", "words"),
    [
        (
            True,
            {"stop": level("6700")},
            "stop_wrong_side",
            "belongs below the market: 6700 is not below 6700",
        ),
        (True, {"stop": level("6800")}, "stop_wrong_side", "To be out now: /close BTC/USD."),
        (False, {"stop": level("6600")}, "stop_wrong_side", "A stop of a short belongs above the market"),
        (True, {"targets": (target("6650"),)}, "target_wrong_side", "A take profit of a long belongs above"),
        (False, {"targets": (target("6750"),)}, "target_wrong_side", "belongs below the market"),
        (True, {"targets": (target("2r"),)}, "r_needs_stop", "add a stop"),
        (True, {"targets": (target("2%:60"), target("3%:60"))}, "shares_above_100", "120 %"),
        (True, {"break_even": BreakEven(1)}, "no_such_target", "There is no target 1"),
    ],
)
def test_an_exit_that_makes_no_sense_is_refused(
    long: bool, parts: dict[str, Any], code: str, words: str
) -> None:
    desk = holding(long=long)
    before = desk.position
    desk.exits(**parts)
    assert desk.refused[0] == code
    assert words in desk.sentence
    assert desk.position == before


def test_what_counts_is_the_market_and_not_the_entry() -> None:
    desk = holding()
    desk.price("7000", "7000.50")
    # Locks a gain in: above the entry, below the bid.
    desk.exits(stop=level("6900"))
    assert stands(desk) == ["sl 6900 0.3"]
    desk.exits(stop=level("7000"))
    assert desk.refused == ["stop_wrong_side"]
    desk.exits(targets=(target("2%"),))
    assert desk.refused == ["target_wrong_side"]
    assert "6834 is not above 7000" in desk.sentence


def test_a_short_is_measured_at_the_ask() -> None:
    desk = holding(long=False)
    desk.price("6500", "6501")
    desk.exits(stop=level("6501"))
    assert desk.refused == ["stop_wrong_side"]
    desk.exits(stop=level("6501.01"))
    assert desk.refused == []


def test_targets_keep_their_progress_when_only_the_stop_moves() -> None:
    desk = holding(exits=plan("1%", "2%", "3%", stop="1%"))
    desk.touched("tp1", "6767")
    desk.fill(desk.open_role("target"), price="6767")
    assert stands(desk) == ["sl 6633 0.2", "tp2 6834 0.1", "tp3 6901 0.1"]
    desk.exits(stop=level("6700"))
    assert stands(desk) == ["sl 6700 0.2", "tp2 6834 0.1", "tp3 6901 0.1"]
    # Said anew, targets start anew.
    desk.exits(targets=(target("2%"), target("4%")))
    assert stands(desk) == ["sl 6700 0.2", "tp1 6834 0.1", "tp2 6968 0.1"]


def test_one_r_survives_a_moved_stop_and_counts_anew_with_both() -> None:
    desk = holding(exits=plan("2r", stop="1%"))
    assert desk.bracket.risk_per_unit == D(67)
    desk.exits(stop=level("6690"))
    assert stands(desk) == ["sl 6690 0.3", "tp1 6834 0.3"]
    desk.exits(targets=(target("3r"),))
    assert stands(desk) == ["sl 6690 0.3", "tp1 6901 0.3"]
    desk.exits(targets=(target("3r"),), stop=level("6680"))
    assert stands(desk) == ["sl 6680 0.3", "tp1 6760 0.3"]


def test_a_stop_said_by_hand_overrides_break_even() -> None:
    desk = holding(exits=plan("1%", "2%", stop="1%", even=1))
    desk.touched("tp1", "6767")
    desk.fill(desk.open_role("target"), price="6767")
    assert desk.bracket.is_break_even
    assert stands(desk)[0] == "sl 6700 0.15"
    desk.exits(stop=level("6650"))
    assert stands(desk)[0] == "sl 6650 0.15"
    assert not desk.bracket.is_break_even
    desk.price("6750")
    desk.exits(break_even=BreakEven(0))
    assert stands(desk)[0] == "sl 6700 0.15"


def test_no_stop_said_by_hand_overrides_break_even() -> None:
    """Seed 3393062: break-even put it back, and the next start took it away."""
    desk = holding(exits=plan("1%", "2%", stop="1%", even=1, trail="1%"))
    desk.touched("tp1", "6767")
    desk.fill(desk.open_role("target"), price="6767")
    assert desk.bracket.stop_price == D(6700)
    desk.exits(clear=("stop",))
    assert desk.bracket.stop_price is None and desk.position.plan.break_even is None


def test_the_stop_that_break_even_sets_beside_a_trail_stays() -> None:
    """With a trail alone there is no stop before: the next look at the bracket must not take it away."""
    desk = holding(exits=plan("1%", "2%", even=1, trail="3%"))
    desk.touched("tp1", "6767")
    desk.fill(desk.open_role("target"), price="6767")
    assert desk.bracket.stop_price == D(6700)
    desk.touched("tp2", "6834")
    desk.fill(desk.open_role("target"), "0.05", price="6834")
    assert stands(desk)[0] == "sl 6700 0.1"


def test_break_even_now_moves_the_stop_at_once() -> None:
    desk = holding(exits=plan("2%", stop="1%"))
    desk.price("6750")
    desk.exits(break_even=BreakEven(0))
    assert stands(desk) == ["sl 6700 0.3", "tp1 6834 0.3"]


@pytest.mark.parametrize(
    ("clear", "left"),
    [
        (("targets",), ["sl 6633 0.3", "trail 6566 0.3"]),
        (("stop",), ["tp1 6834 0.3", "trail 6566 0.3"]),
        (("trail",), ["sl 6633 0.3", "tp1 6834 0.3"]),
        (("targets", "stop", "trail", "exit_at", "break_even"), []),
    ],
)
def test_cleared_parts_go_and_the_rest_stays(clear: tuple[str, ...], left: list[str]) -> None:
    desk = holding(exits=plan("2%", stop="1%", trail="2%"))
    desk.exits(clear=clear)
    assert stands(desk) == left
    assert desk.refused == []


def test_clearing_everything_takes_the_orders_back() -> None:
    desk = holding(guards=True, exits=plan("2%", stop="1%"))
    desk.exits(clear=("targets", "stop"))
    assert desk.sent == ["cancel exit-2", "cancel exit-3"]
    assert desk.bracket.guard is Guard.NONE


@pytest.mark.parametrize("guards", [False, True])
def test_targets_in_r_outlive_a_cleared_stop(guards: bool) -> None:
    desk = holding(guards=guards, exits=plan("2r", stop="1%"))
    desk.exits(clear=("stop",))
    assert desk.refused == []
    assert stands(desk) == ["tp1 6834 0.3"]
    assert desk.bracket.risk_per_unit == D(67)


def test_a_locked_gain_does_not_open_the_door_for_nonsense() -> None:
    desk = holding()
    desk.price("7000")
    desk.exits(stop=level("6900"), targets=(target("5%:60"), target("6%:60")))
    assert desk.refused == ["shares_above_100"]
    desk.exits(stop=level("6900"), trail=Trail(level("9000")))
    assert desk.refused == ["trail_too_wide"]
    desk.exits(stop=level("6900"), targets=(target("5%"),), break_even=BreakEven(1))
    assert desk.refused == []


def test_a_new_trail_starts_at_the_best_price_seen() -> None:
    desk = holding(exits=plan(trail="2%"))
    desk.price("7000")
    desk.rose("7000")
    desk.exits(trail=Trail(level("100")))
    assert stands(desk) == ["trail 6900 0.3"]


def test_exits_of_a_waiting_entry_wait_with_it() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("0.1", order_type=OrderType.LIMIT, limit=at("6600"))
    desk.exits(targets=(target("2%"),), stop=level("1%"))
    assert desk.said == ["PlanSet"]
    desk.exits(stop=level("6650"))
    assert desk.refused == ["stop_wrong_side"]
    assert "6650 is not below 6600" in desk.sentence
    desk.fill(desk.orders[0], price="6600")
    assert stands(desk) == ["sl 6534 0.1", "tp1 6732 0.1"]


def test_nothing_held_takes_no_exits() -> None:
    desk = holding()
    desk.close()
    desk.fill(desk.open_role("close"))
    desk.exits(stop=level("1%"))
    assert desk.refused == ["no_position"]
    assert "/positions" in desk.sentence


def test_without_a_quote_the_entry_is_what_counts() -> None:
    desk = holding()
    del desk.book.marks["BTC/USD"]
    desk.exits(stop=level("1%"))
    assert desk.refused == []
    assert stands(desk) == ["sl 6633 0.3"]


FULL = replace(plan("1%", "2%", stop="1%", trail="2%", even=2), exit_at=holding().now + timedelta(hours=1))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, FULL),
        ({"stop": level("2%")}, replace(FULL, stop=level("2%"))),
        # Break-even waits for a target that is gone: it goes, too.
        ({"targets": (target("3%"),)}, replace(FULL, targets=(target("3%"),), break_even=None)),
        (
            {"targets": (target("3%"),), "break_even": BreakEven(1)},
            replace(FULL, targets=(target("3%"),), break_even=BreakEven(1)),
        ),
        ({"clear": ("exit_at",)}, replace(FULL, exit_at=None)),
        ({"clear": ("stop",), "stop": level("3%")}, replace(FULL, stop=level("3%"))),
        ({"clear": ("targets", "stop", "trail", "break_even", "exit_at")}, ExitPlan()),
    ],
)
def test_given_replaces_cleared_goes_the_rest_stays(parts: dict[str, Any], expected: ExitPlan) -> None:
    desk = holding()
    command = cm.SetExits(
        desk.command_id(),
        desk.account.owner,
        desk.position.account,
        desk.position.position_id,
        desk.seen(),
        **parts,
    )
    assert changed_plan(FULL, command) == expected


def test_a_part_that_goes_leaves_the_stop_where_it_stands() -> None:
    """The cost of what is left is rounded; one percent of that lies a tick lower."""
    micro = replace(ES, symbol="MES", multiplier=D(5))
    desk = PureDesk(guards=True, instrument=micro, cash="200000")
    desk.price("2580.75")
    desk.buy("7", exits=plan("1%", "2%", stop="1%"))
    desk.fill(desk.open_role("entry"), price="2580.75")
    desk.accept(*desk.orders)
    desk.buy("4")
    more = desk.open_role("entry")
    desk.fill(more, "3", price="2580.75")
    desk.fill(more, "1", price="2580")
    assert desk.bracket.stop_price == D("2555")
    first = next(order for order in desk.orders if order.leg == 1)
    desk.fill(first, price="2606.5")
    assert desk.bracket.stop_price == D("2555")
    desk.buy("1")
    desk.fill(desk.open_role("entry"), price="2500")
    assert desk.bracket.stop_price < D("2555")  # the average moved, and the stop with it
