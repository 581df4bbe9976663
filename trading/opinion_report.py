"""What opinions saved and what they cost: answers, money spent, and the entries that they held back.

Pure. An opinion that was given shortly before an entry in its symbol belongs to it. What it held back is that
share of the result of the whole: a loss that was not made is saved, a gain that was not made is missed.
What a person typed was never changed, so there it says what it would have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct

from trading.domain.events import OpinionGiven
from trading.domain.money import ZERO
from trading.domain.opinion import ONE, VETO, Factor
from trading.row import ClosedRow

WITHIN = timedelta(minutes=10)
"""How old an opinion may be at the entry that it belongs to: one that is given again is five minutes old."""


class Trial(Struct, frozen=True):
    """One round trip with the opinion before it. `whole` is the net result of all of the quantity that was
    wanted, `factor` what the opinion left of it; `is_applied`: the rest was really not traded."""

    symbol: str
    source: str
    factor: Factor
    whole: Decimal
    currency: str
    is_applied: bool = False

    @property
    def held_back(self) -> Decimal:
        """The result of what the opinion took away: negative is a loss that was not made."""
        return self.whole * (ONE - self.factor.value)


class OfSource(Struct, frozen=True):
    """What one source was asked and answered; `cost` in US dollars."""

    asked: int = 0
    answered: int = 0
    cost: Decimal = ZERO


class OpinionReport(Struct, frozen=True):
    """A span of time. `neutral` counts reasons; `saved` and `missed` are unsigned, by currency."""

    asked: int
    answered: int
    cost: Decimal
    sources: Mapping[str, OfSource]
    neutral: Mapping[str, int]
    entries: int
    shrunk: int
    forbidden: int
    saved: Mapping[str, Decimal]
    missed: Mapping[str, Decimal]


def trials(
    opinions: Sequence[OpinionGiven], closed: Iterable[ClosedRow], applied_tags: frozenset[str] = frozenset()
) -> list[Trial]:
    """Round trips with the newest opinion before their entry, as far as there was one. `applied_tags`:
    entries with these tags were really shrunk, so that their result is that of the rest alone."""
    found = []
    for row in closed:
        before = [
            one
            for one in opinions
            if one.symbol == row.symbol and timedelta() <= row.opened_at - one.stance.asked_at <= WITHIN
        ]
        if not before:
            continue
        newest = max(before, key=lambda one: one.stance.asked_at)
        factor = newest.buying if row.is_long else newest.selling
        is_applied = row.tag in applied_tags and factor != VETO
        whole = row.net / factor.value if is_applied else row.net
        found.append(Trial(row.symbol, newest.stance.source, factor, whole, row.currency, is_applied))
    return found


def report(opinions: Sequence[OpinionGiven], tried: Sequence[Trial]) -> OpinionReport:
    """All of them added up."""
    sources: dict[str, OfSource] = {}
    neutral: dict[str, int] = {}
    for one in opinions:
        stance = one.stance
        name = stance.source or "none"
        known = sources.get(name, OfSource())
        sources[name] = OfSource(known.asked + 1, known.answered + stance.is_given, known.cost + stance.cost)
        if not stance.is_given:
            neutral[stance.neutral_because] = neutral.get(stance.neutral_because, 0) + 1
    saved: dict[str, Decimal] = {}
    missed: dict[str, Decimal] = {}
    for trial in tried:
        side = saved if trial.held_back < ZERO else missed
        if trial.held_back:
            side[trial.currency] = side.get(trial.currency, ZERO) + abs(trial.held_back)
    return OpinionReport(
        asked=len(opinions),
        answered=sum(one.stance.is_given for one in opinions),
        cost=sum((one.stance.cost for one in opinions), ZERO),
        sources=sources,
        neutral=neutral,
        entries=len(tried),
        shrunk=sum(VETO.value < trial.factor.value < ONE for trial in tried),
        forbidden=sum(trial.factor == VETO for trial in tried),
        saved=saved,
        missed=missed,
    )
