"""Which function answers which verb: the tables of all rooms, merged once, for `bot.main` to hand over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.conversation.handling import Handler
from bot.handlers import (
    bookings,
    earnings,
    export,
    guard,
    help,
    history,
    market,
    portfolio,
    position,
    preferences,
    risk,
    start,
    status,
    why,
)


def merged(tables: Iterable[Mapping[str, Handler]]) -> dict[str, Handler]:
    """One table of many; a verb that two rooms answer is a bug."""
    whole: dict[str, Handler] = {}
    for part in tables:
        twice = whole.keys() & part.keys()
        assert not twice, f"two rooms answer the same verbs: {sorted(twice)}"
        whole.update(part)
    return whole


HANDLERS: dict[str, Handler] = merged(
    (
        start.HANDLERS,
        help.HANDLERS,
        status.HANDLERS,
        position.HANDLERS,
        portfolio.HANDLERS,
        earnings.HANDLERS,
        history.HANDLERS,
        market.HANDLERS,
        risk.HANDLERS,
        guard.HANDLERS,
        preferences.HANDLERS,
        why.HANDLERS,
        bookings.HANDLERS,
        export.HANDLERS,
    )
)
