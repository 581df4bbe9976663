"""The seventh rule: what is thought outside of a candidate may hold it back or make it smaller, no more."""

from __future__ import annotations

from msgspec.structs import replace

from trading.domain.opinion import USUAL, VETO, WHOLE, Factor, Stance, Weighing, factor_of
from trading.strategies.strategy import Scorecard, Verdict

RULE = "opinion"


def with_opinion(card: Scorecard, stance: Stance, weighing: Weighing = USUAL) -> Scorecard:
    """The card with the seventh verdict. What the rules refused stays refused, whatever is said; a second
    opinion takes the place of the first, and cannot bring back what that one has vetoed."""
    factor = left_of(card, stance, weighing)
    is_vetoed = factor == VETO
    numbers = {
        "lean": stance.lean.value,
        "score": f"{stance.score:f}",
        "confidence": f"{stance.confidence:f}",
        "left": f"{factor.value:f}",
        "source": stance.source,
        "neutral": stance.neutral_because,
    }
    verdict = Verdict(RULE, not is_vetoed, numbers, RULE if is_vetoed else "")
    others = tuple(one for one in card.verdicts if one.rule != RULE)
    return replace(card, verdicts=(*others, verdict), decided=card.decided and not is_vetoed)


def left_of(card: Scorecard, stance: Stance, weighing: Weighing = USUAL) -> Factor:
    """What the opinion leaves of the candidate's quantity; all of it where there is no side to weigh."""
    return factor_of(stance, is_buy=card.side > 0, weighing=weighing) if card.side else WHOLE
