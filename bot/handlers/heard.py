"""What you hear: `/settings notify …` by kind and loudness, `/settings quiet …` by the clock."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import NamedTuple

from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.hearing import (
    ALL,
    ALWAYS,
    PHONES,
    PREFIX,
    QUIET_HOURS,
    Hearing,
    Loudness,
    Topic,
    hearing_from,
    hours_of,
    kinds_known,
)
from bot.conversation.linking import platform_name
from bot.conversation.screen import Block, Screen, bold, code, dim, kv, line, look, row, table, title

NAMES = ("notify", "quiet")
"""The settings that this room keeps."""
_RESETS = frozenset({"reset", "default"})
_LOUD = frozenset(Loudness) | _RESETS
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


class Wish(NamedTuple):
    """What somebody typed behind `/settings notify`: which kind, on which platform (empty: on all), how."""

    kind: str
    platform: str
    loudness: str


def _wish(value: str) -> Wish:
    """`fill off`, `fill discord off`, `discord off`: the platform may stand anywhere."""
    words = value.casefold().split()
    platform = next((word for word in words if word in PHONES), "")
    if platform and f"on {platform}" in value.casefold():
        words.remove("on")  # "fill off on discord"
    rest = [word for word in words if word not in PHONES]
    if platform and len(rest) < 2 and (not rest or rest[0] in _LOUD):
        rest.insert(0, ALL)
    kind = _ALIASES.get(rest[0], rest[0]) if rest else ""
    return Wish(kind, platform, " ".join(rest[1:]))


async def _notify(tools: Tools, asked: Asked, value: str) -> Screen:
    say = asked.wording.say
    if not value:
        return await _listed(tools, asked)
    kind, platform, loudness = _wish(value)
    if not platform and kind in {topic.value for topic in ALWAYS}:
        return refusal(asked, "hear.never_muted", kind=kind)
    known = kinds_known(platform)
    if kind not in known:
        return refusal(asked, "hear.unknown_kind", typed=kind, names=", ".join(known))
    shown, where = say(f"hear.kind.{kind}"), platform_name(platform) if platform else ""
    if loudness not in _LOUD:
        near = (difflib.get_close_matches(loudness, list(Loudness), n=1, cutoff=0.4) or ["silent"])[0]
        example = " ".join(word for word in ("/settings notify", kind, platform, near) if word)
        return refusal(asked, "hear.unknown_loudness", kind=shown, line=example)
    name = f"{kind}@{platform}" if platform else kind
    kept = None if loudness in _RESETS else loudness
    await tools.registers.put_setting(asked.person.person_id, PREFIX + name, kept)
    heard = say("hear.as_before") if kept is None else say(f"hear.loudness.{kept}")
    key = "hear.set_on" if platform else "hear.set"
    lines = [line(say(key, kind=shown, loudness=heard, where=where))]
    if platform and kept == Loudness.OFF:
        lines.append(line(dim(say("hear.standby", where=where))))
    return Screen.of(*lines).with_buttons(row(look(say("hear.title"), "settings", "notify")))


async def _listed(tools: Tools, asked: Asked) -> Screen:
    """Every kind with its loudness, by platform where there are several, and the quiet hours."""
    say = asked.wording.say
    hearing = await hearing_of(tools, asked)
    phones = tools.linking.phones(asked.person.person_id) if tools.linking is not None else ()
    places = [one.platform for one in phones if one.platform in PHONES]
    shown = _by_platform(asked, hearing, places) if len(places) > 1 else _by_kind(asked, hearing)
    quiet = kv((say("view.setting.quiet"), quiet_text(asked, hearing)))
    examples = ["/settings notify exit.target silent", "/settings quiet 22:00-07:00"]
    if len(places) > 1:
        examples.insert(1, f"/settings notify fill {places[-1]} off")
    return Screen.of(
        title(say("hear.title")),
        shown,
        quiet,
        line(dim(say("hear.always"))),
        line(dim(say("hear.how"))),
        *(line(code(one)) for one in examples),
    ).with_buttons(row(look(say("view.settings"), "settings"), look(say("inbox.title"), "inbox")))


def _kinds_shown(hearing: Hearing) -> list[str]:
    """The kinds, and those reasons of exits for which something else was chosen."""
    exits = f"{Topic.EXIT.value}."
    own = {name.partition("@")[0] for name in hearing.kinds}
    return [kind for kind in kinds_known() if not kind.startswith(exits) or kind in own]


def _by_kind(asked: Asked, hearing: Hearing) -> Block:
    say = asked.wording.say
    return kv(
        *((say(f"hear.kind.{kind}"), _chosen(asked, hearing, kind, "")) for kind in _kinds_shown(hearing))
    )


def _by_platform(asked: Asked, hearing: Hearing, places: Sequence[str]) -> Block:
    say = asked.wording.say
    kinds = [*_kinds_shown(hearing), *(topic.value for topic in Topic if topic in ALWAYS)]
    rows = [
        (say(f"hear.kind.{kind}"), *(_chosen(asked, hearing, kind, place) for place in places))
        for kind in kinds
    ]
    return table((say("hear.of_what"), *(platform_name(place) for place in places)), rows)


def _chosen(asked: Asked, hearing: Hearing, kind: str, platform: str) -> str:
    topic, _, reason = kind.partition(".")
    loudness = hearing.choice(Topic(topic), reason, platform)
    return asked.wording.say(f"hear.loudness.{loudness.value}")
