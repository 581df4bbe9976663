"""What happens to an account and to the desk, as sentences for `/logs`: cash, limits, notices."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol

from bot.conversation.screen import Line, Span
from trading.domain import events as ev
from trading.domain.money import ZERO

Told = list[str | Line | Span]


class Teller(Protocol):
    """What a sentence may ask for."""

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of the catalogue, the person's way."""
        ...

    def money(self, value: Decimal, currency: str) -> str:
        """Money."""
        ...


def _opened(story: Teller, event: ev.AccountOpened) -> Told:
    return [story.say("log.opened", account=event.account, venue=event.venue, mode=event.mode)]


def _cash(story: Teller, event: ev.CashMoved) -> Told:
    moved: dict[str, Decimal] = {}
    for booking in event.bookings:
        if booking.book == "cash":
            moved[booking.currency] = moved.get(booking.currency, ZERO) + booking.value
    change = ", ".join(story.money(value, currency) for currency, value in moved.items())
    return [story.say("log.cash", change=change, reason=event.reason)]


def _connected(story: Teller, event: ev.VenueConnected) -> Told:
    key = "log.venue_guards" if event.guards_exits else "log.venue_guards_not"
    return [story.say(key, venue=event.venue)]


def _limit(story: Teller, event: ev.LimitChanged) -> Told:
    return [story.say("log.limit", name=event.name, value=event.value, person=event.by)]


def _day(story: Teller, event: ev.DayStarted) -> Told:
    return [story.say("log.day", day=event.day)]


def _flatten(story: Teller, event: ev.FlattenStarted) -> Told:
    key = "log.panic" if event.is_panic else "log.flatten"
    return [story.say(key, positions=len(event.position_ids), orders=len(event.order_ids))]


def _proven(story: Teller, event: ev.FlatProven) -> Told:
    return [story.say("log.proven", proof=event.proof)]


def _noticed(story: Teller, event: ev.Noticed) -> Told:
    return [story.say(f"notice.{event.code}", **event.facts)]


TELLERS: dict[type, Callable[[Any, Any], Told]] = {
    ev.AccountOpened: _opened,
    ev.CashMoved: _cash,
    ev.VenueConnected: _connected,
    ev.LimitChanged: _limit,
    ev.DayStarted: _day,
    ev.FlattenStarted: _flatten,
    ev.FlatProven: _proven,
    ev.Noticed: _noticed,
}
