"""How much of today's loss limit is used, by prices that may be believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from trading.domain.book import Account, Book
from trading.domain.moment import seconds_between
from trading.domain.money import HUNDRED, ZERO
from trading.domain.risk import day_loss, day_loss_limit

LIMIT_REACHED = 100
LEVELS = (LIMIT_REACHED, 90, 75, 50)
"""Percent of the daily loss limit at which people are warned, the highest first."""

STALE_AFTER_S = Decimal(120)
"""How old a price may be when nobody says otherwise, in seconds."""


class DayUsage(Struct, frozen=True):
    """What today has lost of what it may lose, in the account's currency; `level` is the highest level of
    `LEVELS` that is reached, 0 below all of them."""

    loss: Decimal
    limit: Decimal
    level: int


def usage_of_day(
    book: Book, account: Account, now: datetime, price_age_s: Mapping[str, Decimal]
) -> DayUsage | None:
    """How far today is into its limit; None when there is no limit.

    A stale price may speak for the account, never against it: the unrealised loss of a position whose price
    is older than its bound is left out. What was realised counts, whatever the prices are.
    """
    limit = day_loss_limit(account)
    if limit is None or limit <= 0:
        return None
    loss = day_loss(book, account) - doubtful_loss(book, account, now, price_age_s)
    share = loss * HUNDRED / limit
    return DayUsage(loss, limit, next((level for level in LEVELS if share >= level), 0))


def day_result(
    book: Book, account: Account, now: datetime, price_age_s: Mapping[str, Decimal]
) -> Decimal | None:
    """What today has made so far, deposits not counted; None on a day that the account has not begun. As in
    `usage_of_day`, a stale price never speaks against the account."""
    if account.day != now.date().isoformat():
        return None
    return doubtful_loss(book, account, now, price_age_s) - day_loss(book, account)


def doubtful_loss(book: Book, account: Account, now: datetime, price_age_s: Mapping[str, Decimal]) -> Decimal:
    """The unrealised losses that only stale prices know of, as a positive number."""
    total = ZERO
    for position in book.live_positions(account.account):
        if not position.quantity:
            continue
        quote = book.marks.get(position.symbol)
        bound = account.limits.price_age_s_max or price_age_s.get(position.symbol, STALE_AFTER_S)
        age = seconds_between(quote.at, now) if quote is not None else None
        # A price from the future is as good as none: the clock was set back.
        if age is None or not -bound <= age <= bound:
            total -= min(book.unrealised(position), ZERO)
    return total
