"""`/profile`: automatic trading from the phone; `/protections`: what holds it back; `/marketdir`: which side
all of it may enter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.conversation.grammar_nearest import nearest
from bot.conversation.grammar_shapes import Parsed
from bot.conversation.grammar_symbol import symbol_text
from bot.conversation.handling import Asked, Handler, Tools, refusal
from bot.conversation.retelling import retold
from bot.conversation.screen import Block, Screen, bold, dim, line, look, row, title, warn
from bot.handlers.profile_answer import agreed, declined
from bot.handlers.profile_blackout import blacked_out
from bot.handlers.profile_card import card_of, listed, named, own_profiles
from bot.handlers.profile_making import deleted, made, size_set, symbols_set
from bot.handlers.profile_setting import (
    direction_set,
    handed,
    history_shown,
    mode_set,
    opinion_set,
    protected,
    settings_set,
    started,
    stopped,
    took_back,
    undone,
)
from bot.handlers.profile_winner import winner_started
from bot.handlers.subjects import refresh, rows_of, word_of
from trading.profiles.profile import TradingProfile
from trading.profiles.roster import Profiles
from trading.regime_by_hand import DIRECTION, DIRECTIONS, everywhere, sides

Step = Callable[[Tools, Profiles, Asked, Sequence[str]], Awaitable[Screen]]


async def _listed(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    return await listed(tools, profiles, asked)


async def _shown(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    one = named(profiles, asked, words[:1])
    return one if isinstance(one, Screen) else await card_of(tools, profiles, asked, one)


STEPS: Mapping[str, Step] = {
    "list": _listed,
    "new": made,
    "show": _shown,
    "start": started,
    "stop": stopped,
    "mode": mode_set,
    "symbols": symbols_set,
    "size": size_set,
    "direction": direction_set,
    "opinion": opinion_set,
    "set": settings_set,
    "history": history_shown,
    "undo": undone,
    "protect": protected,
    "blackout": blacked_out,
    "handover": handed,
    "takeback": took_back,
    "delete": deleted,
    "winner": winner_started,
    "yes": agreed,
    "no": declined,
}
"""What may stand behind `/profile`."""


async def profile(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Do what the first word says; a profile's name alone shows it."""
    profiles = tools.profiles
    if profiles is None:
        return refusal(asked, "dialogue.not_here", verb="profile")
    await tools.load_strategies()
    words = word_of(parsed, "what").split()
    word = words[0].casefold() if words else "list"
    step = STEPS.get(word)
    if step is not None:
        return await step(tools, profiles, asked, words[1:])
    for one in own_profiles(profiles, asked):
        if one.name.casefold() == word:
            return await card_of(tools, profiles, asked, one)
    near = nearest(word, tuple(STEPS))
    hint = asked.wording.say("strategy.near", name=near) if near else ""
    return refusal(asked, "profile.what", word=words[0], names=", ".join(STEPS), near=hint)


# ---------------------------------------------------------------- what holds it back


async def protections(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Every protection that holds a profile back now, why and until when; and which ones are set."""
    profiles = tools.profiles
    if profiles is None:
        return refusal(asked, "dialogue.not_here", verb="protections")
    await tools.load_strategies()
    name = word_of(parsed, "name")
    own = own_profiles(profiles, asked)
    if name:
        one = named(profiles, asked, [name])
        if isinstance(one, Screen):
            return one
        own = [one]
    if not own:
        return refusal(asked, "profile.none")
    blocks: list[Block] = [title(asked.wording.say("profile.protections"))]
    for one in own:
        blocks += await _held_back(tools, profiles, asked, one)
    buttons = [look(one.name, "profile", f"protect {one.name}") for one in own]
    return Screen.of(*blocks).with_buttons(*rows_of(buttons), row(refresh(asked, "protections", name)))


async def _held_back(tools: Tools, profiles: Profiles, asked: Asked, one: TradingProfile) -> list[Block]:
    wording = asked.wording
    say, now = wording.say, tools.clock.now()
    if not one.protections:
        return [line(bold(one.name), dim(f" · {say('profile.unprotected')}"))]
    names = ", ".join(say(f"protection.{name}") for name in one.protections)
    blocks: list[Block] = [line(bold(one.name), dim(f" · {names}"))]
    rests = await profiles.resting(one)
    for rest in rests:
        left = wording.duration(rest.until - now)
        blocks.append(line(warn(retold(wording, rest.refusal)), dim(f" ({left})")))
    if not rests:
        blocks.append(line(say("profile.nothing_holds")))
    return blocks


# ---------------------------------------------------------------- the side of every market


async def marketdir(tools: Tools, asked: Asked, parsed: Parsed) -> Screen:
    """Show or set which side the person's profiles may enter in every market."""
    say, person = asked.wording.say, asked.person.person_id
    wanted = word_of(parsed, "direction")
    if wanted:
        await tools.registers.put_setting(person, DIRECTION, None if wanted == "both" else wanted)
    settings = await tools.registers.settings(person)
    blocks: list[Block] = [line(say(f"marketdir.{everywhere(settings)}"))]
    for symbol, side in sides(settings, tools.clock.now()).items():
        if side != "both":
            blocks.append(line(dim(say(f"marketdir.by_hand.{side}", symbol=symbol_text(symbol)))))
    buttons = [look(say(f"profile.direction.{one}"), "marketdir", one) for one in DIRECTIONS]
    return Screen.of(*blocks).with_buttons(*rows_of(buttons, 2))


HANDLERS: dict[str, Handler] = {"profile": profile, "protections": protections, "marketdir": marketdir}
