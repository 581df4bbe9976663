"""How an account went, as points of a curve: the balance by fills, and at the end what all of it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from bot.conversation.painting import EquityPoint
from trading.domain.money import ZERO

POINTS_MAX = 450
"""More than can be told apart on a phone."""
_PER_GROUP = 3


class Step(NamedTuple):
    """A change of the balance (deposits and realised P&L less fees) and what it was after it.

    `moved` is the part of the change that was paid in or, negative, out: no profit and no loss.
    """

    at: datetime
    change: Decimal
    balance: Decimal
    moved: Decimal = ZERO

    @property
    def is_trade(self) -> bool:
        """Whether it was a fill."""
        return self.change != self.moved or not self.change


def curve_of(
    steps: Sequence[Step], start: datetime | None, now: datetime, equity: Decimal
) -> tuple[EquityPoint, ...]:
    """The points of a period, oldest first; empty when nothing was traded in it.

    Args:
        steps: what changed the balance in the period, oldest first.
        start: when the period begins; None for all of the past.
        now: its end.
        equity: what the account is worth now, open positions included.
    """
    if not any(step.is_trade for step in steps):
        return ()
    first = steps[0]
    before = first.balance - first.change
    begun = [EquityPoint(start or first.at, before)] if before else []
    went = [EquityPoint(step.at, step.balance, step.moved) for step in steps]
    return thinned([*begun, *went, EquityPoint(now, equity)], POINTS_MAX)


def together(courses: Sequence[Sequence[Step]], balance: Decimal) -> list[Step]:
    """The steps of several accounts of one currency as those of their sum, oldest first.

    Args:
        courses: of each account, oldest first.
        balance: what all of them hold together after the newest step.
    """
    found = []
    every = sorted((step for steps in courses for step in steps), key=lambda step: step.at)
    for step in reversed(every):
        found.append(step._replace(balance=balance))
        balance -= step.change
    found.reverse()
    return found


def thinned(points: Sequence[EquityPoint], most: int) -> tuple[EquityPoint, ...]:
    """At most about `most` points with the same shape: of each stretch the lowest, the highest, the last."""
    if len(points) <= most:
        return tuple(points)
    size = -(-len(points) * _PER_GROUP // most)
    kept, moved = [points[0]], ZERO
    for begin in range(1, len(points), size):
        group = points[begin : begin + size]
        values = [point.value for point in group]
        wanted = {values.index(min(values)), values.index(max(values)), len(group) - 1}
        for number, point in enumerate(group):
            moved += point.moved
            if number in wanted:
                kept.append(EquityPoint(point.at, point.value, moved))
                moved = ZERO
    return tuple(kept)
