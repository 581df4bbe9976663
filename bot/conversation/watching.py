"""A person's watchlist: its symbols, and the alerts beside each; the same on `/watch` and on boards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.conversation.alerting import about, level_text
from bot.conversation.wording import Wording
from trading.domain.book import Account
from trading.domain.instrument import Instrument
from trading.domain.measure import Measure

KEPT_AS = "watch"
"""Its name among a person's settings."""
WATCHED_MAX = 30
BESIDE_MAX = 3


def watchlist_of(kept: Mapping[str, str]) -> tuple[str, ...]:
    """The symbols, in the person's order."""
    return tuple(kept.get(KEPT_AS, "").split())


def alerts_beside(
    wording: Wording, accounts: Iterable[Account], symbol: str, instrument: Instrument | None
) -> list[str]:
    """`> 70,000.00` for each alert that waits for the symbol, a few at most."""
    found = []
    for account in accounts:
        for alert in account.alerts:
            if alert.symbol == symbol:
                level = level_text(wording, alert, instrument, account.currency)
                name = "" if alert.of is Measure.PRICE else about(wording, alert) + " "
                found.append(f"{name}{level}".removeprefix(f"{symbol} "))
    more = len(found) - BESIDE_MAX
    return [*found[:BESIDE_MAX], *([wording.say("board.more", n=more)] if more > 0 else [])]
