"""Notices as screens: what is no trade and must be heard all the same. The words are found by the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import json

from bot.conversation.screen import Block, Kind, Screen, line, title
from bot.conversation.wording import Wording
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
    blocks = own(event.facts, scene) if own else _blocks(event.code, event.facts, scene.wording)
    return Telling(Topic(event.topic), blocks, URGENCIES[event.level])


def notice_screen(code: str, facts: Mapping[str, str], wording: Wording) -> Screen:
    """The same without the journal, for when nothing can be written down."""
    return Screen(_blocks(code, facts, wording), kind=Kind.ALERT)


def _blocks(code: str, facts: Mapping[str, str], wording: Wording) -> Blocks:
    key = f"notice.{code}"
    blocks: list[Block] = [title(wording.say(key, **facts))]
    if f"{key}.why" in CATALOGUE[DEFAULT]:
        blocks.append(line(wording.say(f"{key}.why", **facts)))
    return tuple(blocks)
