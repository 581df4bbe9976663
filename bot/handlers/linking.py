"""`/link` and `/unlink`: the same person on several platforms, and no longer."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from bot.conversation.confirmation import choice_button
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.linking import Linking, platform_name
from bot.conversation.people import Known
from bot.conversation.screen import Block, Kind, Screen, code, dim, kv, line, row, title, warn
from bot.handlers.subjects import word_of

CONSOLE = "console"


async def link(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Show the phones and a new code; a code that is typed here is tried."""
    linking = tools.linking
    if linking is None or not linking.platforms:
        return refusal(asked, "link.no_phones")
    typed = word_of(parsed, "code")
    if typed:
        outcome = await linking.tried(replace(asked.incoming, text=typed))
        key = outcome.said if outcome is not None else "link.wrong"
        return refusal(asked, key, **(outcome.values if outcome is not None else {}))
    say, person = asked.wording.say, asked.person.person_id
    mine = linking.phones(person)
    free = [one for one in linking.platforms if one not in {known.platform for known in mine}]
    head: list[Block] = [title(say("link.title")), _listed(asked, mine)]
    if not free:
        names = ", ".join(platform_name(one) for one in linking.platforms)
        last = say("link.every") if len(linking.platforms) > 1 else say("link.all", names=names)
        return Screen.of(*head, line(last))
    made = await linking.code(person, asked.incoming)
    others = ", ".join(platform_name(one) for one in free)
    return Screen.of(
        *head,
        line(say("link.how", others=others)),
        line(code(f"/link {made}")),
        line(warn(say("link.warning"))),
    ).for_one()


def _listed(asked: Asked, mine: Sequence[Known]) -> Block:
    say = asked.wording.say
    if not mine:
        return line(dim(say("link.none")))
    return kv(*((platform_name(one.platform), _described(asked, one)) for one in mine))


def _described(asked: Asked, one: Known) -> str:
    since = asked.wording.say("link.since", at=asked.wording.instant(one.at))
    is_here = (one.platform, one.user) == (asked.incoming.platform, asked.incoming.person)
    parts = (one.name or one.user, since, asked.wording.say("link.here") if is_here else "")
    return " · ".join(part for part in parts if part)


async def unlink(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """List them, ask about one, or carry it out."""
    linking = tools.linking
    if linking is None:
        return refusal(asked, "link.no_phones")
    say, wanted = asked.wording.say, word_of(parsed, "platform")
    mine = linking.phones(asked.person.person_id)
    if not wanted:
        return await _which(tools, asked, mine)
    where = platform_name(wanted)
    found = next((one for one in mine if one.platform == wanted), None)
    if found is None:
        return refusal(asked, "unlink.none", where=where)
    if len(mine) < 2 and asked.incoming.platform != CONSOLE:
        return refusal(asked, "unlink.only", where=where)
    name = found.name or found.user
    if word_of(parsed, "act") == "now" and not asked.must_review:
        return await _carried_out(linking, asked, found)
    button = await choice_button(tools, asked, say("unlink.button", where=where), f"/unlink {wanted} now")
    return Screen.of(
        title(say("unlink.ask", where=where)),
        kv((say("unlink.user"), _described(asked, found))),
        line(say("unlink.what", name=name)),
        kind=Kind.REVIEW,
    ).with_buttons(row(button))


async def _carried_out(linking: Linking, asked: Asked, found: Known) -> Screen:
    person, platform = asked.person.person_id, found.platform
    where = platform_name(platform)
    if not await linking.unlink(person, platform, asked.incoming.platform):
        return refusal(asked, "unlink.none", where=where)
    return Screen.of(asked.wording.say("unlink.done", where=where, name=found.name or found.user))


async def _which(tools: Tools, asked: Asked, mine: Sequence[Known]) -> Screen:
    say = asked.wording.say
    buttons = [
        await choice_button(
            tools,
            asked,
            say("unlink.button", where=platform_name(one.platform)),
            f"/unlink {one.platform}",
        )
        for one in mine
    ]
    return Screen.of(title(say("link.title")), _listed(asked, mine)).with_buttons(
        *(row(one) for one in buttons)
    )


HANDLERS: dict[str, Handler] = {"link": link, "unlink": unlink}
