"""`/board`: have a message at the top of the chat that keeps itself up to date, or have it no more."""

from __future__ import annotations

from bot.conversation.boarding import Placed, place
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Screen, code, dim, line, look, row
from bot.conversation.verbs_shape import Right
from bot.handlers.subjects import word_of

_OPERATORS = ("desk", "feed")
"""Boards that show what is nobody's but the operator's business."""
_REFUSED = (Placed.NO_PLACE, Placed.TAKEN, Placed.FULL)


async def board(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Without anything: what stands here. `on`: put it up. `off`: take it down."""
    say, incoming = asked.wording.say, asked.incoming
    kind = word_of(parsed, "kind") or tools.boards.kinds()[0]
    match word_of(parsed, "switch"):
        case "on" if kind in _OPERATORS and Right.OPERATE not in asked.person.every_right:
            return refusal(asked, "guard.operator_only")
        case "on" if kind in _OPERATORS and incoming.is_group:
            return refusal(asked, "board.private")
        case "on":
            here = place(incoming.chat, incoming.topic)
            placed = await tools.boards.put_up(incoming.platform, here, kind, asked.person.person_id)
            if placed in _REFUSED:
                return refusal(asked, f"board.{placed.value}")
            return Screen.of(line(say(f"board.{placed.value}")))
        case "off":
            return await _off(tools, asked, kind)
        case _:
            return _standing(tools, asked)


async def _off(tools: Tools, asked: Asked, kind: str) -> Screen:
    incoming = asked.incoming
    there = place(incoming.chat, incoming.topic)
    here = [b for b in tools.boards.standing(incoming.platform, there) if b.kind == kind]
    if any(one.person != asked.person.person_id for one in here):
        return refusal(asked, "board.taken")
    if not await tools.boards.take_down(incoming.platform, there, kind):
        return _standing(tools, asked)
    return Screen.of(line(asked.wording.say("board.taken_down")))


def _standing(tools: Tools, asked: Asked) -> Screen:
    say, incoming = asked.wording.say, asked.incoming
    here = tools.boards.standing(incoming.platform, place(incoming.chat, incoming.topic))
    if not here:
        lines = [line(say("board.none")), line(code("/board on"), dim(" " + say("board.how_on")))]
        return Screen.of(*lines).with_buttons(row(look(say("view.positions"), "positions")))
    told = [
        line(say("board.stands", kind=say(f"board.{one.kind}"), at=asked.wording.instant(one.at)))
        for one in here
    ]
    return Screen.of(*told, line(code("/board off"), dim(" " + say("board.how_off"))))


HANDLERS: dict[str, Handler] = {"board": board}
