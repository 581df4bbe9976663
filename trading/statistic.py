"""What round trips say about an account over time: ratios, drawdown, exposure; and when they say nothing yet.

Everything here is exact decimals and pure. Whoever asks for a ratio of too few gets none: docs/analytics.md
says how each figure is made, with its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from trading.domain.money import HUNDRED, ZERO
from trading.performance import Local
from trading.row import ClosedRow

TRIPS_MIN = 10
DAYS_MIN = 20
"""Below either of the two there is no Sharpe and no Sortino ratio."""
DAYS_PER_YEAR = Decimal(365)
_DAY = timedelta(days=1)


class Moved(NamedTuple):
    """Money paid in or, negative, out: it changes what results are held against, and is no result."""

    at: datetime
    value: Decimal


class Ratio(NamedTuple):
    """A yearly ratio and, where it is known, one standard error of it."""

    value: Decimal
    error: Decimal | None = None


class Fall(Struct, frozen=True, gc=False):
    """A drawdown: from a high-water mark of the results down to the lowest point before they reach it again.

    `percent` is of what the account was worth at the mark (closed balance), None when that was nothing.
    """

    depth: Decimal
    percent: Decimal | None
    began_at: datetime
    lowest_at: datetime
    recovered_at: datetime | None

    def lasted(self, now: datetime) -> timedelta:
        """From the mark until it was reached again, or until now."""
        return max((self.recovered_at or now) - self.began_at, timedelta(0))


def daily_returns(
    rows: Iterable[ClosedRow], moved: Iterable[Moved], start: Decimal, first: date, last: date, local: Local
) -> list[Decimal]:
    """What each calendar day from `first` to `last` made of what was there; days without a result made 0.

    Args:
        rows: round trips; each counts on the day on which it went flat.
        moved: what was paid in (there from the day's beginning on) and out (gone at its end).
        start: the closed balance before `first`.
        local: whose calendar.

    A day on which nothing was there to lose has no return and is left out.
    """
    nets: dict[date, Decimal] = {}
    for row in rows:
        day = local(row.closed_at).date()
        nets[day] = nets.get(day, ZERO) + row.net
    paid_in: dict[date, Decimal] = {}
    paid_out: dict[date, Decimal] = {}
    for one in moved:
        day, side = local(one.at).date(), paid_in if one.value > 0 else paid_out
        side[day] = side.get(day, ZERO) + one.value
    returns, balance, day = [], start, first
    while day <= last:
        there, net = balance + paid_in.get(day, ZERO), nets.get(day, ZERO)
        if there > 0:
            returns.append(net / there)
        balance = there + net + paid_out.get(day, ZERO)
        day += _DAY
    return returns


def sharpe(returns: Sequence[Decimal]) -> Ratio | None:
    """Mean over standard deviation of daily returns, a year's worth of it; the risk-free return is 0.

    Sharpe, "The Sharpe Ratio" (Journal of Portfolio Management, 1994): mean / s × √365 with the sample's
    deviation (n - 1). Its error: Lo, "The Statistics of Sharpe Ratios" (Financial Analysts Journal, 2002),
    √((1 + ratio² / 2) / n) for independent days, times √365. None when no day differs from another.
    """
    count = len(returns)
    if count < 2:
        return None
    mean = sum(returns, ZERO) / count
    variance = sum(((one - mean) ** 2 for one in returns), ZERO) / (count - 1)
    if not variance:
        return None
    daily = mean / variance.sqrt()
    error = ((1 + daily * daily / 2) / count).sqrt()
    year = DAYS_PER_YEAR.sqrt()
    return Ratio(daily * year, error * year)


def sortino(returns: Sequence[Decimal]) -> Ratio | None:
    """As Sharpe's, with only what was lost as risk: mean / √(Σ min(r, 0)² / n) × √365; the target is 0.

    Sortino and Price, "Performance Measurement in a Downside Risk Framework" (Journal of Investing, 1994).
    None when no day lost.
    """
    if not returns:
        return None
    downside = sum((min(one, ZERO) ** 2 for one in returns), ZERO) / len(returns)
    if not downside:
        return None
    mean = sum(returns, ZERO) / len(returns)
    return Ratio(mean / downside.sqrt() * DAYS_PER_YEAR.sqrt())


def falls(rows: Iterable[ClosedRow], moved: Iterable[Moved], start: Decimal) -> list[Fall]:
    """All drawdowns of the results, in their order; the last one may not have recovered yet.

    Args:
        rows: round trips in the order in which they went flat.
        moved: what was paid in and out, in order: it moves the balance, never a mark.
        start: the closed balance before the first of them.
    """
    paid = list(moved)
    paid.reverse()
    found: list[Fall] = []
    total, balance = ZERO, start
    mark, mark_balance, mark_at = ZERO, start, None
    low, low_at = ZERO, None
    for row in rows:
        while paid and paid[-1].at <= row.closed_at:
            balance += paid.pop().value
            if total == mark:
                mark_balance = balance
        if mark_at is None:
            mark_at, mark_balance = row.opened_at, balance
        total += row.net
        balance += row.net
        if total >= mark:
            if low_at is not None:
                found.append(_fall(mark - low, mark_balance, mark_at, low_at, row.closed_at))
            mark, mark_balance, mark_at, low_at = total, balance, row.closed_at, None
        elif low_at is None or total < low:
            low, low_at = total, row.closed_at
    if low_at is not None and mark_at is not None:
        found.append(_fall(mark - low, mark_balance, mark_at, low_at, None))
    return found


def _fall(
    depth: Decimal, worth: Decimal, began_at: datetime, lowest_at: datetime, recovered_at: datetime | None
) -> Fall:
    percent = depth * HUNDRED / worth if worth > 0 else None
    return Fall(depth, percent, began_at, lowest_at, recovered_at)


def exposure(spans: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime) -> Decimal | None:
    """Percent of the time from `start` to `end` in which at least one of the spans ran; None for no time."""
    if end <= start:
        return None
    covered, reached = timedelta(0), start
    for begun, over in sorted(spans):
        begun, over = max(begun, reached), min(over, end)
        if over > begun:
            covered += over - begun
            reached = over
    micros = timedelta(microseconds=1)
    return Decimal(covered // micros) * HUNDRED / Decimal((end - start) // micros)


def median_held(rows: Sequence[ClosedRow]) -> timedelta | None:
    """Half of the round trips were held for no longer than this."""
    spans = sorted(row.held for row in rows)
    if not spans:
        return None
    middle = len(spans) // 2
    return spans[middle] if len(spans) % 2 else (spans[middle - 1] + spans[middle]) / 2
