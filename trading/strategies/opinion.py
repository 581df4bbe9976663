"""The seventh rule: what is thought outside of a candidate may hold it back or make it smaller, no more."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from trading.domain.money import HUNDRED, ZERO
from trading.strategies.strategy import Scorecard, Verdict

RULE = "opinion"


class Opinion(Struct, frozen=True):
    """What was said. `silent`: nothing came in time, or nothing that could be read; it counts as neutral.

    `keep_percent` is the share of the position that a `shrink` leaves; `numbers` go on the scorecard as they
    are: who said it, how old it is, what it cost.
    """

    says: Literal["agree", "shrink", "veto", "silent"]
    keep_percent: Decimal = HUNDRED
    numbers: Mapping[str, str] = {}


def with_opinion(card: Scorecard, opinion: Opinion) -> Scorecard:
    """The card with the seventh verdict. What the rules refused stays refused, whatever is said."""
    is_vetoed = opinion.says == "veto"
    numbers = {**opinion.numbers, "says": opinion.says, "keep_percent": f"{kept_percent(opinion):f}"}
    verdict = Verdict(RULE, not is_vetoed, numbers, RULE if is_vetoed else "")
    others = tuple(one for one in card.verdicts if one.rule != RULE)
    return replace(card, verdicts=(*others, verdict), decided=card.decided and not is_vetoed)


def kept_percent(opinion: Opinion) -> Decimal:
    """The share of the position that is left: never more than all of it, nothing after a veto."""
    if opinion.says == "veto":
        return ZERO
    if opinion.says != "shrink" or not opinion.keep_percent.is_finite():
        return HUNDRED
    return min(max(opinion.keep_percent, ZERO), HUNDRED)
