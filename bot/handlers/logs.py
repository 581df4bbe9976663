"""The activity log, `/logs`: what happened on your accounts and on the desk, newest first, by level.

It is read from the journal, so nothing is ever really cleared: `/logs clear` only begins a new page for you.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools
from bot.conversation.screen import Block, Line, Screen, bad, dim, good, line, look, row, title, warn
from bot.handlers.story import Story
from bot.handlers.subjects import count_of, refresh, word_of
from trading.domain import events as ev
from trading.domain import events_doubt as ed
from trading.domain.ids import DESK, StreamId
from trading.ports import StoredEvent

LINES = 15
LINES_MAX = 40
READ_MAX = 2_000
"""So far back a level is looked for."""
SINCE = "logs_since"
GAP_FELT_S = 2
"""The bound of RELIABILITY on the time between a fill and its resting stop (p99)."""

LEVELS: dict[type, ev.Level] = {
    ev.OrderFilled: ev.Level.SUCCESS,
    ev.PositionClosed: ev.Level.SUCCESS,
    ev.FlatProven: ev.Level.SUCCESS,
    ev.OrderRejected: ev.Level.ERROR,
    ev.OrderInDoubt: ev.Level.ERROR,
    ev.DoubtEscalated: ev.Level.ERROR,
    ed.EntriesFrozen: ev.Level.ERROR,
    ed.DoubtLasts: ev.Level.WARNING,
    ed.VisibilityRaised: ev.Level.WARNING,
    ev.DoubtAnswered: ev.Level.WARNING,
    ev.CommandDenied: ev.Level.WARNING,
    ev.OrderNotPlaced: ev.Level.WARNING,
    ev.CancelFailed: ev.Level.WARNING,
    ev.ReplaceFailed: ev.Level.WARNING,
    ev.HaltChanged: ev.Level.WARNING,
    ev.SymbolFrozen: ev.Level.ERROR,
    ev.SymbolThawed: ev.Level.SUCCESS,
    ev.FlattenStarted: ev.Level.WARNING,
    ev.PositionDust: ev.Level.WARNING,
    ev.StopMissing: ev.Level.ERROR,
}
"""What is not named is information."""

_MARKS = {
    ev.Level.INFO: dim("·"),
    ev.Level.SUCCESS: good("✓"),
    ev.Level.WARNING: warn("!"),
    ev.Level.ERROR: bad("✗"),
}


def level_of(event: Any) -> ev.Level:
    """How an event is marked."""
    if isinstance(event, ev.PositionCovered):
        # Every entry is bare for the moment that its stop needs to reach the venue.
        return ev.Level.WARNING if event.uncovered_s >= GAP_FELT_S else ev.Level.SUCCESS
    own = getattr(event, "level", None)
    return own if isinstance(own, ev.Level) else LEVELS.get(type(event), ev.Level.INFO)


async def logs(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The newest lines; of one level and what is worse when it is named."""
    say = asked.wording.say
    if word_of(parsed, "act") == "clear":
        await tools.registers.put_setting(asked.person.person_id, SINCE, tools.clock.now().isoformat())
        return Screen.of(line(say("logs.cleared"))).with_buttons(row(look(say("logs.all"), "logs", "all")))
    lines = min(count_of(parsed, "count", LINES), LINES_MAX)
    page = count_of(parsed, "page", 1)
    level = word_of(parsed, "level")
    since = None if word_of(parsed, "act") == "all" else await _since(tools, asked)
    found = await newest(tools, asked, level, since, limit=page * lines + 1)
    here = found[(page - 1) * lines : page * lines]
    head = title(say("logs.title", level=say(f"logs.level.{level}") if level else say("logs.level.every")))
    blocks: list[Block] = [head, *_lines(tools, asked, here)]
    if not here:
        blocks.append(line(say("logs.empty")))
    rest = f" {level}" if level else ""
    older = (
        look(say("view.older"), "logs", f"{lines} {page + 1}{rest}") if len(found) > page * lines else None
    )
    newer = look(say("view.newer"), "logs", f"{lines} {page - 1}{rest}") if page > 1 else None
    return Screen.of(*blocks).with_buttons(
        row(newer, older, refresh(asked, "logs", rest.strip())),
        row(*(look(say(f"logs.level.{one}"), "logs", one) for one in ("warning", "error") if one != level)),
    )


async def newest(
    tools: Tools, asked: Asked, level: str, since: datetime | None, *, limit: int
) -> list[StoredEvent]:
    """Events of the person's accounts and of the desk, newest first, from a level on."""
    streams = [StreamId(name) for name in asked.person.accounts] + [DESK]
    order = list(ev.Level)
    least = order.index(ev.Level(level)) if level else 0
    read = await tools.ledger.newest(streams, limit=READ_MAX if level else limit)
    kept = (s for s in read if order.index(level_of(s.event)) >= least)
    mine = asked.person.person_id
    found = (s for s in kept if not isinstance(s.event, ev.PersonLocked) or s.event.by == mine)
    return [s for s in found if since is None or s.event.at > since][:limit]


async def _since(tools: Tools, asked: Asked) -> datetime | None:
    kept = (await tools.registers.settings(asked.person.person_id)).get(SINCE, "")
    return datetime.fromisoformat(kept) if kept else None


def _lines(tools: Tools, asked: Asked, events: Sequence[StoredEvent]) -> list[Line]:
    story = Story(tools, asked, events)
    found: list[Line] = []
    day = ""
    for stored in events:
        told = story.told(stored.event)
        if not told:
            continue
        today = asked.wording.day(stored.event.at)
        if today != day:
            found.append(line(dim(today)))
            day = today
        clock = dim(f"{asked.wording.clock(stored.event.at, seconds=True)} ")
        found.append(line(clock, _MARKS[level_of(stored.event)], " ", told[0]))
    return found


HANDLERS: dict[str, Handler] = {"logs": logs}
