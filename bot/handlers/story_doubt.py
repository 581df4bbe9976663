"""What `/why` says about doubt: silence, the proof that ended it, the question to a person and the answer."""

from __future__ import annotations

from datetime import timedelta

from bot.conversation.proving import proof_sentences
from bot.conversation.screen import warn
from bot.handlers.storyteller import Storyteller, Tellers, Told
from trading.domain import events as ev
from trading.domain import events_doubt as ed


def _in_doubt(story: Storyteller, event: ev.OrderInDoubt) -> Told:
    return [warn(story.say("why.in_doubt", order=story.name(event.order_id), reason=event.reason))]


def _not_placed(story: Storyteller, event: ev.OrderNotPlaced) -> Told:
    name, proof = story.name(event.order_id), event.evidence
    if proof is None:
        return [story.say("why.not_placed", order=name, proof=event.proof)]
    return [story.say("why.absent", order=name), *proof_sentences(story.wording, proof)]


def _escalated(story: Storyteller, event: ev.DoubtEscalated) -> Told:
    said = story.say(
        "why.escalated",
        order=story.name(event.order_id),
        span=story.wording.duration(timedelta(microseconds=int(event.waited_s * 1_000_000))),
        answers=event.answers,
        failures=event.failures,
        trouble=story.say(f"doubt.trouble_{event.trouble.value}"),
    )
    return [warn(said)]


def _answered(story: Storyteller, event: ev.DoubtAnswered) -> Told:
    name = story.name(event.order_id)
    if not event.is_there:
        return [story.say("why.said_absent", person=event.by, order=name)]
    named = story.say("doubt.id", id=event.venue_order_id) if event.venue_order_id else ""
    return [story.say("why.said_there", person=event.by, order=name, id=named)]


def _frozen(story: Storyteller, event: ed.EntriesFrozen) -> Told:
    why = story.say(f"freeze.why_{event.cause.value}", detail=event.detail)
    return [warn(story.say("why.entries_frozen", account=event.account, why=why))]


def _thawed(story: Storyteller, event: ed.EntriesThawed) -> Told:
    why = story.say(f"freeze.thawed_{event.cause.value}", person=event.by)
    return [story.say("why.entries_thawed", account=event.account, why=why)]


def _lasts(story: Storyteller, event: ed.DoubtLasts) -> Told:
    return [story.say("why.doubt_lasts")]


def _raised(story: Storyteller, event: ed.VisibilityRaised) -> Told:
    span = story.wording.duration(timedelta(microseconds=int(event.visibility_s * 1_000_000)))
    return [warn(story.say("why.visibility_stops" if event.is_conditional else "why.visibility", span=span))]


TELLERS: Tellers = {
    ed.DoubtLasts: _lasts,
    ed.EntriesFrozen: _frozen,
    ed.EntriesThawed: _thawed,
    ed.VisibilityRaised: _raised,
    ev.OrderInDoubt: _in_doubt,
    ev.OrderNotPlaced: _not_placed,
    ev.DoubtEscalated: _escalated,
    ev.DoubtAnswered: _answered,
}
