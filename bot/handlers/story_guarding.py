"""What `/why` says about what guards a position, or does not: gaps, dust, stops that did not come."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.screen import good, warn
from bot.handlers.storyteller import Storyteller, Tellers, Told
from trading.domain import events as ev


def _uncovered(story: Storyteller, event: ev.PositionUncovered) -> Told:
    return [warn(story.say("why.uncovered", reason=event.reason))]


def _covered(story: Storyteller, event: ev.PositionCovered) -> Told:
    return [good(story.say("why.covered", seconds=event.uncovered_s.quantize(Decimal("0.001")).normalize()))]


def _missing(story: Storyteller, event: ev.StopMissing) -> Told:
    done = "closes" if event.closes else "stays"
    span = story.wording.duration(event.at - event.since)
    return [warn(story.say(f"why.stop_missing.{done}", span=span))]


def _worth(story: Storyteller, event: ev.PositionDust | ev.DustGone) -> str:
    found = story.instrument(event.account, event.position_id)
    return story.money(event.worth, found.quote if found else "USD")


def _dust(story: Storyteller, event: ev.PositionDust) -> Told:
    return [warn(story.say("why.dust", worth=_worth(story, event), reason=event.reason))]


def _dust_gone(story: Storyteller, event: ev.DustGone) -> Told:
    return [good(story.say("why.dust_gone", worth=_worth(story, event)))]


TELLERS: Tellers = {
    ev.PositionUncovered: _uncovered,
    ev.PositionCovered: _covered,
    ev.StopMissing: _missing,
    ev.PositionDust: _dust,
    ev.DustGone: _dust_gone,
}
