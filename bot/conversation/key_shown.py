"""A key of a venue in words: where it leads, its last letters, what it may do. Never more of it."""

from __future__ import annotations

from datetime import datetime

from bot.conversation.wording import Wording
from trading.ports import VenueKey
from trading.venue_keys import Fitness


def head_of(wording: Wording, key: VenueKey) -> str:
    """Venue, side and last letters."""
    side = wording.say(f"keys.side.{key.environment}")
    tail = f" …{key.tail}" if key.tail else ""
    return f"{key.venue} {side}{tail}"


def state_of(wording: Wording, key: VenueKey) -> str:
    """What it may do, or why it must not be used."""
    say, check = wording.say, key.check
    if check is None or key.fitness in (Fitness.UNCHECKED, Fitness.UNKNOWN):
        return say("keys.state.unchecked")
    if key.fitness is Fitness.UNFIT:
        return say("keys.state.unfit", why=say(f"keys.why.{check.code}", venue=key.venue))
    return say("keys.state.fit" if check.may_withdraw is False else "keys.state.fit_untold", venue=key.venue)


def address_of(wording: Wording, key: VenueKey) -> str:
    """From where it works; empty where the venue does not tell."""
    bound = key.check.bound_to_address if key.check is not None else None
    if bound is None:
        return ""
    return wording.say("keys.bound" if bound else "keys.every_address", venue=key.venue)


def seen_of(wording: Wording, key: VenueKey, now: datetime) -> str:
    """How old that is; empty when it was never looked at."""
    return wording.say("keys.checked", ago=wording.ago(key.check.at, now)) if key.check is not None else ""


def line_of(wording: Wording, key: VenueKey, now: datetime) -> str:
    """All of it in one line, for the command line."""
    parts = (head_of(wording, key), state_of(wording, key), address_of(wording, key))
    return " · ".join(part for part in (str(key.account), *parts, seen_of(wording, key, now)) if part)
