"""Doubt that the desk could not end: the card that asks a person, and what the person said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from bot.conversation.doubting import choice_buttons
from bot.conversation.screen import Block, code, line, look, title
from bot.conversation.wording import Wording
from bot.notifications.alert_desk import is_unasked
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling, order_words
from trading.domain.freezing import BY_ITSELF
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


def tell_frozen(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Entries do not go out any more, and what opens them again."""
    event: Any = members[0].event
    say, cause = scene.wording.say, event.cause
    blocks: list[Block] = [
        title(say(f"freeze.alert_{cause.value}", account=event.account, detail=event.detail))
    ]
    if cause in BY_ITSELF:
        if event.detail:
            blocks.append(line(say("freeze.alert_which", detail=event.detail)))
        blocks.append(line(say("freeze.alert_auto")))
        buttons = ((look(say("doubt.show"), "doubt", f"on {event.account}"),),)
    else:
        blocks.append(line(say("freeze.alert_look")))
        buttons = ((look(say("freeze.seen"), "doubt", f"seen on {event.account}"),),)
    return Telling(Topic.RISK, tuple(blocks), Urgency.URGENT, buttons=buttons)


def tell_thawed(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Entries go out again."""
    event: Any = members[0].event
    say = scene.wording.say
    why = say(f"freeze.thawed_{event.cause.value}", person=event.by)
    return Telling(Topic.RISK, (title(say("freeze.thawed", account=event.account)), line(why)))


def is_open_again(stored: StoredEvent, scene: Scene) -> bool:
    """The end of one of several causes is no news, and who has looked has the answer."""
    event: Any = stored.event
    account = scene.book.account(event.account)
    return account is not None and not account.freezes and is_unasked(stored, scene)


def tell_lasting(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Orders are still in doubt, each of them named."""
    event: Any = members[0].event
    say = scene.wording.say
    named = [line(order_words(scene, event.account, order_id)) for order_id in event.order_ids]
    blocks = (title(say("doubt.lasts", n=len(named))), *named, line(say("doubt.lasts_what")))
    buttons = ((look(say("doubt.show"), "doubt", f"on {event.account}"),),)
    return Telling(Topic.RISK, blocks, Urgency.NORMAL, buttons=buttons)


def span_text(wording: Wording, seconds: Decimal) -> str:
    """A measured span in words."""
    return wording.duration(timedelta(microseconds=int(seconds * 1_000_000)))
