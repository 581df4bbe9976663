"""Events of price alerts and recurring orders as sentences for `/why`."""

from __future__ import annotations

from decimal import Decimal

from bot.conversation.alerting import about, value_text
from bot.conversation.grammar_alert import MARKS
from bot.conversation.screen import warn
from bot.handlers.storyteller import Storyteller, Tellers, Told
from trading.domain import events_timed as et
from trading.domain.ids import AccountId
from trading.domain.measure import Measure
from trading.domain.timed import PriceAlert


def _level(story: Storyteller, account: AccountId, alert: PriceAlert) -> str:
    return f"{MARKS[alert.side]} {_value(story, account, alert, alert.price)}"


def _value(story: Storyteller, account: AccountId, alert: PriceAlert, value: Decimal) -> str:
    if alert.of is Measure.DAY:
        return story.money_of(account, value)
    return value_text(story.wording, alert, value, story.instrument(account, alert.symbol), "")


def _alert_set(story: Storyteller, event: et.AlertSet) -> Told:
    alert = event.alert
    level = _level(story, event.account, alert)
    return [story.say("why.alert_set", number=alert.number, symbol=about(story.wording, alert), level=level)]


def _alert_fired(story: Storyteller, event: et.AlertFired) -> Told:
    alert = event.alert
    if alert is None:
        symbol, level, price = (
            event.symbol,
            story.price(event.account, event.symbol, event.level),
            story.price(event.account, event.symbol, event.price),
        )
    else:
        symbol = about(story.wording, alert)
        level, price = (_value(story, event.account, alert, one) for one in (event.level, event.price))
    side = MARKS[event.side]
    said = story.say(
        "why.alert_fired", number=event.number, symbol=symbol, side=side, level=level, price=price
    )
    return [said, event.note] if event.note else [said]


def _alert_ended(story: Storyteller, event: et.AlertEnded) -> Told:
    alert = event.alert
    level = _level(story, event.account, alert)
    return [
        story.say("why.alert_ended", number=alert.number, symbol=about(story.wording, alert), level=level)
    ]


def _alert_escalated(story: Storyteller, event: et.AlertEscalated) -> Told:
    ringing = event.ringing
    return [warn(story.say("why.alert_escalated", number=ringing.alert.number, step=ringing.step))]


def _alerts_seen(story: Storyteller, event: et.AlertsSeen) -> Told:
    return [story.say("why.alerts_seen", who=event.by)]


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
    et.AlertEnded: _alert_ended,
    et.AlertEscalated: _alert_escalated,
    et.AlertsSeen: _alerts_seen,
    et.AlertDropped: _alert_dropped,
    et.ScheduleSet: _set,
    et.SchedulePaused: _paused,
    et.ScheduleDropped: _dropped,
    et.ScheduleRan: _ran,
    et.ScheduleMissed: _missed,
}
