"""What happens to an account and to the desk, as sentences for `/logs`: cash, limits, notices."""

from __future__ import annotations

from decimal import Decimal

from bot.handlers.storyteller import Storyteller, Tellers, Told
from trading.domain import events as ev
from trading.domain.ladder import support_of
from trading.domain.money import ZERO


def _opened(story: Storyteller, event: ev.AccountOpened) -> Told:
    return [story.say("log.opened", account=event.account, venue=event.venue, mode=event.mode)]


def _cash(story: Storyteller, event: ev.CashMoved) -> Told:
    moved: dict[str, Decimal] = {}
    for booking in event.bookings:
        if booking.book == "cash":
            moved[booking.currency] = moved.get(booking.currency, ZERO) + booking.value
    change = ", ".join(story.money(value, currency) for currency, value in moved.items())
    return [story.say("log.cash", change=change, reason=event.reason)]


_HOLDS_NONE = "log.venue_guards_not"


def _connected(story: Storyteller, event: ev.VenueConnected) -> Told:
    holds_stops = support_of(event.guards_exits, event.exits).stop
    key = "log.venue_guards" if event.guards_exits else "log.venue_stops" if holds_stops else _HOLDS_NONE
    return [story.say(key, venue=event.venue)]


def _limit(story: Storyteller, event: ev.LimitChanged) -> Told:
    return [story.say("log.limit", name=event.name, value=event.value, person=event.by)]


def _raise_asked(story: Storyteller, event: ev.LimitRaiseAsked) -> Told:
    due = story.wording.instant(event.due)
    return [story.say("log.raise", name=event.name, value=event.value, person=event.by, due=due)]


def _raise_dropped(story: Storyteller, event: ev.LimitRaiseDropped) -> Told:
    key = f"log.raise_{event.reason}"
    return [story.say(key, name=event.name, value=event.value, person=event.by)]


def _day(story: Storyteller, event: ev.DayStarted) -> Told:
    return [story.say("log.day", day=event.day)]


def _flatten(story: Storyteller, event: ev.FlattenStarted) -> Told:
    key = "log.panic" if event.is_panic else "log.flatten"
    return [story.say(key, positions=len(event.position_ids), orders=len(event.order_ids))]


def _proven(story: Storyteller, event: ev.FlatProven) -> Told:
    return [story.say("log.proven", proof=event.proof)]


def _noticed(story: Storyteller, event: ev.Noticed) -> Told:
    return [story.say(f"notice.{event.code}", **event.facts)]


def _opinion(story: Storyteller, event: ev.OpinionGiven) -> Told:
    stance = event.stance
    if not stance.is_given:
        code = "budget_short" if stance.neutral_because == "budget" else stance.neutral_because
        reason = story.say(f"opinion.because.{code}")
        return [story.say("log.opinion_none", symbol=event.symbol, reason=reason)]
    lean, score = (
        story.say(f"opinion.{stance.lean.value}"),
        story.wording.number(stance.score, 2, signed=True),
    )
    return [story.say("log.opinion", symbol=event.symbol, lean=lean, score=score, source=stance.source)]


TELLERS: Tellers = {
    ev.OpinionGiven: _opinion,
    ev.AccountOpened: _opened,
    ev.CashMoved: _cash,
    ev.VenueConnected: _connected,
    ev.LimitChanged: _limit,
    ev.LimitRaiseAsked: _raise_asked,
    ev.LimitRaiseDropped: _raise_dropped,
    ev.DayStarted: _day,
    ev.FlattenStarted: _flatten,
    ev.FlatProven: _proven,
    ev.Noticed: _noticed,
}
