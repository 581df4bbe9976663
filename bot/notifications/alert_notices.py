"""Notices as screens: what is no trade and must be heard all the same. The words are found by the code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.conversation.screen import Block, line, title
from bot.conversation.words import CATALOGUE, DEFAULT
from bot.notifications.alert_timed import tell_digest, tell_job_missed, tell_price_age
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling
from trading.domain.events import Level
from trading.ports import StoredEvent

URGENCIES = {
    Level.INFO: Urgency.QUIET,
    Level.SUCCESS: Urgency.NORMAL,
    Level.WARNING: Urgency.NORMAL,
    Level.ERROR: Urgency.URGENT,
}


OWN: dict[str, Callable[[Any, Scene], Telling | None]] = {
    "digest": tell_digest,
    "feed_fresh": tell_price_age,
    "feed_stale": tell_price_age,
    "job_missed": tell_job_missed,
}
"""Codes whose facts are more than two sentences: each with a function of its own."""


def tell_notice(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """`notice.<code>` is the first line, `notice.<code>.why` (when there is one) the second."""
    event: Any = members[0].event
    own = OWN.get(event.code)
    if own is not None:
        return own(event, scene)
    say = scene.wording.say
    key = f"notice.{event.code}"
    blocks: list[Block] = [title(say(key, **event.facts))]
    if f"{key}.why" in CATALOGUE[DEFAULT]:
        blocks.append(line(say(f"{key}.why", **event.facts)))
    return Telling(Topic(event.topic), tuple(blocks), URGENCIES[event.level])
