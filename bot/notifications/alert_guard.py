"""A hand has ended what guards a position: asked with two buttons, and told when nobody answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.conversation.guarding import gap_choices, pulled_choices, pulled_legs
from bot.conversation.screen import line, title
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling, exits_line, symbol_of
from trading.domain.position import Pulled
from trading.ports import StoredEvent


def tell_pulled(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Put it back or leave it away; None when that is settled already."""
    event: Any = members[0].event
    position = scene.book.position(event.position_id)
    if position is None or not position.is_open or position.pulled is None:
        return None
    if position.pulled.asked_at != event.at:
        return None
    say, wording = scene.wording.say, scene.wording
    legs = pulled_legs(wording, position.pulled)
    blocks = (
        title(say("alert.pulled", symbol=position.symbol, legs=legs)),
        line(say("alert.pulled_why", until=wording.instant(event.until))),
        exits_line(scene, position),
    )
    buttons = (pulled_choices(wording, position),)
    return Telling(Topic.RISK, blocks, Urgency.URGENT, position.symbol, buttons=buttons)


def is_settled_alone(stored: StoredEvent, scene: Scene) -> bool:
    """Who answers hears so from the answer."""
    event: Any = stored.event
    return not event.by


def tell_put_back(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Nobody answered in time."""
    event: Any = members[0].event
    symbol = symbol_of(event.account, event.position_id)
    legs = pulled_legs(scene.wording, Pulled(event.legs, event.at, event.at))
    head = title(scene.wording.say("alert.put_back", symbol=symbol, legs=legs))
    return Telling(Topic.RISK, (head,), Urgency.NORMAL, symbol)


def is_forgotten_by_hand(stored: StoredEvent, scene: Scene) -> bool:
    """Whoever changes a plan knows it; a hand at the venue told nobody."""
    event: Any = stored.event
    return bool(event.cause == "hand")


def tell_forgotten(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """A target is off the plan."""
    event: Any = members[0].event
    symbol = symbol_of(event.account, event.position_id)
    blocks = (
        title(scene.wording.say("alert.forgotten", symbol=symbol)),
        line(scene.wording.say("alert.forgotten_why", symbol=symbol)),
    )
    return Telling(Topic.RISK, blocks, Urgency.NORMAL, symbol)


def tell_gap(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Stop, price, how far beyond, how long nobody was there, and what follows."""
    event: Any = members[0].event
    say, wording = scene.wording.say, scene.wording
    symbol, position = symbol_of(event.account, event.position_id), scene.book.position(event.position_id)
    instrument = scene.book.instrument(event.account, symbol)
    tick = instrument.tick_size if instrument is not None else None
    stop, price = (wording.price(one, tick) if tick else str(one) for one in (event.stop, event.price))
    head = say("alert.gap", symbol=symbol, stop=stop, price=price, percent=event.percent)
    away = say("alert.gap_spent" if event.is_spent else "alert.gap_late")
    if event.away_s is not None:
        span = wording.duration(timedelta(seconds=float(max(event.away_s, Decimal(1)))))
        away = say("alert.gap_away", span=span)
    blocks = (title(head), line(away), line(say(f"alert.gap_{event.policy.value}")))
    is_asked = position is not None and position.gap is not None
    buttons = (gap_choices(wording, position),) if position is not None and is_asked else ()
    return Telling(Topic.RISK, blocks, Urgency.URGENT, symbol, buttons=buttons)


def tell_reminder(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Nobody has answered; None when somebody has by now."""
    event: Any = members[0].event
    position = scene.book.position(event.position_id)
    if position is None or position.gap is None:
        return None
    head = title(scene.wording.say("alert.gap_still", symbol=position.symbol))
    buttons = (gap_choices(scene.wording, position),)
    return Telling(Topic.RISK, (head,), Urgency.URGENT, position.symbol, buttons=buttons)
