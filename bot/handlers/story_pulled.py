"""What `/why` says about stops that another hand has ended."""

from __future__ import annotations

from bot.conversation.guarding import pulled_legs
from bot.conversation.screen import warn
from bot.handlers.storyteller import Storyteller, Tellers, Told
from trading.domain import events as ev
from trading.domain.position import Pulled


def _pulled(story: Storyteller, event: ev.StopPulled) -> Told:
    legs = pulled_legs(story.wording, Pulled(event.legs, event.at, event.until))
    until = story.wording.instant(event.until)
    return [warn(story.wording.say("why.pulled", order=story.name(event.order_id), legs=legs, until=until))]


def _settled(story: Storyteller, event: ev.PullSettled) -> Told:
    legs = pulled_legs(story.wording, Pulled(event.legs, event.at, event.at))
    key = f"why.pull.{event.outcome}" if event.by else "why.pull.back_alone"
    return [story.wording.say(key, legs=legs, person=event.by)]


def _gap(story: Storyteller, event: ev.GapFound) -> Told:
    price = story.price(event.account, event.position_id, event.price)
    stop = story.price(event.account, event.position_id, event.stop)
    policy = story.wording.say(f"why.gap_policy.{event.policy.value}")
    said = story.wording.say("why.gap", price=price, stop=stop, percent=event.percent, policy=policy)
    return [warn(said)]


def _reminded(story: Storyteller, event: ev.GapReminded) -> Told:
    return [story.wording.say("why.gap_reminded")]


def _gap_settled(story: Storyteller, event: ev.GapSettled) -> Told:
    return [story.wording.say(f"why.gap_settled.{event.outcome}", person=event.by)]


TELLERS: Tellers = {
    ev.StopPulled: _pulled,
    ev.PullSettled: _settled,
    ev.GapFound: _gap,
    ev.GapReminded: _reminded,
    ev.GapSettled: _gap_settled,
}
