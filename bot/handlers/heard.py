"""What you hear: `/settings notify …` by kind and loudness, `/settings quiet …` by the clock."""

from __future__ import annotations

import difflib

from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.hearing import (
    ALWAYS,
    PREFIX,
    QUIET_HOURS,
    Hearing,
    Loudness,
    Topic,
    hearing_from,
    hours_of,
    kinds_known,
)
from bot.conversation.screen import Screen, bold, code, dim, kv, line, look, row, title

NAMES = ("notify", "quiet")
"""The settings that this room keeps."""
_FORGET = frozenset({"off", "none", "reset", "default"})
_ALIASES = {"fills": "fill", "exits": "exit", "rejects": "reject", "orders": "order", "stops": "exit.stop"}


async def set_heard(tools: Tools, asked: Asked, name: str, value: str) -> Screen:
    """Show or set what is heard."""
    if name == "quiet":
        return await _quiet(tools, asked, value)
    return await _notify(tools, asked, value)


async def hearing_of(tools: Tools, asked: Asked) -> Hearing:
    """The person's choices."""
    return hearing_from(await tools.registers.settings(asked.person.person_id))


def quiet_text(asked: Asked, hearing: Hearing) -> str:
    """`22:00-07:00`, or that there are none."""
    if hearing.quiet_from is None or hearing.quiet_to is None:
        return asked.wording.say("view.no_quiet_hours")
    return f"{hearing.quiet_from:%H:%M}-{hearing.quiet_to:%H:%M}"


async def _quiet(tools: Tools, asked: Asked, value: str) -> Screen:
    say = asked.wording.say
    if not value:
        shown = quiet_text(asked, await hearing_of(tools, asked))
        return Screen.of(
            title(say("view.setting.quiet")),
            line(bold(shown)),
            line(code("/settings quiet 22:00-07:00"), dim(" " + say("view.sets_it"))),
            line(dim(say("hear.always"))),
        )
    forgets = value.casefold() in _FORGET
    hours = hours_of(value)
    if hours is None and not forgets:
        return refusal(asked, "view.quiet_unknown")
    kept = f"{hours[0]:%H:%M}-{hours[1]:%H:%M}" if hours is not None else None
    await tools.registers.put_setting(asked.person.person_id, QUIET_HOURS, kept)
    shown = quiet_text(asked, await hearing_of(tools, asked))
    said = say("view.setting_set", name=say("view.setting.quiet"), value=shown)
    return Screen.of(line(said), line(dim(say("hear.always")))).with_buttons(
        row(look(say("view.settings"), "settings"))
    )


async def _notify(tools: Tools, asked: Asked, value: str) -> Screen:
    say = asked.wording.say
    if not value:
        return await _listed(tools, asked)
    typed, _, rest = value.partition(" ")
    kind = _ALIASES.get(typed.casefold(), typed.casefold())
    if kind in {topic.value for topic in ALWAYS}:
        return refusal(asked, "hear.never_muted", kind=kind)
    known = kinds_known()
    if kind not in known:
        return refusal(asked, "hear.unknown_kind", typed=typed, names=", ".join(known))
    loudness = rest.strip().casefold()
    if loudness not in set(Loudness):
        near = (difflib.get_close_matches(loudness, list(Loudness), n=1, cutoff=0.4) or ["silent"])[0]
        example = f"/settings notify {kind} {near}"
        return refusal(asked, "hear.unknown_loudness", kind=say(f"hear.kind.{kind}"), line=example)
    await tools.registers.put_setting(asked.person.person_id, PREFIX + kind, loudness)
    said = say("hear.set", kind=say(f"hear.kind.{kind}"), loudness=say(f"hear.loudness.{loudness}"))
    return Screen.of(line(said)).with_buttons(row(look(say("hear.title"), "settings", "notify")))


async def _listed(tools: Tools, asked: Asked) -> Screen:
    """Every kind with its loudness, and the quiet hours."""
    say = asked.wording.say
    hearing = await hearing_of(tools, asked)
    pairs = []
    for kind in kinds_known():
        own = hearing.kinds.get(kind)
        if own is None and kind.startswith(f"{Topic.EXIT.value}."):
            continue
        loudness = own or Loudness.ON
        pairs.append((say(f"hear.kind.{kind}"), say(f"hear.loudness.{loudness.value}")))
    pairs.append((say("view.setting.quiet"), quiet_text(asked, hearing)))
    examples = ("/settings notify exit.target silent", "/settings quiet 22:00-07:00")
    return Screen.of(
        title(say("hear.title")),
        kv(*pairs),
        line(dim(say("hear.always"))),
        line(dim(say("hear.how"))),
        *(line(code(one)) for one in examples),
    ).with_buttons(row(look(say("view.settings"), "settings"), look(say("inbox.title"), "inbox")))
