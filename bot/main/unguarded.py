"""What stands without its guard now: stops that only a price carries out, positions without a stop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bot.conversation.health import Unprotected, Unwatched
from trading.domain.book import Book
from trading.domain.moment import seconds_between
from trading.domain.money import ZERO
from trading.engine.triggers import Triggers
from trading.ports import Clock, MarketData

UNWATCHED_MIN_S = 5.0
"""A stop is called unwatched no sooner than that, however fast its feed is."""


def unwatched(triggers: Triggers, market: MarketData, clock: Clock, began_s: float) -> Iterator[Unwatched]:
    """Stops that only the desk watches, one for each symbol of an account, while their market is open. Those
    whose price is fresh are among them: whoever is alarmed wants to hear that it is over.

    Args:
        began_s: when the desk began, on the clock that never jumps: a price that never came is as old.
    """
    now = clock.now()
    for account, symbol in dict.fromkeys((one.account, one.symbol) for one, _ in triggers.stops()):
        if market.instrument(symbol) is not None and not market.is_open(symbol, now):
            continue  # what no feed knows has no hours, and no price either
        quote = market.last(symbol)
        age_s = clock.elapsed_s() - began_s if quote is None else (now - quote.at).total_seconds()
        yield Unwatched(account, symbol, age_s, max(market.stale_after_s(symbol), UNWATCHED_MIN_S))


def unprotected(book: Book, now: datetime) -> Iterator[Unprotected]:
    """How long each account's positions were without their stop today, those that are now included."""
    for account in book.accounts.values():
        bare = {
            position.symbol: max(seconds_between(position.uncovered_since, now), ZERO)
            for position in book.live_positions(account.account)
            if position.uncovered_since is not None
        }
        total_s = account.unprotected_s + sum(bare.values(), ZERO)
        worst_s = max(account.unprotected_worst_s, *bare.values(), ZERO)
        yield Unprotected(account.account, float(total_s), float(worst_s), tuple(bare))
