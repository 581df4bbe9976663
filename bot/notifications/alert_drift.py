"""Book and venue disagree about a symbol, and agree again: the card with what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.conversation.disagreement import choices, orders_named, signed
from bot.conversation.screen import line, title
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling
from trading.domain.freezing import LIQUIDATION, Frozen
from trading.ports import StoredEvent


def tell_frozen(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """Nothing is opened in the symbol; None when that is over already."""
    event: Any = members[0].event
    account = scene.book.account(event.account)
    frozen = account.frozen_in(event.frozen.symbol) if account is not None else None
    if frozen is None or frozen != event.frozen:
        return None
    blocks = (title(_head(scene, event.account, frozen)), line(_why(scene, frozen)))
    return Telling(
        Topic.RISK, blocks, Urgency.URGENT, frozen.symbol, buttons=(choices(scene.wording, frozen),)
    )


def _head(scene: Scene, account: Any, frozen: Frozen) -> str:
    say = scene.wording.say
    if frozen.reason == LIQUIDATION:
        return say("alert.frozen_liquidated", symbol=frozen.symbol)
    instrument = scene.book.instrument(account, frozen.symbol)
    if not frozen.difference:
        return say("alert.frozen_orders", symbol=frozen.symbol, orders=orders_named(frozen))
    held, booked = (
        signed(scene.wording, instrument, value) if instrument else scene.wording.quantity(value)
        for value in (frozen.held, frozen.booked)
    )
    return say("alert.frozen", symbol=frozen.symbol, held=held, booked=booked)


def _why(scene: Scene, frozen: Frozen) -> str:
    return scene.wording.say("alert.frozen_why", symbol=frozen.symbol)


def is_thaw_news(stored: StoredEvent, scene: Scene) -> bool:
    """Who settles it hears so from the answer."""
    event: Any = stored.event
    return bool(event.reason == "gone")


def tell_thawed(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """It is over by itself."""
    event: Any = members[0].event
    head = title(scene.wording.say("alert.thawed", symbol=event.symbol))
    return Telling(Topic.RISK, (head,), Urgency.NORMAL, event.symbol)
