"""Doubt that the desk could not end: the card that asks a person, and what the person said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.conversation.doubting import choice_buttons
from bot.conversation.screen import code, line, title
from bot.conversation.wording import Wording
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling, order_words
from trading.ports import StoredEvent


def tell_escalated(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """A person must look: what was tried, and two buttons."""
    event: Any = members[0].event
    order = scene.book.order(event.order_id)
    say = scene.wording.say
    tried = say(
        "doubt.alert_tried",
        span=span_text(scene.wording, event.waited_s),
        answers=event.answers,
        failures=event.failures,
        trouble=say(f"doubt.trouble_{event.trouble.value}"),
    )
    blocks = (
        title(say("doubt.alert", order=order_words(scene, event.account, event.order_id))),
        line(tried),
        line(say("doubt.alert_ask")),
    )
    buttons = (choice_buttons(scene.wording, order),) if order is not None else ()
    symbol = order.symbol if order is not None else ""
    return Telling(Topic.RISK, blocks, Urgency.URGENT, symbol, buttons=buttons)


def tell_answered(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Somebody has said what the exchange has."""
    event: Any = members[0].event
    word = "there" if event.is_there else "absent"
    order = scene.book.order(event.order_id)
    say = scene.wording.say
    blocks = (
        title(
            say(
                f"doubt.told_{word}",
                person=event.by,
                order=order_words(scene, event.account, event.order_id),
            )
        ),
        line(say(f"doubt.told_{word}_next")),
        line(code(f"/order {event.order_id}")),
    )
    return Telling(Topic.RISK, blocks, Urgency.NORMAL, order.symbol if order is not None else "")


def span_text(wording: Wording, seconds: Decimal) -> str:
    """A measured span in words."""
    return wording.duration(timedelta(microseconds=int(seconds * 1_000_000)))
