"""What you were told, to be read again: `/inbox`, page by page, also what was switched off."""

from __future__ import annotations

from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.news import NewsItem
from bot.conversation.screen import Block, Screen, dim, line, look, row, title
from bot.handlers.subjects import count_of, refresh

LINES = 10
LINES_MAX = 30


async def inbox(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """The newest news: when, what, and whether it rang."""
    if tools.news is None:
        return refusal(asked, "inbox.none_kept")
    lines = min(count_of(parsed, "count", LINES), LINES_MAX)
    page = count_of(parsed, "page", 1)
    found = await tools.news.newest(
        asked.person.person_id, asked.wording, limit=lines + 1, skip=(page - 1) * lines
    )
    say = asked.wording.say
    blocks: list[Block] = [title(say("inbox.title"))]
    day = ""
    for item in found[:lines]:
        today = asked.wording.day(item.at)
        if today != day:
            blocks.append(line(dim(today)))
            day = today
        blocks.append(_line(asked, item))
    if not found:
        blocks.append(line(say("inbox.empty" if page == 1 else "inbox.no_more")))
    older = look(say("view.older"), "inbox", f"{lines} {page + 1}") if len(found) > lines else None
    newer = look(say("view.newer"), "inbox", f"{lines} {page - 1}") if page > 1 else None
    return Screen.of(*blocks).with_buttons(row(newer, older, refresh(asked, "inbox")))


def _line(asked: Asked, item: NewsItem) -> Block:
    clock = dim(f"{asked.wording.clock(item.at)} ")
    state = "" if item.state == "told" else f" · {asked.wording.say(f'inbox.is_{item.state}')}"
    return line(clock, item.headline, dim(f" {item.code}{state}"))


HANDLERS: dict[str, Handler] = {"inbox": inbox}
