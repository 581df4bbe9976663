"""Windows in which a profile enters nothing: set, listed, ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from bot.conversation.grammar import VerbLine, parse
from bot.conversation.handling import Asked, Tools, refusal
from bot.conversation.screen import Block, Screen, code, line, row, title
from bot.handlers.finding import refusals_screen
from bot.handlers.moments import NoSuchMoment, end_of
from bot.handlers.profile_card import named
from bot.handlers.subjects import look_if_short
from trading.domain.exits import Moment
from trading.profiles.profile import BLACKOUTS_MAX, Blackout, TradingProfile
from trading.profiles.roster import Profiles

_OFF = frozenset({"off", "none", "no"})
_UNTIL = frozenset({"to", "until", "till", "-"})
_FROM = frozenset({"from"})


async def blacked_out(tools: Tools, profiles: Profiles, asked: Asked, words: Sequence[str]) -> Screen:
    """`blackout NAME from 14:25 to 15:00`, `blackout NAME until tomorrow`, `blackout NAME off`."""
    one = named(profiles, asked, words[:1])
    if isinstance(one, Screen):
        return one
    now = tools.clock.now()
    one = replace(one, blackouts=tuple(window for window in one.blackouts if window.until > now))
    rest = [word for word in words[1:] if word.casefold() not in _FROM]
    if not rest:
        return _shown(asked, one)
    if rest[0].casefold() in _OFF:
        one = replace(one, blackouts=())
    else:
        window = _window(asked, rest, now)
        if isinstance(window, NoSuchMoment):
            return refusals_screen([str(window)])
        if window is None or window.until <= window.from_at:
            return refusal(asked, "profile.blackout_form", name=one.name)
        if len(one.blackouts) >= BLACKOUTS_MAX:
            return refusal(asked, "profile.blackouts_full", n=BLACKOUTS_MAX)
        windows = sorted((*one.blackouts, window), key=lambda each: each.from_at)
        one = replace(one, blackouts=tuple(windows))
    await profiles.put(one)
    return _shown(asked, one)


def _window(asked: Asked, words: Sequence[str], now: datetime) -> Blackout | NoSuchMoment | None:
    """The window that the words mean; None where they are none."""
    place = next((at for at, word in enumerate(words) if word.casefold() in _UNTIL), None)
    if place is None:
        return None
    ends = _moment(words[place + 1 :])
    begins = _moment(words[:place]) if place else None
    if ends is None or (place and begins is None):
        return None
    try:
        from_at = end_of(asked, begins, now) if begins is not None else now
        return Blackout(from_at, end_of(asked, ends, from_at))
    except NoSuchMoment as problem:
        return problem


def _moment(words: Sequence[str]) -> Moment | None:
    """A time as `/pause until` reads it."""
    read = parse(f"/pause until {' '.join(words)}")
    found = read.values.get("until") if isinstance(read, VerbLine) and set(read.values) == {"until"} else None
    return found if isinstance(found, Moment) else None


def _shown(asked: Asked, one: TradingProfile) -> Screen:
    say = asked.wording.say
    blocks: list[Block] = [title(say("profile.blackouts_of", name=one.name))]
    for window in one.blackouts:
        begin, end = asked.wording.instant(window.from_at), asked.wording.instant(window.until)
        blocks.append(line(say("profile.blackout", begin=begin, end=end)))
    if not one.blackouts:
        blocks.append(line(say("profile.no_blackouts")))
    blocks.append(line(code(f"/profile blackout {one.name} from 14:25 to 15:00")))
    return Screen.of(*blocks).with_buttons(
        row(look_if_short(say("profile.back"), "profile", f"show {one.name}"))
    )
