"""Opinions: what they may leave of an order, and what the journal keeps of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.contracts import NOW
from tests.unit.domain.pure_desk import PureDesk
from trading.domain import commands as cm
from trading.domain.events import OpinionGiven
from trading.domain.money import Quantity
from trading.domain.opinion import USUAL, VETO, WHOLE, Factor, Lean, Stance, Weighing, applied, factor_of

D = Decimal
LOT = D("0.001")
UNIT = st.decimals(0, 1, places=4)


def stance(score: str | Decimal, confidence: str | Decimal = "1", **more: Any) -> Stance:
    lean = Lean.BULLISH if D(score) > 0 else Lean.BEARISH if D(score) < 0 else Lean.NEUTRAL
    return Stance("BTC/USD", "sentiment", lean, D(score), D(confidence), NOW, **more)


def neutral(reason: str = "deadline") -> Stance:
    return stance("0", "0", neutral_because=reason)


@pytest.mark.parametrize("value", ["1.0001", "2", "-0.1", "NaN", "Infinity", "-Infinity", "1e9"])
def test_no_factor_above_one_or_below_zero_can_be_made(value: str) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Factor(D(value))
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"value": "%s"}' % value.encode(), type=Factor)


@pytest.mark.parametrize(
    "numbers", [("1.1", "1"), ("-1.1", "1"), ("1", "1.1"), ("1", "-0.1"), ("Infinity", "1"), ("0", "NaN")]
)
def test_no_opinion_out_of_its_bounds_can_be_made(numbers: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="between"):
        stance(*numbers)


def test_what_is_neutral_for_a_reason_has_no_score() -> None:
    with pytest.raises(ValueError, match="says nothing"):
        stance("0.5", "1", neutral_because="timeout")


@given(score=st.decimals(-1, 1, places=4), confidence=UNIT, lots=st.integers(0, 10**9), is_buy=st.booleans())
def test_an_opinion_never_enlarges_and_never_turns_an_order(
    score: Decimal, confidence: Decimal, lots: int, is_buy: bool
) -> None:
    quantity = Quantity(LOT * lots)
    left = applied(stance(score, confidence), quantity, is_buy=is_buy, lot_size=LOT)
    assert 0 <= left <= quantity
    assert left % LOT == 0


@given(score=st.decimals(-1, 1, places=4), confidence=UNIT, shrink=UNIT, veto=UNIT)
def test_no_weighing_makes_an_order_larger(
    score: Decimal, confidence: Decimal, shrink: Decimal, veto: Decimal
) -> None:
    if not 0 < shrink <= veto:
        with pytest.raises(ValueError, match="before it forbids"):
            Weighing(shrink, veto)
        return
    factor = factor_of(stance(score, confidence), is_buy=True, weighing=Weighing(shrink, veto))
    assert 0 <= factor.value <= 1


@pytest.mark.parametrize(
    ("score", "confidence", "is_buy", "left"),
    [
        ("0.9", "1", True, "1"),  # in favour: all of it, and nothing more
        ("-0.9", "1", False, "1"),
        ("-0.1", "1", True, "1"),  # too weak to count
        ("-0.5", "0.3", True, "1"),
        ("-0.5", "0.8", True, "0.6"),
        ("0.5", "0.8", False, "0.6"),
        ("-0.6", "1", True, "0"),
        ("-1", "1", True, "0"),
        ("1", "1", False, "0"),
    ],
)
def test_an_opinion_against_the_side_shrinks_and_then_forbids(
    score: str, confidence: str, is_buy: bool, left: str
) -> None:
    assert factor_of(stance(score, confidence), is_buy=is_buy) == Factor(D(left))


def test_without_an_opinion_the_rules_go_on_alone_unless_one_is_wanted() -> None:
    assert factor_of(neutral(), is_buy=True) == WHOLE
    assert factor_of(neutral(), is_buy=True, weighing=Weighing(unheard=VETO)) == VETO
    assert USUAL.unheard == WHOLE


def test_a_shrunken_order_is_rounded_down_to_the_lot() -> None:
    left = applied(stance("-0.3", "1"), Quantity(D("0.123")), is_buy=True, lot_size=LOT)
    assert left == D("0.086")


def test_an_opinion_that_is_written_down_orders_nothing() -> None:
    desk = PureDesk()
    desk.price("6700")
    desk.buy("1")
    before, effects = desk.orders, len(desk.effects)
    made = desk.do(cm.NoteOpinion, stance=stance("-0.5", "0.8", model="m-1", prompt_hash="aa"))
    assert desk.orders == before and len(desk.effects) == effects
    (event,) = made.events
    assert isinstance(event, OpinionGiven)
    assert (event.buying, event.selling) == (Factor(D("0.6")), WHOLE)
    assert (event.stance.model, event.stance.prompt_hash) == ("m-1", "aa")
    assert made.facts == {"buying": "0.60", "selling": "1"}


def test_an_event_of_an_opinion_reads_back_as_it_was_written() -> None:
    desk = PureDesk()
    event = desk.do(cm.NoteOpinion, stance=neutral("budget")).events[0]
    assert msgspec.json.decode(msgspec.json.encode(event), type=OpinionGiven) == event
