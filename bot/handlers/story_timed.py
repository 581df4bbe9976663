"""Events of price alerts and recurring orders as sentences for `/why`."""

from __future__ import annotations

from bot.conversation.grammar_alert import MARKS
from bot.conversation.screen import warn
from bot.handlers.storyteller import Storyteller, Tellers, Told
from trading.domain import events_timed as et


def _alert_set(story: Storyteller, event: et.AlertSet) -> Told:
    alert = event.alert
    level = story.price(event.account, alert.symbol, alert.price)
    said = story.say(
        "why.alert_set", number=alert.number, symbol=alert.symbol, side=MARKS[alert.side], level=level
    )
    return [said]


def _alert_fired(story: Storyteller, event: et.AlertFired) -> Told:
    said = story.say(
        "why.alert_fired",
        number=event.number,
        symbol=event.symbol,
        side=MARKS[event.side],
        level=story.price(event.account, event.symbol, event.level),
        price=story.price(event.account, event.symbol, event.price),
    )
    return [said, event.note] if event.note else [said]


def _alert_dropped(story: Storyteller, event: et.AlertDropped) -> Told:
    return [story.say("why.alert_dropped", number=event.number)]


def _set(story: Storyteller, event: et.ScheduleSet) -> Told:
    one = event.recurring
    return [story.say("why.schedule_set", number=one.number, line=one.line, words=one.words)]


def _paused(story: Storyteller, event: et.SchedulePaused) -> Told:
    if event.is_paused:
        return [story.say("why.schedule_paused", number=event.number)]
    return [story.say("why.schedule_resumed", number=event.number)]


def _dropped(story: Storyteller, event: et.ScheduleDropped) -> Told:
    return [story.say("why.schedule_dropped", number=event.number, reason=event.reason)]


def _ran(story: Storyteller, event: et.ScheduleRan) -> Told:
    slot = story.wording.instant(event.slot)
    return [story.say("why.schedule_ran", number=event.number, slot=slot)]


def _missed(story: Storyteller, event: et.ScheduleMissed) -> Told:
    last = story.wording.instant(event.last)
    said = story.say(
        "why.schedule_missed", number=event.number, count=event.count, last=last, reason=event.reason
    )
    return [warn(said)]


TELLERS: Tellers = {
    et.AlertSet: _alert_set,
    et.AlertFired: _alert_fired,
    et.AlertDropped: _alert_dropped,
    et.ScheduleSet: _set,
    et.SchedulePaused: _paused,
    et.ScheduleDropped: _dropped,
    et.ScheduleRan: _ran,
    et.ScheduleMissed: _missed,
}
