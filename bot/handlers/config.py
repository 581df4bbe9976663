"""`/config`: how whoever runs the desk has set it, without its secrets. Nothing is changed here."""

from __future__ import annotations

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.screen import Block, Screen, dim, kv, line, look, row, title
from bot.handlers.subjects import word_of

ALL = "all"


async def config(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """What is set otherwise than usual; with `all`, everything."""
    say, every = asked.wording.say, tools.facts.settings
    if not every:
        return refusal(asked, "config.none")
    is_whole = word_of(parsed, "show") == ALL
    shown = [(name, value or say("config.empty")) for name, value, is_own in every if is_own or is_whole]
    rest = len(every) - len(shown)
    more = look(say("config.all"), "config", ALL) if rest else None
    blocks: list[Block] = [title(say("config.title")), kv(*shown)]
    if rest:
        blocks.append(line(say("config.rest", n=rest)))
    return Screen.of(*blocks, line(dim(say("config.how")))).with_buttons(
        row(more, look(say("view.settings"), "settings"))
    )


HANDLERS: dict[str, Handler] = {"config": config}
