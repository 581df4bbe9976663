"""Notices as screens: what is no trade and must be heard all the same. The words are found by the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import json

from bot.conversation.screen import Block, line, title
from bot.conversation.words import CATALOGUE, DEFAULT
from bot.notifications.notices import start_screen
from bot.notifications.policy import Topic, Urgency
from bot.notifications.scene import Scene, Telling
from trading.domain.events import Level
from trading.engine.report import StartReport
from trading.ports import StoredEvent

URGENCIES = {
    Level.INFO: Urgency.QUIET,
    Level.SUCCESS: Urgency.NORMAL,
    Level.WARNING: Urgency.NORMAL,
    Level.ERROR: Urgency.URGENT,
}

Blocks = tuple[Block, ...]


def _start(facts: Mapping[str, str], scene: Scene) -> Blocks:
    return start_screen(json.decode(facts["report"], type=StartReport), scene).blocks


OWN: dict[str, Callable[[Mapping[str, str], Scene], Blocks]] = {"start": _start}
"""Notices that are more than two lines."""


def tell_notice(members: Sequence[StoredEvent], scene: Scene) -> Telling | None:
    """`notice.<code>` is the first line, `notice.<code>.why` (when there is one) the second."""
    event: Any = members[0].event
    own = OWN.get(event.code)
    if own is not None:
        return Telling(Topic(event.topic), own(event.facts, scene), URGENCIES[event.level])
    say = scene.wording.say
    key = f"notice.{event.code}"
    blocks: list[Block] = [title(say(key, **event.facts))]
    if f"{key}.why" in CATALOGUE[DEFAULT]:
        blocks.append(line(say(f"{key}.why", **event.facts)))
    return Telling(Topic(event.topic), tuple(blocks), URGENCIES[event.level])
