"""Legs with prices and quantities: anchored at the fills, shared in lots, moved to break-even."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.domain.contracts import BTC, ES, NOW, SPY, TOKEN, held
from tests.unit.domain.test_exit_levels import level, target
from trading.domain.bracket import at_break_even, build, done, entry_price_of, sized, trail_stop
from trading.domain.exits import BreakEven, ExitPlan, Target, Trail
from trading.domain.instrument import Instrument
from trading.domain.money import Price, Quantity
from trading.domain.order import Side
from trading.domain.position import Bracket, Guard, Leg, LegKind, Position

D = Decimal


def plan(
    *targets: str, stop: str = "", trail: str = "", start: str = "", even: int | None = None
) -> ExitPlan:
    return ExitPlan(
        targets=tuple(target(text) for text in targets),
        stop=level(stop) if stop else None,
        trail=Trail(level(trail), level(start) if start else None) if trail else None,
        break_even=BreakEven(even) if even is not None else None,
    )


def built(position: Position, instrument: Instrument, wanted: ExitPlan, atr: str = "50") -> Bracket:
    position = replace(position, plan=wanted, atr=D(atr))
    return build(position, instrument, Guard.BOT, keep_progress=False)


def prices(bracket: Bracket) -> dict[str, Decimal | None]:
    return {leg.name: leg.price for leg in bracket.legs}


def quantities(bracket: Bracket) -> dict[str, Decimal]:
    return {leg.name: leg.quantity for leg in bracket.legs}


@pytest.mark.parametrize(
    ("quantity", "wanted", "expected"),
    [
        ("0.3", plan("2%", stop="1%"), {"sl": "6674.50", "tp1": "6876.76"}),
        ("-0.3", plan("2%", stop="1%"), {"sl": "6809.34", "tp1": "6607.08"}),
        ("0.3", plan("2r", "3r", stop="1%"), {"sl": "6674.50", "tp1": "6876.76", "tp2": "6944.18"}),
        ("-0.3", plan("2r", stop="6800"), {"sl": "6800", "tp1": "6625.76"}),
        ("0.3", plan("7000", stop="1.5atr"), {"sl": "6666.92", "tp1": "7000"}),
        ("0.3", plan(trail="2%"), {"trail": "6607.08"}),
        ("-0.3", plan(trail="100"), {"trail": "6841.92"}),
        ("0.3", plan(stop="3%", trail="2atr"), {"sl": "6539.66", "trail": "6641.92"}),
    ],
)
def test_levels_stand_where_the_entry_says(quantity: str, wanted: ExitPlan, expected: dict[str, str]) -> None:
    found = prices(built(held(BTC, quantity, "6741.92"), BTC, wanted))
    assert found == {name: D(price) for name, price in expected.items()}


def test_levels_are_anchored_at_the_average_of_partial_fills() -> None:
    # 0.1 at 6,700 and 0.2 at 6,730 make 0.3 at 6,720 on average.
    position = replace(held(BTC, "0.3", "0"), cost=D("0.1") * 6700 + D("0.2") * 6730)
    assert entry_price_of(position, BTC) == D(6720)
    assert prices(built(position, BTC, plan("2%", stop="1%"))) == {"sl": D("6652.80"), "tp1": D("6854.40")}


def test_the_multiplier_is_no_part_of_the_entry_price() -> None:
    position = held(ES, "-2", "2614.25")
    assert position.cost == D(-261_425)
    assert entry_price_of(position, ES) == D("2614.25")
    assert prices(built(position, ES, plan("10%", stop="2620.25"))) == {
        "sl": D("2620.25"),
        "tp1": D("2352.75"),
    }


@pytest.mark.parametrize(
    ("instrument", "quantity", "targets", "shares"),
    [
        # Three equal thirds of something that does not divide: the last takes the remainder.
        (BTC, "0.1", ["1%", "2%", "3%"], ["0.03333333", "0.03333333", "0.03333334"]),
        (SPY, "10", ["1%", "2%", "3%"], ["3", "3", "4"]),
        (SPY, "-11", ["1%", "2%", "3%"], ["3", "3", "5"]),
        (ES, "2", ["1%", "2%", "3%"], ["0", "0", "2"]),
        (ES, "3", ["1%", "2%", "3%"], ["1", "1", "1"]),
        (BTC, "0.3", ["1%:50", "2%:50"], ["0.15", "0.15"]),
        (SPY, "7", ["1%:50", "2%:50"], ["3", "4"]),
        (BTC, "0.3", ["1%:50", "2%"], ["0.15", "0.15"]),
        # What no target has been given stays for the stop.
        (BTC, "0.3", ["1%:20", "2%:30"], ["0.06", "0.09"]),
        (SPY, "10", ["1%:25"], ["2"]),
        # A position with a crumb: no order can trade it (X30).
        (SPY, "2.5", ["1%:50", "2%:50"], ["1", "1"]),
        (TOKEN, "1000000.000001", ["1%", "2%"], ["500000", "500000.000001"]),
    ],
)
def test_targets_share_the_position_in_lots(
    instrument: Instrument, quantity: str, targets: list[str], shares: list[str]
) -> None:
    bracket = built(held(instrument, quantity, "100"), instrument, plan(*targets, stop="1%"))
    assert [leg.quantity for leg in bracket.targets] == [D(share) for share in shares]
    stop = bracket.leg("sl")
    assert stop is not None
    assert stop.quantity == instrument.quantity_down(abs(D(quantity)))


def test_after_a_partial_close_the_rest_is_shared_anew() -> None:
    wanted = plan("1%", "2%", "3%", stop="1%")
    bracket = built(held(SPY, "12", "264.61"), SPY, wanted)
    assert [leg.quantity for leg in bracket.targets] == [4, 4, 4]
    after = sized(bracket, held(SPY, "7", "264.61"), SPY)
    assert [leg.quantity for leg in after.targets] == [2, 2, 3]
    assert after.leg("sl") == Leg("sl", LegKind.STOP, Quantity(D(7)), Price(D("261.96")))


def test_a_target_that_is_done_leaves_the_rest_to_the_others() -> None:
    bracket = built(held(SPY, "12", "264.61"), SPY, plan("1%", "2%", "3%", stop="1%"))
    after = sized(done(bracket, "tp1"), held(SPY, "8", "264.61"), SPY)
    assert [leg.quantity for leg in after.targets] == [4, 4, 4]
    assert [leg.is_done for leg in after.targets] == [True, False, False]
    last = sized(done(done(bracket, "tp1"), "tp2"), held(SPY, "4", "264.61"), SPY)
    assert [leg.quantity for leg in last.targets] == [4, 4, 4]


def test_an_unassigned_share_stays_unassigned_after_a_target() -> None:
    bracket = built(held(BTC, "1", "6000"), BTC, plan("1%:20", "2%:30", stop="1%"))
    after = sized(done(bracket, "tp1"), held(BTC, "0.8", "6000"), BTC)
    assert quantities(after)["tp2"] == D("0.3")
    assert quantities(after)["sl"] == D("0.8")


@pytest.mark.parametrize(
    ("quantity", "average", "stop", "moved"),
    [
        ("0.3", "6741.92", "1%", "6741.92"),
        ("-0.3", "6741.92", "1%", "6741.92"),
        ("0.3", "6741.926", "1%", "6741.93"),  # on the nearest tick
    ],
)
def test_break_even_moves_the_stop_to_the_entry(quantity: str, average: str, stop: str, moved: str) -> None:
    position = held(BTC, quantity, average)
    bracket = at_break_even(built(position, BTC, plan("2%", stop=stop, even=1)), position, BTC)
    assert bracket.is_break_even
    assert bracket.stop_price == D(moved)


def test_break_even_never_loosens_a_stop() -> None:
    for quantity, beyond in (("0.3", "6800"), ("-0.3", "6700")):
        position = held(BTC, quantity, "6741.92")
        bracket = built(position, BTC, plan("2%", stop="1%"))
        legs = tuple(
            replace(leg, price=Price(D(beyond))) if leg.name == "sl" else leg for leg in bracket.legs
        )
        assert at_break_even(replace(bracket, legs=legs), position, BTC).stop_price == D(beyond)


def test_break_even_makes_a_stop_where_only_a_trail_was() -> None:
    position = held(BTC, "0.3", "6741.92")
    bracket = at_break_even(built(position, BTC, plan(trail="2%", even=0)), position, BTC)
    assert prices(bracket) == {"sl": D("6741.92"), "trail": D("6607.08")}
    assert quantities(bracket)["sl"] == D("0.3")


@pytest.mark.parametrize(
    ("text", "best", "long", "stands"),
    [
        ("2%", "7000", True, "6860"),  # a percent trail keeps its ratio
        ("2%", "6000", False, "6120"),
        ("134.84", "7000", True, "6865.16"),  # an absolute one keeps its distance
        ("134.84", "6000", False, "6134.84"),
        ("2atr", "7000", True, "6900"),
    ],
)
def test_a_trail_keeps_its_ratio_or_its_distance(text: str, best: str, long: bool, stands: str) -> None:
    position = held(BTC, "0.3" if long else "-0.3", "6741.92")
    leg = built(position, BTC, plan(trail=text)).leg("trail")
    assert leg is not None
    assert (leg.trail_percent is None) != (leg.trail_distance is None)
    assert trail_stop(leg, D(best), BTC, long) == D(stands)


@pytest.mark.parametrize(
    ("quantity", "start", "price"),
    [("0.3", "1%", "6809.34"), ("-0.3", "1%", "6674.50"), ("0.3", "7000", "7000")],
)
def test_a_trail_may_wait_for_a_price(quantity: str, start: str, price: str) -> None:
    leg = built(held(BTC, quantity, "6741.92"), BTC, plan(trail="2%", start=start)).leg("trail")
    assert leg is not None
    assert leg.activation_price == D(price)


def test_one_r_stays_what_it_was_when_the_stop_moves() -> None:
    position = held(BTC, "0.3", "6741.92")
    wanted = plan("2r", stop="1%")
    first = built(position, BTC, wanted)
    assert first.risk_per_unit == D("67.42")
    moved = replace(position, plan=replace(wanted, stop=level("6730")), bracket=first)
    after = build(moved, BTC, Guard.BOT, keep_progress=True)
    assert after.risk_per_unit == D("67.42")
    assert prices(after) == {"sl": D(6730), "tp1": D("6876.76")}


def test_a_resize_keeps_what_was_reached() -> None:
    position = held(SPY, "12", "264.61")
    wanted = plan("1%", "2%", "3%", stop="1%", even=1)
    bracket = at_break_even(done(built(position, SPY, wanted), "tp1"), position, SPY)
    later = replace(held(SPY, "8", "264.61"), plan=wanted, bracket=bracket)
    kept = build(later, SPY, Guard.VENUE, keep_progress=True)
    assert kept.is_break_even
    assert kept.stop_price == D("264.61")
    assert [leg.is_done for leg in kept.targets] == [True, False, False]
    anew = build(later, SPY, Guard.VENUE, keep_progress=False)
    assert [leg.is_done for leg in anew.targets] == [False, False, False]
    assert anew.stop_price == D("261.96")


def test_a_time_exit_covers_everything() -> None:
    at = NOW + timedelta(hours=1)
    bracket = built(held(BTC, "0.3", "6741.92"), BTC, replace(plan("2%"), exit_at=at))
    assert bracket.exit_at == at
    assert quantities(bracket)["time"] == D("0.3")


def test_no_exits_make_no_guard() -> None:
    bracket = built(held(BTC, "0.3", "6741.92"), BTC, ExitPlan())
    assert bracket.legs == ()
    assert bracket.guard is Guard.NONE


lots = st.integers(1, 5_000)
shares = st.lists(st.one_of(st.none(), st.integers(1, 40)), min_size=1, max_size=5)


@given(st.sampled_from([BTC, SPY, ES, TOKEN]), lots, shares, st.booleans())
def test_targets_never_add_up_to_more_than_the_position(
    instrument: Instrument, count: int, given_shares: list[int | None], is_long: bool
) -> None:
    total = sum(share or 0 for share in given_shares)
    open_ended = None in given_shares
    if total > 100 or (open_ended and total >= 100):
        return
    quantity = count * instrument.lot_size * (1 if is_long else -1)
    wanted = ExitPlan(
        targets=tuple(
            Target(level(f"{n}%"), None if share is None else D(share))
            for n, share in enumerate(given_shares, start=1)
        ),
        stop=level("1%"),
    )
    bracket = built(held(instrument, str(quantity), "100"), instrument, wanted)
    taken = sum((leg.quantity for leg in bracket.targets), D(0))
    assert taken <= abs(quantity)
    if open_ended or total == 100:
        assert taken == abs(quantity)
    assert all(leg.quantity % instrument.lot_size == 0 for leg in bracket.targets)
    assert all(leg.quantity >= 0 for leg in bracket.targets)


@given(lots, st.lists(st.integers(0, 3), max_size=3, unique=True), st.integers(1, 5_000))
def test_every_re_share_fits_what_is_left(count: int, finished: list[int], left: int) -> None:
    bracket = built(held(SPY, str(count), "100"), SPY, plan("1%", "2%", "3%", "4%", stop="1%"))
    for number in finished:
        bracket = done(bracket, f"tp{number + 1}")
    after = sized(bracket, held(SPY, str(left), "100"), SPY)
    waiting = [leg for leg in after.targets if not leg.is_done]
    assert sum((leg.quantity for leg in waiting), D(0)) == left
    assert all(leg.quantity == left for leg in after.legs if leg.kind is not LegKind.TARGET)


def test_sides_of_orders_are_opposites() -> None:
    assert Side.BUY.opposite is Side.SELL
    assert (Side.BUY.sign, Side.SELL.sign) == (1, -1)


@pytest.mark.parametrize("average", ["6741.92", "6700"])
def test_one_r_is_counted_anew_from_the_plan_behind_a_stop_at_break_even(average: str) -> None:
    """Found by seed 2748: the entry filled on, and a stop at the entry left 1 R without a length."""
    position = held(BTC, "0.1", "6741.92")
    wanted = plan("2r", stop="1%", even=0)
    first = at_break_even(built(position, BTC, wanted), position, BTC)
    more = replace(held(BTC, "0.3", average), plan=wanted, bracket=first)
    after = build(more, BTC, Guard.BOT, keep_progress=True, recounts=True)
    one_r = D(average) - BTC.price_nearest(D(average) * D("0.99"))
    assert after.risk_per_unit == one_r
    assert prices(after) == {"sl": D("6741.92"), "tp1": BTC.price_nearest(D(average) + 2 * one_r)}


def test_one_r_stays_when_the_average_has_come_to_the_stop_itself() -> None:
    position = held(BTC, "0.1", "6741.92")
    wanted = plan("2r", stop="6700")
    first = built(position, BTC, wanted)
    more = replace(held(BTC, "0.3", "6700"), plan=wanted, bracket=first)
    after = build(more, BTC, Guard.BOT, keep_progress=True, recounts=True)
    assert after.risk_per_unit == first.risk_per_unit == D("41.92")
    assert prices(after) == {"sl": D(6700), "tp1": D("6783.84")}
