"""How a position stands, in a person's words: the same on lists, cards and boards."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.screen import Span, good, span, warn
from bot.conversation.wording import Wording
from trading.domain.instrument import Instrument
from trading.domain.ladder import ENFORCED
from trading.domain.money import HUNDRED
from trading.domain.position import Guard, Position


def guard_badge(wording: Wording, position: Position) -> Span:
    """Who watches the exits, honestly: the venue, we, or nobody; and loudly when a stop is missing."""
    say = wording.say
    if position.dust is not None:
        return warn(say("view.guard.dust"))
    if position.gap is not None:
        return warn(say("view.guard.gap"))
    if position.uncovered_since is not None:
        return warn(say("view.guard.uncovered"))
    if position.pulled is not None:
        return warn(say("view.guard.pulled"))
    bracket = position.bracket
    if bracket is None or bracket.guard is Guard.NONE or all(leg.is_done for leg in bracket.legs):
        return warn(say("view.guard.none"))
    said = say(f"view.guard.{bracket.guard.value}")
    return good(said) if bracket.guard in ENFORCED else span(said)


def gain_percent(position: Position, instrument: Instrument, mid: Decimal | None) -> Decimal | None:
    """Unrealised P&L in percent of what the position cost."""
    if mid is None or not position.cost:
        return None
    return position.unrealised(instrument, mid) / abs(position.cost) * HUNDRED
