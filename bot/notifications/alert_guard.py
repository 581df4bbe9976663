"""A hand has ended what guards a position: asked with two buttons, and told when nobody answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.conversation.guarding import pulled_choices, pulled_legs
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
