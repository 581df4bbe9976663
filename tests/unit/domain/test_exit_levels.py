"""Typed prices and exits against a price: on the grid, on the right side, or refused with the cure."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.contracts import BTC, ES, NOW, SPY, TOKEN, quoted
from trading.domain.events import Refusal
from trading.domain.exits import (
    BreakEven,
    ExitPlan,
    Level,
    LevelKind,
    PriceSpec,
    PriceSpecKind,
    Target,
    Trail,
)
from trading.domain.instrument import Instrument
from trading.domain.sizing import check_plan, distance_of, level_price, price_of, shares_of

D = Decimal
P, L = PriceSpecKind, LevelKind


def level(text: str) -> Level:
    """`2%`, `2r`, `1.5atr`, `6600`."""
    for ending, kind in (("%", L.PERCENT), ("atr", L.ATR), ("r", L.R)):
        if text.endswith(ending):
            return Level(kind, D(text.removesuffix(ending)))
    return Level(L.PRICE, D(text))


def target(text: str) -> Target:
    """`2%` or `2%:50`."""
    price, _, share = text.partition(":")
    return Target(level(price), D(share) if share else None)


@pytest.mark.parametrize(
    ("spec", "instrument", "bid", "ask", "is_buy", "price"),
    [
        (PriceSpec(P.ABSOLUTE, D("6700.01")), BTC, "6741.90", "6741.94", True, "6700.01"),
        (PriceSpec(P.ABSOLUTE, D("2614.25")), ES, "2614.25", "2614.50", False, "2614.25"),
        # A signed percent is relative to mid whatever the side (RULINGS 29).
        (PriceSpec(P.FROM_MID, D(-1)), BTC, "6741.90", "6741.94", True, "6674.50"),
        (PriceSpec(P.FROM_MID, D(-1)), BTC, "6741.90", "6741.94", False, "6674.50"),
        (PriceSpec(P.FROM_MID, D("0.5")), ES, "2614.25", "2614.50", True, "2627.50"),
        # "better by": below for a buyer, above for a seller.
        (PriceSpec(P.BETTER_BY, D(1)), BTC, "6741.90", "6741.94", True, "6674.50"),
        (PriceSpec(P.BETTER_BY, D(1)), BTC, "6741.90", "6741.94", False, "6809.34"),
        (PriceSpec(P.BETTER_BY, D(-1)), BTC, "6741.90", "6741.94", True, "6674.50"),
    ],
)
def test_a_typed_price_lands_on_the_grid(
    spec: PriceSpec, instrument: Instrument, bid: str, ask: str, is_buy: bool, price: str
) -> None:
    assert price_of(spec, quoted(instrument, bid, ask), instrument, is_buy) == D(price)


@pytest.mark.parametrize(
    ("spec", "code", "cure"),
    [
        (PriceSpec(P.ABSOLUTE, D("2614.30")), "price_off_tick", "type 2614.25 or 2614.5 instead of 2614.3"),
        (PriceSpec(P.ABSOLUTE, D(0)), "price_not_positive", "above zero"),
        (PriceSpec(P.ABSOLUTE, D(-5)), "price_not_positive", "above zero"),
        (PriceSpec(P.FROM_MID, D(-100)), "price_not_positive", "above zero"),
        (PriceSpec(P.BETTER_BY, D(120)), "price_not_positive", "above zero"),
    ],
)
def test_an_impossible_price_is_refused_with_its_cure(spec: PriceSpec, code: str, cure: str) -> None:
    found = price_of(spec, quoted(ES, "2614.25", "2614.50"), ES, is_buy=True)
    assert isinstance(found, Refusal)
    assert found.code == code
    assert cure in found.sentence


@pytest.mark.parametrize(
    ("text", "up", "instrument", "entry", "price"),
    [
        ("2%", True, BTC, "6741.92", "6876.76"),
        ("2%", False, BTC, "6741.92", "6607.08"),
        ("2r", True, BTC, "6741.92", "7011.60"),
        ("1.5r", False, BTC, "6741.92", "6539.66"),
        ("1.5atr", False, BTC, "6741.92", "6666.92"),
        ("6600", True, BTC, "6741.92", "6600"),
        ("0.1%", True, ES, "2614.25", "2616.75"),
        ("0.1%", False, ES, "2614.25", "2611.75"),
        ("5%", True, TOKEN, "0.000012345678", "0.000012962962"),
    ],
)
def test_a_level_is_counted_from_the_entry(
    text: str, up: bool, instrument: Instrument, entry: str, price: str
) -> None:
    found = level_price(level(text), D(entry), instrument, up=up, atr=D(50), risk_per_unit=D("134.84"))
    assert found == D(price)


@pytest.mark.parametrize(
    ("text", "entry", "distance"),
    [
        ("2%", "6741.92", "134.84"),
        ("150", "6741.92", "150"),
        ("2atr", "6741.92", "100"),
        ("0.00001%", "6741.92", "0.01"),  # never less than a tick
    ],
)
def test_a_trail_has_a_distance_of_a_tick_at_least(text: str, entry: str, distance: str) -> None:
    assert distance_of(level(text), D(entry), BTC, D(50)) == D(distance)


PLAN_PROBLEMS = [
    # Long at 6,741.92.
    (True, ExitPlan(stop=level("6800")), ["stop_wrong_side"]),
    (True, ExitPlan(stop=level("6741.92")), ["stop_wrong_side"]),
    (True, ExitPlan(stop=level("0.00001%")), ["stop_wrong_side"]),  # less than half a tick away
    (True, ExitPlan(stop=level("100%")), ["price_not_positive"]),
    (True, ExitPlan(targets=(target("6700"),)), ["target_wrong_side"]),
    (True, ExitPlan(targets=(target("6800"), target("6700"))), ["target_wrong_side"]),
    (True, ExitPlan(targets=(target("6700"),), stop=level("6800")), ["stop_wrong_side", "target_wrong_side"]),
    # Short at 6,741.92.
    (False, ExitPlan(stop=level("6700")), ["stop_wrong_side"]),
    (False, ExitPlan(targets=(target("6800"),)), ["target_wrong_side"]),
    (False, ExitPlan(targets=(target("100%"),)), ["price_not_positive"]),
    # Either way.
    (True, ExitPlan(targets=(target("2r"),)), ["r_needs_stop"]),
    (True, ExitPlan(stop=level("2atr")), ["no_atr"]),
    (True, ExitPlan(targets=(target("2atr"),)), ["no_atr"]),
    (True, ExitPlan(trail=Trail(level("2atr"))), ["no_atr"]),
    (True, ExitPlan(trail=Trail(level("7000"))), ["trail_too_wide"]),
    (True, ExitPlan(targets=(target("2%:60"), target("3%:50"))), ["shares_above_100"]),
    (True, ExitPlan(targets=(target("2%:100"), target("3%"))), ["shares_above_100"]),
    (True, ExitPlan(targets=(target("2%"),), break_even=BreakEven(1)), ["break_even_needs_stop"]),
    (True, ExitPlan((target("2%"),), level("1%"), None, BreakEven(2)), ["no_such_target"]),
]


@pytest.mark.parametrize(("is_long", "plan", "codes"), PLAN_PROBLEMS)
def test_a_wrong_plan_is_refused_by_its_codes(is_long: bool, plan: ExitPlan, codes: list[str]) -> None:
    found = check_plan(plan, D("6741.92"), BTC, is_long=is_long, atr=None)
    assert [refusal.code for refusal in found] == codes
    assert all(refusal.sentence.endswith(".") for refusal in found)


@pytest.mark.parametrize(
    ("is_long", "plan", "cure"),
    [
        (True, ExitPlan(stop=level("6800")), "belongs below the entry: 6800 is not below 6741.92"),
        (False, ExitPlan(stop=level("6700")), "of a short belongs above the entry"),
        (False, ExitPlan(targets=(target("6800"),)), "belongs below the entry"),
        (True, ExitPlan(targets=(target("2r"),)), "sl 2%"),
        (True, ExitPlan(stop=level("2atr")), "use a percent"),
        (True, ExitPlan(targets=(target("2%:60"), target("3%:50"))), "add up to 110 %"),
        (True, ExitPlan(targets=(target("2%:100"), target("3%"))), "something left"),
        (True, ExitPlan((target("2%"),), level("1%"), None, BreakEven(2)), "this position has 1"),
    ],
)
def test_the_sentence_of_a_wrong_plan_names_the_cure(is_long: bool, plan: ExitPlan, cure: str) -> None:
    found = check_plan(plan, D("6741.92"), BTC, is_long=is_long, atr=None)
    assert cure in found[0].sentence


@pytest.mark.parametrize(
    "plan",
    [
        ExitPlan(),
        ExitPlan(stop=level("1%")),
        ExitPlan(targets=(target("2r"), target("3r")), stop=level("1%"), break_even=BreakEven(2)),
        ExitPlan(targets=(target("2%:50"), target("3%:50"))),
        ExitPlan(targets=(target("2%:50"), target("3%"))),
        ExitPlan(trail=Trail(level("2%")), break_even=BreakEven(0)),
        ExitPlan(trail=Trail(level("2atr"), level("1%"))),
        ExitPlan(exit_at=NOW + timedelta(hours=1)),
    ],
)
def test_a_sound_plan_passes_for_long_and_short(plan: ExitPlan) -> None:
    for is_long in (True, False):
        assert check_plan(plan, D("6741.92"), BTC, is_long=is_long, atr=D(50)) == []


@pytest.mark.parametrize(
    ("targets", "shares"),
    [
        (["2%"], ["100"]),
        (["2%", "3%"], ["50", "50"]),
        (["1%", "2%", "3%"], ["33.33333333"] * 3),
        (["1%:50", "2%", "3%"], ["50", "25", "25"]),
        (["1%:20", "2%:30"], ["20", "30"]),
    ],
)
def test_targets_without_a_share_share_the_rest(targets: list[str], shares: list[str]) -> None:
    plan = ExitPlan(targets=tuple(target(text) for text in targets))
    assert shares_of(plan) == [D(share) for share in shares]


@given(
    st.lists(st.one_of(st.none(), st.decimals(D("0.01"), D(100), places=2)), min_size=1, max_size=6),
)
def test_shares_are_refused_or_never_above_the_whole(shares: list[Decimal | None]) -> None:
    plan = ExitPlan(targets=tuple(Target(level(f"{n + 1}%"), s) for n, s in enumerate(shares)))
    if not check_plan(plan, D(100), SPY, is_long=True, atr=None):
        found = shares_of(plan)
        assert sum(found) <= 100
        assert all(share > 0 for share in found)


@given(
    st.decimals(D(10), D(50_000), places=2),
    st.decimals(D("0.1"), D(50), places=2),
    st.decimals(D("0.1"), D(50), places=2),
    st.booleans(),
)
def test_percent_exits_of_a_plan_are_never_on_the_wrong_side(
    entry: Decimal, up: Decimal, down: Decimal, is_long: bool
) -> None:
    plan = ExitPlan(targets=(Target(Level(L.PERCENT, up)),), stop=Level(L.PERCENT, down))
    assert check_plan(plan, entry, BTC, is_long=is_long, atr=None) == []
