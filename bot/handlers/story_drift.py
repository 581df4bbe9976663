"""What `/why` says about symbols in which book and venue disagreed."""

from __future__ import annotations

from bot.conversation.disagreement import orders_named
from bot.conversation.screen import warn
from bot.handlers.storyteller import Storyteller, Tellers, Told
from trading.domain import events as ev
from trading.domain.freezing import LIQUIDATION


def _frozen(story: Storyteller, event: ev.SymbolFrozen) -> Told:
    say, one = story.wording.say, event.frozen
    if one.reason == LIQUIDATION:
        return [warn(say("why.frozen_liquidated", symbol=one.symbol))]
    if not one.difference:
        return [warn(say("why.frozen_orders", symbol=one.symbol, orders=orders_named(one)))]
    return [warn(say("why.frozen", symbol=one.symbol, held=one.held, booked=one.booked))]


def _thawed(story: Storyteller, event: ev.SymbolThawed) -> Told:
    return [story.wording.say(f"why.thawed.{event.reason}", symbol=event.symbol, person=event.by)]


def _ignored(story: Storyteller, event: ev.DriftIgnored) -> Told:
    if not event.by:
        return [story.wording.say("why.drift_forgotten", symbol=event.symbol)]
    facts = {"symbol": event.symbol, "person": event.by, "difference": event.difference}
    return [story.wording.say("why.drift_ignored", **facts)]


TELLERS: Tellers = {
    ev.SymbolFrozen: _frozen,
    ev.SymbolThawed: _thawed,
    ev.DriftIgnored: _ignored,
}
