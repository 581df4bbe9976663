"""What somebody outside thinks of a symbol, and the only thing that may do to an order: make it smaller.

No text in here is ever read as a command. An opinion that is absent or cannot be trusted is neutral.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from trading.domain.money import ZERO, Quantity, rounded_down

ONE = Decimal(1)


class Factor(Struct, frozen=True):
    """What is left of a quantity: 1 all of it, 0 nothing. Nothing above 1 can be written, read or computed,
    so that no opinion can enlarge an order. Raises ValueError for anything outside."""

    value: Decimal

    def __post_init__(self) -> None:
        if not (self.value.is_finite() and ZERO <= self.value <= ONE):
            raise ValueError("a factor lies between 0 and 1")


WHOLE = Factor(ONE)
VETO = Factor(ZERO)


class Lean(StrEnum):
    """Which way an opinion leans."""

    BULLISH = "bullish"
    NEUTRAL = "neutral"
    BEARISH = "bearish"


class Citation(Struct, frozen=True):
    """Where an opinion comes from, as its source says; shown as text and never followed."""

    url: str
    title: str = ""


class Stance(Struct, frozen=True):
    """One opinion about one symbol. `score` is from -1 (falls) to 1 (rises), `confidence` from 0 to 1.

    `neutral_because` is empty for an opinion that was given, else the code of what stood in its way; then
    score and confidence are zero. `model`, `prompt_hash` and `input_hash` say what exactly was asked of whom
    (RELIABILITY L09). `cost` is in US dollars. `tried` are the sources that were asked, with what came of it:
    `grok:timeout`. Raises ValueError when a number is out of its bounds.
    """

    symbol: str
    question: str
    lean: Lean
    score: Decimal
    confidence: Decimal
    asked_at: datetime
    reasons: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    source: str = ""
    model: str = ""
    prompt_hash: str = ""
    input_hash: str = ""
    cost: Decimal = ZERO
    neutral_because: str = ""
    tried: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        bounded = ((self.score, -ONE, ONE), (self.confidence, ZERO, ONE))
        if not all(value.is_finite() and low <= value <= high for value, low, high in bounded):
            raise ValueError("a score lies between -1 and 1, a confidence between 0 and 1")
        if not (self.cost.is_finite() and self.cost >= ZERO):
            raise ValueError("a cost is not negative")
        if self.neutral_because and (self.score or self.confidence or self.lean is not Lean.NEUTRAL):
            raise ValueError("what is neutral says nothing")

    @property
    def is_given(self) -> bool:
        """Whether somebody has an opinion that counts."""
        return not self.neutral_because


class Weighing(Struct, frozen=True):
    """How much an opinion may take away. What counts is its score times its confidence, against the order's
    side: below `shrink_from` nothing happens, from `veto_from` on nothing is left, between them the order
    loses that share. `unheard` is for a neutral answer: the rules go on alone (L03), or, for whoever wants
    no entry without an opinion, `VETO`. Raises ValueError when the bounds stand the wrong way round."""

    shrink_from: Decimal = Decimal("0.2")
    veto_from: Decimal = Decimal("0.6")
    unheard: Factor = WHOLE

    def __post_init__(self) -> None:
        if not ZERO < self.shrink_from <= self.veto_from <= ONE:
            raise ValueError("an opinion shrinks before it forbids")


USUAL = Weighing()


def factor_of(stance: Stance, *, is_buy: bool, weighing: Weighing = USUAL) -> Factor:
    """What an opinion leaves of an order that would open or enlarge. One in favour leaves all of it and adds
    nothing."""
    if not stance.is_given:
        return weighing.unheard
    against = (-stance.score if is_buy else stance.score) * stance.confidence
    if against < weighing.shrink_from:
        return WHOLE
    return VETO if against >= weighing.veto_from else Factor(ONE - against)


def applied(
    stance: Stance, quantity: Quantity, *, is_buy: bool, lot_size: Decimal, weighing: Weighing = USUAL
) -> Quantity:
    """What is left of the `quantity` of an entry, rounded down to the lot. Never more than `quantity`, never
    below zero. For entries only: what closes a position is nobody's opinion (L03)."""
    factor = factor_of(stance, is_buy=is_buy, weighing=weighing)
    if factor == WHOLE:
        return quantity
    return Quantity(min(quantity, rounded_down(quantity * factor.value, lot_size)))
